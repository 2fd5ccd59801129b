//! An existing database looked at: which state can be verified in it, and what is wrong with it. Nothing is changed.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::checksum::Checksum;
use super::error::{Doing, StoreError, StoreFault};
use super::record::{Base, Batch, Damage, Mark, Snapshot};
use super::schema::{FORMAT, meta_checksum};

/// Largest database of which every page is checked at start, in bytes; of a larger one, those of the tables that hold the
/// state, and not the history's. Checksums of the state are verified always.
pub const WHOLE_CHECK_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Most faults that are listed.
const FAULTS_MAX: usize = 5;

/// What was found.
#[derive(Debug)]
pub(super) struct Examined {
    /// The best state that can be verified.
    pub state: State,
    /// What is wrong; empty where nothing is.
    pub faults: Vec<String>,
    /// What an earlier start found, and nobody has committed yet.
    pub noted: Option<Damage>,
}

/// A snapshot and what verifiably followed it.
#[derive(Debug)]
pub(super) struct State {
    /// Nothing stands for the very beginning.
    pub base: Option<Base>,
    pub batches: Vec<Batch>,
    pub last: Mark,
    pub is_side: bool,
}

impl State {
    /// A snapshot with nothing after it.
    pub fn of(base: Option<Base>, is_side: bool) -> State {
        State {
            last: base.as_ref().map_or(Mark::START, Base::mark),
            base,
            batches: Vec::new(),
            is_side,
        }
    }
}

/// Looks at the database behind `connection`, which is at `path`. `sides` are the snapshots beside it.
///
/// # Errors
///
/// [`StoreFault::TooNew`], and what SQLite could not do at all.
pub(super) fn examine(
    connection: &Connection,
    path: &Path,
    sides: &[Base],
) -> Result<Examined, StoreError> {
    // The first look at the pages is where a disk that is full, a file that may not be read or another process shows.
    connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(|error| StoreError::of_sqlite(Doing::Check, path, &error))?;
    let mut faults = Vec::new();
    // Also where a byte of the header says so.
    if connection.is_readonly("main").unwrap_or(true) {
        faults.push("the database may not be written".to_string());
    }
    match format(connection) {
        Ok(format) if format > FORMAT => {
            return Err(StoreError::new(Doing::Open, StoreFault::TooNew, path));
        }
        Ok(_) => {}
        Err(error) => faults.push(format!(
            "the format of the database cannot be read: {error}"
        )),
    }
    pages(connection, &mut faults).unwrap_or_else(|error| faults.push(error.to_string()));
    if let Err(error) =
        connection.prepare("SELECT history.why, history_utc.why FROM history, history_utc")
    {
        faults.push(format!("the history cannot be read: {error}"));
    }
    let bases = snapshots(connection, &mut faults);
    let newest = bases.first();
    if let [newest, older, ..] = &bases[..] {
        faults.extend(between(connection, Some(older), newest.mark()));
    } else if let [only] = &bases[..] {
        faults.extend(between(connection, None, only.mark()));
    }
    let (mut state, stopped) = follow(connection, State::of(newest.cloned(), false));
    faults.extend(stopped);
    if let Some(side) = sides.first()
        && side.snapshot.seq > state.last.seq
    {
        faults.push(format!(
            "the database ends at {}, and the snapshot beside it at {}",
            state.last.seq, side.snapshot.seq
        ));
    }
    if !faults.is_empty() {
        let own = bases.iter().skip(1).map(|base| (Some(base), false));
        let beside = sides.iter().map(|base| (Some(base), true));
        for (base, is_side) in own.chain(beside).chain([(None, false)]) {
            let (other, _) = follow(connection, State::of(base.cloned(), is_side));
            if other.last.seq > state.last.seq {
                state = other;
            }
        }
    }
    let noted = noted(connection).unwrap_or_else(|error| {
        faults.push(format!("a note of earlier damage cannot be read: {error}"));
        None
    });
    faults.truncate(FAULTS_MAX);
    Ok(Examined {
        state,
        faults,
        noted,
    })
}

/// The format that the database says it has; one that cannot be verified counts as damage.
fn format(connection: &Connection) -> rusqlite::Result<u32> {
    let value = meta(connection, "format")?;
    value
        .and_then(|text| text.parse().ok())
        .ok_or(rusqlite::Error::InvalidQuery)
}

