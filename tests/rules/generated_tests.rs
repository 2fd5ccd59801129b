//! The generated unit tests, run by promtool: for everything that the repository shows, and for policies that nobody would write.

use std::path::Path;

use crate::generated::{WORKSPACES, ending, generate};
use crate::kit::tools::{promtool, run, tool};
use crate::workspace::Generated;

/// Most seconds of one core that promtool may take for the tests of one SLO: three times of what is promised, which is measured on
/// a quiet machine (`docs/performance.md`), so that a busy one does not fail.
const SECONDS_MAX: f64 = 30.0;

fn passes(folder: &Path, file: &str) {
    let said = promtool(folder, ["test", "rules", file]).expect_success(file);
    assert!(said.contains("SUCCESS"), "{file}: {said}");
}

/// Runs a file of tests and gives the seconds that it took of a core, whatever else the machine does.
fn passes_in(folder: &Path, file: &str) -> f64 {
    let script = "\"$0\" test rules \"$1\"; code=$?; times; exit $code";
    let promtool = tool("promtool");
    let arguments = ["-c", script, promtool.to_str().unwrap(), file];
    let said = run(Path::new("/bin/sh"), folder, arguments).expect_success(file);
    assert!(said.contains("SUCCESS"), "{file}: {said}");
    // The last line: user and system time of the shell's children, such as `1m2.5s 0m0.1s`.
    let seconds = |time: &str| {
        let (minutes, seconds) = time.strip_suffix('s')?.split_once('m')?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.parse::<f64>().ok()?)
    };
    let times = said.lines().last().unwrap().split_whitespace();
    times
        .map(|time| seconds(time).expect("a time of the shell"))
        .sum()
}

/// SLOs with a test in a file.
fn tested(text: &str) -> usize {
    text.lines()
        .filter(|line| line.starts_with("  # ") && line.contains(" evaluations, one in "))
        .count()
}

#[test]
fn generated_tests_pass_for_everything_that_is_shown() {
    for workspace in WORKSPACES {
        let folder = tempfile::TempDir::new().unwrap();
        let files = generate(workspace, folder.path(), &[]);
        let (mut slos, mut seconds) = (0, 0.0);
        for file in ending(&files, ".test.yaml") {
            let name = file.file_name().unwrap().to_str().unwrap();
            let took = passes_in(file.parent().unwrap(), name);
            let count = tested(&std::fs::read_to_string(file).unwrap());
            assert!(count > 0, "{name} tests nothing");
            (slos, seconds) = (slos + count, seconds + took);
        }
        let each = seconds / slos as f64;
        eprintln!("`{workspace}`: {slos} SLOs, {each:.1} s of promtool for each");
        assert!(each <= SECONDS_MAX, "{each:.1} s for each SLO");
    }
}

/// Generates and runs the tests of SLOs; gives their text.
fn check(workspace: &str, slos: &str, count: usize) -> String {
    let generated = Generated::new(workspace, slos);
    let text = generated.text("test.yaml");
    assert_eq!(tested(&text), count, "{text}");
    passes(&generated.folder(), "shop.test.yaml");
    text
}

/// An SLO over plain counters.
fn slo(name: &str, objective: &str, rest: &str) -> String {
    format!(
        "- name: {name}\n  objective: {objective}\n  sli: {{ratio: {{events: '{name}_total{{job=\"shop\"}}', errors_where: 'code=~\"5..\"'}}}}\n{rest}"
    )
}

#[test]
fn a_tier_that_can_never_fire_is_expected_to_be_silent() {
    // Where the check that finds it is off, rules are made all the same.
    let workspace = "checks: {levels: {AL001: off}}\n";
    let text = check(workspace, &slo("loose", "90", ""), 1);
    assert!(text.contains("# Not tested: page-1h, firing: its threshold is 100 % or more."));
}

#[test]
fn confidence_and_many_errors_are_kept_to() {
    let sure = "  alerting: {confidence: 99%, min_errors: 50}\n";
    check("", &slo("sure", "99.9", sure), 1);
}

