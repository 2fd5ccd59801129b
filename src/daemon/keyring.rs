//! The secrets of receivers: read from their files for each message, and those that were replaced kept in memory for what was
//! opened with them.
//!
//! Promise: a file that hangs holds up its own messages for [`READ_TIMEOUT`] and nobody else's; no secret is written anywhere.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::time::{self, timeout};

use crate::base::{Duration, Secret};
use crate::notify::{Reason, ReasonKind};
use crate::transport::secrets;

/// Longest time until the file of a secret is read.
pub const READ_TIMEOUT: Duration = Duration::from_ms(5_000);
/// Most files that are read at a time; more wait.
const READS_MAX: usize = 16;
/// Most secrets that are remembered; the one that was used longest ago is forgotten.
pub const REMEMBERED_MAX: usize = 1_024;

/// The secrets of receivers.
pub struct Keyring {
    reads: Arc<Semaphore>,
    /// Secrets with their marks, the one that was used last at the end.
    remembered: Mutex<VecDeque<(String, Secret)>>,
}

impl Default for Keyring {
    fn default() -> Keyring {
        Keyring {
            reads: Arc::new(Semaphore::new(READS_MAX)),
            remembered: Mutex::default(),
        }
    }
}

impl Keyring {
    /// The secret in a file as it is now.
    ///
    /// # Errors
    ///
    /// Why there is none; the text names the file, and nothing that is in it.
    pub async fn read(&self, path: PathBuf) -> Result<Secret, Reason> {
        let unread = |text| Reason {
            kind: ReasonKind::Secret,
            text,
        };
        let shown = path.display().to_string();
        let reads = self.reads.clone();
        let reading = async {
            let permit = reads.acquire_owned().await;
            let read = move || {
                let _permit = permit;
                secrets::read(&path)
            };
            tokio::task::spawn_blocking(read).await
        };
        let most = time::Duration::from_millis(READ_TIMEOUT.as_ms());
        match timeout(most, reading).await {
            Ok(Ok(read)) => read.map_err(|fault| unread(fault.to_string())),
            Ok(Err(_)) => Err(unread(format!(
                "reading the secret file `{shown}` was given up"
            ))),
            Err(_) => Err(unread(format!(
                "the secret file `{shown}` could not be read within {READ_TIMEOUT}"
            ))),
        }
    }

    /// Remembers a secret by its mark.
    pub fn remember(&self, mark: &str, secret: &Secret) {
        let mut remembered = self.lock();
        remembered.retain(|(known, _)| known != mark);
        remembered.push_back((mark.to_string(), secret.clone()));
        if remembered.len() > REMEMBERED_MAX {
            remembered.pop_front();
        }
    }

    /// The secret of this mark, where it is remembered.
    pub fn remembered(&self, mark: &str) -> Option<Secret> {
        let remembered = self.lock();
        let found = remembered.iter().find(|(known, _)| known == mark);
        found.map(|(_, secret)| secret.clone())
    }

    /// Forgets the secret of this mark: whom it was for refuses it.
    pub fn forget(&self, mark: &str) {
        self.lock().retain(|(known, _)| known != mark);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<(String, Secret)>> {
        // What is in it is whole after each of the steps above.
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_secrets_are_remembered_and_those_used_last() {
        let ring = Keyring::default();
        let mark = |at: usize| format!("m{at}");
        for at in 0..REMEMBERED_MAX {
            ring.remember(&mark(at), &Secret::new(mark(at)));
        }
        assert_eq!(ring.remembered("m0"), Some(Secret::new("m0")));
        ring.remember("m0", &Secret::new("m0"));
        ring.remember("more", &Secret::new("more"));
        assert_eq!(ring.remembered("m1"), None);
        assert_eq!(ring.remembered("m0"), Some(Secret::new("m0")));
        ring.forget("m0");
        assert_eq!(ring.remembered("m0"), None);
    }
}
