//! What is recorded for an SLO: events and errors of each window, burn rates, the budget that is left.
//!
//! Promise: no expression divides by zero or yields NaN; without events a ratio is absent.

use std::fmt::Write;

use crate::base::{Duration, Ratio};
use crate::model::core::{Core, Errors, Slices};
use crate::plan::naming::{self, Naming};
use crate::plan::windows::{ABSENCE, TILE_LOOKBACK};
use crate::plan::{Plan, Settings, Tile, Window};
use crate::promql::Expr;

use super::{Rule, RuleKind};

/// Room for a window in the name of a series, in bytes; more is found when it is needed.
const WINDOW_BYTES: usize = 8;
/// Room for what stands around the two series of a tile, in bytes.
const TILE_BYTES: usize = 64;

/// The recording rules of `plan`, inputs before their users.
pub(super) fn rules(plan: &Plan<'_>, settings: &Settings) -> Vec<Rule> {
    let writer = Writer::new(plan, settings);
    let naming = settings.naming;
    let mut rules = Vec::with_capacity(plan.windows.len() * 3 + 4);
    if let Some(expr) = writer.slice() {
        rules.push(writer.record(naming.slice, expr));
    }
    for window in &plan.windows {
        rules.push(writer.record_window(naming.events, window.length(), writer.events(window)));
        rules.push(writer.record_window(naming.errors, window.length(), writer.errors(window)));
    }
    let budget = plan.slo.objective.budget().to_string();
    for window in &plan.windows {
        rules.push(writer.record_window(
            naming.burn_rate,
            window.length(),
            writer.burn_rate(window.length(), &budget),
        ));
    }
    rules.push(writer.record_window(
        naming.budget_remaining,
        plan.slo.period,
        format!("1 - {}", writer.series(naming.burn_rate, plan.slo.period)),
    ));
    rules.push(writer.record(
        naming.objective,
        format!("vector({})", plan.slo.objective.ratio()),
    ));
    rules.push(writer.facts());
    rules
}

/// Writes expressions over the series of one SLO.
pub(super) struct Writer<'a> {
    plan: &'a Plan<'a>,
    naming: &'static Naming,
    scrape_interval: Duration,
    /// `service/name`.
    id: String,
    /// `{slo="service/name"}`.
    selector: String,
    /// `sum` or `sum by (route)`.
    sum: String,
}

