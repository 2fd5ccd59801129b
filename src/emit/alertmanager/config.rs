//! Our own part of the configuration, as a whole file.

use crate::base::naming::{self, Naming};
use crate::base::{Duration, Name};
use crate::emit::prometheus::HEADER;
use crate::model::Roster;
use crate::model::roster::Receiver;
use crate::routing::inhibition::Selector;
use crate::routing::{Inhibition, Routing, TeamRoute};
use crate::yaml::print::{Output, print};

use super::merge::{Base, merge};
use super::{intervals, receivers};

/// What the file of message templates is called; it lies beside the configuration.
pub const TEMPLATE_FILE: &str = "burnwatch.tmpl";

/// What the configuration is made of.
pub struct Request<'a> {
    /// Where alerts go.
    pub routing: &'a Routing<'a>,
    /// Who is reached.
    pub roster: &'a Roster,
    /// What alerts are called.
    pub naming: &'a Naming,
    /// The user's own configuration.
    pub base: Option<Base<'a>>,
}

/// The text of the whole file.
///
/// # Panics
///
/// Where the workspace does not configure Alertmanager.
pub fn config(request: &Request<'_>) -> String {
    let ours = ours(request);
    let whole = match request.base {
        Some(base) => merge(base, ours),
        None => ours.standing_alone(),
    };
    [HEADER, &print(&whole)].concat()
}

/// What we add to a configuration.
pub struct Ours {
    /// Our routes.
    pub routes: Vec<Output>,
    /// Our receivers.
    pub receivers: Vec<Output>,
    /// Our inhibitions.
    pub inhibit_rules: Vec<Output>,
    /// Our time intervals.
    pub time_intervals: Vec<Output>,
    /// The receiver of what no route takes, where the workspace names one.
    pub default_receiver: Option<(String, Output)>,
}

fn ours(request: &Request<'_>) -> Ours {
    let Request {
        routing, roster, ..
    } = request;
    let routes = routing.routes.iter();
    let receivers = routes.clone().map(|route| receiver_of(route, roster));
    Ours {
        receivers: receivers.collect(),
        routes: routes.map(|route| team_route(request, route)).collect(),
        inhibit_rules: inhibitions(request),
        time_intervals: routing
            .intervals
            .iter()
            .map(|each| intervals::interval(&each.name, each.times, each.time_zone))
            .collect(),
        default_receiver: default_receiver(roster),
    }
}

impl Ours {
    /// A file of our own, where the user has none.
    fn standing_alone(self) -> Output {
        let mut receivers = self.receivers;
        // Alertmanager reads no file without one; that a workspace must name it is said by a check.
        let name = self.default_receiver.map(|(name, receiver)| {
            receivers.insert(0, receiver);
            name
        });
        let mut root: Vec<(String, Output)> = Vec::new();
        root.extend(name.map(|name| ("receiver".to_string(), Output::text(name))));
        root.push(("routes".to_string(), Output::List(self.routes)));
        let mut file = vec![
            ("route", Output::Map(root)),
            ("receivers", Output::List(receivers)),
            ("templates", Output::texts([TEMPLATE_FILE])),
        ];
        if !self.inhibit_rules.is_empty() {
            file.push(("inhibit_rules", Output::List(self.inhibit_rules)));
        }
        if !self.time_intervals.is_empty() {
            file.push(("time_intervals", Output::List(self.time_intervals)));
        }
        Output::map(file)
    }
}

fn default_receiver(roster: &Roster) -> Option<(String, Output)> {
    let alertmanager = roster
        .alertmanager
        .as_ref()
        .expect("Alertmanager is configured");
    let name = &alertmanager.default_receiver.as_ref()?.value;
    let receiver = roster.receivers.get(name)?;
    let least = roster
        .severities
        .values()
        .max_by_key(|severity| severity.rank())?;
    let members = [(name, receiver)];
    let output = receivers::receiver(name.as_str(), &members, least, alertmanager.version);
    Some((name.to_string(), output))
}

