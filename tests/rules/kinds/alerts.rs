//! When tiers fire, and what their alerts say.

use super::case::Case;

/// A counter sampled every 15 s: so many samples, each higher by so much.
fn counter(parts: &[(u64, u64)]) -> String {
    let (mut text, mut value) = (String::from("0"), 0);
    for (count, step) in parts.iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!(" {}+{step}x{}", value + step, count - 1));
        value += count * step;
    }
    text
}

fn alerting(alerting: &str) -> Case {
    Case::new(&format!(
        "sli: {{ratio: {{events: calls_total, errors: failures_total}}}}\n{alerting}"
    ))
}

const FAST: &str = "slo_tier=\"fast\", severity=\"page\", alertname=\"SLOErrorBudgetBurn\"";

/// Burn rate 4 over 10 h: of the whole budget the threshold is 4 %. Its first hour costs as many tenths of the budget
/// as it has percent of errors; the second hour is judged when it ends, and has cost budget by then.
#[test]
fn a_tier_of_what_remains_grows_stricter_as_the_budget_is_spent() {
    for (first, second, fires) in [
        // 2.8 % < 4 % of 0.72; 2.9 % > 4 % of 0.71.
        (0, 28, false),
        (0, 29, true),
        // 1.9 % < 4 % of 0.51; 2.1 % > 4 % of 0.49.
        (30, 19, false),
        (30, 21, true),
        // Nothing is left: a burn rate of 1.
        (150, 9, false),
        (150, 11, true),
    ] {
        alerting(
            "period: 10h\nalerting: {tiers: [{name: fast, severity: page, burn_rate: 4, of: remaining, long: 1h, short: 5m}]}",
        )
        .series("calls_total", &counter(&[(720, 1000)]))
        .series("failures_total", &counter(&[(240, 0), (240, first), (240, second)]))
        .firing("3h", if fires { &[FAST] } else { &[] })
        .check();
    }
}

/// 240 events and a threshold of 10 %: 24 errors, and at 99 % confidence 10.8 more.
#[test]
fn confidence_asks_for_more_errors_where_events_are_few() {
    for (confidence, errors, fires) in [
        ("", 26, true),
        ("", 24, false),
        (", confidence: 99%", 26, false),
        (", confidence: 99%", 34, false),
        (", confidence: 99%", 36, true),
    ] {
        alerting(&format!(
            "alerting: {{tiers: [{{name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m}}]{confidence}}}"
        ))
        .series("calls_total", &counter(&[(480, 1)]))
        .series(
            "failures_total",
            &counter(&[(300, 0), (errors - 4, 1), (176 - (errors - 4), 0), (4, 1)]),
        )
        .firing("2h", if fires { &[FAST] } else { &[] })
        .check();
    }
}

#[test]
fn fewer_errors_than_min_errors_stay_silent() {
    for (errors, fires) in [(4, false), (5, true)] {
        alerting("alerting: {tiers: [{name: fast, severity: page, burn_rate: 2, long: 1h, short: 5m}], min_errors: 5}")
            .series("calls_total", &counter(&[(480, 1)]))
            .series("failures_total", &counter(&[(475, 0), (errors, 1), (5 - errors, 0)]))
            .firing("2h", if fires { &[FAST] } else { &[] })
            .check();
    }
}

#[test]
fn data_is_missing_when_series_vanish_and_not_when_nothing_happens() {
    let silent = "slo_tier=\"no-data\", severity=\"ticket\", alertname=\"SLONoData\"";
    let fields = "alerting: {no_data: {severity: ticket, after: 30m}}";
    alerting(fields)
        .series("calls_total", "5+0x480")
        .firing("2h", &[])
        .check();
    alerting(fields)
        .series("calls_total", "0+1x60 stale")
        .firing("45m", &[])
        .firing("52m", &[silent])
        .check();
    // One group of several is not the SLO.
    alerting(&format!("group_by: [route]\n{fields}"))
        .series("calls_total{route=\"/a\"}", "0+1x60 stale")
        .series("calls_total{route=\"/b\"}", "0+0x480")
        .firing("2h", &[])
        .check();
}

#[test]
fn a_tier_waits_and_lasts_as_long_as_it_says() {
    let tiers = |more: &str| {
        alerting(&format!(
            "alerting: {{tiers: [{{name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m{more}}}]}}"
        ))
        .series("calls_total", &counter(&[(480, 10)]))
        .series("failures_total", &counter(&[(240, 0), (40, 10), (200, 0)]))
    };
    // 10 % of the hour after 6 minutes; the last five minutes are clean 5 minutes after the end at 70m.
    let burning = |case: Case, first: &'static str, last: &'static str| {
        case.firing(first, &[FAST]).firing(last, &[FAST])
    };
    burning(tiers(""), "67m", "74m")
        .firing("65m", &[])
        .firing("76m", &[])
        .check();
    burning(tiers(", for: 5m"), "72m", "74m")
        .firing("70m", &[])
        .firing("76m", &[])
        .check();
    burning(tiers(", keep_firing_for: 10m"), "67m", "84m")
        .firing("65m", &[])
        .firing("86m", &[])
        .check();
}

/// Everything fails for ten minutes, nothing happens for 25, and then all is well.
#[test]
fn a_firing_tier_holds_without_traffic_and_ends_with_good_traffic() {
    alerting(
        "alerting: {tiers: [{name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m}]}",
    )
    .series("calls_total", &counter(&[(280, 10), (100, 0), (100, 10)]))
    .series("failures_total", &counter(&[(240, 0), (40, 10), (200, 0)]))
    .is("slo:events:increase5m", "90m", 0.0)
    .firing("90m", &[FAST])
    .firing("94m", &[FAST])
    .firing("101m", &[])
    .check();
}

