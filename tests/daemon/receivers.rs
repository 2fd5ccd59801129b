//! Receivers that hang, say no in friendly words, or send others on.

use std::time::Duration;

use super::scene::{Scene, changed};
use super::site::{Site, WORKSPACE, slos};
use super::world::fault::{Fault, Gate, Moment};
use super::world::front::Front;
use super::world::hook::Hook;
use super::world::http::Answer;
use super::world::wait::{now_ms, until, until_so};

/// How long a request may take until it is given up, with what comes around it on a busy machine.
const GIVEN_UP_MS: std::ops::Range<i64> = 9_000..25_000;

#[test]
fn d10_receivers_that_hang_are_given_up_and_delay_no_other() {
    let to_all = ("page: [pager]", "page: [pager, chat, desk, genie]");
    let scene = Scene::with(&["orders"], &[to_all]);
    let daemon = scene.start_ready();
    let services = &scene.services;
    services.pagerduty.next([Fault::Hang(Moment::Read)]);
    services.slack.next([Fault::Trickle]);
    services.hook.next([Fault::Endless]);
    scene.burns("orders");
    until_so("the one that works is told", || {
        services.opsgenie.look(|service| service.alerts().len()) == 1
    });
    let told_ms = services.opsgenie.requests()[0].at_ms;
    until_so("the others are told", || {
        let paged = services.pagerduty.look(|service| service.incidents().len());
        let posted = services.slack.requests().len();
        let hooked = results(&daemon, "desk", "delivered");
        paged >= 1 && posted >= 2 && hooked >= 1.0
    });
    for (name, requests) in [
        ("pager", services.pagerduty.requests()),
        ("chat", services.slack.requests()),
    ] {
        let [first, second] = [&requests[0], &requests[1]];
        let pause_ms = second.at_ms - first.at_ms;
        assert!(GIVEN_UP_MS.contains(&pause_ms), "{name}: {pause_ms}");
        assert!(told_ms - first.at_ms < 5_000, "{name}");
    }
    let memory = daemon.metric("process_resident_memory_bytes");
    assert!(memory < 500e6, "{memory}");
}

/// The attempts at a receiver with one result.
fn results(daemon: &super::process::Daemon, receiver: &str, result: &str) -> f64 {
    let series =
        format!("burnwatch_deliveries_total{{receiver=\"{receiver}\",result=\"{result}\"}}");
    daemon.metric(&series)
}

const FALLBACK: (&str, &str) = (
    "ticket: [desk]}\n",
    "ticket: [desk]}\n    fallback: [genie]\n",
);

#[test]
fn d12_a_success_that_means_no_is_no_delivery_and_the_fallback_is_told() {
    let to_bot = ("page: [pager]", "page: [pager, bot, chat]");
    let scene = Scene::with(&["orders"], &[to_bot, FALLBACK]);
    let daemon = scene.start_ready();
    let services = &scene.services;
    let captive = "<!DOCTYPE html><html><body>Please log in</body></html>";
    services
        .pagerduty
        .always(Fault::Answer(Answer::text(200, captive)));
    // The webhook and the bot are one service here.
    services.slack.always(Fault::Answer(Answer::json(
        200,
        "{\"ok\":false,\"error\":\"invalid_auth\"}",
    )));
    scene.burns("orders");
    for receiver in ["pager", "bot", "chat"] {
        until_so("it is refused", || {
            results(&daemon, receiver, "refused") >= 1.0
        });
        assert_eq!(results(&daemon, receiver, "delivered"), 0.0, "{receiver}");
    }
    let alert = until("the fallback is told", || {
        let alerts = services.opsgenie.look(|service| service.alerts().to_vec());
        alerts
            .into_iter()
            .find(|alert| alert.message.contains("orders"))
    });
    let why = alert.first["description"].as_str().unwrap();
    assert!(why.contains("could not be told"), "{why}");
}

#[test]
fn d12_pagerduty_that_says_200_in_place_of_202_has_not_taken_it() {
    let scene = Scene::with(&["orders"], &[FALLBACK]);
    let daemon = scene.start_ready();
    let answer = Answer::json(200, "{\"status\":\"success\"}");
    scene.services.pagerduty.always(Fault::Answer(answer));
    scene.burns("orders");
    until_so("it is refused", || {
        results(&daemon, "pager", "refused") >= 1.0
    });
    assert_eq!(results(&daemon, "pager", "delivered"), 0.0);
}

#[test]
fn d13_credentials_do_not_follow_a_redirect() {
    let to_both = ("page: [pager]", "page: [pager, genie, chat, desk, bot]");
    let scene = Scene::with(&["orders"], &[to_both]);
    let stranger = Front::start(Hook::default());
    let daemon = scene.start_ready();
    let services = &scene.services;
    let to_stranger = |status: u16| {
        let location = format!("Location: {}/take", stranger.url());
        Fault::Answer(Answer::text(status, "").with(location))
    };
    services.pagerduty.always(to_stranger(301));
    services.opsgenie.always(to_stranger(302));
    services.hook.always(to_stranger(303));
    // The webhook and the bot are one service here.
    services.slack.next([to_stranger(307)]);
    services.slack.always(to_stranger(308));
    scene.burns("orders");
    for receiver in ["pager", "genie", "chat", "desk", "bot"] {
        until_so("it is refused", || {
            results(&daemon, receiver, "refused") >= 1.0
        });
    }
    assert_eq!(stranger.requests().len(), 0);
}

