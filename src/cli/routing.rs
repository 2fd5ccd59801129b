//! Alertmanager's configuration, from the workspace and the user's own file: written, read anew, and every alert followed
//! through it.

use std::collections::BTreeSet;
use std::path::Path;

use crate::alertmanager::Config;
use crate::alertmanager::Continue;
use crate::base::{SourceId, Span, Spanned};
use crate::diagnostics::code::{CODES, RT008, RT012, SP018};
use crate::diagnostics::{Finding, Findings, Level, Sources, shown};
use crate::emit::alertmanager::template::{MESSAGES, check_template};
use crate::emit::alertmanager::{Base, Request, TEMPLATE_FILE, config};
use crate::emit::artifact::with_line_feeds;
use crate::emit::prometheus::HEADER;
use crate::emit::{Artifact, Format};
use crate::files::{FilesError, find, read};
use crate::lint;
use crate::lint::arrival::{Arrivals, Ways};
use crate::lint::checks::CLASH;
use crate::model::roster::{Alertmanager, Routes};
use crate::plan::{Plan, Settings};
use crate::routing::Routing;
use crate::spec::workspace_file::FILE_NAME;
use crate::yaml::{self, Node};

/// Where a workspace may keep message templates of its own.
const TEMPLATE_PATH: &str = "templates/alertmanager.tmpl";

/// What Alertmanager will read.
pub(super) struct Routed {
    /// The text of the configuration; nothing where the base routes itself.
    pub text: Option<String>,
    /// The text of the message templates.
    pub template: String,
    /// The user's own configuration.
    base: Option<Config>,
    /// What Alertmanager will read; nothing where that cannot be told.
    whole: Option<Config>,
    /// Why Alertmanager would refuse what is written.
    refused: Option<String>,
}

/// Whether a finding may be why Alertmanager would refuse what is written: something could not be read, or is there twice.
/// Other errors can be turned off, and then nothing would be said of it.
fn explains_refusal(finding: &Finding) -> bool {
    finding.level == Level::Error && (CODES.contains(&finding.code) || finding.code == CLASH)
}

/// What is to be routed, worked out once for all who ask.
pub(super) struct Planned<'a> {
    settings: &'a Settings,
    alertmanager: &'a Alertmanager,
    plans: Vec<Plan<'a>>,
    routing: Routing<'a>,
}

impl<'a> Planned<'a> {
    /// Of plans in the order of their SLOs; nothing where the workspace does not configure Alertmanager.
    pub fn of(plans: Vec<Plan<'a>>, settings: &'a Settings) -> Option<Planned<'a>> {
        let alertmanager = settings.roster.alertmanager.as_ref()?;
        Some(Planned {
            routing: Routing::of(&settings.roster, &plans),
            settings,
            alertmanager,
            plans,
        })
    }
}

/// The configuration of what is planned, in the workspace of the folder `root`. What is wrong with the files that it names
/// becomes findings.
pub(super) fn route(
    planned: &Planned<'_>,
    root: &Path,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Result<Routed, FilesError> {
    let alertmanager = planned.alertmanager;
    let before = findings.len();
    let base = match &alertmanager.base {
        Some(path) => base(path, root, sources, findings)?,
        None => None,
    };
    let template = template(root, sources, findings)?;
    let sound = findings.len() == before;
    let mut routed = Routed {
        text: None,
        template,
        base: base.as_ref().map(|read| read.config.clone()),
        whole: None,
        refused: None,
    };
    // Of what cannot be read or written nothing is said twice.
    if sound {
        routed.whole = match alertmanager.routes {
            Routes::Own => base.map(|read| read.config),
            Routes::Merged => {
                let text = written(planned, base.as_ref());
                let read = read_anew(&text);
                routed.text = Some(text);
                read.map_err(|refused| routed.refused = Some(refused)).ok()
            }
        };
    }
    Ok(routed)
}

impl Routed {
    /// The files that are generated; none where the base routes itself.
    pub fn artifacts(&self) -> Vec<Artifact> {
        let Some(text) = &self.text else {
            return Vec::new();
        };
        let template = with_line_feeds(self.template.clone());
        let template = match template.starts_with(HEADER) {
            true => template,
            false => [HEADER, &template].concat(),
        };
        let artifact = |name: &str, text: String| Artifact {
            path: format!("alertmanager/{name}"),
            format: Format::Routes,
            text,
            sources: BTreeSet::from([FILE_NAME.to_string()]),
        };
        vec![
            artifact("alertmanager.yaml", text.clone()),
            artifact(TEMPLATE_FILE, template),
        ]
    }

    /// What the checks of routes find.
    pub fn check(&self, planned: &Planned<'_>, findings: &mut Findings) {
        self.arrivals(planned, |arrivals| lint::of_routes(arrivals, findings));
        // What is refused has a cause that a check names; what has none must not pass in silence.
        if let Some(refused) = &self.refused
            && !findings.iter().any(explains_refusal)
        {
            let start = planned.alertmanager.span.beginning();
            let title = format!("what would be generated cannot be read: {refused}");
            findings.push(Finding::new(RT008, start, title));
        }
    }

    /// What `see` makes of the ways of all alerts.
    pub fn arrivals<R>(&self, planned: &Planned<'_>, see: impl FnOnce(&Arrivals<'_>) -> R) -> R {
        let nothing = Config::default();
        let ways = Ways {
            settings: planned.settings,
            alertmanager: planned.alertmanager,
            routing: &planned.routing,
            base: self.base.as_ref(),
            whole: self.whole.as_ref().unwrap_or(&nothing),
        };
        see(&Arrivals::of(&planned.plans, &ways))
    }
}

