//! What answers of a server say of the steps of each group.

use std::collections::BTreeMap;

use burnwatch::evaluate::{Contents, Counted, Counts, Feed};
use burnwatch::plan;
use burnwatch::prometheus::{Answer, Failure, Reply, Track};
use burnwatch::replay::{Section, answers};

use crate::slos;
use crate::track::{BEGIN_MS, MINUTE_MS, WORKSPACE, file, group};

/// What every minute reads is scaled from 75 s to 60 s.
const SCALE: f64 = 60.0 / 75.0;

/// One series: its labels, and a value for each minute.
type Series<'a> = (&'a [(&'a str, &'a str)], &'a [f64]);

fn reply(series: &[Series<'_>]) -> Reply {
    let tracks = series.iter().map(|(labels, values)| Track {
        labels: labels
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect::<BTreeMap<_, _>>(),
        points: (1..)
            .map(|minute| BEGIN_MS + minute * MINUTE_MS)
            .zip(values.iter().copied())
            .collect(),
        histograms: 0,
    });
    Reply {
        answer: Answer::Matrix(tracks.collect()),
        warnings: Vec::new(),
        infos: Vec::new(),
        spent: None,
    }
}

/// What both answers say of three minutes of an SLO with these fields.
fn counts(fields: &str, events: &[Series<'_>], errors: &[Series<'_>]) -> Result<Counts, Failure> {
    let (slos, settings) = slos::read(WORKSPACE, &file(fields));
    let plan = plan::plan(&slos[0], slos[0].windows);
    let feed = Feed::of(&plan, &settings, "1m".parse().unwrap());
    let section = Section {
        begin_ms: BEGIN_MS,
        end_ms: BEGIN_MS + 3 * MINUTE_MS,
        step_ms: MINUTE_MS,
    };
    answers::counts(&slos[0], &feed, section, &reply(events), &reply(errors))
}

const BY_ROUTE: &str = "    group_by: [route]\n";

/// E3.
#[test]
fn a_number_that_is_no_count_is_not_an_absence() {
    let pay: &[_] = &[("route", "/pay")];
    let list: &[_] = &[("route", "/list")];
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
        let events = [(pay, &[75.0, number][..]), (list, &[75.0, 75.0, 75.0])];
        let found = counts(BY_ROUTE, &events, &[]).unwrap();
        let some = Counted::Contents(Contents {
            events: 75.0 * SCALE,
            errors: 0.0,
        });
        let expected = vec![some, Counted::NoCount, Counted::Absent];
        assert_eq!(found.groups[&group("/pay")], expected, "{number}");
        assert_eq!(found.groups[&group("/list")], vec![some; 3], "{number}");
    }
    let errors: &[Series<'_>] = &[(pay, &[0.0, f64::NAN])];
    let found = counts(BY_ROUTE, &[(pay, &[75.0, 75.0])], errors).unwrap();
    assert_eq!(found.groups[&group("/pay")][1], Counted::NoCount);
}

/// E5.
#[test]
fn two_series_of_one_group_are_no_answer() {
    let one: &[_] = &[("route", "/pay"), ("instance", "1")];
    let other: &[_] = &[("route", "/pay"), ("instance", "2")];
    let only: &[_] = &[("route", "/list")];
    let said = |fields: &str, events: &[Series<'_>], errors: &[Series<'_>]| {
        let failure = counts(fields, events, errors).unwrap_err();
        failure.fault.to_string()
    };
    let by_route = r#"several series of the group `route="/pay"`, which differ in `instance`"#;
    let both: &[Series<'_>] = &[(one, &[75.0]), (only, &[75.0]), (other, &[75.0])];
    assert_eq!(said(BY_ROUTE, both, &[]), by_route);
    assert_eq!(said(BY_ROUTE, &[(one, &[75.0])], both), by_route);
    let whole = "several series where one is expected, which differ in `instance`, `route`";
    assert_eq!(said("", &[(one, &[75.0]), (only, &[75.0])], &[]), whole);
    assert!(counts(BY_ROUTE, &both[..2], &both[1..]).is_ok());
}

/// A native histogram is no number that could be left out.
#[test]
fn native_histograms_in_place_of_numbers_are_no_answer() {
    let (slos, settings) = slos::read(WORKSPACE, &file(""));
    let plan = plan::plan(&slos[0], slos[0].windows);
    let feed = Feed::of(&plan, &settings, "1m".parse().unwrap());
    let section = Section {
        begin_ms: BEGIN_MS,
        end_ms: BEGIN_MS + 3 * MINUTE_MS,
        step_ms: MINUTE_MS,
    };
    let mut events = reply(&[(&[], &[75.0])]);
    if let Answer::Matrix(tracks) = &mut events.answer {
        tracks[0].histograms = 1;
    }
    let failure = answers::counts(&slos[0], &feed, section, &events, &reply(&[])).unwrap_err();
    assert!(
        failure.to_string().contains("native histograms"),
        "{failure}"
    );
}
