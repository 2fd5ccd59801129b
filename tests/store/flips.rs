//! Random damage to any of the files. Whatever it is:
//!
//! 1. a start neither fails nor panics;
//! 2. the state is exactly that after some committed batch: never half of one, never out of order;
//! 3. if it is not that after the last one, damage is said;
//! 4. it is never older than the newest snapshot file that is as it was written;
//! 5. the store works afterwards, and the start after that says nothing any more.

use std::fs;
use std::path::Path;

use super::damage::{cut, flip};
use super::scene::{Log, Scene, copy, first, state};
use super::sync::Dice;

/// How many stores are damaged. `STORE_SEEDS` asks for more.
const SEEDS: u64 = 200;

/// What may be damaged; a start may leave out the index of the log.
const ENDINGS: [&str; 6] = ["", "", "-wal", "-shm", ".snapshot", ".snapshot.1"];

#[test]
fn d3_p5_random_damage_is_said_and_never_stops_a_start() {
    let seeds = std::env::var("STORE_SEEDS").map_or(SEEDS, |text| text.parse().unwrap());
    let scenes = [Log::Left, Log::Moved].map(Scene::with_thirty);
    let (mut said, mut lost) = (0, 0);
    for seed in 1..=seeds {
        let scene = Scene::new();
        copy(&scenes[seed as usize % 2].folder(), &scene.folder());
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut damaged = Vec::new();
        for _ in 0..1 + dice.below(3) {
            let ending = match dice.below(12) {
                0 => ".lock",
                side => ENDINGS[side % ENDINGS.len()],
            };
            damaged.push(format!(
                "{ending}: {}",
                harm(&scene.with(ending), &mut dice)
            ));
        }
        let case = format!("seed {seed}: {}", damaged.join(", "));
        let (mut daemon, recovered) = scene.open();
        let found = state(&recovered);
        assert_eq!(found, first(found.len() as u64), "{case}");
        if found.len() < 30 {
            assert!(
                recovered.damage.is_some(),
                "{case}: silently at {}",
                found.len()
            );
            lost += 1;
        }
        said += u64::from(recovered.damage.is_some());
        let whole = |ending: &str| {
            !damaged
                .iter()
                .any(|one| one.starts_with(&format!("{ending}:")))
        };
        let least = match (whole(".snapshot"), whole(".snapshot.1")) {
            (true, _) => 20,
            (_, true) => 10,
            _ => 0,
        };
        assert!(found.len() >= least, "{case}: at {}", found.len());
        // Pages of the history are not all read by a commit; damage there is found by SQLite, and healed.
        if daemon.commit().is_err() {
            daemon
                .heal()
                .unwrap_or_else(|error| panic!("{case}: {error}"));
        }
        daemon.snapshot();
        drop(daemon);
        let (_, recovered) = scene.open();
        assert_eq!(state(&recovered), first(found.len() as u64 + 1), "{case}");
        assert_eq!(recovered.damage, None, "{case}");
    }
    assert!(
        lost > 0 && said > lost,
        "{said} said, {lost} lost something"
    );
}

/// Harms one file, and says how.
fn harm(path: &Path, dice: &mut Dice) -> String {
    let Ok(is) = fs::metadata(path) else {
        return "not there".to_string();
    };
    let bytes = is.len() as usize;
    if bytes == 0 {
        return "empty".to_string();
    }
    // Headers are where most of the meaning is.
    let at = match dice.below(3) {
        0 => dice.below(bytes.min(200)),
        _ => dice.below(bytes),
    };
    match dice.below(6) {
        0 => {
            cut(path, at as u64);
            format!("cut to {at} of {bytes}")
        }
        1 => {
            let mut content = fs::read(path).unwrap();
            let end = bytes.min(at + 1 + dice.below(5_000));
            content[at..end].fill([0, 0xff, b'x'][dice.below(3)]);
            fs::write(path, content).unwrap();
            format!("{at}..{end} overwritten")
        }
        2 => {
            // A page that was written in another's place.
            let mut content = fs::read(path).unwrap();
            let (from, to) = (dice.below(bytes) / 4096 * 4096, at / 4096 * 4096);
            let page = content[from..bytes.min(from + 4096)].to_vec();
            let end = bytes.min(to + page.len());
            content[to..end].copy_from_slice(&page[..end - to]);
            fs::write(path, content).unwrap();
            format!("page at {from} copied to {to}")
        }
        _ => {
            let mask = 1 << dice.below(8);
            flip(path, at as u64, mask);
            format!("byte {at} xor {mask}")
        }
    }
}
