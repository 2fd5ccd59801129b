//! What the past of a series costs: bytes, and the time to take in a minute and to judge it.
//!
//! `cargo bench --bench buckets`: 10,000 series with 30 days of minutes each. Fails where a series costs more than 40 KB, by
//! its own count or by that of the system.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod kit;

use std::fs;

use burnwatch::clock::Watch;
use burnwatch::evaluate::{
    Counts, Decision, Group, Grouping, Histories, History, Judge, Resolution,
};
use burnwatch::model::slo::WindowMode;
use burnwatch::plan::plan;
use burnwatch::replay::Section;
use burnwatch::replay::synthetic::{Dice, Scene, Traffic, Volume};

use kit::slo;
use kit::table::{self, thousands};

/// SLOs, and groups of each.
const SLOS: usize = 10;
const GROUPS: usize = 1_000;
/// Days of minutes.
const DAYS: i64 = 30;
/// The most that a series may cost.
const BYTES_MAX: f64 = 40_000.0;
/// How often all of them are judged.
const ROUNDS: usize = 20;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const SLO: &str = "objective: 99.9, group_by: [route], sli: {ratio: {events: 'http_requests_total{job=\"shop\"}', \
                   errors_where: 'code=~\"5..\"'}}";

fn main() {
    let (slo, settings) = slo::of(SLO);
    let plan = plan(&slo, WindowMode::Recorded);
    let judge = Judge::new(&plan);
    let resolution = Resolution::of(&plan, &settings);
    assert_eq!(resolution.step_ms(), MINUTE_MS, "steps are minutes");
    let before = resident_bytes();
    let mut all: Vec<Histories> = (0..SLOS)
        .map(|_| Histories::new(resolution, Grouping::Grouped, 0))
        .collect();
    let mut pushed_s = 0.0;
    for hour in 0..DAYS * 24 {
        let counts = hour_of(hour, &slo.group_by);
        let watch = Watch::start();
        for histories in &mut all {
            (0..counts.steps).for_each(|step| histories.push(&counts, step, &|_| false));
        }
        pushed_s += watch.elapsed().as_secs_f64();
    }
    let series: Vec<&History> = all.iter().flat_map(|h| h.groups().values()).collect();
    assert_eq!(series.len(), SLOS * GROUPS, "no group is lost");
    let resident = (resident_bytes() - before) / series.len() as f64;
    let own = series.iter().map(|history| history.bytes()).sum::<usize>();
    let own = own as f64 / series.len() as f64;
    let most = series.iter().map(|history| history.bytes()).max();
    let armed = judge.armed(all[0].groups(), all[0].now_ms());
    let watch = Watch::start();
    let mut silent = 0;
    for _ in 0..ROUNDS {
        for history in &series {
            let verdict = judge.judge(history, &armed, history.now_ms());
            let tiers = verdict.tiers.iter();
            silent += tiers
                .filter(|tier| tier.judgement.decision == Decision::LongBelow)
                .count();
        }
    }
    let judged_s = watch.elapsed().as_secs_f64();
    assert!(silent > 0, "at a burn rate of 1 most tiers are silent");
    let each = |seconds: f64, times: f64| format!("{:.0}", seconds * 1e9 / times);
    let steps = (DAYS * 24 * 60) as f64 * series.len() as f64;
    let rows = vec![
        ("series".to_string(), thousands(series.len() as u64)),
        (
            "bytes a series, by its own count".to_string(),
            format!("{own:.0}"),
        ),
        ("the most of any".to_string(), most.unwrap_or(0).to_string()),
        (
            "bytes a series, resident in the process".to_string(),
            format!("{resident:.0}"),
        ),
        ("ns to take in a minute".to_string(), each(pushed_s, steps)),
        (
            "ns to judge it, four tiers".to_string(),
            each(judged_s, (ROUNDS * series.len()) as f64),
        ),
    ];
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(a, b)| vec![a, b]).collect();
    table::print(&["what", "figure"], &rows);
    assert!(
        own <= BYTES_MAX,
        "a series costs {own:.0} bytes by its own count"
    );
    assert!(
        resident <= BYTES_MAX,
        "a series costs {resident:.0} resident bytes"
    );
}

/// An hour of minutes of every group.
fn hour_of(hour: i64, labels: &[burnwatch::base::LabelName]) -> Counts {
    let scene = Scene {
        volume: Volume::Events(Traffic {
            per_hour: 600.0,
            swing: 0.5,
        }),
        background: 0.001,
        failing: Vec::new(),
    };
    let section = Section {
        begin_ms: hour * HOUR_MS,
        end_ms: (hour + 1) * HOUR_MS,
        step_ms: MINUTE_MS,
    };
    let mut counts = Counts::new(section.begin_ms, MINUTE_MS, section.steps());
    for at in 0..GROUPS {
        let name = format!("/route/{at:04}");
        let group = Group::of(labels, |_| Some(&name));
        let mut dice = Dice::at(1, &[hour as u64, at as u64]);
        let made = scene.counts(section, &mut dice);
        counts.groups.extend(
            made.groups
                .into_values()
                .map(|column| (group.clone(), column)),
        );
    }
    counts
}

/// What the kernel says that this process holds.
fn resident_bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has /proc");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kilobytes.expect("the line `VmRSS` is a number in kB") * 1_024.0
}
