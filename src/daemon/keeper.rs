//! One engine with its store: inputs go in, messages come out, and a restart goes on where it was.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::engine::{Book, Engine, Input, Record, Send, State, history};
use crate::store::{HistoryEntry, HistoryFilter, HistoryRow, Recovered, Store, StoreError};

/// After so many batches everything is written down anew.
const SNAPSHOT_BATCHES: usize = 1_000;
/// So often it is tried to keep things again when that failed, in milliseconds.
const HEAL_EVERY_MS: i64 = 5_000;
/// Most rows of history that are remembered while they cannot be kept; the oldest are forgotten.
const MISSED_ROWS_MAX: usize = 10_000;

/// An engine with its store.
pub struct Keeper {
    engine: Engine,
    store: Store,
    /// Batches since everything was written down.
    batches: usize,
    /// Batches that were kept since the start.
    kept: u64,
    /// Rows of history that could not be kept.
    missed: Vec<HistoryRow>,
    /// When it is tried again to keep things, in Unix milliseconds.
    heals_ms: i64,
    /// Whether the engine was told that nothing can be kept.
    is_told: bool,
}

/// What was found at a start.
#[derive(Debug)]
pub struct Opened {
    /// The keeper.
    pub keeper: Keeper,
    /// What was found damaged, for logs.
    pub damage: Option<String>,
    /// Whether there was nothing before.
    pub is_new: bool,
}

/// Why there is no keeper.
#[derive(Debug)]
pub enum KeeperError {
    /// The store cannot be opened.
    Store(StoreError),
    /// What it holds was written by another version, and cannot be understood.
    Unreadable(String),
}

impl fmt::Display for KeeperError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeeperError::Store(error) => error.fmt(f),
            KeeperError::Unreadable(what) => {
                write!(f, "what the store holds cannot be understood: {what}")
            }
        }
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let episodes = self.engine.state().episodes.len();
        f.debug_struct("Keeper")
            .field("episodes", &episodes)
            .finish_non_exhaustive()
    }
}

impl Keeper {
    /// Goes on with what is kept at `path`. What follows from that, such as what was under way when burnwatch stopped, comes
    /// with the first [`Keeper::turn`].
    ///
    /// # Errors
    ///
    /// Where the store cannot be opened. Damage is no error: the daemon goes on with what is left, and tells.
    pub fn open(
        path: &Path,
        book: Arc<Book>,
        seed: u64,
        now_ms: i64,
    ) -> Result<Opened, KeeperError> {
        let (store, recovered) = Store::open(path, now_ms).map_err(KeeperError::Store)?;
        let state = state(&recovered)?;
        let mut engine = Engine::new(book, state, seed);
        engine.handle(Input::Started, now_ms);
        let damage = recovered.damage.map(|damage| damage.to_string());
        if let Some(how) = &damage {
            let how = how.clone();
            engine.handle(Input::Damaged { how }, now_ms);
        }
        let keeper = Keeper {
            engine,
            store,
            batches: recovered.batches.len(),
            kept: 0,
            missed: Vec::new(),
            heals_ms: now_ms,
            is_told: false,
        };
        Ok(Opened {
            keeper,
            damage,
            is_new: recovered.is_new,
        })
    }

    /// What is remembered.
    pub fn state(&self) -> &State {
        self.engine.state()
    }

    /// The configuration.
    pub fn book(&self) -> &Book {
        self.engine.book()
    }

    /// Goes on with another configuration.
    pub fn configure(&mut self, book: Arc<Book>, now_ms: i64) {
        self.engine.configure(book, now_ms);
    }

    /// Whether an attempt is under way of which there is no answer yet.
    pub fn is_sending(&self) -> bool {
        let episodes = self.engine.state().episodes.values();
        let mut debts = episodes.flat_map(|episode| &episode.debts);
        debts.any(|debt| debt.attempt.is_some())
    }

    /// How many batches were kept since the start.
    pub fn kept(&self) -> u64 {
        self.kept
    }

    /// Removes some of the history that is older than `before_ms`, or beyond so many rows; how much that was. While it is more
    /// than nothing there may be more.
    ///
    /// # Errors
    ///
    /// Where nothing can be written.
    pub fn prune(&mut self, before_ms: i64, rows_max: u64) -> Result<u64, StoreError> {
        self.store.prune(before_ms, rows_max)
    }

    /// Why nothing can be kept, where that is so.
    pub fn behind(&self) -> Option<&StoreError> {
        self.store.behind()
    }

    /// What is kept of what happened.
    ///
    /// # Errors
    ///
    /// As [`Store::history`].
    pub fn history(&self, filter: &HistoryFilter) -> Result<Vec<HistoryEntry>, StoreError> {
        self.store.history(filter)
    }

    /// When time alone brings something, in Unix milliseconds.
    pub fn due_ms(&self, now_ms: i64) -> Option<i64> {
        let heals_ms = self.store.behind().map(|_| self.heals_ms(now_ms));
        self.engine.due_ms(now_ms).into_iter().chain(heals_ms).min()
    }

    /// Takes inputs in as one batch, keeps what follows, and gives out what is to be sent now.
    pub fn turn(&mut self, inputs: impl IntoIterator<Item = Input>, now_ms: i64) -> Vec<Send> {
        for input in inputs {
            self.engine.handle(input, now_ms);
        }
        if self.store.behind().is_some() && self.heals_ms(now_ms) <= now_ms {
            self.heal(now_ms);
        }
        let before = self.store.behind().is_some();
        let mut sends = self.settle(now_ms);
        if self.store.behind().is_some() != before || !self.is_said() {
            self.say(now_ms);
            sends.extend(self.settle(now_ms));
        }
        if self.batches >= SNAPSHOT_BATCHES {
            self.snapshot(now_ms);
        }
        sends
    }

