//! A store in a folder of its own, and a state that shows at once what is missing: the numbers of all that was committed.

use std::fs;
use std::path::{Path, PathBuf};

use burnwatch::store::{HistoryRow, Recovered, Store};
use tempfile::TempDir;

/// The time of the first batch.
pub const START_MS: i64 = 1_770_000_000_000;

/// A folder with a store.
pub struct Scene {
    folder: TempDir,
}

impl Scene {
    pub fn new() -> Scene {
        // In memory where there is such a folder: thousands of syncs take minutes on a disk, and show no more.
        let memory = Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        };
        Scene {
            folder: folder.unwrap(),
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn path(&self) -> PathBuf {
        fs::create_dir_all(self.folder()).unwrap();
        self.folder().join("burnwatch.db")
    }

    /// The database's name with `ending`.
    pub fn with(&self, ending: &str) -> PathBuf {
        self.folder().join(format!("burnwatch.db{ending}"))
    }

    pub fn outside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn open(&self) -> (Daemon, Recovered) {
        Daemon::open(&self.path())
    }

    /// A store of 30 batches with snapshots after 10 and 20, and whether its log was moved into the database.
    pub fn with_thirty(log: Log) -> Scene {
        let scene = Scene::new();
        let (mut daemon, _) = scene.open();
        for n in 1..=30 {
            daemon.commit().unwrap();
            if n == 10 || n == 20 {
                daemon.snapshot();
            }
        }
        if log == Log::Moved {
            daemon.store.close().unwrap();
        }
        scene
    }

    /// Names of the files that were set aside.
    pub fn set_aside(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains(".damaged-"))
            .collect();
        names.sort();
        names
    }
}

/// Where the last batches are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// In the write-ahead log, as after a crash.
    Left,
    /// In the database, as after a clean end.
    Moved,
}

/// A caller of the store, with its state in memory.
pub struct Daemon {
    pub store: Store,
    pub state: Vec<u64>,
}

impl Daemon {
    pub fn open(path: &Path) -> (Daemon, Recovered) {
        let (store, recovered) = Store::open(path, START_MS).unwrap();
        let state = state(&recovered);
        (Daemon { store, state }, recovered)
    }

    /// Commits the next number; it is in memory whether that works or not.
    pub fn commit(&mut self) -> Result<u64, burnwatch::store::StoreError> {
        let n = self.state.last().map_or(1, |last| last + 1);
        self.state.push(n);
        let row = HistoryRow {
            at_ms: START_MS + n as i64,
            episode: format!("e{}", n % 3),
            kind: "burn".to_string(),
            slo: "shop/orders".to_string(),
            what: "opened".to_string(),
            why: format!("batch {n}"),
            ..HistoryRow::default()
        };
        let body = format!("{n} {}", padding(n));
        self.store.commit(START_MS + n as i64, &body, &[row])?;
        Ok(n)
    }

    pub fn body(&self) -> String {
        let words: Vec<String> = self.state.iter().map(u64::to_string).collect();
        words.join(",")
    }

    pub fn snapshot(&mut self) {
        self.store.snapshot(START_MS, &self.body()).unwrap();
    }

    pub fn heal(&mut self) -> Result<(), burnwatch::store::StoreError> {
        let body = self.body();
        self.store.heal(START_MS, &body, &[])
    }
}

/// Texts of several lengths, so that some batches fill pages of their own.
fn padding(n: u64) -> String {
    "x".repeat((n as usize * 37) % 900)
}

/// The numbers in a recovered state.
pub fn state(recovered: &Recovered) -> Vec<u64> {
    let snapshot = recovered.snapshot.iter().flat_map(|s| s.body.split(','));
    let batches = recovered
        .batches
        .iter()
        .map(|b| b.body.split(' ').next().unwrap());
    let numbers = snapshot.chain(batches).filter(|word| !word.is_empty());
    numbers.map(|word| word.parse().unwrap()).collect()
}

/// The first `n` numbers.
pub fn first(n: u64) -> Vec<u64> {
    (1..=n).collect()
}

/// Copies all files of one folder into another, new one.
pub fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
