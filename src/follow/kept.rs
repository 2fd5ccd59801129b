//! What is known of an SLO over a restart and over another configuration: its past, as long as it counts the same.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::follower::{Follower, Known, Past};
use crate::base::Duration;
use crate::evaluate::{Feed, Judge, Resolution};
use crate::model::Slo;
use crate::plan::Settings;

/// A past as it is written down.
#[derive(Serialize, Deserialize)]
struct Kept<P> {
    counts: String,
    scrape_interval_ms: u64,
    past: P,
}

impl Follower {
    /// What its past counts and how finely, as a text: pasts of which it is the same go on in each other's place.
    pub fn counts(&self) -> String {
        let plan = self.plan();
        let settings = Settings {
            scrape_interval: self.declared,
            ..self.settings.clone()
        };
        let resolution = Resolution::of(&plan, &settings);
        let step = Duration::from_ms(resolution.step_ms().unsigned_abs());
        let feed = Feed::of(&plan, &settings, step);
        let labels: Vec<&str> = self.slo.group_by.iter().map(|l| l.as_str()).collect();
        format!(
            "{}\n{resolution:?} {}\n{}\n{feed:?}",
            env!("CARGO_PKG_VERSION"),
            self.phase_ms.rem_euclid(resolution.step_ms()),
            labels.join(",")
        )
    }

    /// The same with another definition: what is known stays where it counts the same.
    pub fn redefined(self, slo: Arc<Slo>, settings: Settings) -> Follower {
        let before = self.counts();
        let mut follower = Follower::new(slo, settings, self.of_note());
        if let Some(Known { past, .. }) = self.known
            && follower.counts() == before
        {
            follower.settings.scrape_interval = self.settings.scrape_interval;
            let judge = Judge::new(&follower.plan());
            follower.known = Some(Known { past, judge });
        }
        follower
    }

    /// The groups of which some tier burns or waits, as far as is known.
    fn of_note(&self) -> std::collections::BTreeSet<crate::evaluate::Group> {
        match &self.known {
            Some(known) => known.past.held.clone(),
            None => self.remembered.clone(),
        }
    }

    /// The same of which nothing is known.
    pub fn forgotten(&self) -> Follower {
        Follower {
            slo: self.slo.clone(),
            settings: self.settings.clone(),
            remembered: self.of_note(),
            known: None,
            ..*self
        }
    }

    /// What is known, to be kept; nothing where nothing is.
    pub fn written(&self) -> Option<Vec<u8>> {
        let known = self.known.as_ref()?;
        let kept = Kept {
            counts: self.counts(),
            scrape_interval_ms: self.settings.scrape_interval.as_ms(),
            past: &known.past,
        };
        Some(postcard::to_stdvec(&kept).expect("numbers and texts can be written"))
    }

    /// Goes on from what was kept; false where it counts something else, or cannot be read.
    pub fn resume(&mut self, bytes: &[u8]) -> bool {
        let Ok(kept) = postcard::from_bytes::<Kept<Past>>(bytes) else {
            return false;
        };
        if kept.counts != self.counts() {
            return false;
        }
        self.settings.scrape_interval = Duration::from_ms(kept.scrape_interval_ms);
        let judge = Judge::new(&self.plan());
        let mut past = kept.past;
        // What fired when the daemon stopped is not what was known at the time of this past.
        past.held.append(&mut self.remembered.clone());
        self.known = Some(Known { past, judge });
        true
    }
}
