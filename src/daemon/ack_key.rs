//! The key that signs links which acknowledge: a file beside the state, made once.
//!
//! Promise: nobody but the daemon's user can read it, and a key that was made is never written over.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};

use super::acks::KEY_BYTES;

/// What the name of the key's file ends with, behind that of the state.
const ENDING: &str = ".key";

/// Why there is no key.
#[derive(Debug)]
pub struct AckKeyFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub why: AckKeyTrouble,
}

/// What is wrong with the file of the key.
#[derive(Debug)]
pub enum AckKeyTrouble {
    /// It can be neither read nor made.
    Io(io::Error),
    /// It is no key: it has another length than [`KEY_BYTES`].
    Length,
    /// The machine gives no random bytes.
    Random,
}

impl fmt::Display for AckKeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.why {
            AckKeyTrouble::Io(error) => {
                write!(f, "the key of links `{path}` cannot be used: {error}")
            }
            AckKeyTrouble::Length => write!(
                f,
                "the key of links `{path}` does not have {KEY_BYTES} bytes; remove it, and a new one is made: links in messages \
                 that were sent stand for nothing then"
            ),
            AckKeyTrouble::Random => f.write_str("this machine gives no random bytes for a key"),
        }
    }
}

/// The key beside the state at `data`, made where there is none.
///
/// # Errors
///
/// Where it can be neither read nor made.
pub fn ack_key(data: &Path) -> Result<[u8; KEY_BYTES], AckKeyFault> {
    let mut path = data.as_os_str().to_owned();
    path.push(ENDING);
    let path = PathBuf::from(path);
    let key = match read(&path) {
        Err(AckKeyTrouble::Io(error)) if error.kind() == io::ErrorKind::NotFound => make(&path),
        read => read,
    };
    key.map_err(|why| AckKeyFault { path, why })
}

fn read(path: &Path) -> Result<[u8; KEY_BYTES], AckKeyTrouble> {
    // A pipe would be waited for when it is opened.
    if !fs::metadata(path).map_err(AckKeyTrouble::Io)?.is_file() {
        return Err(AckKeyTrouble::Length);
    }
    let file = File::open(path).map_err(AckKeyTrouble::Io)?;
    keep_private(&file).map_err(AckKeyTrouble::Io)?;
    let mut bytes = Vec::new();
    file.take(KEY_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(AckKeyTrouble::Io)?;
    bytes.try_into().map_err(|_| AckKeyTrouble::Length)
}

/// Makes a key beside its place and links it there, so that there is never half of one, nor another in the place of one.
fn make(path: &Path) -> Result<[u8; KEY_BYTES], AckKeyTrouble> {
    let mut key = [0; KEY_BYTES];
    let random = SystemRandom::new();
    random.fill(&mut key).map_err(|_| AckKeyTrouble::Random)?;
    let mut new = path.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    // One that a killed run left.
    let _ = fs::remove_file(&new);
    let made = write(&new, &key).and_then(|()| fs::hard_link(&new, path));
    let _ = fs::remove_file(&new);
    match made {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(AckKeyTrouble::Io(error)),
    }
}

fn write(path: &Path, key: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(key)?;
    file.sync_all()
}

#[cfg(unix)]
fn keep_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let others = file.metadata()?.permissions().mode() & 0o077;
    match others {
        0 => Ok(()),
        _ => file.set_permissions(fs::Permissions::from_mode(0o600)),
    }
}

#[cfg(not(unix))]
fn keep_private(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("burnwatch.db");
        let key = ack_key(&data).unwrap();
        assert_eq!(ack_key(&data).unwrap(), key);
        let path = folder.path().join("burnwatch.db.key");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // A restored copy that others could read.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(ack_key(&data).unwrap(), key);
        assert_eq!(mode(), 0o600);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(ack_key(&other.path().join("burnwatch.db")).unwrap(), key);
    }

    #[test]
    fn what_is_no_key_is_left_alone_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("burnwatch.db");
        let path = folder.path().join("burnwatch.db.key");
        for length in [0, KEY_BYTES - 1, KEY_BYTES + 1] {
            fs::write(&path, vec![7; length]).unwrap();
            let said = ack_key(&data).unwrap_err().to_string();
            assert!(
                said.contains("burnwatch.db.key` does not have 32 bytes"),
                "{said}"
            );
            assert_eq!(fs::read(&path).unwrap().len(), length);
        }
        let nowhere = folder.path().join("nowhere").join("burnwatch.db");
        let said = ack_key(&nowhere).unwrap_err().to_string();
        assert!(said.contains("No such file or directory"), "{said}");
    }
}
