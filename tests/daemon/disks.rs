//! Disks that are full, and folders that go away.

use std::fs;

use super::process::Daemon;
use super::scene::Scene;
use super::world::wait::until_so;

/// Waits until the owner knows that all is well with the disk.
fn is_told_all(scene: &Scene, daemon: &Daemon) {
    until_so("the owner is told that it is over", || {
        !scene.told_of("burnwatch").is_open()
    });
    daemon.has_delivered(scene.services.pagerduty.requests().len());
}

/// Nothing was sent to PagerDuty beside so many requests.
#[track_caller]
fn is_told_no_more(scene: &Scene, requests: usize) {
    let told = scene.services.pagerduty.requests();
    let more: Vec<&str> = told[requests..].iter().map(|one| &*one.body).collect();
    assert_eq!(more, [""; 0]);
}

#[test]
fn d4_pages_go_out_when_the_disk_is_full_and_all_is_kept_again_when_it_is_not() {
    let scene = Scene::new(&["orders", "carts"]);
    let daemon = scene.start_ready();
    scene.shim.is_full(true);
    scene.burns("orders");
    scene.told_of("orders");
    scene.told_of("burnwatch");
    until_so("it is not ready", || daemon.ready().starts_with("503"));
    assert!(daemon.ready().contains("store: gone"), "{}", daemon.ready());
    assert_eq!(daemon.metric("burnwatch_store_behind"), 1.0);
    scene.shim.is_full(false);
    until_so("it is ready again", || daemon.ready().starts_with("200"));
    assert_eq!(daemon.metric("burnwatch_store_behind"), 0.0);
    is_told_all(&scene, &daemon);
    let requests = scene.services.pagerduty.requests().len();
    daemon.kill();
    // All of it was written down, also what happened meanwhile.
    let _daemon = scene.start_ready();
    scene.is_seen("orders");
    is_told_no_more(&scene, requests);
    scene.recovers("orders");
    scene.all_is_resolved();
}

#[test]
fn d4_a_disk_that_is_full_before_the_start_keeps_no_page_back() {
    let scene = Scene::new(&["orders"]);
    assert!(scene.start_ready().stop().success());
    scene.shim.is_full(true);
    scene.was_burning("orders");
    let daemon = scene.start();
    scene.told_of("orders");
    scene.told_of("burnwatch");
    assert_eq!(daemon.metric("burnwatch_store_behind"), 1.0);
    scene.shim.is_full(false);
    until_so("it is ready", || daemon.ready().starts_with("200"));
}

#[test]
fn d5_pages_go_out_when_the_folder_of_the_data_is_gone() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    let (folder, other) = (scene.site.path("data"), scene.site.path("elsewhere"));
    // In its place there is what cannot be a folder.
    fs::rename(&folder, &other).unwrap();
    fs::write(&folder, "").unwrap();
    scene.burns("orders");
    scene.told_of("orders");
    until_so("it is not ready", || daemon.ready().starts_with("503"));
    scene.told_of("burnwatch");
    fs::remove_file(&folder).unwrap();
    fs::rename(&other, &folder).unwrap();
    until_so("it is ready again", || daemon.ready().starts_with("200"));
    is_told_all(&scene, &daemon);
    let requests = scene.services.pagerduty.requests().len();
    daemon.kill();
    let _daemon = scene.start_ready();
    scene.is_seen("orders");
    is_told_no_more(&scene, requests);
    scene.recovers("orders");
    scene.all_is_resolved();
}
