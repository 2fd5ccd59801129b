//! The way to one receiver: how much it takes, whether it answers at all.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::notify::Budget;

use super::pause::{ASKED_MAX, PAUSE_MAX};

/// Most attempts of a lane at a time. Messages about one episode are never under way twice.
pub const IN_FLIGHT_MAX: usize = 4;

/// What names a lane: its receiver and, behind `#`, a mark of the receiver's settings, so that one that now leads elsewhere
/// is another lane, and the old one is there until all is told that is owed to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LaneId(String);

impl LaneId {
    /// The lane of a receiver with such settings.
    pub fn new(receiver: &str, mark: &str) -> LaneId {
        LaneId(format!("{receiver}#{mark}"))
    }

    /// The name of the receiver.
    pub fn receiver(&self) -> &str {
        self.0.split('#').next().unwrap_or(&self.0)
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LaneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.receiver())
    }
}

/// How a lane stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Failures in a row.
    pub failures: u32,
    /// Nothing is sent before this moment, in Unix milliseconds.
    pub closed_until_ms: i64,
    /// From when on the next message is within the budget if the whole burst is left, in Unix milliseconds.
    spent_until_ms: i64,
}

/// Whether a lane takes a message now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It does.
    Now,
    /// Not before this moment, in Unix milliseconds.
    At(i64),
    /// Not before an attempt that is under way has ended.
    Busy,
}

impl Lane {
    /// Whether it takes a message when so many are under way.
    pub fn admission(&self, budget: Budget, under_way: usize, now_ms: i64) -> Admission {
        // While it fails, one attempt at a time finds out whether it still does.
        let most = match self.failures {
            0 => IN_FLIGHT_MAX,
            _ => 1,
        };
        if under_way >= most {
            return Admission::Busy;
        }
        let refill_ms = budget.refill.as_ms() as i64;
        let burst_ms = refill_ms * i64::from(budget.burst.max(1) - 1);
        let at_ms = self.closed_until_ms.max(self.spent_until_ms - burst_ms);
        match at_ms <= now_ms {
            true => Admission::Now,
            false => Admission::At(at_ms),
        }
    }

    /// An attempt begins.
    pub fn begin(&mut self, budget: Budget, now_ms: i64) {
        self.spent_until_ms = self.spent_until_ms.max(now_ms) + budget.refill.as_ms() as i64;
    }

    /// An attempt was answered: the receiver is there.
    pub fn answered(&mut self) {
        self.failures = 0;
        self.closed_until_ms = 0;
    }

    /// An attempt failed; nothing is sent for a while.
    pub fn failed(&mut self, closed_until_ms: i64) {
        self.failures = self.failures.saturating_add(1);
        self.closed_until_ms = self.closed_until_ms.max(closed_until_ms);
    }

    /// What was sent and what failed last was so at this moment or later, in Unix milliseconds.
    pub fn latest_ms(&self, budget: Budget) -> i64 {
        let closed_max_ms = (ASKED_MAX.as_ms() + PAUSE_MAX.as_ms()) as i64;
        let spent_max_ms = budget.refill.as_ms() as i64 * i64::from(budget.burst.max(1));
        let closed_ms = self.closed_until_ms.saturating_sub(closed_max_ms);
        closed_ms.max(self.spent_until_ms.saturating_sub(spent_max_ms))
    }

    /// The clock was set: what was to come keeps its distance.
    pub fn shift(&mut self, by_ms: i64) {
        self.closed_until_ms = self.closed_until_ms.saturating_add(by_ms);
        self.spent_until_ms = self.spent_until_ms.saturating_add(by_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Duration;

    const BUDGET: Budget = Budget {
        burst: 3,
        refill: Duration::from_ms(1_000),
    };

    #[test]
    fn a_lane_sends_no_more_than_its_budget() {
        let mut lane = Lane::default();
        let mut sent = 0;
        for now_ms in (10_000..20_000).step_by(100) {
            while lane.admission(BUDGET, 0, now_ms) == Admission::Now {
                lane.begin(BUDGET, now_ms);
                sent += 1;
            }
        }
        assert_eq!(sent, 3 + 9);
        assert_eq!(lane.admission(BUDGET, 0, 19_900), Admission::At(20_000));
    }

    #[test]
    fn a_lane_that_fails_is_tried_by_one_message_at_a_time() {
        let mut lane = Lane::default();
        assert_eq!(lane.admission(BUDGET, IN_FLIGHT_MAX - 1, 0), Admission::Now);
        assert_eq!(lane.admission(BUDGET, IN_FLIGHT_MAX, 0), Admission::Busy);
        lane.failed(5_000);
        assert_eq!(lane.admission(BUDGET, 0, 4_999), Admission::At(5_000));
        assert_eq!(lane.admission(BUDGET, 0, 5_000), Admission::Now);
        assert_eq!(lane.admission(BUDGET, 1, 5_000), Admission::Busy);
        lane.answered();
        assert_eq!(lane.admission(BUDGET, 1, 0), Admission::Now);
    }

    #[test]
    fn a_lane_is_shown_by_its_receiver() {
        let lane = LaneId::new("slack-payments", "9f2a");
        assert_eq!(lane.to_string(), "slack-payments");
        assert_eq!(lane.as_str(), "slack-payments#9f2a");
    }
}
