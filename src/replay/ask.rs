//! Asks a server for the past of an SLO, piece by piece, and goes through it.

use std::collections::BTreeMap;

use crate::base::{Duration, LabelName};
use crate::evaluate::{Contents, Counts, Feed, Group, Resolution};
use crate::model::slo::Slo;
use crate::plan::{Plan, Settings};
use crate::prometheus::{Answer, Failure, Fault, Question, Reply, Server, Track, range};

use super::past::Past;
use super::replayer::{Replayer, Span};
use super::sections::{Section, sections};

/// What is asked for at once, in steps of one series: a piece of a range that every server answers.
const PIECE_STEPS_MAX: i64 = range::RANGE_POINTS_MAX;
/// Below so many steps a piece is not cut further when its answer is too long.
const PIECE_STEPS_MIN: usize = 16;

/// How far back the history before `from_ms` is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// As far as the windows of tiers reach.
    Tiers,
    /// As far as the period, so that the budget is known from the first moment.
    Period,
}

/// What would have happened in `span`, from what `server` has.
pub fn ask(
    plan: &Plan<'_>,
    settings: &Settings,
    span: Span,
    depth: Depth,
    server: &mut dyn Server,
) -> Result<Past, Failure> {
    let pasts = ask_together(&[(plan, settings)], span, depth, server)?;
    let past = pasts.into_iter().next();
    Ok(past.expect("every definition has its past"))
}

