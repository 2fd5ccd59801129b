//! Traces of incidents are read within limits, and incidents that matter are told of: the measurement of
//! `benches/quality` at the size of CI.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![allow(dead_code, reason = "the benchmark uses more of its modules")]

#[path = "../../benches/quality/course.rs"]
mod course;
#[path = "../../benches/quality/measure.rs"]
mod measure;
mod recall;
#[path = "../../benches/kit/slo.rs"]
mod slo;
#[path = "../../benches/quality/trace.rs"]
mod trace;
mod traces;
