//! Both definitions of what differs, over the same past.

use crate::model::slo::WindowMode;
use crate::plan::{Plan, Settings, plan};
use crate::prometheus::{Failure, Fault, Server};
use crate::replay::{Depth, Inquiry, Past, Replayer, Span, ask_all};

use super::comparison::Comparison;
use super::event::{Event, Seen, together};
use super::outcome::Outcome;
use super::row::{Kind, Simulated};
use super::state::Pair;

/// Most SLOs that are simulated, those first whose change matters most: each is a few dozen questions.
pub const SIMULATED_MAX: usize = 50;

/// Settings of both states, and when the past is.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'a> {
    /// How rules were made.
    pub base: &'a Settings,
    /// How they are made.
    pub head: &'a Settings,
    /// From when to when.
    pub span: Span,
}

/// Simulates the rows of `comparison`, and sorts them anew. What could not be simulated says why. `progress` is told how many
/// are done, and of how many.
pub fn simulate(
    comparison: &mut Comparison,
    pairs: &[Pair<'_>],
    stage: Stage<'_>,
    server: &mut dyn Server,
    progress: &mut dyn FnMut(usize, usize),
) {
    comparison.span = Some(stage.span);
    comparison.sort();
    let needed = |kind: &Kind| matches!(kind, Kind::Added | Kind::Changed(_) | Kind::Removed);
    let all = comparison.count(|row| needed(&row.kind)).min(SIMULATED_MAX);
    let (mut done, mut silent) = (0, None);
    for row in &mut comparison.rows {
        row.simulated = match &row.kind {
            Kind::Renamed(_) => Simulated::SameMeaning,
            Kind::UnreadNow | Kind::UnreadBefore => Simulated::Unread,
            _ if done == SIMULATED_MAX => Simulated::BeyondLimit,
            Kind::Added | Kind::Changed(_) | Kind::Removed => {
                progress(done, all);
                done += 1;
                let pair = pairs.iter().find(|pair| pair.id == row.id);
                let pair = pair.expect("every row is made of a pair");
                asked(pair, stage, server, &mut silent)
            }
        };
    }
    comparison.sort();
}

fn asked(
    pair: &Pair<'_>,
    stage: Stage<'_>,
    server: &mut dyn Server,
    silent: &mut Option<String>,
) -> Simulated {
    let plan = |slo| plan(slo, WindowMode::Recorded);
    let (old, new) = (pair.old.map(plan), pair.new.map(plan));
    let (old_past, new_past) = pasts(old.as_ref(), new.as_ref(), stage, server, silent);
    let sent = |plan: &Option<Plan<'_>>, settings: &Settings, past: &Sided, seen| {
        let known = plan
            .as_ref()
            .zip(past.as_ref().and_then(|past| past.as_ref().ok()));
        known.map(|(plan, past)| Event::all(past, plan, &settings.roster, seen))
    };
    let old_events = sent(&old, stage.base, &old_past, Seen::Gone);
    let new_events = sent(&new, stage.head, &new_past, Seen::New);
    let outcome = |past: Sided, events: &Option<Vec<Event>>| {
        let events = events.as_deref().unwrap_or_default();
        past.map(|past| past.map(|past| Outcome::of(&past, events)))
    };
    let same_groups = match (&pair.old, &pair.new) {
        (Some(old), Some(new)) => old.group_by == new.group_by,
        (None, _) | (_, None) => true,
    };
    Simulated::Asked {
        old: outcome(old_past, &old_events),
        new: outcome(new_past, &new_events),
        events: together(
            old_events.unwrap_or_default(),
            new_events.unwrap_or_default(),
            same_groups,
        ),
    }
}

/// The past with one definition, or why it is not known; nothing where there is no definition.
type Sided = Option<Result<Past, String>>;

fn pasts(
    old: Option<&Plan<'_>>,
    new: Option<&Plan<'_>>,
    stage: Stage<'_>,
    server: &mut dyn Server,
    silent: &mut Option<String>,
) -> (Sided, Sided) {
    let sides = [(old, stage.base), (new, stage.head)];
    let there = sides.map(|(plan, settings)| plan.map(|plan| (plan, settings)));
    let definitions: Vec<(&Plan<'_>, &Settings)> = there.into_iter().flatten().collect();
    let mut known = match &*silent {
        Some(why) => definitions.iter().map(|_| Err(why.clone())).collect(),
        None => {
            let inquiries = Inquiry::together(&definitions, stage.span, Depth::Period);
            let all = ask_all(&inquiries, server).into_iter();
            let past = |outcome: Result<Replayer<'_>, Failure>| match outcome {
                Ok(replayer) => Ok(replayer.finish()),
                Err(failure) => Err(why(&failure, silent)),
            };
            all.map(past).collect::<Vec<_>>()
        }
    }
    .into_iter();
    let [old, new] = there.map(|side| side.and_then(|_| known.next()));
    (old, new)
}

/// Why there is no answer. Where the server would say the same to every question, it is not asked again.
fn why(failure: &Failure, silent: &mut Option<String>) -> String {
    let why = failure.fault.to_string();
    match failure.fault {
        Fault::Unreachable(_)
        | Fault::RunOver(_)
        | Fault::TooManyQuestions(_)
        | Fault::Denied(_)
        | Fault::Redirected { .. }
        | Fault::NoSuchApi(_)
        | Fault::RunTooLarge(_) => *silent = Some(why.clone()),
        Fault::TooSlow(_)
        | Fault::Overloaded { .. }
        | Fault::Refused { .. }
        | Fault::NotThisApi { .. }
        | Fault::SameGroup(_)
        | Fault::CutShort
        | Fault::TooLarge(_)
        | Fault::TooManySeries(_)
        | Fault::TooManyPoints(_)
        | Fault::Partial(_) => {}
    }
    why
}
