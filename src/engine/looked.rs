//! What an evaluation changes: watches, and the episodes of burning and of missing data.

use std::collections::BTreeSet;

use crate::alert::{self, Change, Watch, What};
use crate::base::Name;
use crate::evaluate::{Decision, Group, Verdict};
use crate::model::SloId;

use super::episode::Standing;
use super::handle::{Cause, Engine};
use super::input::{GroupLook, Look, Scope, Sight};
use super::picture;
use super::record::Record;
use super::state::Kept;
use super::subject::Subject;

/// An evaluation that lies so far before the last one, in milliseconds, is one by a clock that was set.
const CLOCK_BACK_MS: i64 = 120_000;

impl Engine {
    pub(super) fn looked(&mut self, look: &Look, now_ms: i64) {
        let Some(entry) = self.book.slos.get(&look.slo) else {
            // It was removed while the question was under way.
            return;
        };
        let last_ms = self.sight.looked_ms.get(&look.slo);
        // The answer to an older question that came late. What lies further back is a clock that was set.
        let is_late = |last_ms: &i64| (0..CLOCK_BACK_MS).contains(&(last_ms - look.at_ms));
        if last_ms.is_some_and(is_late) {
            return;
        }
        let has_tiers = !entry.tellings.is_empty();
        if !look.sight.is_of(entry.tellings.len()) {
            // It was asked by another configuration.
            return;
        }
        self.sight.looked_ms.insert(look.slo.clone(), look.at_ms);
        match &look.sight {
            Sight::Seen(groups) => {
                self.heard(now_ms);
                self.seen(look, groups, now_ms);
            }
            Sight::Nothing => {
                self.heard(now_ms);
                self.unseen(look, now_ms);
                if has_tiers {
                    let why = "the source answers that there is no series at all";
                    self.blinded(&look.slo, why, Cause::Empty, now_ms);
                }
                self.missing(look, alert_of_missing(look.at_ms, true), now_ms);
            }
            Sight::Unrecorded { why } => {
                self.heard(now_ms);
                self.unseen(look, now_ms);
                if has_tiers {
                    self.blinded(&look.slo, why, Cause::Empty, now_ms);
                }
            }
            Sight::Failed { why, scope } => {
                if *scope == Scope::Source {
                    self.silent(why, now_ms);
                } else {
                    self.heard(now_ms);
                }
                self.unseen(look, now_ms);
                if has_tiers {
                    self.blinded(&look.slo, why, Cause::Unanswered, now_ms);
                }
            }
        }
    }

    /// Groups were seen. Those that are remembered and not among them have no events.
    fn seen(&mut self, look: &Look, groups: &[GroupLook], now_ms: i64) {
        self.sighted(&look.slo, now_ms);
        let there: BTreeSet<&Group> = groups.iter().map(|look| &look.group).collect();
        let kept = self.state.watched(&look.slo).cloned();
        // Of what settles there is no watch any more, and it is over all the same when it is gone.
        let gone: BTreeSet<Group> = kept
            .chain(self.settling(&look.slo))
            .filter(|group| !there.contains(group))
            .collect();
        for group in groups {
            self.watched(look, group, now_ms);
        }
        for group in gone {
            let tiers = self.book.slos[&look.slo].tellings.len();
            let quiet = GroupLook {
                group,
                verdict: Some(quiet(look.at_ms, tiers)),
                burns: vec![(None, None); tiers],
                left: None,
            };
            self.watched(look, &quiet, now_ms);
        }
        self.missing(look, alert_of_missing(look.at_ms, false), now_ms);
    }

    /// The groups of an SLO of which an episode settles.
    fn settling(&self, slo: &SloId) -> Vec<Group> {
        let episodes = self.state.burning(slo);
        let settling =
            episodes.filter(|(_, one)| matches!(one.standing, Standing::Settling { .. }));
        settling.map(|(group, _)| group.clone()).collect()
    }

    /// Nothing was seen of any group.
    fn unseen(&mut self, look: &Look, now_ms: i64) {
        let groups: Vec<Group> = self.state.watched(&look.slo).cloned().collect();
        for group in groups {
            let blind = GroupLook {
                group,
                verdict: None,
                burns: Vec::new(),
                left: None,
            };
            self.watched(look, &blind, now_ms);
        }
    }

    /// One group was evaluated.
    fn watched(&mut self, look: &Look, of: &GroupLook, now_ms: i64) {
        let book = self.book.clone();
        let entry = &book.slos[&look.slo];
        let at = (look.slo.clone(), of.group.clone());
        let kept = self.state.watches.get(&at);
        let is_same = kept.is_none_or(|kept| kept.tiers == entry.tiers.names());
        let before = match kept {
            Some(Kept { watch, .. }) if is_same => watch.clone(),
            Some(Kept { watch, tiers }) => watch.carried(tiers, &entry.tiers),
            None => Watch::new(&entry.tiers),
        };
        let seen = match &of.verdict {
            Some(verdict) => alert::Look::Seen(verdict),
            // Of what is at rest nothing has to be held.
            None if before.is_resting() => return,
            None => alert::Look::Blind { at_ms: look.at_ms },
        };
        let (next, changes) = next(&before, &entry.tiers, seen);
        if next.is_like(&before) && is_same {
            if let Some(kept) = self.state.watches.get_mut(&at) {
                // When it was evaluated last is not kept: see `Watch`.
                kept.watch = next.clone();
            }
        } else {
            self.note(Record::Watched {
                slo: look.slo.clone(),
                group: of.group.clone(),
                watch: (!next.is_resting()).then(|| next.clone()),
                tiers: entry.tiers.names(),
            });
        }
        self.changed(&look.slo, of, &next, &changes, now_ms);
        if let Some(verdict) = &of.verdict {
            self.learning(&look.slo, &of.group, &next, verdict);
        }
        if of.verdict.is_some() {
            self.reopened(look, of, &next, now_ms);
            for severity in entry.severities() {
                let subject = Subject::Burn {
                    slo: look.slo.clone(),
                    group: of.group.clone(),
                    severity: severity.clone(),
                };
                self.settled(&subject, now_ms);
            }
        }
    }

