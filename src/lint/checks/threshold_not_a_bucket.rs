//! QL015: a latency threshold that is no bucket bound.

use crate::diagnostics::code::QL015;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: QL015,
    finds: "A `threshold` of a latency SLI that is none of the `buckets` listed beside it. Without `buckets` it cannot \
            be seen offline.",
    why: "A classic histogram counts only up to its bounds. There is no series with `le=\"0.4\"` unless a bucket ends \
          at 0.4, so no request would count as good, everything would be an error, and the first minute of traffic \
          would page.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      latency:
        histogram: http_request_duration_seconds{job="checkout"}
        threshold: 400ms
        buckets: [0.1, 0.25, 0.5, 1]
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      latency:
        histogram: http_request_duration_seconds{job="checkout"}
        threshold: 500ms
        buckets: [0.1, 0.25, 0.5, 1]
"#,
    options: None,
    ask: Ask::Readers,
};
