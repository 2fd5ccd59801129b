//! Phases and episodes as scripts of one letter a minute, and against a slow oracle.

use burnwatch::alert::{Log, Look, NotLater, Phase, Tiers, Watch, What};
use burnwatch::evaluate::{
    Armed, Decision, Evidence, Group, Judgement, Margins, TierVerdict, Verdict,
};
use burnwatch::plan;
use proptest::prelude::*;

use crate::slos;

const MINUTE_MS: i64 = 60_000;

/// Tiers with these fields beside their windows.
fn tiers(fields: &[&str]) -> Tiers {
    let mut file = String::from(
        "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nrunbook: https://example.com/r\nslos:\n  - name: s\n    \
         objective: 99.9\n    sli: {ratio: {events: requests_total, errors_where: code=\"500\"}}\n    alerting:\n      tiers:\n",
    );
    for (at, fields) in fields.iter().enumerate() {
        file.push_str(&format!(
            "        - {{name: t{at}, burn_rate: 2, long: 1h, {fields}}}\n"
        ));
    }
    let (slos, settings) = slos::read("apiVersion: burnwatch/v1\nteams: {payments: {}}\n", &file);
    Tiers::of(&plan::plan(&slos[0], slos[0].windows), settings.interval)
}

fn verdict(at_ms: i64, decisions: &[Decision]) -> Verdict {
    let tier = |decision: &Decision| TierVerdict {
        evidence: Evidence {
            long: None,
            short: None,
            left: None,
            history: Armed::Yes,
        },
        judgement: Judgement {
            decision: *decision,
            allowed_long: 0.0,
            allowed_short: 0.0,
            margins: Margins::WIDE,
        },
    };
    Verdict {
        at_ms,
        tiers: decisions.iter().map(tier).collect(),
    }
}

/// `B` burns, `S` only sustains, `-` is quiet.
fn decision(letter: char) -> Decision {
    match letter {
        'B' => Decision::Burning,
        'S' => Decision::Sustaining,
        '-' => Decision::LongBelow,
        other => panic!("`{other}` is no decision"),
    }
}

/// `.` is ok, `p` pending, `F` firing.
fn letter(phase: Phase) -> char {
    match phase {
        Phase::Ok => '.',
        Phase::Pending { .. } => 'p',
        Phase::Firing { .. } => 'F',
    }
}

/// One tier, evaluated each minute; `?` cannot see, and a space is a minute without evaluation.
fn run(tiers: &Tiers, script: &str) -> String {
    let mut watch = Watch::new(tiers);
    let mut states = String::new();
    for (minute, says) in script.chars().enumerate() {
        let at_ms = minute as i64 * MINUTE_MS;
        let verdict = match says {
            ' ' => {
                states.push(' ');
                continue;
            }
            '?' => None,
            says => Some(verdict(at_ms, &[decision(says)])),
        };
        let look = match &verdict {
            Some(verdict) => Look::Seen(verdict),
            None => Look::Blind { at_ms },
        };
        watch = watch.next(tiers, look).unwrap().0;
        states.push(letter(watch.phases()[0]));
    }
    states
}

fn check(fields: &str, script: &str, expected: &str) {
    assert_eq!(
        run(&tiers(&[fields]), script),
        expected,
        "{fields}: {script}"
    );
}

#[test]
fn a_condition_fires_at_once_and_ceases_at_once() {
    check("severity: page", "-BB-B--", ".FF.F..");
}

#[test]
fn a_condition_must_hold_for_as_long_as_the_tier_waits() {
    check("severity: page, for: 2m", "BBBB-", "ppFF.");
    check("severity: page, for: 2m", "BB-BBB", "pp.ppF");
    check("severity: page, for: 90s", "BBB", "ppF");
}

#[test]
fn a_tier_goes_on_firing_for_as_long_as_it_keeps() {
    check("severity: page, keep_firing_for: 2m", "B---", "FFF.");
    check("severity: page, keep_firing_for: 2m", "B--B---", "FFFFFF.");
    check(
        "severity: page, for: 1m, keep_firing_for: 1m",
        "BB-B--B",
        "pFFFF.p",
    );
}

#[test]
fn an_empty_short_window_sustains_and_never_starts() {
    check("severity: page", "SSBSS-SS", "..FFF...");
    check("severity: page, for: 1m", "BSBBSS-", "p.pFFF.");
}

/// E1, E4.
#[test]
fn nothing_is_resolved_and_nothing_begins_while_nothing_can_be_seen() {
    check("severity: page", "B????-", "FFFFF.");
    check("severity: page", "-??B", "...F");
    check("severity: page, keep_firing_for: 2m", "B-????-", "FFFFFFF");
}

