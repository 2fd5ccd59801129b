//! Configurations that change while the daemon runs, for the better and for the worse.

use std::fs;

use super::process::Daemon;
use super::scene::Scene;
use super::site::slos;
use super::world::fault::{Fault, Gate, Moment};
use super::world::wait::until_so;

const RELOADED: &str = "burnwatch_config_last_reload_successful";

/// A file is broken: nothing of it counts, and it is said; when it is in order again all of it counts.
fn check(scene: &Scene, daemon: &Daemon, file: &str, broken: &str) {
    let whole = fs::read_to_string(scene.site.path(file)).unwrap();
    scene.site.write(file, broken);
    daemon.signal("HUP");
    until_so(&format!("it is refused: {broken}"), || {
        daemon.metric(RELOADED) == 0.0
    });
    let ready = daemon.ready();
    assert!(ready.starts_with("200"), "{ready}");
    assert!(ready.contains("configuration: impaired"), "{ready}");
    scene.site.write(file, &whole);
    daemon.signal("HUP");
    until_so("it is in order", || daemon.metric(RELOADED) == 1.0);
}

#[test]
fn c1_a_configuration_that_is_broken_changes_nothing_and_is_told() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    let workspace = fs::read_to_string(scene.site.path("burnwatch.yaml")).unwrap();
    let text = slos(&["orders", "carts"]);
    check(&scene, &daemon, "burnwatch.yaml", "apiVersion: [");
    check(&scene, &daemon, "burnwatch.yaml", &workspace[..200]);
    let no_secret = workspace.replacen(
        "prometheus: {",
        "prometheus: {bearer_token_file: nowhere, ",
        1,
    );
    check(&scene, &daemon, "burnwatch.yaml", &no_secret);
    check(
        &scene,
        &daemon,
        "slos/shop.yaml",
        &(text.clone() + "unknown: 1\n"),
    );
    let bad_query = text.replacen("requests_total{", "requests_total{{", 1);
    check(&scene, &daemon, "slos/shop.yaml", &bad_query);
    let no_team = text.replacen("owner: payments", "owner: nobody", 1);
    check(&scene, &daemon, "slos/shop.yaml", &no_team);
    // None of the files that were refused was in effect for a moment.
    assert_eq!(scene.services.counters.asked_about("carts"), 0);
    // The old one goes on while the new one is broken.
    scene
        .site
        .replace("burnwatch.yaml", "apiVersion", "apiVersions");
    assert_eq!(scene.site.run(&["validate"]).status.code(), Some(1));
    daemon.signal("HUP");
    until_so("it is refused", || daemon.metric(RELOADED) == 0.0);
    scene.burns("orders");
    scene.told_of("orders");
    // A daemon is not started with it.
    assert!(daemon.stop().success());
    let output = scene.site.run(&["run"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("apiVersions"), "{said}");
}

#[test]
fn c1_a_folder_that_is_swapped_by_its_link_is_read_as_a_whole() {
    let scene = Scene::new(&["orders"]);
    let folder = scene.site.path("slos");
    let (first, second) = (scene.site.path("slos-1"), scene.site.path("slos-2"));
    fs::rename(&folder, &first).unwrap();
    fs::create_dir(&second).unwrap();
    fs::write(second.join("shop.yaml"), slos(&["orders", "carts"])).unwrap();
    let link = |to: &std::path::Path| {
        let new = scene.site.path("new-link");
        std::os::unix::fs::symlink(to, &new).unwrap();
        fs::rename(&new, &folder).unwrap();
    };
    link(&first);
    let daemon = scene.start_ready();
    link(&second);
    daemon.signal("HUP");
    until_so("the new SLO is evaluated", || {
        scene.services.counters.asked_about("carts") > 0
    });
    assert_eq!(daemon.metric(RELOADED), 1.0);
}

#[test]
fn c4_a_hundred_reloads_cancel_no_page_and_the_last_one_holds() {
    let scene = Scene::new(&["orders"]);
    let gate = Gate::new();
    let held = Fault::Hold(Moment::Read, gate.clone());
    scene.services.pagerduty.next([held]);
    let daemon = scene.start_ready();
    scene.burns("orders");
    gate.reached();
    for nth in 0..100 {
        let name = format!("item-{nth}");
        scene
            .site
            .write("slos/shop.yaml", &slos(&["orders", &name]));
        daemon.signal("HUP");
    }
    gate.open();
    until_so("the last one holds", || {
        scene.services.counters.asked_about("item-99") > 0
    });
    daemon.has_delivered(1);
    assert_eq!(daemon.metric(RELOADED), 1.0);
    let requests = scene.services.pagerduty.requests().len();
    assert_eq!((requests, scene.incidents().len()), (1, 1));
    scene.is_seen("orders");
    assert_eq!(
        scene.services.pagerduty.requests().len(),
        1,
        "nothing is told again"
    );
}

#[test]
fn c3_an_slo_that_is_removed_while_it_burns_is_resolved_with_that_reason() {
    let scene = Scene::new(&["orders", "carts"]);
    scene.was_burning("orders");
    let daemon = scene.start_ready();
    scene.told_of("orders");
    scene.site.write("slos/shop.yaml", &slos(&["carts"]));
    daemon.signal("HUP");
    scene.all_is_resolved();
}

#[test]
fn c2_a_file_that_is_renamed_and_changed_while_its_slo_burns_tells_nobody_again() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    scene.burns("orders");
    let opened = scene.told_of("orders");
    let text = slos(&["orders", "carts"]).replace("99.9", "99.8");
    fs::remove_file(scene.site.path("slos/shop.yaml")).unwrap();
    scene.site.write("slos/other.yaml", &text);
    daemon.signal("HUP");
    until_so("the new file holds", || {
        scene.services.counters.asked_about("carts") > 0
    });
    scene.is_seen("orders");
    assert_eq!(scene.services.pagerduty.requests().len(), 1);
    scene.recovers("orders");
    scene.all_is_resolved();
    let incidents = scene.incidents();
    assert_eq!((incidents.len(), &incidents[0].key), (1, &opened.key));
}

#[test]
fn c5_an_open_page_is_resolved_by_the_key_that_opened_it_and_the_next_one_takes_the_new_one() {
    let scene = Scene::new(&["orders", "carts"]);
    let _daemon = scene.start_ready();
    scene.burns("orders");
    let opened = scene.told_of("orders");
    let other = fs::read_to_string(scene.site.path("secrets/leads")).unwrap();
    scene.site.write("secrets/pager", &other);
    scene.burns("carts");
    let second = scene.told_of("carts");
    assert_ne!(second.routing_key, opened.routing_key);
    scene.recovers("orders");
    scene.recovers("carts");
    scene.all_is_resolved();
    assert_eq!(scene.incidents().len(), 2);
}
