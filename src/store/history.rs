//! What happened, for people: rows that are committed with the batch that made them happen, and removed when they are old.
//!
//! No decision is made from them. They carry no checksum of their own; damage to their pages is found at start where SQLite
//! finds it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Row, ToSql, params};

use super::error::{Doing, StoreError, StoreFault};
use super::open::{Hold, Store};
use super::place::after;
use super::write::back_up;

/// Most rows that one call of [`Store::prune`] removes, so that no batch waits long behind it.
pub const PRUNE_ROWS_MAX: u64 = 1_000;

/// One change of state or delivery. Fields that do not apply are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryRow {
    /// When it happened, in Unix milliseconds.
    pub at_ms: i64,
    /// The key of the episode.
    pub episode: String,
    /// What kind of thing the episode is about, one word.
    pub kind: String,
    /// The service.
    pub service: String,
    /// The SLO, as `service/name`.
    pub slo: String,
    /// The labels of the group.
    pub group_labels: String,
    /// The severity.
    pub severity: String,
    /// Who was told.
    pub receiver: String,
    /// What happened, one word.
    pub what: String,
    /// For what reason.
    pub why: String,
}

/// A row with its place in the order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Higher than that of every row before.
    pub id: i64,
    /// What happened.
    pub row: HistoryRow,
}

/// Which rows are asked for; what is `None` selects nothing away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// The key of an episode.
    pub episode: Option<String>,
    /// An SLO, as `service/name`.
    pub slo: Option<String>,
    /// A service.
    pub service: Option<String>,
    /// A receiver.
    pub receiver: Option<String>,
    /// The earliest time, in Unix milliseconds.
    pub since_ms: Option<i64>,
    /// Most rows: the newest of them.
    pub rows_max: Option<u64>,
}

/// The history of a store that may be in use by a daemon: it reads, and disturbs nobody.
#[derive(Debug)]
pub struct History {
    connection: Connection,
    path: std::path::PathBuf,
}

impl History {
    /// Opens the database at `path` to read.
    ///
    /// # Errors
    ///
    /// Where there is none, or it cannot be read.
    pub fn open(path: &Path) -> Result<History, StoreError> {
        let path = std::path::absolute(path)
            .map_err(|error| StoreError::of_io(Doing::Open, path, &error))?;
        if !path.exists() {
            return Err(StoreError::new(Doing::Open, StoreFault::Gone, &path));
        }
        let connection =
            open(&path).map_err(|error| StoreError::of_sqlite(Doing::Open, &path, &error))?;
        Ok(History { connection, path })
    }

    /// The rows that `filter` asks for, the oldest first.
    ///
    /// # Errors
    ///
    /// Where they cannot be read.
    pub fn rows(&self, filter: &HistoryFilter) -> Result<Vec<HistoryEntry>, StoreError> {
        select(&self.connection, filter)
            .map_err(|error| StoreError::of_sqlite(Doing::Read, &self.path, &error))
    }

    /// Copies the whole database to `to`, which must not be there, while the daemon goes on.
    ///
    /// # Errors
    ///
    /// Where that is not possible; nothing is left at `to` then.
    pub fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        back_up(&self.connection, &self.path, to)
    }
}

impl Store {
    /// The rows that `filter` asks for, the oldest first.
    ///
    /// # Errors
    ///
    /// Where they cannot be read, and while the store is [behind](Store::behind).
    pub fn history(&self, filter: &HistoryFilter) -> Result<Vec<HistoryEntry>, StoreError> {
        let path = self.place.path();
        match &self.hold {
            Hold::Whole(writer) => select(&writer.connection, filter)
                .map_err(|error| StoreError::of_sqlite(Doing::Read, path, &error)),
            Hold::Behind(error) => Err(StoreError {
                doing: Doing::Read,
                ..error.clone()
            }),
        }
    }

