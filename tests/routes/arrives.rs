//! What arrives where, from a burning service to the inbox of whoever is told, through a real Prometheus and a real
//! Alertmanager.
//!
//! That something does not arrive is known once something has that came later through the same routes.

use jiff::civil::Weekday;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::stage::Stage;

/// Windows of seconds, and thresholds such that the page of a service that fails altogether comes before it could be told
/// of as a ticket. Slower tiers end before faster ones.
const QUICK: &str = "
apiVersion: burnwatch/v1
rules: {interval: 1s, scrape_interval: 1s}
severities:
  page: {wakes: true, group_wait: 2s, group_interval: 1s, repeat_interval: 1h}
  ticket: {group_wait: 5s, group_interval: 1s, repeat_interval: 1h}
policies:
  quick:
    min_errors: 2
    tiers:
      - {name: page-fast, severity: page, burn_rate: 20, long: 20s, short: 5s, keep_firing_for: 4s}
      - {name: page-slow, severity: page, burn_rate: 16, long: 40s, short: 5s, keep_firing_for: 2s}
      - {name: ticket-fast, severity: ticket, burn_rate: 1, long: 2m, short: 5s}
receivers:
  payments-page: {webhook: {url: INBOX/payments-page}}
  payments-ticket: {webhook: {url: INBOX/payments-ticket}}
  search-page: {webhook: {url: INBOX/search-page}}
  search-ticket: {webhook: {url: INBOX/search-ticket}}
  default: {webhook: {url: INBOX/default}}
