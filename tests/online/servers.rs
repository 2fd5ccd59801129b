//! Each fault provoked on real servers, and beside it what is nearly the same and right.

use std::path::Path;

use burnwatch::diagnostics::{Colour, Sources, human};

use super::data::{self, NOW_S};
use super::slos::{MINUTELY, file, held_against, lines, source};

/// How long after the last samples everything is asked: between two scrapes, as it usually is.
const AFTER_MS: i64 = 7_000;

/// Something to hold against a server and what is to be said of it.
struct Case {
    why: &'static str,
    workspace: String,
    slos: Vec<&'static str>,
    said: Vec<&'static str>,
}

const AVAILABILITY: &str = r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="flaky"}', errors_where: 'code=~"5.."'}}"#;

fn case(why: &'static str, slo: &'static str, said: &[&'static str]) -> Case {
    Case {
        why,
        workspace: MINUTELY.to_owned(),
        // A metric that is there, so that nobody asks whether this is the right server.
        slos: vec![AVAILABILITY, slo],
        said: said.to_vec(),
    }
}

fn options(why: &'static str, workspace: &str, slo: &'static str, said: &[&'static str]) -> Case {
    Case {
        workspace: format!("{MINUTELY}{workspace}"),
        ..case(why, slo, said)
    }
}

fn missing() -> Vec<Case> {
    vec![
        case("all is well", AVAILABILITY, &[]),
        case(
            "a misspelt metric is missing, and the right one is named",
            r#"objective: 99, sli: {ratio: {events: 'http_request_total{job="checkout"}', errors_where: 'code=~"4.."'}}"#,
            &[
                "ON001 error at `http_request_total`: the server has no metric `http_request_total`; no series now, and none in the last 7d; `http_requests_total` is similar",
            ],
        ),
        case(
            "a histogram is one place, though it has two metrics",
            r#"objective: 99, sli: {latency: {histogram: 'http_request_durations_seconds{job="checkout"}', threshold: 500ms}}"#,
            &[
                "ON001 error at `http_request_durations_seconds`: the server has no metric `http_request_durations_seconds_count`; no series now, and none in the last 7d; `http_request_duration_seconds` is similar",
            ],
        ),
        case(
            "a metric that ended days ago is missing",
            r#"objective: 99, sli: {ratio: {events: 'gone_total{job="checkout"}', errors_where: 'code=~"4.."'}}"#,
            &[
                "ON001 error at `gone_total`: the server has no metric `gone_total`; no series now; seen for more than 7d, last 3d ago",
            ],
        ),
        case(
            "a metric that ended half an hour ago is a gap",
            r#"objective: 99, sli: {ratio: {events: 'paused_total{job="checkout"}', errors_where: 'code=~"4.."'}}"#,
            &[],
        ),
        case(
            "a misspelt value is one finding, not also one about errors",
            r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="chekout"}', errors_where: 'code=~"5.."'}}"#,
            &[
                "ON002 warning at `job=\"chekout\"`: no series of `http_requests_total` passes `job=\"chekout\"`; `job` is `checkout` or `flaky`; `checkout` is similar",
            ],
        ),
        case(
            "a label that no series has can never count",
            r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'status=~"5.."'}}"#,
            &[
                "ON002 warning at `status=~\"5..\"`: no series of `http_requests_total{job=\"checkout\"}` has the label `status`; nothing passes this",
            ],
        ),
        case(
            "a misspelt label is likened to those that there are",
            r#"objective: 99, sli: {ratio: {events: 'http_requests_total{jobs="checkout"}', errors_where: 'code=~"5.."'}}"#,
            &[
                "ON002 warning at `jobs=\"checkout\"`: no series of `http_requests_total` has the label `jobs`; nothing passes this",
            ],
        ),
        case(
            "errors that did not happen may do so",
            r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}"#,
            &[
                "ON002 info at `code=~\"5..\"`: no series of `http_requests_total{job=\"checkout\"}` passes `code=~\"5..\"`; `code` is `200` or `404`",
            ],
        ),
        case(
            "a misspelt value of an error is one",
            r#"objective: 99, sli: {ratio: {events: 'reports_total{job="reports"}', errors_where: 'state="faild"'}}"#,
            &[
                "ON002 warning at `state=\"faild\"`: no series of `reports_total{job=\"reports\"}` passes `state=\"faild\"`; `state` is `failed` or `ok`; `failed` is similar",
                "ON012 warning at `'reports_total{job=\"reports\"}'`: tier `page-1h` cannot fire at the traffic of the last day; about 2.0 events in 1h",
            ],
        ),
        case(
            "without good events everything is an error",
            r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="checkout"}', good: 'http_requests_total{job="checkout", code="202"}'}}"#,
            &[
                "ON002 warning at `code=\"202\"`: no series of `http_requests_total{job=\"checkout\"}` passes `code=\"202\"`; `code` is `200` or `404`",
            ],
        ),
        case(
            "what runs at night was there",
            r#"objective: 99, sli: {ratio: {events: 'http_requests_total{job="nightly"}', errors_where: 'code=~"5.."'}}"#,
            &[],
        ),
        case(
            "each part of a sum is needed",
            r#"objective: 90, sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors: 'sum(increase(http_errors_total[$window])) + sum(increase(timeouts_total[$window]))'}}"#,
            &[
                "ON001 warning at `timeouts_total`: the server has no metric `timeouts_total`; no series now, and none in the last 7d",
            ],
        ),
        case(
            "what copes with nothing needs nothing",
            r#"objective: 99, sli: {threshold: {query: 'max(room_celsius unless nothing_total)', good_when: "<= 30"}}"#,
            &[],
        ),
        case(
            "what asks for absence needs nothing",
            r#"objective: 99, sli: {threshold: {query: 'max(absent(nobody_total)) * max(room_celsius)', good_when: "<= 30"}}"#,
            &[],
        ),
        case(
            "one of two sides of `or` is enough",
            r#"objective: 99, sli: {threshold: {query: 'max(room_celsius or room_kelvin)', good_when: "<= 30"}}"#,
            &[],
        ),
        case(
            "the right side of a comparison is needed",
            r#"objective: 99, sli: {threshold: {query: 'max(room_celsius) - max(outdoors_celsius)', good_when: "<= 30"}}"#,
            &[
                "ON001 error at `outdoors_celsius`: the server has no metric `outdoors_celsius`; no series now, and none in the last 7d",
            ],
        ),
        options(
            "a fault in a template is shown in the template",
            "sli_templates: {http: {params: [job], ratio: {events: 'http_request_total{job=\"$job\"}', errors_where: 'code=~\"5..\"'}}}\n",
            r#"objective: 99, sli: {use: http, with: {job: checkout}}"#,
            &[
                "ON001 error at `the workspace`: the server has no metric `http_request_total`; no series now, and none in the last 7d; `http_requests_total` is similar",
            ],
        ),
        case(
            "a threshold between two buckets counts nothing",
            r#"objective: 99, sli: {latency: {histogram: 'http_request_duration_seconds{job="checkout"}', threshold: 400ms}}"#,
            &[
                "ON003 error at `400ms`: `http_request_duration_seconds_bucket` has no bucket that ends at 0.4; nothing would be counted as good; `500ms` is a bound",
            ],
        ),
        case(
            "a bucket is found in either spelling",
            r#"objective: 99, sli: {latency: {histogram: 'http_request_duration_seconds{job="checkout"}', threshold: 1s}}"#,
            &[],
        ),
    ]
}

