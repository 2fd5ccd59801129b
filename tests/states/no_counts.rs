//! Numbers that are no counts, in one group and in all: blind, which is neither zero nor gone (E3).

use burnwatch::alert::State;
use burnwatch::evaluate::{Counted, Counts};
use burnwatch::gate::{self, Sighting};
use burnwatch::replay::{Note, Past};
use burnwatch::status::Sight;

use crate::edges::{standing, with};
use crate::track::{BEGIN_MS, MINUTE_MS, counts, episodes, group, past};

const DAY: i64 = 1_440;
const GROUPED: &str = "    group_by: [route]\n    alerting:\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}\n";

/// The minutes from and until these are no counts in a group.
fn spoil(counts: &mut Counts, name: &str, from: i64, to: i64) {
    let column = counts.groups.get_mut(&group(name)).unwrap();
    column[from as usize..to as usize].fill(Counted::NoCount);
}

fn at_ms(minute: i64) -> i64 {
    BEGIN_MS + minute * MINUTE_MS
}

fn of<'a>(past: &'a Past, name: &str) -> &'a burnwatch::replay::GroupPast {
    &past.groups[&group(name)]
}

#[test]
fn a_group_that_fires_is_held_while_its_numbers_are_no_counts_and_others_go_on() {
    let mut counts = counts(&[
        ("/a", "4d 60000/h, 10m 60000/h 100%, 3h 60000/h"),
        (
            "/b",
            "4d 60000/h, 20m 60000/h, 10m 60000/h 100%, 160m 60000/h",
        ),
    ]);
    let (from, to) = (4 * DAY + 10, 4 * DAY + 130);
    spoil(&mut counts, "/a", from, to);
    let past = past(GROUPED, &counts, "3d");
    assert_eq!(past.blind, []);
    let a = of(&past, "/a");
    assert_eq!(a.without_count, [(at_ms(from), at_ms(to))]);
    assert_eq!(a.incidents.len(), 1);
    let resolved_ms = a.incidents[0].episode.resolved_ms.unwrap();
    assert_eq!(resolved_ms, at_ms(to + 1));
    let b = of(&past, "/b");
    assert_eq!(b.without_count, []);
    let resolved_ms = b.incidents[0].episode.resolved_ms.unwrap();
    assert!(resolved_ms < at_ms(to), "{:?}", episodes(&past));
    let note = Note::WithoutCount {
        groups: 1,
        longest_ms: (to - from) * MINUTE_MS,
    };
    assert_eq!(past.notes, [note]);
}

/// The condition held for three minutes of five, and would go on to.
#[test]
fn nothing_opens_in_a_group_whose_numbers_are_no_counts() {
    let fields = GROUPED.replace("short: 5m", "short: 5m, for: 5m");
    let mut counts = counts(&[
        ("/a", "4d 60000/h, 3m 60000/h 100%, 1h 60000/h 100%"),
        ("/b", "5d 60000/h"),
    ]);
    spoil(&mut counts, "/a", 4 * DAY + 3, 4 * DAY + 63);
    let past = past(&fields, &counts, "3d");
    assert_eq!(episodes(&past), Vec::<String>::new());
    // It is gone in the end, which is no blindness while another is there.
    assert_eq!(of(&past, "/a").state, Some(State::Ok));
    assert_eq!(past.blind, []);
}

#[test]
fn a_group_that_ends_with_no_count_is_blind_and_others_are_not() {
    let mut counts = counts(&[("/a", "4d 60000/h"), ("/b", "4d 0/h")]);
    spoil(&mut counts, "/a", 4 * DAY - 1, 4 * DAY);
    let past = past(GROUPED, &counts, "3d");
    assert_eq!(of(&past, "/a").state, Some(State::Blind));
    // Zero traffic is not blind.
    assert_eq!(of(&past, "/b").state, Some(State::Ok));
}

#[test]
fn a_group_that_never_had_a_count_is_blind_from_its_first_number_on() {
    let mut counts = counts(&[("/a", "1d gone, 1h 60/h"), ("/b", "25h 60/h")]);
    spoil(&mut counts, "/a", DAY, DAY + 60);
    let past = past(GROUPED, &counts, "12h");
    assert_eq!(of(&past, "/a").state, Some(State::Blind));
    assert_eq!(of(&past, "/a").total.events, 0.0);
}

/// As in the rules: `absent()` of a series that is NaN says nothing.
#[test]
fn an_slo_whose_only_number_is_no_count_is_blind_and_not_without_data() {
    let fields = "    alerting:\n      no_data: {severity: ticket, after: 10m}\n      tiers:\n        - {name: fast, severity: page, budget: 2%, long: 1h, short: 5m}\n";
    let mut counts = counts(&[("", "1d 60000/h, 5m 60000/h 100%, 3h 60000/h")]);
    let (from, to) = (DAY + 5, DAY + 65);
    spoil(&mut counts, "", from, to);
    let past = past(fields, &counts, "12h");
    assert_eq!(past.blind, [(at_ms(from), at_ms(to))]);
    assert_eq!(past.missing, []);
    let page = past.incidents("page").next().unwrap();
    assert!(page.episode.resolved_ms.unwrap() > at_ms(to));
}

#[test]
fn a_blind_group_of_an_slo_that_is_seen_is_nothing_that_a_gate_knows() {
    let mut counts = counts(&[("/a", "4d 60000/h"), ("/b", "4d 60000/h")]);
    spoil(&mut counts, "/a", 4 * DAY - 3, 4 * DAY);
    with("", GROUPED, |plan, settings| {
        let standing = standing(plan, settings, &counts, at_ms(4 * DAY - 60));
        assert_eq!(standing.sight, Sight::Clear);
        assert!(standing.is_blind_somewhere() && !standing.is_blind());
        let blind: Vec<(String, bool)> = gate::look::look(plan, &standing)
            .into_iter()
            .map(|(subject, seen)| (subject.group.values().join(""), seen == Sighting::Blind))
            .collect();
        assert_eq!(blind, [("/a".to_owned(), true), ("/b".to_owned(), false)]);
        let own = standing.groups.iter().map(|group| &group.sight);
        let since_ms = at_ms(4 * DAY - 3);
        let no_count = Sight::NoCount {
            since_ms,
            or_longer: false,
        };
        assert!(own.clone().any(|sight| *sight == no_count));
        assert!(own.clone().any(|sight| *sight == Sight::Clear));
    });
}
