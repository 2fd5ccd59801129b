//! A daemon that says what a test wants.

use std::sync::{Arc, Condvar, Mutex};

use burnwatch::serve::{AckOutcome, Dependency, DependencyState, Face, Live};

/// What it says, and what it was asked to acknowledge.
pub struct Fake {
    pub live: Mutex<Live>,
    pub needs: Mutex<Vec<Dependency>>,
    pub metrics: Mutex<String>,
    pub outcome: Mutex<AckOutcome>,
    pub acknowledged: Mutex<Vec<String>>,
    gate: Mutex<Gate>,
    opened: Condvar,
}

/// Whether `ready` answers, and how many wait for it.
#[derive(Default)]
struct Gate {
    is_shut: bool,
    waiting: usize,
}

impl Fake {
    pub fn new() -> Arc<Fake> {
        Arc::new(Fake {
            live: Mutex::new(Live::Alive),
            needs: Mutex::new(vec![need(
                "store",
                DependencyState::Fine,
                "written 2 s ago",
            )]),
            metrics: Mutex::new(String::new()),
            outcome: Mutex::new(AckOutcome::Unknown),
            acknowledged: Mutex::default(),
            gate: Mutex::default(),
            opened: Condvar::new(),
        })
    }

    /// Keeps whoever asks whether it is ready waiting.
    pub fn shut(&self) {
        self.gate.lock().unwrap().is_shut = true;
    }

    pub fn open(&self) {
        self.gate.lock().unwrap().is_shut = false;
        self.opened.notify_all();
    }

    pub fn waiting(&self) -> usize {
        self.gate.lock().unwrap().waiting
    }
}

pub fn need(name: &str, state: DependencyState, reason: &str) -> Dependency {
    Dependency {
        name: name.to_owned(),
        state,
        reason: reason.to_owned(),
    }
}

impl Face for Fake {
    fn live(&self) -> Live {
        self.live.lock().unwrap().clone()
    }

    fn ready(&self) -> Vec<Dependency> {
        let mut gate = self.gate.lock().unwrap();
        gate.waiting += 1;
        let mut gate = self.opened.wait_while(gate, |gate| gate.is_shut).unwrap();
        gate.waiting -= 1;
        drop(gate);
        self.needs.lock().unwrap().clone()
    }

    fn metrics(&self) -> String {
        self.metrics.lock().unwrap().clone()
    }

    fn acknowledge(&self, token: &str) -> AckOutcome {
        self.acknowledged.lock().unwrap().push(token.to_owned());
        self.outcome.lock().unwrap().clone()
    }
}