    /// What is seen to burn and has no episode that goes on gets one: a configuration of a moment may have ended it.
    fn reopened(&mut self, look: &Look, of: &GroupLook, watch: &Watch, now_ms: i64) {
        for severity in watch.open().keys() {
            let subject = Subject::Burn {
                slo: look.slo.clone(),
                group: of.group.clone(),
                severity: severity.clone(),
            };
            let goes_on = self.state.about(&subject);
            if goes_on.is_none_or(|episode| episode.standing != Standing::Open) {
                let opened = Change {
                    at_ms: look.at_ms,
                    what: What::Opened(severity.clone()),
                };
                self.changed(&look.slo, of, watch, &[opened], now_ms);
            }
        }
    }

    /// Episodes follow what changed.
    fn changed(
        &mut self,
        slo: &SloId,
        of: &GroupLook,
        watch: &Watch,
        changes: &[Change],
        now_ms: i64,
    ) {
        let book = self.book.clone();
        let entry = &book.slos[slo];
        let subject = |severity: &Name| Subject::Burn {
            slo: slo.clone(),
            group: of.group.clone(),
            severity: severity.clone(),
        };
        let firing = |severity: &Name| -> Vec<usize> {
            let phases = watch.phases().iter().enumerate();
            let firing = phases.filter(|(_, phase)| phase.is_firing());
            let of_it = firing.filter(|(at, _)| entry.tellings[*at].severity == *severity);
            of_it.map(|(at, _)| at).collect()
        };
        let mut opened: Vec<&Name> = Vec::new();
        for change in changes {
            match &change.what {
                What::Opened(severity) => {
                    opened.push(severity);
                    let picture = picture::burning(slo, entry, of, &firing(severity));
                    let owner = entry.owner.clone();
                    self.open(subject(severity), owner, severity.clone(), picture, now_ms);
                }
                What::Fired(tier) => {
                    let severity = &entry.tellings[*tier].severity;
                    if !opened.contains(&severity) {
                        let picture = picture::burning(slo, entry, of, &firing(severity));
                        let why = format!("tier {} fires too", entry.tellings[*tier].name);
                        self.change(&subject(severity), picture, why);
                    }
                }
                What::Resolved(severity) => {
                    let why = picture::why_over(entry, of, severity);
                    self.close(&subject(severity), &why, now_ms);
                }
                What::Ceased(_) | What::Blinded | What::Sighted => {}
            }
        }
    }

    /// Whether there is any series at all was found out.
    fn missing(&mut self, look: &Look, verdict: Verdict, now_ms: i64) {
        let book = self.book.clone();
        let Some((tiers, telling)) = &book.slos[&look.slo].missing else {
            return;
        };
        let kept = self.state.missing.get(&look.slo);
        let before = kept.cloned().unwrap_or_else(|| Watch::new(tiers));
        let (next, changes) = next(&before, tiers, alert::Look::Seen(&verdict));
        if next.is_like(&before) {
            if let Some(kept) = self.state.missing.get_mut(&look.slo) {
                *kept = next;
            }
        } else {
            self.note(Record::MissingWatched {
                slo: look.slo.clone(),
                watch: (!next.is_resting()).then_some(next),
            });
        }
        let subject = |severity: Name| Subject::Missing {
            slo: look.slo.clone(),
            severity,
        };
        for change in changes {
            match change.what {
                What::Opened(severity) => {
                    let entry = &book.slos[&look.slo];
                    let picture = picture::missing(&look.slo, entry, telling);
                    let owner = entry.owner.clone();
                    self.open(subject(severity.clone()), owner, severity, picture, now_ms);
                }
                What::Resolved(severity) => {
                    self.close(&subject(severity), "there are series again", now_ms);
                }
                What::Fired(_) | What::Ceased(_) | What::Blinded | What::Sighted => {}
            }
        }
    }
}

/// What an evaluation makes of a watch. Where it is not later than the last one the clock was set, and time begins anew.
fn next(before: &Watch, tiers: &alert::Tiers, look: alert::Look<'_>) -> (Watch, Vec<Change>) {
    let next = before.next(tiers, look);
    next.unwrap_or_else(|_| {
        let anew = before.anew().next(tiers, look);
        anew.expect("nothing is before the first evaluation")
    })
}

/// The verdict on a group without events: no tier of it holds.
fn quiet(at_ms: i64, tiers: usize) -> Verdict {
    Verdict::without_numbers(at_ms, Decision::LongBelow, tiers)
}

/// The verdict on missing data.
fn alert_of_missing(at_ms: i64, is_missing: bool) -> Verdict {
    let decision = match is_missing {
        true => Decision::Missing,
        false => Decision::LongBelow,
    };
    Verdict::without_numbers(at_ms, decision, 1)
}
