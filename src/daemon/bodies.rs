//! The templates of what webhooks are sent, read and tried before anything runs.
//!
//! Promise: a template that is here fills in messages of every kind: a page, its end, a storm, news of burnwatch itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::base::{Name, Secret, Span};
use crate::diagnostics::Finding;
use crate::diagnostics::code::RT014;
use crate::files::find::{stays, stays_below};
use crate::files::read;
use crate::model::roster::{self, Roster};
use crate::notify::{
    About, Address, Key, Links, Member, Message, News, Purpose, Repeat, Size, Urgency, pagers,
};
use crate::template::{TEMPLATE_BYTES_MAX, Template};

/// The templates, by their paths as the workspace has them.
#[derive(Clone, Debug, Default)]
pub struct Bodies(Arc<BTreeMap<String, Arc<Template>>>);

/// Why a receiver's template cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyFault {
    /// The receiver.
    pub receiver: Name,
    /// Where the workspace names the template.
    pub span: Span,
    /// The template, as the workspace names it.
    pub path: String,
    /// The line of the template, from 1, where the fault has one.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub what: String,
    /// What would be right.
    pub help: Option<String>,
}

impl fmt::Display for BodyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BodyFault { path, receiver, .. } = self;
        write!(f, "the body `{path}` of receiver `{receiver}`")?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl BodyFault {
    /// The same as a finding.
    pub fn finding(&self) -> Finding {
        let finding = Finding::new(RT014, self.span, self.to_string());
        match &self.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }
}

impl Bodies {
    /// Reads the templates that the receivers of `roster` name, below `root`, and tries each.
    ///
    /// # Errors
    ///
    /// Every fault of every template, where the first receiver names it.
    pub fn read(roster: &Roster, root: &Path) -> Result<Bodies, Vec<BodyFault>> {
        let mut bodies = BTreeMap::new();
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        for (name, receiver) in &roster.receivers {
            let roster::Pager::Webhook {
                body: Some(path), ..
            } = &receiver.pager
            else {
                continue;
            };
            if !seen.insert(&path.value) {
                continue;
            }
            let fault = |wrong: Wrong| BodyFault {
                receiver: name.clone(),
                span: path.span,
                path: path.value.clone(),
                line: wrong.line,
                what: wrong.what,
                help: wrong.help,
            };
            let template = template(&path.value, root);
            let tried = template.and_then(|template| match try_out(&template, name, receiver) {
                Ok(()) => Ok(template),
                Err(what) => Err(vec![Wrong::whole(what)]),
            });
            match tried {
                Ok(template) => {
                    bodies.insert(path.value.clone(), Arc::new(template));
                }
                Err(wrongs) => faults.extend(wrongs.into_iter().map(fault)),
            }
        }
        match faults.is_empty() {
            true => Ok(Bodies(Arc::new(bodies))),
            false => Err(faults),
        }
    }

    /// These, and those of `before` that are not among them: what was begun by a receiver's template ends by it.
    pub fn or(&self, before: &Bodies) -> Bodies {
        let mut all = (*before.0).clone();
        all.extend(
            self.0
                .iter()
                .map(|(path, body)| (path.clone(), body.clone())),
        );
        Bodies(Arc::new(all))
    }

    /// The template of a receiver, where it has one of its own.
    pub fn of(&self, pager: &roster::Pager) -> Option<&Template> {
        match pager {
            roster::Pager::Webhook {
                body: Some(path), ..
            } => self.0.get(&path.value).map(AsRef::as_ref),
            _ => None,
        }
    }
}

/// A fault within a template, before it is known whose it is.
struct Wrong {
    line: Option<usize>,
    what: String,
    help: Option<String>,
}

impl Wrong {
    fn whole(what: impl Into<String>) -> Wrong {
        Wrong {
            line: None,
            what: what.into(),
            help: None,
        }
    }
}

