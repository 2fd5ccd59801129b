//! RB002: a runbook that cannot be read.

use crate::diagnostics::{Code, Finding, Findings, Level, shown};
use crate::lint::check::{Ask, Check};
use crate::lint::library::{Book, Library, Unread};
use crate::runbook::RUNBOOK_BYTES_MAX;

const RB002: Code = Code {
    id: "RB002",
    name: "runbook-file-not-found",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RB002,
    finds: "A `runbook` that names a file which is not in the workspace, is no Markdown by its name (`.md` or `.markdown`), \
            is no text in UTF-8, or has more than 256 KiB. Links of the file system are followed and must stay in the \
            workspace.",
    why: "The runbook was renamed, moved or never written, and the link in the page leads to nothing. Files of other kinds \
          are not read, since what is read is published with the generated runbooks.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
runbooks: {url: "https://runbooks.example.com/{{id}}#{{tier}}"}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: runbooks/chekout.md
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    instead: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {}}
runbooks: {url: "https://runbooks.example.com/{{id}}#{{tier}}"}
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: runbooks/checkout.md
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
=== runbooks/checkout.md
# Checkout

## Confirm

{{{confirm}}}

## Mitigate

Roll back the last deployment.

## Escalate

{{{escalate}}}
"#,
    options: None,
    ask: Ask::Runbooks(find),
};

fn find(library: &Library<'_>, findings: &mut Findings) {
    for (path, slos) in library.users() {
        let Some(Book::Unread(why)) = library.books.get(&path) else {
            continue;
        };
        let quoted = shown(&path);
        let (title, label) = match why {
            Unread::Missing => (
                format!("there is no runbook {quoted}"),
                "no file of the workspace".to_string(),
            ),
            Unread::NoMarkdown => (
                format!("{quoted} is no runbook"),
                "a name that ends in `.md` or `.markdown` is expected".to_string(),
            ),
            Unread::Outside => (
                format!("{quoted} leads out of the workspace"),
                "a link of the file system goes elsewhere".to_string(),
            ),
            Unread::TooLarge => (
                format!("{quoted} is too large for a runbook"),
                format!("at most {} KiB are read", RUNBOOK_BYTES_MAX >> 10),
            ),
            Unread::Garbled => (
                format!("{quoted} is no text in UTF-8"),
                "its bytes are no text".to_string(),
            ),
        };
        for slo in &slos {
            let Some(span) = slo.places.runbook else {
                continue;
            };
            let finding = Finding::new(RB002, span, title.clone())
                .label(label.clone())
                .caused_by(format!("{} {path}", RB002.id));
            findings.push(match why {
                Unread::Missing => {
                    finding.help(format!("run `burnwatch runbook new {}` to write it", slo.id))
                }
                _ => finding,
            });
        }
    }
}
