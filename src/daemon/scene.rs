//! From a configuration to what the watcher watches and the courier needs. Pure but for clients that are made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::asker::Asker;
use super::configuration::Configuration;
use super::timetable::Class;
use super::watching::Scene;
use crate::engine::State;
use crate::evaluate::Group;
use crate::follow::Follower;
use crate::model::SloId;

/// The groups of SLOs that something is remembered of.
pub type Remembered = BTreeMap<SloId, BTreeSet<Group>>;

/// The groups that `state` remembers something of.
pub fn remembered(state: &State) -> Remembered {
    let mut remembered = Remembered::new();
    for (slo, group) in state.watches.keys() {
        let groups = remembered.entry(slo.clone()).or_default();
        groups.insert(group.clone());
    }
    remembered
}

/// A follower of each SLO: what was followed before goes on where it counts the same.
pub fn followers(
    configuration: &Configuration,
    before: Vec<Follower>,
    mut remembered: Remembered,
) -> Vec<(Follower, Class)> {
    let before = before.into_iter();
    let mut before: BTreeMap<SloId, Follower> = before.map(|f| (f.id().clone(), f)).collect();
    let settings = &configuration.settings;
    let follower = |slo: &Arc<crate::model::Slo>| {
        let follower = match before.remove(&slo.id) {
            Some(before) => before.redefined(slo.clone(), settings.clone()),
            None => {
                let groups = remembered.remove(&slo.id).unwrap_or_default();
                Follower::new(slo.clone(), settings.clone(), groups)
            }
        };
        (follower, configuration.class(slo))
    };
    configuration.slos.iter().map(follower).collect()
}

/// The scene of a configuration with these followers.
pub fn scene(
    configuration: &Configuration,
    followers: Vec<(Follower, Class)>,
    asker: Asker,
) -> Scene {
    Scene {
        followers,
        asker: Arc::new(asker),
        query_offset_ms: i64::try_from(configuration.daemon.query_offset.as_ms())
            .unwrap_or(i64::MAX),
    }
}
