//! A bucket of tokens, as services limit their callers.

use std::time::{Duration, Instant};

/// So many at once, then one in each span.
#[derive(Debug)]
pub struct Bucket {
    burst: f64,
    refill: Duration,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// A full one.
    pub fn new(burst: u32, refill: Duration) -> Bucket {
        Bucket {
            burst: f64::from(burst),
            refill,
            tokens: f64::from(burst),
            filled: Instant::now(),
        }
    }

    /// One token; where there is none, in how many whole seconds there will be one.
    pub fn take(&mut self) -> Result<(), u64> {
        let now = Instant::now();
        let grown = (now - self.filled).as_secs_f64() / self.refill.as_secs_f64();
        self.tokens = (self.tokens + grown).min(self.burst);
        self.filled = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let lacking = (1.0 - self.tokens) * self.refill.as_secs_f64();
        Err((lacking.ceil() as u64).max(1))
    }
}