/// What would have happened in `span` with each of several definitions that [count alike](counts_alike): each step is asked for
/// once, finely enough for all of them.
pub fn ask_together(
    definitions: &[(&Plan<'_>, &Settings)],
    span: Span,
    depth: Depth,
    server: &mut dyn Server,
) -> Result<Vec<Past>, Failure> {
    let Some((plan, settings)) = definitions.first() else {
        return Ok(Vec::new());
    };
    let resolution = shared(definitions);
    let backs = definitions.iter().map(|(plan, _)| back_ms(plan, depth));
    let begin_ms = span.from_ms - backs.max().unwrap_or(0);
    let sections = sections(resolution, begin_ms, span.from_ms, span.to_ms);
    let begin_ms = sections.first().map_or(span.to_ms, |first| first.begin_ms);
    let mut replayers: Vec<Replayer<'_>> = definitions
        .iter()
        .map(|(plan, settings)| Replayer::new(plan, settings, resolution, begin_ms, span))
        .collect();
    for section in sections {
        let step = Duration::from_ms(section.step_ms as u64);
        let feed = Feed::of(plan, settings, step);
        fetch(plan.slo, &feed, section, server, &mut |counts| {
            for replayer in &mut replayers {
                replayer.go(&counts);
            }
        })?;
    }
    Ok(replayers.into_iter().map(Replayer::finish).collect())
}

/// Whether two definitions ask a server the same, so that one answer is enough for both.
pub fn counts_alike(a: (&Plan<'_>, &Settings), b: (&Plan<'_>, &Settings)) -> bool {
    let steps_ms = shared(&[a, b]).steps_ms;
    let feeds = |(plan, settings): (&Plan<'_>, &Settings)| {
        steps_ms.map(|step_ms| Feed::of(plan, settings, Duration::from_ms(step_ms as u64)))
    };
    a.0.slo.group_by == b.0.slo.group_by && feeds(a) == feeds(b)
}

fn shared(definitions: &[(&Plan<'_>, &Settings)]) -> Resolution {
    let each = definitions
        .iter()
        .map(|(plan, settings)| Resolution::of(plan, settings));
    let shared = each.reduce(Resolution::shared);
    shared.expect("there is a definition")
}

/// How far back the longest window reaches that matters.
pub fn back_ms(plan: &Plan<'_>, depth: Depth) -> i64 {
    let tiers = plan.tiers.iter().map(|planned| {
        let tier = planned.tier;
        tier.long.max(tier.short)
    });
    let longest = match depth {
        Depth::Tiers => tiers.max(),
        Depth::Period => tiers.chain([plan.slo.period]).max(),
    };
    longest.map_or(0, |longest| longest.as_ms() as i64)
}

/// Asks for a section and hands over its pieces in order. A piece whose answer is too long is asked for in halves.
pub fn fetch(
    slo: &Slo,
    feed: &Feed,
    section: Section,
    server: &mut dyn Server,
    take: &mut dyn FnMut(Counts),
) -> Result<(), Failure> {
    let piece_ms = PIECE_STEPS_MAX * section.step_ms;
    let mut begin_ms = section.begin_ms;
    let mut pieces = Vec::new();
    while begin_ms < section.end_ms {
        let end_ms = section.end_ms.min(begin_ms + piece_ms);
        pieces.push(Section {
            begin_ms,
            end_ms,
            ..section
        });
        begin_ms = end_ms;
    }
    let questions: Vec<Question> = pieces.iter().flat_map(|p| questions(feed, *p)).collect();
    let mut replies = server.ask(&questions, None).into_iter();
    for piece in pieces {
        let pair = replies.next().zip(replies.next());
        let (events, part) = pair.expect("every question has its answer");
        match (events, part) {
            (Ok(events), Ok(part)) => take(counts(slo, feed, piece, &events, &part)?),
            (Err(failure), _) | (_, Err(failure)) => {
                halve(slo, feed, piece, failure, server, take)?
            }
        }
    }
    Ok(())
}

fn halve(
    slo: &Slo,
    feed: &Feed,
    piece: Section,
    failure: Failure,
    server: &mut dyn Server,
    take: &mut dyn FnMut(Counts),
) -> Result<(), Failure> {
    let steps = piece.steps();
    let too_much = matches!(failure.fault, Fault::TooLarge(_)) && steps >= 2 * PIECE_STEPS_MIN;
    if !too_much {
        return Err(failure);
    }
    let middle_ms = piece.begin_ms + (steps as i64 / 2) * piece.step_ms;
    for (begin_ms, end_ms) in [(piece.begin_ms, middle_ms), (middle_ms, piece.end_ms)] {
        let half = Section {
            begin_ms,
            end_ms,
            ..piece
        };
        fetch(slo, feed, half, server, take)?;
    }
    Ok(())
}

/// Both questions of a piece. A step is asked for at its end.
fn questions(feed: &Feed, piece: Section) -> [Question; 2] {
    [&feed.events, &feed.part].map(|query| Question::Range {
        query: query.clone(),
        start_ms: piece.begin_ms + piece.step_ms,
        end_ms: piece.end_ms,
        step_ms: piece.step_ms,
    })
}

/// What two answers say of each step.
fn counts(
    slo: &Slo,
    feed: &Feed,
    piece: Section,
    events: &Reply,
    part: &Reply,
) -> Result<Counts, Failure> {
    let mut counts = Counts::new(piece.begin_ms, piece.step_ms, piece.steps());
    let [events, part] = [(events, &feed.events), (part, &feed.part)]
        .map(|(reply, query)| tracks(reply, query, &slo.group_by));
    let (events, part) = (events?, part?);
    let part: BTreeMap<Group, &Track> = part.into_iter().collect();
    for (group, track) in events {
        let beside = part.get(&group).map_or(&[][..], |track| &track.points);
        let column = column(feed, piece, &track.points, beside);
        if column.iter().any(Option::is_some) {
            counts.groups.insert(group, column);
        }
    }
    Ok(counts)
}

/// The steps of one group.
fn column(
    feed: &Feed,
    piece: Section,
    events: &[(i64, f64)],
    part: &[(i64, f64)],
) -> Vec<Option<Contents>> {
    let mut column = vec![None; piece.steps()];
    let mut part = part.iter().peekable();
    for (at_ms, value) in events {
        while part.next_if(|(other_ms, _)| other_ms < at_ms).is_some() {}
        let of_them = part.next_if(|(other_ms, _)| other_ms == at_ms);
        let step = (at_ms - piece.begin_ms) / piece.step_ms - 1;
        let slot = usize::try_from(step).ok();
        if let Some(slot) = slot.and_then(|step| column.get_mut(step)) {
            *slot = feed.contents(*value, of_them.map(|(_, value)| *value));
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
