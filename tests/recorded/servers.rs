//! What is asked means the same to Prometheus and to VictoriaMetrics.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use burnwatch::engine::{Look, Sight};
use burnwatch::prometheus::Server as _;
use burnwatch::recorded::{Reading, Survey};
use burnwatch::source::{Endpoint, Source, SourceSettings};

use crate::kit::prometheus::Prometheus;
use crate::kit::tools;
use crate::kit::victoria::Victoria;
use crate::slos;

const MINUTE_S: i64 = 60;
/// When it is evaluated: 2026-01-05 12:00:20.
const AT_S: i64 = 1_767_614_420;
/// When rules ran last before that.
const LAST_S: i64 = AT_S - 20;

const WORKSPACE: &str = "
apiVersion: burnwatch/v1
severities: {page: {wakes: true}, ticket: {}}
teams: {t: {notify: {page: [r], ticket: [r]}}}
receivers: {r: {slack: {url_file: /run/secrets/r}}}
policies:
  two:
    min_errors: 10
    tiers:
      - {name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m}
      - {name: slow, severity: ticket, burn_rate: 2, long: 1d, short: 2h}
";

const SLOS: &str = "
apiVersion: burnwatch/v1
service: shop.eu
owner: t
runbook: https://runbooks.example.com/shop
slos:
- {name: cart, description: Answered., objective: 99, alerting: {policy: two}, sli: {ratio: {events: 'a_total', errors_where: 'code=~\"5..\"'}}}
- {name: failing, description: Answered., objective: 99, alerting: {policy: two}, sli: {ratio: {events: 'e_total', errors_where: 'code=~\"5..\"'}}}
- {name: gone, description: Answered., objective: 99, alerting: {policy: two}, sli: {ratio: {events: 'b_total', errors_where: 'code=~\"5..\"'}}}
- {name: orders, description: Answered., objective: 99, alerting: {policy: two}, sli: {ratio: {events: 'c_total', errors_where: 'code=~\"5..\"'}}}
- {name: routes, description: Answered., objective: 99, group_by: [route], alerting: {policy: two}, sli: {ratio: {events: 'd_total', errors_where: 'code=~\"5..\"'}}}
";

/// A series: its name, its labels, and its value once in a minute, from and until so many minutes before the last evaluation.
type Series = (&'static str, &'static str, f64, i64, i64);

/// What rules have recorded.
fn series() -> Vec<Series> {
    let mut all = Vec::new();
    let mut of = |labels: &'static str, slo: &'static str, from: i64, until: i64, share: f64| {
        all.push(("slo:objective:ratio", slo, 0.99, from, until));
        let windows = [
            ("slo:events:increase5m", "slo:errors:increase5m", 100.0),
            ("slo:events:increase1h", "slo:errors:increase1h", 1_200.0),
            ("slo:events:increase2h", "slo:errors:increase2h", 2_400.0),
            ("slo:events:increase1d", "slo:errors:increase1d", 28_800.0),
        ];
        for (events, errors, count) in windows {
            all.push((events, labels, count, from, until));
            all.push((errors, labels, count * share, from, until));
        }
        all.push((
            "slo:error_budget_remaining:ratio30d",
            labels,
            0.25,
            from,
            until,
        ));
    };
    let slo = |slo| (slo, slo);
    let (cart, orders) = (slo(r#"slo="shop.eu/cart""#), slo(r#"slo="shop.eu/orders""#));
    // It was recorded until ten minutes ago.
    of(cart.0, cart.1, 180, 10, 0.5);
    of(orders.0, orders.1, 180, 0, 0.5);
    let routes = r#"slo="shop.eu/routes""#;
    of(r#"route="/pay",slo="shop.eu/routes""#, routes, 30, 0, 0.03);
    of(r#"route="/list",slo="shop.eu/routes""#, routes, 30, 0, 0.0);
    // Its rules run, and those that count have failed for three minutes.
    let failing = r#"slo="shop.eu/failing""#;
    of(failing, failing, 180, 3, 0.5);
    // Of somebody else, whose name is like one of ours.
    let other = r#"slo="shop-eu/orders""#;
    of(other, other, 180, 0, 0.0);
    all.push((
        "slo:objective:ratio",
        r#"slo="shop.eu/failing""#,
        0.99,
        2,
        0,
    ));
    all.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    all.dedup();
    all
}

/// All samples; times are `scale` to the second.
fn lines(scale: i64) -> String {
    let mut lines = String::new();
    for (name, labels, value, from, until) in series() {
        for back in (until..=from).rev() {
            let at = (LAST_S - back * MINUTE_S) * scale;
            writeln!(lines, "{name}{{{labels}}} {value} {at}").unwrap();
        }
    }
    lines
}

fn prometheus(folder: &Path) -> Prometheus {
    std::fs::write(folder.join("records.om"), lines(1) + "# EOF\n").unwrap();
    let arguments = [
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        "records.om",
        "data",
    ];
    tools::promtool(folder, arguments).expect_success("promtool tsdb create-blocks-from");
    Prometheus::start(&folder.join("data"), &[])
}

/// What is seen, a line for each SLO or group.
fn seen(url: &str) -> Vec<String> {
    let (slos, settings) = slos::read(WORKSPACE, SLOS);
    let slos: Vec<_> = slos.into_iter().map(Arc::new).collect();
    let survey = Arc::new(Survey::of(&slos, &settings));
    let mut source = Source::new(SourceSettings::new(Endpoint::parse(url).unwrap())).unwrap();
    let mut reading = Reading::of(survey.clone());
    for batch in survey.batches() {
        let mut answers = source.ask(std::slice::from_ref(&batch.question), Some(AT_S * 1_000));
        reading.take(batch, answers.remove(0).as_ref());
    }
    reading.looks(AT_S * 1_000).iter().flat_map(line).collect()
}

fn line(look: &Look) -> Vec<String> {
    let name = look.slo.name.as_str();
    match &look.sight {
        Sight::Nothing => vec![format!("{name}: nothing")],
        Sight::Unrecorded { .. } => vec![format!("{name}: unrecorded")],
        Sight::Failed { why, .. } => vec![format!("{name}: {why}")],
        Sight::Seen(groups) => {
            let line = |group: &burnwatch::engine::GroupLook| {
                let tiers = &group.verdict.as_ref().unwrap().tiers;
                let decisions = tiers.iter().map(|tier| tier.judgement.decision);
                let decisions: Vec<_> = decisions.collect();
                let route = group.group.values().concat();
                format!("{name}{route}: {decisions:?}, {:?} left", group.left)
            };
            groups.iter().map(line).collect()
        }
    }
}

#[test]
fn questions_mean_the_same_to_prometheus_and_to_victoriametrics() {
    let folder = tempfile::tempdir().unwrap();
    let prometheus = prometheus(folder.path());
    let victoria = Victoria::start(&folder.path().join("victoria"));
    victoria.import(&lines(1_000));
    let expected = [
        "cart: its rules have recorded nothing for 2m",
        "failing: nothing",
        "gone: unrecorded",
        "orders: [Burning, Burning], Some(0.25) left",
        "routes/list: [LongBelow, LongBelow], Some(0.25) left",
        // It is recorded for half an hour, and the slow tier waits for what was an hour ago.
        "routes/pay: [LongBelow, NotArmed], Some(0.25) left",
    ];
    assert_eq!(seen(&prometheus.url()), expected);
    assert_eq!(seen(&victoria.url()), expected);
}
