//! The snapshot beside the database: what is left when the database is not.
//!
//! A line with its number, time and checksum, then the body. A new one is written whole under another name, synced, and moved;
//! the one before is kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use super::checksum::Checksum;
use super::error::{Doing, StoreError};
use super::place::{Place, after};
use super::record::{Base, Snapshot};

/// Largest file that is read, in bytes: a billion, which is all that SQLite takes in a text, and a line.
const BYTES_MAX: u64 = 1_000_000_512;

/// What the first line begins with.
const MAGIC: &str = "burnwatch-snapshot 1";

/// Writes `base` beside the database. What was there before is harmed by no failure.
pub(super) fn write(place: &Place, base: &Base) -> Result<(), StoreError> {
    let [newest, before] = place.sides();
    let temporary = place.with(".snapshot.tmp");
    let written = (|| {
        let _ = fs::remove_file(&temporary);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&temporary)?;
        file.write_all(header(base).as_bytes())?;
        file.write_all(base.snapshot.body.as_bytes())?;
        file.sync_all()?;
        match fs::rename(&newest, &before) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&temporary, &newest)?;
        place.sync_folder()
    })();
    written.map_err(|error| {
        let _ = fs::remove_file(&temporary);
        StoreError::of_io(Doing::SideSnapshot, place.path(), &error)
    })
}

/// All that can be read, the newest first, and what is wrong with the others.
pub(super) fn read(place: &Place) -> (Vec<Base>, Vec<String>) {
    let (mut bases, mut faults) = (Vec::new(), Vec::new());
    for path in place.sides() {
        match read_one(&path) {
            Ok(Some(base)) => bases.push(base),
            Ok(None) => {}
            Err(why) => {
                let name = path.file_name().unwrap_or_default().display();
                faults.push(format!("the snapshot file `{name}` {why}"));
            }
        }
    }
    bases.sort_by_key(|base| std::cmp::Reverse(base.snapshot.seq));
    (bases, faults)
}

/// Moves those that cannot be read to names after `to`. A failure only means that they are found again.
pub(super) fn move_damaged_away(place: &Place, to: &Path) {
    for (path, ending) in place.sides().iter().zip([".snapshot", ".snapshot.1"]) {
        if read_one(path).is_err() {
            let _ = fs::rename(path, after(to, ending));
        }
    }
}

fn read_one(path: &Path) -> Result<Option<Base>, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(unreadable)?,
    };
    let bytes = file.metadata().map_err(unreadable)?.len();
    if bytes > BYTES_MAX {
        return Err(format!("is larger than {BYTES_MAX} bytes"));
    }
    let mut text = Vec::new();
    Read::by_ref(&mut file)
        .take(BYTES_MAX)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    parse(&text)
        .map(Some)
        .ok_or_else(|| "is damaged".to_string())
}

fn header(base: &Base) -> String {
    let Snapshot { seq, at_ms, body } = &base.snapshot;
    format!(
        "{MAGIC} seq={seq} at_ms={at_ms} chain={} bytes={} checksum={}\n",
        base.chain.hex(),
        body.len(),
        base.checksum().hex()
    )
}

fn parse(text: &[u8]) -> Option<Base> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&text[..end]).ok()?;
    let mut fields = line.strip_prefix(MAGIC)?.split(' ').skip(1);
    let mut field = |name: &str| fields.next()?.strip_prefix(name)?.strip_prefix('=');
    let seq = field("seq")?.parse().ok()?;
    let at_ms = field("at_ms")?.parse().ok()?;
    let chain = Checksum::from_hex(field("chain")?)?;
    let body = String::from_utf8(text[end + 1..].to_vec()).ok()?;
    let base = Base {
        snapshot: Snapshot { seq, at_ms, body },
        chain,
    };
    (header(&base).as_bytes() == &text[..=end]).then_some(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(seq: u64) -> Base {
        Base {
            snapshot: Snapshot {
                seq,
                at_ms: 5,
                body: format!("state after {seq}\n"),
            },
            chain: Checksum::of(&[b"x"]),
        }
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let one = base(3);
        let text = [header(&one).as_bytes(), one.snapshot.body.as_bytes()].concat();
        assert_eq!(parse(&text), Some(one));
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] ^= 0x10;
            assert_eq!(parse(&changed), None, "byte {at}");
            assert_eq!(parse(&text[..at]), None, "first {at} bytes");
        }
    }

    #[test]
    fn the_one_before_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("x")).unwrap();
        for seq in 1..=3 {
            write(&place, &base(seq)).unwrap();
        }
        assert_eq!(read(&place), (vec![base(3), base(2)], Vec::new()));
    }

    #[test]
    fn a_folder_in_the_way_harms_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("x")).unwrap();
        write(&place, &base(1)).unwrap();
        fs::create_dir(place.with(".snapshot.tmp")).unwrap();
        write(&place, &base(2)).unwrap_err();
        assert_eq!(read(&place).0, [base(1)]);
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("x")).unwrap();
        let file = File::create(&place.sides()[0]).unwrap();
        file.set_len(BYTES_MAX + 1).unwrap();
        let faults = read(&place).1;
        assert_eq!(
            faults,
            ["the snapshot file `x.snapshot` is larger than 1000000512 bytes"]
        );
    }
}
