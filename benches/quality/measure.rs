//! Detection quality of one SLO with one set of guards at one traffic.

use burnwatch::base::{Name, Ratio};
use burnwatch::model::policy::Confidence;
use burnwatch::model::slo::{Slo, WindowMode};
use burnwatch::plan::{Settings, plan};
use burnwatch::replay::synthetic::{Dice, Spread, Traffic, Trial, Volume};

use super::course::{Course, Fate, Fates};

/// Without incidents, while traces are gone through: a fifth of the budget is spent evenly.
pub const BACKGROUND_BURN: f64 = 0.2;
/// Incidents that spend less of a budget need not be told of.
pub const SPENT_MIN: f64 = 0.05;

/// Guards of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// `min_errors`.
    pub min_errors: u32,
    /// `confidence`, in percent.
    pub confidence: Option<Ratio>,
}

/// How well incidents were told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// Incidents.
    pub incidents: usize,
    /// Those that spent enough of the budget to matter.
    pub grave: usize,
    /// Those of them that woke somebody.
    pub grave_paged: usize,
    /// Those of them that also held `min_errors`: these had to be told of.
    pub due: usize,
    /// Those of these that woke somebody.
    pub paged: usize,
    /// Those of these of which somebody was told, woken or not.
    pub told: usize,
    /// All pages.
    pub pages: usize,
    /// Pages that opened within an incident.
    pub right_pages: usize,
    /// Pages that opened after one, while the longest window of pages still held it.
    pub late_pages: usize,
    /// How soon somebody was woken, in milliseconds, of incidents that had to be told of.
    pub detection_ms: Option<Spread>,
    /// How long after the end of such an incident that page was over.
    pub reset_ms: Option<Spread>,
}

impl Guards {
    /// `slo` with them.
    pub fn of(self, slo: &Slo) -> Slo {
        let mut slo = slo.clone();
        slo.policy.min_errors = self.min_errors;
        slo.policy.confidence = self.confidence.and_then(Confidence::new);
        slo
    }

    /// What they are called.
    pub fn name(self) -> String {
        let confidence = self
            .confidence
            .map(|percent| format!("confidence {percent} %"));
        let least = (self.min_errors > 1).then(|| format!("min_errors {}", self.min_errors));
        let said: Vec<String> = least.into_iter().chain(confidence).collect();
        match said.is_empty() {
            true => "none".to_string(),
            false => said.join(", "),
        }
    }
}

impl Quality {
    /// That of these fates, under a policy with this `min_errors`.
    pub fn of(fates: &[Fates], min_errors: u32) -> Quality {
        let all = || fates.iter().flat_map(|fates| &fates.incidents);
        let grave = || all().filter(|fate| fate.spent >= SPENT_MIN);
        let is_due = |fate: &&Fate| fate.errors >= f64::from(min_errors);
        let due: Vec<&Fate> = grave().filter(is_due).collect();
        let spread = |figures: &dyn Fn(&Fate) -> Option<i64>| {
            Spread::of(
                due.iter()
                    .filter_map(|fate| figures(fate))
                    .map(|ms| ms as f64),
            )
        };
        Quality {
            incidents: all().count(),
            grave: grave().count(),
            grave_paged: grave().filter(|fate| fate.paged_ms.is_some()).count(),
            due: due.len(),
            paged: due.iter().filter(|fate| fate.paged_ms.is_some()).count(),
            told: due.iter().filter(|fate| fate.told_ms.is_some()).count(),
            pages: fates.iter().map(|fates| fates.pages).sum(),
            right_pages: fates.iter().map(|fates| fates.right_pages).sum(),
            late_pages: fates.iter().map(|fates| fates.late_pages).sum(),
            detection_ms: spread(&|fate| fate.paged_ms),
            reset_ms: spread(&|fate| fate.reset_ms),
        }
    }

    /// The share of incidents that had to be told of and were, by a page or a ticket; 1 without any.
    pub fn recall(&self) -> f64 {
        share(self.told, self.due)
    }

    /// The share of them that woke somebody; 1 without any.
    pub fn paged_recall(&self) -> f64 {
        share(self.paged, self.due)
    }

    /// The share of pages that were right; 1 without any.
    pub fn precision(&self) -> f64 {
        share(self.right_pages, self.pages)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    match whole {
        0 => 1.0,
        whole => part as f64 / whole as f64,
    }
}

/// What becomes of the incidents of a course.
pub fn course(
    slo: &Slo,
    settings: &Settings,
    traffic: Traffic,
    course: &Course,
    seed: u64,
) -> Fates {
    trial(slo, settings, traffic, BACKGROUND_BURN, |trial| {
        course.go(trial, &page(), seed)
    })
}

/// Pages in 30 days in which the budget is spent evenly and just so.
pub fn false_pages(
    slo: &Slo,
    settings: &Settings,
    traffic: Traffic,
    place: [u64; 2],
    seed: u64,
) -> usize {
    let mut dice = Dice::at(seed, &place);
    let month_ms = 30 * 86_400_000;
    trial(slo, settings, traffic, 1.0, |trial| {
        trial
            .quiet(month_ms, &mut dice)
            .get(&page())
            .copied()
            .unwrap_or(0)
    })
}

fn trial<T>(
    slo: &Slo,
    settings: &Settings,
    traffic: Traffic,
    burn: f64,
    go: impl FnOnce(&Trial<'_>) -> T,
) -> T {
    let plan = plan(slo, WindowMode::Recorded);
    go(&Trial {
        plan: &plan,
        settings,
        volume: Volume::Events(traffic),
        background: burn * slo.objective.budget().to_f64(),
    })
}

fn page() -> Name {
    "page".parse().expect("a literal name is a name")
}