const TO_MAIL: (&str, &str) = ("page: [pager]", "page: [mail]");

#[test]
fn d21_a_mail_server_that_asks_for_patience_gets_it_and_a_lost_answer_keeps_the_message_id() {
    let scene = Scene::with(&["orders"], &[TO_MAIL]);
    let _daemon = scene.start_ready();
    let mailbox = &scene.services.mailbox;
    mailbox.next("RCPT", Some("451 later"));
    mailbox.next(".", None);
    scene.burns("orders");
    let mails = until("the mail arrives twice", || {
        let mails = mailbox.mails();
        (mails.len() == 2).then_some(mails)
    });
    let ids: Vec<String> = mails.iter().map(|mail| mail.header("Message-ID")).collect();
    assert!(!ids[0].is_empty());
    assert_eq!(ids[0], ids[1]);
    assert!(mails[0].header("Subject").contains("orders"));
}

#[test]
fn d21_a_mail_server_that_refuses_for_good_is_not_tried_again() {
    let scene = Scene::with(&["orders"], &[TO_MAIL, FALLBACK]);
    let daemon = scene.start_ready();
    scene.services.mailbox.next("RCPT", Some("550 nobody here"));
    scene.burns("orders");
    until_so("it is refused", || {
        results(&daemon, "mail", "refused") >= 1.0
    });
    until_so("the fallback is told", || {
        scene
            .services
            .opsgenie
            .look(|service| !service.alerts().is_empty())
    });
    assert_eq!(results(&daemon, "mail", "delivered"), 0.0);
}

#[test]
fn h2_a_page_of_a_daemon_that_dies_in_the_middle_is_sent_by_the_other() {
    let scene = Scene::new(&["orders"]);
    let gate = Gate::new();
    let held = Fault::Hold(Moment::Read, gate.clone());
    scene.services.pagerduty.next([held]);
    scene.was_burning("orders");
    let one = scene.start();
    gate.reached();
    one.kill();
    let twin = Site::of(&scene.services, WORKSPACE, &slos(&["orders"]));
    let _other = twin.spawn(twin.command(&["run"])).lives();
    let opened = scene.told_of("orders");
    // What the dead one sent arrives late.
    gate.open();
    until_so("it came twice", || {
        scene.told_of("orders").triggers.len() == 2
    });
    let incidents = scene.incidents();
    assert_eq!((incidents.len(), &incidents[0].key), (1, &opened.key));
}

#[test]
fn h3_a_daemon_that_was_stopped_opens_nothing_when_it_goes_on() {
    let scene = Scene::new(&["orders"]);
    let twin = Site::of(&scene.services, WORKSPACE, &slos(&["orders"]));
    let one = scene.start_ready();
    let _other = twin.spawn(scene.shim.below(twin.command(&["run"]))).lives();
    scene.burns("orders");
    until_so("both have told", || {
        scene.services.pagerduty.requests().len() >= 2
    });
    one.signal("STOP");
    scene.recovers("orders");
    scene.all_is_resolved();
    one.signal("CONT");
    until_so("both have told that it is over", || {
        scene.services.pagerduty.requests().len() >= 4
    });
    scene.is_seen("orders");
    let incidents = scene.incidents();
    assert_eq!((incidents.len(), incidents[0].is_open()), (1, false));
}

#[test]
fn h1_two_daemons_are_one_incident_where_keys_are_known() {
    let to_keyed = ("page: [pager]", "page: [pager, genie]");
    let scene = Scene::with(&["orders"], &[to_keyed]);
    let twin = Site::of(&scene.services, &changed(&[to_keyed]), &slos(&["orders"]));
    let _one = scene.start_ready();
    let _other = twin.spawn(scene.shim.below(twin.command(&["run"]))).lives();
    scene.burns("orders");
    let services = &scene.services;
    until_so("both have told", || {
        services.pagerduty.requests().len() >= 2 && services.opsgenie.requests().len() >= 2
    });
    let count = |open: bool| {
        let incidents = scene.incidents();
        let alerts = services.opsgenie.look(|service| service.alerts().to_vec());
        let incidents = incidents.iter().filter(|one| one.is_open() == open);
        let alerts = alerts.iter().filter(|one| one.is_open == open);
        (incidents.count(), alerts.count())
    };
    assert_eq!((count(true), count(false)), ((1, 1), (0, 0)));
    scene.recovers("orders");
    until_so("it is over everywhere", || count(false) == (1, 1));
    let sent_ms = now_ms();
    until_so("both have told", || {
        services.pagerduty.requests().len() >= 4 && services.opsgenie.requests().len() >= 4
    });
    assert!(now_ms() - sent_ms < Duration::from_secs(60).as_millis() as i64);
    assert_eq!((count(true), count(false)), ((0, 0), (1, 1)));
}