#[test]
fn a_mode_says_whom_alerts_may_reach() {
    let incident = |mode: &str| {
        alerting(&format!("alerting: {{mode: {mode}, reason: new}}"))
            .series("calls_total", &counter(&[(480, 10)]))
            .series("failures_total", &counter(&[(230, 0), (250, 10)]))
    };
    let tier = |severity: &str, tier: &str| {
        format!("slo_tier=\"{tier}\", severity=\"{severity}\", alertname=\"SLOErrorBudgetBurn\"")
    };
    // The last tier waits until the metric is five hours old.
    let all = |page| {
        [
            tier(page, "page-1h"),
            tier(page, "page-6h"),
            tier("ticket", "ticket-1d"),
        ]
    };
    for (mode, page) in [("alert", "page"), ("ticket-only", "ticket")] {
        let expected = all(page);
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        incident(mode).firing("2h", &expected).check();
    }
    incident("observe")
        .firing("2h", &[])
        .is("slo:events:increase1h", "2h", 2400.0)
        .is("slo:errors:increase1h", "2h", 2400.0)
        .check();
}

const BURNING: &str =
    "alerting: {tiers: [{name: fast, severity: page, budget: 2%, long: 1h, short: 5m}]}";

/// That one alert fires an hour after all began, with these group labels (as labels, and as they are said).
fn says(case: Case, group: (&str, &str), description: &str) {
    let labels = "severity: page, slo: shop/test, slo_service: shop, slo_name: test, slo_tier: fast, owner: shop, \
                  long_window: 1h, short_window: 5m";
    let summary = format!(
        "shop/test{} burns its error budget too fast (fast tier)",
        group.1
    );
    let alert = format!(
        "{{exp_labels: {{{labels}{}}}, exp_annotations: {{summary: '{summary}', description: '{description}', runbook_url: 'https://runbooks.example.com/shop'}}}}",
        group.0
    );
    case.alert("SLOErrorBudgetBurn", "1h", &alert).check();
}

/// A third of the events fails for the first of 720 hours: 33.3 times too fast, and 33.3 / 720 of the budget.
#[test]
fn an_alert_says_how_fast_the_budget_burns_and_what_is_left_before_the_users_own_words() {
    for (written, said) in [
        ("", ""),
        (
            "description: Calls that work {{ always }}.\n",
            " Calls that work {{ always }}.",
        ),
        ("description: Calls that work\n", " Calls that work"),
    ] {
        let case = alerting(&format!("{written}{BURNING}"))
            .series("calls_total", &counter(&[(480, 30)]))
            .series("failures_total", &counter(&[(480, 10)]));
        let description = "Over 1h the error budget burns 33.33 times as fast as the objective allows (fires above 14.4). \
                           95.37% of the 30d budget is left. At this pace it is spent in 20h 36m 0s.";
        says(case, ("", ""), &format!("{description}{said}"));
    }
}

/// All events of one group fail: 100 times too fast, and 100 / 720 of its budget.
#[test]
fn an_alert_of_a_group_speaks_of_that_group() {
    let group = r#"route="say \"hi\" \\ é 100%""#;
    let case = alerting(&format!("group_by: [route, zone]\n{BURNING}"))
        .series(
            "calls_total{route=\"/a\", zone=\"x\"}",
            &counter(&[(480, 30)]),
        )
        .series(
            "failures_total{route=\"/a\", zone=\"x\"}",
            &counter(&[(480, 0)]),
        )
        .series(&format!("calls_total{{{group}}}"), &counter(&[(480, 30)]))
        .series(
            &format!("failures_total{{{group}}}"),
            &counter(&[(480, 30)]),
        );
    let description = "Over 1h the error budget burns 100 times as fast as the objective allows (fires above 14.4). \
                       86.11% of the 30d budget is left. At this pace it is spent in 6h 12m 0s.";
    let group = (
        r#", route: 'say "hi" \ é 100%'"#,
        r#" (route=say "hi" \ é 100%, zone=)"#,
    );
    says(case, group, description);
}

/// Everything fails in an hour of a day: more than four budgets.
#[test]
fn an_alert_of_a_spent_budget_says_so() {
    let case = alerting(&format!("period: 1d\n{BURNING}"))
        .series("calls_total", &counter(&[(480, 30)]))
        .series("failures_total", &counter(&[(480, 30)]));
    let description = "Over 1h the error budget burns 100 times as fast as the objective allows (fires above 0.48). \
                       The 1d budget is spent.";
    says(case, ("", ""), description);
}

#[test]
fn an_alert_of_missing_data_says_so() {
    alerting("alerting: {no_data: {severity: ticket, after: 30m}}")
        .series("others_total", "0+0x480")
        .alert(
            "SLONoData",
            "1h",
            "{exp_labels: {severity: ticket, slo: shop/test, slo_service: shop, slo_name: test, slo_tier: no-data, \
             owner: shop}, exp_annotations: {summary: shop/test has no data, description: 'For 30m there has been no \
             series at all of what shop/test counts, so its budget cannot be seen. Without traffic there would be \
             series that stand still.', runbook_url: 'https://runbooks.example.com/shop'}}",
        )
        .check();
}
