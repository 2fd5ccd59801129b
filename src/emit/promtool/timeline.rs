//! One timeline for each case: bursts of good and bad events, chosen so that every tier meets each of its edges.
//!
//! The builder proposes and the simulation decides: no expected result is computed here. What fires when is read from the
//! simulation afterwards, so that every policy has a correct test, and only its sharpness differs.

use super::case::Case;
use super::counter::Edge;
use super::scenes;
use super::simulate::{Contents, Simulation, Verdict};

/// Most evaluations of a timeline, so that promtool is done in seconds.
pub const STEPS_MAX: usize = 2_200;
/// Most events that a burst may need, in quanta: sums over a period stay below 2^53, up to which a double is exact.
const AMOUNT_MAX: i64 = 1 << 48;

/// What is fed to the rules, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// How many evaluations.
    pub steps: usize,
    /// When the series are born, and when their last samples are.
    pub lives: Vec<Life>,
    /// What is counted when.
    pub bursts: Vec<Burst>,
    /// What is tested from an evaluation on.
    pub notes: Vec<Note>,
    /// What is not tested.
    pub untested: Vec<Untested>,
    /// What the rules decide, where ranges include their left end.
    pub verdicts: Vec<Verdict>,
}

/// A life of all series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// The first samples.
    pub born_ms: i64,
    /// The last ones; none where the timeline ends first.
    pub last_ms: Option<i64>,
}

/// Events that are counted at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// When.
    pub at_ms: i64,
    /// Good ones, in quanta.
    pub good: i64,
    /// Bad ones, in quanta.
    pub bad: i64,
}

/// What is tested from an evaluation on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// The evaluation.
    pub step: usize,
    /// The tier that it is about, if it is about one.
    pub tier: Option<usize>,
    /// What is tested.
    pub text: &'static str,
}

/// What is not tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untested {
    /// The tier that it is about.
    pub tier: usize,
    /// What is not tested.
    pub what: &'static str,
    /// Why.
    pub why: &'static str,
}

/// What the evaluations recorded, for each window.
pub type Recorded = Vec<Vec<Option<Contents>>>;

/// The timeline of `case`, and what is recorded in it.
pub fn build(case: &Case) -> (Timeline, Recorded) {
    let mut builder = Builder::new(case);
    scenes::play(&mut builder);
    builder.finish()
}

/// The verdicts of the same timeline where ranges have other edges.
pub fn replay(case: &Case, timeline: &Timeline, edge: Edge) -> Vec<Verdict> {
    let mut simulation = Simulation::new(case, edge);
    let mut bursts = timeline.bursts.iter().peekable();
    for _ in 0..timeline.steps {
        let now_ms = simulation.now_ms();
        let gone = |life: &Life| {
            life.last_ms
                .is_some_and(|last| last + case.step_ms == now_ms)
        };
        if timeline.lives.iter().any(gone) {
            simulation.dies();
        }
        if timeline.lives.iter().any(|life| life.born_ms == now_ms) {
            simulation.born();
        }
        if let Some(burst) = bursts.next_if(|burst| burst.at_ms == now_ms) {
            simulation.put(burst.good, burst.bad);
        }
        simulation.advance();
    }
    simulation.verdicts().to_vec()
}

/// A timeline in the making.
pub struct Builder<'a> {
    /// What it is for.
    pub case: &'a Case,
    simulation: Simulation<'a>,
    lives: Vec<Life>,
    bursts: Vec<Burst>,
    notes: Vec<Note>,
    untested: Vec<Untested>,
}

/// How a window answers to events that are counted now.
#[derive(Clone, Copy, Debug)]
pub struct Slope {
    /// What is in it.
    pub now: Contents,
    /// What one more event adds: more than one while tiles that were never recorded are filled with the traffic of now.
    pub per_event: f64,
}

/// A question to the simulation: how many errors lift a window to a multiple of its threshold.
#[derive(Clone, Copy, Debug)]
pub struct Lift {
    /// Which tier.
    pub tier: usize,
    /// Which window.
    pub window: usize,
    /// Which multiple.
    pub multiple: f64,
    /// Good events that come with them.
    pub good: i64,
    /// Whether errors that are in the window already help.
    pub others: Others,
}

/// Whether errors that are in a window already count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// They do.
    Help,
    /// They do not, since they leave first.
    LeaveFirst,
}