fn wrong() -> Vec<Case> {
    vec![
        case(
            "sides with different labels give nothing",
            r#"objective: 99, sli: {error_ratio: {query: "sum(rate(rpc_failures_total[$window]) / on (pod) rate(rpc_calls_total[$window]))"}}"#,
            &[
                "ON005 error at `\"sum(rate(rpc_failures_total[$window]) / on (pod) rate(rpc_calls_total[$window]))\"`: the SLI gives nothing, although its metrics are there; no series over the last hour, and none over the last day",
            ],
        ),
        case(
            "sides with equal labels give something",
            r#"objective: 99, sli: {error_ratio: {query: "sum(rate(rpc_failures_total[$window])) / sum(rate(rpc_calls_total[$window]))"}}"#,
            &[],
        ),
        case(
            "nought by nought is a warning",
            r#"objective: 99, sli: {error_ratio: {query: "sum(rate(idle_total{state='failed'}[$window])) / sum(rate(idle_total[$window]))"}}"#,
            &[
                "ON005 warning at `\"sum(rate(idle_total{state='failed'}[$window])) / sum(rate(idle_total[$window]))\"`: the SLI gave no number over the last day; a division of nought by nought",
            ],
        ),
        case(
            "errors that are no part of the events exceed them",
            r#"objective: 99, sli: {ratio: {events: 'orders_total{job="checkout"}', errors: 'http_errors_total{job="checkout"}'}}"#,
            &[
                "ON006 error at `'http_errors_total{job=\"checkout\"}'`: the share of errors is not between 0 and 1; in an hour of the last 7d it was up to 2.00",
            ],
        ),
        case(
            "errors of another metric that stay below the events are fine",
            r#"objective: 90, sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors: 'http_errors_total{job="checkout"}'}}"#,
            &[],
        ),
        case(
            "a gauge that is neither 0 nor 1 gives no share",
            r#"objective: 99, sli: {gauge: {metric: 'room_celsius{room="a"}'}}"#,
            &[
                "ON006 error at `'room_celsius{room=\"a\"}'`: the share of errors is not between 0 and 1; in an hour of the last 7d it was down to -20",
            ],
        ),
        case(
            "a gauge of 1 does",
            r#"objective: 99, sli: {gauge: {metric: 'up{job="checkout"}'}}"#,
            &[],
        ),
        case(
            "five minutes hold no two scrapes of five minutes",
            r#"objective: 99, sli: {ratio: {events: 'invoices_total{job="billing"}', errors_where: 'state="failed"'}}"#,
            &[
                "ON007 error at `invoices_total`: a window of 5m holds fewer than two samples of this metric; scraped about every 5m",
            ],
        ),
        options(
            "a declared interval that is not the real one is one warning",
            "",
            r#"objective: 90, sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code="404"'}}"#,
            &[],
        ),
        Case {
            why: "a declared interval that is not the real one is one warning for all SLOs",
            workspace: "apiVersion: burnwatch/v1\nteams: {payments: {}}\n".to_owned(),
            slos: vec![AVAILABILITY, AVAILABILITY, AVAILABILITY],
            said: vec![
                "ON007 warning at `http_requests_total`: `rules.scrape_interval` is 15s, and samples come at another pace; scraped about every 1m",
            ],
        },
        case(
            "series of three minutes do not tell how often they are scraped",
            r#"objective: 99, sli: {ratio: {events: young_total, errors_where: 'result="failed"'}}"#,
            &[],
        ),
        case(
            "a quiet group beside a busy one is not the SLO's fault",
            r#"objective: 99, group_by: [route], sli: {ratio: {events: visits_total, errors_where: 'result="failed"'}}"#,
            &[],
        ),
        case(
            "a few events can be too few for any tier",
            r#"objective: 99.9, sli: {ratio: {events: 'reports_total{job="reports"}', errors_where: 'state="failed"'}}"#,
            &[
                "ON012 warning at `'reports_total{job=\"reports\"}'`: tier `page-1h` cannot fire at the traffic of the last day; about 2.0 events in 1h",
            ],
        ),
        options(
            "a single error fires where nothing else is asked for",
            "policies: {eager: {min_errors: 1, tiers: [{name: fast, severity: page, burn_rate: 10, long: 6h, short: 30m}]}}\n",
            r#"objective: 99.9, alerting: {policy: eager}, sli: {ratio: {events: 'reports_total{job="reports"}', errors_where: 'state="failed"'}}"#,
            &[
                "ON012 warning at `'reports_total{job=\"reports\"}'`: a single error fires tier `fast` at the traffic of the last day; about 12 events in 6h",
            ],
        ),
        options(
            "`min_errors` decides where events are few",
            "policies: {patient: {min_errors: 3, tiers: [{name: fast, severity: page, burn_rate: 10, long: 6h, short: 30m}]}}\n",
            r#"objective: 99.9, alerting: {policy: patient}, sli: {ratio: {events: 'reports_total{job="reports"}', errors_where: 'state="failed"'}}"#,
            &[
                "ON012 info at `'reports_total{job=\"reports\"}'`: `min_errors`, not the burn rate, decides about tier `fast`; about 12 events in 6h",
            ],
        ),
    ]
}

