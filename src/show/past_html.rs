//! A backtest as one page that needs nothing else: no script, no other file, no network.
//!
//! Every text that is not ours is escaped by the macro that it is written with.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::evaluate::GROUPS_MAX as WATCHED_MAX;
use crate::model::slo::Slo;
use crate::replay::past::Incident;

use super::digest::{Digest, GroupDigest, TierTally, open_ms};
use super::svg::{self, Band};
use super::threshold::threshold;
use super::{Backtest, NOT_SIMULATED, Outcome, Tested, when};

/// Most groups of an SLO that are drawn, the worst ones.
pub const GROUPS_MAX: usize = 50;
/// Most episodes of a group that are listed and drawn.
pub const EPISODES_MAX: usize = 500;
/// Most times without data that are drawn.
pub const BLIND_MAX: usize = 500;
/// Severities with a colour of their own.
const COLOURS: usize = 4;

/// What a browser may do for the page: apply its style sheet.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The whole page.
pub fn text(backtest: &Backtest<'_>) -> String {
    let colours = Colours::of(backtest);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "What would have paged" }
                style { (PreEscaped(include_str!("past.css"))) }
            }
            body {
                h1 { "What would have paged" }
                p.soft {
                    (when::minute(backtest.span.from_ms)) " to " (when::minute(backtest.span.to_ms)) " UTC. "
                    @if let Some(severity) = backtest.severity { "Only " (severity) ". " }
                    (NOT_SIMULATED)
                }
                @for tested in &backtest.slos { (slo(backtest, tested, &colours)) }
            }
        }
    };
    format!("{}\n", page.into_string())
}

/// Which severity has which colour: in the order in which policies name them.
struct Colours<'a>(Vec<&'a str>);

impl<'a> Colours<'a> {
    fn of(backtest: &'a Backtest<'_>) -> Colours<'a> {
        let mut known: Vec<&str> = Vec::new();
        let of_slo = |slo: &'a Slo| {
            let tiers = slo.policy.tiers.iter().map(|tier| &tier.severity);
            tiers.chain(slo.policy.no_data.iter().map(|no_data| &no_data.severity))
        };
        for severity in backtest.slos.iter().flat_map(|tested| of_slo(tested.slo)) {
            if !known.contains(&severity.as_str()) {
                known.push(severity.as_str());
            }
        }
        Colours(known)
    }

    fn class(&self, severity: &str) -> String {
        let place = self.0.iter().position(|known| *known == severity);
        format!("s{}", place.unwrap_or(0).min(COLOURS - 1))
    }
}

fn slo(backtest: &Backtest<'_>, tested: &Tested<'_>, colours: &Colours<'_>) -> Markup {
    html! {
        section {
            h2 { (tested.slo.id) }
            @match &tested.outcome {
                Outcome::Unanswered(reason) => p { "Not known: " (reason) },
                Outcome::Past(past) => {
                    (known(tested, &Digest::of(tested.slo, past, backtest.severity), colours))
                }
            }
        }
    }
}

fn known(tested: &Tested<'_>, digest: &Digest<'_>, colours: &Colours<'_>) -> Markup {
    let notes = digest.notes(tested.span.from_ms);
    let by_severity = digest.by_severity();
    let is_grouped = !digest.slo.group_by.is_empty();
    let rest = digest.groups.len().saturating_sub(GROUPS_MAX);
    if digest.past.known_from_ms.is_none() {
        return html! { p { "No data." } };
    }
    html! {
        @if let Some(description) = &digest.slo.description { p { (description) } }
        p {
            @if by_severity.is_empty() { "Nothing would have fired. " }
            @for (severity, times) in &by_severity {
                b class=(colours.class(severity)) { (times) " × " (severity) } " "
            }
        }
        p.soft {
            "Objective " (digest.slo.objective.percent()) " % over " (digest.period()) ", evaluated "
            (when::whole(digest.past.evaluations as f64)) " times."
        }
        @if !notes.is_empty() || !tested.notes.is_empty() {
            ul { @for note in notes.iter().chain(&tested.notes) { li { (note) } } }
        }
        @if digest.past.groups_refused > 0 {
            p.soft { (digest.past.groups_refused) " groups more are not watched: an SLO has at most " (WATCHED_MAX) "." }
        }
        @if !digest.past.blind.is_empty() {
            p.soft { "No data for " (when::long(digest.blind_ms())) ", which is drawn in grey." }
        }
        (tiers(&digest.tiers))
        @for one in digest.groups.iter().take(GROUPS_MAX) { (group(digest, one, colours, is_grouped)) }
        @if rest > 0 { p.soft { "And " (rest) " groups more, none of them worse." } }
        @for episode in &digest.missing {
            p {
                b class=(colours.class(episode.severity.as_str())) { (episode.severity) } ": missing data from "
                (when::minute(episode.opened_ms)) " for " (when::long(open_ms(episode, digest.past.to_ms)))
            }
        }
    }
}

