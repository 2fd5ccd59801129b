//! What the answers to both questions of a stretch say of its steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::LabelName;
use crate::evaluate::{Counted, Counts, Feed, Group};
use crate::model::Slo;
use crate::prometheus::{Answer, Failure, Fault, Question, Reply, Track};

use super::sections::Section;

/// Both questions of a section. A step is asked for at its end.
pub fn questions(feed: &Feed, section: Section) -> [Question; 2] {
    [&feed.events, &feed.part].map(|query| Question::Range {
        query: query.clone(),
        start_ms: section.begin_ms + section.step_ms,
        end_ms: section.end_ms,
        step_ms: section.step_ms,
    })
}

/// What two answers say of each step.
pub fn counts(
    slo: &Slo,
    feed: &Feed,
    section: Section,
    events: &Reply,
    part: &Reply,
) -> Result<Counts, Failure> {
    let mut counts = Counts::new(section.begin_ms, section.step_ms, section.steps());
    let [events, part] = [(events, &feed.events), (part, &feed.part)]
        .map(|(reply, query)| tracks(reply, query, &slo.group_by));
    let (events, part) = (events?, part?);
    for (group, track) in events {
        let beside = part.get(&group).map_or(&[][..], |track| &track.points);
        let column = column(feed, section, &track.points, beside);
        if column.iter().any(|step| *step != Counted::Absent) {
            counts.groups.insert(group, column);
        }
    }
    Ok(counts)
}

/// The steps of one group.
fn column(
    feed: &Feed,
    section: Section,
    events: &[(i64, f64)],
    part: &[(i64, f64)],
) -> Vec<Counted> {
    let mut column = vec![Counted::Absent; section.steps()];
    let mut part = part.iter().peekable();
    for (at_ms, value) in events {
        while part.next_if(|(other_ms, _)| other_ms < at_ms).is_some() {}
        let of_them = part.next_if(|(other_ms, _)| other_ms == at_ms);
        let step = (at_ms - section.begin_ms) / section.step_ms - 1;
        let slot = usize::try_from(step).ok();
        if let Some(slot) = slot.and_then(|step| column.get_mut(step)) {
            let contents = feed.contents(*value, of_them.map(|(_, value)| *value));
            *slot = contents.map_or(Counted::NoCount, Counted::Contents);
        }
    }
    column
}

/// The series of an answer by group. Two of one group are no answer: either would be a silent choice, and their sum another
/// number than the one that was asked for.
fn tracks<'r>(
    reply: &'r Reply,
    query: &str,
    labels: &[LabelName],
) -> Result<BTreeMap<Group, &'r Track>, Failure> {
    let failed = |fault: Fault| Failure {
        asked: format!("the query `{query}`"),
        fault,
    };
    let refused = |body: &str| {
        failed(Fault::NotThisApi {
            status: 200,
            body: body.to_string(),
        })
    };
    let Answer::Matrix(tracks) = &reply.answer else {
        return Err(refused("an answer to another question"));
    };
    if tracks.iter().any(|track| track.histograms > 0) {
        return Err(refused("native histograms where counts are expected"));
    }
    let mut found: BTreeMap<Group, &'r Track> = BTreeMap::new();
    for track in tracks {
        let value = |label: &str| track.labels.get(label).map(String::as_str);
        let group = Group::of(labels, value);
        if let Some(other) = found.get(&group) {
            let which = match labels.is_empty() {
                true => "where one is expected".to_string(),
                false => format!("of the group `{}`", group.show(labels)),
            };
            let differ = differ(other, track);
            return Err(failed(Fault::SameGroup(format!("{which}{differ}"))));
        }
        found.insert(group, track);
    }
    Ok(found)
}

/// In which labels two series differ, as the end of a sentence; nothing where they are the same.
fn differ(one: &Track, other: &Track) -> String {
    let names: BTreeSet<&String> = one.labels.keys().chain(other.labels.keys()).collect();
    let names = names.into_iter();
    let names = names.filter(|name| one.labels.get(*name) != other.labels.get(*name));
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(", which differ in {}", names.join(", ")),
    }
}
