//! Receivers that ask for patience, come back, or refuse for good.

use std::time::Duration;

use super::scene::Scene;
use super::world::fault::{Fault, Moment};
use super::world::http::Answer;
use super::world::wait::{now_ms, until, until_so};

const FALLBACK: (&str, &str) = (
    "ticket: [desk]}\n",
    "ticket: [desk]}\n    fallback: [genie]\n",
);

#[test]
fn d8_a_receiver_that_asks_for_a_pause_gets_it() {
    let scene = Scene::new(&["orders"]);
    let _daemon = scene.start_ready();
    scene.services.pagerduty.next([Fault::limited("7")]);
    scene.burns("orders");
    scene.told_of("orders");
    let requests = scene.services.pagerduty.requests();
    let pause_ms = requests[1].at_ms - requests[0].at_ms;
    assert!((7_000..20_000).contains(&pause_ms), "{pause_ms}");
    assert_eq!(requests.len(), 2);
}

#[test]
fn d8_a_pause_that_is_too_long_for_a_page_brings_the_fallback() {
    let early = ("query_offset: 1s", "query_offset: 1s, fallback_after: 3s");
    let scene = Scene::with(&["orders"], &[FALLBACK, early]);
    let _daemon = scene.start_ready();
    let services = &scene.services;
    services.pagerduty.always(Fault::limited("99999"));
    scene.burns("orders");
    until_so("the fallback is told", || {
        services
            .opsgenie
            .look(|service| !service.alerts().is_empty())
    });
    let asked_ms = services.pagerduty.requests()[0].at_ms;
    assert!(now_ms() - asked_ms < 15_000);
    assert_eq!(services.pagerduty.requests().len(), 1);
}

#[test]
fn d9_a_receiver_that_fails_in_many_ways_is_told_once_it_is_well_and_not_pressed() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    let pagerduty = &scene.services.pagerduty;
    pagerduty.next([
        Fault::HangUp(Moment::Read),
        Fault::Taken(Answer::text(502, "")),
    ]);
    scene.burns("orders");
    until_so("it is delivered", || {
        daemon.metric("burnwatch_deliveries_total{receiver=\"pager\",result=\"delivered\"}") >= 1.0
    });
    let times: Vec<i64> = pagerduty.requests().iter().map(|one| one.at_ms).collect();
    let pauses: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses.len(), 2, "{pauses:?}");
    assert!(pauses.iter().all(|pause_ms| *pause_ms >= 200), "{pauses:?}");
    // The last failure had taken it: one incident, to which it came twice.
    let incidents = scene.incidents();
    assert_eq!((incidents.len(), incidents[0].triggers.len()), (1, 2));
}

#[test]
fn d9_a_receiver_whose_port_is_closed_is_told_when_it_is_open() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    scene.services.pagerduty.door().close();
    scene.burns("orders");
    until_so("it was tried", || {
        daemon.metric("burnwatch_deliveries_total{receiver=\"pager\",result=\"retry\"}") >= 2.0
    });
    scene.services.pagerduty.door().open();
    scene.told_of("orders");
}

#[test]
fn d11_a_refusal_for_good_is_not_repeated_and_the_fallback_is_told_at_once() {
    let scene = Scene::with(&["orders"], &[FALLBACK]);
    let _daemon = scene.start_ready();
    let services = &scene.services;
    services.pagerduty.always(Fault::status(401));
    scene.burns("orders");
    let alerts = until("the fallback is told, and of the refusal", || {
        let alerts = services.opsgenie.look(|service| service.alerts().to_vec());
        (alerts.len() >= 2).then_some(alerts)
    });
    let about = |what: &str| alerts.iter().any(|alert| alert.message.contains(what));
    assert!(about("orders") && about("pager"), "{alerts:?}");
    let refused_ms = services.pagerduty.requests()[0].at_ms;
    let told_ms = services.opsgenie.requests()[0].at_ms;
    assert!(told_ms - refused_ms < 3_000, "{}", told_ms - refused_ms);
    let asked = services.pagerduty.requests();
    let about_orders = asked.iter().filter(|one| one.body.contains("orders"));
    assert_eq!(about_orders.count(), 1);
}

#[test]
fn d20_a_storm_is_few_messages_and_goes_beyond_no_limit_of_a_service() {
    let names: Vec<String> = (0..100).map(|nth| format!("slo-{nth}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let scene = Scene::with(&names, &[("page: [pager]", "page: [pager, chat]")]);
    let services = &scene.services;
    // A second, but for what requests take more or less on their way.
    let second = Duration::from_millis(900);
    services.pagerduty.look(|service| service.limit(21, second));
    services.slack.look(|service| service.limit(4, second));
    let daemon = scene.start_ready();
    names.iter().for_each(|name| scene.burns(name));
    let open = "burnwatch_episodes{state=\"open\"}";
    until_so("all of them burn", || daemon.metric(open) >= 200.0);
    let is_calm = || {
        let owed =
            |receiver: &str| daemon.metric(&format!("burnwatch_owed{{receiver=\"{receiver}\"}}"));
        (owed("pager") + owed("chat") == 0.0).then_some(())
    };
    until("everybody is told", is_calm);
    let (paged, posted) = (
        scene.incidents().len(),
        services.slack.look(|service| service.posts().len()),
    );
    // Those that a receiver takes at once are told one by one, and what is more is told together.
    assert!(
        paged < names.len() / 2 && posted < names.len() / 4,
        "{paged}, {posted}"
    );
    scene.told_of("alerts at once");
    let limited = services.pagerduty.look(|service| service.limited_events());
    let limited = limited + services.slack.look(|service| service.limited_posts());
    assert_eq!(limited, 0);
    names.iter().for_each(|name| scene.recovers(name));
    scene.all_is_resolved();
}
