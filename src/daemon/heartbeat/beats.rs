//! Whether the daemon may say that it is alive: only after a whole cycle. Pure.

use std::fmt;

use crate::base::{Duration, spoken};
use crate::daemon::census::OwedPage;

/// What is known of the last cycle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// Whether every SLO is seen that can be, or why not.
    pub sees: Result<(), String>,
    /// Whether something was kept for this beat, or why not.
    pub kept: Result<(), String>,
    /// What became of the test message.
    pub canary: Canary,
    /// The page that waits longest at a receiver that fails.
    pub oldest_page: Option<OwedPage>,
    /// When, in Unix milliseconds.
    pub now_ms: i64,
    /// How often a beat is due.
    pub every: Duration,
}

/// What became of the test message that was decided at the beat before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Canary {
    /// Nobody wants one.
    Unwanted,
    /// Its receiver took that it began and that it is over.
    Told,
    /// There is none yet.
    Unsent,
    /// It is under way.
    Waiting,
    /// Its receiver will not take it; why.
    Lost(String),
}

/// Whether there is a beat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beat {
    /// There is.
    Send,
    /// There is none.
    Withhold(Withheld),
}

/// Why there is no beat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// Not every SLO is seen that can be.
    Blind(String),
    /// Nothing can be kept.
    Unkept(String),
    /// The test message did not arrive.
    Canary(String),
    /// A page is not taken.
    Owed {
        /// By which receiver.
        receiver: String,
        /// For how long, in milliseconds.
        for_ms: i64,
    },
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Withheld::Blind(why) | Withheld::Canary(why) => f.write_str(why),
            Withheld::Unkept(why) => write!(f, "what happens cannot be kept: {why}"),
            Withheld::Owed { receiver, for_ms } => {
                let waits = spoken(for_ms.unsigned_abs());
                write!(f, "`{receiver}` has not taken a page for {waits}")
            }
        }
    }
}

/// Whether there is a beat after this cycle.
pub fn beats(cycle: &Cycle) -> Beat {
    match withheld(cycle) {
        Some(why) => Beat::Withhold(why),
        None => Beat::Send,
    }
}

fn withheld(cycle: &Cycle) -> Option<Withheld> {
    if let Err(why) = &cycle.sees {
        return Some(Withheld::Blind(why.clone()));
    }
    if let Err(why) = &cycle.kept {
        return Some(Withheld::Unkept(why.clone()));
    }
    let canary = |why: &str| Some(Withheld::Canary(why.to_owned()));
    match &cycle.canary {
        Canary::Unwanted | Canary::Told => {}
        Canary::Unsent => return canary("no test message was sent yet"),
        Canary::Waiting => return canary("the last test message did not arrive yet"),
        Canary::Lost(why) => return canary(why),
    }
    let page = cycle.oldest_page.as_ref()?;
    let for_ms = cycle.now_ms - page.since_ms;
    (for_ms > 2 * cycle.every.as_ms() as i64).then(|| Withheld::Owed {
        receiver: page.receiver.clone(),
        for_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::minutes(1);

    fn whole() -> Cycle {
        Cycle {
            sees: Ok(()),
            kept: Ok(()),
            canary: Canary::Told,
            oldest_page: None,
            now_ms: 1_000_000,
            every: EVERY,
        }
    }

    #[track_caller]
    fn check(cycle: Cycle, expected: Option<&str>) {
        let found = match beats(&cycle) {
            Beat::Send => None,
            Beat::Withhold(why) => Some(why.to_string()),
        };
        assert_eq!(found.as_deref(), expected, "{cycle:?}");
    }

    #[test]
    fn x1_there_is_a_beat_only_after_a_whole_cycle() {
        check(whole(), None);
        let canary = Canary::Unwanted;
        check(Cycle { canary, ..whole() }, None);
        let sees = Err("the source is silent".to_owned());
        check(Cycle { sees, ..whole() }, Some("the source is silent"));
        let kept = Err("no space is left".to_owned());
        let why = "what happens cannot be kept: no space is left";
        check(Cycle { kept, ..whole() }, Some(why));
        for (canary, why) in [
            (Canary::Unsent, "no test message was sent yet"),
            (Canary::Waiting, "the last test message did not arrive yet"),
            (Canary::Lost("refused".to_owned()), "refused"),
        ] {
            check(Cycle { canary, ..whole() }, Some(why));
        }
    }

    #[test]
    fn x1_a_page_that_is_not_taken_for_two_beats_withholds_the_next() {
        let owed = |for_ms: i64| Cycle {
            oldest_page: Some(OwedPage {
                receiver: "oncall".to_owned(),
                since_ms: whole().now_ms - for_ms,
            }),
            ..whole()
        };
        check(owed(120_000), None);
        check(
            owed(120_001),
            Some("`oncall` has not taken a page for 2 min"),
        );
    }
}
