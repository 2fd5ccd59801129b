//! Who may ask, where passwords are wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use ring::digest::{Context, SHA256};
use tokio::sync::Semaphore;

use crate::base::Secret;

/// Users and the hashes of their passwords. A password that was right is known from then on, for hashing takes long on purpose.
pub(super) struct Users {
    hashes: BTreeMap<String, Secret>,
    /// What was right: digests of a user and a password; at most one for each user.
    known: Mutex<BTreeSet<[u8; 32]>>,
    /// Passwords are hashed one after the other, so that whoever guesses takes one processor and not all.
    seat: Semaphore,
}

impl Users {
    pub(super) fn new(hashes: BTreeMap<String, Secret>) -> Arc<Users> {
        Arc::new(Users {
            hashes,
            known: Mutex::default(),
            seat: Semaphore::new(1),
        })
    }

    /// Whether nobody needs a password.
    pub(super) fn are_all(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Whether this is the password of this user. A user who is unknown takes as long as one who is known.
    pub(super) async fn admit(self: &Arc<Users>, user: &str, password: Secret) -> bool {
        let digest = digest(user, &password);
        if self.known().contains(&digest) {
            return true;
        }
        let own = self.hashes.get(user);
        let Some(hash) = own.or_else(|| self.hashes.values().next()).cloned() else {
            return false;
        };
        let _seat = self.seat.acquire().await.expect("it is never closed");
        // Somebody may have hashed the same in the meantime.
        if self.known().contains(&digest) {
            return true;
        }
        let verified = tokio::task::spawn_blocking(move || {
            bcrypt::verify(password.expose(), hash.expose()).unwrap_or(false)
        });
        let is_right = verified.await.unwrap_or(false) && own.is_some();
        if is_right {
            self.known().insert(digest);
        }
        is_right
    }

    fn known(&self) -> std::sync::MutexGuard<'_, BTreeSet<[u8; 32]>> {
        self.known.lock().expect("nobody panics with it")
    }
}

fn digest(user: &str, password: &Secret) -> [u8; 32] {
    let mut hash = Context::new(&SHA256);
    hash.update(&(user.len() as u64).to_be_bytes());
    hash.update(user.as_bytes());
    hash.update(password.expose().as_bytes());
    let digest = hash.finish();
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}
