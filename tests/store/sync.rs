//! Syncs that fail, and power cuts. Linux reports a failed sync once and then counts the pages as clean: a second sync succeeds
//! and writes nothing. So does the disk below these daemons.

use super::child::{Process, number};
use super::scene::{Scene, first, state};
use super::shim::Shim;

/// How many lives with random faults. `STORE_LIVES` asks for more.
const LIVES: u64 = 40;

#[test]
fn d6_after_a_failed_sync_nothing_is_committed_until_all_is_written_anew() {
    let scene = Scene::new();
    let shim = Shim::new(&scene);
    let mut daemon = shim.start(&scene);
    assert_eq!(daemon.says().unwrap(), "0 whole -");
    assert_eq!(daemon.tell("commit"), "committed 1");
    shim.tell("S");
    assert_eq!(daemon.tell("commit"), "failed Commit Io");
    shim.tell("");
    assert_eq!(
        daemon.tell("commit"),
        "failed Commit Behind",
        "no retry on the same files"
    );
    shim.tell("S");
    assert!(daemon.tell("heal").starts_with("failed "));
    shim.tell("");
    assert_eq!(daemon.tell("heal"), "done");
    assert_eq!(daemon.tell("commit"), "committed 4");
    daemon.kill();
    shim.cut_power(&scene);
    let (_, recovered) = scene.open();
    assert_eq!(
        state(&recovered),
        first(4),
        "what failed was in the healed state"
    );
    assert_eq!(recovered.damage, None);
}

#[test]
fn d6_a_checkpoint_that_cannot_be_synced_loses_no_commit() {
    let scene = Scene::new();
    let shim = Shim::new(&scene);
    let mut daemon = shim.start(&scene);
    daemon.says().unwrap();
    let mut failed = false;
    // A checkpoint is due every few hundred commits; the fault is there for one commit in ten.
    for round in 0..600 {
        shim.tell(if round % 10 == 9 { "S" } else { "" });
        if number(&daemon.tell("commit")).is_none() {
            failed = true;
            shim.tell("");
            assert_eq!(daemon.tell("heal"), "done");
        }
    }
    assert!(failed, "the fault was met");
    daemon.kill();
    shim.cut_power(&scene);
    assert_eq!(state(&scene.open().1), first(600));
}

#[test]
fn d4_d6_random_faults_and_power_cuts_lose_nothing_that_was_said_to_be_done() {
    let lives = std::env::var("STORE_LIVES").map_or(LIVES, |text| text.parse().unwrap());
    let scene = Scene::new();
    let shim = Shim::new(&scene);
    let mut dice = Dice(7);
    let (mut known, mut log) = (0, Vec::new());
    for life in 0..lives {
        shim.tell("");
        let mut daemon = shim.start(&scene);
        let opened = daemon.says().unwrap();
        let found: u64 = opened.split(' ').next().unwrap().parse().unwrap();
        let told = log.join(", ");
        assert!(
            found >= known,
            "life {life}: {opened}, {found} of {known} after {told}"
        );
        assert!(
            opened.ends_with(" whole -"),
            "life {life}: {opened} after {told}"
        );
        log.clear();
        known = live(&mut daemon, &shim, &mut dice, found, &mut log);
        daemon.kill();
        if dice.below(3) > 0 {
            log.push("power cut".to_string());
            shim.cut_power(&scene);
        }
    }
    let (_, recovered) = scene.open();
    let found = state(&recovered);
    assert!(found.len() as u64 >= known);
    assert_eq!(
        found,
        first(found.len() as u64),
        "nothing in between is missing"
    );
}

/// One life of a daemon; returns how much was said to be on the disk.
fn live(
    daemon: &mut Process,
    shim: &Shim,
    dice: &mut Dice,
    found: u64,
    log: &mut Vec<String>,
) -> u64 {
    let (mut known, mut in_memory) = (found, found);
    for _ in 0..5 + dice.below(60) {
        let fault = ["", "", "", "", "", "S", "F", "W"][dice.below(8)];
        shim.tell(fault);
        let order = ["commit", "commit", "commit", "snapshot", "heal"][dice.below(5)];
        let said = daemon.tell(order);
        log.push(format!("{fault}:{order}: {said}"));
        in_memory += u64::from(order == "commit");
        let is_done = said == "done"
            || said == "failed SideSnapshot Io"
            || said == "failed SideSnapshot Full";
        match order {
            "commit" => known = number(&said).unwrap_or(known),
            "heal" if is_done => known = in_memory,
            _ => {}
        }
    }
    known
}

/// The same throws in each run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}
