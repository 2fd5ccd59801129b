//! ON008: a server that forgets before the period is over.

use super::desk::Desk;
use super::scene::Scene;
use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::prometheus::{Answer, Question};

pub(super) const ON008: Code = Code {
    id: "ON008",
    name: "retention-too-short",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: ON008,
    finds: "A server that keeps samples for a shorter time than the period of an SLO. Prometheus keeps them for 15 days \
            unless told otherwise.",
    why: "The budget of a period is a sum over all of it. Days that are forgotten count as error-free with the traffic of \
          now, so the budget that is left looks better than it is.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    period: 90d
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    period: 14d
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Server,
};

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    let Some(reply) = desk.reply(&Question::Runtime) else {
        return;
    };
    let Answer::Retention(said) = &reply.answer else {
        return;
    };
    let Some(kept) = said.as_deref().and_then(kept) else {
        desk.unsupported("the server does not say for how long it keeps samples");
        return;
    };
    let mut short: Vec<&Scene<'_>> = scenes
        .iter()
        .filter(|scene| scene.subject.slo.period > kept)
        .collect();
    // The cause is one; the longest period shows most of it.
    short.sort_by_key(|scene| std::cmp::Reverse(scene.subject.slo.period));
    let Some(first) = short.first() else {
        return;
    };
    let slo = first.subject.slo;
    let title = format!(
        "the server keeps samples for {kept}, and the period is {}",
        slo.period
    );
    let mut finding = Finding::new(ON008, slo.places.period.unwrap_or(slo.places.name), title)
        .label(format!("of the {}, only {kept} will be known", slo.period))
        .note("what is forgotten counts as error-free, so the budget looks better than it is")
        .help("raise `--storage.tsdb.retention.time` where the rules are evaluated, or shorten the period");
    finding = match short.len() - 1 {
        0 => finding,
        1 => finding.note("one more SLO has a period that is too long"),
        more => finding.note(format!("{more} more SLOs have a period that is too long")),
    };
    findings.push(finding);
}

/// The time in `15d`, `15d or 10GB`; nothing where only a size is given.
fn kept(said: &str) -> Option<Duration> {
    let words = said.split(" or ").map(str::trim);
    let mut times = words.filter_map(|word| word.parse::<Duration>().ok());
    times.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_is_read_in_the_servers_words() {
        let check = |said: &str, expected: Option<Duration>| assert_eq!(kept(said), expected);
        check("15d", Some(Duration::days(15)));
        check("15d or 10GB", Some(Duration::days(15)));
        check("2w", Some(Duration::days(14)));
        check("10GB", None);
        check("", None);
    }
}
