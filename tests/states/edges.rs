//! Edges: where groups, units of the calendar, gaps and histories begin and end.

use burnwatch::base::Duration;
use burnwatch::evaluate::{Contents, Counts, History, Resolution};
use burnwatch::plan::{self, Plan, Settings};
use burnwatch::replay::{Replayer, Span};
use burnwatch::status::{self, Sight, Standing, Times};

use crate::slos;
use crate::track::{BEGIN_MS, MINUTE_MS, WORKSPACE, counts, episodes, file, past};

const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The one SLO with these fields in a workspace with these rules.
pub fn with<T>(rules: &str, fields: &str, then: impl FnOnce(&Plan<'_>, &Settings) -> T) -> T {
    let (slos, settings) = slos::read(&format!("{WORKSPACE}{rules}"), &file(fields));
    then(&plan::plan(&slos[0], slos[0].windows), &settings)
}

/// How an SLO stands at the end of these counts.
pub fn standing(plan: &Plan<'_>, settings: &Settings, counts: &Counts, since_ms: i64) -> Standing {
    let end_ms = counts.end_ms(counts.steps - 1);
    let now_ms = end_ms + status::span::ARRIVAL.as_ms() as i64;
    let span = status::span(plan, settings, now_ms, since_ms);
    assert_eq!(span.to_ms, end_ms);
    let resolution = Resolution::of(plan, settings);
    let mut replayer = Replayer::new(plan, settings, resolution, BEGIN_MS, span);
    replayer.go(counts);
    Standing::of(plan, settings, replayer, Times::at(now_ms))
}

#[test]
fn a_tier_waits_no_longer_where_it_is_evaluated_less_often() {
    let fields = "    alerting:\n      no_data: {severity: ticket, after: 10m}\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m, for: 15m}\n";
    with("", fields, |plan, settings| {
        let step: Duration = "5m".parse().unwrap();
        let resolution = Resolution::new(step, plan.slo.period);
        let step_ms = step.as_ms() as i64;
        let span = Span {
            from_ms: BEGIN_MS,
            to_ms: BEGIN_MS + DAY_MS,
        };
        let mut counts = Counts::new(BEGIN_MS, step_ms, 288);
        let begins = 120;
        for at in 0..240 {
            let contents = Contents {
                events: 5_000.0,
                errors: if at >= begins { 5_000.0 } else { 0.0 },
            };
            counts.set(&Default::default(), at, contents);
        }
        let mut replayer = Replayer::new(plan, settings, resolution, BEGIN_MS, span);
        replayer.go(&counts);
        let past = replayer.finish();
        let first_ms = counts.end_ms(begins);
        let page = past.incidents("page").next().unwrap();
        assert_eq!(page.episode.opened_ms, first_ms + 15 * MINUTE_MS);
        assert_eq!(
            past.missing[0].opened_ms,
            counts.end_ms(240) + 10 * MINUTE_MS
        );
    });
}

#[test]
fn steps_are_no_shorter_than_slices() {
    let (slos, settings) = slos::read(
        WORKSPACE,
        "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nrunbook: https://example.com/r\nslos:\n  - name: s\n    objective: 99\n    sli: {threshold: {query: max(age_seconds), good_when: <= 300, slice: 5m}}\n",
    );
    let plan = plan::plan(&slos[0], slos[0].windows);
    assert_eq!(Resolution::of(&plan, &settings).step_ms(), 5 * MINUTE_MS);
}

/// As in the rules, which ask for any window of the whole SLO.
#[test]
fn a_group_that_is_new_in_an_old_slo_waits_for_nothing() {
    let counts = counts(&[("/a", "4d 60000/h"), ("/b", "3d gone, 30m 60000/h 100%")]);
    let past = past("    group_by: [route]\n", &counts, "2d");
    assert_eq!(
        episodes(&past),
        ["/b page 0+1 3d1m..3d6h30m", "/b ticket 2+3 3d1m..open"]
    );
}

#[test]
fn what_a_new_series_counted_first_is_never_lost() {
    let resolution = Resolution::new(Duration::minutes(1), Duration::days(30));
    for minutes in [0, 3, 5, 13, 57, 60] {
        let begin_ms = BEGIN_MS + minutes * MINUTE_MS;
        let mut history = History::new(resolution, begin_ms);
        let first = Contents {
            events: 100.0,
            errors: 7.0,
        };
        history.push(Some(first));
        for hours in 1..29 * 24 {
            (0..60).for_each(|_| history.push(Some(Contents::NONE)));
            let all = history.stretch(BEGIN_MS - HOUR_MS, history.now_ms());
            assert_eq!(all.contents, first, "{minutes}m, after {hours}h");
            let known_ms = history.now_ms() - begin_ms;
            assert_eq!(all.known_ms, known_ms as f64, "{minutes}m, after {hours}h");
        }
    }
}

#[test]
fn groups_that_were_not_watched_are_told_of_when_they_are_gone() {
    let names: Vec<String> = (0..1_003).map(|at| format!("/{at:05}")).collect();
    let mut groups: Vec<(&str, &str)> = names
        .iter()
        .map(|name| (name.as_str(), "5m 600/h"))
        .collect();
    groups.push(("/00000 stays", "20m 600/h"));
    let past = past("    group_by: [route]\n", &counts(&groups), "1m");
    assert_eq!(past.groups_refused, 4);
}

#[test]
fn a_group_that_fired_before_a_month_without_sight_resolves_after_it() {
    let fields = "    group_by: [route]\n    period: 7d\n    alerting:\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}\n";
    let counts = counts(&[
        ("/a", "1d 60000/h, 10m 60000/h 100%"),
        ("/b", "1d 60000/h, 8d gone, 3h 60000/h"),
    ]);
    let found = episodes(&past(fields, &counts, "12h"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(!found[0].ends_with("open"), "{found:?}");
}

const WEEKS: &str = "    period: {calendar: week, time_zone: UTC}\n";

#[test]
fn an_incident_costs_as_much_of_a_week_as_the_budget_falls_by() {
    let text = "7d1h 60000/h, 5m 60000/h 100%, 6h 60000/h";
    let past = past(WEEKS, &counts(&[("", text)]), "7d");
    let incident = past.incidents("page").next().unwrap();
    let spent = incident.spent.unwrap();
    let left = past
        .groups
        .values()
        .next()
        .unwrap()
        .budget
        .last()
        .unwrap()
        .1
        .left
        .unwrap();
    assert!((0.3..0.6).contains(&spent), "{spent}");
    assert!((1.0 - left - 5.0 / 10.08).abs() < 0.01, "{left}");
}

/// As in a rolling period, whose tiles count as error-free where nothing was known.
#[test]
fn a_service_that_is_born_late_in_a_week_has_spent_nothing_before() {
    let text = "6d gone, 12h 60000/h, 5m 60000/h 100%, 10h 60000/h";
    let past = past(WEEKS, &counts(&[("", text)]), "5d");
    let left = past
        .groups
        .values()
        .next()
        .unwrap()
        .budget
        .last()
        .unwrap()
        .1
        .left
        .unwrap();
    assert!((1.0 - left - 5.0 / 10.08).abs() < 0.01, "{left}");
}

#[test]
fn an_incident_outlasts_the_first_minutes_of_a_week() {
    let fields = format!(
        "{WEEKS}    alerting:\n      tiers:\n        - {{name: ends, severity: page, exhausts_in: 1d, of: remaining, long: 6h, short: 30m}}\n"
    );
    let text = "6d23h 6000/h, 59m 6000/h 100%, 6m 0/h, 2h 6000/h 100%";
    let found = episodes(&past(&fields, &counts(&[("", text)]), "6d"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("open"), "{found:?}");
}

/// The last evaluation lies before the last step where an interval has several.
#[test]
fn e6_an_slo_without_series_between_two_evaluations_is_stale() {
    let fields = "    alerting:\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}\n";
    with("rules: {interval: 2m}\n", fields, |plan, settings| {
        for minutes in [30, 31] {
            let text = format!("1d 600/h, {minutes}m gone");
            let counts = counts(&[("", &text)]);
            let standing = standing(plan, settings, &counts, counts.end_ms(counts.steps - 1));
            let since_ms = BEGIN_MS + DAY_MS;
            let stale = Sight::Stale {
                since_ms,
                or_longer: false,
            };
            assert_eq!(standing.sight, stale, "{minutes}m");
        }
    });
}

#[test]
fn what_fired_before_a_deployment_is_not_taken_for_its_doing() {
    let tier = |more: &str| {
        format!(
            "    alerting:\n      tiers:\n        - {{name: fast, severity: page, budget: 2%, long: 1h, short: 5m{more}}}\n"
        )
    };
    for fields in [tier(""), tier(", for: 15m")] {
        with("", &fields, |plan, settings| {
            let counts = counts(&[("", "2d 60000/h, 1d 60000/h 100%")]);
            for hours in [1, 7] {
                let since_ms = BEGIN_MS + 3 * DAY_MS - hours * HOUR_MS;
                let standing = standing(plan, settings, &counts, since_ms);
                let firing = &standing.groups[0].firing[0];
                assert!(firing.opened_ms < since_ms, "{fields} {hours}h");
                assert!(firing.or_earlier, "{fields} {hours}h");
            }
        });
    }
}
