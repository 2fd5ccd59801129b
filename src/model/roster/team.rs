//! A team: whom its alerts reach, and how people find it.

use std::collections::BTreeMap;

use crate::base::{Duration, Name, Span, Spanned};
use crate::diagnostics::Findings;
use crate::spec::{Record, record};
use crate::yaml::Node;

use super::times::OfficeHours;

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Where it is defined.
    pub span: Span,
    /// Receivers for each severity, in the order of the file.
    pub notify: BTreeMap<Name, Vec<Spanned<Name>>>,
    /// Whom a page reaches in addition, until somebody acknowledges.
    pub escalate: Vec<Escalation>,
    /// Receivers for when all others fail.
    pub fallback: Vec<Spanned<Name>>,
    /// How people find it, such as `chat` and `schedule_url`.
    pub contacts: BTreeMap<Name, String>,
    /// When alerts that do not wake are sent; any time where it does not say.
    pub office_hours: Option<OfficeHours>,
}

/// A step of escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalation {
    /// How long nobody has acknowledged.
    pub after: Duration,
    /// Who is told in addition.
    pub notify: Vec<Spanned<Name>>,
}

impl Team {
    /// What the workspace says of one.
    pub(super) fn of(span: Span, record: &Record<'_>, findings: &mut Findings) -> Team {
        let mut notify = BTreeMap::new();
        if let Some(receivers) = record.record("notify") {
            for (severity, _) in record.map("notify") {
                if let Ok(name) = severity.value.parse::<Name>() {
                    notify.insert(name, names(receivers.list(severity.value)));
                }
            }
        }
        let steps = record.list("escalate").iter().filter_map(Record::of);
        let contacts = record
            .map("contacts")
            .into_iter()
            .filter_map(|(key, node)| {
                let text = record::scalar(node)?.text.to_string();
                Some((key.value.parse().ok()?, text))
            });
        Team {
            span,
            notify,
            escalate: steps
                .filter_map(|step| {
                    Some(Escalation {
                        after: step.parse("after")?.value,
                        notify: names(step.list("notify")),
                    })
                })
                .collect(),
            fallback: names(record.list("fallback")),
            contacts: contacts.collect(),
            office_hours: record
                .record("office_hours")
                .and_then(|hours| OfficeHours::of(&hours, findings)),
        }
    }

    /// Every name of a receiver that it uses.
    pub fn receivers(&self) -> impl Iterator<Item = &Spanned<Name>> {
        let steps = self.escalate.iter().flat_map(|step| &step.notify);
        self.notify
            .values()
            .flatten()
            .chain(&self.fallback)
            .chain(steps)
    }
}

/// The names in a list, each with its place.
pub(super) fn names(nodes: &[Node]) -> Vec<Spanned<Name>> {
    let scalars = nodes.iter().filter_map(record::scalar);
    scalars
        .filter_map(|scalar| Some(Spanned::new(scalar.text.parse().ok()?, scalar.span)))
        .collect()
}
