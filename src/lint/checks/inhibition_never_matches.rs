//! RT004: an inhibition that cannot do what it is there for.

use std::collections::BTreeMap;

use crate::alertmanager::inhibit::silences;
use crate::alertmanager::{Inhibition, Labelled, MatchOp, Matcher};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::{Arrivals, Sent};
use crate::lint::check::{Ask, Check};
use crate::model::SloId;
use crate::model::roster::Routes;

const RT004: Code = Code {
    id: "RT004",
    name: "inhibition-never-matches",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: RT004,
    finds: "An inhibition of the `alertmanager.base` file that can never silence anything: its source and its target fix \
            a label of `equal` to different values. And where `alertmanager.routes` is `own`: an SLO whose page silences \
            none of its tickets.",
    why: "Without it both arrive: the page, and soon after the ticket about the same budget. Alertmanager says nothing of \
          an inhibition that never matches.",
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
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [cluster, severity]
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
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
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [cluster, alertname]
=== slos/checkout.yaml
apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: code=~"5.."}}
"#,
    options: None,
    ask: Ask::Routes(find),
};

fn find(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    let rules = arrivals.base.map_or(&[][..], |base| &base.inhibit_rules);
    for rule in rules {
        if let Some((label, source, target)) = contradiction(rule) {
            findings.push(
                Finding::new(
                    RT004,
                    rule.span,
                    format!("this inhibition never matches: `{label}` cannot be equal"),
                )
                .label(format!("`{label}` is among its `equal` labels"))
                .also(source.span, "a source has this value")
                .also(target.span, "a target has this one")
                .help(format!("remove `{label}` from `equal`")),
            );
        }
    }
    if arrivals.alertmanager.routes == Routes::Own {
        tickets_beside_pages(arrivals, findings);
    }
}

/// A label that must be equal and that source and target fix to different values.
fn contradiction(rule: &Inhibition) -> Option<(&str, &Matcher, &Matcher)> {
    let fixed = |matchers: &'_ [Matcher], label: &str| {
        let is = |m: &Matcher| m.label == label && m.op == MatchOp::Equal;
        matchers.iter().position(is)
    };
    rule.equal.iter().find_map(|label| {
        let source = &rule.source[fixed(&rule.source, label)?];
        let target = &rule.target[fixed(&rule.target, label)?];
        (source.value != target.value).then_some((label.as_str(), source, target))
    })
}

/// SLOs whose page silences none of their tickets.
fn tickets_beside_pages(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    let mut by_slo: BTreeMap<&SloId, Vec<&Sent<'_>>> = BTreeMap::new();
    for sent in &arrivals.sent {
        by_slo.entry(&sent.slo.id).or_default().push(sent);
    }
    for sent in by_slo.values() {
        let burns = sent
            .iter()
            .filter(|sent| !sent.value("long_window").is_empty());
        let (pages, tickets): (Vec<&Sent<'_>>, Vec<&Sent<'_>>) = burns
            .copied()
            .partition(|sent| arrivals.roster.wakes(&sent.alert.severity));
        let silenced = |ticket: &Sent<'_>| {
            let rules = &arrivals.whole.inhibit_rules;
            pages
                .iter()
                .any(|page| rules.iter().any(|rule| silences(rule, *page, ticket)))
        };
        let beside = tickets.iter().find(|ticket| !silenced(ticket));
        if let (Some(ticket), false) = (beside, pages.is_empty()) {
            let slo = ticket.slo;
            findings.push(
                Finding::new(
                    RT004,
                    slo.places.name,
                    format!(
                        "no inhibition lets a page of `{}` silence its tickets",
                        slo.id
                    ),
                )
                .label(format!(
                    "tier `{}` would arrive beside the page",
                    ticket.alert.tier
                ))
                .help("add an inhibition with `equal: [slo]` to the base file"),
            );
        }
    }
}
