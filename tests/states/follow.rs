//! Following an SLO from evaluation to evaluation sees what going through the same time at once does.

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::alert::{Log, Look, Tiers, Watch};
use burnwatch::evaluate::{Decision, Group};
use burnwatch::follow::{Coverage, Follower, Seen, Step};
use burnwatch::plan;
use burnwatch::prometheus::{Answer, Failure, Question, Reply, Server, Track};
use burnwatch::replay::{self, Depth, Span};

use crate::dice::Dice;
use crate::slos;

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;

pub(super) const WORKSPACE: &str = "
apiVersion: burnwatch/v1
severities: {page: {wakes: true}, ticket: {}}
teams: {t: {notify: {page: [r], ticket: [r]}}}
receivers: {r: {slack: {url_file: /run/secrets/r}}}
policies:
  both:
    min_errors: 5
    tiers:
      - {name: fast, severity: page, burn_rate: 14.4, long: 1h, short: 5m}
      - {name: drip, severity: ticket, burn_rate: 2, long: 6h, short: 30m, for: 3m}
";

/// Counters of an hour's traffic a minute, with times of trouble and times in which nobody scrapes.
pub(super) struct Counters {
    begin_ms: i64,
    /// Errors among a hundred events, for each minute.
    pub(super) errors: Vec<f64>,
    /// Whether samples are there, for each minute.
    pub(super) scraped: Vec<bool>,
    /// Later samples have not arrived yet.
    arrived_ms: i64,
    asked: usize,
}

impl Counters {
    pub(super) fn random(seed: u64, begin_ms: i64, minutes: usize) -> Counters {
        let mut dice = Dice(seed);
        let (mut errors, mut scraped) = (Vec::new(), Vec::new());
        let (mut bad, mut there) = (0.0, true);
        for _ in 0..minutes {
            if dice.below(45) == 0 {
                bad = [0.0, 0.0, 0.3, 3.0, 40.0][dice.below(5)];
            }
            there = match there {
                true => dice.below(60) > 0,
                false => dice.below(8) == 0,
            };
            errors.push(bad);
            scraped.push(there);
        }
        Counters {
            begin_ms,
            errors,
            scraped,
            arrived_ms: i64::MAX,
            asked: 0,
        }
    }

    fn minute(&self, at_ms: i64) -> usize {
        let minute = (at_ms - self.begin_ms) / MINUTE;
        usize::try_from(minute).map_or(0, |minute| minute.min(self.errors.len()))
    }

    fn is_scraped(&self, at_ms: i64) -> bool {
        let minute = self.minute(at_ms);
        let is_there = (self.begin_ms..=self.arrived_ms).contains(&at_ms);
        is_there && (minute == 0 || self.scraped[minute - 1])
    }

    fn rise(&self, is_errors: bool, from_ms: i64, to_ms: i64) -> f64 {
        let minutes = self.minute(from_ms)..self.minute(to_ms);
        let of = |minute: usize| {
            if is_errors {
                self.errors[minute]
            } else {
                100.0
            }
        };
        minutes.map(of).sum()
    }

    fn answer(&mut self, question: &Question) -> Reply {
        self.asked += 1;
        let Question::Range {
            query,
            start_ms,
            end_ms,
            step_ms,
        } = question
        else {
            panic!("{question} is no range");
        };
        let is_errors = query.contains("5..");
        let times = (0..)
            .map(|at| start_ms + at * step_ms)
            .take_while(|at| at <= end_ms);
        let known = times.filter(|at| self.is_scraped(*at) && self.is_scraped(at - step_ms));
        let points = known.map(|at| (at, self.rise(is_errors, at - step_ms, at)));
        Reply {
            answer: Answer::Matrix(vec![Track {
                points: points.collect(),
                ..Track::default()
            }]),
            warnings: Vec::new(),
            infos: Vec::new(),
            spent: None,
        }
    }
}

impl Server for Counters {
    fn ask(&mut self, questions: &[Question], _: Option<i64>) -> Vec<Result<Reply, Failure>> {
        questions
            .iter()
            .map(|question| Ok(self.answer(question)))
            .collect()
    }
}

pub(super) const FILE: &str = "
apiVersion: burnwatch/v1
service: s
owner: t
runbook: https://runbooks.example.com/s
slos:
  - name: a
    objective: 99
    period: 1d
    sli: {ratio: {events: 'r{job=\"a\"}', errors_where: 'code=~\"5..\"'}}
    alerting: {policy: both}
