//! Secrets in files, read when they are needed: whoever changes a file changes the next request.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};

use crate::base::Secret;

/// Largest file of a secret, in bytes.
pub const SECRET_MAX_BYTES: usize = 64 << 10;

/// Why there is no secret. The content of the file is no part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretFault {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: SecretTrouble,
}

/// What is wrong with the file of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretTrouble {
    /// It cannot be read; what the system says.
    Unreadable(String),
    /// It is a folder, a pipe or a device.
    NoFile,
    /// It is larger than [`SECRET_MAX_BYTES`].
    TooLarge,
    /// It is not UTF-8.
    NoText,
    /// There is nothing in it but space.
    Empty,
}

impl fmt::Display for SecretFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the secret file `{}` ", self.path.display())?;
        match &self.why {
            SecretTrouble::Unreadable(why) => write!(f, "cannot be read: {why}"),
            SecretTrouble::NoFile => f.write_str("is no file with a content of its own"),
            SecretTrouble::TooLarge => {
                write!(f, "is larger than {} KiB", SECRET_MAX_BYTES >> 10)
            }
            SecretTrouble::NoText => f.write_str("is not UTF-8"),
            SecretTrouble::Empty => f.write_str("is empty"),
        }
    }
}

/// The secret in a file, without the space around it. It may block as long as the disk does.
pub fn read(path: &Path) -> Result<Secret, SecretFault> {
    let fault = |why| SecretFault {
        path: path.to_path_buf(),
        why,
    };
    read_text(path)
        .map_err(fault)
        .and_then(|text| match text.trim() {
            "" => Err(fault(SecretTrouble::Empty)),
            secret => Ok(Secret::new(secret)),
        })
}

fn read_text(path: &Path) -> Result<String, SecretTrouble> {
    let unreadable = |error: io::Error| SecretTrouble::Unreadable(error.to_string());
    // A pipe would be waited for when it is opened.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(SecretTrouble::NoFile);
    }
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(SECRET_MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > SECRET_MAX_BYTES {
        return Err(SecretTrouble::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| SecretTrouble::NoText)
}

/// What tells one secret from another without telling what it is: 16 hexadecimal digits, which may be stored beside a page
/// that was opened with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// That of a secret: the beginning of SHA-256 over the namespace, its length before it, and the secret.
    pub fn of(namespace: &str, secret: &Secret) -> Fingerprint {
        let mut hash = Context::new(&SHA256);
        hash.update(&(namespace.len() as u64).to_be_bytes());
        hash.update(namespace.as_bytes());
        hash.update(secret.expose().as_bytes());
        let digest = hash.finish();
        let digits = digest.as_ref().iter().take(8);
        Fingerprint(digits.map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
