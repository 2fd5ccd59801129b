//! Why recorded series are filled in passes, shown on a real history.

use super::backfill::Backfilled;
use super::history::History;
use super::passes::passes;
use super::rules::{self, Rule};
use super::scenarios;

/// What is recorded by a pass that comes too early is lost: promtool sees blocks, not its own results.
#[test]
fn one_pass_loses_every_rule_that_reads_another_and_passes_lose_none() {
    let scenario = scenarios::newborn();
    let history = History::of(&scenario);
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = rules::compile(
        folder.path(),
        scenario.name,
        "",
        &rules::slo_of(scenario.name),
    );
    let records = rules::read(&folder.path().join(path)).records();
    let passes = passes(&records);
    assert!(passes.len() > 2, "{} passes", passes.len());

    let fill = |name: &str, passes: &[Vec<Rule>]| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).expect("a folder can be made");
        let mut server = Backfilled::load(&folder, &scenario, &history.counters);
        server.fill(passes);
        server
    };
    let at_once = fill("at-once", std::slice::from_ref(&records));
    let in_passes = fill("in-passes", &passes);
    let recorded = |server: &Backfilled, rule: &Rule| {
        let name = rule.record.as_deref().expect("it is a recording rule");
        server.evaluate(name).iter().flatten().count()
    };
    for (place, rule) in passes
        .iter()
        .enumerate()
        .flat_map(|(place, pass)| pass.iter().map(move |rule| (place, rule)))
    {
        let name = rule.record.as_deref().expect("it is a recording rule");
        let (once, in_order) = (recorded(&at_once, rule), recorded(&in_passes, rule));
        assert!(in_order > 0, "{name} is recorded");
        if place == 0 {
            assert_eq!(once, in_order, "{name} reads no other rule");
        } else if !rule.expr.contains("http_requests_total") {
            assert_eq!(once, 0, "{name} reads other rules alone");
        } else if name.starts_with("slo:errors:") {
            // Without the events nothing says that there were none before the first error.
            assert!(
                once < in_order,
                "{name}: {once} at once, {in_order} in passes"
            );
        }
    }
    // No error until the incident: a ratio of an hour is recorded from the second scrape on all the same.
    let ratios = in_passes
        .evaluate("slo:burn_rate:ratio1h")
        .into_iter()
        .flatten()
        .count();
    assert!(ratios + 2 >= in_passes.evaluations_ms().count(), "{ratios}");
}
