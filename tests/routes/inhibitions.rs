//! Who silences whom in generated configurations, against the rules in words, on random workspaces.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use burnwatch::alertmanager::Labels;
use burnwatch::alertmanager::inhibit::silences;

use crate::dice::Dice;
use crate::folder::{Folder, GENERATED};
use crate::read::read;

/// Workspaces, unless `ROUTES_WORKSPACES` says otherwise.
const WORKSPACES: u64 = 60;
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e.f"];
const WINDOWS: [(&str, u32); 4] = [("1h", 1), ("6h", 6), ("1d", 24), ("3d", 72)];
const GROUPS: [&str; 2] = ["region", "zone"];

struct Severity {
    name: &'static str,
    wakes: bool,
    priority: Option<u8>,
}

impl Severity {
    /// The most urgent is the least: who wakes somebody, then who has the priority; without one it is the last.
    fn urgency(&self) -> (u8, u8) {
        (u8::from(!self.wakes), self.priority.unwrap_or(3))
    }
}

struct Tier {
    name: &'static str,
    severity: usize,
    window: usize,
}

struct Slo {
    service: usize,
    name: usize,
    groups: Vec<&'static str>,
    tiers: Vec<Tier>,
    no_data: Option<usize>,
    /// Services with one of their SLOs, or with all.
    depends_on: Vec<(usize, Option<usize>)>,
}

impl Slo {
    fn id(&self) -> String {
        format!("s{}/o{}", self.service, self.name)
    }

    fn depends_on(&self, other: &Slo) -> bool {
        self.depends_on.iter().any(|(service, name)| {
            other.service == *service && name.is_none_or(|name| other.name == name)
        })
    }
}

struct Workspace {
    severities: Vec<Severity>,
    slos: Vec<Slo>,
}

fn some<T: Copy>(from: &[T], dice: &mut Dice) -> Vec<T> {
    let taken = from.iter().filter(|_| dice.below(2) == 0);
    taken.copied().collect()
}

fn workspace(dice: &mut Dice) -> Workspace {
    let severity = |name, wakes, priority| Severity {
        name,
        wakes,
        priority,
    };
    let severities = match dice.below(3) {
        0 => vec![
            severity("page", true, None),
            severity("ticket", false, None),
        ],
        1 => vec![
            severity("sev0", true, Some(0)),
            severity("sev1", true, Some(1)),
            severity("sev2", false, Some(2)),
            severity("sev3", false, Some(3)),
        ],
        _ => vec![
            severity("page", true, Some(1)),
            severity("call", true, Some(1)),
            severity("note", false, None),
            severity("ticket", false, Some(3)),
        ],
    };
    let mut slos: Vec<Slo> = Vec::new();
    for service in 0..2 + dice.below(2) {
        for name in 0..1 + dice.below(3) {
            let mut names = NAMES.to_vec();
            let tiers = (0..1 + dice.below(3)).map(|_| Tier {
                name: names.remove(dice.below(names.len())),
                severity: dice.below(severities.len()),
                window: dice.below(WINDOWS.len()),
            });
            let tiers = tiers.collect();
            let mut depends_on = Vec::new();
            for other in &slos {
                if other.service < service && dice.below(3) == 0 {
                    let whole = dice.below(2) == 0;
                    depends_on.push((other.service, (!whole).then_some(other.name)));
                }
            }
            slos.push(Slo {
                service,
                name,
                groups: some(&GROUPS, dice),
                tiers,
                no_data: (dice.below(2) == 0).then(|| dice.below(severities.len())),
                depends_on,
            });
        }
    }
    Workspace { severities, slos }
}

/// The workspace file and a file for each SLO.
fn written(workspace: &Workspace) -> Vec<(String, String)> {
    let mut file = "apiVersion: burnwatch/v1\nseverities:\n".to_string();
    let mut notify = String::new();
    for severity in &workspace.severities {
        let Severity { name, wakes, .. } = severity;
        let priority = severity.priority.map(|p| format!(", priority: P{p}"));
        let priority = priority.unwrap_or_default();
        let _ = writeln!(file, "  {name}: {{wakes: {wakes}{priority}}}");
        let _ = write!(notify, "{name}: [all], ");
    }
    let _ = writeln!(
        file,
        "teams: {{us: {{notify: {{{notify}}}}}}}
receivers: {{all: {{webhook: {{url: 'http://127.0.0.1:9095/'}}}}}}
alertmanager: {{default_receiver: all}}"
    );
    let mut files = vec![("burnwatch.yaml".to_string(), file)];
    for slo in &workspace.slos {
        let severity = |at: usize| workspace.severities[at].name;
        let mut text = format!(
            "apiVersion: burnwatch/v1\nservice: s{}\nowner: us\nrunbook: https://example.com/r\nslos:\n  - name: o{}\n    \
             objective: 99.9\n    group_by: [{}]\n    sli: {{ratio: {{events: 'e_total{{job=\"{}\"}}', errors_where: \
             code=~\"5..\"}}}}\n    alerting:\n      tiers:\n",
            slo.service,
            slo.name,
            slo.groups.join(", "),
            slo.id(),
        );
        for tier in &slo.tiers {
            let (long, hours) = WINDOWS[tier.window];
            let _ = writeln!(
                text,
                "        - {{name: {}, severity: {}, long: {long}, burn_rate: {}}}",
                tier.name,
                severity(tier.severity),
                f64::from(144 / (hours + 1)) / 10.0 + 1.0,
            );
        }
        if let Some(of) = slo.no_data {
            let _ = writeln!(text, "      no_data: {{severity: {}}}", severity(of));
        }
        let on = slo.depends_on.iter().map(|(service, name)| match name {
            Some(name) => format!("s{service}/o{name}"),
            None => format!("s{service}"),
        });
        let on: BTreeSet<String> = on.collect();
        let on: Vec<String> = on.into_iter().collect();
        let _ = writeln!(text, "    depends_on: [{}]", on.join(", "));
        files.push((format!("slos/{}-{}.yaml", slo.service, slo.name), text));
    }
    files
}

