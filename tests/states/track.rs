//! Pasts from short texts, and what the engine makes of them.

use burnwatch::base::Duration;
use burnwatch::evaluate::{Contents, Counted, Counts, Group, Resolution};
use burnwatch::plan;
use burnwatch::replay::{Past, Replayer, Span};

use crate::slos;

pub const MINUTE_MS: i64 = 60_000;
/// When pasts begin: 2026-01-05, a Monday.
pub const BEGIN_MS: i64 = 1_767_571_200_000;

/// The minutes of `text`: pieces such as `3h 1000/h 100%` separated by commas, a length, a rate and the share of errors; or
/// `3h gone`. Counts are whole, and fall as evenly as whole numbers can.
pub fn minutes(text: &str) -> Vec<Option<Contents>> {
    let mut minutes = Vec::new();
    let mut total = (0.0_f64, 0.0_f64);
    for piece in text.split(',') {
        let words: Vec<&str> = piece.split_whitespace().collect();
        let length: Duration = words[0].parse().unwrap();
        let rate: Option<f64> = match words[1] {
            "gone" => None,
            rate => Some(rate.trim_end_matches("/h").parse().unwrap()),
        };
        let share = words.get(2).map_or(0.0, |share| {
            share.trim_end_matches('%').parse::<f64>().unwrap() / 100.0
        });
        for _ in 0..length.as_ms() / MINUTE_MS as u64 {
            minutes.push(rate.map(|rate| {
                let before = total;
                let events = rate / 60.0;
                total = (total.0 + events, total.1 + events * share);
                let whole =
                    |before: f64, after: f64| (after + 1e-9).floor() - (before + 1e-9).floor();
                let events = whole(before.0, total.0);
                Contents {
                    events,
                    errors: whole(before.1, total.1).min(events),
                }
            }));
        }
    }
    minutes
}

/// Counts of groups, each from a text as for [`minutes`].
pub fn counts(groups: &[(&str, &str)]) -> Counts {
    let columns: Vec<(Group, Vec<Option<Contents>>)> = groups
        .iter()
        .map(|(name, text)| (group(name), minutes(text)))
        .collect();
    let steps = columns
        .iter()
        .map(|(_, column)| column.len())
        .max()
        .unwrap();
    let mut counts = Counts::new(BEGIN_MS, MINUTE_MS, steps);
    for (group, mut column) in columns {
        column.resize(steps, None);
        let column = column.into_iter().map(Counted::from).collect();
        counts.groups.insert(group, column);
    }
    counts
}

/// The group with this value; that of an SLO without groups for an empty text.
pub fn group(value: &str) -> Group {
    let label = "route".parse().unwrap();
    match value {
        "" => Group::default(),
        value => Group::of(&[label], |_| Some(value)),
    }
}

/// An SLO file with one SLO of 99.9 % and these fields.
pub fn file(fields: &str) -> String {
    format!(
        "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nrunbook: https://example.com/r\nslos:\n  - name: s\n    \
         objective: 99.9\n    sli: {{ratio: {{events: requests_total, errors_where: code=\"500\"}}}}\n{fields}"
    )
}

pub const WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {payments: {}}\n";

/// What the engine makes of counts that are evaluated after `after`.
pub fn past(fields: &str, counts: &Counts, after: &str) -> Past {
    let (slos, settings) = slos::read(WORKSPACE, &file(fields));
    let plan = plan::plan(&slos[0], slos[0].windows);
    let after: Duration = after.parse().unwrap();
    let resolution = Resolution::of(&plan, &settings);
    assert_eq!(resolution.step_ms(), MINUTE_MS);
    let span = Span {
        from_ms: BEGIN_MS + after.as_ms() as i64,
        to_ms: BEGIN_MS + counts.steps as i64 * MINUTE_MS,
    };
    let mut replayer = Replayer::new(&plan, &settings, resolution, BEGIN_MS, span);
    replayer.go(counts);
    replayer.finish()
}

/// Episodes in short: `page 0 3d0h5m..3d1h0m` for each, times since the beginning; tiers by their places.
pub fn episodes(past: &Past) -> Vec<String> {
    let since = |at_ms: i64| {
        let ms = u64::try_from(at_ms - BEGIN_MS).unwrap();
        Duration::from_ms(ms).to_string()
    };
    let mut episodes = Vec::new();
    for (group, of_group) in &past.groups {
        for incident in &of_group.incidents {
            let episode = &incident.episode;
            let mut tiers: Vec<String> = episode
                .firings
                .iter()
                .map(|firing| firing.tier.to_string())
                .collect();
            tiers.dedup();
            let until = episode.resolved_ms.map_or("open".to_owned(), since);
            let name = group.values().join(" ");
            let text = format!(
                "{name} {} {} {}..{until}",
                episode.severity,
                tiers.join("+"),
                since(episode.opened_ms)
            );
            episodes.push(text.trim().to_owned());
        }
    }
    episodes
}
