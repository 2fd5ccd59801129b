//! The same SLOs twice: as burnwatch reads them and as slokit does, in files of ten.
//!
//! Only what both can say: shares of a counter, classic histograms, free PromQL and ratios. Both get the same objectives,
//! descriptions and labels, and the same four tiers, which both have by default.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// How good is measured.
enum Sli {
    /// Of a counter, those with an error code.
    Share { counter: String },
    /// Of a classic histogram, those slower than this many seconds.
    Slow { histogram: String, le: &'static str },
    /// Two expressions that count over a window.
    Counts { errors: String, events: String },
    /// An expression that gives a ratio over a window.
    Ratio { errors: String, events: String },
}

/// Names of a service's SLOs, one for each SLI of [`slis`].
const NAMES: [&str; 10] = [
    "availability",
    "latency",
    "orders",
    "payments",
    "search",
    "search-latency",
    "messages",
    "mails",
    "postings",
    "exports",
];

fn slis(service: &str) -> [Sli; 10] {
    let share = |counter: &str| Sli::Share {
        counter: format!("{counter}{{job=\"{service}\", route!=\"/healthz\"}}"),
    };
    let slow = |histogram: &str, le: &'static str| Sli::Slow {
        histogram: format!("{histogram} job=\"{service}\""),
        le,
    };
    let sum = |metric: &str| format!("sum(rate({metric}{{job=\"{service}\"}}[WINDOW]))");
    let counts = |errors: &str, events: &str| Sli::Counts {
        errors: sum(errors),
        events: format!("{} + {}", sum(events), sum(errors)),
    };
    [
        share("http_requests_total"),
        slow("http_request_duration_seconds", "0.5"),
        share("order_requests_total"),
        share("payment_requests_total"),
        share("search_requests_total"),
        slow("search_request_duration_seconds", "1"),
        counts("messages_failed_total", "messages_handled_total"),
        counts("mails_failed_total", "mails_sent_total"),
        Sli::Ratio {
            errors: sum("unbalanced_total"),
            events: sum("postings_total"),
        },
        share("export_requests_total"),
    ]
}

/// Writes a workspace with `files` files into `folder/burnwatch`, and the same SLOs into `folder/slokit`.
pub fn write(folder: &Path, files: usize) {
    let (ours, theirs) = (folder.join("burnwatch/slos"), folder.join("slokit"));
    for part in [&ours, &theirs] {
        fs::create_dir_all(part).expect("a folder of ours is writable");
    }
    let save =
        |path: &Path, text: &str| fs::write(path, text).expect("a folder of ours is writable");
    save(
        &folder.join("burnwatch/burnwatch.yaml"),
        "apiVersion: burnwatch/v1\nteams: {platform: {contacts: {chat: \"#platform\"}}}\n",
    );
    for number in 0..files {
        let service = format!("service-{number:04}");
        let objective = ["99", "99.5", "99.9", "99.95"][number % 4];
        let name = format!("{service}.yaml");
        save(&ours.join(&name), &burnwatch(&service, objective));
        save(&theirs.join(&name), &slokit(&service, objective));
    }
}

fn burnwatch(service: &str, objective: &str) -> String {
    let mut text = format!(
        "apiVersion: burnwatch/v1\nservice: {service}\nowner: platform\nlabels: {{product: shop}}\n\
         runbook: https://runbooks.example.com/{service}\n\nslos:\n"
    );
    for (name, sli) in NAMES.iter().zip(slis(service)) {
        let ours = |expression: &str| expression.replace("WINDOW", "$window");
        let sli = match sli {
            Sli::Share { counter } => {
                format!("ratio:\n        events: {counter}\n        errors_where: code=~\"5..\"")
            }
            Sli::Slow { histogram, le } => {
                let (metric, matchers) = histogram.split_once(' ').expect("name and matchers");
                format!(
                    "latency:\n        histogram: {metric}{{{matchers}}}\n        threshold: {le}s"
                )
                .replace("0.5s", "500ms")
            }
            Sli::Counts { errors, events } => {
                let (errors, events) = (ours(&errors), ours(&events));
                format!("ratio:\n        events: {events}\n        errors: {errors}")
            }
            Sli::Ratio { errors, events } => {
                let (errors, events) = (ours(&errors), ours(&events));
                format!(
                    "error_ratio:\n        query: {errors} / {events}\n        events: {events}"
                )
            }
        };
        let _ = write!(
            text,
            "  - name: {name}\n    description: Requests for {name} of {service} that are answered well.\n    \
             objective: {objective}\n    sli:\n      {sli}\n"
        );
    }
    text
}

fn slokit(service: &str, objective: &str) -> String {
    let mut text = format!(
        "version: prometheus/v1\nservice: {service}\nlabels: {{owner: platform, product: shop}}\nslos:\n"
    );
    for (name, sli) in NAMES.iter().zip(slis(service)) {
        let theirs = |expression: &str| expression.replace("WINDOW", "{{.window}}");
        let events = |errors: &str, events: &str| {
            let (errors, events) = (theirs(errors), theirs(events));
            format!("events:\n        error_query: {errors}\n        total_query: {events}")
        };
        let sli = match sli {
            Sli::Share { counter } => {
                let errors = counter.replace('}', ", code=~\"5..\"}");
                events(
                    &format!("sum(rate({errors}[WINDOW]))"),
                    &format!("sum(rate({counter}[WINDOW]))"),
                )
            }
            Sli::Slow { histogram, le } => {
                let (metric, matchers) = histogram.split_once(' ').expect("name and matchers");
                format!(
                    "latency:\n        histogram_metric: {metric}\n        threshold: \"{le}\"\n        \
                     selector: {matchers}"
                )
            }
            Sli::Counts {
                errors,
                events: all,
            } => events(&errors, &all),
            Sli::Ratio { errors, events } => {
                let query = theirs(&format!("{errors} / {events}"));
                format!("raw:\n        error_ratio_query: {query}")
            }
        };
        let _ = write!(
            text,
            "  - name: {name}\n    description: Requests for {name} of {service} that are answered well.\n    \
             objective: {objective}\n    sli:\n      {sli}\n    alerting:\n      name: SLOErrorBudgetBurn\n      \
             annotations: {{runbook_url: \"https://runbooks.example.com/{service}\"}}\n      \
             page_alert: {{labels: {{severity: page}}}}\n      ticket_alert: {{labels: {{severity: ticket}}}}\n"
        );
    }
    text
}
