//! How often anybody may ask.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// A bucket of tokens: full at first, one more in each interval.
pub(super) struct Bucket {
    interval: Duration,
    burst: u32,
    /// When it is full again.
    full_at: Mutex<Instant>,
}

impl Bucket {
    pub(super) fn new(interval: Duration, burst: u32) -> Bucket {
        Bucket {
            interval,
            burst,
            full_at: Mutex::new(Instant::now()),
        }
    }

    /// Takes a token, if there is one.
    pub(super) fn take(&self, now: Instant) -> bool {
        let mut full_at = self.full_at.lock().expect("nobody panics with it");
        let next = (*full_at).max(now) + self.interval;
        let has_token = next - now <= self.interval.saturating_mul(self.burst);
        if has_token {
            *full_at = next;
        }
        has_token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_followed_by_one_in_each_interval() {
        let second = Duration::from_secs(1);
        let bucket = Bucket::new(second, 2);
        let begin = Instant::now();
        let taken = |at: Duration| bucket.take(begin + at);
        assert!(taken(Duration::ZERO) && taken(Duration::ZERO) && !taken(second / 2));
        assert!(taken(second + second / 10) && !taken(second + second / 5));
        assert!(!Bucket::new(second, 0).take(begin));
    }
}