impl<'a> Writer<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, settings: &Settings) -> Writer<'a> {
        let labels: Vec<&str> = plan.slo.group_by.iter().map(|l| l.as_str()).collect();
        let id = plan.slo.id.to_string();
        Writer {
            plan,
            naming: settings.naming,
            scrape_interval: settings.scrape_interval,
            selector: format!("{{{}=\"{id}\"}}", naming::SLO),
            id,
            sum: match labels.is_empty() {
                true => "sum".to_string(),
                false => format!("sum by ({})", labels.join(", ")),
            },
        }
    }

    /// `slo:events:increase5m{slo="service/name"}`.
    pub(super) fn series(&self, name: &str, window: Duration) -> String {
        let mut text = String::with_capacity(name.len() + WINDOW_BYTES + self.selector.len());
        text.push_str(name);
        let _ = write!(text, "{window}");
        text.push_str(&self.selector);
        text
    }

    /// The events series of `window`.
    pub(super) fn events_series(&self, window: Duration) -> String {
        self.series(self.naming.events, window)
    }

    /// The errors series of `window`.
    pub(super) fn errors_series(&self, window: Duration) -> String {
        self.series(self.naming.errors, window)
    }

    fn record(&self, name: &str, expr: String) -> Rule {
        Rule {
            kind: RuleKind::Record(name.to_string()),
            expr,
            labels: vec![(naming::SLO.to_string(), self.id.clone())],
        }
    }

    fn record_window(&self, name: &str, window: Duration, expr: String) -> Rule {
        self.record(&[name, &window.to_string()].concat(), expr)
    }

    /// The state of the current slice, where windows are made of it.
    fn slice(&self) -> Option<String> {
        match &self.plan.slo.core {
            Core::Slices {
                source: Slices::Condition(bad),
                ..
            } => Some(bad.text(None)),
            Core::Slices { .. } | Core::Events { .. } => None,
        }
    }

    fn events(&self, window: &Window) -> String {
        match window {
            Window::Tiled(_, tiles) => self.tiled(self.naming.events, tiles, ""),
            Window::Raw(window) => {
                let counted = match &self.plan.slo.core {
                    Core::Events { events, .. } => self.counted(events, *window),
                    Core::Slices { source, slice } => self.known(source, *slice, *window),
                };
                match self.absent(*window) {
                    Some(zero) => [&counted, " or ", &zero].concat(),
                    None => counted,
                }
            }
        }
    }

    fn errors(&self, window: &Window) -> String {
        match window {
            Window::Tiled(_, tiles) => self.tiled(self.naming.errors, tiles, "0 * "),
            Window::Raw(window) => match &self.plan.slo.core {
                Core::Events {
                    errors: Errors::Counted(errors),
                    ..
                } => {
                    let counted = self.counted(errors, *window);
                    [&counted, " or ", &self.no_errors(*window)].concat()
                }
                // Events and good ones are read in the same evaluation, so that their difference is never of two times.
                Core::Events {
                    errors: Errors::Remaining(good),
                    ..
                } => format!(
                    "clamp_min({} ({}) - ({} or {}), 0)",
                    self.sum,
                    self.events_series(*window),
                    self.counted(good, *window),
                    self.no_errors(*window),
                ),
                Core::Slices { source, slice } => format!(
                    "{} or {}",
                    self.bad(source, *slice, *window),
                    self.no_errors(*window)
                ),
            },
        }
    }

    /// The increase over `window`.
    ///
    /// `increase` sees what happened between samples of its range, and makes up for the rest by extrapolation. What
    /// falls between the last sample of one tile and the first of the next would be in neither. A tile therefore
    /// reaches back by one scrape interval more, to the sample at which the tile before it ends: neighbours touch in a
    /// sample, and scaling takes the extrapolation away again. Where the interval is not the real one the result is
    /// what it would be without.
    fn counted(&self, counts: &Expr, window: Duration) -> String {
        if !self.plan.is_tile(window) {
            return counts.text(Some(window));
        }
        let reach = Duration::from_ms(window.as_ms() + self.scrape_interval.as_ms());
        format!(
            "({}) * {} / {}",
            counts.text(Some(reach)),
            seconds(window),
            seconds(reach)
        )
    }

    /// Zero for every group that was seen within [`ABSENCE`], where `window` is a tile.
    ///
    /// Without it the tiles of a service that was gone for hours count as never recorded, and longer windows that
    /// would end in its absence are lost with all errors before it.
    fn absent(&self, window: Duration) -> Option<String> {
        let shortest = self.plan.windows.first()?.length();
        let (period, step) = ABSENCE;
        self.plan.outlasts_its_service(window).then(|| {
            format!(
                "{} (0 * last_over_time({}[{period}:{step}]))",
                self.sum,
                self.events_series(shortest)
            )
        })
    }

    /// Zero for every group that has events.
    fn no_errors(&self, window: Duration) -> String {
        [&self.sum, " (0 * ", &self.events_series(window), ")"].concat()
    }

    fn known(&self, source: &Slices, slice: Duration, window: Duration) -> String {
        match source {
            Slices::Samples { known, .. } => known.text(Some(window)),
            Slices::Condition(_) => {
                format!(
                    "{} * {} (count_over_time({}))",
                    seconds(slice),
                    self.sum,
                    self.slices(window, slice)
                )
            }
            // A comparison with `bool` makes NaN a zero: not known.
            Slices::Ratio(ratio) => {
                format!(
                    "{} * (({}) >= bool -Inf)",
                    seconds(window),
                    ratio.text(Some(window))
                )
            }
        }
    }

    fn bad(&self, source: &Slices, slice: Duration, window: Duration) -> String {
        match source {
            Slices::Samples { bad, .. } => bad.text(Some(window)),
            Slices::Condition(_) => {
                format!(
                    "{} * {} (sum_over_time({}))",
                    seconds(slice),
                    self.sum,
                    self.slices(window, slice)
                )
            }
            // A filter by comparison drops NaN.
            Slices::Ratio(ratio) => {
                let (ratio, seconds) = (ratio.text(Some(window)), seconds(window));
                format!("{seconds} * (({ratio}) >= -Inf)")
            }
        }
    }

    fn slices(&self, window: Duration, slice: Duration) -> String {
        format!("{}{}[{window}:{slice}]", self.naming.slice, self.selector)
    }

    /// The recorded windows of `tiles` added up. A tile that was never recorded counts as error-free, with the traffic of
    /// now: fresh rules under-report and are never blind.
    fn tiled(&self, name: &str, tiles: &[Tile], fallback: &str) -> String {
        let mut sum = String::new();
        let lookback = TILE_LOOKBACK.to_string();
        for same in tiles.chunk_by(|a, b| a.window == b.window) {
            let series = self.series(name, same[0].window);
            sum.reserve(same.len() * (2 * series.len() + TILE_BYTES));
            for tile in same {
                if tile.offset.as_ms() == 0 {
                    sum.push_str(&series);
                    continue;
                }
                sum.push_str(" + (last_over_time(");
                sum.push_str(&series);
                sum.push('[');
                sum.push_str(&lookback);
                sum.push_str("] offset ");
                let _ = write!(sum, "{}", tile.offset);
                sum.push_str(") or ");
                sum.push_str(fallback);
                sum.push_str(&series);
                sum.push(')');
            }
        }
        sum
    }

    fn burn_rate(&self, window: Duration, budget: &str) -> String {
        let (errors, events) = (self.errors_series(window), self.events_series(window));
        [&errors, " / (", budget, " * ", &events, " > 0)"].concat()
    }

    /// Everything that may change without starting new series elsewhere.
    fn facts(&self) -> Rule {
        let slo = self.plan.slo;
        let mut rule = self.record(self.naming.facts, "vector(1)".to_string());
        let mut add =
            |name: &str, value: &str| rule.labels.push((name.to_string(), value.to_string()));
        add(naming::SERVICE, slo.id.service.as_str());
        add(naming::NAME, slo.id.name.as_str());
        if let Some(owner) = &slo.owner {
            add(naming::OWNER, owner.as_str());
        }
        add("policy", &slo.policy.name);
        add("period", &slo.period.to_string());
        for (name, value) in &slo.labels {
            add(name.as_str(), value);
        }
        rule
    }
}

fn seconds(duration: Duration) -> Ratio {
    Ratio::of_durations(duration, Duration::from_ms(1_000))
}
