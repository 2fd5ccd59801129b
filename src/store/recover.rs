//! Which state a start begins with, and what must be said of it. Nothing is changed, except that an interrupted rebuild is
//! finished or removed.

use std::fs::{self, File};
use std::io::{self, Read};

use super::aside;
use super::error::{Doing, StoreError, StoreFault};
use super::examine::{Examined, State, examine};
use super::lock::Remembered;
use super::place::Place;
use super::record::{Base, Damage, DamageSource};
use super::schema::{self, APPLICATION_ID, Locking};
use super::side;

/// What to do with the database before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    /// It is used as it is.
    Whole,
    /// There is none, and a new one is made.
    Missing,
    /// It is set aside, and a new one with the state that was found is made.
    Damaged,
}

/// The state at a start.
#[derive(Debug)]
pub(super) struct Reading {
    pub state: State,
    /// What is wrong, without the name that the database gets.
    pub damage: Option<Damage>,
    pub database: Database,
    pub is_new: bool,
    /// Whether a snapshot beside the database is damaged.
    pub has_bad_side: bool,
}

/// What stands under the name of the database.
#[derive(Clone, Copy)]
enum There {
    Nothing,
    /// A file without content.
    Empty,
    File,
    /// A folder, or what else is no file.
    Else,
}

impl There {
    fn at(place: &Place) -> There {
        match fs::metadata(place.path()) {
            Ok(is) if !is.is_file() => There::Else,
            Ok(is) if is.len() == 0 => There::Empty,
            Ok(_) => There::File,
            Err(error) if error.kind() == io::ErrorKind::NotFound => There::Nothing,
            Err(_) => There::File,
        }
    }
}

/// Refuses a file that is somebody else's. This opens the database as a file, so no connection may be open yet.
pub(super) fn refuse_foreign(place: &Place) -> Result<(), StoreError> {
    let [newest, before] = place.sides();
    let is_known = [place.lock(), newest, before]
        .iter()
        .any(|path| path.exists());
    let wrong = |error: io::Error| StoreError::of_io(Doing::Open, place.path(), &error);
    if is_known || !place.path().exists() {
        return Ok(());
    }
    let mut head = Vec::new();
    File::open(place.path())
        .and_then(|file| file.take(100).read_to_end(&mut head))
        .map_err(wrong)?;
    let is_ours = head.starts_with(b"SQLite format 3\0")
        && head.get(68..72) == Some(APPLICATION_ID.to_be_bytes().as_slice());
    match head.is_empty() || is_ours {
        true => Ok(()),
        false => Err(StoreError::new(
            Doing::Open,
            StoreFault::Foreign,
            place.path(),
        )),
    }
}

/// Reads all that is there.
///
/// # Errors
///
/// Where nothing can be said because something passing or somebody else is in the way; never because of damage.
pub(super) fn read(
    place: &Place,
    remembered: Remembered,
    now_ms: i64,
) -> Result<Reading, StoreError> {
    finish_rebuild(place, now_ms)?;
    let (sides, side_faults) = side::read(place);
    let has_bad_side = !side_faults.is_empty();
    let there = There::at(place);
    let was_used = match remembered {
        Remembered::Absent | Remembered::Empty | Remembered::Committed(0) => {
            !sides.is_empty() || !side_faults.is_empty()
        }
        Remembered::Unreadable | Remembered::Committed(_) => true,
    };
    let is_new = !was_used && matches!(there, There::Nothing | There::Empty);
    if is_new {
        return Ok(Reading {
            state: State::of(None, false),
            damage: None,
            database: Database::Missing,
            is_new,
            has_bad_side,
        });
    }
    let (examined, database) = match there {
        There::Nothing => (without(&sides, "the database is gone"), Database::Missing),
        There::Empty => (without(&sides, "the database is empty"), Database::Damaged),
        There::Else => {
            let why = "something else is in the place of the database";
            (without(&sides, why), Database::Damaged)
        }
        There::File => match look(place, &sides) {
            Ok(examined) if examined.faults.is_empty() => (examined, Database::Whole),
            Ok(examined) => (examined, Database::Damaged),
            Err(error) if matches!(error.fault, StoreFault::Damaged | StoreFault::Io) => {
                let why = format!("the database cannot be read: {}", error.detail);
                (without(&sides, &why), Database::Damaged)
            }
            Err(error) => return Err(error),
        },
    };
    let mut faults = examined.faults;
    faults.extend(side_faults);
    faults.extend(forgotten(remembered, examined.state.last.seq));
    Ok(Reading {
        damage: damage(&faults, &examined.state, remembered, examined.noted),
        state: examined.state,
        database,
        is_new,
        has_bad_side,
    })
}

