//! From checked files to SLOs: what an SLO does not say is looked up in its file's defaults, then in its file, then in the
//! workspace.

use std::collections::BTreeMap;

use crate::base::naming::is_reserved;
use crate::base::{Duration, LabelName, Name, Span, Spanned, Standing};
use crate::diagnostics::code::{SP005, SP010, SP011, SP012, SP014, SP015, SP018, SP019};
use crate::diagnostics::{Edit, Finding, Findings, shown};
use crate::spec::scalar::parse_rate;
use crate::spec::{Record, record};
use crate::yaml::Node;

use super::alerting;
use super::core::Core;
use super::objective::{Objective, ObjectiveError};
use super::place::{self, Parsed, Part, Places};
use super::policy::Mode;
use super::policy_source::percent;
use super::sli::{Context, KINDS};
use super::sli_template;
use super::slo::{Calendar, Runbook, Slo, SloId, WindowMode};
use super::workspace::{Workspace, unknown_team};

/// What an SLO costs beside its text, in units of the run's budget: its rules and their tests have about 40 KB.
const SLO_UNITS: usize = 2_000;

/// The period of an SLO that does not say one.
pub const PERIOD_DEFAULT: Duration = Duration::days(30);

/// The SLOs of one document that was checked against its shape.
pub fn slos(root: &Node, workspace: &Workspace<'_>, findings: &mut Findings) -> Vec<Slo> {
    let Some(file) = Record::of(root) else {
        return Vec::new();
    };
    let Some(service) = file.parse::<Name>("service") else {
        return Vec::new();
    };
    let defaults = file.record("defaults");
    if let (Some(span), true) = (
        file.key_span("slos"),
        file.list("slos").is_empty() && !file.is_unreadable("slos"),
    ) {
        findings.push(
            Finding::new(SP019, span, "there are no SLOs in this file")
                .label("nothing is listed here"),
        );
    }
    let defaults_are_whole = file.node("defaults").is_none_or(Node::is_whole);
    let mut slos = Vec::new();
    for node in file.list("slos") {
        if let Some(own) = Record::of(node) {
            let written = Written {
                file: &file,
                record: own.or(defaults.as_ref()),
                service: &service.value,
                workspace,
            };
            // What is made of an SLO that was read in part is looked at, and no more.
            let slo = written.resolve(findings);
            slos.extend(slo.filter(|_| defaults_are_whole && node.is_whole()));
        }
    }
    slos
}

/// An SLO as it was written, with everything that speaks where it is silent.
struct Written<'a> {
    file: &'a Record<'a>,
    record: Record<'a>,
    service: &'a Name,
    workspace: &'a Workspace<'a>,
}

