//! QL017: a regular expression where plain text would do, or with anchors that Prometheus sets itself.

use crate::diagnostics::{Code, Edit, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::{MatchOp, Matcher, Place};

use super::pattern_matches_no_status;

const QL017: Code = Code {
    id: "QL017",
    name: "needless-regex",
    level: Level::Info,
};

pub static CHECK: Check = Check {
    code: QL017,
    finds: "A matcher `=~` or `!~` whose pattern is plain text, or begins with `^` or ends with `$`.",
    why: "Nothing is wrong. Prometheus compares text faster than it matches patterns, and anchors every pattern at both \
          ends by itself; whoever writes the anchors may believe that `=~\"5\"` would match `500`, which it does not.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job=~"checkout"}
        errors_where: code=~"^5..$"
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout"}
        errors_where: code=~"5.."
"#,
    options: None,
    ask: Ask::Slo(find),
};

fn find(subject: &Subject<'_>, findings: &mut Findings) {
    for query in &subject.queries {
        for matcher in query.matcher_lists().into_iter().flatten() {
            if matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex) {
                plain_text(subject, query, matcher, findings);
                anchors(subject, query, matcher, findings);
            }
        }
    }
}

fn plain_text(
    subject: &Subject<'_>,
    query: &Query<'_>,
    matcher: &Matcher,
    findings: &mut Findings,
) {
    // In a template the text may be a parameter, which is a pattern elsewhere.
    if !subject.owns(query.span()) || matcher.value.contains(META) {
        return;
    }
    // What is meant to match a part of a status code is a fault of its own.
    if pattern_matches_no_status::meant(matcher).is_some() {
        return;
    }
    let plain = match matcher.op {
        MatchOp::NotRegex => "!=",
        _ => "=",
    };
    let operator = Place::new(matcher.name_place.end(), matcher.value_place.start());
    findings.push(
        subject
            .about(
                QL017,
                query,
                matcher.place(),
                format!("`{matcher}` matches plain text as a pattern"),
            )
            .label("`=` and `!=` do the same")
            .fix(
                "compare the text",
                vec![Edit {
                    span: query.at(operator),
                    text: plain.to_string(),
                }],
            ),
    );
}

/// What makes a pattern more than text.
const META: &[char] = &[
    '\\', '.', '+', '*', '?', '(', ')', '|', '[', ']', '{', '}', '^', '$',
];

fn anchors(subject: &Subject<'_>, query: &Query<'_>, matcher: &Matcher, findings: &mut Findings) {
    // Flags may change what an anchor means, a quotation makes it a letter, alternatives have anchors of their own.
    let text = query.text(matcher.value_place);
    if pattern_matches_no_status::meant(matcher).is_some() {
        return;
    }
    if text.len() < 3
        || matcher.value.contains("(?")
        || matcher.value.contains("\\Q")
        || matcher.value.contains('|')
    {
        return;
    }
    let (start, end) = (
        matcher.value_place.start() + 1,
        matcher.value_place.end() - 1,
    );
    let inside = &text[1..text.len() - 1];
    let mut edits = Vec::new();
    let repeats = |rest: &str| rest.is_empty() || rest.starts_with(['*', '+', '?', '{']);
    if inside.strip_prefix('^').is_some_and(|rest| !repeats(rest)) {
        edits.push(Place::new(start, start + 1));
    }
    let escaped = inside
        .strip_suffix('$')
        .is_some_and(|rest| rest.ends_with('\\'));
    if inside.ends_with('$') && inside.len() > 1 && !escaped {
        edits.push(Place::new(end - 1, end));
    }
    if edits.is_empty() {
        return;
    }
    let finding = subject
        .about(
            QL017,
            query,
            matcher.place(),
            format!("`{matcher}` is anchored twice"),
        )
        .label("Prometheus anchors every pattern at both ends");
    findings.push(match subject.owns(query.span()) {
        false => finding,
        true => {
            let edit = |place: Place| Edit {
                span: query.at(place),
                text: String::new(),
            };
            finding.fix("drop the anchors", edits.into_iter().map(edit).collect())
        }
    });
}
