//! The tables, and how a new database is made: whole under another name, then moved.

use std::fs;
use std::io;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction, params};

use super::checksum::Checksum;
use super::error::{Doing, StoreError};
use super::place::{Place, after};
use super::record::{Base, Batch, Damage, Mark};

/// The format of the database. A store of a higher one is refused.
pub const FORMAT: u32 = 1;

/// What stands in a database's header at byte 68, so that `file` and we know whose it is: "bwst".
pub(super) const APPLICATION_ID: u32 = 0x6277_7374;

/// How long to wait for somebody else, in milliseconds.
const BUSY_MS: u64 = 500;

const TABLES: &str = "
CREATE TABLE meta (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL,
  checksum BLOB NOT NULL
) STRICT;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY NOT NULL,
  at_ms INTEGER NOT NULL,
  body TEXT NOT NULL,
  checksum BLOB NOT NULL
) STRICT;
CREATE TABLE snapshot (
  seq INTEGER PRIMARY KEY NOT NULL,
  at_ms INTEGER NOT NULL,
  chain BLOB NOT NULL,
  body TEXT NOT NULL,
  checksum BLOB NOT NULL
) STRICT;
CREATE TABLE history (
  id INTEGER PRIMARY KEY NOT NULL,
  at_ms INTEGER NOT NULL,
  episode TEXT NOT NULL,
  kind TEXT NOT NULL,
  service TEXT NOT NULL,
  slo TEXT NOT NULL,
  group_labels TEXT NOT NULL,
  severity TEXT NOT NULL,
  receiver TEXT NOT NULL,
  what TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE INDEX history_episode ON history (episode, id);
CREATE INDEX history_slo ON history (slo, id);
CREATE VIEW history_utc AS
  SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS at,
         episode, kind, service, slo, group_labels, severity, receiver, what, why
  FROM history;
";

/// Who else may use a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locking {
    /// Others may read; the index of the log is a file.
    Shared,
    /// Nobody; the index is in memory, which needs no room on the disk.
    Alone,
}

/// A connection to an existing database with our settings, all but the mode of its journal.
pub(super) fn connect(path: &Path, locking: Locking) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    if locking == Locking::Alone {
        // Before all else: what comes next may read, and the first read decides where the index is.
        connection.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
    }
    set_up(connection)
}

fn set_up(connection: Connection) -> rusqlite::Result<Connection> {
    use rusqlite::config::DbConfig;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    // Closing must not write: it happens after faults, and before a damaged database is set aside as it is.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON; PRAGMA wal_autocheckpoint = 0;",
    )?;
    Ok(connection)
}

/// What a new database begins with.
pub(super) struct Content<'a> {
    pub base: Option<&'a Base>,
    pub batches: &'a [Batch],
    pub damage: Option<&'a Damage>,
}

/// Makes a database with `content` under [`Place::new_database`]; an unfinished one there is removed. It is durable, but not yet
/// in its place.
pub(super) fn build(place: &Place, content: &Content) -> Result<(), StoreError> {
    let path = place.new_database();
    remove_new(place).map_err(|error| StoreError::of_io(Doing::Rebuild, &path, &error))?;
    fill(&path, content)
        .map_err(|error| StoreError::of_sqlite(Doing::Rebuild, place.path(), &error))
        .inspect_err(|_| {
            let _ = remove_new(place);
        })
}

fn fill(path: &Path, content: &Content) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = set_up(Connection::open_with_flags(path, flags)?)?;
    connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID};"))?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    put_meta(&transaction, "format", &FORMAT.to_string())?;
    let mut last = Mark::START;
    if let Some(base) = content.base {
        put_base(&transaction, base)?;
        last = base.mark();
    }
    for batch in content.batches {
        last = put_batch(&transaction, last, batch.at_ms, &batch.body)?;
    }
    if let Some(damage) = content.damage {
        put_damage(&transaction, damage)?;
    }
    transaction.commit()?;
    // The last step, so that a database in its place is always one with a write-ahead log.
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)
}

/// Removes a database that was not finished.
pub(super) fn remove_new(place: &Place) -> io::Result<()> {
    let path = place.new_database();
    for ending in ["-journal", "-wal", "-shm", ""] {
        match fs::remove_file(after(&path, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Writes a value with its checksum.
pub(super) fn put_meta(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value, checksum) VALUES (?1, ?2, ?3)",
        params![key, value, meta_checksum(key, value).bytes()],
    )?;
    Ok(())
}

/// The checksum of a value under its key.
pub(super) fn meta_checksum(key: &str, value: &str) -> Checksum {
    Checksum::of(&[b"meta", key.as_bytes(), value.as_bytes()])
}

/// Notes what was found, until the caller has committed it.
pub(super) fn put_damage(connection: &Connection, damage: &Damage) -> rusqlite::Result<()> {
    let text = serde_json::to_string(damage).expect("damage is plain data");
    put_meta(connection, "damage", &text)
}

/// Forgets what was found.
pub(super) fn drop_damage(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM meta WHERE key = 'damage'", [])?;
    Ok(())
}

/// Writes the batch that follows `before`.
pub(super) fn put_batch(
    connection: &Connection,
    before: Mark,
    at_ms: i64,
    body: &str,
) -> rusqlite::Result<Mark> {
    let seq = before.seq + 1;
    let chain = Checksum::of_batch(before.chain, seq, at_ms, body);
    connection.execute(
        "INSERT INTO journal (seq, at_ms, body, checksum) VALUES (?1, ?2, ?3, ?4)",
        params![seq as i64, at_ms, body, chain.bytes()],
    )?;
    Ok(Mark { seq, chain })
}

/// Writes a snapshot; the last two are kept, and the batches since the older one.
pub(super) fn put_snapshot(transaction: &Transaction, base: &Base) -> rusqlite::Result<()> {
    put_base(transaction, base)?;
    transaction.execute_batch(
        "DELETE FROM snapshot WHERE seq NOT IN (SELECT seq FROM snapshot ORDER BY seq DESC LIMIT 2);
         DELETE FROM journal WHERE (SELECT count(*) FROM snapshot) = 2 AND seq <= (SELECT min(seq) FROM snapshot);",
    )
}

fn put_base(connection: &Connection, base: &Base) -> rusqlite::Result<()> {
    let snapshot = &base.snapshot;
    connection.execute(
        "INSERT OR REPLACE INTO snapshot (seq, at_ms, chain, body, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            snapshot.seq as i64,
            snapshot.at_ms,
            base.chain.bytes(),
            snapshot.body,
            base.checksum().bytes()
        ],
    )?;
    Ok(())
}
