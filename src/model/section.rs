//! A section of the workspace that defines names, and what to say of a name that is used and not defined.
//!
//! One cause gives one finding: a name that is missing is missing once, however often it is used, and where the whole
//! section is missing, that is missing.

use crate::base::{Span, Spanned};
use crate::diagnostics::{Code, Finding};
use crate::spec::Record;
use crate::spec::check::{closest, similar, start_of};

/// A section.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its field.
    field: &'static str,
    /// What one of its names is the name of.
    what: &'static str,
    state: State,
}

/// What is known of a section.
#[derive(Clone, Copy, Debug)]
enum State {
    /// It is not there.
    Absent,
    /// It is there.
    Read(Span),
    /// It is there and cannot be read: what it defines, nobody knows.
    Unreadable,
}

impl Section {
    /// A section that is not there.
    const fn absent(field: &'static str, what: &'static str) -> Section {
        Section {
            field,
            what,
            state: State::Absent,
        }
    }

    /// The same section, as `file` has it.
    fn of(self, file: &Record<'_>) -> Section {
        let state = match file.node(self.field) {
            None => State::Absent,
            Some(_) if file.is_unreadable(self.field) => State::Unreadable,
            Some(node) => State::Read(start_of(node)),
        };
        Section { state, ..self }
    }

    /// Where the section begins, if it is there.
    pub fn start(&self) -> Option<Span> {
        match self.state {
            State::Read(span) => Some(span),
            State::Absent | State::Unreadable => None,
        }
    }

    /// A name that is used and is none of `known`; nothing where the section could define it for all that is known.
    pub fn missing<'a>(
        &self,
        code: Code,
        used: Spanned<&str>,
        known: impl Iterator<Item = &'a str>,
    ) -> Option<Finding> {
        let cause = match self.state {
            State::Unreadable => return None,
            State::Absent => format!("no {}", self.field),
            State::Read(_) => format!("no {} {}", self.what, used.value),
        };
        let title = format!("no {} is called `{}`", self.what, used.value);
        let finding = Finding::new(code, used.span, title)
            .label(format!("not in `{}` of the workspace", self.field))
            .caused_by(cause);
        Some(match closest(used.value, known) {
            Some(meant) => similar(finding, used.span, meant),
            None => finding,
        })
    }
}

/// What is known of the sections that define names.
#[derive(Clone, Copy, Debug)]
pub struct Sections {
    /// Severities.
    pub severities: Section,
    /// Teams.
    pub teams: Section,
    /// Policies.
    pub policies: Section,
    /// Templates of SLIs.
    pub sli_templates: Section,
    /// Receivers.
    pub receivers: Section,
}

impl Sections {
    /// Of a workspace without a file.
    pub const ABSENT: Sections = Sections {
        severities: Section::absent("severities", "severity"),
        teams: Section::absent("teams", "team"),
        policies: Section::absent("policies", "policy"),
        sli_templates: Section::absent("sli_templates", "SLI template"),
        receivers: Section::absent("receivers", "receiver"),
    };

    /// Of a workspace file.
    pub fn of(file: &Record<'_>) -> Sections {
        let absent = Sections::ABSENT;
        Sections {
            severities: absent.severities.of(file),
            teams: absent.teams.of(file),
            policies: absent.policies.of(file),
            sli_templates: absent.sli_templates.of(file),
            receivers: absent.receivers.of(file),
        }
    }
}
