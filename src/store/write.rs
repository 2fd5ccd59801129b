//! Batches and snapshots on their way to the disk, and the way back after that failed.

use std::fs;
use std::path::Path;

use super::aside;
use super::attach::{Log, Writer};
use super::checksum::Checksum;
use super::error::{Doing, StoreError, StoreFault};
use super::history::{HistoryRow, insert};
use super::lock::{Lock, Remembered};
use super::open::{Hold, Store, replace};
use super::place::{Identity, Place};
use super::record::{Base, Mark, Snapshot};
use super::recover::{self, Database};
use super::schema::{self, Content};
use super::side;

/// What a transaction costs in the log besides its texts, in bytes, about.
const COMMIT_BYTES: u64 = 16 * 1024;

impl Store {
    /// Commits one batch and what the history should say of it, in one durable transaction, and returns its number.
    ///
    /// # Errors
    ///
    /// Where it may not be on the disk. The store is then [behind](Store::behind) and refuses further batches until
    /// [`Store::heal`]: the caller goes on in memory.
    pub fn commit(
        &mut self,
        at_ms: i64,
        body: &str,
        history: &[HistoryRow],
    ) -> Result<u64, StoreError> {
        let (last, has_note) = (self.last, self.has_note);
        let mark = self.write(Doing::Commit, |transaction| {
            let mark = schema::put_batch(transaction, last, at_ms, body)?;
            insert(transaction, history)?;
            if has_note {
                schema::drop_damage(transaction)?;
            }
            Ok(mark)
        })?;
        self.last = mark;
        self.has_note = false;
        self.lock.remember(mark.seq);
        self.checkpoint(body.len() as u64);
        Ok(mark.seq)
    }

    /// Writes the state after the last batch, into the database and then beside it. The last two are kept in both, and the
    /// batches since the older one.
    ///
    /// # Errors
    ///
    /// Where one of them failed. When the one beside did ([`Doing::SideSnapshot`]), the store is not behind, and the one that
    /// was there before is as it was.
    pub fn snapshot(&mut self, at_ms: i64, body: &str) -> Result<(), StoreError> {
        let base = self.base(self.last, at_ms, body);
        self.write(Doing::Snapshot, |transaction| {
            schema::put_snapshot(transaction, &base)
        })?;
        self.checkpoint(body.len() as u64);
        side::write(&self.place, &base)
    }

    /// Tries to get whole again: opens the files anew, or makes them anew where they are gone or damaged, and writes all of the
    /// caller's state as a snapshot, with the history rows that could not be written. Nothing that is there is overwritten
    /// before the new state is durable. The snapshot takes a batch number of its own, since the batch that failed may be there.
    ///
    /// # Errors
    ///
    /// Where it is still not possible: the store stays behind. [`StoreFault::Overtaken`] and [`StoreFault::Locked`] say that
    /// another daemon has taken the store.
    pub fn heal(
        &mut self,
        at_ms: i64,
        body: &str,
        history: &[HistoryRow],
    ) -> Result<(), StoreError> {
        let healed = self.heal_database(at_ms, body, history);
        match healed {
            Ok((writer, base)) => {
                self.last = base.mark();
                self.has_note = false;
                self.hold = Hold::Whole(writer);
                self.log = Log::Trusted;
                self.lock.remember_first(self.last.seq);
                side::write(&self.place, &base)
            }
            Err(error) => {
                self.give_up(&error);
                Err(error)
            }
        }
    }

    fn heal_database(
        &mut self,
        at_ms: i64,
        body: &str,
        history: &[HistoryRow],
    ) -> Result<(Writer, Base), StoreError> {
        let path = self.place.path().to_path_buf();
        // The old connection is closed first: it may hold files that are not under our names any more.
        self.hold = Hold::Behind(StoreError::new(Doing::Open, StoreFault::Behind, &path));
        fs::create_dir_all(self.place.folder())
            .map_err(|error| StoreError::of_io(Doing::Rebuild, &path, &error))?;
        let remembered = self.lock_again()?;
        let reading = recover::read(&self.place, Remembered::Absent, at_ms)?;
        let found = reading.state.last.seq;
        let seq = found.max(self.last.seq) + 1;
        // What failed may be on the disk after all; more than that is somebody else's.
        let reach = self.last.seq + 1;
        if found > reach || matches!(remembered, Remembered::Committed(seq) if seq > reach) {
            return Err(StoreError::new(Doing::Open, StoreFault::Overtaken, &path));
        }
        let mark = Mark {
            seq,
            chain: Checksum::of(&[b"healed", reading.state.last.chain.bytes()]),
        };
        let base = self.base(mark, at_ms, body);
        if reading.database != Database::Whole {
            self.rebuild(&base, at_ms)?;
        }
        let mut writer = Writer::attach(&self.place, None, self.log)?;
        put(&mut writer, &self.place, Doing::Commit, |transaction| {
            schema::put_snapshot(transaction, &base)?;
            insert(transaction, history)?;
            schema::drop_damage(transaction)
        })?;
        Ok((writer, base))
    }

