//! What a past comes to: how often and how long each tier fired, and which groups are worst.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::alert::Episode;
use crate::base::Name;
use crate::evaluate::Group;
use crate::model::Slo;
use crate::model::policy::Tier;
use crate::replay::Past;
use crate::replay::past::{GroupPast, Incident};

use super::when;

/// A past as it is told.
pub struct Digest<'a> {
    /// The SLO.
    pub slo: &'a Slo,
    /// Its past.
    pub past: &'a Past,
    /// Its tiers over all groups, in the order of the policy.
    pub tiers: Vec<TierTally<'a>>,
    /// Its groups, the worst first.
    pub groups: Vec<GroupDigest<'a>>,
    /// Episodes of missing data.
    pub missing: Vec<&'a Episode>,
}

/// How often and how long a tier fired.
pub struct TierTally<'a> {
    /// Its place in the policy.
    pub place: usize,
    /// The tier.
    pub tier: &'a Tier,
    /// How often it began to.
    pub times: usize,
    /// How long altogether, in milliseconds.
    pub firing_ms: i64,
}

/// The past of a group as it is told.
pub struct GroupDigest<'a> {
    /// The group.
    pub group: &'a Group,
    /// Its past.
    pub past: &'a GroupPast,
    /// Its tiers, in the order of the policy.
    pub tiers: Vec<TierTally<'a>>,
    /// Its incidents, in the order in which they opened.
    pub incidents: Vec<&'a Incident>,
    /// How long incidents were open, in milliseconds.
    pub open_ms: i64,
}

impl<'a> Digest<'a> {
    /// What the past of `slo` comes to; only what has this severity, where there is one.
    pub fn of(slo: &'a Slo, past: &'a Past, severity: Option<&str>) -> Digest<'a> {
        let wanted = |name: &Name| severity.is_none_or(|severity| name.as_str() == severity);
        let mut groups: Vec<GroupDigest<'a>> = past
            .groups
            .iter()
            .map(|(group, one)| GroupDigest::of(slo, (group, one), past.to_ms, &wanted))
            .collect();
        groups.sort_by(GroupDigest::worse);
        let of_all = |place: usize, tier: &'a Tier| TierTally {
            place,
            tier,
            times: groups.iter().map(|group| group.times(place)).sum(),
            firing_ms: groups.iter().map(|group| group.firing_ms(place)).sum(),
        };
        Digest {
            tiers: tiers(slo, &wanted)
                .map(|(at, tier)| of_all(at, tier))
                .collect(),
            missing: past
                .missing
                .iter()
                .filter(|e| wanted(&e.severity))
                .collect(),
            slo,
            past,
            groups,
        }
    }

    /// How many episodes there would have been, those of missing data among them.
    pub fn episodes(&self) -> usize {
        let incidents = self.groups.iter().map(|group| group.incidents.len());
        incidents.sum::<usize>() + self.missing.len()
    }

    /// How many episodes each severity would have had, where any.
    pub fn by_severity(&self) -> BTreeMap<&'a str, usize> {
        let incidents = self.groups.iter().flat_map(|group| &group.incidents);
        let episodes = incidents.map(|incident| &incident.episode);
        let mut times = BTreeMap::new();
        for episode in episodes.chain(self.missing.iter().copied()) {
            *times.entry(episode.severity.as_str()).or_default() += 1;
        }
        times
    }

    /// Which tiers fired in an incident, and how long each, for people.
    pub fn fired(&self, incident: &Incident) -> String {
        let firings = &incident.episode.firings;
        let own = |place: usize| firings.iter().filter(move |firing| firing.tier == place);
        let length_ms = |place: usize| -> i64 {
            let lengths = own(place).map(|one| one.to_ms.unwrap_or(self.past.to_ms) - one.from_ms);
            lengths.sum()
        };
        let tiers = self.slo.policy.tiers.iter().enumerate();
        let fired = tiers.filter(|(place, _)| own(*place).next().is_some());
        let fired =
            fired.map(|(place, tier)| format!("{} {}", tier.name, when::long(length_ms(place))));
        fired.collect::<Vec<_>>().join(", ")
    }

    /// How many groups had an incident.
    pub fn burning_groups(&self) -> usize {
        let burns = |group: &&GroupDigest<'_>| !group.incidents.is_empty();
        self.groups.iter().filter(burns).count()
    }

    /// For how long nothing could be seen, in milliseconds.
    pub fn blind_ms(&self) -> i64 {
        self.past.blind.iter().map(|(from, to)| to - from).sum()
    }

    /// How long the period is, for people.
    pub fn period(&self) -> String {
        match &self.slo.calendar {
            Some(calendar) => format!("each {} of {}", calendar.unit, calendar.time_zone),
            None => self.slo.period.to_string(),
        }
    }

    /// What to know about the data: how far it reaches, and what is odd about it.
    pub fn notes(&self, asked_from_ms: i64) -> Vec<String> {
        let reach = self.reach(asked_from_ms).into_iter();
        reach
            .chain(self.past.notes.iter().map(|note| note.to_string()))
            .collect()
    }

    /// How far the data reaches where that is less than was asked for.
    fn reach(&self, asked_from_ms: i64) -> Option<String> {
        let Some(known_from_ms) = self.past.known_from_ms else {
            return Some("there is no data at all".to_string());
        };
        let since = when::minute(known_from_ms);
        let period_ms = self.slo.period.as_ms() as i64;
        if known_from_ms > asked_from_ms + EDGE_MS {
            return Some(format!(
                "the data begins at {since}, {} later than asked for",
                when::long(known_from_ms - asked_from_ms)
            ));
        }
        let is_short =
            self.slo.calendar.is_none() && known_from_ms > asked_from_ms - period_ms + HOUR_MS;
        is_short.then(|| {
            format!("the data begins at {since}: a period that reaches further back counts as free of errors there")
        })
    }
}

