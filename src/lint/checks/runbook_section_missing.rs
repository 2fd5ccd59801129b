//! RB003: a question that a runbook does not answer.

use crate::base::Span;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::Options;
use crate::lint::check::{Ask, Check};
use crate::lint::library::{Alerts, Book, Library};
use crate::model::Slo;
use crate::runbook::{Answer, Question};
use crate::spec::record::scalar;
use crate::spec::scalar::TEXT;
use crate::spec::shape::{Object, Shape, optional};
use crate::spec::workspace_file::ITEMS_MAX;

const RB003: Code = Code {
    id: "RB003",
    name: "runbook-section-missing",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RB003,
    finds: "A runbook of the workspace that does not answer one of three questions: how do I confirm what is broken, how do I \
            mitigate it now, whom do I escalate to. Each has a section of its own, below a heading such as `Confirm`, \
            `How to confirm`, `Verification`, `Mitigation`, `Remediation` or `Escalation`. The section is not empty, and \
            holds no placeholder: `TODO`, `TBD`, `FIXME`, `<...>`, `<your team>`, `[insert steps]`, `lorem ipsum`, or \
            nothing but `None`. `TODO` counts at the beginning of a line and beside a colon. Code is searched for \
            placeholders only where a section has nothing else, comments count as nothing. Where only alerts that wake \
            nobody lead to the runbook it is a warning. With the option `sections` there must be more sections.",
    why: "A runbook that was planned and never written is found when it is needed. These three are what nobody can look up \
          while the budget burns; everything else can wait until morning.",
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

## Mitigation

TODO
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

## Mitigation

Roll back the last deployment; if there was none, drain the failing zone.

## Escalation

{{{escalate}}}
"#,
    options: Some(&OPTIONS),
    ask: Ask::Runbooks(find),
};

/// What this check can be told.
pub static OPTIONS: Object = Object {
    name: "the options of RB003",
    fields: &[optional(
        "sections",
        Shape::List(&Shape::Scalar(&TEXT), ITEMS_MAX),
        "Sections that every runbook must have beside the three questions, such as `[Impact, Diagnosis]`.",
    )],
    one_of: &[],
};

/// The sections that the workspace asks for beside the three questions.
pub fn asked(options: &Options<'_>) -> Vec<Question> {
    let sections = options.of(RB003).map(|options| options.list("sections"));
    let named = sections.unwrap_or_default().iter().filter_map(scalar);
    named.map(|name| Question::named(&name.text)).collect()
}

fn find(library: &Library<'_>, findings: &mut Findings) {
    let mut questions = Question::three().to_vec();
    questions.extend(asked(library.options));
    for (path, slos) in library.users() {
        let Some(Book::Read {
            source, document, ..
        }) = library.books.get(&path)
        else {
            continue;
        };
        let most = slos.iter().max_by_key(|slo| library.alerts(slo));
        let (level, slo) = match most.map(|slo| (library.alerts(slo), slo)) {
            Some((Alerts::Wake, slo)) => (Level::Error, slo),
            Some((Alerts::Wait, slo)) => (Level::Warning, slo),
            Some((Alerts::None, _)) | None => continue,
        };
        let span = |range: &std::ops::Range<usize>| Span::new(*source, range.start, range.end);
        for question in &questions {
            let name = &question.name;
            let finding = match question.answer(document) {
                Answer::Given(_) => continue,
                Answer::Missing => {
                    let title = document.headings.first();
                    let place = title.map_or(0..0, |title| title.range.clone());
                    Finding::new(
                        RB003,
                        span(&place),
                        format!("this runbook has no section `{name}`"),
                    )
                    .help(format!("add `## {name}`: {}", asks(name)))
                }
                Answer::Empty(heading) => {
                    let title = format!("nothing is written under `{}`", heading.text);
                    Finding::new(RB003, span(&heading.range), title).help(asks(name))
                }
                Answer::Placeholder(heading, range) => {
                    let title = format!("`{}` is still to be written", heading.text);
                    Finding::new(RB003, span(&range), title)
                        .label("a placeholder")
                        .help(asks(name))
                }
            };
            findings.push(named_by(finding, slo, level));
        }
    }
}

/// The finding with its level and the place from which people come to the runbook.
fn named_by(mut finding: Finding, slo: &Slo, level: Level) -> Finding {
    finding.level = level;
    let what = match level {
        Level::Error => format!("pages of `{}` lead there", slo.id),
        Level::Warning | Level::Info => format!("alerts of `{}` lead there", slo.id),
    };
    match slo.places.runbook {
        Some(place) => finding.also(place, what),
        None => finding,
    }
}

/// What a section answers.
fn asks(name: &str) -> String {
    match name {
        "Confirm" => {
            "say how to see what is broken; `{{{confirm}}}` fills in queries and dashboard"
        }
        "Mitigate" => "say what stops the errors now, for somebody who has just been woken",
        "Escalate" => {
            "say whom to call next; `{{{escalate}}}` fills in what the workspace knows of the team"
        }
        _ => "`checks.options.RB003.sections` asks for it",
    }
    .to_string()
}
