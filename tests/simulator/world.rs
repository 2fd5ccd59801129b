//! The configurations that a daemon of the simulator may have.

use burnwatch::base::Duration;
use burnwatch::engine::{Book, Limits, Manners, Own};
use burnwatch::model::roster::Pager;
use burnwatch::notify::{Budget, Cadence, Identity};
use burnwatch::plan;

use crate::slos;

const WORKSPACE: &str = "
apiVersion: burnwatch/v1
runbooks: {url: 'https://runbooks.example.com/{{slo}}'}
severities: {page: {wakes: true}, ticket: {}}
policies:
  both:
    tiers:
      - {name: fast, severity: page, burn_rate: 14.4, long: 1h, short: 5m}
      - {name: slow, severity: page, burn_rate: 6, long: 6h, short: 30m, for: 2m}
      - {name: drip, severity: ticket, burn_rate: 1, long: 1d, short: 2h, keep_firing_for: 5m}
    no_data: {severity: ticket, after: 10m}
  pages:
    tiers: [{name: fast, severity: page, burn_rate: 14.4, long: 1h, short: 5m}]
teams:
  payments:
    notify: {page: [pager, chat], ticket: [chat]}
    escalate: [{after: 15m, notify: [leads]}]
    fallback: [mail]
    office_hours: {days: [mon, tue, wed, thu, fri], from: '06:00', to: '20:00'}
  platform:
    notify: {page: [manager, PAGER_OF_PLATFORM], ticket: [hook]}
    fallback: [mail]
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/KEY}}
  leads: {pagerduty: {routing_key_file: /run/secrets/leads}}
  chat: {slack: {url_file: /run/secrets/chat}}
  mail: {email: {to: all@example.com, from: b@example.com, smarthost: 'localhost:25'}}
  hook: {webhook: {url: 'https://hook.example.com'}}
  manager: {opsgenie: {api_key_file: /run/secrets/manager}}
maintenance:
  night: {from: '02:00', to: '02:30', services: [stock]}
";

const SLOS: &str = "
apiVersion: burnwatch/v1
service: shop
owner: payments
runbook: https://runbooks.example.com/shop
slos:
  - {name: orders, objective: 99.9, sli: {ratio: {events: 'r{job=\"a\"}', errors_where: 'c=\"5\"'}}, alerting: {policy: POLICY}}
  - {name: carts, objective: 99.9, group_by: [route], sli: {ratio: {events: 'r{job=\"b\"}', errors_where: 'c=\"5\"'}}, alerting: {policy: both}}
";

const STOCK: &str = "
apiVersion: burnwatch/v1
service: stock
owner: platform
runbook: https://runbooks.example.com/stock
slos:
  - {name: items, objective: 99.9, depends_on: [shop/orders], sli: {ratio: {events: 'r{job=\"c\"}', errors_where: 'c=\"5\"'}}, alerting: {policy: both}}
";

/// So many configurations there are.
pub const VARIANTS: usize = 4;

/// The names of the groups of `shop/carts`.
pub const ROUTES: [&str; 2] = ["/pay", "/list"];

/// A configuration: the usual one, one with other routes, one with another policy, one without an SLO.
pub fn book(variant: usize) -> Book {
    let (key, other) = match variant {
        1 => ("other", "leads"),
        _ => ("pager", "hook"),
    };
    let workspace = WORKSPACE
        .replace("KEY", key)
        .replace("PAGER_OF_PLATFORM", other);
    let policy = if variant == 2 { "pages" } else { "both" };
    let mut files = vec![SLOS.replace("POLICY", policy)];
    if variant != 3 {
        files.push(STOCK.to_string());
    } else {
        files[0] = files[0].replace("depends_on: [shop/orders], ", "");
    }
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (slos, settings) = slos::read_all(&workspace, &files);
    let plans: Vec<plan::Plan<'_>> = slos
        .iter()
        .map(|slo| plan::plan(slo, slo.windows))
        .collect();
    let own = Own {
        namespace: "test".to_string(),
        owner: Some("platform".parse().unwrap()),
        limits: Limits {
            blind_after: Duration::minutes(10),
            expire_after: Duration::hours(4),
            fallback_after: Duration::minutes(5),
        },
    };
    Book::of(&plans, &settings, own, manners)
}

fn manners(pager: &Pager) -> Manners {
    let budget = |burst, refill| Budget {
        burst,
        refill: Duration::from_ms(refill),
    };
    match pager.kind() {
        "pagerduty" => (Identity::Keyed, budget(5, 500), Cadence::Once),
        // It stands for whatever has to be told again and again.
        "opsgenie" => {
            let cadence = Cadence::While {
                every: Duration::minutes(1),
                resolved: Duration::minutes(15),
            };
            (Identity::Keyed, budget(100, 10), cadence)
        }
        _ => (Identity::Unkeyed, budget(3, 1_000), Cadence::Once),
    }
}