/// A beginning that is later by so much is none that anybody would miss.
const EDGE_MS: i64 = 300_000;
/// What the oldest data is off by at most, as it is asked for in long steps.
const HOUR_MS: i64 = 3_600_000;

fn tiers<'a>(
    slo: &'a Slo,
    wanted: &impl Fn(&Name) -> bool,
) -> impl Iterator<Item = (usize, &'a Tier)> {
    let tiers = slo.policy.tiers.iter().enumerate();
    let observes = slo.mode == crate::model::policy::Mode::Observe;
    tiers.filter(move |(_, tier)| !observes && wanted(&tier.severity))
}

impl<'a> GroupDigest<'a> {
    fn of(
        slo: &'a Slo,
        (group, past): (&'a Group, &'a GroupPast),
        to_ms: i64,
        wanted: &impl Fn(&Name) -> bool,
    ) -> GroupDigest<'a> {
        let wanted_incident = |incident: &&Incident| wanted(&incident.episode.severity);
        let incidents: Vec<&Incident> = past.incidents.iter().filter(wanted_incident).collect();
        let tally = |(place, tier): (usize, &'a Tier)| {
            let firings = incidents.iter().flat_map(|i| &i.episode.firings);
            let own: Vec<i64> = firings
                .filter(|firing| firing.tier == place)
                .map(|firing| firing.to_ms.unwrap_or(to_ms) - firing.from_ms)
                .collect();
            TierTally {
                place,
                tier,
                times: own.len(),
                firing_ms: own.iter().sum(),
            }
        };
        GroupDigest {
            group,
            past,
            tiers: tiers(slo, wanted).map(tally).collect(),
            open_ms: incidents.iter().map(|i| open_ms(&i.episode, to_ms)).sum(),
            incidents,
        }
    }

    /// The share of the budget that is left at the end; nothing without events.
    pub fn left(&self) -> Option<f64> {
        self.past.budget.last().and_then(|(_, budget)| budget.left)
    }

    fn times(&self, place: usize) -> usize {
        let own = self.tiers.iter().filter(|tally| tally.place == place);
        own.map(|tally| tally.times).sum()
    }

    fn firing_ms(&self, place: usize) -> i64 {
        let own = self.tiers.iter().filter(|tally| tally.place == place);
        own.map(|tally| tally.firing_ms).sum()
    }

    /// Longer open first, then with less budget, then by name.
    fn worse(&self, other: &GroupDigest<'_>) -> Ordering {
        let left = |group: &GroupDigest<'_>| group.left().unwrap_or(f64::INFINITY);
        other
            .open_ms
            .cmp(&self.open_ms)
            .then(left(self).total_cmp(&left(other)))
            .then(self.group.cmp(other.group))
    }
}

/// How long an episode was open, until `to_ms` where it still is, in milliseconds.
pub fn open_ms(episode: &Episode, to_ms: i64) -> i64 {
    episode.resolved_ms.unwrap_or(to_ms) - episode.opened_ms
}
