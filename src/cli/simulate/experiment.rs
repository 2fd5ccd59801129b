//! Everything that is tried on one subject, on all cores. Which core does what changes nothing: chance begins anew for each
//! run, from the seed and its place.

use std::collections::BTreeMap;

use super::super::Io;
use super::Subject;
use super::alternatives::{Alternative, Guards};
use super::arguments::Options;
use super::kinds::{Kinds, kinds};
use crate::base::{Duration, Name, Ratio};
use crate::clock::Watch;
use crate::diagnostics::Colour;
use crate::files::side_by_side;
use crate::model::slo::WindowMode;
use crate::plan::{Plan, Settings, plan};
use crate::replay::synthetic::{
    Dice, Kind, Sighting, TierFigures, Told, Trial, Volume, of_first, of_tiers,
};

/// The share of the budget that an incident spends, unless it is said how long one lasts.
pub(super) const SPENDS: Ratio = Ratio::whole(20);
/// How long a complete outage lasts by which guards are compared.
pub(super) const OUTAGE: Duration = Duration::hours(4);
/// How long a time without incidents is.
const MONTH: Duration = Duration::days(30);

/// What came out at one volume.
pub(super) struct Outcome {
    /// Events an hour; none where time is judged.
    pub per_hour: Option<Ratio>,
    /// One for each alternative.
    pub alternatives: Vec<Tried>,
}

/// What came out of one alternative.
pub(super) struct Tried {
    /// Alerts in 30 days without any incident, by severity; none where that was not tried.
    pub false_alerts: BTreeMap<Name, f64>,
    /// How soon a complete outage wakes somebody, or is told of at all where nobody is woken.
    pub outage: Told,
    /// Each kind of incident, with its tiers; only for policies as they are.
    pub kinds: Vec<(Kind, Vec<TierFigures>)>,
    /// Error ratios at which nothing can fire; only for policies as they are.
    pub left_out: Vec<Ratio>,
}

/// One run.
enum Job {
    /// Without incidents.
    Quiet,
    Incident(Kind),
}

/// What it gave.
enum Gave {
    Opened(BTreeMap<Name, usize>),
    Seen(Vec<Sighting>),
}

/// Tries everything; `part` is which subject of how many this is.
pub(super) fn experiment(
    subject: &Subject,
    settings: &Settings,
    options: &Options,
    part: (usize, usize),
    io: &mut Io<'_>,
) -> Vec<Outcome> {
    let watch = Watch::start();
    let volumes = subject.volumes.each();
    let (count, each) = (volumes.len(), subject.alternatives.len());
    let mut outcomes = Vec::new();
    for (at, (per_hour, volume)) in volumes.into_iter().enumerate() {
        let mut alternatives = Vec::new();
        for (nth, alternative) in subject.alternatives.iter().enumerate() {
            let done = (at * each + nth, count * each);
            progress(part, done, watch.elapsed().as_secs_f64(), io);
            alternatives.push(tried(alternative, settings, volume, (at, options)));
        }
        outcomes.push(Outcome {
            per_hour,
            alternatives,
        });
    }
    if io.stderr_colour == Colour::Styled {
        let _ = write!(io.stderr, "\r\x1b[K");
    }
    outcomes
}

/// What takes longer than a second says how far it is, to people.
fn progress(part: (usize, usize), done: (usize, usize), elapsed_s: f64, io: &mut Io<'_>) {
    let is_slow = elapsed_s > 1.0 || part.0 > 0;
    if is_slow && io.stderr_colour == Colour::Styled {
        let (all, ready) = (part.1 * done.1, part.0 * done.1 + done.0);
        let _ = write!(io.stderr, "\r\x1b[K{ready} of {all} simulated");
        let _ = io.stderr.flush();
    }
}

fn tried(
    alternative: &Alternative,
    settings: &Settings,
    volume: Volume,
    (at, options): (usize, &Options),
) -> Tried {
    let slo = &alternative.slo;
    let plan = plan(slo, WindowMode::Recorded);
    let kinds = match alternative.guards {
        Guards::Own => kinds(&plan, options),
        Guards::None | Guards::Surer => Kinds::default(),
    };
    let outage = Kind {
        errors: Ratio::ONE,
        lasts_ms: OUTAGE.as_ms() as i64,
    };
    // Months, then outages, then incidents of each kind.
    let mut batches = vec![
        (Job::Quiet, options.months),
        (Job::Incident(outage), options.runs),
    ];
    let incidents = kinds
        .tried
        .iter()
        .map(|kind| (Job::Incident(*kind), options.runs));
    batches.extend(incidents);
    let jobs: Vec<(usize, usize)> = batches
        .iter()
        .enumerate()
        .flat_map(|(batch, (_, runs))| (0..*runs).map(move |run| (batch, run)))
        .collect();
    let gave = side_by_side(jobs.len(), |job| {
        let (batch, run) = jobs[job];
        let place = [at as u64, batch as u64, run as u64];
        let mut dice = Dice::at(options.seed, &place);
        one(
            &plan,
            settings,
            volume,
            (&batches[batch].0, options),
            &mut dice,
        )
    });
    let mut opened: BTreeMap<Name, usize> = BTreeMap::new();
    let mut seen: Vec<Vec<Vec<Sighting>>> = batches.iter().map(|_| Vec::new()).collect();
    for (gave, (batch, _)) in gave.into_iter().zip(&jobs) {
        match gave {
            Gave::Opened(more) => more
                .into_iter()
                .for_each(|(severity, count)| *opened.entry(severity).or_insert(0) += count),
            Gave::Seen(sightings) => seen[*batch].push(sightings),
        }
    }
    let months = options.months as f64;
    let severities = plan.tiers.iter().map(|planned| &planned.tier.severity);
    let opened = severities.filter(|_| options.months > 0).map(|severity| {
        let count = opened.get(severity).copied().unwrap_or(0);
        (severity.clone(), count as f64 / months)
    });
    let [_, outages, of_kinds @ ..] = &seen[..] else {
        unreachable!("months and outages are always among the batches");
    };
    let figures = kinds.tried.iter().zip(of_kinds);
    let figures = figures.map(|(kind, seen)| (*kind, of_tiers(&plan, *kind, seen)));
    Tried {
        false_alerts: opened.collect(),
        outage: of_first(
            &plan,
            &|severity| is_meant(&plan, settings, severity),
            outages,
        ),
        kinds: figures.collect(),
        left_out: kinds.left_out,
    }
}

/// Whether alerts of a severity tell somebody in time: those that wake, where there are any.
fn is_meant(plan: &Plan<'_>, settings: &Settings, severity: &Name) -> bool {
    let wakes = |severity: &Name| settings.roster.wakes(severity);
    let mut tiers = plan.tiers.iter();
    !tiers.any(|planned| wakes(&planned.tier.severity)) || wakes(severity)
}

fn one(
    plan: &Plan<'_>,
    settings: &Settings,
    volume: Volume,
    (job, options): (&Job, &Options),
    dice: &mut Dice,
) -> Gave {
    let budget = plan.slo.objective.budget();
    let share = |burn: Ratio| (burn * budget).min(Ratio::ONE).to_f64();
    let trial = |background| Trial {
        plan,
        settings,
        volume,
        background,
    };
    match job {
        Job::Quiet => {
            let month_ms = MONTH.as_ms() as i64;
            Gave::Opened(trial(share(options.burn)).quiet(month_ms, dice))
        }
        Job::Incident(kind) => Gave::Seen(trial(share(options.background)).incident(*kind, dice)),
    }
}
