//! RT007: an inhibition of the base that lets one SLO silence another.

use std::collections::BTreeMap;

use crate::alertmanager::inhibit::silences;
use crate::alertmanager::matcher::all_match;
use crate::alertmanager::{Inhibition, Labelled};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::{Arrivals, Sent};
use crate::lint::check::{Ask, Check};
use crate::model::roster::Severity;

const RT007: Code = Code {
    id: "RT007",
    name: "inhibition-crosses-slos",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT007,
    finds: "An inhibition of the `alertmanager.base` file by which an alert of one SLO silences those of another that \
            does not depend on it, or a less urgent alert a more urgent one. An error where a page is silenced, else a \
            warning.",
    why: "A label of `equal` that both alerts lack is equal to Alertmanager. An inhibition such as \"critical silences \
          warning, `equal: [namespace]`\" is right among alerts that have a namespace. Alerts of SLOs have none, so that \
          one SLO would silence all others. Where a ticket silences its page, and the page silences its ticket, nobody is told \
          of either.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route: {receiver: everybody}
receivers:
  - name: everybody
    webhook_configs: [{url: "http://127.0.0.1:9095/all"}]
inhibit_rules:
  - source_matchers: [severity="page"]
    target_matchers: [severity!="page"]
    equal: [namespace]
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
  - name: orders
    objective: 99
    sli: {ratio: {events: 'orders_total{job="checkout"}', errors_where: result="failed"}}
"#,
    instead: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route: {receiver: everybody}
receivers:
  - name: everybody
    webhook_configs: [{url: "http://127.0.0.1:9095/all"}]
inhibit_rules:
  - source_matchers: [severity="page"]
    target_matchers: [severity!="page"]
    equal: [namespace, slo]
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
  - name: orders
    objective: 99
    sli: {ratio: {events: 'orders_total{job="checkout"}', errors_where: result="failed"}}
"#,
    options: None,
    ask: Ask::Routes(find),
};

fn find(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    let rules = arrivals.base.map_or(&[][..], |base| &base.inhibit_rules);
    for rule in rules {
        if let Some((source, target)) = upward(rule, arrivals) {
            findings.push(
                Finding::new(
                    RT007,
                    rule.span,
                    format!(
                        "this inhibition lets a `{}` silence a `{}`",
                        source.alert.severity, target.alert.severity
                    ),
                )
                .label(format!(
                    "the alert of `{}` silences the more urgent one of `{}`",
                    source.title(),
                    target.title()
                ))
                .help("let what is more urgent silence what is less, never the other way"),
            );
            continue;
        }
        let Some((source, target)) = crossing(rule, arrivals) else {
            continue;
        };
        let mut finding = Finding::new(
            RT007,
            rule.span,
            format!(
                "this inhibition lets `{}` silence `{}`",
                source.slo.id, target.slo.id
            ),
        )
        .label(format!(
            "the alert of `{}` silences that of `{}`: {}",
            source.title(),
            target.title(),
            why(rule)
        ))
        .help("add `slo` to its `equal` labels");
        if !arrivals.roster.wakes(&target.alert.severity) {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

fn why(rule: &Inhibition) -> String {
    match rule.equal.is_empty() {
        true => "nothing must be equal".to_string(),
        false => format!("they agree in {}", rule.equal.join(", ")),
    }
}

/// A source and a target of one SLO, of which the source is less urgent and the target wakes somebody.
fn upward<'s, 'a>(
    rule: &Inhibition,
    arrivals: &'s Arrivals<'a>,
) -> Option<(&'s Sent<'a>, &'s Sent<'a>)> {
    let rank = |sent: &Sent<'_>| {
        let severity = arrivals.roster.severities.get(&sent.alert.severity);
        severity.map(Severity::rank)
    };
    let by_slo = arrivals.sent.chunk_by(|a, b| a.slo.id == b.slo.id);
    by_slo.into_iter().find_map(|of_slo| {
        let wakes = |sent: &&Sent<'a>| arrivals.roster.wakes(&sent.alert.severity);
        of_slo.iter().filter(wakes).find_map(|target| {
            let silences =
                |source: &&Sent<'a>| rank(source) > rank(target) && silences(rule, *source, target);
            Some((of_slo.iter().find(silences)?, target))
        })
    })
}

/// A source and a target of different SLOs; the most urgent target first.
fn crossing<'s, 'a>(
    rule: &Inhibition,
    arrivals: &'s Arrivals<'a>,
) -> Option<(&'s Sent<'a>, &'s Sent<'a>)> {
    let key = |sent: &'s Sent<'a>| -> Vec<&'s str> {
        let value = |label: &String| sent.value(label);
        rule.equal.iter().map(value).collect()
    };
    // Of each key two sources of different SLOs are enough: one of them is another than the target's.
    let mut sources: BTreeMap<Vec<&str>, Vec<&Sent<'a>>> = BTreeMap::new();
    for sent in arrivals
        .sent
        .iter()
        .filter(|sent| all_match(&rule.source, *sent))
    {
        let of_key = sources.entry(key(sent)).or_default();
        if of_key.len() < 2 && of_key.iter().all(|other| other.slo.id != sent.slo.id) {
            of_key.push(sent);
        }
    }
    let targets = arrivals
        .sent
        .iter()
        .filter(|sent| all_match(&rule.target, *sent) && !all_match(&rule.source, *sent));
    let mut found: Option<(&Sent<'a>, &Sent<'a>)> = None;
    for target in targets {
        let of_key = sources.get(&key(target));
        let source = of_key
            .into_iter()
            .flatten()
            .find(|source| source.slo.id != target.slo.id);
        let Some(source) = source else { continue };
        if arrivals.roster.wakes(&target.alert.severity) {
            return Some((source, target));
        }
        found = found.or(Some((source, target)));
    }
    found
}
