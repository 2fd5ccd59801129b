//! What is known of the past of SLOs, kept beside the store, so that a restart asks for the time since alone.
//!
//! One thread writes. What cannot be written costs a longer start, and nothing else.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::follow::Follower;
use crate::model::SloId;
use crate::notify::Key;
use crate::store::{Cache, StoreError};

/// Most pasts that wait to be written; those beyond come again later.
const WAITING_MAX: usize = 256;
/// Most pasts of one transaction.
const TOGETHER_MAX: usize = 64;
/// A past that was kept so long ago is learnt anew, in milliseconds.
pub const AGE_MAX_MS: i64 = 12 * 3_600_000;

/// What tells the source that is asked now from others.
pub type SourceMark = Arc<Mutex<Key>>;

/// Keeps pasts.
#[derive(Debug)]
pub struct Checkpoints {
    /// Which source pasts are of: another one after a reload.
    source: SourceMark,
    waiting: Option<SyncSender<Past>>,
    thread: Option<JoinHandle<()>>,
}

/// A past to be kept.
#[derive(Debug)]
struct Past {
    key: String,
    at_ms: i64,
    bytes: Vec<u8>,
}

impl Checkpoints {
    /// Goes on with what is kept beside the store at `data`: `followers` take up what they can. Pasts of others are forgotten.
    ///
    /// # Errors
    ///
    /// Where nothing can be kept. The followers then know nothing.
    pub fn open(
        data: &Path,
        source: SourceMark,
        followers: &mut [&mut Follower],
        now_ms: i64,
    ) -> Result<(Checkpoints, usize), StoreError> {
        let mut cache = Cache::open(data)?;
        let mark = marked(&source);
        let mut resumed = 0;
        for follower in followers.iter_mut() {
            let kept = cache.kept(&key(&mark, follower.id()));
            let kept = kept.filter(|kept| (0..AGE_MAX_MS).contains(&(now_ms - kept.at_ms)));
            resumed += usize::from(kept.is_some_and(|kept| follower.resume(&kept.blob)));
        }
        let keys: Vec<String> = followers.iter().map(|f| key(&mark, f.id())).collect();
        let keys: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        cache.retain(&keys)?;
        let (waiting, pasts) = mpsc::sync_channel(WAITING_MAX);
        let thread = thread::Builder::new()
            .name("checkpoints".to_string())
            .spawn(move || write(cache, &pasts));
        // Without a thread nothing is kept, as on a disk that is full.
        let thread = thread.ok();
        let checkpoints = Checkpoints {
            source,
            waiting: thread.is_some().then_some(waiting),
            thread,
        };
        Ok((checkpoints, resumed))
    }

    /// Nothing is kept.
    pub fn none(source: SourceMark) -> Checkpoints {
        Checkpoints {
            source,
            waiting: None,
            thread: None,
        }
    }

    /// Keeps what a follower knows, soon. Never waits.
    pub fn keep(&self, follower: &Follower) {
        let (Some(waiting), Some(at_ms)) = (&self.waiting, follower.known_ms()) else {
            return;
        };
        let Some(bytes) = follower.written() else {
            return;
        };
        let past = Past {
            key: key(&marked(&self.source), follower.id()),
            at_ms,
            bytes,
        };
        if let Err(TrySendError::Full(past)) = waiting.try_send(past) {
            tracing::debug!(slo = %follower.id(), at_ms = past.at_ms, "its past is kept later, the disk is slow");
        }
    }
}

impl Drop for Checkpoints {
    /// Writes what waits.
    fn drop(&mut self) {
        self.waiting = None;
        if let Some(thread) = self.thread.take() {
            // Its panic would be in the log already.
            let _ = thread.join();
        }
    }
}

/// Under which the past of an SLO is kept: that of another source is another.
fn key(source: &Key, slo: &SloId) -> String {
    format!("{slo} {}", source.as_str())
}

fn marked(source: &SourceMark) -> Key {
    let mark = source.lock();
    mark.unwrap_or_else(PoisonError::into_inner).clone()
}

fn write(mut cache: Cache, pasts: &mpsc::Receiver<Past>) {
    let mut fails = false;
    while let Ok(first) = pasts.recv() {
        let more = pasts.try_iter().take(TOGETHER_MAX - 1);
        let together: Vec<Past> = std::iter::once(first).chain(more).collect();
        let blobs: Vec<(&str, i64, &[u8])> = together
            .iter()
            .map(|past| (past.key.as_str(), past.at_ms, past.bytes.as_slice()))
            .collect();
        match cache.keep(&blobs) {
            Ok(()) => fails = false,
            Err(error) if !fails => {
                fails = true;
                tracing::warn!(%error, "what is known of the past cannot be kept; a restart will ask for it again");
            }
            Err(_) => {}
        }
    }
}
