//! Where the files of a store are, and whether they are still the same ones.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::error::{Doing, StoreError};

/// The path of the database, links followed, and the names beside it.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: PathBuf,
}

impl Place {
    /// The place at `path`, which need not be there; its folder must be.
    pub fn of(path: &Path) -> Result<Place, StoreError> {
        let wrong = |error: io::Error| StoreError::of_io(Doing::Open, path, &error);
        if let Ok(path) = fs::canonicalize(path) {
            return Ok(Place { path });
        }
        let absolute = std::path::absolute(path).map_err(wrong)?;
        let name = absolute
            .file_name()
            .ok_or_else(|| wrong(io::Error::from(io::ErrorKind::IsADirectory)))?;
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        let folder = fs::canonicalize(folder).map_err(wrong)?;
        Ok(Place {
            path: folder.join(name),
        })
    }

    /// The database.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of all of them.
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    /// The database's name with `ending` after it.
    pub fn with(&self, ending: &str) -> PathBuf {
        after(&self.path, ending)
    }

    /// The write-ahead log.
    pub fn wal(&self) -> PathBuf {
        self.with("-wal")
    }

    /// The index of the write-ahead log, which processes share.
    pub fn shm(&self) -> PathBuf {
        self.with("-shm")
    }

    /// The lock file.
    pub fn lock(&self) -> PathBuf {
        self.with(".lock")
    }

    /// The newest snapshot beside the database, and the one before.
    pub fn sides(&self) -> [PathBuf; 2] {
        [self.with(".snapshot"), self.with(".snapshot.1")]
    }

    /// A database that is being made.
    pub fn new_database(&self) -> PathBuf {
        self.with(".new")
    }

    /// Makes renames and new names in the folder last.
    pub fn sync_folder(&self) -> io::Result<()> {
        File::open(self.folder())?.sync_all()
    }
}

/// `path` with `ending` after its name.
pub(super) fn after(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// Which file a name stands for, so that another one under the same name is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    volume: u64,
    number: u64,
}

impl Identity {
    /// Of what is at `path`; the file is not opened, since closing it would drop SQLite's locks on it.
    #[cfg(unix)]
    pub fn at(path: &Path) -> Option<Identity> {
        use std::os::unix::fs::MetadataExt;
        let is = fs::symlink_metadata(path).ok()?;
        Some(Identity {
            volume: is.dev(),
            number: is.ino(),
        })
    }

    /// Of what is at `path`: whether it is there.
    #[cfg(not(unix))]
    pub fn at(path: &Path) -> Option<Identity> {
        path.exists().then_some(Identity {
            volume: 0,
            number: 0,
        })
    }
}