impl<'a> Builder<'a> {
    fn new(case: &'a Case) -> Builder<'a> {
        Builder {
            case,
            simulation: Simulation::new(case, Edge::Closed),
            lives: Vec::new(),
            bursts: Vec::new(),
            notes: Vec::new(),
            untested: Vec::new(),
        }
    }

    fn finish(self) -> (Timeline, Recorded) {
        let timeline = Timeline {
            steps: self.simulation.steps(),
            lives: self.lives,
            bursts: self.bursts,
            notes: self.notes,
            untested: self.untested,
            verdicts: self.simulation.verdicts().to_vec(),
        };
        (timeline, self.simulation.into_recorded())
    }

    /// How many evaluations there were.
    pub fn steps(&self) -> usize {
        self.simulation.steps()
    }

    /// Evaluations in `ms`, rounded up.
    pub fn steps_of(&self, ms: i64) -> usize {
        (ms.max(0) as u64).div_ceil(self.case.step_ms as u64) as usize
    }

    /// The length of a window.
    pub fn length_ms(&self, window: usize) -> i64 {
        self.case.windows[window].length_ms
    }

    /// Says what is tested from here on.
    pub fn note(&mut self, text: &'static str) {
        self.notes.push(Note {
            step: self.steps(),
            tier: None,
            text,
        });
    }

    /// Says what is tested of a tier from here on.
    pub fn note_of(&mut self, tier: usize, text: &'static str) {
        self.notes.push(Note {
            step: self.steps(),
            tier: Some(tier),
            text,
        });
    }

    /// Says what of a tier is not tested.
    pub fn skip(&mut self, tier: usize, what: &'static str, why: &'static str) {
        self.untested.push(Untested { tier, what, why });
    }

    /// Every series is born, now.
    pub fn born(&mut self) {
        self.lives.push(Life {
            born_ms: self.simulation.now_ms(),
            last_ms: None,
        });
        self.simulation.born();
    }

    /// Every series had its last sample at the evaluation before.
    pub fn dies(&mut self) {
        if let Some(life) = self.lives.last_mut() {
            life.last_ms = Some(self.simulation.now_ms() - self.case.step_ms);
        }
        self.simulation.dies();
    }

    /// An evaluation at which so many events are counted.
    pub fn step(&mut self, good: i64, bad: i64) {
        if good != 0 || bad != 0 {
            self.simulation.put(good, bad);
            self.bursts.push(Burst {
                at_ms: self.simulation.now_ms(),
                good,
                bad,
            });
        }
        self.simulation.advance();
    }

    /// So many evaluations at which nothing is counted.
    pub fn idle(&mut self, steps: usize) {
        (0..steps).for_each(|_| self.step(0, 0));
    }

    /// How a window answers; a window that is missing is empty.
    pub fn slope(&mut self, window: usize) -> Slope {
        let (now, more) = (
            self.simulation.look(0, 0),
            self.simulation.look(self.case.one, 0),
        );
        slope(now[window], more[window], self.case.one)
    }

    /// The least number of errors, all of them failed events, that lifts a window above a multiple of its threshold; `None` where no number does.
    pub fn errors_for(&mut self, lift: Lift) -> Option<i64> {
        let (now, more) = (
            self.simulation.look(0, 0),
            self.simulation.look(self.case.one, 0),
        );
        let tier = &self.case.tiers[lift.tier];
        let window = slope(now[lift.window], more[lift.window], self.case.one);
        let period = self
            .case
            .period
            .map(|(at, _)| slope(now[at], more[at], self.case.one));
        let guarded = lift.window == tier.long;
        let condition = self.simulation.condition(lift.tier);
        let over = |bad: i64| {
            let period = period.map(|period| period.with(lift.good, bad));
            let left = self.simulation.left(period).unwrap_or(1.0);
            let theta = condition.theta(Some(left)).expect("what is left is said");
            let mut contents = window.with(lift.good, bad);
            if lift.others == Others::LeaveFirst {
                contents.errors -= window.now.errors;
            }
            let rhs = match guarded {
                true => condition.allowed_long(theta, contents.events),
                false => theta * contents.events,
            };
            contents.errors >= lift.multiple * rhs
        };
        // With a statistical guard a single event is too coarse.
        let grain = match self.case.z {
            None => self.case.one,
            Some(_) => (self.case.one / 16).max(1),
        };
        least(grain, over)
    }
}

/// The least multiple of `grain` for which a monotone answer is yes.
fn least(grain: i64, over: impl Fn(i64) -> bool) -> Option<i64> {
    if over(0) {
        return Some(0);
    }
    let mut high = grain;
    while !over(high) {
        high *= 4;
        if high > AMOUNT_MAX {
            return None;
        }
    }
    let mut low = 0;
    while high - low > grain {
        let middle = (low + high) / 2 / grain * grain;
        match over(middle) {
            true => high = middle,
            false => low = middle,
        }
    }
    Some(high)
}

fn slope(now: Option<Contents>, more: Option<Contents>, one: i64) -> Slope {
    let empty = Contents {
        events: 0.0,
        errors: 0.0,
        made: super::counter::Made::Counted,
    };
    let (now, more) = (now.unwrap_or(empty), more.unwrap_or(empty));
    Slope {
        now,
        per_event: (more.events - now.events) / one as f64,
    }
}

impl Slope {
    /// What is in the window after so many events.
    fn with(self, good: i64, bad: i64) -> Contents {
        Contents {
            events: self.now.events + self.per_event * (good + bad) as f64,
            errors: self.now.errors + bad as f64,
            made: self.now.made,
        }
    }
}

/// `amount` quanta in whole multiples of `one`, rounded down; `None` where that is more than a timeline may count.
pub fn whole(amount: f64, one: i64) -> Option<i64> {
    (amount <= AMOUNT_MAX as f64).then(|| amount as i64 / one * one)
}

/// `amount` quanta in whole multiples of `one`, rounded up; `None` where that is more than a timeline may count.
pub fn whole_up(amount: f64, one: i64) -> Option<i64> {
    whole((amount / one as f64).ceil() * one as f64, one)
}
