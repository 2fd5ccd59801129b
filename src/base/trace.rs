//! Which piece of work something belongs to, in logs here and at others.

use std::num::{NonZeroU64, NonZeroU128};

/// A span of a trace (W3C Trace Context, level 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Trace {
    trace: NonZeroU128,
    span: NonZeroU64,
}

impl Trace {
    /// A span. Zero names neither of them.
    pub fn new(trace: NonZeroU128, span: NonZeroU64) -> Trace {
        Trace { trace, span }
    }

    /// Another span of the same trace.
    pub fn with_span(self, span: NonZeroU64) -> Trace {
        Trace { span, ..self }
    }

    /// The name of the trace: 32 hexadecimal digits.
    pub fn trace_id(self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The name of the span: 16 hexadecimal digits.
    pub fn span_id(self) -> String {
        format!("{:016x}", self.span)
    }

    /// The value of the header `traceparent`: version 00, recorded.
    pub fn parent(self) -> String {
        format!("00-{}-{}-01", self.trace_id(), self.span_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_all_their_digits() {
        let trace = Trace::new(NonZeroU128::MIN, NonZeroU64::MAX);
        let expected = "00-00000000000000000000000000000001-ffffffffffffffff-01";
        assert_eq!(trace.parent(), expected);
        let other = trace.with_span(NonZeroU64::MIN);
        assert_eq!(other.trace_id(), trace.trace_id());
        assert_eq!(other.span_id(), "0000000000000001");
    }
}
