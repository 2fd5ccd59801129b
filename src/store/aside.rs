//! Where a damaged database goes: beside its place, under the time, for people to look at.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::place::{Place, after};

/// How many damaged databases are kept; the oldest go first.
pub const DAMAGED_KEPT_MAX: usize = 3;

/// The files of a database, its own last letter of the name for each.
const PARTS: [&str; 3] = ["", "-wal", "-shm"];

/// A name that nothing has yet, for what is damaged at `now_ms`.
pub(super) fn name(place: &Place, now_ms: i64) -> PathBuf {
    let stamp = match jiff::Timestamp::from_millisecond(now_ms) {
        Ok(at) => at.strftime("%Y%m%dT%H%M%SZ").to_string(),
        Err(_) => now_ms.to_string(),
    };
    let first = place.with(&format!(".damaged-{stamp}"));
    let free = |path: &Path| PARTS.iter().all(|part| !after(path, part).exists());
    (2..)
        .map(|n| after(&first, &format!(".{n}")))
        .take(1000)
        .fold(None, |found, next| match found {
            None if free(&first) => Some(first.clone()),
            None if free(&next) => Some(next),
            found => found,
        })
        .unwrap_or(first)
}

/// Moves the database and what belongs to it to the name `to`. The database goes first: where it is gone, a finished new one
/// is known to be meant for its place.
pub(super) fn move_away(place: &Place, to: &Path) -> io::Result<()> {
    for part in PARTS {
        match fs::rename(place.with(part), after(to, part)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Puts a finished new database into its place, from which everything was moved away.
pub(super) fn promote(place: &Place) -> io::Result<()> {
    fs::rename(place.new_database(), place.path())?;
    place.sync_folder()
}

/// Removes the oldest of the damaged databases where there are too many. A failure costs space and nothing else.
pub(super) fn prune(place: &Place) {
    let prefix = match place.with(".damaged-").file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => return,
    };
    let Ok(entries) = fs::read_dir(place.folder()) else {
        return;
    };
    let names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(&prefix))
        .collect();
    let set = |name: &str| {
        let endings = ["-wal", "-shm", ".snapshot", ".snapshot.1"];
        let stem = endings.iter().find_map(|ending| name.strip_suffix(ending));
        stem.unwrap_or(name).to_string()
    };
    let mut sets: Vec<String> = names.iter().map(|name| set(name)).collect();
    sets.sort();
    sets.dedup();
    let old = sets.len().saturating_sub(DAMAGED_KEPT_MAX);
    for name in names.iter().filter(|name| sets[..old].contains(&set(name))) {
        let _ = fs::remove_file(place.folder().join(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_sets_are_kept_as_promised_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("x")).unwrap();
        for second in 0..=DAMAGED_KEPT_MAX as i64 {
            fs::write(place.path(), "a").unwrap();
            fs::write(place.wal(), "b").unwrap();
            let to = name(&place, second * 1000);
            move_away(&place, &to).unwrap();
            prune(&place);
        }
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        let expected: Vec<String> = (1..=DAMAGED_KEPT_MAX)
            .flat_map(|s| ["", "-wal"].map(|part| format!("x.damaged-19700101T00000{s}Z{part}")))
            .collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn two_in_one_second_have_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(&folder.path().join("x")).unwrap();
        let first = name(&place, 0);
        fs::write(&first, "a").unwrap();
        let second = name(&place, 0);
        assert_eq!(second, after(&first, ".2"));
    }
}
