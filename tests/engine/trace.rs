//! A random service: what is measured of it, what is promised, and what happens to it. Everything follows from its seed.

use std::fmt::Write as _;

use super::chance::Chance;
use super::traffic::{Incident, Traffic};

/// One minute in seconds.
pub const MINUTE_S: i64 = 60;
/// One hour in seconds.
pub const HOUR_S: i64 = 3_600;

/// How good is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A counter with a code, whose errors are matched.
    Errors,
    /// The same, whose good events are matched.
    Good,
    /// A classic histogram.
    Latency,
    /// A gauge that is 1 when good.
    Gauge,
}

/// A tier of the policy.
#[derive(Clone, Copy, Debug)]
pub struct TierText {
    /// Its windows.
    pub long: &'static str,
    /// The short one.
    pub short: &'static str,
    /// The share of errors at which it fires, of the budget.
    pub burn_rate: f64,
}

/// One trace.
#[derive(Clone, Debug)]
pub struct Trace {
    /// What all of it follows from.
    pub seed: u64,
    /// How good is measured.
    pub kind: Kind,
    /// How often it is scraped, in seconds.
    pub scrape_s: i64,
    /// How often it is said to be.
    pub declared_s: i64,
    /// When the first scrape is: scrapes and evaluations are not at the same moments.
    pub offset_s: i64,
    /// How often rules are evaluated, in seconds.
    pub interval_s: i64,
    /// How long it is, in seconds.
    pub length_s: i64,
    /// The values of the label that it is grouped by; none where it is not.
    pub groups: usize,
    /// How many targets each group has.
    pub instances: usize,
    /// The objective in percent.
    pub objective: &'static str,
    /// Its tiers.
    pub tiers: Vec<TierText>,
    /// Further fields of tiers, one text for each.
    pub tier_extras: Vec<String>,
    /// Further fields of the policy.
    pub policy_extra: String,
    /// The period.
    pub period: &'static str,
    /// What happens.
    pub traffic: Traffic,
}

/// Policies whose windows a trace of a day fills.
const POLICIES: [&[(&str, &str)]; 4] = [
    &[("1h", "5m"), ("6h", "30m")],
    &[("30m", "5m"), ("3h", "15m")],
    &[("1h", "5m"), ("6h", "30m"), ("12h", "2h")],
    &[("2h", "10m"), ("6h", "1h")],
];

impl Trace {
    /// The trace of a seed.
    pub fn of(seed: u64) -> Trace {
        let mut chance = Chance::new(seed);
        let kind = chance.one_of(&[
            Kind::Errors,
            Kind::Errors,
            Kind::Good,
            Kind::Latency,
            Kind::Gauge,
        ]);
        let scrape_s = chance.one_of(&[15, 15, 30, 60]);
        let objective = chance.one_of(&["99.9", "99", "99.5", "95"]);
        let budget = 1.0 - objective.parse::<f64>().expect("a number") / 100.0;
        let rows = chance.one_of(&POLICIES);
        let mut burn_rate = chance.between(4.0, 14.4);
        let mut tiers = Vec::new();
        for (long, short) in rows {
            let rounded = (burn_rate.min(0.8 / budget) * 10.0).round() / 10.0;
            tiers.push(TierText {
                long,
                short,
                burn_rate: rounded,
            });
            burn_rate /= chance.between(1.8, 3.0);
        }
        let tier_extras = tiers.iter().map(|_| extras(&mut chance)).collect();
        let length_s = chance.whole(6, 14) * HOUR_S;
        let groups = chance.one_of(&[0, 0, 0, 2, 3]);
        let instances = chance.one_of(&[1, 2, 3]);
        let policy_extra = policy_extra(&mut chance, kind);
        let thetas: Vec<f64> = tiers.iter().map(|tier| tier.burn_rate * budget).collect();
        Trace {
            seed,
            kind,
            scrape_s,
            declared_s: scrape_s,
            offset_s: 5 * chance.whole(1, scrape_s / 5 - 1),
            // What is scraped less often than it is evaluated is followed in steps of a scrape.
            interval_s: chance
                .one_of(&[30, 60, 60, 60, 60, 120, 120, 300])
                .max(scrape_s),
            length_s,
            groups,
            instances,
            objective,
            tiers,
            tier_extras,
            policy_extra,
            period: chance.one_of(&["12h", "1d", "1d", "3d", "7d"]),
            traffic: traffic(&mut chance, &thetas, budget, length_s, scrape_s, instances),
        }
    }

    /// The service, which no other trace has.
    pub fn service(&self) -> String {
        format!("t{}", self.seed)
    }

    /// The file of the workspace.
    pub fn workspace(&self) -> String {
        let mut text = format!(
            "apiVersion: burnwatch/v1\n\
             slos: [\"slos/*.yaml\"]\n\
             rules: {{interval: {}s, scrape_interval: {}s}}\n\
             teams: {{shop: {{notify: {{page: [pager], ticket: [pager]}}}}}}\n\
             receivers: {{pager: {{pagerduty: {{routing_key_file: /run/secrets/pager}}}}}}\n\
             policies:\n  random:\n    tiers:\n",
            self.interval_s, self.declared_s
        );
        for (at, (tier, extra)) in self.tiers.iter().zip(&self.tier_extras).enumerate() {
            let severity = if at == 0 { "page" } else { "ticket" };
            writeln!(
                text,
                "    - {{name: t{at}, severity: {severity}, burn_rate: {}, long: {}, short: {}{extra}}}",
                tier.burn_rate, tier.long, tier.short
            )
            .expect("a string takes text");
        }
        text + &self.policy_extra
    }

