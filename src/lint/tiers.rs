//! Where to say what is wrong with tiers: at the tier where the SLO wrote it itself; at the SLO where a policy of the
//! workspace, or the built-in one, does not fit it.

use crate::base::{Ratio, Span};
use crate::model::Slo;
use crate::model::place::TierPlace;
use crate::plan::PlannedTier;

use super::subject::Subject;

/// The tiers of an SLO for which something holds, by whose they are.
pub struct Tiers<'s, 'a> {
    /// Those that stand in the SLO's own file.
    pub own: Vec<(TierPlace, &'s PlannedTier<'a>)>,
    /// Those of a policy that other SLOs may use, too.
    pub shared: Vec<&'s PlannedTier<'a>>,
}

impl<'s, 'a> Tiers<'s, 'a> {
    /// The tiers of `subject` for which `holds`.
    pub fn of(subject: &'s Subject<'a>, holds: impl Fn(&PlannedTier<'a>) -> bool) -> Tiers<'s, 'a> {
        let mut tiers = Tiers {
            own: Vec::new(),
            shared: Vec::new(),
        };
        for planned in subject.plan.tiers.iter().filter(|planned| holds(planned)) {
            match planned.tier.place {
                Some(place) if subject.owns(place.name) => tiers.own.push((place, planned)),
                Some(_) | None => tiers.shared.push(planned),
            }
        }
        tiers
    }

    /// The shared ones as the subject of a sentence: "tier `fast`", "tiers `fast` and `slow`".
    pub fn shared_names(&self) -> String {
        names(self.shared.iter().copied())
    }

    /// What the shared ones do, after [`Tiers::shared_names`]: "fires", "fire".
    pub fn shared_fire(&self) -> &'static str {
        match self.shared[..] {
            [_] => "fires",
            _ => "fire",
        }
    }

    /// All as the subject of a sentence.
    pub fn names(&self) -> String {
        let own = self.own.iter().map(|(_, planned)| *planned);
        names(own.chain(self.shared.iter().copied()))
    }
}

fn names<'s, 'a: 's>(tiers: impl Iterator<Item = &'s PlannedTier<'a>>) -> String {
    let names: Vec<String> = tiers
        .map(|planned| format!("`{}`", planned.tier.name))
        .collect();
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => format!("tier {only}"),
        Some((last, rest)) => format!("tiers {} and {last}", rest.join(", ")),
    }
}

/// Where the period is written; where nothing says it, the SLO's name.
pub fn period_place(slo: &Slo) -> Span {
    let calendar = slo.calendar.as_ref().map(|calendar| calendar.span);
    slo.places.period.or(calendar).unwrap_or(slo.places.name)
}

/// Where the policy is chosen; where nothing says it, the SLO's name.
pub fn policy_place(slo: &Slo) -> Span {
    slo.places.policy.unwrap_or(slo.places.name)
}

/// A share as people read it: `8.57 %`.
pub fn percent(share: Ratio) -> String {
    format!("{} %", (share * Ratio::whole(100)).round_to(2))
}