fn written(planned: &Planned<'_>, base: Option<&Read>) -> String {
    config(&Request {
        routing: &planned.routing,
        roster: &planned.settings.roster,
        naming: planned.settings.naming,
        base: base.map(|read| Base {
            node: &read.node,
            leading: leading(&read.config),
        }),
    })
}

/// How many routes at the beginning of the root pass on what they take.
fn leading(config: &Config) -> usize {
    let routes = config.route.as_ref().map_or(&[][..], |root| &root.routes);
    let passes_on = |route: &&crate::alertmanager::Route| route.continues == Continue::GoOn;
    routes.iter().take_while(passes_on).count()
}

/// The configuration that was written, as Alertmanager reads it, or why it would refuse it.
fn read_anew(text: &str) -> Result<Config, String> {
    let (documents, faults) = yaml::read(SourceId(u32::MAX), text);
    let mut findings = faults;
    let root = documents.first().map(|document| &document.root);
    let config = root.map(|root| Config::read(root, &mut findings));
    match (config, findings.first()) {
        (Some(config), None) => Ok(config),
        (_, Some(finding)) => Err(finding.title.clone()),
        (None, None) => Err("it says nothing".to_string()),
    }
}

/// The user's own file.
struct Read {
    node: Node,
    config: Config,
}

fn base(
    path: &Spanned<String>,
    root: &Path,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Result<Option<Read>, FilesError> {
    let Some(text) = text_of(&path.value, path.span, root, findings)? else {
        return Ok(None);
    };
    let id = SourceId(sources.iter().count() as u32);
    let (documents, faults) = yaml::read(id, &text);
    findings.extend(faults);
    let mut documents = documents.into_iter();
    let read = documents.next().map(|document| Read {
        config: Config::read(&document.root, findings),
        node: document.root,
    });
    if read.is_none() {
        let title = format!("{} says nothing", shown(&path.value));
        findings.push(Finding::new(RT008, path.span, title).label("a configuration is expected"));
    }
    if let Some(second) = documents.next() {
        findings.push(Finding::new(
            RT008,
            crate::spec::check::start_of(&second.root),
            "a configuration of Alertmanager is one document",
        ));
    }
    let secrets = read.iter().flat_map(|read| &read.config.inline_secrets);
    let spans: Vec<Span> = secrets.map(|secret| secret.span).collect();
    sources.add_with(path.value.clone(), text, spans);
    Ok(read)
}

/// The text of a file of the workspace; where there is none, a finding at `named`.
fn text_of(
    path: &str,
    named: Span,
    root: &Path,
    findings: &mut Findings,
) -> Result<Option<String>, FilesError> {
    if !find::stays_below(path) {
        let title = format!("{} leads out of the workspace", shown(path));
        findings.push(
            Finding::new(SP018, named, title)
                .label("paths are relative to `burnwatch.yaml` and stay below its folder"),
        );
        return Ok(None);
    }
    let file = root.join(path);
    if !file.is_file() {
        let title = format!("there is no file {}", shown(path));
        findings
            .push(Finding::new(RT008, named, title).label("a path of the workspace is expected"));
        return Ok(None);
    }
    find::stays(&file, root)?;
    match yaml::decode(read::bytes(&file)?) {
        Ok(text) => Ok(Some(text)),
        Err(_) => {
            let title = format!("{} is no text in UTF-8", shown(path));
            findings.push(Finding::new(RT008, named, title));
            Ok(None)
        }
    }
}

/// The message templates: the workspace's own, where it has some.
fn template(
    root: &Path,
    sources: &mut Sources,
    findings: &mut Findings,
) -> Result<String, FilesError> {
    let file = root.join(TEMPLATE_PATH);
    if !file.is_file() {
        return Ok(MESSAGES.to_string());
    }
    find::stays(&file, root)?;
    let (text, garbled) = read::shown_as_text(read::bytes(&file)?);
    let id = sources.add(TEMPLATE_PATH.to_string(), text.clone());
    if let Some(at) = garbled {
        let span = Span::new(id, at, at);
        findings.push(Finding::new(RT012, span, "a template is text in UTF-8"));
        return Ok(text);
    }
    findings.extend(check_template(&text).into_iter().map(|fault| {
        let span = Span::new(id, fault.at.start, fault.at.end);
        let finding = Finding::new(RT012, span, fault.what);
        match fault.help {
            Some(help) => finding.help(help),
            None => finding,
        }
    }));
    Ok(text)
}
