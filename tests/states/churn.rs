//! Groups that come and go until there are as many as are watched: who makes room, and who never does.

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::evaluate::{
    Contents, Counted, Counts, GROUPS_MAX, Group, Grouping, Histories, Resolution,
};
use proptest::prelude::*;

use crate::track::{BEGIN_MS, MINUTE_MS, counts, group, past};

/// One minute: how far apart the old groups lie that are there, of those the ones that have events, those that must be kept
/// wherever they are, and how many groups are new.
type Minute = (usize, usize, usize, usize);

fn minute() -> impl Strategy<Value = Minute> {
    let spacing = || prop_oneof![Just(1_usize), 2..9_usize, Just(usize::MAX)];
    (spacing(), 1..4_usize, spacing(), 0..700_usize)
}

fn name(at: usize) -> Group {
    group(&format!("/{at:06}"))
}

fn every(spacing: usize, at: usize) -> bool {
    spacing != usize::MAX && at.is_multiple_of(spacing)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_quietest_of_those_that_are_gone_make_room(minutes in proptest::collection::vec(minute(), 1..7)) {
        let resolution = Resolution::new("1m".parse().unwrap(), "30d".parse().unwrap());
        let mut histories = Histories::new(resolution, Grouping::Grouped, BEGIN_MS);
        let mut born = 900;
        let mut busy: BTreeMap<Group, i64> = BTreeMap::new();
        for (there, events, kept, new) in minutes {
            let begin_ms = histories.now_ms();
            let mut counts = Counts::new(begin_ms, MINUTE_MS, 1);
            for at in (0..born + new).filter(|at| *at >= born || every(there, *at)) {
                let contents = Contents { events: f64::from(u8::from(every(events, at))), errors: 0.0 };
                let counted = if at % 50 == 7 { Counted::NoCount } else { Counted::Contents(contents) };
                counts.groups.insert(name(at), vec![counted]);
            }
            let must_stay: BTreeSet<Group> = (0..born).filter(|at| every(kept, *at)).map(name).collect();
            let before: BTreeSet<Group> = histories.groups().keys().cloned().collect();
            histories.push(&counts, 0, &|group| must_stay.contains(group));
            let after: BTreeSet<Group> = histories.groups().keys().cloned().collect();

            prop_assert!(after.len() <= GROUPS_MAX);
            let gone: Vec<&Group> = before.difference(&after).collect();
            prop_assert!(gone.iter().all(|group| !must_stay.contains(group)), "one that must be kept is gone");
            prop_assert!(gone.iter().all(|group| !counts.groups.contains_key(group)), "one that lives is gone");
            let unwatched = counts.groups.keys().filter(|group| !after.contains(group)).count();
            prop_assert_eq!(histories.refused(), unwatched);
            let rest: Vec<&Group> = after
                .iter()
                .filter(|group| !counts.groups.contains_key(group) && !must_stay.contains(group))
                .collect();
            prop_assert!(unwatched == 0 || rest.is_empty(), "there was room");
            prop_assert!(gone.is_empty() || after.len() == GROUPS_MAX, "more went than had to");
            let latest_gone = gone.iter().map(|group| busy[group]).max();
            let first_rest = rest.iter().map(|group| busy[group]).min();
            prop_assert!(latest_gone.zip(first_rest).is_none_or(|(gone, rest)| gone <= rest), "a quieter one stayed");

            busy.retain(|group, _| after.contains(group));
            for group in &after {
                let busy_ms = busy.entry(group.clone()).or_insert(begin_ms);
                if matches!(counts.groups.get(group).map(|column| column[0]), Some(Counted::Contents(c)) if c.events > 0.0) {
                    *busy_ms = histories.now_ms();
                }
            }
            born += new;
        }
    }
}

/// A new set of names every ten minutes, as deployments make them, with more of them than are watched altogether.
#[test]
fn names_that_change_are_watched_as_long_as_they_are_there() {
    let fields = "    group_by: [route]\n    alerting:\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m, keep_firing_for: 3h}\n";
    let mut texts: Vec<(String, String)> = Vec::new();
    for deployment in 0..3 {
        for pod in 0..400 {
            let gone = match deployment {
                0 => String::new(),
                _ => format!("{}m gone, ", deployment * 10),
            };
            // One pod fails from its birth to its end.
            let errors = if (deployment, pod) == (0, 7) {
                " 100%"
            } else {
                ""
            };
            texts.push((
                format!("/{deployment}-{pod:03}"),
                format!("{gone}10m 6000/h{errors}"),
            ));
        }
    }
    let groups: Vec<(&str, &str)> = texts
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let past = past(fields, &counts(&groups), "2m");
    assert_eq!(past.groups_refused, 0);
    assert_eq!(past.groups.len(), 1_200, "whoever was there has a past");
    let failing = &past.groups[&group("/0-007")];
    assert_eq!(failing.incidents.len(), 1);
    assert_eq!(
        failing.incidents[0].episode.resolved_ms, None,
        "it is held, and not let go"
    );
    assert!(failing.state.is_some());
    assert_eq!(past.groups[&group("/0-008")].state, None);
}
