//! SP001: text that is no YAML, or more of it than is read.

use crate::diagnostics::code::SP001;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: SP001,
    finds: "Text that is no YAML: a tab as indentation, an unclosed quote or bracket, bytes that are not UTF-8. Also \
            more of it than is read: 16 MiB, 1,000,000 values or 64 levels in a file, 1 MiB in one text, aliases that \
            copy more than 32 MiB; and a second document in the workspace file.",
    why: "After such a place nothing of the file can be trusted, and its SLOs would be missing from the rules without \
          a word: an alert that has vanished looks like an alert that is quiet. The limits are there because files of \
          a pull request may be anybody's.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
	objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
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
    ask: Ask::Readers,
};