/// E9.
#[test]
fn time_counts_only_where_it_was_evaluated() {
    // Slept for five minutes: the minute before counts, the gap does not.
    check("severity: page, for: 3m", "B     BBB", "p     ppF");
    // Blind in between: the same.
    check("severity: page, for: 3m", "BB????BBB", "pppppppFF");
}

/// E1: every other query fails.
#[test]
fn what_is_seen_every_other_time_fires_and_ceases() {
    check("severity: page, for: 2m", "B?B?B", "ppppF");
    check("severity: page, keep_firing_for: 2m", "B?-?-?-", "FFFFFF.");
}

/// E9.
#[test]
fn a_look_that_is_not_later_than_the_last_is_refused_with_how_much() {
    let tiers = tiers(&["severity: page"]);
    let burning = verdict(MINUTE_MS, &[Decision::Burning]);
    let (watch, _) = Watch::new(&tiers)
        .next(&tiers, Look::Seen(&burning))
        .unwrap();
    assert_eq!(watch.last_ms(), Some(MINUTE_MS));
    for at_ms in [MINUTE_MS, 0, -MINUTE_MS] {
        let quiet = verdict(at_ms, &[Decision::LongBelow]);
        let by_ms = MINUTE_MS - at_ms;
        for look in [Look::Seen(&quiet), Look::Blind { at_ms }] {
            assert_eq!(watch.next(&tiers, look), Err(NotLater { by_ms }), "{at_ms}");
        }
    }
    let later = verdict(MINUTE_MS + 1, &[Decision::LongBelow]);
    assert!(watch.next(&tiers, Look::Seen(&later)).is_ok());
}

/// Two tiers, a pair of letters a minute; what happened, by minute.
fn changes(fields: &[&str; 2], script: &str) -> Vec<String> {
    let tiers = tiers(fields);
    let mut watch = Watch::new(&tiers);
    let mut told = Vec::new();
    for (minute, pair) in script.split(' ').enumerate() {
        let at_ms = minute as i64 * MINUTE_MS;
        let verdict = match pair {
            "??" => None,
            pair => Some(verdict(
                at_ms,
                &pair.chars().map(decision).collect::<Vec<_>>(),
            )),
        };
        let look = match &verdict {
            Some(verdict) => Look::Seen(verdict),
            None => Look::Blind { at_ms },
        };
        let (next, changes) = watch.next(&tiers, look).unwrap();
        watch = next;
        told.extend(changes.iter().map(|change| {
            assert_eq!(change.at_ms, at_ms);
            let what = match &change.what {
                What::Opened(severity) => format!("opened {severity}"),
                What::Resolved(severity) => format!("resolved {severity}"),
                What::Fired(tier) => format!("fired {tier}"),
                What::Ceased(tier) => format!("ceased {tier}"),
                What::Blinded => "blinded".to_owned(),
                What::Sighted => "sighted".to_owned(),
            };
            format!("{minute} {what}")
        }));
    }
    told
}

#[test]
fn an_episode_lasts_from_its_first_tier_to_its_last() {
    assert_eq!(
        changes(&["severity: page", "severity: page"], "-- B- BB -B -- B-"),
        [
            "1 opened page",
            "1 fired 0",
            "2 fired 1",
            "3 ceased 0",
            "4 ceased 1",
            "4 resolved page",
            "5 opened page",
            "5 fired 0",
        ]
    );
}

#[test]
fn a_tier_that_takes_over_in_the_same_moment_goes_on_with_the_episode() {
    assert_eq!(
        changes(&["severity: page", "severity: page"], "B- -B --"),
        [
            "0 opened page",
            "0 fired 0",
            "1 fired 1",
            "1 ceased 0",
            "2 ceased 1",
            "2 resolved page"
        ]
    );
}

#[test]
fn severities_have_episodes_of_their_own() {
    assert_eq!(
        changes(&["severity: page", "severity: ticket"], "BB -B --"),
        [
            "0 opened page",
            "0 opened ticket",
            "0 fired 0",
            "0 fired 1",
            "1 ceased 0",
            "1 resolved page",
            "2 ceased 1",
            "2 resolved ticket",
        ]
    );
}

/// E1.
#[test]
fn an_episode_outlasts_blindness_and_is_the_same_afterwards() {
    assert_eq!(
        changes(&["severity: page", "severity: page"], "B- ?? ?? B- --"),
        [
            "0 opened page",
            "0 fired 0",
            "1 blinded",
            "3 sighted",
            "4 ceased 0",
            "4 resolved page"
        ]
    );
}

