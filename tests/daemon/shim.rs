//! A machine that does what a test wants, below a real process: `shim.c`, preloaded.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::kit::preload;

/// How many numbers the control has.
const NUMBERS: usize = 8;

/// The machine of one daemon.
pub struct Shim {
    control: File,
    path: PathBuf,
    folder: PathBuf,
    port: u16,
}

/// A number of the control, by its place.
#[derive(Clone, Copy)]
enum Number {
    Wall,
    Steady,
    KillAt,
    Calls,
    IsFull,
    Counts,
}

impl Shim {
    /// A machine without faults. Changes of files below `folder` count, and what is said to the port of 127.0.0.1.
    pub fn new(path: &Path, folder: &Path, port: u16) -> Shim {
        fs::write(path, [0; 8 * NUMBERS]).unwrap();
        Shim {
            control: File::options().read(true).write(true).open(path).unwrap(),
            path: path.to_path_buf(),
            folder: folder.to_path_buf(),
            port,
        }
    }

    /// Puts a daemon into this machine.
    pub fn below(&self, mut command: Command) -> Command {
        command
            .env("LD_PRELOAD", library())
            .env("SHIM_CONTROL", &self.path)
            .env("SHIM_UNDER", &self.folder)
            .env("SHIM_PORT", self.port.to_string());
        command
    }

    /// So much time goes by at once, by every clock.
    pub fn passes(&self, ms: i64) {
        self.add(Number::Steady, ms);
        self.add(Number::Wall, ms);
    }

    /// How much time went by at once so far.
    pub fn passed_ms(&self) -> i64 {
        self.get(Number::Steady)
    }

    /// The clock that people set is set.
    pub fn sets_clock(&self, by_ms: i64) {
        self.add(Number::Wall, by_ms);
    }

    /// From now on calls are counted; at the `nth` of them the daemon is killed, never where that is 0.
    pub fn counts(&self, nth: i64) {
        self.set(Number::Calls, 0);
        self.set(Number::KillAt, nth);
        self.set(Number::Counts, 1);
    }

    /// How many calls there were.
    pub fn calls(&self) -> i64 {
        self.get(Number::Calls)
    }

    /// Whether no file can grow.
    pub fn is_full(&self, is_full: bool) {
        self.set(Number::IsFull, i64::from(is_full));
    }

    fn get(&self, number: Number) -> i64 {
        let mut bytes = [0; 8];
        self.control
            .read_exact_at(&mut bytes, 8 * number as u64)
            .unwrap();
        i64::from_ne_bytes(bytes)
    }

    fn set(&self, number: Number, value: i64) {
        let bytes = value.to_ne_bytes();
        self.control
            .write_all_at(&bytes, 8 * number as u64)
            .unwrap();
    }

    fn add(&self, number: Number, by: i64) {
        self.set(number, self.get(number) + by);
    }
}

/// The shim, built once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| preload::library("daemon"))
}