alertmanager: {version: \"0.25\", default_receiver: default}
";

const TEAMS: &str = "
teams:
  payments: {notify: {page: [payments-page], ticket: [payments-ticket]}}
  search: {notify: {page: [search-page], ticket: [search-ticket]}}
";

/// A file with SLOs of one service; of each its name, the `job` of its events and further fields.
fn slos(service: &str, owner: &str, slos: &[(&str, &str, &str)]) -> String {
    let head = format!(
        "apiVersion: burnwatch/v1\nservice: {service}\nowner: {owner}\n\
         runbook: https://runbooks.example.com/{service}\nslos:\n"
    );
    let slos = slos.iter().map(|(name, job, fields)| {
        format!(
            "  - name: {name}\n    objective: 99.5\n    alerting: {{policy: quick}}\n    \
             sli: {{ratio: {{events: 'http_requests_total{{job=\"{job}\"}}', errors_where: code=~\"5..\"}}}}\n{fields}"
        )
    });
    std::iter::once(head).chain(slos).collect()
}

#[test]
fn a_page_arrives_once_and_silences_what_is_less_urgent_of_its_group() {
    let workspace = [QUICK, TEAMS].concat();
    let checkout = slos(
        "checkout",
        "payments",
        &[("availability", "checkout", "    group_by: [region]\n")],
    );
    let stage = Stage::start(
        &[
            ("burnwatch.yaml", &workspace),
            ("slos/checkout.yaml", &checkout),
        ],
        &[("checkout", "eu", 100), ("checkout", "us", 0)],
    );
    let page = "/payments-page firing: checkout/availability eu page-fast";
    stage.arrived(&[page], 0);
    let message = &stage.posted()[0];
    assert_eq!(message["receiver"], "burnwatch/payments/page");
    assert_eq!(message["groupLabels"]["slo"], "checkout/availability");
    let alert = &message["alerts"][0];
    assert_eq!(alert["labels"]["severity"], "page");
    assert_eq!(
        alert["annotations"]["runbook_url"],
        "https://runbooks.example.com/checkout"
    );
    let description = alert["annotations"]["description"].as_str().unwrap();
    assert!(
        description.starts_with("Over 20s the error budget burns 2"),
        "{description}"
    );

    let slo = "checkout/availability";
    let pages = [[slo, "eu", "page-fast"], [slo, "eu", "page-slow"]];
    stage.inhibited([slo, "eu", "ticket-fast"], &pages);
    stage.inhibited([slo, "eu", "page-slow"], &pages[..1]);
    // The ticket of the other region comes later and takes the same way as the one that is kept back.
    stage.burn("checkout", "us", 6);
    let ticket = "/payments-ticket firing: checkout/availability us ticket-fast";
    stage.arrived(&[page, ticket], 0);

    stage.burn("checkout", "eu", 0);
    stage.burn("checkout", "us", 0);
    stage.arrived(
        &[
            page,
            ticket,
            "/payments-page resolved: checkout/availability eu page-fast",
            "/payments-ticket resolved: checkout/availability us ticket-fast",
        ],
        2,
    );
}

#[test]
fn an_slo_is_quiet_while_what_it_depends_on_burns() {
    let workspace = [QUICK, TEAMS].concat();
    let search = slos("search", "search", &[("availability", "search", "")]);
    let checkout = slos(
        "checkout",
        "payments",
        &[
            ("orders", "orders", "    depends_on: [search]\n"),
            ("stock", "stock", ""),
        ],
    );
    let stage = Stage::start(
        &[
            ("burnwatch.yaml", &workspace),
            ("slos/search.yaml", &search),
            ("slos/checkout.yaml", &checkout),
        ],
        &[("search", "", 100), ("orders", "", 0), ("stock", "", 0)],
    );
    let search_page = "/search-page firing: search/availability page-fast";
    stage.arrived(&[search_page], 0);

    stage.burn("orders", "", 100);
    let pages = ["page-fast", "page-slow"].map(|tier| ["search/availability", "", tier]);
    stage.inhibited(["checkout/orders", "", "page-fast"], &pages);
    stage.burn("stock", "", 100);
    let stock_page = "/payments-page firing: checkout/stock page-fast";
    stage.arrived(&[search_page, stock_page], 0);

    stage.burn("search", "", 0);
    stage.arrived(
        &[
            search_page,
            stock_page,
            "/payments-page firing: checkout/orders page-fast",
            "/search-page resolved: search/availability page-fast",
        ],
        2,
    );
}

/// Teams of which one is in its office hours and the other is not, and maintenance of `service` that is under way.
fn times(service: &str) -> String {
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let near = [-1, 0, 1].map(|days| now.checked_add(days.days()).unwrap());
    let short = |day: Weekday| format!("{day:?}")[..3].to_lowercase();
    let days = Weekday::Monday.cycle_forward().take(7);
    let (open, closed): (Vec<Weekday>, Vec<Weekday>) =
        days.partition(|day| near.iter().any(|near| near.weekday() == *day));
    let list = |days: Vec<Weekday>| days.into_iter().map(short).collect::<Vec<_>>().join(", ");
    format!(
        "teams:
  payments:
    notify: {{page: [payments-page], ticket: [payments-ticket]}}
    office_hours: {{days: [{}], from: \"00:00\", to: \"24:00\"}}
  search:
    notify: {{page: [search-page], ticket: [search-ticket]}}
    office_hours: {{days: [{}], from: \"00:00\", to: \"24:00\"}}
maintenance:
  upgrade: {{from: \"{} 00:00\", to: \"{} 24:00\", services: [{service}]}}
",
        list(open),
        list(closed),
        near[0].date(),
        near[2].date(),
    )
}

#[test]
fn in_a_mute_time_nothing_arrives() {
    let workspace = [QUICK, &times("batch")].concat();
    let batch = slos("batch", "payments", &[("runs", "batch", "")]);
    let checkout = slos("checkout", "payments", &[("availability", "checkout", "")]);
    let search = slos("search", "search", &[("availability", "search", "")]);
    let stage = Stage::start(
        &[
            ("burnwatch.yaml", &workspace),
            ("slos/batch.yaml", &batch),
            ("slos/checkout.yaml", &checkout),
            ("slos/search.yaml", &search),
        ],
        &[("batch", "", 100), ("checkout", "", 0), ("search", "", 6)],
    );
    stage.alert("batch/runs", "", "page-fast", "active");
    stage.alert("search/availability", "", "ticket-fast", "active");
    // What is in its office hours and not in maintenance comes later and arrives.
    stage.burn("checkout", "", 6);
    let ticket = "/payments-ticket firing: checkout/availability ticket-fast";
    stage.arrived(&[ticket], 0);
    stage.burn("checkout", "", 100);
    let page = "/payments-page firing: checkout/availability page-fast";
    stage.arrived(&[ticket, page], 0);

    // A page asks for no office hours.
    stage.burn("search", "", 100);
    let search_page = "/search-page firing: search/availability page-fast";
    stage.arrived(&[ticket, page, search_page], 0);

    // It was the maintenance that kept the page back: once it is of another service, the page is sent.
    let other = [QUICK, &times("search")].concat();
    stage.reroute(&[("burnwatch.yaml", &other)]);
    stage.comes("/payments-page firing: batch/runs page-fast");
}
