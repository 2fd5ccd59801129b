//! A disk that fails when it is told to, below a real process: `shim.c`, preloaded.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::child::Process;
use super::preload;
use super::scene::Scene;

/// The disk of one scene.
pub struct Shim {
    control: PathBuf,
    disk: PathBuf,
}

impl Shim {
    /// A disk without faults, with what is in the scene's folder on it.
    pub fn new(scene: &Scene) -> Shim {
        let shim = Shim {
            control: scene.outside("control"),
            disk: scene.outside("disk"),
        };
        fs::write(&shim.control, "").unwrap();
        super::scene::copy(scene.path().parent().unwrap(), &shim.disk);
        shim
    }

    /// From now on: `S`, no sync succeeds; `F`, no file grows; `W`, nothing is written; empty, all is well.
    pub fn tell(&self, faults: &str) {
        // Moved into its place: it is read at any moment.
        let new = self.control.with_extension("new");
        fs::write(&new, faults).unwrap();
        fs::rename(new, &self.control).unwrap();
    }

    /// Starts a daemon on this disk.
    pub fn start(&self, scene: &Scene) -> Process {
        let under = fs::canonicalize(scene.path().parent().unwrap()).unwrap();
        Process::start(&scene.path(), |mut command| {
            command
                .env("LD_PRELOAD", library())
                .env("SHIM_CONTROL", &self.control)
                .env("SHIM_DISK", &self.disk)
                .env("SHIM_UNDER", under);
            command
        })
    }

    /// The power is cut: what was not synced is gone. No daemon runs any more.
    pub fn cut_power(&self, scene: &Scene) {
        super::scene::copy(&self.disk, &scene.folder());
    }
}

/// The shim, built once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| preload::library("store"))
}
