//! A connection that writes to the database in its place, and knows whether that is still the file under the name.

use std::path::PathBuf;

use rusqlite::Connection;

use super::error::{Doing, StoreError, StoreFault};
use super::place::{Identity, Place};
use super::record::Damage;
use super::schema::{self, Locking};

/// Bytes that are committed between two checkpoints, about.
const CHECKPOINT_BYTES: u64 = 4 * 1024 * 1024;

/// What the write-ahead log is cut to when it starts anew, in bytes.
const LOG_BYTES_KEPT: u64 = 16 * 1024 * 1024;

/// Whether the log is as it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Log {
    /// As far as anybody knows.
    Trusted,
    /// A sync failed: it must be moved into the database before anything follows it.
    Doubtful,
}

/// A connection and the files that it writes to.
#[derive(Debug)]
pub(super) struct Writer {
    pub connection: Connection,
    files: Vec<(PathBuf, Option<Identity>)>,
    unmoved_bytes: u64,
}

impl Writer {
    /// Connects, moves the log into the database, and writes once, so that a database that cannot be written is known at once.
    pub fn attach(place: &Place, damage: Option<&Damage>, log: Log) -> Result<Writer, StoreError> {
        let wrong = |error| StoreError::of_sqlite(Doing::Open, place.path(), &error);
        let mut connection = connect(place).map_err(wrong)?;
        // A sync that failed, in this process or an earlier one, may have lost pages of the log that still read well. Moved
        // into the database they are written and synced once more, and nothing depends on the log.
        match move_log(&connection, place, "TRUNCATE") {
            Err(error) if log == Log::Doubtful || error.fault != StoreFault::Busy => {
                return Err(error);
            }
            _ => {}
        }
        note(&mut connection, damage).map_err(wrong)?;
        let files = [place.path().to_path_buf(), place.wal(), place.shm()]
            .map(|path| {
                let identity = Identity::at(&path);
                (path, identity)
            })
            .to_vec();
        let writer = Writer {
            connection,
            files,
            unmoved_bytes: 0,
        };
        match writer.is_in_place() {
            true => Ok(writer),
            false => Err(StoreError::new(Doing::Open, StoreFault::Gone, place.path())),
        }
    }

    /// Whether what is written can be found under the names again: a file that was unlinked takes writes for as long as it is
    /// open, and SQLite does not notice.
    pub fn is_in_place(&self) -> bool {
        self.files
            .iter()
            .all(|(path, identity)| identity.is_some() && Identity::at(path) == *identity)
    }

    /// Takes note of what was committed, and now and then moves the log into the database.
    ///
    /// # Errors
    ///
    /// Where the disk failed: what was committed is safe in the log, and this connection must not be used again. A full disk
    /// or a reader in the way is none: it is tried again later.
    pub fn committed(&mut self, place: &Place, bytes: u64) -> Result<(), StoreError> {
        self.unmoved_bytes += bytes;
        if self.unmoved_bytes < CHECKPOINT_BYTES {
            return Ok(());
        }
        self.unmoved_bytes = 0;
        match move_log(&self.connection, place, "PASSIVE") {
            Err(error) if !matches!(error.fault, StoreFault::Full | StoreFault::Busy) => Err(error),
            _ => Ok(()),
        }
    }
}

/// Moves the log into the database. With `TRUNCATE` all of it, and nothing of the log is needed afterwards.
///
/// # Errors
///
/// [`StoreFault::Busy`] where a reader holds up `TRUNCATE`.
pub(super) fn move_log(
    connection: &Connection,
    place: &Place,
    mode: &str,
) -> Result<(), StoreError> {
    let path = place.path();
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let is_held_up: bool = connection
        .query_row(&sql, [], |row| row.get(0))
        .map_err(|error| StoreError::of_sqlite(Doing::Checkpoint, path, &error))?;
    match is_held_up {
        true => Err(StoreError::new(Doing::Checkpoint, StoreFault::Busy, path)),
        false => Ok(()),
    }
}

fn connect(place: &Place) -> rusqlite::Result<Connection> {
    let connection = schema::connect(place.path(), Locking::Shared)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    let limit = format!("PRAGMA journal_size_limit = {LOG_BYTES_KEPT}");
    connection.query_row(&limit, [], |_| Ok(()))?;
    Ok(connection)
}

fn note(connection: &mut Connection, damage: Option<&Damage>) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    match damage {
        Some(damage) => schema::put_damage(&transaction, damage)?,
        None => schema::put_meta(&transaction, "format", &schema::FORMAT.to_string())?,
    }
    transaction.commit()
}