    /// Keeps a batch with nothing in it: whether anything can be kept now.
    ///
    /// # Errors
    ///
    /// Why nothing can. What follows from that comes with the next [`Keeper::turn`].
    pub fn touch(&mut self, now_ms: i64) -> Result<(), StoreError> {
        self.store.commit(now_ms, "[]", &[])?;
        self.batches += 1;
        self.kept += 1;
        Ok(())
    }

    /// Writes everything down, so that the next start has little to read.
    pub fn snapshot(&mut self, now_ms: i64) {
        let body = body(self.engine.state());
        // Where it fails the journal has it all, and what is wrong with the disk the next batch finds out.
        if self.store.snapshot(now_ms, &body).is_ok() {
            self.batches = 0;
        }
    }

    /// Stops, with everything written down.
    ///
    /// # Errors
    ///
    /// What keeps it from being so.
    pub fn close(mut self, now_ms: i64) -> Result<(), StoreError> {
        self.snapshot(now_ms);
        self.store.close()
    }

    /// One batch of the engine, kept.
    fn settle(&mut self, now_ms: i64) -> Vec<Send> {
        let batch = self.engine.settle(now_ms);
        if batch.records.is_empty() {
            return batch.sends;
        }
        let rows = rows(self.engine.state(), &batch.records, now_ms);
        let news: Vec<HistoryRow> = rows
            .iter()
            .filter(|row| !is_routine(row))
            .cloned()
            .collect();
        let body = serde_json::to_string(&batch.records).expect("records are texts and numbers");
        match self.store.commit(now_ms, &body, &news) {
            Ok(_) => {
                self.batches += 1;
                self.kept += 1;
            }
            Err(_) => {
                self.missed.extend(news);
                let beyond = self.missed.len().saturating_sub(MISSED_ROWS_MAX);
                self.missed.drain(..beyond);
            }
        }
        // What the log says is on the disk by then, where anything can be.
        rows.iter().for_each(tell);
        batch.sends
    }

    /// When it is tried again to keep things, in Unix milliseconds. What lies further ahead is by a clock that was set back:
    /// then it is now.
    fn heals_ms(&self, now_ms: i64) -> i64 {
        match self.heals_ms > now_ms + HEAL_EVERY_MS {
            true => now_ms,
            false => self.heals_ms,
        }
    }

    fn heal(&mut self, now_ms: i64) {
        self.heals_ms = now_ms + HEAL_EVERY_MS;
        let body = body(self.engine.state());
        // The fault of a copy beside the database is none of what is kept: `behind` says how it stands.
        let _ = self.store.heal(now_ms, &body, &self.missed);
        if self.store.behind().is_none() {
            self.missed.clear();
            self.batches = 0;
        }
    }

    /// Whether the engine knows how the store stands.
    fn is_said(&self) -> bool {
        self.is_told == self.store.behind().is_some()
    }

    fn say(&mut self, now_ms: i64) {
        let input = match self.store.behind() {
            Some(error) => Input::Unsaved {
                why: error.to_string(),
            },
            None => Input::Saved,
        };
        self.is_told = self.store.behind().is_some();
        self.engine.handle(input, now_ms);
    }
}

/// What happens is in the log too, in the words of the history.
fn tell(row: &HistoryRow) {
    let HistoryRow {
        episode,
        slo,
        severity,
        receiver,
        what,
        why,
        ..
    } = row;
    match is_routine(row) {
        true => tracing::debug!(episode, slo, severity, receiver, why, "{what}"),
        false => tracing::info!(episode, slo, severity, receiver, why, "{what}"),
    }
}

/// A test for the heartbeat that goes well: one a minute would be all that the history has.
fn is_routine(row: &HistoryRow) -> bool {
    let goes_well = ["opened", "sent", "delivered", "resolved"].contains(&row.what.as_str());
    row.kind == "canary" && goes_well
}

fn state(recovered: &Recovered) -> Result<State, KeeperError> {
    let unreadable = |error: serde_json::Error| KeeperError::Unreadable(error.to_string());
    let mut state = match &recovered.snapshot {
        Some(snapshot) => serde_json::from_str(&snapshot.body).map_err(unreadable)?,
        None => State::default(),
    };
    for batch in &recovered.batches {
        let records: Vec<Record> = serde_json::from_str(&batch.body).map_err(unreadable)?;
        records.iter().for_each(|record| state.apply(record));
    }
    Ok(state)
}

fn body(state: &State) -> String {
    serde_json::to_string(state).expect("a state is texts and numbers")
}

fn rows(state: &State, records: &[Record], at_ms: i64) -> Vec<HistoryRow> {
    let rows = records
        .iter()
        .filter_map(|record| history::row(state, record));
    rows.map(|row| HistoryRow {
        at_ms,
        episode: row.episode,
        kind: row.kind,
        slo: match row.slo.is_empty() {
            true => String::new(),
            false => format!("{}/{}", row.service, row.slo),
        },
        service: row.service,
        group_labels: row.group,
        severity: row.severity,
        receiver: row.receiver,
        what: row.what.to_string(),
        why: row.why,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_for_the_heartbeat_is_in_the_history_only_where_it_fails() {
        let check = |kind: &str, what: &str, expected: bool| {
            let row = HistoryRow {
                kind: kind.to_string(),
                what: what.to_string(),
                ..HistoryRow::default()
            };
            assert_eq!(is_routine(&row), expected, "{kind} {what}");
        };
        for what in ["opened", "sent", "delivered", "resolved"] {
            check("canary", what, true);
            check("test", what, false);
            check("burn", what, false);
        }
        check("canary", "refused", false);
    }
}
