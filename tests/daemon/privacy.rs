//! What nobody may see, and what nobody may be made to do.

use std::fs;

use super::scene::{Scene, changed};
use super::site::CANARY;
use super::world::counters::Trouble;
use super::world::fault::Fault;
use super::world::http::Answer;
use super::world::rates::{BURNING, CALM};
use super::world::wait::{now_ms, until_so};

const TO_ALL: (&str, &str) = (
    "page: [pager]",
    "page: [pager, genie, chat, bot, desk, mail]",
);

#[test]
fn p1_secrets_are_in_no_log_page_or_file() {
    let password = "prometheus: {url: PROMETHEUS, basic_auth: {username: u, password_file: FOLDER/secrets/password}}";
    let own = ("prometheus: {url: PROMETHEUS}", password);
    let scene = Scene::with(&["orders", "carts"], &[TO_ALL, own]);
    let secret = format!("{CANARY}password\n");
    fs::write(scene.site.path("secrets/password"), secret).unwrap();
    let mut command = scene.command();
    command.env("BURNWATCH_LOG", "trace");
    let daemon = scene.site.spawn(command).lives();
    scene.burns("orders");
    scene.told_of("orders");
    let services = &scene.services;
    // Everybody repeats what it was sent, as far as it can.
    let echo = services.pagerduty.requests()[0].all();
    assert!(echo.contains(CANARY), "there is something to repeat");
    let repeats = |status| Fault::Answer(Answer::text(status, &echo));
    services.pagerduty.always(repeats(400));
    services.opsgenie.always(repeats(401));
    services.slack.always(repeats(500));
    services.hook.door().close();
    scene.burns("carts");
    until_so("receivers fail", || {
        daemon.metric("burnwatch_deliveries_total{receiver=\"pager\",result=\"refused\"}") >= 1.0
            && daemon.metric("burnwatch_deliveries_total{receiver=\"desk\",result=\"retry\"}")
                >= 1.0
    });
    let repeated =
        format!("{{\"status\":\"error\",\"errorType\":\"x\",\"error\":\"{CANARY}password\"}}");
    let trouble = Trouble::Answer(Answer::json(401, repeated));
    services.counters.trouble(Some(trouble));
    until_so("the source refuses", || {
        daemon.metric("burnwatch_evaluations_total{result=\"failed\"}") >= 1.0
    });
    // A file of a secret that is gone, and one that is no text.
    fs::remove_file(scene.site.path("secrets/pager")).unwrap();
    fs::write(
        scene.site.path("secrets/genie"),
        format!("{CANARY}\u{1}\nx"),
    )
    .unwrap();
    daemon.signal("HUP");
    scene
        .site
        .replace("burnwatch.yaml", "bot: {slack", "bot: {slak");
    daemon.signal("HUP");
    until_so("the configuration is refused", || {
        daemon.metric("burnwatch_config_last_reload_successful") == 0.0
    });
    let mut outputs = vec![scene.site.logs()];
    for page in ["/livez", "/readyz", "/metrics", "/", "/ack/x"] {
        outputs.push(daemon.page(page).body);
    }
    for arguments in [
        &["history", "--format", "json", "--data", "data/state.db"][..],
        &["history", "--data", "data/state.db"],
    ] {
        let output = scene.site.run(arguments);
        assert!(!output.stdout.is_empty(), "{output:?}");
        outputs.push(String::from_utf8([output.stdout, output.stderr].concat()).unwrap());
    }
    assert!(daemon.stop().success());
    outputs.push(scene.site.logs());
    for entry in fs::read_dir(scene.site.path("data")).unwrap() {
        let path = entry.unwrap().path();
        outputs.push(String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned());
    }
    for output in outputs {
        let at = output.find(CANARY);
        let around = at.map(|at| {
            String::from_utf8_lossy(&output.as_bytes()[at.saturating_sub(200)..at + 20])
                .into_owned()
        });
        assert_eq!(around, None);
    }
}

#[test]
fn p3_labels_reach_every_receiver_and_do_nothing_there() {
    let evil = [
        "\"} or up{x=\"",
        "a\nb",
        "<script>alert(1)</script>",
        "<!channel> <@U1> @everyone",
        "x\r\nBcc: evil@example.com",
    ];
    let text = "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nrunbook: https://runbooks.example.com/shop\nslos:\n  \
        - {name: carts, objective: 99.9, group_by: [route], sli: {ratio: {events: 'requests_total{job=\"carts\"}', \
        errors_where: 'code=~\"5..\"'}}, alerting: {policy: quick}}\n";
    let scene = Scene::of(&changed(&[TO_ALL]), text);
    let services = &scene.services;
    let counters = &services.counters;
    counters.set_group("carts", "/good", i64::MIN / 2, CALM);
    for value in evil {
        counters.set_group("carts", value, i64::MIN / 2, CALM);
        counters.set_group("carts", value, now_ms() - 60_000, BURNING);
    }
    let _daemon = scene.start();
    until_so("everybody is told of all", || {
        scene.incidents().len() >= evil.len()
            && services.opsgenie.look(|service| service.alerts().len()) >= evil.len()
            && services.slack.look(|service| service.posts().len()) >= 2 * evil.len()
            && services.hook.look(|service| service.bodies().len()) >= evil.len()
            && services.mailbox.mails().len() >= evil.len()
    });
    let details: Vec<String> = scene
        .incidents()
        .iter()
        .map(|one| one.triggers[0]["payload"]["custom_details"]["labels"]["route"].to_string())
        .collect();
    for value in evil {
        let clean = value.split(['\r', '\n']).next().unwrap();
        let told = details
            .iter()
            .any(|route| route.contains(serde_json::json!(clean).to_string().trim_matches('"')));
        assert!(told, "{value}: {details:?}");
    }
    assert_eq!(services.slack.look(|service| service.mentions()), [""; 0]);
    for alert in services.opsgenie.look(|service| service.alerts().to_vec()) {
        assert!(!alert.first.to_string().contains('<'), "{alert:?}");
    }
    for mail in services.mailbox.mails() {
        assert_eq!(mail.header("Bcc"), "");
        assert!(!mail.header("Subject").is_empty());
        assert_eq!(mail.to.len(), 1, "{:?}", mail.to);
        let html = mail.text.split("text/html").nth(1).unwrap();
        let html = html.replace("=\r\n", "");
        assert!(!html.contains("<script"), "{html}");
    }
    let asked = counters.tally().by_job;
    let jobs: Vec<&String> = asked.keys().filter(|job| !job.is_empty()).collect();
    assert_eq!(jobs, ["carts"]);
}
