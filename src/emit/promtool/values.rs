//! Samples of input series in promtool's shorthand: `a+0xN` is `a` and N more of it, `_xN` is a gap of N.

use super::case::{Appears, Case, Part, QUANTA};
use super::simulate::Contents;
use super::timeline::{Life, Timeline};

/// Good events of the healthy group in each sample.
const HEALTHY_EVENTS: i64 = 10;

/// Texts of samples in a row, runs of equals shortened.
#[derive(Default)]
struct Shorthand {
    text: String,
    gap: usize,
}

impl Shorthand {
    fn skip(&mut self, count: usize) {
        self.gap += count;
    }

    fn word(&mut self, word: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(word);
    }

    /// Gaps at the end are never written.
    fn fill_gap(&mut self) {
        match std::mem::take(&mut self.gap) {
            0 => {}
            1 => self.word("_"),
            gap => self.word(&format!("_x{gap}")),
        }
    }

    fn put(&mut self, word: &str) {
        self.fill_gap();
        self.word(word);
    }

    fn repeat(&mut self, value: &str, count: usize) {
        match count {
            0 => {}
            1 => self.put(value),
            _ => self.put(&format!("{value}+0x{}", count - 1)),
        }
    }
}

/// An amount as a decimal; exact.
fn number(quanta: i64) -> String {
    (quanta as f64 / QUANTA as f64).to_string()
}

/// First and last sample of a life.
fn samples(case: &Case, timeline: &Timeline, life: &Life) -> (usize, usize) {
    let place = |at_ms: i64| (at_ms / case.sample_ms) as usize;
    let end_ms = (timeline.steps as i64 - 1) * case.step_ms;
    (place(life.born_ms), place(life.last_ms.unwrap_or(end_ms)))
}

/// The samples of a counter; `None` where it never appears.
pub fn counter(case: &Case, timeline: &Timeline, part: &Part) -> Option<String> {
    let mut out = Shorthand::default();
    let mut at = 0;
    for life in &timeline.lives {
        let (mut start, last) = samples(case, timeline, life);
        let lives = |at_ms: i64| at_ms >= life.born_ms && life.last_ms.is_none_or(|l| at_ms <= l);
        let jumps: Vec<(usize, i64)> = timeline
            .bursts
            .iter()
            .filter(|burst| lives(burst.at_ms))
            .map(|burst| {
                let amount = part.good * burst.good + part.bad * burst.bad;
                ((burst.at_ms / case.sample_ms) as usize, amount)
            })
            .filter(|(_, amount)| *amount != 0)
            .collect();
        if part.appears == Appears::Late {
            match jumps.first() {
                None => continue,
                Some((first, _)) => {
                    start = start.max(first.saturating_sub(case.late_samples() as usize))
                }
            }
        }
        out.skip(start - at);
        let (mut from, mut total) = (start, case.begins());
        for (jump, amount) in jumps {
            out.repeat(&number(total), jump - from);
            (from, total) = (jump, total + amount);
        }
        out.repeat(&number(total), last + 1 - from);
        at = last + 1;
    }
    (!out.text.is_empty()).then_some(out.text)
}

/// The samples of the same counter in a group that is healthy all the time.
pub fn healthy_counter(case: &Case, timeline: &Timeline, part: &Part) -> Option<String> {
    if part.appears == Appears::Late {
        return None;
    }
    let mut out = Shorthand::default();
    let mut at = 0;
    for life in &timeline.lives {
        let (start, last) = samples(case, timeline, life);
        out.skip(start - at);
        let rise = number(HEALTHY_EVENTS * case.one * part.good);
        out.put(&format!(
            "{}+{rise}x{}",
            number(case.begins()),
            last - start
        ));
        at = last + 1;
    }
    Some(out.text)
}

/// The samples of a recorded window: its contents at each evaluation, held until the next one, so that only evaluations show.
pub fn window(
    case: &Case,
    contents: &[Option<Contents>],
    value: impl Fn(&Contents) -> f64,
) -> String {
    let samples = (case.step_ms / case.sample_ms) as usize;
    let mut out = Shorthand::default();
    let words: Vec<Option<String>> = contents
        .iter()
        .map(|c| c.as_ref().map(|c| (value(c) / QUANTA as f64).to_string()))
        .collect();
    let mut at = 0;
    while at < words.len() {
        let run = words[at..]
            .iter()
            .take_while(|word| **word == words[at])
            .count();
        let ends = at + run == words.len();
        match &words[at] {
            None => out.skip(run * samples),
            // The last evaluation, or the last one before a gap: a value that were held would be younger than it is.
            Some(word) if ends || words[at + run].is_none() => {
                out.repeat(word, (run - 1) * samples + 1);
                if !ends {
                    out.put("stale");
                    out.skip(samples - 2);
                }
            }
            Some(word) => out.repeat(word, run * samples),
        }
        at += run;
    }
    out.text
}

/// The events of the same window in a group that is healthy all the time.
pub fn healthy_events(case: &Case, window_ms: i64) -> f64 {
    (HEALTHY_EVENTS * case.one * (window_ms / case.sample_ms)) as f64
}
