//! RB006: a link of a runbook that leads nowhere.

use crate::base::Span;
use crate::diagnostics::{Code, Finding, Findings, Level, shown};
use crate::lint::check::{Ask, Check};
use crate::lint::library::{Book, Library, Page};
use crate::model::Slo;
use crate::runbook::Link;

const RB006: Code = Code {
    id: "RB006",
    name: "runbook-link-broken",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: RB006,
    finds: "A relative link in a runbook that leads to no file of the workspace, and a link such as `#mitigate` or \
            `deploy.md#roll-back` to a heading that is not there, in the runbook itself or in other Markdown of the workspace. \
            Headings that generation adds count: those of the tiers, `#error-budget`. A link with braces in it is not \
            judged, and of one with a question mark, such as `deploy.md?plain=1#L20`, the file alone.",
    why: "The link was right until a file was moved or a heading reworded. Whoever follows it in the night has no time to \
          look for what it meant.",
    example: r#"=== burnwatch.yaml
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

Roll back as in [deployments](deployments.md), or see [drain a zone](#drain).

## Escalate

{{{escalate}}}
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
=== runbooks/deployments.md
# Deployments
=== runbooks/checkout.md
# Checkout

## Confirm

{{{confirm}}}

## Mitigate

Roll back as in [deployments](deployments.md), or see [drain a zone](#drain-a-zone).

### Drain a zone

Set its weight to nought.

## Escalate

{{{escalate}}}
"#,
    options: None,
    ask: Ask::Runbooks(find),
};

fn find(library: &Library<'_>, findings: &mut Findings) {
    let users = library.users();
    for (path, slos) in &users {
        let Some(Book::Read {
            source,
            document,
            broken,
            pages,
        }) = library.books.get(path)
        else {
            continue;
        };
        let is_there =
            |anchor: &str| document.anchors.contains(anchor) || is_added(library, slos, anchor);
        // What is generated of a runbook is another file, and may be served in its place.
        let is_beside = |page: &Page, anchor: &str| {
            let of_page = users.get(&page.path);
            page.anchors.contains(anchor)
                || of_page.is_some_and(|slos| is_added(library, slos, anchor))
        };
        let span = |link: &Link| Span::new(*source, link.range.start, link.range.end);
        for link in &document.links {
            let target = &link.target;
            if target.contains("{{") {
                continue;
            }
            if let Some(anchor) = link.anchor() {
                if !is_there(&anchor) {
                    let title = format!("{} is no heading of this runbook", shown(target));
                    findings.push(Finding::new(RB006, span(link), title).label("leads nowhere"));
                }
            } else if let Some(file) = link.file().filter(|file| broken.contains(file)) {
                let title = format!("{} is no file of the workspace", shown(&file));
                findings.push(
                    Finding::new(RB006, span(link), title)
                        .label("leads nowhere")
                        .note("a relative link begins at the folder of the runbook's source"),
                );
            } else if let Some((file, anchor)) = link.file().zip(link.anchor_beside())
                && let Some(page) = pages.get(&file).filter(|page| !is_beside(page, &anchor))
            {
                let title = format!(
                    "{} is no heading of {}",
                    shown(&format!("#{anchor}")),
                    shown(&page.path)
                );
                findings.push(Finding::new(RB006, span(link), title).label("leads nowhere"));
            }
        }
    }
}

/// Whether generation adds such a heading to a runbook of these SLOs.
fn is_added(library: &Library<'_>, slos: &[&Slo], anchor: &str) -> bool {
    let mut tiers = slos.iter().flat_map(|slo| &slo.policy.tiers);
    library.anchors.contains(anchor) || tiers.any(|tier| tier.name.as_str() == anchor)
}
