//! The file of tests for one service.

use std::fmt::Write;
use std::sync::Arc;

use super::case::{Case, Feed, NO_DATA, TIERS_MAX, pace};
use super::series::{Inputs, inputs, reads};
use super::simulate::Firing;
use super::synthesise::{Labels, Matching};
use super::timeline::Note;
use super::{Script, Scripts, assertions, raw_windows};
use crate::base::{Duration, Name};
use crate::emit::prometheus::HEADER;
use crate::plan::{Plan, Settings, naming, no_data_tier};
use crate::promql::Matcher;
use crate::promql::matchers::METRIC_NAME;
use crate::yaml::write;

/// What a reader of the file should know.
const ABOUT: &str = "\
# Run with: promtool test rules FILE
# Each assertion looks at all evaluations since the one before it: the tiers that it names fired at every one of them, the
# others at none. Bursts of events are chosen so that each tier passes close by each of its edges.
";

/// One SLO's test.
struct Test<'a> {
    plan: &'a Plan<'a>,
    case: Case,
    inputs: Inputs,
    script: Arc<Script>,
    reads: Vec<Vec<Matcher>>,
    writes: Vec<Labels>,
}

/// The tests for the rules of one service, and how many SLOs they are for; `None` where no SLO has any.
pub fn tests_file(
    service: &Name,
    plans: &[Plan<'_>],
    settings: &Settings,
    scripts: &Scripts,
) -> Option<(String, usize)> {
    let mut matching = Matching::default();
    let pace = pace(plans);
    let mut tests: Vec<Test<'_>> = Vec::new();
    let mut without = String::new();
    for plan in plans {
        match test(plan, pace, settings, scripts, &mut matching) {
            Ok(test) => tests.push(test),
            Err(why) => {
                let _ = writeln!(without, "# {} is not tested: {why}.", plan.slo.id);
            }
        }
    }
    let step_ms = tests.first()?.case.step_ms;
    let mut out = String::from(HEADER);
    out.push_str(ABOUT);
    out.push_str(&without);
    let _ = writeln!(
        out,
        "rule_files:\n- {service}.rules.yaml\nevaluation_interval: {}\ntests:",
        duration(step_ms)
    );
    let mut anchors = Anchors::default();
    for entry in entries(&tests, &mut matching) {
        self::entry(&mut out, &entry, settings, &mut anchors);
    }
    Some((out, tests.len()))
}

fn test<'a>(
    plan: &'a Plan<'a>,
    pace: Option<(i64, i64)>,
    settings: &Settings,
    scripts: &Scripts,
    matching: &mut Matching,
) -> Result<Test<'a>, &'static str> {
    if plan.tiers.is_empty() {
        return Err("it has no alerts");
    }
    let pace = pace.ok_or("a window is too short to be evaluated twice in it")?;
    let inputs = inputs(&plan.slo.core, &plan.slo.group_by, matching)?;
    let case = Case::new(plan, settings, pace, inputs.parts.clone(), inputs.feed);
    let case = case.ok_or("it has too many tiers")?;
    let script = scripts.of(&case);
    let writes = inputs
        .series
        .iter()
        .flat_map(|series| {
            let of = |group: &Labels| {
                let mut series = series.clone();
                series.extend(group.clone());
                series
            };
            std::iter::once(of(&inputs.burning)).chain(inputs.healthy.as_ref().map(of))
        })
        .collect();
    Ok(Test {
        plan,
        case,
        inputs,
        script,
        reads: reads(&plan.slo.core),
        writes,
    })
}

/// Tests that may run over the same series, in order: none of them reads what another one feeds.
fn entries<'a, 'b>(tests: &'a [Test<'b>], matching: &mut Matching) -> Vec<Vec<&'a Test<'b>>> {
    let mut entries: Vec<Vec<&Test<'_>>> = Vec::new();
    let mut sees = |a: &Test<'_>, b: &Test<'_>| {
        a.reads.iter().any(|selector| {
            b.writes
                .iter()
                .any(|series| matching.sees(selector, series))
        })
    };
    for test in tests {
        let free = entries.iter_mut().find(|entry| {
            !entry
                .iter()
                .any(|other| sees(test, other) || sees(other, test))
        });
        match free {
            Some(entry) => entry.push(test),
            None => entries.push(vec![test]),
        }
    }
    entries
}

/// Samples that were written already are only named: how many tests there were before this one, and its tiers.
#[derive(Default)]
struct Anchors {
    tests: usize,
    written: Firing,
}