impl Written<'_> {
    fn resolve(&self, findings: &mut Findings) -> Option<Slo> {
        // Every part is looked at before any is given up, so that all faults are found in one run.
        let name = self.record.parse::<Name>("name");
        let objective = self.objective(findings);
        let (period, calendar) = self.period(findings);
        let group_by = self.group_by(findings);
        let windows = match self.record.text("windows").map(|t| t.value) {
            Some("raw") => WindowMode::Raw,
            Some(_) | None => WindowMode::Recorded,
        };
        let core = self.core(&group_by, windows, findings);
        let labels = self.labels(&group_by, findings);
        if self
            .workspace
            .run
            .budget
            .spend(SLO_UNITS + self.copied_bytes())
            == Standing::Exceeded
        {
            return None;
        }
        let unreadable = |field: &&str| self.record.is_unreadable(field);
        let policy = match ["period", "alerting"].iter().any(unreadable) {
            true => None,
            false => alerting::resolve(&self.record, period, self.workspace, findings),
        };
        let alerting = self.record.record("alerting");
        let name = name?;
        let owner = self.owner(
            &name,
            policy
                .as_ref()
                .map(|(policy, mode)| (&policy.tiers[..], *mode)),
            findings,
        );
        let (objective, objective_span) = objective?;
        let Lowered { kind, core, parts } = core?;
        let (policy, mode) = policy?;
        Some(Slo {
            id: SloId {
                service: self.service.clone(),
                name: name.value,
            },
            owner,
            labels,
            description: self.record.text("description").map(|t| t.value.to_string()),
            runbook: self.runbook(findings),
            depends_on: self.depends_on(),
            objective,
            period,
            calendar,
            kind,
            core,
            group_by,
            policy,
            mode,
            windows,
            expected_per_hour: self
                .record
                .text("expected_rate")
                .and_then(|t| parse_rate(t.value)),
            mode_reason: alerting
                .as_ref()
                .and_then(|alerting| alerting.text("reason"))
                .map(|reason| reason.value.to_string()),
            parts,
            places: self.places(name.span, objective_span),
        })
    }

    fn places(&self, name: Span, objective: Span) -> Places {
        let span = |field: &str| self.record.text(field).map(|text| text.span);
        let alerting = self.record.record("alerting");
        let of_alerting = |field: &str| {
            alerting
                .as_ref()
                .and_then(|a| a.text(field))
                .map(|t| t.span)
        };
        let tiers = alerting.as_ref().and_then(|a| a.key_span("tiers"));
        let labels = self
            .file
            .map("labels")
            .into_iter()
            .chain(self.record.map("labels"));
        Places {
            node: self.record.span(),
            name,
            objective,
            period: span("period"),
            expected_rate: span("expected_rate"),
            policy: of_alerting("policy").or(tiers),
            mode: of_alerting("mode"),
            description: span("description"),
            labels: labels
                .filter_map(|(key, node)| {
                    Some((key.value.parse().ok()?, record::scalar(node)?.span))
                })
                .collect(),
            sli: self.record.key_span("sli"),
            owner: self.node_of_file("owner").map(|node| node.span),
            runbook: self.node_of_file("runbook").map(|node| node.span),
            group_by: self
                .record
                .list("group_by")
                .iter()
                .filter_map(record::scalar)
                .map(|scalar| scalar.span)
                .collect(),
        }
    }

    /// Text of the file and its defaults that every SLO takes a copy of, in bytes.
    fn copied_bytes(&self) -> usize {
        let labels = self
            .file
            .map("labels")
            .into_iter()
            .chain(self.record.map("labels"));
        let labels = labels.map(|(key, node)| {
            key.value.len() + record::scalar(node).map_or(0, |scalar| scalar.text.len())
        });
        let description = self
            .record
            .text("description")
            .map_or(0, |text| text.value.len());
        labels.sum::<usize>() + description
    }

    /// What the SLO says, else its file.
    fn text_of_file(&self, name: &str) -> Option<Spanned<&str>> {
        self.record.text(name).or_else(|| self.file.text(name))
    }

    /// The same of what may be unreadable.
    fn node_of_file(&self, name: &str) -> Option<&Node> {
        self.record.node(name).or_else(|| self.file.node(name))
    }

    fn runbook(&self, findings: &mut Findings) -> Option<Runbook> {
        let runbook = self.text_of_file("runbook")?;
        let text = runbook.value;
        if text.starts_with("https://") || text.starts_with("http://") {
            return Some(Runbook::Url(text.to_string()));
        }
        let below = !text.contains([':', '\\'])
            && text.split('/').all(|part| part != ".." && !part.is_empty());
        if below {
            return Some(Runbook::File(text.to_string()));
        }
        findings.push(
            Finding::new(
                SP018,
                runbook.span,
                format!("{} is no runbook of the workspace", shown(text)),
            )
            .label("a path below the folder of `burnwatch.yaml`, or an https URL"),
        );
        None
    }

    /// What it depends on, as it is written: whether that exists is known when all files are read.
    fn depends_on(&self) -> Vec<Spanned<String>> {
        let items = self.record.list("depends_on").iter();
        items
            .filter_map(record::scalar)
            .map(|scalar| Spanned::new(scalar.text.to_string(), scalar.span))
            .collect()
    }

    fn objective(&self, findings: &mut Findings) -> Option<(Objective, Span)> {
        let number = percent(&self.record, "objective")?;
        let error = match Objective::new(number.value) {
            Ok(objective) => return Some((objective, number.span)),
            Err(error) => error,
        };
        let shown = number.value;
        findings.push(match error {
            ObjectiveError::Hundred => Finding::new(
                SP011,
                number.span,
                "an objective of 100 leaves no error budget",
            )
            .label("budget = 100 - 100 = 0")
            .help("99.99 leaves 4 min 19 s of budget in 30 days, 99.999 leaves 26 s"),
            ObjectiveError::OutOfRange => Finding::new(
                SP010,
                number.span,
                format!("an objective of {shown} is no percentage of good events"),
            )
            .label("above 0 and below 100"),
            ObjectiveError::Fraction => {
                let meant = number.value * crate::base::Ratio::whole(100);
                Finding::new(
                    SP012,
                    number.span,
                    format!("an objective of {shown} % looks like a fraction"),
                )
                .label("objectives are in percent")
                .patch(
                    "write it in percent",
                    vec![Edit {
                        span: number.span,
                        text: meant.to_string(),
                    }],
                )
            }
        });
        None
    }

    fn period(&self, findings: &mut Findings) -> (Duration, Option<Calendar>) {
        if let Some(period) = self.record.parse::<Duration>("period") {
            if !alerting::is_recorded_whole(period.value) {
                findings.push(alerting::uneven(period.value, period.span));
                return (PERIOD_DEFAULT, None);
            }
            return (period.value, None);
        }
        let Some(record) = self.record.record("period") else {
            return (PERIOD_DEFAULT, None);
        };
        let Some(unit) = record.text("calendar") else {
            return (PERIOD_DEFAULT, None);
        };
        let usual = match unit.value {
            "day" => Duration::days(1),
            "week" => Duration::days(7),
            "quarter" => Duration::days(91),
            "year" => Duration::days(365),
            _ => PERIOD_DEFAULT,
        };
        let time_zone = record
            .text("time_zone")
            .map_or("UTC", |t| t.value)
            .to_string();
        (
            usual,
            Some(Calendar {
                unit: unit.value.to_string(),
                time_zone,
                span: unit.span,
            }),
        )
    }

    fn group_by(&self, findings: &mut Findings) -> Vec<LabelName> {
        let mut labels: Vec<LabelName> = Vec::new();
        let items = self.record.list("group_by");
        for (at, scalar) in items
            .iter()
            .enumerate()
            .filter_map(|(at, node)| Some((at, record::scalar(node)?)))
        {
            let Ok(label) = scalar.text.parse::<LabelName>() else {
                continue;
            };
            if is_reserved(label.as_str()) || label.as_str() == "le" {
                findings.push(
                    Finding::new(
                        SP014,
                        scalar.span,
                        format!("`{label}` cannot be grouped by"),
                    )
                    .label("burnwatch or Prometheus sets this label itself"),
                );
            } else if labels.contains(&label) {
                findings.push(
                    Finding::new(
                        SP005,
                        scalar.span,
                        format!("`{label}` stands twice in `group_by`"),
                    )
                    .label("again")
                    .fix("drop it", vec![after(&items[..at], &items[at])]),
                );
            } else {
                labels.push(label);
            }
        }
        labels
    }

    /// Labels of the file, then those of the SLO.
    fn labels(
        &self,
        group_by: &[LabelName],
        findings: &mut Findings,
    ) -> BTreeMap<LabelName, String> {
        let mut labels = BTreeMap::new();
        for (key, node) in self
            .file
            .map("labels")
            .into_iter()
            .chain(self.record.map("labels"))
        {
            let Ok(name) = key.value.parse::<LabelName>() else {
                continue;
            };
            let clash = match () {
                () if is_reserved(name.as_str()) => {
                    Some("burnwatch sets labels of this name itself")
                }
                () if group_by.contains(&name) => Some("alerts bear this label from `group_by`"),
                () => None,
            };
            match clash {
                Some(reason) => findings.push(
                    Finding::new(SP014, key.span, format!("`{name}` cannot be a label here"))
                        .label(reason),
                ),
                None => {
                    let value = record::scalar(node).map(|value| value.text.to_string());
                    labels.extend(value.map(|value| (name, value)));
                }
            }
        }
        labels
    }

    fn core(
        &self,
        group_by: &[LabelName],
        windows: WindowMode,
        findings: &mut Findings,
    ) -> Option<Lowered> {
        let sli = self.record.record("sli")?;
        let context = Context {
            group_by,
            windows,
            scrape_interval: self.workspace.scrape_interval,
            run: &self.workspace.run,
            parsed: Parsed::default(),
        };
        if let Some(used) = sli.text("use") {
            let filled = sli_template::fill(&sli, self.workspace, findings)?;
            let from = findings.len();
            let core = lower(&Record::of(&filled)?, &context, findings);
            for finding in &mut findings[from..] {
                finding.secondary.push(crate::diagnostics::Label {
                    span: used.span,
                    text: "the template is used here".to_string(),
                });
            }
            return core;
        }
        lower(&sli, &context, findings)
    }

    /// The team; a page must have one that is known.
    fn owner(
        &self,
        name: &Spanned<Name>,
        alerts: Option<(&[super::policy::Tier], Mode)>,
        findings: &mut Findings,
    ) -> Option<Name> {
        if self.record.is_unreadable("owner") || self.file.is_unreadable("owner") {
            return None;
        }
        if let Some(owner) = self.text_of_file("owner") {
            let known = self
                .workspace
                .teams
                .keys()
                .find(|team| team.as_str() == owner.value);
            if known.is_none() && owner.value.parse::<Name>().is_ok() {
                findings.extend(unknown_team(owner, self.workspace));
            }
            return known.cloned();
        }
        let wakes = |severity: &Name| self.workspace.roster.wakes(severity);
        if let Some((tiers, Mode::Alert)) = alerts
            && let Some(tier) = tiers.iter().find(|tier| wakes(&tier.severity))
        {
            let title = format!(
                "`{}/{}` can wake somebody, and no team owns it",
                self.service, name.value
            );
            findings.push(
                    Finding::new(SP015, name.span, title)
                        .caused_by(format!("no owner in {:?}", self.file.span()))
                        .label(format!("tier `{}` has severity `{}`", tier.name, tier.severity))
                        .help("add `owner:` with a team of the workspace's `teams`, to the SLO or to its file"),
                );
        }
        None
    }
}

/// The change that drops an item of a list that is not the first, with what parts it from the one before.
fn after(before: &[Node], node: &Node) -> Edit {
    let from = before.last().map_or(node.span.start, |node| node.span.end);
    Edit {
        span: Span {
            start: from,
            ..node.span
        },
        text: String::new(),
    }
}

/// An SLI, lowered to its core, and as it was written.
struct Lowered {
    kind: &'static str,
    core: Core,
    parts: Vec<Part>,
}

fn lower(sli: &Record<'_>, context: &Context<'_>, findings: &mut Findings) -> Option<Lowered> {
    let kind = KINDS.iter().find(|kind| sli.node(kind.name).is_some())?;
    let record = sli.record(kind.name)?;
    Some(Lowered {
        kind: kind.name,
        core: (kind.lower)(&record, context, findings)?,
        parts: place::parts(&record, kind.object, &context.parsed),
    })
}
