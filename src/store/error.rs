//! Why the store could not do something: what it was doing, and what stood in the way.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi;

/// What the store was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Opening the files.
    Open,
    /// Taking the lock that keeps a second daemon away.
    Lock,
    /// Looking for damage.
    Check,
    /// Committing a batch.
    Commit,
    /// Moving what is in the write-ahead log into the database.
    Checkpoint,
    /// Writing a snapshot into the database.
    Snapshot,
    /// Writing the snapshot beside the database.
    SideSnapshot,
    /// Making a new database in the place of one that is damaged or gone.
    Rebuild,
    /// Reading the history.
    Read,
    /// Removing old history.
    Prune,
    /// Copying the database.
    Backup,
    /// Reading or writing the cache.
    Cache,
}

impl Doing {
    fn words(self) -> &'static str {
        match self {
            Doing::Open => "open",
            Doing::Lock => "lock",
            Doing::Check => "check",
            Doing::Commit => "commit to",
            Doing::Checkpoint => "checkpoint",
            Doing::Snapshot => "write a snapshot into",
            Doing::SideSnapshot => "write a snapshot beside",
            Doing::Rebuild => "rebuild",
            Doing::Read => "read",
            Doing::Prune => "prune",
            Doing::Backup => "back up",
            Doing::Cache => "use the cache of",
        }
    }
}

/// What stood in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// No space is left, or a quota or limit is reached.
    Full,
    /// The file or its folder may not be written.
    ReadOnly,
    /// The file or its folder is not there any more, or is another one.
    Gone,
    /// Another daemon uses the file.
    Locked,
    /// Somebody else, such as a shell of `sqlite3`, holds the database for longer than we wait.
    Busy,
    /// The content is not what was written.
    Damaged,
    /// The disk failed to read, write or sync.
    Io,
    /// A newer burnwatch wrote the file.
    TooNew,
    /// The file is not a store of burnwatch, and nothing beside it says that it was.
    Foreign,
    /// An earlier commit failed, and the store was not healed since.
    Behind,
    /// Another daemon wrote to the store while this one was behind.
    Overtaken,
    /// A body is larger than SQLite takes.
    TooBig,
}

impl StoreFault {
    fn words(self) -> &'static str {
        match self {
            StoreFault::Full => "no space is left",
            StoreFault::ReadOnly => "it may not be written",
            StoreFault::Gone => "the file or its folder is gone",
            StoreFault::Locked => "another burnwatch uses it; one file serves one daemon",
            StoreFault::Busy => "another process holds it",
            StoreFault::Damaged => "its content is damaged",
            StoreFault::Io => "the disk failed",
            StoreFault::TooNew => {
                "a newer burnwatch wrote it; use that version, or restore a backup from before the upgrade"
            }
            StoreFault::Foreign => {
                "it is not a store of burnwatch; name another file, or move this one away"
            }
            StoreFault::Behind => "an earlier commit failed",
            StoreFault::Overtaken => "another burnwatch wrote to it in the meantime",
            StoreFault::TooBig => "the text is too large",
        }
    }
}

/// What the store could not do, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What it was doing.
    pub doing: Doing,
    /// What stood in the way.
    pub fault: StoreFault,
    /// The file.
    pub path: PathBuf,
    /// The words of the system or of SQLite; may be empty.
    pub detail: String,
}

impl StoreError {
    /// An error that is known without asking the system.
    pub(super) fn new(doing: Doing, fault: StoreFault, path: &Path) -> StoreError {
        StoreError {
            doing,
            fault,
            path: path.to_path_buf(),
            detail: String::new(),
        }
    }

    /// What the system said.
    pub(super) fn of_io(doing: Doing, path: &Path, error: &io::Error) -> StoreError {
        use io::ErrorKind as Kind;
        let fault = match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => StoreFault::Full,
            Kind::ReadOnlyFilesystem | Kind::PermissionDenied => StoreFault::ReadOnly,
            Kind::NotFound | Kind::NotADirectory => StoreFault::Gone,
            Kind::IsADirectory => StoreFault::Foreign,
            _ => StoreFault::Io,
        };
        StoreError {
            detail: error.to_string(),
            ..StoreError::new(doing, fault, path)
        }
    }

    /// What SQLite said.
    pub(super) fn of_sqlite(doing: Doing, path: &Path, error: &rusqlite::Error) -> StoreError {
        StoreError {
            detail: error.to_string(),
            ..StoreError::new(doing, fault_of(path, error), path)
        }
    }

    /// Whether it may pass without anybody changing what burnwatch was told: trying again, or healing, makes sense.
    pub fn is_passing(&self) -> bool {
        match self.fault {
            StoreFault::Full
            | StoreFault::ReadOnly
            | StoreFault::Gone
            | StoreFault::Busy
            | StoreFault::Damaged
            | StoreFault::Io
            | StoreFault::Behind => true,
            StoreFault::Locked
            | StoreFault::TooNew
            | StoreFault::Foreign
            | StoreFault::Overtaken
            | StoreFault::TooBig => false,
        }
    }
}

/// What stood in SQLite's way. A schema or a value that is not as it was made counts as damage.
fn fault_of(path: &Path, error: &rusqlite::Error) -> StoreFault {
    let Some(code) = error.sqlite_error() else {
        return StoreFault::Damaged;
    };
    match code.code {
        ErrorCode::DiskFull => StoreFault::Full,
        ErrorCode::ReadOnly if code.extended_code == ffi::SQLITE_READONLY_DBMOVED => {
            StoreFault::Gone
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreFault::ReadOnly,
        ErrorCode::CannotOpen if !path.exists() => StoreFault::Gone,
        ErrorCode::CannotOpen => StoreFault::ReadOnly,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreFault::Busy,
        // The index of the log could not grow.
        ErrorCode::SystemIoFailure if code.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
            StoreFault::Full
        }
        ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory => StoreFault::Io,
        ErrorCode::TooBig => StoreFault::TooBig,
        _ => StoreFault::Damaged,
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let (doing, fault) = (self.doing.words(), self.fault.words());
        write!(f, "could not {doing} `{path}`: {fault}")?;
        match self.detail.is_empty() {
            true => Ok(()),
            false => write!(f, " ({})", self.detail),
        }
    }
}

impl std::error::Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_was_done_to_which_file_and_why_not() {
        let error = io::Error::from(io::ErrorKind::StorageFull);
        let error = StoreError::of_io(Doing::Commit, Path::new("burnwatch.db"), &error);
        assert_eq!(
            error.to_string(),
            "could not commit to `burnwatch.db`: no space is left (no storage space)"
        );
        assert!(error.is_passing());
    }

    #[test]
    fn another_daemon_does_not_pass_by_waiting() {
        let error = StoreError::new(Doing::Lock, StoreFault::Locked, Path::new("x"));
        assert!(!error.is_passing());
    }
}