/// What would have happened, and what does.
fn trouble() -> Vec<Case> {
    vec![
        case(
            "a tier that fires now is a warning",
            r#"objective: 99.5, sli: {ratio: {events: 'trouble_total{job="now"}', errors_where: 'code="500"'}}"#,
            &["ON010 warning at `s1`: tier `page-1h` fires now; burn rate 14.6 over 1h"],
        ),
        case(
            "where nobody is woken the ticket fires now",
            r#"objective: 99.5, alerting: {mode: ticket-only, reason: new}, sli: {ratio: {events: 'trouble_total{job="now"}', errors_where: 'code="500"'}}"#,
            &["ON010 warning at `s1`: tier `page-1h` fires now; burn rate 14.6 over 1h"],
        ),
        case(
            "what only observes fires nothing",
            r#"objective: 99.5, alerting: {mode: observe, reason: new}, sli: {ratio: {events: 'trouble_total{job="now"}', errors_where: 'code="500"'}}"#,
            &[],
        ),
        case(
            "an incident that is over would have paged",
            r#"objective: 99.5, sli: {ratio: {events: 'trouble_total{job="tuesday"}', errors_where: 'code="500"'}}"#,
            &[
                "ON011 info at `s1`: this would have woken somebody once in the last 30d; as it is written now",
            ],
        ),
        case(
            "an incident that spends little pages nobody",
            r#"objective: 90, sli: {ratio: {events: 'trouble_total{job="tuesday"}', errors_where: 'code="500"'}}"#,
            &[],
        ),
        case(
            "a budget that is spent is a warning, beside the ticket that fires for it",
            r#"objective: 99.9, sli: {ratio: {events: 'trouble_total{job="steady"}', errors_where: 'code="500"'}}"#,
            &[
                "ON009 warning at `99.9`: the budget of the last 30d is spent already; 177 % of the budget is spent",
                "ON010 warning at `s1`: tiers `page-6h`, `ticket-1d`, `ticket-3d` fire now; burn rate 6.6 over 6h, 6.6 over 1d, 6.6 over 3d",
            ],
        ),
        case(
            "a budget of something that is only observed can be spent, too",
            r#"objective: 99.9, alerting: {mode: observe, reason: new}, sli: {ratio: {events: 'trouble_total{job="steady"}', errors_where: 'code="500"'}}"#,
            &[
                "ON009 warning at `99.9`: the budget of the last 30d is spent already; 177 % of the budget is spent",
            ],
        ),
        case(
            "an objective that is met is fine",
            r#"objective: 99, sli: {ratio: {events: 'trouble_total{job="steady"}', errors_where: 'code="500"'}}"#,
            &[],
        ),
    ]
}