fn entry(out: &mut String, tests: &[&Test<'_>], settings: &Settings, anchors: &mut Anchors) {
    let sample_ms = tests[0].case.sample_ms;
    let _ = writeln!(out, "- interval: {}\n  input_series:", duration(sample_ms));
    for test in tests {
        let _ = writeln!(out, "  # {}", test.plan.slo.id);
        for (series, values) in test.input_series(settings) {
            out.push_str("  - series: ");
            write::expression(out, &series);
            out.push_str("\n    values: ");
            write::scalar(out, &values);
            out.push('\n');
        }
    }
    out.push_str("  promql_expr_test:\n");
    for test in tests {
        test.head(out);
        test.assertions(out, anchors);
        anchors.tests += 1;
        anchors.written = 0;
    }
}

/// A label of windows that are fed, which keeps them apart from the zeros that the rules record of the same SLO.
const FED: (&str, &str) = ("fed", "by_this_test");

impl Test<'_> {
    /// Series as promtool reads them, with their samples.
    fn input_series(&self, settings: &Settings) -> Vec<(String, String)> {
        let groups = [
            (Some(&self.inputs.burning), &self.script.burning),
            (self.inputs.healthy.as_ref(), &self.script.healthy),
        ];
        let names: Vec<Labels> = match self.inputs.feed {
            Feed::Counters => self.inputs.series.clone(),
            Feed::Windows => raw_windows(&self.case)
                .flat_map(|window| {
                    [settings.naming.events, settings.naming.errors].map(|n| (n, window))
                })
                .map(|(name, window)| {
                    let name = format!("{name}{}", duration(window));
                    Labels::from([
                        (METRIC_NAME.to_string(), name),
                        (naming::SLO.to_string(), self.plan.slo.id.to_string()),
                        (FED.0.to_string(), FED.1.to_string()),
                    ])
                })
                .collect(),
        };
        let mut found = Vec::new();
        for (group, samples) in groups {
            let Some(group) = group else { continue };
            for (labels, values) in names.iter().zip(samples) {
                let Some(values) = values else { continue };
                let mut labels = labels.clone();
                labels.extend(group.clone());
                found.push((series(&labels), values.clone()));
            }
        }
        found
    }

    /// What the test is, and what it leaves out.
    fn head(&self, out: &mut String) {
        let (timeline, case) = (&self.script.timeline, &self.case);
        let _ = writeln!(
            out,
            "  # {}: {} evaluations, one in {}.",
            self.plan.slo.id,
            timeline.steps,
            duration(case.step_ms)
        );
        if self.inputs.feed == Feed::Windows {
            out.push_str("  # Not tested: the rules of raw windows, which are fed here instead.\n");
        }
        for untested in &timeline.untested {
            let tier = &self.plan.tiers[untested.tier].tier.name;
            let _ = writeln!(
                out,
                "  # Not tested: {tier}, {}: {}.",
                untested.what, untested.why
            );
        }
        match assertions::undecided(&self.script.stretches, timeline.steps) {
            0 => {}
            left => {
                let _ = writeln!(
                    out,
                    "  # Not tested: {left} of them, too near to a threshold or decided by the version of Prometheus."
                );
            }
        }
    }

    fn assertions(&self, out: &mut String, anchors: &mut Anchors) {
        let step_ms = self.case.step_ms;
        let labels: Vec<&str> = std::iter::once(naming::TIER)
            .chain(self.plan.slo.group_by.iter().map(|l| l.as_str()))
            .collect();
        let labels = labels.join(", ");
        let alerts = format!(
            "ALERTS{{{}=\"{}\",alertstate=\"firing\"}}",
            naming::SLO,
            self.plan.slo.id
        );
        for stretch in &self.script.stretches {
            for note in &stretch.notes {
                let _ = writeln!(out, "  # {}", self.said(note));
            }
            let count = stretch.last - stretch.first + 1;
            // Half an evaluation more, so that it does not matter whether a range includes its left end.
            let range = duration((count as i64 - 1) * step_ms + step_ms / 2);
            let _ = writeln!(
                out,
                "  - expr: sum by ({labels}) (count_over_time({alerts}[{range}])) / {count}\n    eval_time: {}\n    exp_samples: [{}]",
                duration(stretch.last as i64 * step_ms),
                self.expected(stretch.firing, anchors),
            );
        }
    }

    /// The tiers that fire, each 1: at every evaluation.
    fn expected(&self, firing: Firing, anchors: &mut Anchors) -> String {
        let tiers = (0..=TIERS_MAX).filter(|at| firing & (1 << at) != 0);
        let samples: Vec<String> = tiers
            .map(|at| {
                let (tier, mut labels) = match at {
                    NO_DATA => (no_data_tier().to_string(), Labels::new()),
                    _ => (
                        self.plan.tiers[at].tier.name.to_string(),
                        self.inputs.burning.clone(),
                    ),
                };
                let anchor = format!("t{at}_{}", anchors.tests);
                if anchors.written & (1 << at) != 0 {
                    return format!("*{anchor}");
                }
                anchors.written |= 1 << at;
                labels.insert(naming::TIER.to_string(), tier);
                format!("&{anchor} {{labels: {}, value: 1}}", flow(&series(&labels)))
            })
            .collect();
        samples.join(", ")
    }

    fn said(&self, note: &Note) -> String {
        match note.tier {
            Some(tier) => format!("{}: {}", self.plan.tiers[tier].tier.name, note.text),
            None => note.text.to_string(),
        }
    }
}

/// A series as PromQL writes it.
fn series(labels: &Labels) -> String {
    let name = labels.get(METRIC_NAME).map(String::as_str).unwrap_or("");
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let plain = name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit());
    let mut out = String::new();
    if plain {
        out.push_str(name);
    }
    let listed: Vec<String> = labels
        .iter()
        .filter(|(label, _)| !plain || *label != METRIC_NAME)
        .map(|(label, value)| format!("{label}={}", quoted(value)))
        .collect();
    if !listed.is_empty() || out.is_empty() {
        let _ = write!(out, "{{{}}}", listed.join(","));
    }
    out
}

fn quoted(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text within a flow mapping.
fn flow(text: &str) -> String {
    match text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        true => format!("'{}'", text.replace('\'', "''")),
        false => {
            let mut out = String::new();
            write::scalar(&mut out, text);
            out
        }
    }
}

fn duration(ms: i64) -> Duration {
    Duration::from_ms(ms.max(0) as u64)
}
