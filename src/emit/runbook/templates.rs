//! The templates of runbooks: ours, unless the workspace has its own.

use serde_json::Value;

use super::Failure;
use crate::template::Template;

/// One of the templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of a runbook.
    Page,
    /// `{{{confirm}}}`: the queries.
    Confirm,
    /// `{{{escalate}}}`: steps and contacts.
    Escalate,
    /// What a new source begins with.
    Source,
}

impl Part {
    /// Every one.
    pub const ALL: [Part; 4] = [Part::Page, Part::Confirm, Part::Escalate, Part::Source];

    /// Where a workspace may have its own.
    pub fn path(self) -> &'static str {
        match self {
            Part::Page => "templates/runbook.md.hbs",
            Part::Confirm => "templates/runbook-confirm.md.hbs",
            Part::Escalate => "templates/runbook-escalate.md.hbs",
            Part::Source => "templates/runbook-source.md.hbs",
        }
    }

    /// Ours.
    pub fn text(self) -> &'static str {
        match self {
            Part::Page => include_str!("../../../templates/runbook.md.hbs"),
            Part::Confirm => include_str!("../../../templates/runbook-confirm.md.hbs"),
            Part::Escalate => include_str!("../../../templates/runbook-escalate.md.hbs"),
            Part::Source => include_str!("../../../templates/runbook-source.md.hbs"),
        }
    }
}

/// All of them.
pub struct Templates([Template; 4]);

impl Default for Templates {
    fn default() -> Templates {
        let ours = |part: Part| {
            let template = Template::parse(part.text()).ok();
            template.expect("our own templates are templates, which a test shows")
        };
        Templates(Part::ALL.map(ours))
    }
}

impl Templates {
    /// Puts the workspace's own in the place of ours.
    pub fn set(&mut self, part: Part, template: Template) {
        self.0[part as usize] = template;
    }

    pub(super) fn render(&self, part: Part, values: &Value) -> Result<String, Failure> {
        let rendered = self.0[part as usize].render(values);
        rendered.map_err(|fault| Failure {
            part: Some(part),
            fault,
        })
    }
}