fn template(path: &str, root: &Path) -> Result<Template, Vec<Wrong>> {
    let whole = |what: String| vec![Wrong::whole(what)];
    let file = root.join(path);
    if !stays_below(path) || stays(&file, root).is_err() {
        let what = "its path leads out of the workspace's folder";
        return Err(whole(what.to_string()));
    }
    // A pipe would be waited for when it is opened.
    match file.metadata() {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(whole("it is no file with a content of its own".to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(whole("there is no such file".to_string()));
        }
        Err(error) => return Err(whole(format!("it cannot be read: {error}"))),
    }
    let bytes =
        read::at_most(&file, TEMPLATE_BYTES_MAX).map_err(|error| whole(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        whole(format!("byte {at} is not UTF-8"))
    })?;
    Template::parse(&text).map_err(|faults| {
        let wrong = faults.into_iter().map(|fault| Wrong {
            line: Some(1 + text[..fault.range.start].matches('\n').count()),
            what: fault.what,
            help: fault.help,
        });
        wrong.collect()
    })
}

/// What comes of the template for messages of every kind.
fn try_out(template: &Template, name: &Name, receiver: &roster::Receiver) -> Result<(), String> {
    // Where it goes is of no account here.
    let url = Secret::new("https://localhost/");
    let address = Address {
        pager: &receiver.pager,
        receiver: name,
        secret: Some(&url),
        login: None,
        body: Some(template),
        handle: None,
        sender: "burnwatch",
    };
    let pager = pagers::of(&receiver.pager);
    for message in samples() {
        let rendered = pager.render(&message, &address, Size::Whole);
        rendered.map_err(|reason| about_it(&reason.text))?;
    }
    Ok(())
}

/// What a pager says of the template, behind words that name it already.
fn about_it(text: &str) -> String {
    match text.strip_prefix("the template of its body") {
        Some(said) => match said.strip_prefix(": ") {
            Some(fault) => fault.to_string(),
            None => format!("it{said}"),
        },
        None => text.to_string(),
    }
}

/// A page, its end, a storm, and news of burnwatch itself, with characters in their texts that JSON has to escape.
fn samples() -> [Message; 4] {
    let text = |texts: [&str; 2]| (texts[0].to_string(), texts[1].to_string());
    let page = Message {
        key: Key::of(["sample"]),
        episode: "e1".to_string(),
        sequence: 1,
        news: News::Opened,
        about: About::Slo {
            service: "shop".to_string(),
            name: "orders".to_string(),
            group: vec![text(["route", "/\"pay\""])],
        },
        severity: "page".parse().expect("it is a name"),
        urgency: Urgency::Critical,
        title: "shop/orders \"/pay\" burns its error budget".to_string(),
        text: "first line\nsecond \"line\"".to_string(),
        facts: vec![text(["Burn rate", "14.4"])],
        labels: [text(["alertname", "a \"name\""])].into(),
        links: Links {
            runbook: Some("https://runbooks.example.com/orders".to_string()),
            dashboard: None,
            acknowledge: Some("https://burnwatch.example.com/ack/t".to_string()),
        },
        opened_ms: 0,
        resolved_ms: None,
        sent_ms: 60_000,
        repeat: Repeat::First,
        purpose: Purpose::Real,
        because: None,
        members: Vec::new(),
    };
    let over = Message {
        news: News::Resolved {
            why: "it is \"over\"".to_string(),
        },
        resolved_ms: Some(60_000),
        because: Some("nobody acknowledged it".to_string()),
        ..page.clone()
    };
    let member = |at: u64| Member {
        episode: format!("e{at}"),
        urgency: Urgency::Warning,
        title: "one \"of\" many".to_string(),
        is_over: at == 1,
        runbook: None,
    };
    let storm = Message {
        members: (1..=2).map(member).collect(),
        repeat: Repeat::Possible,
        ..page.clone()
    };
    let own = Message {
        about: About::Burnwatch {
            part: "source".to_string(),
        },
        facts: Vec::new(),
        labels: BTreeMap::new(),
        links: Links::default(),
        purpose: Purpose::Test,
        ..page.clone()
    };
    [page, over, storm, own]
}
