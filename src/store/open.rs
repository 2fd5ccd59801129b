//! A store, from opening its files to closing them.

use std::path::Path;

use super::aside;
use super::attach::{Log, Writer, move_log};
use super::error::{Doing, StoreError};
use super::lock::Lock;
use super::place::Place;
use super::record::{Mark, Recovered};
use super::recover::{self, Database, Reading};
use super::schema::{self, Content};
use super::side;

/// The files of one daemon, held for as long as this lives.
#[derive(Debug)]
pub struct Store {
    pub(super) place: Place,
    pub(super) lock: Lock,
    pub(super) hold: Hold,
    pub(super) last: Mark,
    pub(super) has_note: bool,
    pub(super) log: Log,
}

/// Whether the store can be written.
#[derive(Debug)]
pub(super) enum Hold {
    /// Everything that was given to it is on the disk.
    Whole(Writer),
    /// Something is not, for this reason.
    Behind(StoreError),
}

impl Store {
    /// Opens the store at `path`, whose folder must be there, and reads what is in it. Damage is no error: what is damaged is set
    /// aside, and [`Recovered::damage`] says it. Where the state can be read and nothing can be written, the store is
    /// [behind](Store::behind) from the start.
    ///
    /// # Errors
    ///
    /// Where another daemon has it, where a newer burnwatch wrote it, where the file is somebody else's, and where neither
    /// reading nor making it is possible.
    pub fn open(path: &Path, now_ms: i64) -> Result<(Store, Recovered), StoreError> {
        let place = Place::of(path)?;
        recover::refuse_foreign(&place)?;
        let (mut lock, remembered) = Lock::take(&place)?;
        let mut reading = recover::read(&place, remembered, now_ms)?;
        let prepared = prepare(&place, &mut reading, now_ms)
            .and_then(|()| Writer::attach(&place, reading.damage.as_ref(), Log::Trusted));
        let hold = match prepared {
            Ok(writer) => {
                if reading.has_bad_side {
                    side::move_damaged_away(&place, &aside::name(&place, now_ms));
                }
                lock.remember_first(reading.state.last.seq);
                Hold::Whole(writer)
            }
            Err(error) if reading.is_new => return Err(error),
            Err(error) => Hold::Behind(error),
        };
        let store = Store {
            place,
            lock,
            hold,
            last: reading.state.last,
            has_note: reading.damage.is_some(),
            log: Log::Trusted,
        };
        let recovered = Recovered {
            snapshot: reading.state.base.map(|base| base.snapshot),
            batches: reading.state.batches,
            damage: reading.damage,
            is_new: reading.is_new,
        };
        Ok((store, recovered))
    }

    /// Why the store does not have all that it was given; nothing where it has.
    pub fn behind(&self) -> Option<&StoreError> {
        match &self.hold {
            Hold::Whole(_) => None,
            Hold::Behind(error) => Some(error),
        }
    }

    /// The number of the last batch that was committed.
    pub fn last_seq(&self) -> u64 {
        self.last.seq
    }

    /// Closes the files, so that the database alone is all of the store.
    ///
    /// # Errors
    ///
    /// Where that failed; what was committed is safe all the same.
    pub fn close(self) -> Result<(), StoreError> {
        match self.hold {
            Hold::Whole(writer) => move_log(&writer.connection, &self.place, "TRUNCATE"),
            Hold::Behind(error) => Err(error),
        }
    }
}

/// Makes the database that [`Writer::attach`] expects: one with the state of `reading`.
fn prepare(place: &Place, reading: &mut Reading, now_ms: i64) -> Result<(), StoreError> {
    if reading.database == Database::Whole {
        return Ok(());
    }
    if reading.is_new && place.path().exists() {
        // An empty file that somebody made beforehand.
        std::fs::remove_file(place.path())
            .map_err(|error| StoreError::of_io(Doing::Rebuild, place.path(), &error))?;
    }
    let to = aside::name(place, now_ms);
    let mut damage = reading.damage.clone();
    if let (Some(damage), Database::Damaged) = (&mut damage, reading.database) {
        damage.set_aside = Some(to.clone());
    }
    let content = Content {
        base: reading.state.base.as_ref(),
        batches: &reading.state.batches,
        damage: damage.as_ref(),
    };
    replace(place, &content, &to)?;
    reading.damage = damage;
    Ok(())
}

/// Puts a new database with `content` into the place of what is there, which is moved to the name `to`.
pub(super) fn replace(place: &Place, content: &Content, to: &Path) -> Result<(), StoreError> {
    schema::build(place, content)?;
    aside::move_away(place, to)
        .and_then(|()| aside::promote(place))
        .map_err(|error| StoreError::of_io(Doing::Rebuild, place.path(), &error))?;
    aside::prune(place);
    Ok(())
}
