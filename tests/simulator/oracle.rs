//! What must hold whatever happens.

use burnwatch::engine::{Record, Standing, Subject};
use burnwatch::notify::Identity;
use burnwatch::outbox::{Ended, Told};
use serde_json::Value;

use crate::run::Run;

/// Most episodes that this world can have at once.
const EPISODES_MAX: usize = 60;

/// After every batch.
pub fn all_is_in_order(run: &Run, closely: bool) {
    let state = run.engine.state();
    let seed = run.seed;
    assert!(
        state.episodes.len() <= EPISODES_MAX,
        "seed {seed}: memory grows"
    );
    assert_eq!(state.episodes.len(), state.subjects.len(), "seed {seed}");
    for (number, episode) in &state.episodes {
        let about = state.subjects.get(&episode.subject);
        assert_eq!(
            about,
            Some(number),
            "seed {seed}: two episodes of one subject"
        );
    }
    for (lane, receiver) in &run.receivers.0 {
        let open = receiver
            .incidents
            .iter()
            .filter(|(_, incident)| incident.is_open);
        for (key, incident) in open {
            if run.forgiven.contains(&(lane.clone(), key.clone())) {
                continue;
            }
            let mut episodes = state.episodes.values();
            let episode = episodes.find(|one| run.keys.get(&one.number) == Some(key));
            let debt = episode.and_then(|one| one.debts.iter().find(|debt| debt.lane == *lane));
            let is_owed = debt.is_some_and(|debt| debt.is_open_there() || debt.attempt.is_some());
            assert!(
                is_owed,
                "seed {seed} at {}: {lane} has {} open, and nobody will close it: {debt:#?}",
                run.true_ms, incident.episode
            );
        }
    }
    if closely && !run.disk.is_behind && run.engine.is_settled() {
        let [kept, live] = [&run.disk.read(), state].map(|s| serde_json::to_value(s).unwrap());
        differ(&kept, &live, &format!("seed {seed}"));
    }
}

/// Nothing is resolved because nobody could see.
pub fn resolved_by_sight(run: &Run, records: &[Record]) {
    for record in records {
        let Record::Resolved { episode, why, .. } = record else {
            continue;
        };
        if why.contains("removed") || why.contains("policy") {
            continue;
        }
        let Some(episode) = run.engine.state().episodes.get(episode) else {
            continue;
        };
        let Subject::Burn {
            slo,
            group,
            severity,
        } = &episode.subject
        else {
            continue;
        };
        let seen = run.seen.get(&(slo.clone(), group.clone()));
        let tiers = &run.engine.book().slos[slo].tellings;
        // The tier that waits before it fires may not yet do.
        let at_once = |name: &str| name != "slow";
        let burns = seen.copied().flatten().is_some_and(|from| {
            let mut tiers = tiers.iter().skip(from);
            tiers.any(|tier| tier.severity == *severity && at_once(tier.name.as_str()))
        });
        assert!(
            !burns,
            "seed {}: {} is said to be over, and it was last seen burning",
            run.seed,
            episode.name()
        );
    }
}

/// Everything burned for an hour, and everybody was well.
pub fn everybody_knows(run: &Run) {
    let state = run.engine.state();
    let seed = run.seed;
    for service in &run.truth.services {
        let Some(entry) = run.engine.book().slos.get(&service.slo) else {
            continue;
        };
        let subject = Subject::Burn {
            slo: service.slo.clone(),
            group: service.group.clone(),
            severity: "page".parse().unwrap(),
        };
        assert!(
            entry
                .tellings
                .iter()
                .any(|tier| tier.severity.as_str() == "page")
        );
        let episode = state.about(&subject);
        let episode = episode.unwrap_or_else(|| panic!("seed {seed}: no episode of {subject:?}"));
        assert_eq!(episode.standing, Standing::Open, "seed {seed}");
        // The dependent waits behind what it depends on.
        if service.slo.to_string() == "stock/items" {
            continue;
        }
        let mut reached = 0;
        for debt in &episode.debts {
            match (&debt.ended, debt.told) {
                (None, Told::Open { .. }) => {
                    let key = episode.key(&run.engine.book().namespace).to_string();
                    let incident = run.receivers.0[&debt.lane].incidents.get(&key);
                    let is_open = incident.is_some_and(|one| one.is_open);
                    let forgiven = run.forgiven.contains(&(debt.lane.clone(), key));
                    assert!(is_open || forgiven, "seed {seed}: {debt:?}");
                    reached += 1;
                }
                (Some(Ended::Bundled(storm)), _) => {
                    assert!(!state.episodes[storm].is_over(), "seed {seed}");
                    reached += 1;
                }
                (Some(_), _) => {}
                (None, told) => panic!("seed {seed}: {} was not told: {told:?}", debt.lane),
            }
        }
        assert!(
            reached > 0,
            "seed {seed}: nobody knows of {subject:?}\n{episode:#?}"
        );
    }
}

/// Everything was well for half a day.
pub fn everything_is_over(run: &Run) {
    let state = run.engine.state();
    let seed = run.seed;
    let rest: Vec<_> = state.episodes.values().collect();
    assert!(
        rest.is_empty(),
        "seed {seed}: this is never forgotten: {rest:#?}"
    );
    assert!(
        state.watches.is_empty() && state.missing.is_empty(),
        "seed {seed}"
    );
    for (lane, receiver) in &run.receivers.0 {
        for (key, incident) in &receiver.incidents {
            let forgiven = run.forgiven.contains(&(lane.clone(), key.clone()));
            assert!(
                !incident.is_open || forgiven,
                "seed {seed}: {} stays open at {lane} ({:?})",
                incident.episode,
                receiver.identity == Identity::Keyed,
            );
        }
    }
}

/// Fails at the first place where two states differ.
fn differ(kept: &Value, live: &Value, place: &str) {
    match (kept, live) {
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            for (name, value) in a {
                let other = b.get(name).unwrap_or(&Value::Null);
                differ(value, other, &format!("{place}.{name}"));
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (value, other)) in a.iter().zip(b).enumerate() {
                differ(value, other, &format!("{place}[{at}]"));
            }
        }
        _ => assert_eq!(kept, live, "{place}: what is kept is not what is"),
    }
}