    /// Removes some of the rows that are older than `before_ms` or more than the newest `rows_max`, and returns how many. While
    /// it returns more than none there may be more: call it again when nothing is waiting.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    pub fn prune(&mut self, before_ms: i64, rows_max: u64) -> Result<u64, StoreError> {
        let removed = self.write(Doing::Prune, |transaction| {
            transaction.execute(
                "DELETE FROM history WHERE id IN (
                   SELECT id FROM (SELECT id, at_ms FROM history ORDER BY id LIMIT ?3)
                   WHERE at_ms < ?1 OR id <= (SELECT max(id) FROM history) - ?2)",
                params![before_ms, rows_max as i64, PRUNE_ROWS_MAX as i64],
            )
        })?;
        Ok(removed as u64)
    }

    /// Copies the whole database to `to`, which must not be there.
    ///
    /// # Errors
    ///
    /// Where that is not possible; nothing is left at `to` then.
    pub fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        let path = self.place.path();
        match &self.hold {
            Hold::Whole(writer) => back_up(&writer.connection, path, to),
            Hold::Behind(error) => Err(StoreError {
                doing: Doing::Backup,
                ..error.clone()
            }),
        }
    }
}

/// Writes rows, in their order.
pub(super) fn insert(connection: &Connection, rows: &[HistoryRow]) -> rusqlite::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare(
        "INSERT INTO history (at_ms, episode, kind, service, slo, group_labels, severity, receiver, what, why)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for row in rows {
        statement.execute(params![
            row.at_ms,
            row.episode,
            row.kind,
            row.service,
            row.slo,
            row.group_labels,
            row.severity,
            row.receiver,
            row.what,
            row.why
        ])?;
    }
    Ok(())
}

fn select(connection: &Connection, filter: &HistoryFilter) -> rusqlite::Result<Vec<HistoryEntry>> {
    let mut sql = String::from(
        "SELECT id, at_ms, episode, kind, service, slo, group_labels, severity, receiver, what, why
         FROM history WHERE true",
    );
    let mut values: Vec<&dyn ToSql> = Vec::new();
    let conditions: [(&str, Option<&dyn ToSql>); 5] = [
        ("episode =", filter.episode.as_ref().map(|v| v as _)),
        ("slo =", filter.slo.as_ref().map(|v| v as _)),
        ("service =", filter.service.as_ref().map(|v| v as _)),
        ("receiver =", filter.receiver.as_ref().map(|v| v as _)),
        ("at_ms >=", filter.since_ms.as_ref().map(|v| v as _)),
    ];
    for (condition, value) in conditions {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ?{}", values.len()));
        }
    }
    let rows_max = filter
        .rows_max
        .map_or(-1, |rows| i64::try_from(rows).unwrap_or(i64::MAX));
    values.push(&rows_max);
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ?{}", values.len()));
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map(&values[..], entry)?;
    let mut entries = rows.collect::<rusqlite::Result<Vec<HistoryEntry>>>()?;
    entries.reverse();
    Ok(entries)
}

fn entry(row: &Row) -> rusqlite::Result<HistoryEntry> {
    Ok(HistoryEntry {
        id: row.get(0)?,
        row: HistoryRow {
            at_ms: row.get(1)?,
            episode: row.get(2)?,
            kind: row.get(3)?,
            service: row.get(4)?,
            slo: row.get(5)?,
            group_labels: row.get(6)?,
            severity: row.get(7)?,
            receiver: row.get(8)?,
            what: row.get(9)?,
            why: row.get(10)?,
        },
    })
}

/// Opens to read. Where the folder cannot be written, as for another user, the index of the log cannot be made; a database that
/// was closed needs none.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let usual = connect(Connection::open_with_flags(path, flags));
    match usual {
        Err(error) if !after(path, "-wal").exists() => {
            let Some(name) = path.to_str() else {
                return Err(error);
            };
            let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
            let uri = format!("file:{}?immutable=1", name.replace('+', "%20"));
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            connect(Connection::open_with_flags(uri, flags)).map_err(|_| error)
        }
        usual => usual,
    }
}

fn connect(connection: rusqlite::Result<Connection>) -> rusqlite::Result<Connection> {
    let connection = connection?;
    connection.busy_timeout(std::time::Duration::from_millis(500))?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(connection)
}
