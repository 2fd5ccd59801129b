//! QL022: a pattern that was meant to match the beginning of a status code.

use crate::diagnostics::{Code, Edit, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::lint::subject::{Query, Subject};
use crate::promql::{MatchOp, Matcher, Place};

use super::good_and_bad_swapped::HTTP_LABELS;

const QL022: Code = Code {
    id: "QL022",
    name: "pattern-matches-no-status",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: QL022,
    finds: "A pattern for HTTP status codes that no code of three digits can match: `code=~\"5\"`, `code=~\"5.\"`, \
            `code=~\"^5\"`, `code=~\"5*\"`.",
    why: "In most tools a pattern may match a part of a text. Prometheus' patterns match all of it, so that `5` is no \
          server error: there are no errors at all, or, negated, nothing but errors.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="checkout"}
        errors_where: code=~"5"
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
            if let Some(meant) = meant(matcher) {
                report(subject, query, matcher, &meant, findings);
            }
        }
    }
}

/// The pattern that was probably meant, where this one matches no status code.
pub(super) fn meant(matcher: &Matcher) -> Option<String> {
    let is_pattern = matches!(matcher.op, MatchOp::Regex | MatchOp::NotRegex);
    if !is_pattern || !HTTP_LABELS.contains(&matcher.name.as_str()) {
        return None;
    }
    let bare = matcher.value.trim_start_matches('^').trim_end_matches('$');
    let start = bare.strip_suffix('*').unwrap_or(bare);
    let begins = start.starts_with(|c: char| ('1'..='5').contains(&c));
    let short =
        start.len() < STATUS_DIGITS && start.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    // `5.*` matches everything that begins with 5.
    let open = bare.ends_with(".*");
    (begins && short && !open).then(|| format!("{start:.<STATUS_DIGITS$}"))
}

/// Digits of a status code.
const STATUS_DIGITS: usize = 3;

fn report(
    subject: &Subject<'_>,
    query: &Query<'_>,
    matcher: &Matcher,
    meant: &str,
    findings: &mut Findings,
) {
    let finding = subject
        .about(
            QL022,
            query,
            matcher.place(),
            format!("the pattern of `{matcher}` matches no status code"),
        )
        .label("patterns match whole values, and status codes have three digits");
    let (start, end) = (
        matcher.value_place.start() + 1,
        matcher.value_place.end() - 1,
    );
    findings.push(match subject.owns(query.span()) && start <= end {
        true => finding.patch(
            "match the other digits, too",
            vec![Edit {
                span: query.at(Place::new(start, end)),
                text: meant.to_string(),
            }],
        ),
        false => finding.help(format!("write `{meant}`")),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, op: MatchOp, pattern: &str, expected: Option<&str>) {
        let matcher = Matcher::new(label, op, pattern);
        assert_eq!(meant(&matcher).as_deref(), expected, "{matcher}");
    }

    #[test]
    fn patterns_that_are_too_short_for_a_status_code_are_found() {
        for (pattern, expected) in [
            ("5", Some("5..")),
            ("^5", Some("5..")),
            ("5.", Some("5..")),
            ("50", Some("50.")),
            ("5*", Some("5..")),
            ("5..", None),
            ("5.*", None),
            ("^5.*$", None),
            ("500", None),
            ("5xx", None),
            ("5|4", None),
            ("0", None),
            (".*", None),
        ] {
            check("code", MatchOp::Regex, pattern, expected);
        }
        check("code", MatchOp::NotRegex, "5", Some("5.."));
        check("code", MatchOp::Equal, "5", None);
        check("grpc_status", MatchOp::Regex, "5", None);
    }
}
