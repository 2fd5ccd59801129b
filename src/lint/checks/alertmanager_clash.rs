//! RT011: something that the base file and burnwatch both define.

use crate::base::{Span, Spanned};
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::Arrivals;
use crate::lint::check::{Ask, Check};
use crate::model::roster::Routes;

/// Something that the base file and burnwatch both define.
pub const RT011: Code = Code {
    id: "RT011",
    name: "alertmanager-clash",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT011,
    finds: "A receiver or a time interval of the `alertmanager.base` file with a name that burnwatch gives to its own, \
            which all begin with `burnwatch/`; a `default_receiver` beside a base file, whose root route has one; and a \
            workspace with neither.",
    why: "Alertmanager refuses a configuration that defines a name twice or has no receiver at its root, and keeps the old \
          one. Most often the base is a file that burnwatch has generated, with everything of ours in it already.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [pager]}}}
receivers: {pager: {pagerduty: {routing_key_file: /run/secrets/pager}}}
alertmanager: {base: alertmanager.base.yaml}
=== alertmanager.base.yaml
route: {receiver: burnwatch/payments/page}
receivers:
  - name: burnwatch/payments/page
    webhook_configs: [{url: "http://127.0.0.1:9095/all"}]
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
    if arrivals.alertmanager.routes == Routes::Own {
        return own_without_base(arrivals, findings);
    }
    default_receiver(arrivals, findings);
    let Some(base) = arrivals.base else {
        return;
    };
    for route in &arrivals.routing.routes {
        let theirs = base.receivers.iter().map(|receiver| &receiver.name);
        let team = arrivals.roster.teams.get(route.team).map(|team| team.span);
        findings.extend(clash("receiver", &route.receiver, theirs, team));
    }
    for interval in &arrivals.routing.intervals {
        let theirs = base.time_intervals.iter();
        findings.extend(clash("time interval", &interval.name, theirs, None));
    }
}

/// Routes of one's own are somewhere.
fn own_without_base(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    let alertmanager = arrivals.alertmanager;
    if alertmanager.base.is_none() {
        let start = alertmanager.span.beginning();
        findings.push(
            Finding::new(RT011, start, "`routes: own` without a file that has them")
                .help("name Alertmanager's configuration in `base`"),
        );
    }
}

fn clash<'a>(
    what: &str,
    name: &str,
    mut theirs: impl Iterator<Item = &'a Spanned<String>>,
    ours: Option<Span>,
) -> Option<Finding> {
    let their = theirs.find(|their| their.value == name)?;
    let title = format!("the {what} `{name}` of the base is one that burnwatch adds");
    let finding = Finding::new(RT011, their.span, title)
        .label("defined here")
        .help("give it another name; where the base is a generated file, take the one that it was made from");
    Some(match ours {
        Some(span) => finding.also(span, "and for this team by burnwatch"),
        None => finding,
    })
}

/// There is exactly one receiver of what no route takes.
fn default_receiver(arrivals: &Arrivals<'_>, findings: &mut Findings) {
    let alertmanager = arrivals.alertmanager;
    let root = arrivals
        .base
        .and_then(|base| base.route.as_ref()?.receiver.as_ref());
    match (&alertmanager.default_receiver, root) {
        (Some(named), Some(root)) => findings.push(
            Finding::new(
                RT011,
                named.span,
                "a default receiver beside a base file, which has one",
            )
            .label("this is the workspace's")
            .also(root.span, "this is the base's, and it stays")
            .help("remove `default_receiver`"),
        ),
        (None, None) if alertmanager.base.is_none() => findings.push(
            Finding::new(
                RT011,
                alertmanager.span.beginning(),
                "Alertmanager has no receiver for what no route takes",
            )
            .help("add `default_receiver:` with one of `receivers`"),
        ),
        (Some(_), None) | (None, _) => {}
    }
}
