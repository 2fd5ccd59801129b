//! QL013: PromQL whose counts do not add up over time.

use crate::diagnostics::code::QL013;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: QL013,
    finds: "A query of your own whose value over two hours is not the sum of its values over each of them. Such are \
            `max`, `avg`, quantiles, ratios, `or`, comparisons, `irate` and `round`; what adds up are sums, \
            differences and constant multiples of `increase`.",
    why: "Long windows are added up from short recorded ones, which is why three days cost as little as five minutes. \
          With an average or a maximum the sum means nothing, and the alert would compare that with a threshold. \
          `windows: raw` on the SLO lifts this, and then each window reads the raw series in each evaluation.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'max(increase(http_requests_total[$window]))', errors: http_errors_total}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'sum(increase(http_requests_total{job="checkout"}[$window]))', errors: 'http_errors_total{job="checkout"}'}}
"#,
    options: None,
    ask: Ask::Readers,
};