";

/// Asks until nothing is open.
fn until_known<T>(
    server: &mut Counters,
    mut attempt: impl FnMut(&BTreeMap<Question, Reply>) -> Result<T, Vec<Question>>,
) -> T {
    let mut known = BTreeMap::new();
    loop {
        match attempt(&known) {
            Ok(value) => return value,
            Err(open) => {
                assert!(!open.is_empty(), "what is open is said");
                for question in open {
                    let reply = server.answer(&question);
                    known.insert(question, reply);
                }
            }
        }
    }
}

pub(super) fn learn(
    follower: &mut Follower,
    coverage: Coverage,
    to_ms: i64,
    server: &mut Counters,
) {
    until_known(server, |known| {
        let open = follower.learn(coverage, to_ms, |question| known.get(question).map(Ok));
        let open = open.expect("nothing fails");
        if open.is_empty() { Ok(()) } else { Err(open) }
    });
}

pub(super) fn go(follower: &mut Follower, to_ms: i64, server: &mut Counters) -> Seen {
    until_known(server, |known| {
        let step = follower.go(to_ms, |question| known.get(question).map(Ok));
        match step.expect("nothing fails") {
            Step::Seen(seen) => Ok(seen),
            Step::Open(open) => Err(open),
        }
    })
}

#[test]
fn following_an_slo_gives_the_incidents_of_a_backtest() {
    let mut incidents = 0;
    for seed in 0..30 {
        let (slos, settings) = slos::read(WORKSPACE, FILE);
        let plan = plan::plan(&slos[0], slos[0].windows);
        let begin_ms = 1_800_000_000_000 / HOUR * HOUR;
        let mut server = Counters::random(seed, begin_ms, 60 * 60);
        let from_ms = begin_ms + 26 * HOUR;
        let to_ms = begin_ms + 50 * HOUR;
        let span = Span { from_ms, to_ms };
        let past = replay::ask(&plan, &settings, span, Depth::Period, &mut server).unwrap();

        let mut follower =
            Follower::new(slos[0].clone().into(), settings.clone(), BTreeSet::new()).in_phase(0);
        learn(&mut follower, Coverage::Whole, from_ms, &mut server);
        let tiers = Tiers::of(&plan, settings.interval);
        let (mut watch, mut log) = (Watch::new(&tiers), Log::default());
        server.asked = 0;
        let mut evaluations = 0;
        for at_ms in (from_ms + MINUTE..=to_ms).step_by(MINUTE as usize) {
            evaluations += 1;
            let seen = go(&mut follower, at_ms, &mut server);
            let look = match &seen {
                Seen::Groups(groups) => Look::Seen(groups[0].verdict.as_ref().unwrap()),
                Seen::Nothing => Look::Blind { at_ms },
            };
            let (next, changes) = watch.next(&tiers, look).unwrap();
            watch = next;
            for change in &changes {
                log.apply(&Group::default(), &tiers, change);
            }
        }
        let found = &past.groups[&Group::default()].incidents;
        let found: Vec<_> = found
            .iter()
            .map(|incident| incident.episode.clone())
            .collect();
        assert_eq!(found, log.episodes, "seed {seed}");
        incidents += found.len();
        assert!(
            server.asked <= evaluations * 2 + 200,
            "{} questions",
            server.asked
        );
    }
    assert!(incidents > 50, "{incidents} incidents are enough to tell");
}

#[test]
fn of_a_window_that_is_not_learnt_yet_nothing_is_said() {
    let (slos, settings) = slos::read(WORKSPACE, FILE);
    let begin_ms = 1_800_000_000_000 / HOUR * HOUR;
    let mut server = Counters::random(1, begin_ms, 60 * 60);
    server.errors.fill(40.0);
    server.scraped.fill(true);
    let mut follower = Follower::new(slos[0].clone().into(), settings, BTreeSet::new()).in_phase(0);
    let at_ms = begin_ms + 30 * HOUR;
    learn(&mut follower, Coverage::Pages, at_ms, &mut server);
    assert_eq!(server.asked, 2, "an hour is learnt with two questions");
    let decisions = |seen: Seen| {
        let Seen::Groups(groups) = seen else {
            panic!("there are samples")
        };
        let tiers = groups[0].verdict.clone().unwrap().tiers;
        tiers
            .iter()
            .map(|tier| tier.judgement.decision)
            .collect::<Vec<_>>()
    };
    let seen = go(&mut follower, at_ms + MINUTE, &mut server);
    assert_eq!(decisions(seen), [Decision::Burning, Decision::Unknown]);
    // Once so much went by that the window is known all the same, it is judged.
    let seen = go(&mut follower, at_ms + 5 * HOUR, &mut server);
    assert_eq!(decisions(seen), [Decision::Burning, Decision::Burning]);
    learn(
        &mut follower,
        Coverage::Whole,
        at_ms + 5 * HOUR,
        &mut server,
    );
    let seen = go(&mut follower, at_ms + 5 * HOUR + MINUTE, &mut server);
    assert_eq!(decisions(seen), [Decision::Burning, Decision::Burning]);
}