fn dear() -> Vec<Case> {
    let options = |max: u32| format!("checks: {{options: {{ON013: {{samples_max: {max}}}}}}}\n");
    // 5m, 30m and 1h of two series at a minute each, and of one more for the errors.
    let read = 95 * 3;
    let slo = AVAILABILITY;
    vec![
        Case {
            workspace: format!("{MINUTELY}{}", options(read - 10)),
            ..case(
                "an evaluation that reads more than it may is a warning",
                slo,
                &[
                    "ON013 warning at `'http_requests_total{job=\"flaky\"}'`: the rules of this SLO read about 285 samples in each evaluation; more than 275",
                    "ON013 warning at `'http_requests_total{job=\"flaky\"}'`: the rules of this SLO read about 285 samples in each evaluation; more than 275",
                ],
            )
        },
        Case {
            workspace: format!("{MINUTELY}{}", options(read + 10)),
            ..case(
                "an evaluation that reads as much as it may is none",
                slo,
                &[],
            )
        },
    ]
}

/// Holds every case against a server; all that is not as expected, in one report.
/// `always` is said in every case; what begins with `but` is not looked at.
/// Gives what people see of it.
fn check(url: &str, cases: Vec<Case>, always: &[&str], but: &str) -> String {
    let (mut report, mut shown) = (String::new(), String::new());
    for case in cases {
        let text = file(&case.slos);
        let mut source = source(url);
        let online = held_against(
            &mut source,
            &case.workspace,
            &text,
            Some(NOW_S * 1_000 + AFTER_MS),
        );
        let mut said = lines(&text, &online);
        said.retain(|line| !line.starts_with(but));
        if !online.findings.is_empty() {
            let mut sources = Sources::default();
            sources.add("burnwatch.yaml", &*case.workspace);
            sources.add("slos.yaml", &*text);
            shown.push_str(&format!("## {}\n\n", case.why));
            // How long a query took is another time each time.
            let seen = human(&online.findings, &sources, Colour::Plain);
            let lines = seen
                .split_inclusive('\n')
                .filter(|line| !line.contains("that took"));
            shown.extend(lines);
            shown.push('\n');
        }
        let expected: Vec<&str> = case.said.iter().chain(always).copied().collect();
        if said != expected {
            report.push_str(&format!(
                "{}\n  said {said:#?}\n  not {expected:#?}\n",
                case.why
            ));
        }
    }
    assert!(report.is_empty(), "\n{report}");
    shown
}

#[test]
fn each_fault_is_found_on_prometheus() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = data::prometheus(folder.path());
    let types = "could not check ON004 not-a-counter: the server knows no types of metrics";
    let mut cases = missing();
    cases.extend(wrong());
    cases.extend(trouble());
    cases.extend(dear());
    let shown = check(&server.url(), cases, &[types], "none of these");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/online/shown.out");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&golden, &shown).expect("the folder of the tests is writable");
    }
    let expected = std::fs::read_to_string(&golden).expect("what people see is written down");
    assert!(
        shown == expected,
        "tests/online/shown.out is out of date: run the tests with UPDATE=1"
    );
}

#[test]
fn each_fault_is_found_on_victoria_metrics() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = data::victoria(folder.path());
    let types = "could not check ON004 not-a-counter: the server knows no types of metrics";
    let kept = "could not check ON008 retention-too-short: how long samples are kept: the server does not have this part of the API (status 400)";
    let mut cases = missing();
    cases.extend(wrong());
    cases.extend(trouble());
    // It counts no samples, which matters only to expressions that are worth the question.
    check(
        &server.url(),
        cases,
        &[types, kept],
        "could not check ON013 query-cost: the server does not count",
    );
}