    /// Makes sure that the lock file under our name is one that we hold.
    fn lock_again(&mut self) -> Result<Remembered, StoreError> {
        if self.lock.is_in_place() {
            return Ok(Remembered::Absent);
        }
        let (lock, remembered) = Lock::take(&self.place)?;
        self.lock = lock;
        Ok(remembered)
    }

    fn rebuild(&self, base: &Base, at_ms: i64) -> Result<(), StoreError> {
        let content = Content {
            base: Some(base),
            batches: &[],
            damage: None,
        };
        replace(&self.place, &content, &aside::name(&self.place, at_ms))
    }

    fn base(&self, mark: Mark, at_ms: i64, body: &str) -> Base {
        Base {
            snapshot: Snapshot {
                seq: mark.seq,
                at_ms,
                body: body.to_string(),
            },
            chain: mark.chain,
        }
    }

    /// One transaction; where it fails, the connection is given up.
    pub(super) fn write<T>(
        &mut self,
        doing: Doing,
        work: impl FnOnce(&rusqlite::Transaction) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let written = match &mut self.hold {
            Hold::Behind(error) => {
                return Err(StoreError {
                    detail: error.to_string(),
                    ..StoreError::new(doing, StoreFault::Behind, self.place.path())
                });
            }
            Hold::Whole(writer) => put(writer, &self.place, doing, work),
        };
        let written = match written {
            Ok(_) if !self.lock.is_in_place() => {
                Err(StoreError::new(doing, StoreFault::Gone, self.place.path()))
            }
            written => written,
        };
        written.inspect_err(|error| self.give_up(error))
    }

    fn checkpoint(&mut self, bytes: u64) {
        if let Hold::Whole(writer) = &mut self.hold
            && let Err(error) = writer.committed(&self.place, bytes + COMMIT_BYTES)
        {
            self.give_up(&error);
        }
    }

    /// Closes the connection for good.
    fn give_up(&mut self, error: &StoreError) {
        if error.fault == StoreFault::Io {
            self.log = Log::Doubtful;
        }
        self.hold = Hold::Behind(error.clone());
    }
}

/// One transaction on files that are still in their place afterwards.
fn put<T>(
    writer: &mut Writer,
    place: &Place,
    doing: Doing,
    work: impl FnOnce(&rusqlite::Transaction) -> rusqlite::Result<T>,
) -> Result<T, StoreError> {
    let written = (|| {
        let transaction = writer.connection.transaction()?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    })();
    let done = written.map_err(|error| StoreError::of_sqlite(doing, place.path(), &error))?;
    match writer.is_in_place() {
        true => Ok(done),
        false => Err(StoreError::new(doing, StoreFault::Gone, place.path())),
    }
}

/// Copies the database at `path` to `to`, which must not be there: whole, synced, and without stopping the daemon.
pub(super) fn back_up(
    connection: &rusqlite::Connection,
    path: &Path,
    to: &Path,
) -> Result<(), StoreError> {
    let wrong = |error: std::io::Error| StoreError::of_io(Doing::Backup, to, &error);
    if Identity::at(to).is_some() {
        return Err(wrong(std::io::Error::from(
            std::io::ErrorKind::AlreadyExists,
        )));
    }
    let name = to.to_str().ok_or_else(|| {
        wrong(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            "the name is not UTF-8",
        ))
    })?;
    let temporary = format!("{name}.part");
    let _ = fs::remove_file(&temporary);
    connection
        .execute("VACUUM INTO ?1", [&temporary])
        .map_err(|error| StoreError::of_sqlite(Doing::Backup, path, &error))
        .and_then(|_| {
            fs::File::open(&temporary)
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&temporary, to))
                .map_err(wrong)
        })
        .inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
}