#[test]
fn a_group_that_is_remembered_is_held_until_all_of_its_past_is_learnt() {
    let (slos, settings) = slos::read(
        WORKSPACE,
        &FILE.replace("period: 1d", "period: 1d\n    group_by: [route]"),
    );
    let begin_ms = 1_800_000_000_000 / HOUR * HOUR;
    let mut server = Counters::random(1, begin_ms, 60 * 60);
    server.scraped.fill(true);
    let gone = Group::of_values(vec!["/gone".to_string()]);
    let remembered = BTreeSet::from([gone.clone()]);
    let mut follower = Follower::new(slos[0].clone().into(), settings, remembered).in_phase(0);
    let at_ms = begin_ms + 30 * HOUR;
    let of_gone = |seen: Seen| {
        let Seen::Groups(groups) = seen else {
            panic!("there are samples")
        };
        let found = groups.into_iter().find(|one| one.group == gone);
        found.map(|one| one.verdict.unwrap().tiers[1].judgement.decision)
    };
    learn(&mut follower, Coverage::Pages, at_ms, &mut server);
    let seen = go(&mut follower, at_ms + MINUTE, &mut server);
    assert_eq!(of_gone(seen), Some(Decision::Unknown));
    learn(&mut follower, Coverage::Whole, at_ms + MINUTE, &mut server);
    let seen = go(&mut follower, at_ms + 2 * MINUTE, &mut server);
    assert_eq!(
        of_gone(seen),
        None,
        "it had no events in all the time that is known"
    );
}

#[test]
fn evaluations_between_whole_slots_decide_as_those_at_whole_slots() {
    let decisions = |phase_ms: i64| {
        let (slos, settings) = slos::read(WORKSPACE, FILE);
        let begin_ms = 1_800_000_000_000 / HOUR * HOUR + phase_ms;
        let mut server = Counters::random(3, begin_ms, 60 * 60);
        let mut follower =
            Follower::new(slos[0].clone().into(), settings, BTreeSet::new()).in_phase(phase_ms);
        let from_ms = begin_ms + 26 * HOUR;
        assert_eq!(follower.slot_ms(from_ms + MINUTE - 1), from_ms);
        assert_eq!(follower.slot_ms(from_ms - 1), from_ms - MINUTE);
        learn(&mut follower, Coverage::Whole, from_ms, &mut server);
        let times = (from_ms + MINUTE..=from_ms + 24 * HOUR).step_by(MINUTE as usize);
        let seen = times.map(|at_ms| match go(&mut follower, at_ms, &mut server) {
            Seen::Groups(groups) => groups[0].verdict.as_ref().map(|verdict| {
                let tiers = verdict.tiers.iter();
                tiers
                    .map(|tier| tier.judgement.decision)
                    .collect::<Vec<_>>()
            }),
            Seen::Nothing => None,
        });
        seen.collect::<Vec<_>>()
    };
    let whole = decisions(0);
    let burning = whole.iter().flatten().flatten();
    assert!(burning.filter(|one| **one == Decision::Burning).count() > 5);
    for phase_ms in [1, 7_001, 59_999] {
        assert_eq!(decisions(phase_ms), whole, "{phase_ms}");
    }
}

/// A follower that knows a day, and what it was asked from.
fn knowing(file: &str) -> (Follower, Counters, i64) {
    let mut follower = defined(file);
    let begin_ms = 1_800_000_000_000 / HOUR * HOUR + follower.phase_ms();
    let mut server = Counters::random(5, begin_ms, 60 * 60);
    server.scraped.fill(true);
    let at_ms = begin_ms + 30 * HOUR;
    learn(&mut follower, Coverage::Whole, at_ms, &mut server);
    go(&mut follower, at_ms + MINUTE, &mut server);
    (follower, server, at_ms + MINUTE)
}