/// An alert of an SLO: of a tier, or of missing data.
struct Alert<'a> {
    slo: &'a Slo,
    tier: Option<&'a Tier>,
    labels: Labels,
}

fn alerts(workspace: &Workspace) -> Vec<Alert<'_>> {
    let mut all = Vec::new();
    for slo in &workspace.slos {
        let mut groups = vec![Labels::new()];
        for label in &slo.groups {
            let with = |value: &'static str| {
                let more = |group: &Labels| {
                    let mut group = group.clone();
                    group.insert(label.to_string(), value.to_string());
                    group
                };
                groups.iter().map(more).collect::<Vec<_>>()
            };
            groups = [with("x"), with("y")].concat();
        }
        for group in groups {
            let alert = |tier: Option<&str>, severity: usize| {
                let mut labels = group.clone();
                let name = tier.map_or("SLONoData", |_| "SLOErrorBudgetBurn");
                for (label, value) in [
                    ("alertname", name),
                    ("severity", workspace.severities[severity].name),
                    ("slo", &slo.id()),
                    ("slo_service", &format!("s{}", slo.service)),
                    ("slo_name", &format!("o{}", slo.name)),
                    ("slo_tier", tier.unwrap_or("no-data")),
                    ("owner", "us"),
                ] {
                    labels.insert(label.to_string(), value.to_string());
                }
                labels
            };
            let burning = slo.tiers.iter().map(|tier| Alert {
                slo,
                tier: Some(tier),
                labels: alert(Some(tier.name), tier.severity),
            });
            all.extend(burning);
            all.extend(slo.no_data.map(|severity| Alert {
                slo,
                tier: None,
                labels: alert(None, severity),
            }));
        }
    }
    all
}

/// The rules in words.
fn is_silenced(workspace: &Workspace, source: &Alert<'_>, target: &Alert<'_>) -> bool {
    // Missing data neither silences nor is silenced.
    let (Some(by), Some(of)) = (source.tier, target.tier) else {
        return false;
    };
    let urgency = |tier: &Tier| workspace.severities[tier.severity].urgency();
    let (a, b) = (source.slo, target.slo);
    let agree = |label: &&&str| source.labels[**label] == target.labels[**label];
    if a.id() == b.id() {
        let same_group = a.groups.iter().all(|label| agree(&label));
        let more_urgent = urgency(by) < urgency(of);
        let faster = by.severity == of.severity && WINDOWS[by.window].1 < WINDOWS[of.window].1;
        return same_group && (more_urgent || faster);
    }
    let mut shared = a.groups.iter().filter(|label| b.groups.contains(label));
    b.depends_on(a) && urgency(by) <= urgency(of) && shared.all(|label| agree(&label))
}

#[test]
fn who_silences_whom_is_what_the_rules_say() {
    let workspaces = std::env::var("ROUTES_WORKSPACES")
        .map_or(WORKSPACES, |workspaces| workspaces.parse().unwrap());
    let (mut pairs, mut silenced) = (0, 0);
    for seed in 0..workspaces {
        let workspace = workspace(&mut Dice(seed));
        let files = written(&workspace);
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (&**p, &**t)).collect();
        let folder = Folder::with(&files);
        folder
            .burnwatch(&["generate", "--only", "routes"])
            .expect_success(&format!("seed {seed}"));
        let text = folder.read(GENERATED);
        let (config, findings) = read(&text);
        assert!(findings.is_empty(), "{findings:?}");
        let alerts = alerts(&workspace);
        for source in &alerts {
            for target in &alerts {
                let expected = is_silenced(&workspace, source, target);
                let rules = &config.inhibit_rules;
                let silenced_by = rules
                    .iter()
                    .find(|rule| silences(rule, &source.labels, &target.labels));
                pairs += 1;
                silenced += u32::from(expected);
                assert_eq!(
                    silenced_by.is_some(),
                    expected,
                    "seed {seed}\n{:?}\nsilences\n{:?}\n{silenced_by:?}\n{files:#?}\n{text}",
                    source.labels,
                    target.labels
                );
            }
        }
    }
    eprintln!("{workspaces} workspaces, {silenced} of {pairs} pairs silence");
    assert!(silenced > pairs / 50, "only {silenced} of {pairs}");
}