fn tiers(tallies: &[TierTally<'_>]) -> Markup {
    html! {
        div.scroll {
            table {
                tr { th { "Tier" } th { "Severity" } th { "Threshold" } th { "Windows" } th { "Fired" } th { "For" } }
                @for tally in tallies {
                    tr {
                        td { (tally.tier.name) }
                        td { (tally.tier.severity) }
                        td { (threshold(tally.tier, "×")) }
                        td { (tally.tier.long) ", " (tally.tier.short) }
                        td { (tally.times) }
                        td { @if tally.firing_ms > 0 { (when::long(tally.firing_ms)) } }
                    }
                }
            }
        }
    }
}

fn group(
    digest: &Digest<'_>,
    one: &GroupDigest<'_>,
    colours: &Colours<'_>,
    is_grouped: bool,
) -> Markup {
    let points: Vec<(i64, Option<f64>)> = one
        .past
        .budget
        .iter()
        .map(|(at, b)| (*at, b.left))
        .collect();
    let span = (digest.past.from_ms, digest.past.to_ms);
    let title = format!("budget left of {} over time", digest.slo.id);
    let total = one.past.total;
    html! {
        @if is_grouped { h3 { (one.group.show(&digest.slo.group_by).to_string()) } }
        p.soft {
            (when::whole(total.errors)) " bad of " (when::whole(total.events)) ". "
            @match one.left() {
                None => "There are no events in the period.",
                Some(left) if left < 0.0 => { "Budget overspent, " (when::percent(1.0 - left)) " spent at the end." },
                Some(left) => { (when::percent(left)) " of the budget left at the end." },
            }
        }
        (svg::budget(&title, &points, span, &bands(digest, one, colours)))
        @if !one.incidents.is_empty() { (episodes(digest, one, colours)) }
    }
}

fn bands(digest: &Digest<'_>, one: &GroupDigest<'_>, colours: &Colours<'_>) -> Vec<Band> {
    let blind = digest.past.blind.iter().take(BLIND_MAX).map(|time| Band {
        class: "blind".to_string(),
        title: "no data".to_string(),
        time: *time,
    });
    let incidents = one.incidents.iter().take(EPISODES_MAX).map(|incident| {
        let episode = &incident.episode;
        let severity = episode.severity.as_str();
        Band {
            class: colours.class(severity),
            title: format!("{severity}, {}", when::minute(episode.opened_ms)),
            time: (
                episode.opened_ms,
                episode.resolved_ms.unwrap_or(digest.past.to_ms),
            ),
        }
    });
    blind.chain(incidents).collect()
}

fn episodes(digest: &Digest<'_>, one: &GroupDigest<'_>, colours: &Colours<'_>) -> Markup {
    let rest = one.incidents.len().saturating_sub(EPISODES_MAX);
    html! {
        div.scroll {
            table {
                tr { th { "Opened (UTC)" } th { "Severity" } th { "Open for" } th { "Peak" } th { "Spent" } th { "Tiers" } }
                @for incident in one.incidents.iter().take(EPISODES_MAX) { (row(digest, incident, colours)) }
            }
        }
        @if rest > 0 { p.soft { "And " (rest) " episodes more." } }
    }
}

fn row(digest: &Digest<'_>, incident: &Incident, colours: &Colours<'_>) -> Markup {
    let episode = &incident.episode;
    html! {
        tr {
            td { (when::minute(episode.opened_ms)) }
            td { b class=(colours.class(episode.severity.as_str())) { (episode.severity) } }
            td {
                (when::long(open_ms(episode, digest.past.to_ms)))
                @if episode.resolved_ms.is_none() { ", still" }
            }
            td { (when::plain(incident.burn_max)) "×" }
            td { @if let Some(spent) = incident.spent { (when::percent(spent)) } }
            td { (digest.fired(incident)) }
        }
    }
}
