//! Goes through counts step by step and asks the engine at every evaluation, as the daemon does.

use std::collections::BTreeMap;

use crate::alert::{Episode, Log, Look, Tiers, Watch};
use crate::base::Duration;
use crate::evaluate::resolution::gcd;
use crate::evaluate::{
    Contents, Counts, Decision, Group, Grouping, Histories, History, Judge, Resolution, Sight,
    Verdict,
};
use crate::plan::{Plan, Settings};

use super::note::Note;
use super::past::{GroupPast, Incident, Past, TierNow};

/// Why no look is refused here.
const FORWARD: &str = "steps follow each other, and each is evaluated once";
/// Points of a budget over time, at most.
pub const BUDGET_POINTS_MAX: i64 = 240;

/// From when to when it is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when on, in Unix milliseconds; what is counted before is history.
    pub from_ms: i64,
    /// Until when.
    pub to_ms: i64,
}

/// An SLO on its way through its past.
pub struct Replayer<'a> {
    plan: &'a Plan<'a>,
    judge: Judge,
    tiers: Tiers,
    missing_tiers: Option<Tiers>,
    histories: Histories,
    interval_ms: i64,
    span: Span,
    budget_every_ms: i64,
    groups: BTreeMap<Group, Followed>,
    missing: (Watch, Log),
    past: Past,
}

/// A group that is followed.
struct Followed {
    watch: Watch,
    log: Log,
    past: GroupPast,
    /// So many of the first episodes are over and noted.
    settled: usize,
}

