//! What a daemon says of how it is, as a test wants it.

use std::sync::Mutex;

use burnwatch::serve::{AckOutcome, Dependency, DependencyState, Face, Live};

/// A daemon that is alive and needs its store alone.
pub struct Looks {
    how: Mutex<(Live, DependencyState)>,
}

impl Looks {
    pub fn new() -> Looks {
        Looks {
            how: Mutex::new((Live::Alive, DependencyState::Fine)),
        }
    }

    pub fn be(&self, live: Live, store: DependencyState) {
        *self.how.lock().unwrap() = (live, store);
    }
}

impl Face for Looks {
    fn live(&self) -> Live {
        self.how.lock().unwrap().0.clone()
    }

    fn ready(&self) -> Vec<Dependency> {
        vec![Dependency {
            name: "store".to_string(),
            state: self.how.lock().unwrap().1,
            reason: "it is said so".to_string(),
        }]
    }

    fn metrics(&self) -> String {
        String::new()
    }

    fn acknowledge(&self, _token: &str) -> AckOutcome {
        AckOutcome::Unknown
    }
}