    /// The file of the SLO.
    pub fn slo(&self) -> String {
        let service = self.service();
        let counter = format!("http_requests_total{{job=\"{service}\"}}");
        let sli = match self.kind {
            Kind::Errors => {
                format!("ratio: {{events: '{counter}', errors_where: 'code=~\"5..\"'}}")
            }
            Kind::Good => format!("ratio: {{events: '{counter}', good_where: 'code!~\"5..\"'}}"),
            Kind::Latency => {
                format!(
                    "latency: {{histogram: 'duration_seconds{{job=\"{service}\"}}', threshold: 300ms}}"
                )
            }
            Kind::Gauge => format!("gauge: {{metric: 'probe_success{{job=\"{service}\"}}'}}"),
        };
        let group_by = match self.groups {
            0 => "",
            _ => "  group_by: [route]\n",
        };
        format!(
            "apiVersion: burnwatch/v1\nservice: {service}\nowner: shop\n\
             runbook: https://runbooks.example.com/{service}\nslos:\n\
             - name: x\n  description: Requests that are answered.\n  objective: {}\n  period: {}\n{group_by}\
            \x20 alerting: {{policy: random}}\n  sli: {{{sli}}}\n",
            self.objective, self.period
        )
    }
}

fn extras(chance: &mut Chance) -> String {
    let mut text = String::new();
    if chance.once_in(4) {
        text.push_str(chance.one_of(&[", for: 5m", ", for: 10m", ", for: 15m"]));
    }
    if chance.once_in(4) {
        text.push_str(chance.one_of(&[", keep_firing_for: 5m", ", keep_firing_for: 15m"]));
    }
    if chance.once_in(4) {
        text.push_str(", of: remaining");
    }
    text
}

fn policy_extra(chance: &mut Chance, kind: Kind) -> String {
    let mut text = match kind {
        Kind::Gauge => format!("    min_bad: {}\n", chance.one_of(&["1m", "2m", "5m"])),
        Kind::Errors | Kind::Good | Kind::Latency => {
            format!("    min_errors: {}\n", chance.one_of(&[1, 5, 5, 10]))
        }
    };
    if chance.once_in(3) {
        text.push_str("    confidence: 99%\n");
    }
    text
}

/// What happens: incidents near what fires, quiet times, restarts, missed scrapes.
fn traffic(
    chance: &mut Chance,
    thetas: &[f64],
    budget: f64,
    length_s: i64,
    scrape_s: i64,
    instances: usize,
) -> Traffic {
    let mut incidents = Vec::new();
    for theta in thetas {
        for _ in 0..chance.whole(1, 2) {
            let from_s = chance.whole(0, length_s);
            let (for_s, factor) = match chance.whole(0, 3) {
                // A burst.
                0 => (
                    chance.whole(MINUTE_S, 20 * MINUTE_S),
                    chance.between(2.0, 20.0),
                ),
                // Near the threshold for long.
                1 => (chance.whole(HOUR_S, 6 * HOUR_S), chance.between(0.9, 1.2)),
                // Above it.
                2 => (
                    chance.whole(30 * MINUTE_S, 4 * HOUR_S),
                    chance.between(1.2, 4.0),
                ),
                // Everything fails.
                _ => (chance.whole(2 * MINUTE_S, HOUR_S), 1.0 / theta),
            };
            incidents.push(Incident {
                from_s,
                until_s: from_s + for_s,
                error_ratio: (theta * factor).min(1.0),
            });
        }
    }
    let spans = |chance: &mut Chance, count: i64, least_s: i64, most_s: i64| {
        let span = |chance: &mut Chance| {
            let from_s = chance.whole(0, length_s);
            (from_s, from_s + chance.whole(least_s, most_s))
        };
        (0..count).map(|_| span(chance)).collect::<Vec<_>>()
    };
    let some = |chance: &mut Chance, most: i64| match chance.once_in(3) {
        true => chance.whole(1, most),
        false => 0,
    };
    let quiet = some(chance, 3);
    let quiet = spans(chance, quiet, 10 * MINUTE_S, 3 * HOUR_S);
    let dark = some(chance, 2);
    let dark = spans(chance, dark, 2 * scrape_s, 90 * MINUTE_S);
    let restarts = (0..some(chance, 6)).map(|_| {
        let instance = chance.whole(0, instances as i64 - 1) as usize;
        let from_s = chance.whole(0, length_s);
        let gone_s = chance.one_of(&[0, 10, 40, 120, 900]);
        (instance, from_s, from_s + gone_s)
    });
    let restarts = restarts.collect();
    Traffic {
        per_hour: chance.by_magnitude(10.0, 100_000.0),
        swing: chance.one_of(&[0.0, 0.5, 0.95]),
        background: chance.one_of(&[0.0, 0.05, 0.3]) * budget,
        incidents,
        quiet,
        dark,
        restarts,
        missed_once_in: chance.one_of(&[0, 0, 50, 500]),
        late_errors: chance.once_in(2),
        born_s: match chance.once_in(3) {
            true => chance.whole(0, 4 * HOUR_S),
            false => 0,
        },
    }
}