impl<'a> Replayer<'a> {
    /// Before the first step, which begins at `begin_ms`.
    pub fn new(
        plan: &'a Plan<'a>,
        settings: &Settings,
        resolution: Resolution,
        begin_ms: i64,
        span: Span,
    ) -> Replayer<'a> {
        let grouping = match plan.slo.group_by.is_empty() {
            true => Grouping::Whole,
            false => Grouping::Grouped,
        };
        let no_data = plan.slo.policy.no_data.as_ref();
        let no_data = no_data.filter(|_| !plan.tiers.is_empty());
        let interval_ms = interval_ms(settings.interval, resolution);
        let interval = Duration::from_ms(interval_ms.unsigned_abs());
        let missing_tiers = no_data.map(|no_data| Tiers::missing(no_data, interval));
        Replayer {
            plan,
            judge: Judge::new(plan),
            tiers: Tiers::of(plan, interval),
            histories: Histories::new(resolution, grouping, begin_ms),
            interval_ms,
            span,
            budget_every_ms: budget_every_ms(span, interval_ms),
            groups: BTreeMap::new(),
            missing: match &missing_tiers {
                Some(tiers) => (Watch::new(tiers), Log::default()),
                None => (Watch::default(), Log::default()),
            },
            missing_tiers,
            past: Past {
                from_ms: span.from_ms,
                to_ms: span.from_ms,
                interval_ms,
                ..Past::default()
            },
        }
    }

    /// For counts in steps of this length, all of them: where that is longer than the interval, no evaluation falls within a
    /// step, and time counts from one evaluation to the next.
    pub fn in_steps(mut self, step_ms: i64) -> Replayer<'a> {
        assert!(self.past.evaluations == 0, "nothing was evaluated yet");
        let step = self.histories.resolution().step_ms();
        let [interval, other] = [self.interval_ms, step_ms].map(|ms| (ms / step).unsigned_abs());
        let interval_ms = interval as i64 * step / gcd(interval, other) as i64 * other as i64;
        if interval_ms == self.interval_ms {
            return self;
        }
        let interval = Duration::from_ms(interval_ms.unsigned_abs());
        self.interval_ms = interval_ms;
        self.past.interval_ms = interval_ms;
        self.budget_every_ms = budget_every_ms(self.span, interval_ms);
        self.tiers = Tiers::of(self.plan, interval);
        let no_data = self.plan.slo.policy.no_data.as_ref();
        let missing = self.missing_tiers.as_ref().and(no_data);
        self.missing_tiers = missing.map(|no_data| Tiers::missing(no_data, interval));
        self
    }

    /// Goes through `counts`, which begin where the last ones ended.
    pub fn go(&mut self, counts: &Counts) {
        for step in 0..counts.steps {
            if self.past.known_from_ms.is_none() && counts.knows(step) {
                self.past.known_from_ms = Some(counts.end_ms(step) - counts.step_ms);
            }
            let groups = &self.groups;
            let keeps = |group: &Group| groups.get(group).is_some_and(|of| !of.watch.is_calm());
            self.histories.push(counts, step, &keeps);
            let refused = self.histories.refused();
            self.past.groups_refused = self.past.groups_refused.max(refused);
            let now_ms = self.histories.now_ms();
            let due = now_ms > self.span.from_ms
                && now_ms <= self.span.to_ms
                && now_ms.rem_euclid(self.interval_ms) == 0;
            if due {
                self.evaluate(now_ms);
            }
        }
    }

    /// Notes something about the data.
    pub fn note(&mut self, note: Note) {
        self.past.notes.push(note);
    }

    /// What was noted so far.
    pub fn notes(&self) -> &[Note] {
        &self.past.notes
    }

    /// The histories as they are.
    pub fn histories(&self) -> &Histories {
        &self.histories
    }

    /// The histories, for whoever goes on from here.
    pub fn into_histories(self) -> Histories {
        self.histories
    }

    /// What happened.
    pub fn finish(mut self) -> Past {
        let now_ms = self.histories.now_ms();
        for (group, followed) in self.groups {
            let mut past = followed.past;
            if let Some(history) = self.histories.groups().get(&group) {
                past.state = Some(followed.watch.state());
                past.budget.retain(|(at_ms, _)| *at_ms < now_ms);
                past.budget
                    .push((now_ms, self.judge.budget(history, now_ms)));
            }
            for (incident, episode) in past.incidents.iter_mut().zip(followed.log.episodes) {
                incident.episode = episode;
            }
            self.past.groups.insert(group, past);
        }
        self.past.missing = self.missing.1.episodes;
        let without_count = self.past.groups.values().map(|of| &of.without_count);
        let without_count = without_count.filter(|times| !times.is_empty());
        let lengths: Vec<i64> = without_count
            .map(|times| times.iter().map(|(from_ms, to_ms)| to_ms - from_ms).sum())
            .collect();
        if let Some(longest_ms) = lengths.iter().copied().max() {
            self.past.notes.push(Note::WithoutCount {
                groups: lengths.len(),
                longest_ms,
            });
        }
        self.past
    }

    fn evaluate(&mut self, now_ms: i64) {
        self.past.evaluations += 1;
        self.past.to_ms = now_ms;
        let sight = self.histories.sight();
        if sight != Sight::Clear {
            blinded(&mut self.past.blind, now_ms, self.interval_ms);
        }
        if let Some(tiers) = &self.missing_tiers {
            let verdict = missing(now_ms, sight);
            let next = self.missing.0.next(tiers, Look::Seen(&verdict));
            let (watch, changes) = next.expect(FORWARD);
            self.missing.0 = watch;
            for change in changes {
                self.missing.1.apply(&Group::default(), tiers, &change);
            }
        }
        let armed = self.judge.armed(self.histories.groups(), now_ms);
        for (group, history) in self.histories.groups() {
            if !self.groups.contains_key(group) {
                let followed = Followed {
                    watch: Watch::new(&self.tiers),
                    log: Log::default(),
                    past: GroupPast::default(),
                    settled: 0,
                };
                self.groups.insert(group.clone(), followed);
            }
            let followed = self.groups.get_mut(group).expect("it is put in above");
            let verdict = match self.histories.sight_of(group) {
                Sight::Clear => Some(self.judge.judge(history, &armed, now_ms)),
                Sight::NoCount => {
                    blinded(&mut followed.past.without_count, now_ms, self.interval_ms);
                    None
                }
                Sight::Nothing => None,
            };
            let look = match &verdict {
                Some(verdict) => Look::Seen(verdict),
                None => Look::Blind { at_ms: now_ms },
            };
            let next = followed.watch.next(&self.tiers, look);
            let (watch, changes) = next.expect(FORWARD);
            followed.watch = watch;
            for change in &changes {
                followed.log.apply(group, &self.tiers, change);
            }
            let step = history.stretch(now_ms - self.interval_ms, now_ms).contents;
            followed.past.total = followed.past.total.plus(step);
            note(followed, &self.judge, history, verdict.as_ref(), now_ms);
            let last_ms = followed.past.budget.last().map(|(at_ms, _)| *at_ms);
            if last_ms.is_none_or(|last_ms| now_ms - last_ms >= self.budget_every_ms) {
                let budget = self.judge.budget(history, now_ms);
                followed.past.budget.push((now_ms, budget));
            }
        }
    }

    /// The plan that is followed.
    pub fn plan(&self) -> &Plan<'a> {
        self.plan
    }
}