fn receiver_of(route: &TeamRoute<'_>, roster: &Roster) -> Output {
    let version = roster
        .alertmanager
        .as_ref()
        .expect("Alertmanager is configured")
        .version;
    let members: Vec<(&Name, &Receiver)> = route
        .members
        .iter()
        .filter_map(|name| roster.receivers.get_key_value(*name))
        .collect();
    let severity = &roster.severities[route.severity];
    receivers::receiver(&route.receiver, &members, severity, version)
}

/// The route of a team and severity. It names its team, so that alerts of another workspace go where they went before, and
/// stands at the root, so that its key follows from nothing but itself.
fn team_route(request: &Request<'_>, route: &TeamRoute<'_>) -> Output {
    let naming = request.naming;
    let alerts = [naming.alert, naming.no_data_alert].map(str::to_string);
    let duration = |d: Duration| Output::plain(d);
    let mut fields = vec![
        (
            "matchers",
            Output::texts([
                matcher("alertname", &alerts),
                any_tier(),
                matcher(naming::OWNER, &[route.team.to_string()]),
                matcher(naming::SEVERITY, &[route.severity.to_string()]),
            ]),
        ),
        ("group_by", Output::texts(request.routing.group_by.clone())),
        ("receiver", Output::text(route.receiver.clone())),
        ("group_wait", duration(route.timers.group_wait)),
        ("group_interval", duration(route.timers.group_interval)),
        ("repeat_interval", duration(route.timers.repeat_interval)),
    ];
    fields.extend(times(route, &route.mutes));
    if !route.services.is_empty() {
        let services = route.services.iter().map(|of| {
            let service = matcher(naming::SERVICE, &[of.service.to_string()]);
            let mut fields = vec![("matchers", Output::texts([service]))];
            // Alertmanager hands no times down to the routes below.
            fields.extend(times(route, &of.mutes));
            Output::map(fields)
        });
        fields.push(("routes", Output::List(services.collect())));
    }
    Output::map(fields)
}

fn times(route: &TeamRoute<'_>, mutes: &[String]) -> Vec<(&'static str, Output)> {
    let mut fields = Vec::new();
    if let Some(active) = &route.active {
        fields.push(("active_time_intervals", Output::texts([active.clone()])));
    }
    if !mutes.is_empty() {
        fields.push(("mute_time_intervals", Output::texts(mutes.to_vec())));
    }
    fields
}

fn inhibitions(request: &Request<'_>) -> Vec<Output> {
    let alert = matcher("alertname", &[request.naming.alert.to_string()]);
    let matchers = |selectors: &[Selector]| {
        let names_tier = selectors.iter().any(|each| each.label == naming::TIER);
        // An alert of another origin may have our name; it has no tier.
        let tier = (!names_tier).then(any_tier);
        let own = selectors
            .iter()
            .map(|each| matcher(each.label, &each.values));
        Output::texts(std::iter::once(alert.clone()).chain(own).chain(tier))
    };
    let rule = |each: &Inhibition| {
        let mut fields = vec![
            ("source_matchers", matchers(&each.source)),
            ("target_matchers", matchers(&each.target)),
        ];
        if !each.equal.is_empty() {
            fields.push(("equal", Output::texts(each.equal.clone())));
        }
        Output::map(fields)
    };
    request.routing.inhibitions.iter().map(rule).collect()
}

/// What all alerts of ours have, and nobody else's.
fn any_tier() -> String {
    format!("{}!=\"\"", naming::TIER)
}

/// A matcher as every version reads it. Values are names: letters, digits, `-`, `_`, `.` and `/`.
fn matcher(label: &str, values: &[String]) -> String {
    match values {
        [value] => format!("{label}=\"{value}\""),
        values => {
            let any = values.join("|").replace('.', "[.]");
            format!("{label}=~\"{any}\"")
        }
    }
}
