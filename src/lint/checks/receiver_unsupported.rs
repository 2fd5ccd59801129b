//! RT009: a receiver that Alertmanager cannot read.

use std::collections::BTreeSet;

use crate::alertmanager::{Setting, Smtp};
use crate::base::Name;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::arrival::Arrivals;
use crate::lint::check::{Ask, Check};
use crate::model::roster::{Pager, Receiver, Routes, Version};
use crate::routing::support::{self, Lack};

const RT009: Code = Code {
    id: "RT009",
    name: "receiver-unsupported",
    level: Level::Error,
};

pub static CHECK: Check = Check {
    code: RT009,
    finds: "A receiver, used by a route or as the default, that the Alertmanager of `alertmanager.version` cannot read; \
            the finding names the version that can, and says so where none can. And an e-mail receiver without `from` or `smarthost` where the \
            `global` section of an `alertmanager.base` file has no `smtp_from` or `smtp_smarthost` in its place.",
    why: "Alertmanager refuses the whole configuration for one receiver that it cannot read, and keeps the old one. Some \
          forms are accepted by an older version and fail when an alert is sent; those count as unreadable.",
    example: r#"=== burnwatch.yaml
apiVersion: burnwatch/v1
teams: {payments: {notify: {page: [pager], ticket: [chat]}}}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {msteams: {url_file: /run/secrets/chat}}
alertmanager: {version: "0.25", default_receiver: pager}
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
teams: {payments: {notify: {page: [pager], ticket: [chat]}}}
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  chat: {msteams: {url_file: /run/secrets/chat}}
alertmanager: {version: "0.28", default_receiver: pager}
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
    let version = arrivals.alertmanager.version;
    let smtp = arrivals.base.map_or(Smtp::default(), |base| base.smtp);
    for (name, receiver) in written(arrivals) {
        if let Some(lack) = support::lacks(&receiver.pager, version) {
            findings.push(unreadable(receiver, version, lack));
        }
        findings.extend(unsendable(name, receiver, smtp));
    }
}

/// The receivers that are written for Alertmanager. Those that only the daemon uses are not.
fn written<'a>(arrivals: &'a Arrivals<'_>) -> Vec<(&'a Name, &'a Receiver)> {
    if arrivals.alertmanager.routes == Routes::Own {
        return Vec::new();
    }
    let members = arrivals.routing.routes.iter().flat_map(|r| &r.members);
    let mut names: BTreeSet<&Name> = members.copied().collect();
    if arrivals.alertmanager.base.is_none() {
        let default = arrivals.alertmanager.default_receiver.as_ref();
        names.extend(default.map(|name| &name.value));
    }
    let known = |name| arrivals.roster.receivers.get_key_value(name);
    names.into_iter().filter_map(known).collect()
}

fn unreadable(receiver: &Receiver, version: Version, lack: Lack) -> Finding {
    let Lack { what, since, note } = lack;
    let mut finding = Finding::new(
        RT009,
        receiver.span,
        match since {
            Some(_) => format!("Alertmanager {version} cannot read {what}"),
            None => format!("Alertmanager cannot write to {what}"),
        },
    );
    finding = match since {
        Some(since) => finding.label(format!("{since} can")).help(format!(
            "name the version that runs: `alertmanager: {{version: \"{since}\"}}`, or another kind of receiver"
        )),
        None => finding.label("no version can").help(
            "name another receiver in `notify`, or leave routes to your own file: `alertmanager: {routes: own}`",
        ),
    };
    if let Some(note) = note {
        finding = finding.note(note);
    }
    finding
}

/// Mail without a sender or without a server.
fn unsendable(name: &Name, receiver: &Receiver, smtp: Smtp) -> Option<Finding> {
    let Pager::Email(email) = &receiver.pager else {
        return None;
    };
    let needed = [
        ("`from`", "`smtp_from`", email.from.is_some(), smtp.from),
        (
            "`smarthost`",
            "`smtp_smarthost`",
            email.smarthost.is_some(),
            smtp.smarthost,
        ),
    ];
    let missing = needed
        .iter()
        .filter(|(_, _, own, in_base)| !own && *in_base == Setting::Absent);
    let (fields, settings): (Vec<&str>, Vec<&str>) = missing
        .map(|(field, setting, _, _)| (*field, *setting))
        .unzip();
    if fields.is_empty() {
        return None;
    }
    let (fields, settings) = (fields.join(" and "), settings.join(" and "));
    let title = format!("the e-mail receiver `{name}` has no {fields}");
    Some(
        Finding::new(RT009, receiver.span, title)
            .label("Alertmanager would not know how to send this mail")
            .help(format!(
                "add {fields}, or {settings} to the `global` section of a file that `alertmanager.base` names"
            )),
    )
}
