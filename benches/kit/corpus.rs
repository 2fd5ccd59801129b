//! Files of ten SLOs each, as a large company might have them: every kind of SLI, groups, templates, policies of two
//! teams. The same number of files is always the same bytes.

use std::fs;
use std::path::Path;

/// SLOs in each file.
pub const SLOS_PER_FILE: usize = 10;

const WORKSPACE: &str = r##"apiVersion: burnwatch/v1
slos: ["slos/**/*.yaml"]
output: generated
rules: {interval: 1m, scrape_interval: 15s}
runbooks: {url: "https://runbooks.example.com/{{service}}/{{slo}}.html#{{tier}}"}
dashboards: {url: "https://grafana.example.com/d/slo?var-slo={{id}}"}

sli_templates:
  http:
    params: [job]
    ratio:
      events: http_requests_total{job="$job", route!="/healthz"}
      errors_where: code=~"5.."

policies:
  relaxed:
    tiers:
      - {name: fast, severity: page, budget: 5%, long: 1h, short: 5m}
      - {name: slow, severity: ticket, exhausts_in: 3d, of: full, long: 6h}
      - {name: drip, severity: ticket, burn_rate: 1, long: 3d, short: 6h, for: 15m}
    min_errors: 5

teams:
  payments: {contacts: {chat: "#payments"}}
  platform: {contacts: {chat: "#platform"}}
"##;

/// Writes a workspace with `files` files into `folder`.
pub fn write(folder: &Path, files: usize) {
    let slos = folder.join("slos");
    fs::create_dir_all(&slos).expect("a folder of ours is writable");
    fs::write(folder.join("burnwatch.yaml"), WORKSPACE).expect("a folder of ours is writable");
    for number in 0..files {
        let path = slos.join(format!("service-{number:04}.yaml"));
        fs::write(path, file(number)).expect("a folder of ours is writable");
    }
}

/// The text of one file.
fn file(number: usize) -> String {
    let service = format!("service-{number:04}");
    let owner = ["payments", "platform"][number % 2];
    let objective = ["99", "99.5", "99.9", "99.95"][number % 4];
    let threshold = ["100ms", "250ms", "500ms", "1s"][number % 4];
    format!(
        r#"# The objectives of {service}.
apiVersion: burnwatch/v1
service: {service}
owner: {owner}
labels: {{product: product-{product}}}
runbook: https://runbooks.example.com/{service}
defaults: {{period: 30d}}

slos:
  - name: availability
    description: Requests to {service} that are answered without a server error.
    objective: {objective}
    sli:
      ratio:
        events: http_requests_total{{job="{service}", route!="/healthz"}}
        errors_where: code=~"5.."
    expected_rate: {rate}/h

  - name: latency
    description: Requests to {service} that are answered within {threshold}.
    objective: 99
    sli:
      latency:
        histogram: http_request_duration_seconds{{job="{service}"}}
        threshold: {threshold}
        buckets: [0.1, 0.25, 0.5, 1, 2.5]
    alerting: {{policy: relaxed}}

  - name: routes
    description: Requests to each route that are answered without a server error.
    objective: 99.5
    group_by: [route]
    sli:
      ratio:
        events: http_requests_total{{job="{service}"}}
        errors_where: code=~"5.."

  - name: reachability
    description: Time in which {service} answers a probe.
    objective: 99.9
    sli:
      gauge:
        metric: probe_success{{job="blackbox", instance="https://{service}.example.com/"}}

  - name: orders
    description: Orders that are taken without a server error.
    objective: {objective}
    sli: {{use: http, with: {{job: {service}-orders}}}}

  - name: messages
    description: Messages that are handled at the first attempt.
    objective: 99
    sli:
      ratio:
        events: |
          sum(increase(queue_processed_total{{queue="{service}"}}[$window]))
            +
          sum(increase(queue_failed_total{{queue="{service}"}}[$window]))
        errors: queue_failed_total{{queue="{service}"}}

  - name: freshness
    description: Minutes in which no message is older than five minutes.
    objective: 99.5
    sli:
      threshold:
        query: max(queue_oldest_message_age_seconds{{queue="{service}"}})
        good_when: "<= 300"

  - name: postings
    description: Postings that balance.
    objective: 99.99
    period: 90d
    sli:
      error_ratio:
        query: sum(rate(unbalanced_total{{job="{service}"}}[$window])) / sum(rate(postings_total{{job="{service}"}}[$window]))
        events: postings_total{{job="{service}"}}
    alerting:
      tiers:
        - {{name: fast, severity: page, budget: 2%, long: 1h}}
        - {{name: drip, severity: ticket, exhausts_in: 10d, of: remaining, long: 1d}}

  - name: calls
    description: Calls of partners that are answered in full.
    objective: 99
    sli:
      ratio:
        events: partner_requests_total{{job="{service}"}}
        good_where: code!~"5..", outcome!="timeout"

  - name: search
    description: Searches of each tenant that are answered within a second.
    objective: 95
    period: 28d
    group_by: [tenant, method]
    sli:
      latency:
        histogram: rpc_server_duration_seconds{{job="{service}"}}
        threshold: 1s
"#,
        product = number % 12,
        rate = 600 * (1 + number % 50),
    )
}
