//! A store that can fail, and that a crash leaves as it is.

use burnwatch::engine::{Record, State};

/// What is kept.
#[derive(Default)]
pub struct Disk {
    snapshot: State,
    batches: Vec<String>,
    /// Nothing can be kept.
    pub is_broken: bool,
    /// Something happened that is not kept.
    pub is_behind: bool,
}

impl Disk {
    /// Keeps a batch as a whole, or nothing of it.
    pub fn commit(&mut self, records: &[Record]) -> Result<(), ()> {
        if self.is_broken || self.is_behind {
            self.is_behind = true;
            return Err(());
        }
        self.batches.push(serde_json::to_string(records).unwrap());
        Ok(())
    }

    /// Keeps all that there is.
    pub fn heal(&mut self, state: &State) -> Result<(), ()> {
        if self.is_broken {
            return Err(());
        }
        self.keep(state);
        self.is_behind = false;
        Ok(())
    }

    /// Writes everything down anew.
    pub fn keep(&mut self, state: &State) {
        let text = serde_json::to_string(state).unwrap();
        self.snapshot = serde_json::from_str(&text).unwrap();
        self.batches.clear();
    }

    /// Many batches were kept since everything was written down.
    pub fn is_long(&self) -> bool {
        self.batches.len() > 200
    }

    /// What a start finds.
    pub fn read(&self) -> State {
        let mut state = self.snapshot.clone();
        for batch in &self.batches {
            let records: Vec<Record> = serde_json::from_str(batch).unwrap();
            records.iter().for_each(|record| state.apply(record));
        }
        state
    }
}
