//! What each SLI kind counts: raw samples in, recorded series out, judged by promtool.
//!
//! Expectations are reckoned by hand from what a kind means, never from what came out. Labels are part of
//! every expectation, so that a recorded series carries `slo`, the group labels and nothing else.

mod alerts;
mod case;
mod events;
mod free;
mod latency;
mod ratios;
mod time;
mod windows;