/// Adds an evaluation that could not see to such times.
fn blinded(times: &mut Vec<(i64, i64)>, now_ms: i64, interval_ms: i64) {
    match times.last_mut() {
        Some(last) if last.1 == now_ms - interval_ms => last.1 = now_ms,
        _ => times.push((now_ms - interval_ms, now_ms)),
    }
}

/// Notes what the open incidents of a group cost, and how its tiers stand.
fn note(
    followed: &mut Followed,
    judge: &Judge,
    history: &History,
    verdict: Option<&Verdict>,
    now_ms: i64,
) {
    let incidents = &mut followed.past.incidents;
    for episode in followed.log.episodes.iter().skip(incidents.len()) {
        incidents.push(Incident {
            episode: episode.clone(),
            burn_max: 0.0,
            contents: Contents::NONE,
            spent: None,
        });
    }
    let burn = |contents: Option<Contents>| contents.and_then(|contents| judge.burn_rate(contents));
    if let Some(verdict) = verdict {
        let now = verdict.tiers.iter().map(|tier| TierNow {
            long_burn: burn(tier.evidence.long),
            short_burn: burn(tier.evidence.short),
            judgement: tier.judgement,
        });
        followed.past.tiers.clear();
        followed.past.tiers.extend(now);
    }
    let episodes = &followed.log.episodes;
    let open = incidents.iter_mut().zip(episodes).skip(followed.settled);
    for (incident, episode) in open {
        // An incident ends with the evaluation that resolves it.
        if episode.resolved_ms.is_some_and(|at_ms| at_ms < now_ms) {
            continue;
        }
        let firing = episode
            .firings
            .iter()
            .filter(|firing| firing.to_ms.is_none());
        for firing in firing {
            let now = followed.past.tiers.get(firing.tier);
            let now = now.and_then(|tier| tier.long_burn).unwrap_or(0.0);
            incident.burn_max = incident.burn_max.max(now);
        }
        incident.contents = history.stretch(episode.opened_ms, now_ms).contents;
        incident.spent = judge.spent(history, incident.contents.errors, now_ms);
    }
    let rest = episodes.iter().skip(followed.settled);
    let is_over = |episode: &&Episode| episode.resolved_ms.is_some();
    followed.settled += rest.take_while(is_over).count();
}

/// How far points of a budget lie apart.
fn budget_every_ms(span: Span, interval_ms: i64) -> i64 {
    ((span.to_ms - span.from_ms) / BUDGET_POINTS_MAX / interval_ms).max(1) * interval_ms
}

/// Every interval on steps of the resolution.
fn interval_ms(interval: Duration, resolution: Resolution) -> i64 {
    let step_ms = resolution.step_ms();
    let interval_ms = interval.as_ms() as i64;
    (interval_ms + step_ms - 1) / step_ms * step_ms
}

/// The verdict on missing data.
fn missing(at_ms: i64, sight: Sight) -> Verdict {
    let decision = match sight {
        Sight::Nothing => Decision::Missing,
        // As in the rules, whose `absent()` asks whether there is a series and not what it says.
        Sight::NoCount | Sight::Clear => Decision::LongBelow,
    };
    Verdict::without_numbers(at_ms, decision, 1)
}
