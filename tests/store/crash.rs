//! The process is killed at any moment.

use super::child::{Process, number};
use super::scene::{Scene, first, state};

/// How often it is killed. `STORE_KILLS` asks for more.
const KILLS: u64 = 12;

#[test]
fn d1_d2_what_a_commit_returned_for_is_there_after_sigkill() {
    let kills = std::env::var("STORE_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let scene = Scene::new();
    let mut known = 0;
    for kill in 0..kills {
        let mut daemon = Process::start(&scene.path(), |command| command);
        let opened = daemon.says().unwrap();
        let found: u64 = opened.split(' ').next().unwrap().parse().unwrap();
        assert!(found == known || found == known + 1, "{found} of {known}");
        assert!(opened.ends_with(" whole -"), "{opened}");
        known = found;
        // Snapshots in between, and another number of commits each time, so that it dies everywhere.
        known = known.max(number(&daemon.tell("run 7")).unwrap());
        for _ in 0..(kill * 31) % 50 {
            known = known.max(number(&daemon.says().unwrap()).unwrap());
        }
        known = daemon.kill().into_iter().fold(known, u64::max);
    }
    let (_, recovered) = scene.open();
    let found = state(&recovered);
    assert!(found.len() as u64 >= known, "{} of {known}", found.len());
    assert_eq!(found, first(found.len() as u64));
    assert_eq!(recovered.damage, None);
}
