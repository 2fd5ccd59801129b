//! What can be asked again: counts of the past, kept so that a restart asks for the gap only.
//!
//! A database of its own, so that neither its size nor its damage touches the journal. What is damaged reads as not kept; a
//! database that cannot be read is made anew. It is not synced at each write: after a power cut it may be older.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::checksum::Checksum;
use super::error::{Doing, StoreError, StoreFault};
use super::place::{Place, after};

/// How long to wait for somebody else, in milliseconds.
const BUSY_MS: u64 = 500;

const TABLE: &str = "
CREATE TABLE IF NOT EXISTS kept (
  key TEXT PRIMARY KEY NOT NULL,
  at_ms INTEGER NOT NULL,
  blob BLOB NOT NULL,
  checksum BLOB NOT NULL
) STRICT, WITHOUT ROWID;
";

/// One thing that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The moment that it speaks of, in Unix milliseconds.
    pub at_ms: i64,
    /// As the caller wrote it.
    pub blob: Vec<u8>,
}

/// The cache of one daemon, beside its store.
#[derive(Debug)]
pub struct Cache {
    connection: Connection,
    path: PathBuf,
}

impl Cache {
    /// Opens the cache of the store at `store`, or makes it, or makes it anew where it cannot be read. The store is open, so
    /// that nobody else uses the cache.
    ///
    /// # Errors
    ///
    /// Where no file can be made.
    pub fn open(store: &Path) -> Result<Cache, StoreError> {
        let path = Place::of(store)?.with(".cache");
        let connection = match open(&path) {
            Err(error) if error.fault == StoreFault::Damaged => {
                remove(&path)?;
                open(&path)?
            }
            connection => connection?,
        };
        Ok(Cache { connection, path })
    }

    /// Keeps all of `blobs` (key, moment in Unix milliseconds, bytes), in one transaction, in the place of what was under
    /// their keys.
    ///
    /// # Errors
    ///
    /// Where it cannot be written. A cache that turns out damaged is made anew and has `blobs` alone.
    pub fn keep(&mut self, blobs: &[(&str, i64, &[u8])]) -> Result<(), StoreError> {
        match self.put(blobs) {
            Err(error) if error.fault == StoreFault::Damaged => {
                remove(&self.path)?;
                self.connection = open(&self.path)?;
                self.put(blobs)
            }
            done => done,
        }
    }

    /// What is kept under `key`; nothing where it is not, or is damaged.
    pub fn kept(&self, key: &str) -> Option<Kept> {
        let row: Option<(i64, Vec<u8>, Vec<u8>)> = self
            .connection
            .query_row(
                "SELECT at_ms, blob, checksum FROM kept WHERE key = ?1",
                [key],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()
            .ok()?;
        let (at_ms, blob, sum) = row?;
        (checksum(key, at_ms, &blob).bytes() == sum).then_some(Kept { at_ms, blob })
    }

    /// Removes what is kept under any key that is not among `keys`, and returns how many that were.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn retain(&mut self, keys: &BTreeSet<&str>) -> Result<u64, StoreError> {
        let path = self.path.clone();
        let done = (|| {
            let transaction = self.connection.transaction()?;
            let all: Vec<String> = transaction
                .prepare("SELECT key FROM kept")?
                .query_map([], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut removed = 0;
            for key in all.iter().filter(|key| !keys.contains(key.as_str())) {
                removed += transaction.execute("DELETE FROM kept WHERE key = ?1", [key])?;
            }
            transaction.commit()?;
            Ok(removed as u64)
        })();
        done.map_err(|error| StoreError::of_sqlite(Doing::Cache, &path, &error))
    }

    fn put(&mut self, blobs: &[(&str, i64, &[u8])]) -> Result<(), StoreError> {
        let path = self.path.clone();
        let done = (|| {
            let transaction = self.connection.transaction()?;
            let sql =
                "INSERT OR REPLACE INTO kept (key, at_ms, blob, checksum) VALUES (?1, ?2, ?3, ?4)";
            let mut statement = transaction.prepare(sql)?;
            for (key, at_ms, blob) in blobs {
                let sum = checksum(key, *at_ms, blob);
                statement.execute(params![key, at_ms, blob, sum.bytes()])?;
            }
            drop(statement);
            transaction.commit()
        })();
        done.map_err(|error| StoreError::of_sqlite(Doing::Cache, &path, &error))
    }
}

fn checksum(key: &str, at_ms: i64, blob: &[u8]) -> Checksum {
    Checksum::of(&[b"kept", key.as_bytes(), &at_ms.to_le_bytes(), blob])
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = (|| {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON;")?;
        connection.execute_batch(TABLE)?;
        connection
            .query_row(
                "SELECT key, at_ms, blob, checksum FROM kept",
                [],
                |_| Ok(()),
            )
            .optional()?;
        Ok(connection)
    })();
    opened.map_err(|error| StoreError::of_sqlite(Doing::Cache, path, &error))
}

fn remove(path: &Path) -> Result<(), StoreError> {
    for part in ["-wal", "-shm", "-journal", ""] {
        match fs::remove_file(after(path, part)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::of_io(Doing::Cache, path, &error));
            }
            _ => {}
        }
    }
    Ok(())
}