#[test]
fn six_tiers_with_short_windows_are_tested() {
    let tiers = "  alerting:
    min_errors: 1
    tiers:
      - {name: a, severity: page, long: 30m, short: 2m, burn_rate: 30}
      - {name: b, severity: page, long: 1h, short: 5m, burn_rate: 14.4}
      - {name: c, severity: page, long: 2h25m, short: 15m, burn_rate: 10}
      - {name: d, severity: page, long: 6h, short: 30m, burn_rate: 6, keep_firing_for: 10m}
      - {name: e, severity: ticket, long: 1d, short: 2h, burn_rate: 3, for: 5m}
      - {name: f, severity: ticket, long: 3d, short: 6h, burn_rate: 1}
";
    check("", &slo("six", "99.9", tiers), 1);
}

#[test]
fn a_threshold_that_shrinks_with_the_budget_is_followed() {
    let tiers = "  alerting:
    tiers:
      - {name: fast, severity: page, long: 1h, short: 5m, budget: 2%, of: remaining}
      - {name: slow, severity: page, long: 6h, short: 30m, budget: 5%, of: remaining}
    no_data: {severity: ticket, after: 20m}
";
    let text = check(
        "",
        &slo("shrinking", "99.5", &format!("  period: 7d\n{tiers}")),
        1,
    );
    assert!(text.contains("slo_tier=\"no-data\""));
}

#[test]
fn a_quarter_with_groups_is_tested() {
    check(
        "",
        &slo("grouped", "99.9", "  period: 90d\n  group_by: [route]\n"),
        1,
    );
}

#[test]
fn long_intervals_and_windows_that_are_read_raw_are_tested() {
    let tiers = "  alerting:
    tiers:
      - {name: fast, severity: page, long: 1h, short: 10m, burn_rate: 14.4}
      - {name: slow, severity: ticket, long: 6h, short: 2h, burn_rate: 6}
";
    let rest = format!("  windows: raw\n{tiers}");
    let text = check("rules: {interval: 5m}\n", &slo("raw", "99.9", &rest), 1);
    assert!(text.contains("the metric vanishes"));
}

/// promtool loads at most ten thousand samples of a series at once.
#[test]
fn four_days_that_are_read_raw_are_not_too_many_samples() {
    let rest = "  windows: raw
  alerting:
    tiers:
      - {name: outage, severity: page, long: 6h, short: 1h, budget: 20%}
      - {name: drip, severity: ticket, long: 3d, short: 12h, budget: 30%}
";
    check("", &slo("slow", "99", rest), 1);
}

#[test]
fn slos_over_the_same_series_are_tested_apart() {
    let sli = "sli: {ratio: {events: 'all_total', errors_where: 'code=~\"5..\"'}}";
    let slos: String = ["a", "b"]
        .iter()
        .map(|name| format!("- name: {name}\n  objective: 99.9\n  {sli}\n"))
        .collect();
    let text = check("", &slos, 2);
    assert_eq!(text.matches("\n- interval: ").count(), 2);
}

#[test]
fn what_has_no_test_says_why() {
    let slos = format!(
        "{}- name: free\n  objective: 99.9\n  sli: {{ratio: {{events: 'sum(increase(a[$window]))', errors: '2 * sum(increase(b[$window]))'}}}}\n- name: clock\n  objective: 99.9\n  sli: {{threshold: {{query: time(), good_when: '> 0'}}}}\n",
        slo("watched", "99.9", "")
    );
    let generated = Generated::new("", &slos);
    let text = generated.text("test.yaml");
    let why = "# shop/clock is not tested: its expressions give values where there are no series.";
    assert!(text.contains(why), "{text}");
    assert!(!text.contains("# shop/free is not tested"), "{text}");
    assert_eq!(tested(&text), 2);
    passes(&generated.folder(), "shop.test.yaml");
}