/// Whether the tier fires at each minute, found out anew from the beginning for each: no state.
struct Oracle<'a> {
    script: &'a [char],
    hold: usize,
    keep: usize,
}

impl Oracle<'_> {
    /// The last minute before `at` at which something was seen.
    fn seen_before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|at| self.script[*at] != '?')
    }

    fn fires(&self, at: usize) -> bool {
        if self.script[at] == '?' {
            return at > 0 && self.fires(at - 1);
        }
        let fired = at > 0 && self.fires(at - 1);
        match (self.holds(at), fired) {
            (true, true) => true,
            (true, false) => self.held(at) >= self.hold,
            (false, true) => self.over(at) < self.keep,
            (false, false) => false,
        }
    }

    fn holds(&self, at: usize) -> bool {
        match self.script[at] {
            'B' => true,
            'S' => at > 0 && self.fires(at - 1),
            _ => false,
        }
    }

    /// A minute for each look since the first at which the answer was the same.
    fn streak(&self, at: usize, holds: bool) -> usize {
        let mut minutes = 0;
        let mut at = at;
        while let Some(before) = self.seen_before(at) {
            if self.holds(before) != holds {
                break;
            }
            minutes += 1;
            at = before;
        }
        minutes
    }

    fn held(&self, at: usize) -> usize {
        self.streak(at, true)
    }

    fn over(&self, at: usize) -> usize {
        self.streak(at, false)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn phases_are_those_of_an_oracle_without_memory(
        script in prop::collection::vec(prop::sample::select(vec!['B', 'B', 'B', 'S', '-', '-', '?']), 1..14),
        hold in 0_usize..4,
        keep in 0_usize..4,
    ) {
        let timer = |name: &str, minutes: usize| match minutes {
            0 => String::new(),
            minutes => format!(", {name}: {minutes}m"),
        };
        let fields = format!("severity: page{}{}", timer("for", hold), timer("keep_firing_for", keep));
        let tiers = tiers(&[&fields]);
        let text: String = script.iter().collect();
        let fires: Vec<bool> = run(&tiers, &text).chars().map(|c| c == 'F').collect();
        let oracle = Oracle { script: &script, hold, keep };
        let expected: Vec<bool> = (0..script.len()).map(|at| oracle.fires(at)).collect();
        prop_assert_eq!(fires, expected, "{} {}", fields, text);
    }

    /// Every episode that opens resolves, no severity has two at once, and the log says what the watch does.
    #[test]
    fn episodes_open_once_and_resolve(
        script in prop::collection::vec((0_usize..4, 0_usize..4), 1..40),
    ) {
        let tiers = tiers(&["severity: page, for: 1m", "severity: page, keep_firing_for: 1m"]);
        let (mut watch, mut log) = (Watch::new(&tiers), Log::default());
        let letters = ['B', 'S', '-', '?'];
        for (minute, (a, b)) in script.iter().enumerate() {
            let at_ms = minute as i64 * MINUTE_MS;
            let seen = letters[*a] != '?' && letters[*b] != '?';
            let verdict = seen.then(|| verdict(at_ms, &[decision(letters[*a]), decision(letters[*b])]));
            let look = match &verdict {
                Some(verdict) => Look::Seen(verdict),
                None => Look::Blind { at_ms },
            };
            let before = watch.clone();
            let (next, changes) = watch.next(&tiers, look).unwrap();
            if !seen {
                prop_assert_eq!(next.phases(), before.phases());
                prop_assert_eq!(next.open(), before.open());
            }
            for change in &changes {
                log.apply(&Group::default(), &tiers, change);
            }
            watch = next;
            let open: Vec<_> = log.episodes.iter().filter(|e| e.resolved_ms.is_none()).collect();
            prop_assert!(open.len() <= 1);
            prop_assert_eq!(open.len(), watch.open().len());
            let firing = watch.phases().iter().filter(|phase| phase.is_firing()).count();
            prop_assert_eq!(open.is_empty(), firing == 0);
            let running = open.iter().flat_map(|e| &e.firings).filter(|f| f.to_ms.is_none()).count();
            prop_assert_eq!(running, firing);
            prop_assert_eq!(log.blind.last().is_some_and(|b| b.1.is_none()), watch.blind_since_ms().is_some());
        }
        for pair in log.episodes.windows(2) {
            prop_assert!(pair[0].resolved_ms.is_some_and(|at_ms| at_ms <= pair[1].opened_ms));
        }
    }
}
