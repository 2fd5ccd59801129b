//! What the rules must decide: stretches of evaluations in which the same tiers fire, with certainty.
//!
//! Every evaluation of every tier is in a stretch, unless arithmetic or the version of Prometheus might decide it: then it is
//! in none.

use super::simulate::{Firing, Verdict};
use super::timeline::Note;

/// The relative distance from an edge within which other arithmetic might decide otherwise.
const NEAR: f64 = 1e-6;

/// Evaluations in which the same tiers fire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first one.
    pub first: usize,
    /// The last one.
    pub last: usize,
    /// Which tiers fire.
    pub firing: Firing,
    /// What is tested meanwhile.
    pub notes: Vec<Note>,
}

/// The stretches of two runs that differ in what a range includes.
pub fn stretches(closed: &[Verdict], open: &[Verdict], notes: &[Note]) -> Vec<Stretch> {
    let decided: Vec<Option<Firing>> = closed
        .iter()
        .zip(open)
        .map(|(a, b)| (a.firing == b.firing && a.near.min(b.near) > NEAR).then_some(a.firing))
        .collect();
    let mut found: Vec<Stretch> = Vec::new();
    let mut notes = notes.iter().copied().peekable();
    let mut waiting: Vec<Note> = Vec::new();
    for (step, firing) in decided.iter().enumerate() {
        while let Some(note) = notes.next_if(|note| note.step <= step) {
            waiting.push(note);
        }
        let Some(firing) = *firing else {
            continue;
        };
        match found.last_mut() {
            Some(last) if last.last + 1 == step && last.firing == firing => last.last = step,
            _ => found.push(Stretch {
                first: step,
                last: step,
                firing,
                notes: Vec::new(),
            }),
        }
        if let Some(last) = found.last_mut() {
            last.notes.append(&mut waiting);
        }
    }
    found
}

/// How many evaluations are in no stretch.
pub fn undecided(stretches: &[Stretch], steps: usize) -> usize {
    let decided: usize = stretches.iter().map(|s| s.last - s.first + 1).sum();
    steps - decided
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(closed: &[(Firing, f64)], open: &[Firing], expected: &[(usize, usize, Firing)]) {
        let closed: Vec<Verdict> = closed
            .iter()
            .map(|(firing, near)| Verdict {
                firing: *firing,
                near: *near,
            })
            .collect();
        let open: Vec<Verdict> = open
            .iter()
            .map(|firing| Verdict {
                firing: *firing,
                near: 1.0,
            })
            .collect();
        let found = stretches(&closed, &open, &[]);
        let short: Vec<_> = found.iter().map(|s| (s.first, s.last, s.firing)).collect();
        assert_eq!(short, expected);
        let decided: usize = expected
            .iter()
            .map(|(first, last, _)| last - first + 1)
            .sum();
        assert_eq!(undecided(&found, closed.len()), closed.len() - decided);
    }

    #[test]
    fn a_stretch_ends_where_other_tiers_fire() {
        check(
            &[(0, 1.0), (0, 1.0), (1, 1.0), (3, 0.5)],
            &[0, 0, 1, 3],
            &[(0, 1, 0), (2, 2, 1), (3, 3, 3)],
        );
    }

    #[test]
    fn what_a_version_or_rounding_might_decide_is_in_no_stretch() {
        check(
            &[(1, 1.0), (1, 1e-7), (1, 1.0), (1, 1.0)],
            &[1, 1, 0, 1],
            &[(0, 0, 1), (3, 3, 1)],
        );
    }
}
