//! A policy as it was written, before it is applied to the period of an SLO.

use crate::base::{Duration, Name, Ratio, Span, Spanned};
use crate::diagnostics::code::{AL003, SP005, SP007};
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;
use crate::yaml::Node;

use super::place::TierPlace;
use super::policy::{
    Confidence, Extent, MIN_BAD_DEFAULT, MIN_ERRORS_DEFAULT, NoData, Of, Pace, SHORT_SHARE,
    WINDOW_GRAIN,
};
use super::workspace::{Workspace, unknown_severity};

/// The policy that applies where none is named.
pub const DEFAULT: &str = "google-sre";

/// Tiers of the built-in policy: name, severity, percent of the budget, long and short window (SRE workbook, chapter 5,
/// table 5-8, with the 1d/2h pair of the same chapter's code).
const GOOGLE_SRE: [(&str, &str, i128, Duration, Duration); 4] = [
    (
        "page-1h",
        "page",
        2,
        Duration::hours(1),
        Duration::minutes(5),
    ),
    (
        "page-6h",
        "page",
        5,
        Duration::hours(6),
        Duration::minutes(30),
    ),
    (
        "ticket-1d",
        "ticket",
        10,
        Duration::days(1),
        Duration::hours(2),
    ),
    (
        "ticket-3d",
        "ticket",
        10,
        Duration::days(3),
        Duration::hours(6),
    ),
];

/// A policy, or what an SLO says of its own.
#[derive(Clone, Debug, Default)]
pub struct PolicySource<'a> {
    pub name: &'a str,
    /// None where one of them could not be understood, which has its finding.
    pub tiers: Option<Vec<TierSource>>,
    pub min_errors: Option<u32>,
    pub min_bad: Option<Duration>,
    pub confidence: Option<Confidence>,
    pub no_data: Option<NoData>,
    pub extent: Extent,
}

/// A tier whose burn rate may depend on the period.
#[derive(Clone, Debug)]
pub struct TierSource {
    pub name: Name,
    pub severity: Name,
    pub pace: Pace,
    pub of: Of,
    pub long: Duration,
    pub short: Duration,
    pub hold: Option<Duration>,
    pub keep_firing_for: Option<Duration>,
    /// Where it is written; nowhere for a built-in tier.
    pub place: Option<TierPlace>,
}

impl<'a> PolicySource<'a> {
    /// The built-in policy.
    pub fn google_sre() -> PolicySource<'a> {
        let literal = |text: &str| text.parse().expect("a literal name is a name");
        let tiers = GOOGLE_SRE
            .iter()
            .map(|(name, severity, percent, long, short)| TierSource {
                name: literal(name),
                severity: literal(severity),
                pace: Pace::Budget(Ratio::new(*percent, 100)),
                of: Of::Full,
                long: *long,
                short: *short,
                hold: None,
                keep_firing_for: None,
                place: None,
            });
        PolicySource {
            name: DEFAULT,
            tiers: Some(tiers.collect()),
            ..PolicySource::default()
        }
    }

    /// Reads tiers and guards that were checked against their shape.
    pub fn read(
        name: &'a str,
        record: &Record<'_>,
        workspace: &Workspace<'_>,
        findings: &mut Findings,
    ) -> PolicySource<'a> {
        let nodes = record.list("tiers");
        let mut tiers: Vec<(Span, TierSource)> = Vec::new();
        for node in nodes {
            let Some(fields) = Record::of(node) else {
                continue;
            };
            let Some(tier) = tier(&fields, workspace, findings) else {
                continue;
            };
            let at = fields.text("name").map_or(node.span, |name| name.span);
            match tiers.iter().find(|(_, other)| other.name == tier.name) {
                None => tiers.push((at, tier)),
                Some((first, _)) => findings.push(
                    Finding::new(SP005, at, format!("two tiers are called `{}`", tier.name))
                        .label("a tier's name is unique in its policy")
                        .also(*first, "the first one"),
                ),
            }
        }
        let unreadable = record.is_unreadable("tiers");
        if let (Some(key), true) = (
            record.key_span("tiers"),
            record.node("tiers").is_some() && !unreadable && nodes.is_empty(),
        ) {
            findings.push(
                Finding::new(SP007, key, "a policy without tiers never alerts")
                    .help("to record and not alert, write `mode: observe` in the SLO's `alerting`"),
            );
        }
        let whole = !nodes.is_empty() && nodes.iter().all(Node::is_whole);
        let all = whole && tiers.len() == nodes.len();
        PolicySource {
            name,
            extent: match all {
                true => Extent::Whole,
                false => Extent::Partial,
            },
            tiers: all.then(|| tiers.into_iter().map(|(_, tier)| tier).collect()),
            min_errors: record.parse("min_errors").map(|n| n.value),
            min_bad: record.parse("min_bad").map(|d| d.value),
            confidence: confidence(record, findings),
            no_data: no_data(record, workspace, findings),
        }
    }

    /// Guards that an SLO does not give are those of its policy, then the defaults.
    pub fn min_errors(&self, fallback: &PolicySource<'_>) -> u32 {
        self.min_errors
            .or(fallback.min_errors)
            .unwrap_or(MIN_ERRORS_DEFAULT)
    }

    /// See [`PolicySource::min_errors`].
    pub fn min_bad(&self, fallback: &PolicySource<'_>) -> Duration {
        self.min_bad.or(fallback.min_bad).unwrap_or(MIN_BAD_DEFAULT)
    }
}

