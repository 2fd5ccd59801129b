//! What becomes of findings: their levels in this workspace, and whether a comment suppresses them.
//!
//! Pure: the day is an argument. A finding that is fixed (no SLO can be made of what was written) or locked passes every
//! comment.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::base::SourceId;
use crate::diagnostics::{Finding, Findings, Sources};

use super::checks::{
    suppression_expired, suppression_malformed, suppression_unused, suppression_without_effect,
    suppression_without_reason,
};
use super::levels::{self, Levels, Setting};
use super::suppression::{Comments, Suppression};
use super::{Ask, Check};

/// What a run looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// Whether at a server.
    pub at_server: bool,
    /// Whether at all that links lead to.
    pub at_links: bool,
}

impl Looked {
    /// At files alone.
    pub const OFFLINE: Looked = Looked {
        at_server: false,
        at_links: false,
    };
}

/// A finding that a comment suppresses.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why, in the words of the comment.
    pub reason: Option<String>,
}

/// Findings with everything applied to them.
#[derive(Default)]
pub struct Settled {
    /// Those that count.
    pub findings: Findings,
    /// Those that a comment suppresses.
    pub suppressed: Vec<Suppressed>,
}

/// What became of one code of a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Nothing is there to suppress.
    Unused,
    /// It suppresses something.
    Used,
    /// It would, and its day is over.
    Expired,
    /// It would, and the check is locked.
    Locked,
    /// It would, and the finding cannot be suppressed.
    Fixed,
}

/// Applies levels and suppressions.
pub fn settle(
    found: Findings,
    comments: &[Comments],
    levels: &Levels,
    sources: &Sources,
    today: Date,
    looked: Looked,
) -> Settled {
    let mut all: BTreeMap<SourceId, Vec<Judged<'_>>> = BTreeMap::new();
    for suppression in comments.iter().flat_map(|comments| &comments.suppressions) {
        let of_file = all.entry(suppression.span.source).or_default();
        of_file.push(Judged::new(suppression));
    }
    let mut settled = Settled::default();
    for finding in found {
        let Some(finding) = leveled(finding, levels, sources) else {
            continue;
        };
        let of_file = all.get_mut(&finding.primary.span.source);
        match of_file.and_then(|of_file| suppress(&finding, of_file, levels, today)) {
            None => settled.findings.push(finding),
            Some(reason) => settled.suppressed.push(Suppressed { finding, reason }),
        }
    }
    let mut own = Findings::new();
    for judged in all.values().flatten() {
        judged.report(today, looked, &mut own);
    }
    for malformed in comments.iter().flat_map(|comments| &comments.malformed) {
        own.push(suppression_malformed::finding(malformed));
    }
    let own = own
        .into_iter()
        .filter_map(|finding| leveled(finding, levels, sources));
    settled.findings.extend(own);
    settled
}

/// The finding with the level that the workspace gives it; nothing where its check is off.
fn leveled(mut finding: Finding, levels: &Levels, sources: &Sources) -> Option<Finding> {
    let path = &sources.get(finding.primary.span.source).name;
    match levels.of(finding.code.id, path) {
        Some(Setting::Off) => return None,
        Some(Setting::Level(level)) => finding.level = level,
        None => {}
    }
    Some(finding)
}

/// A suppression and what became of its codes.
struct Judged<'a> {
    suppression: &'a Suppression,
    codes: Vec<(Option<&'static Check>, Fate)>,
}

impl Judged<'_> {
    fn new(suppression: &Suppression) -> Judged<'_> {
        let codes = suppression.codes.iter();
        let codes = codes
            .map(|code| (levels::find(&code.value), Fate::Unused))
            .collect();
        Judged { suppression, codes }
    }

    fn covers(&self, finding: &Finding) -> bool {
        let at = finding.primary.span;
        self.suppression.covers.start <= at.start
            && at.start
                < self
                    .suppression
                    .covers
                    .end
                    .max(self.suppression.covers.start + 1)
            && !self.suppression.covers.is_empty()
    }

    fn report(&self, today: Date, looked: Looked, findings: &mut Findings) {
        let suppression = self.suppression;
        let mut used = false;
        for (code, (check, fate)) in suppression.codes.iter().zip(&self.codes) {
            let Some(check) = check else {
                findings.push(suppression_malformed::unknown(
                    code,
                    levels::nearest(&code.value),
                ));
                continue;
            };
            used |= *fate != Fate::Unused;
            match fate {
                Fate::Used => {}
                Fate::Unused if !is_asked(check, looked) => {}
                Fate::Unused => findings.push(suppression_unused::finding(suppression, code)),
                Fate::Expired => {
                    findings.push(suppression_expired::finding(suppression, code, today))
                }
                Fate::Locked | Fate::Fixed => {
                    findings.push(suppression_without_effect::finding(code, check, *fate));
                }
            }
        }
        if used && suppression.reason.is_none() {
            findings.push(suppression_without_reason::finding(suppression));
        }
    }
}

/// Whether this run could have found anything that the check finds.
fn is_asked(check: &Check, looked: Looked) -> bool {
    match check.ask {
        Ask::Readers
        | Ask::Slo(_)
        | Ask::Slos(_)
        | Ask::Roster(_)
        | Ask::Routes(_)
        | Ask::Runbooks(_)
        | Ask::Suppressions => true,
        Ask::Output => false,
        Ask::Server => looked.at_server,
        Ask::Web => looked.at_links,
    }
}

/// The reason why a finding is suppressed, if it is; every suppression of its file that covers it learns what became of it.
fn suppress(
    finding: &Finding,
    of_file: &mut [Judged<'_>],
    levels: &Levels,
    today: Date,
) -> Option<Option<String>> {
    let mut by = None;
    for judged in of_file.iter_mut().filter(|judged| judged.covers(finding)) {
        let until = judged.suppression.until.as_ref();
        let expired = until.is_some_and(|until| until.value < today);
        for (check, fate) in &mut judged.codes {
            let Some(check) = check.filter(|check| check.code.id == finding.code.id) else {
                continue;
            };
            let now = match () {
                () if check.is_fixed() => Fate::Fixed,
                () if levels.is_locked(check.code.id) => Fate::Locked,
                () if expired => Fate::Expired,
                () => Fate::Used,
            };
            *fate = (*fate).max(now);
            if now == Fate::Used && by.is_none() {
                by = Some(judged.suppression.reason.clone());
            }
        }
    }
    by
}
