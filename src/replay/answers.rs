//! What the answers to both questions of a stretch say of its steps.

use std::collections::BTreeMap;

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
    let part: BTreeMap<Group, &Track> = part.into_iter().collect();
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

/// The series of an answer by group.
fn tracks<'r>(
    reply: &'r Reply,
    query: &str,
    labels: &[LabelName],
) -> Result<Vec<(Group, &'r Track)>, Failure> {
    let refused = |body: &str| Failure {
        asked: format!("the query `{query}`"),
        fault: Fault::NotThisApi {
            status: 200,
            body: body.to_string(),
        },
    };
    let Answer::Matrix(tracks) = &reply.answer else {
        return Err(refused("an answer to another question"));
    };
    if tracks.iter().any(|track| track.histograms > 0) {
        return Err(refused("native histograms where counts are expected"));
    }
    let of = |track: &'r Track| {
        let value = |label: &str| track.labels.get(label).map(String::as_str);
        (Group::of(labels, value), track)
    };
    Ok(tracks.iter().map(of).collect())
}