fn tier(
    record: &Record<'_>,
    workspace: &Workspace<'_>,
    findings: &mut Findings,
) -> Option<TierSource> {
    let severity = severity(record, workspace, findings);
    let pace = pace(record, findings);
    let long: Spanned<Duration> = record.parse("long")?;
    let short = short(record, &long, findings);
    let name = record.parse::<Name>("name")?;
    let place = TierPlace {
        name: name.span,
        pace: pace_span(record).unwrap_or(long.span),
        long: long.span,
        short: record.text("short").map(|short| short.span),
        hold: record.text("for").map(|hold| hold.span),
    };
    Some(TierSource {
        name: name.value,
        severity: severity?,
        pace: pace?,
        of: match record.text("of").map(|text| text.value) {
            Some("remaining") => Of::Remaining,
            Some(_) | None => Of::Full,
        },
        long: long.value,
        short: short?,
        hold: record.parse("for").map(|d| d.value),
        keep_firing_for: record.parse("keep_firing_for").map(|d| d.value),
        place: Some(place),
    })
}

fn severity(
    record: &Record<'_>,
    workspace: &Workspace<'_>,
    findings: &mut Findings,
) -> Option<Name> {
    let name = record.text("severity")?;
    if !workspace.roster.severities.contains_key(name.value) {
        findings.extend(unknown_severity(name, workspace));
        return None;
    }
    name.value.parse().ok()
}

fn pace_span(record: &Record<'_>) -> Option<Span> {
    ["budget", "burn_rate", "exhausts_in"]
        .into_iter()
        .find_map(|field| record.text(field))
        .map(|text| text.span)
}

/// The largest burn rate that is read: far above what any objective can reach.
const BURN_RATE_MAX: i128 = 1_000_000;

fn pace(record: &Record<'_>, findings: &mut Findings) -> Option<Pace> {
    if let Some(share) = percent(record, "budget") {
        return positive(
            share,
            Ratio::whole(100),
            "a share of the budget is above 0 % and at most 100 %",
            findings,
        )
        .map(|share| Pace::Budget(share / Ratio::whole(100)));
    }
    if let Some(rate) = record.parse::<Ratio>("burn_rate") {
        return positive(
            rate,
            Ratio::whole(BURN_RATE_MAX),
            "a burn rate is above 0",
            findings,
        )
        .map(Pace::BurnRate);
    }
    record
        .parse("exhausts_in")
        .map(|duration| Pace::ExhaustsIn(duration.value))
}

fn positive(
    number: Spanned<Ratio>,
    max: Ratio,
    rule: &str,
    findings: &mut Findings,
) -> Option<Ratio> {
    if number.value > Ratio::ZERO && number.value <= max {
        return Some(number.value);
    }
    findings.push(
        Finding::new(
            SP007,
            number.span,
            format!("`{}` is out of range", number.value),
        )
        .label(rule),
    );
    None
}

/// A field in percent, its sign dropped.
pub(super) fn percent(record: &Record<'_>, name: &str) -> Option<Spanned<Ratio>> {
    let text = record.text(name)?;
    let number = text
        .value
        .strip_suffix('%')
        .unwrap_or(text.value)
        .parse()
        .ok()?;
    Some(Spanned::new(number, text.span))
}

fn short(
    record: &Record<'_>,
    long: &Spanned<Duration>,
    findings: &mut Findings,
) -> Option<Duration> {
    let Some(short) = record.parse::<Duration>("short") else {
        let derived = derived_short(long.value);
        if derived >= long.value {
            findings.push(
                Finding::new(
                    SP007,
                    long.span,
                    format!("a long window of {} is too short", long.value),
                )
                .label("its short window, 1/12 of it and a minute at least, would be no shorter"),
            );
            return None;
        }
        return Some(derived);
    };
    if short.value >= long.value {
        let finding = Finding::new(
            AL003,
            short.span,
            format!(
                "the short window of {} is not shorter than the long one",
                short.value
            ),
        )
        .label("it decides when the tier resets")
        .also(long.span, "the long window");
        let usual = derived_short(long.value);
        findings.push(match usual < long.value {
            true => finding.help(format!("1/12 of the long window is usual: {usual}")),
            false => finding,
        });
        return None;
    }
    Some(short.value)
}

/// The usual share of `long`, up to whole minutes: time is counted in steps that divide every short window, and one of 7m5s
/// would make steps of five seconds. Beyond an hour up to whole pieces that can be put together from recorded windows.
fn derived_short(long: Duration) -> Duration {
    let ms = long.as_ms().div_ceil(SHORT_SHARE);
    let grain = match ms > Duration::hours(1).as_ms() {
        true => WINDOW_GRAIN,
        false => Duration::minutes(1),
    };
    Duration::from_ms(ms.next_multiple_of(grain.as_ms()))
}

fn confidence(record: &Record<'_>, findings: &mut Findings) -> Option<Confidence> {
    let percent = percent(record, "confidence")?;
    match Confidence::new(percent.value) {
        Some(confidence) => Some(confidence),
        None => {
            findings.push(
                Finding::new(
                    SP007,
                    percent.span,
                    format!("a confidence of {} % is out of range", percent.value),
                )
                .label("from 50 % up to 99.9999 %"),
            );
            None
        }
    }
}

fn no_data(
    record: &Record<'_>,
    workspace: &Workspace<'_>,
    findings: &mut Findings,
) -> Option<NoData> {
    let record = record.record("no_data")?;
    Some(NoData {
        severity: severity(&record, workspace, findings)?,
        after: record
            .parse("after")
            .map_or(NO_DATA_AFTER_DEFAULT, |d| d.value),
    })
}

/// How long data must be missing before an alert says so.
const NO_DATA_AFTER_DEFAULT: Duration = Duration::minutes(30);
