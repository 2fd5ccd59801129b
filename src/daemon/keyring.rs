//! The secrets of receivers: read from their files for each message, and those that were replaced kept in memory for what was
//! opened with them.
//!
//! Promise: a file that hangs holds up its own messages for [`READ_TIMEOUT`] and nobody else's; no secret is written anywhere.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync;
use tokio::time::{self, timeout};

use crate::base::{Duration, Secret};
use crate::notify::{Reason, ReasonKind};
use crate::transport::{SecretFault, secrets};

/// Longest time until the file of a secret is read.
pub const READ_TIMEOUT: Duration = Duration::from_ms(5_000);
/// Most secrets that are remembered; the one that was used longest ago is forgotten.
pub const REMEMBERED_MAX: usize = 1_024;

/// The secrets of receivers.
pub struct Keyring {
    patience: Duration,
    /// Who reads a file has it here to himself: of one that hangs a single thread hangs, however often it is asked for.
    reads: Mutex<BTreeMap<PathBuf, Arc<sync::Mutex<()>>>>,
    /// Secrets with their marks, the one that was used last at the end.
    remembered: Mutex<VecDeque<(String, Secret)>>,
}

impl Default for Keyring {
    fn default() -> Keyring {
        Keyring {
            patience: READ_TIMEOUT,
            reads: Mutex::default(),
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
        self.read_by(path, secrets::read).await
    }

    async fn read_by(
        &self,
        path: PathBuf,
        read: impl FnOnce(&Path) -> Result<Secret, SecretFault> + Send + 'static,
    ) -> Result<Secret, Reason> {
        let unread = |text| Reason {
            kind: ReasonKind::Secret,
            text,
        };
        let shown = path.display().to_string();
        let turn = self.turn(&path);
        let reading = async {
            let turn = turn.lock_owned().await;
            let read = move || {
                let _turn = turn;
                read(&path)
            };
            tokio::task::spawn_blocking(read).await
        };
        let most = time::Duration::from_millis(self.patience.as_ms());
        match timeout(most, reading).await {
            Ok(Ok(read)) => read.map_err(|fault| unread(fault.to_string())),
            Ok(Err(_)) => Err(unread(format!(
                "reading the secret file `{shown}` was given up"
            ))),
            Err(_) => Err(unread(format!(
                "the secret file `{shown}` could not be read within {}",
                self.patience
            ))),
        }
    }

    /// The turn of those who read a file.
    fn turn(&self, path: &Path) -> Arc<sync::Mutex<()>> {
        let mut reads = locked(&self.reads);
        if let Some(turn) = reads.get(path) {
            return turn.clone();
        }
        // Files that nobody reads now may be of an earlier configuration.
        reads.retain(|_, turn| Arc::strong_count(turn) > 1);
        reads.entry(path.to_path_buf()).or_default().clone()
    }

    /// Remembers a secret by its mark.
    pub fn remember(&self, mark: &str, secret: &Secret) {
        let mut remembered = locked(&self.remembered);
        remembered.retain(|(known, _)| known != mark);
        remembered.push_back((mark.to_string(), secret.clone()));
        if remembered.len() > REMEMBERED_MAX {
            remembered.pop_front();
        }
    }

    /// The secret of this mark, where it is remembered.
    pub fn remembered(&self, mark: &str) -> Option<Secret> {
        let remembered = locked(&self.remembered);
        let found = remembered.iter().find(|(known, _)| known == mark);
        found.map(|(_, secret)| secret.clone())
    }

    /// Forgets the secret of this mark: whom it was for refuses it.
    pub fn forget(&self, mark: &str) {
        locked(&self.remembered).retain(|(known, _)| known != mark);
    }
}

/// What is in it is whole after each step that is made here.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_file_that_hangs_holds_one_thread_and_its_own_messages_alone() {
        let ring = Keyring {
            patience: Duration::from_ms(20),
            ..Keyring::default()
        };
        let (release, hold) = mpsc::channel::<()>();
        let reads = Arc::new(AtomicUsize::new(0));
        let hanging = |hold: Option<mpsc::Receiver<()>>| {
            let reads = reads.clone();
            move |_: &Path| {
                reads.fetch_add(1, Ordering::SeqCst);
                let _ = hold.map(|hold| hold.recv());
                Ok(Secret::new("late"))
            }
        };
        let path = || PathBuf::from("hangs");
        let first = ring.read_by(path(), hanging(Some(hold))).await;
        let text = first.unwrap_err().text;
        assert_eq!(
            text,
            "the secret file `hangs` could not be read within 20ms"
        );
        for _ in 0..20 {
            let again = ring.read_by(path(), hanging(None)).await;
            assert!(again.is_err());
        }
        assert_eq!(reads.load(Ordering::SeqCst), 1);
        let patient = Keyring {
            patience: READ_TIMEOUT,
            ..ring
        };
        let other = patient.read_by(PathBuf::from("other"), |_| Ok(Secret::new("x")));
        assert_eq!(other.await, Ok(Secret::new("x")));
        drop(release);
        let late = patient.read_by(path(), hanging(None)).await;
        assert_eq!(late, Ok(Secret::new("late")));
    }

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
