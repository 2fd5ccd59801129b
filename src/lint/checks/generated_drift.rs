//! XF003: generated files that are not what would be generated now.

use crate::diagnostics::{Code, Level};
use crate::lint::check::{Ask, Check};

/// The code, for whoever holds files against each other.
pub const XF003: Code = Code {
    id: "XF003",
    name: "generated-drift",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: XF003,
    finds: "A generated file that differs from what `generate` would write now, is missing, or is made by no SLO any more. \
            Asked where the folder of generated files holds the list that `generate` writes beside them, for the whole \
            workspace, and with the `--target` and `--windows` that the list names; not where files are named on the \
            command line, nor where an error keeps anything from being generated.",
    why: "What is reviewed is the SLO; what Prometheus runs is the generated file. Where the two differ, an objective was \
          changed that changes no alert, or somebody edited a rule by hand and the next `generate` takes it back.",
    example: r#"=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
=== generated/.burnwatch.json
{"version": 1, "made": {"target":"prometheus","windows":"recorded"}, "files": {
"prometheus/checkout.rules.yaml": {"format":"rules","sources":["slos/checkout.yaml"]}
}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Output,
};