/// The value under `key`, where its checksum is right.
fn meta(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    let row: Option<(String, Vec<u8>)> = connection
        .query_row(
            "SELECT value, checksum FROM meta WHERE key = ?1",
            [key],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    Ok(row
        .filter(|(value, sum)| meta_checksum(key, value).bytes() == sum)
        .map(|(value, _)| value))
}

fn noted(connection: &Connection) -> rusqlite::Result<Option<Damage>> {
    let notes = "SELECT count(*) FROM meta WHERE key <> 'format'";
    let notes: i64 = connection.query_row(notes, [], |row| row.get(0))?;
    let note = meta(connection, "damage")?.and_then(|text| serde_json::from_str(&text).ok());
    match (notes, note) {
        (0, _) => Ok(None),
        (1, Some(note)) => Ok(Some(note)),
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}

/// What SQLite says of the pages: of all of them, or of those that hold the state.
fn pages(connection: &Connection, faults: &mut Vec<String>) -> rusqlite::Result<()> {
    let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let page_bytes: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let checks: &[&str] = match pages.saturating_mul(page_bytes) as u64 > WHOLE_CHECK_BYTES_MAX {
        true => &["meta", "journal", "snapshot", "sqlite_schema"],
        false => &[""],
    };
    for table in checks {
        let argument = match table.is_empty() {
            true => FAULTS_MAX.to_string(),
            false => table.to_string(),
        };
        let mut statement = connection.prepare(&format!("PRAGMA quick_check({argument})"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let said: String = row.get(0)?;
            if said != "ok" && faults.len() < FAULTS_MAX {
                faults.push(said.replace('\n', ", "));
            }
        }
    }
    Ok(())
}

/// The snapshots that can be verified, the newest first; what is wrong with the others is added to `faults`.
fn snapshots(connection: &Connection, faults: &mut Vec<String>) -> Vec<Base> {
    let mut bases = Vec::new();
    let read = (|| {
        let mut statement = connection.prepare(
            "SELECT seq, at_ms, chain, body, checksum FROM snapshot ORDER BY seq DESC LIMIT 3",
        )?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            bases.extend(snapshot(row));
        }
        Ok(count)
    })();
    match read {
        Ok(count) if count > 2 => faults.push("there are more than two snapshots".to_string()),
        Ok(count) if count > bases.len() => {
            faults.push("a snapshot in the database is damaged".to_string());
        }
        Ok(_) => {}
        Err(error) => {
            let error: rusqlite::Error = error;
            faults.push(format!("the snapshots cannot be read: {error}"));
        }
    }
    bases
}

fn snapshot(row: &rusqlite::Row) -> Option<Base> {
    let base = Base {
        snapshot: Snapshot {
            seq: u64::try_from(row.get::<_, i64>(0).ok()?).ok()?,
            at_ms: row.get(1).ok()?,
            body: row.get(3).ok()?,
        },
        chain: Checksum::from_bytes(row.get_ref(2).ok()?.as_blob().ok()?)?,
    };
    let checksum = row.get_ref(4).ok()?;
    (checksum.as_blob().ok()? == base.checksum().bytes()).then_some(base)
}

/// What is wrong with the batches from `older` (or the beginning) to the newest snapshot, which the state does not need.
fn between(connection: &Connection, older: Option<&Base>, newest: Mark) -> Option<String> {
    let start = older.map_or(Mark::START, Base::mark);
    let mut last = start;
    let stopped = walk(connection, start, newest.seq, |_, mark| last = mark);
    // A snapshot by `heal` has a number of its own, after which the journal begins anew.
    let is_base_of_its_own = last.seq + 1 == newest.seq;
    // A database that was made anew begins with its snapshot.
    let is_first = older.is_none() && last == Mark::START;
    match stopped {
        None if last == newest || is_base_of_its_own || is_first => None,
        None => Some(format!(
            "the journal has nothing between {} and the snapshot at {}",
            last.seq, newest.seq
        )),
        stopped => stopped,
    }
}

/// Takes in what verifiably follows, and says why it stopped before the end.
fn follow(connection: &Connection, mut state: State) -> (State, Option<String>) {
    let mut last = state.last;
    let stopped = walk(connection, state.last, u64::MAX, |batch, mark| {
        state.batches.push(batch);
        last = mark;
    });
    state.last = last;
    (state, stopped)
}

/// Goes over the batches after `from` and up to the number `to`, as far as they can be verified; says why it stopped.
fn walk(
    connection: &Connection,
    from: Mark,
    to: u64,
    mut take: impl FnMut(Batch, Mark),
) -> Option<String> {
    let mut last = from;
    let stopped = (|| {
        let mut statement = connection.prepare(
            "SELECT seq, at_ms, body, checksum FROM journal WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
        )?;
        let to = i64::try_from(to).unwrap_or(i64::MAX);
        let mut rows = statement.query([from.seq as i64, to])?;
        while let Some(row) = rows.next()? {
            let batch = Batch {
                seq: row.get::<_, i64>(0)? as u64,
                at_ms: row.get(1)?,
                body: row.get(2)?,
            };
            if batch.seq != last.seq + 1 {
                let text = format!("the journal goes from {} to {}", last.seq, batch.seq);
                return Ok(Some(text));
            }
            let chain = Checksum::of_batch(last.chain, batch.seq, batch.at_ms, &batch.body);
            if row.get_ref(3)?.as_bytes().ok() != Some(chain.bytes()) {
                return Ok(Some(format!(
                    "batch {} of the journal is damaged",
                    batch.seq
                )));
            }
            last = Mark {
                seq: batch.seq,
                chain,
            };
            take(batch, last);
        }
        Ok(None)
    })();
    stopped.unwrap_or_else(|error: rusqlite::Error| {
        Some(format!(
            "the journal cannot be read after {}: {error}",
            last.seq
        ))
    })
}