/// What the lock file knows and the journal does not.
fn forgotten(remembered: Remembered, last_seq: u64) -> Option<String> {
    match remembered {
        Remembered::Committed(seq) if seq > last_seq => Some(format!(
            "the journal ends at {last_seq}, and {seq} was committed"
        )),
        Remembered::Unreadable => {
            Some("the lock file is damaged, which remembers the end of the journal".to_string())
        }
        Remembered::Empty if last_seq > 0 => {
            Some("the lock file is empty, which remembers the end of the journal".to_string())
        }
        _ => None,
    }
}

fn damage(
    faults: &[String],
    state: &State,
    remembered: Remembered,
    noted: Option<Damage>,
) -> Option<Damage> {
    if let Some(noted) = &noted
        && faults.iter().all(|fault| noted.what.contains(fault))
    {
        return Some(noted.clone());
    }
    if faults.is_empty() {
        return None;
    }
    let source = match &state.base {
        Some(base) if state.is_side => DamageSource::Side {
            seq: base.snapshot.seq,
            at_ms: base.snapshot.at_ms,
        },
        None if state.batches.is_empty() => DamageSource::Nothing,
        _ => DamageSource::Database,
    };
    let mut what = faults.join("; ");
    if let Some(noted) = &noted {
        what = format!("{what}; earlier: {}", noted.what);
    }
    Some(Damage {
        what,
        set_aside: noted.as_ref().and_then(|noted| noted.set_aside.clone()),
        from: source,
        reaches_seq: state.last.seq,
        committed_seq: match remembered {
            Remembered::Committed(seq) => Some(seq.max(state.last.seq)),
            _ => None,
        },
    })
}

/// What there is when the database says nothing.
fn without(sides: &[Base], why: &str) -> Examined {
    Examined {
        state: State::of(sides.first().cloned(), !sides.is_empty()),
        faults: vec![why.to_string()],
        noted: None,
    }
}

/// Examines the database; where it cannot be opened as usual, as on a full disk that has no room for the index of the log,
/// with the index in memory, which takes the database for ourselves for that time.
fn look(place: &Place, sides: &[Base]) -> Result<Examined, StoreError> {
    let first = look_once(place, sides, Locking::Shared);
    match first {
        Err(error) => match error.fault {
            StoreFault::Damaged | StoreFault::Busy | StoreFault::TooNew => Err(error),
            _ => look_once(place, sides, Locking::Alone).map_err(|second| match second.fault {
                StoreFault::Busy => error,
                _ => second,
            }),
        },
        examined => examined,
    }
}

fn look_once(place: &Place, sides: &[Base], locking: Locking) -> Result<Examined, StoreError> {
    let path = place.path();
    let connection = schema::connect(path, locking)
        .map_err(|error| StoreError::of_sqlite(Doing::Open, path, &error))?;
    examine(&connection, path, sides)
}

/// A rebuild that was interrupted when the damaged database had been moved away is finished; an earlier one is forgotten.
fn finish_rebuild(place: &Place, now_ms: i64) -> Result<(), StoreError> {
    let wrong = |error: io::Error| StoreError::of_io(Doing::Rebuild, place.path(), &error);
    let new = place.new_database();
    if !new.exists() {
        return Ok(());
    }
    if fs::symlink_metadata(place.path()).is_err() {
        let is_whole = schema::connect(&new, Locking::Shared)
            .map_err(|error| StoreError::of_sqlite(Doing::Rebuild, &new, &error))
            .and_then(|connection| examine(&connection, &new, &[]))
            .is_ok_and(|examined| examined.faults.is_empty());
        if is_whole {
            return aside::move_away(place, &aside::name(place, now_ms))
                .and_then(|()| aside::promote(place))
                .map_err(wrong);
        }
    }
    // On a disk that cannot be written this fails and stops nobody: the next rebuild tries again.
    let _ = schema::remove_new(place);
    Ok(())
}
