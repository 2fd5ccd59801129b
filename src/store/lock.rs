//! The lock file: held for life so that one daemon uses a store, and a witness of how far the journal went.
//!
//! After each commit its number is written here, without waiting for the disk. A journal that ends before it has lost what was
//! durable, which SQLite cannot notice when the end of its write-ahead log is missing. After a power cut the witness may be
//! older than the journal, never newer.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::checksum::Checksum;
use super::error::{Doing, StoreError, StoreFault};
use super::place::{Identity, Place};

/// Longest content that is read, in bytes; what we write is one line.
const LINE_BYTES_MAX: u64 = 256;

/// What the lock file said when it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remembered {
    /// There was no such file.
    Absent,
    /// It was empty.
    Empty,
    /// It had something else in it.
    Unreadable,
    /// The batch with this number was committed.
    Committed(u64),
}

/// A lock that is held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
    identity: Option<Identity>,
}

impl Lock {
    /// Takes the lock, and reads what its last holder left.
    ///
    /// # Errors
    ///
    /// [`StoreFault::Locked`] where another process has it, and where the file cannot be made.
    pub fn take(place: &Place) -> Result<(Lock, Remembered), StoreError> {
        let path = place.lock();
        let wrong = |error: io::Error| StoreError::of_io(Doing::Lock, place.path(), &error);
        let was_there = path.exists();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path);
        let mut file = match file {
            // On a disk that became read-only the lock still keeps others away; it only remembers nothing more.
            Err(error) if was_there => File::open(&path).map_err(|_| wrong(error))?,
            other => other.map_err(wrong)?,
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::new(
                    Doing::Lock,
                    StoreFault::Locked,
                    place.path(),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(wrong(error)),
        }
        let mut text = Vec::new();
        let read = Read::by_ref(&mut file)
            .take(LINE_BYTES_MAX)
            .read_to_end(&mut text);
        let remembered = match read {
            Err(_) => Remembered::Unreadable,
            Ok(_) if !was_there => Remembered::Absent,
            Ok(0) => Remembered::Empty,
            Ok(_) => match seq_of(&text) {
                Some(seq) => Remembered::Committed(seq),
                None => Remembered::Unreadable,
            },
        };
        let identity = Identity::at(&path);
        Ok((
            Lock {
                file,
                path,
                identity,
            },
            remembered,
        ))
    }

    /// Whether the file is still the one that was locked.
    pub fn is_in_place(&self) -> bool {
        self.identity.is_some() && Identity::at(&self.path) == self.identity
    }

    /// Remembers that the batch with the number `seq` is durable. A failure costs a witness and nothing else.
    pub fn remember(&mut self, seq: u64) {
        let _ = self.write(seq);
    }

    /// As [`Lock::remember`], and makes the file itself last, so that a power cut leaves it readable.
    pub fn remember_first(&mut self, seq: u64) {
        let _ = self.write(seq).and_then(|()| self.file.sync_all());
    }

    fn write(&mut self, seq: u64) -> io::Result<()> {
        let line = line(seq);
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(line.as_bytes())?;
        self.file.set_len(line.len() as u64)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough while a process that is just being started still has a copy of the descriptor.
        let _ = self.file.unlock();
    }
}

fn line(seq: u64) -> String {
    let checksum = Checksum::of(&[b"committed", &seq.to_le_bytes()]).hex();
    format!("burnwatch has committed {seq:020} {checksum}\n")
}

fn seq_of(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let seq = text.split(' ').nth(3)?.parse().ok()?;
    (text == line(seq)).then_some(seq)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back_and_a_changed_one_is_not() {
        let text = line(42);
        assert_eq!(seq_of(text.as_bytes()), Some(42));
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] ^= 1;
            assert_eq!(seq_of(&changed), None, "byte {at}");
            assert_eq!(seq_of(&text.as_bytes()[..at]), None, "first {at} bytes");
        }
    }

    #[test]
    fn a_second_holder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("x")).unwrap();
        let (mut lock, before) = Lock::take(&place).unwrap();
        assert_eq!(before, Remembered::Absent);
        lock.remember_first(7);
        assert_eq!(Lock::take(&place).unwrap_err().fault, StoreFault::Locked);
        drop(lock);
        assert_eq!(Lock::take(&place).unwrap().1, Remembered::Committed(7));
    }
}
