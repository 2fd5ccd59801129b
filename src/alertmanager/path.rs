//! Where an alert lands in a routing tree, and what holds for it there.

use crate::base::Duration;

use super::Labels;
use super::matcher::all_match;
use super::route::{Continue, GroupBy, Route};

/// How long the first message of a group waits unless a route says otherwise.
pub const GROUP_WAIT_DEFAULT: Duration = Duration::from_ms(30_000);
/// How long a message about a changed group waits unless a route says otherwise.
pub const GROUP_INTERVAL_DEFAULT: Duration = Duration::minutes(5);
/// After what time an unchanged group is told of again unless a route says otherwise.
pub const REPEAT_INTERVAL_DEFAULT: Duration = Duration::hours(4);

/// A route at which an alert lands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The index of the child at each level; empty for the root.
    pub trail: Vec<usize>,
    /// Who is told: the own receiver, or that of the nearest route above. Empty when none has one, which is a finding.
    pub receiver: String,
    /// What makes a group; of the nearest route above that says so, at last one group of all.
    pub group_by: GroupBy,
    /// Own, inherited or [`GROUP_WAIT_DEFAULT`].
    pub group_wait: Duration,
    /// Own, inherited or [`GROUP_INTERVAL_DEFAULT`].
    pub group_interval: Duration,
    /// Own, inherited or [`REPEAT_INTERVAL_DEFAULT`].
    pub repeat_interval: Duration,
    /// The time intervals in which nothing is sent; never inherited.
    pub mute: Vec<String>,
    /// The time intervals in which alone something is sent; never inherited.
    pub active: Vec<String>,
}

/// What a route hands down.
#[derive(Clone, Copy)]
struct Inherited<'a> {
    receiver: &'a str,
    group_by: Option<&'a GroupBy>,
    group_wait: Duration,
    group_interval: Duration,
    repeat_interval: Duration,
}

impl<'a> Inherited<'a> {
    const NOTHING: Inherited<'static> = Inherited {
        receiver: "",
        group_by: None,
        group_wait: GROUP_WAIT_DEFAULT,
        group_interval: GROUP_INTERVAL_DEFAULT,
        repeat_interval: REPEAT_INTERVAL_DEFAULT,
    };

    fn by(self, route: &'a Route) -> Inherited<'a> {
        // An empty list is as good as none, up to Alertmanager 0.30.
        let group_by = route.group_by.as_ref().filter(|group_by| match group_by {
            GroupBy::All => true,
            GroupBy::Labels(labels) => !labels.is_empty(),
        });
        Inherited {
            receiver: route
                .receiver
                .as_ref()
                .map_or(self.receiver, |receiver| &receiver.value),
            group_by: group_by.or(self.group_by),
            group_wait: route.group_wait.unwrap_or(self.group_wait),
            group_interval: route.group_interval.unwrap_or(self.group_interval),
            repeat_interval: route.repeat_interval.unwrap_or(self.repeat_interval),
        }
    }
}

/// Every route at which an alert lands, in the order in which Alertmanager finds them: depth first, the children of a
/// route before itself, which takes what none of them takes; a child that takes the alert and does not continue keeps it
/// from those after it. Empty only when `route` itself does not match.
pub fn arrivals(route: &Route, labels: &Labels) -> Vec<Arrival> {
    let mut found = Vec::new();
    gather(
        route,
        Inherited::NOTHING,
        labels,
        &mut Vec::new(),
        &mut found,
    );
    found
}

/// Whether `route` takes the alert. It nests no deeper than YAML does.
fn gather(
    route: &Route,
    inherited: Inherited<'_>,
    labels: &Labels,
    trail: &mut Vec<usize>,
    found: &mut Vec<Arrival>,
) -> bool {
    if !all_match(&route.matchers, labels) {
        return false;
    }
    let own = inherited.by(route);
    let before = found.len();
    for (at, child) in route.routes.iter().enumerate() {
        trail.push(at);
        let taken = gather(child, own, labels, trail, found);
        trail.pop();
        if taken && child.continues == Continue::Stop {
            break;
        }
    }
    if found.len() == before {
        let names = |names: &[crate::base::Spanned<String>]| {
            names.iter().map(|name| name.value.clone()).collect()
        };
        found.push(Arrival {
            trail: trail.clone(),
            receiver: own.receiver.to_string(),
            group_by: own.group_by.cloned().unwrap_or(GroupBy::Labels(Vec::new())),
            group_wait: own.group_wait,
            group_interval: own.group_interval,
            repeat_interval: own.repeat_interval,
            mute: names(&route.mute),
            active: names(&route.active),
        });
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::sample::{labels, route};
    use super::*;

    /// Each arrival as its trail and its receiver.
    fn check(text: &str, alert: &str, expected: &[&str]) {
        let found: Vec<String> = arrivals(&route(text), &labels(alert))
            .iter()
            .map(|arrival| format!("{:?} {}", arrival.trail, arrival.receiver))
            .collect();
        assert_eq!(found, expected, "{alert}");
    }

    const TREE: &str = "
receiver: r
routes:
- {receiver: a, matchers: [x=1], continue: true}
- matchers: [x=~\"1|2\"]
  receiver: b
  routes:
  - {receiver: c, matchers: [y=1], continue: true}
  - {matchers: [y!=2]}
- {receiver: d}
";

    #[test]
    fn an_alert_lands_at_the_deepest_routes_and_goes_on_only_where_it_is_told_to() {
        check(TREE, "x=1,y=1", &["[0] a", "[1, 0] c", "[1, 1] b"]);
        check(TREE, "x=2,y=2", &["[1] b"]);
        check(TREE, "x=2", &["[1, 1] b"]);
        check(TREE, "x=3", &["[2] d"]);
        check("{receiver: r}", "x=1", &["[] r"]);
        check(
            "{receiver: r, routes: [{matchers: [x=2]}]}",
            "x=1",
            &["[] r"],
        );
    }

    #[test]
    fn a_child_that_continues_and_takes_the_alert_leaves_its_parent_nothing() {
        let text = "{receiver: r, routes: [{receiver: a, continue: true}]}";
        check(text, "x=1", &["[0] a"]);
    }

    fn only(text: &str) -> Arrival {
        let mut found = arrivals(&route(text), &labels("x=1"));
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    #[test]
    fn timers_and_grouping_are_inherited_and_time_intervals_are_not() {
        let arrival = only("{receiver: r}");
        assert_eq!(arrival.group_by, GroupBy::Labels(vec![]));
        let timers = |a: &Arrival| {
            [a.group_wait, a.group_interval, a.repeat_interval].map(|timer| timer.to_string())
        };
        assert_eq!(timers(&arrival), ["30s", "5m", "4h"]);
        let arrival = only(
            "{receiver: r, group_by: [x], group_wait: 0s, group_interval: 1m, repeat_interval: 2m, \
             routes: [{group_by: [], mute_time_intervals: [n], active_time_intervals: [d], group_interval: 3m}]}",
        );
        assert_eq!(arrival.group_by, GroupBy::Labels(vec!["x".to_string()]));
        assert_eq!(timers(&arrival), ["0s", "3m", "2m"]);
        assert_eq!(arrival.receiver, "r");
        assert_eq!(
            (arrival.mute, arrival.active),
            (vec!["n".into()], vec!["d".into()])
        );
        let arrival = only(
            "{receiver: r, group_by: ['...'], routes: [{mute_time_intervals: [n], routes: [{}]}]}",
        );
        assert_eq!(arrival.group_by, GroupBy::All);
        assert_eq!(arrival.mute, [""; 0]);
    }
}