pub(super) fn defined(file: &str) -> Follower {
    let (slos, settings) = slos::read(WORKSPACE, file);
    let slo = slos[0].clone().into();
    Follower::new(slo, settings, BTreeSet::new())
}

#[test]
fn what_was_kept_goes_on_as_if_nothing_had_been() {
    let (mut follower, mut server, at_ms) = knowing(FILE);
    let kept = follower.written().unwrap();
    let mut other = defined(FILE);
    assert!(other.resume(&kept));
    assert_eq!(other.known_ms(), Some(at_ms));
    assert_eq!(other.coverage(), Some(Coverage::Whole));
    server.asked = 0;
    let later_ms = at_ms + 2 * HOUR;
    let seen = go(&mut other, later_ms, &mut server);
    assert!(
        server.asked <= 4,
        "the gap alone is asked for: {}",
        server.asked
    );
    assert_eq!(seen, go(&mut follower, later_ms, &mut server));
}

#[test]
fn what_was_kept_of_something_else_or_is_broken_is_not_taken() {
    let (follower, ..) = knowing(FILE);
    let kept = follower.written().unwrap();
    for (file, expected) in [
        (FILE.replace("objective: 99", "objective: 99.9"), true),
        (FILE.replace("code=~\"5..\"", "code=~\"4..\""), false),
        (FILE.replace("period: 1d", "period: 30d"), false),
        (
            FILE.replace("period: 1d", "period: 1d\n    group_by: [route]"),
            false,
        ),
    ] {
        assert_eq!(defined(&file).resume(&kept), expected, "{file}");
    }
    for end in [0, 1, kept.len() / 2, kept.len() - 1] {
        assert!(!defined(FILE).resume(&kept[..end]), "{end}");
    }
}

#[test]
fn another_definition_keeps_a_past_that_counts_the_same() {
    let redefined = |file: &str| {
        let (follower, ..) = knowing(FILE);
        let (slos, settings) = slos::read(WORKSPACE, file);
        follower
            .redefined(slos[0].clone().into(), settings)
            .coverage()
    };
    let stricter = FILE.replace("objective: 99", "objective: 99.9");
    assert_eq!(redefined(&stricter), Some(Coverage::Whole));
    let other = FILE.replace("code=~\"5..\"", "code=~\"4..\"");
    assert_eq!(redefined(&other), None);
}

#[test]
fn e7_samples_that_come_late_make_no_other_verdict_but_none_until_they_are_there() {
    let mut seen = 0;
    for seed in 0..10 {
        let run = |is_late: bool| {
            let mut follower = defined(FILE).in_phase(0);
            let begin_ms = 1_800_000_000_000 / HOUR * HOUR;
            let mut server = Counters::random(seed, begin_ms, 60 * 60);
            server.scraped.fill(true);
            let from_ms = begin_ms + 26 * HOUR;
            learn(&mut follower, Coverage::Whole, from_ms, &mut server);
            let mut dice = Dice(seed + 100);
            let mut late_ms = 0;
            let times = (from_ms + MINUTE..=from_ms + 12 * HOUR).step_by(MINUTE as usize);
            let verdicts = times.map(|at_ms| {
                if is_late && dice.below(10) == 0 {
                    late_ms = [0, 0, 90_000, 10 * MINUTE][dice.below(4)];
                }
                server.arrived_ms = at_ms - late_ms;
                match go(&mut follower, at_ms, &mut server) {
                    Seen::Groups(groups) => groups[0].verdict.as_ref().map(|verdict| {
                        let tiers = verdict.tiers.iter();
                        tiers
                            .map(|tier| tier.judgement.decision)
                            .collect::<Vec<_>>()
                    }),
                    Seen::Nothing => None,
                }
            });
            verdicts.collect::<Vec<_>>()
        };
        let (in_time, late) = (run(false), run(true));
        for (minute, (in_time, late)) in in_time.iter().zip(&late).enumerate() {
            if late.is_some() {
                seen += 1;
                assert_eq!(late, in_time, "seed {seed}, minute {minute}");
            }
        }
        assert!(late.iter().any(Option::is_none), "some were late");
    }
    assert!(seen > 3_000, "{seen} verdicts are enough to tell");
}
