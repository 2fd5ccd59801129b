//! Configurations generated from random workspaces: Alertmanager takes each, and each alert of the generated rules arrives
//! where its team said, as fast as its severity says, and muted when the workspace says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use burnwatch::alertmanager::{Arrival, GroupBy, Labels, arrivals};

use crate::amtool_files;
use crate::dice::Dice;
use crate::folder::{Folder, GENERATED};
use crate::read::read;

/// Workspaces whose alerts are all followed, unless `ROUTES_WORKSPACES` says otherwise.
const FOLLOWED: u64 = 18;
/// Workspaces that are only shown to amtool.
const CHECKED: u64 = 30;
/// Workspaces that are written in another order.
const SHUFFLED: u64 = 12;

const RECEIVERS: [&str; 6] = [
    "pagerduty: {routing_key_file: /run/secrets/pd}",
    "slack: {url_file: /run/secrets/slack, channel: '#{{ no template }}'}",
    "opsgenie: {api_key_file: /run/secrets/og, url: 'https://api.eu.opsgenie.com/'}",
    "email: {to: 'a@example.com', from: b@example.com, smarthost: 'mail.example.com:25', require_tls: false}",
    "webhook: {url: 'http://127.0.0.1:9095/x?a=b#c'}",
    "email: {to: '\"A, B\" <c@example.com>', from: d@example.com, smarthost: 'mail.example.com:587', auth_username: u, \
     auth_password_file: /run/secrets/mail}",
];
const GROUPS: [&str; 3] = ["region", "zone", "tenant"];
const SERVICES: [&str; 4] = ["checkout", "search.v2", "mail-queue", "Ledger_1"];
const TEAMS: [&str; 5] = ["a", "core.infra", "team-3", "T_4", "p"];

/// A severity as it is written, and what is meant.
#[derive(Clone)]
struct Severity {
    name: &'static str,
    fields: &'static str,
    wakes: bool,
    /// From the first alert to the message, of a change, of nothing new; in seconds.
    timers: [u64; 3],
}

const FAST: [u64; 3] = [10, 60, 3600];
const SLOW: [u64; 3] = [300, 600, 86_400];

fn severities(dice: &mut Dice) -> Vec<Severity> {
    let severity = |name, fields, wakes, timers| Severity {
        name,
        fields,
        wakes,
        timers,
    };
    match dice.below(3) {
        0 => vec![
            severity("page", "wakes: true", true, FAST),
            severity("ticket", "", false, SLOW),
        ],
        1 => vec![
            severity("P0", "wakes: true, priority: P0, response: 5m", true, FAST),
            severity(
                "P1",
                "wakes: true, priority: P1, group_wait: 30s",
                true,
                [30, 60, 3600],
            ),
            severity(
                "P2",
                "priority: P2, repeat_interval: 2d",
                false,
                [300, 600, 172_800],
            ),
            severity("P3", "priority: P3, response: 7d", false, SLOW),
        ],
        _ => vec![
            severity(
                "wake.up",
                "wakes: true, group_wait: 1s, group_interval: 2s, repeat_interval: 3s",
                true,
                [1, 2, 3],
            ),
            severity(
                "look",
                "priority: P1, group_interval: 1h",
                false,
                [300, 3600, 86_400],
            ),
            severity("some-day", "", false, SLOW),
        ],
    }
}

struct Team {
    name: &'static str,
    /// The severities for which it names receivers.
    notify: BTreeMap<&'static str, Vec<usize>>,
    has_hours: bool,
}

struct Maintenance {
    teams: Vec<&'static str>,
    services: Vec<&'static str>,
    severities: Vec<&'static str>,
}

struct Workspace {
    severities: Vec<Severity>,
    teams: Vec<Team>,
    maintenance: Vec<Maintenance>,
    /// The texts of SLOs, by service and owner.
    slos: Vec<(&'static str, &'static str, String)>,
    groups: BTreeSet<&'static str>,
}

fn some<T: Copy>(from: &[T], one_in: usize, dice: &mut Dice) -> Vec<T> {
    let taken = from.iter().filter(|_| dice.below(one_in) == 0);
    taken.copied().collect()
}

fn workspace(dice: &mut Dice) -> Workspace {
    let severities = severities(dice);
    let names: Vec<&'static str> = severities.iter().map(|severity| severity.name).collect();
    let team = |name: &&'static str, dice: &mut Dice| {
        let heard = severities
            .iter()
            .filter(|severity| severity.wakes || dice.below(4) > 0);
        let heard: Vec<&'static str> = heard.map(|severity| severity.name).collect();
        let receivers = |dice: &mut Dice| -> Vec<usize> {
            (0..1 + dice.below(3))
                .map(|_| dice.below(RECEIVERS.len()))
                .collect()
        };
        Team {
            name,
            notify: heard
                .into_iter()
                .map(|name| (name, receivers(dice)))
                .collect(),
            has_hours: dice.below(2) == 0,
        }
    };
    let count = 1 + dice.below(TEAMS.len());
    let teams: Vec<Team> = TEAMS[..count].iter().map(|name| team(name, dice)).collect();
    let maintenance = (0..dice.below(4)).map(|_| Maintenance {
        teams: some(&TEAMS[..count], 3, dice),
        services: some(&SERVICES, 3, dice),
        severities: some(&names, 3, dice),
    });
    let mut workspace = Workspace {
        maintenance: maintenance.collect(),
        severities,
        teams,
        slos: Vec::new(),
        groups: BTreeSet::new(),
    };
    for (at, service) in SERVICES.into_iter().enumerate() {
        for number in 0..1 + dice.below(2) {
            let owner = TEAMS[dice.below(count)];
            let text = slo(&mut workspace, &names, (service, at, number), dice);
            workspace.slos.push((service, owner, text));
        }
    }
    workspace
}

fn slo(
    workspace: &mut Workspace,
    severities: &[&str],
    (service, at, number): (&str, usize, usize),
    dice: &mut Dice,
) -> String {
    let groups = some(&GROUPS, 3, dice);
    workspace.groups.extend(&groups);
    let mut text = format!(
        "  - name: slo{number}\n    objective: 99.9\n    group_by: [{}]\n    labels: {{tier_of_user: 'x', note: 'a \"b\" {{c}}'}}\n    \
         sli: {{ratio: {{events: 'e_total{{job=\"{service}{number}\"}}', errors_where: code=~\"5..\"}}}}\n    \
         depends_on: [{}]\n    alerting:\n      tiers:\n",
        groups.join(", "),
        some(&SERVICES[..at], 3, dice).join(", "),
    );
    for (name, long, rate) in [("fast", "1h", 14), ("slow.er", "6h", 6), ("last", "3d", 1)] {
        let severity = severities[dice.below(severities.len())];
        let _ = writeln!(
            text,
            "        - {{name: {name}, severity: {severity}, long: {long}, burn_rate: {rate}}}"
        );
    }
    if dice.below(2) == 0 {
        let severity = severities[dice.below(severities.len())];
        let _ = writeln!(text, "      no_data: {{severity: {severity}}}");
    }
    text
}

fn workspace_file(workspace: &Workspace) -> String {
    let mut file =
        "apiVersion: burnwatch/v1\nalertmanager: {default_receiver: fallback}\nseverities:\n"
            .to_string();
    for Severity { name, fields, .. } in &workspace.severities {
        let _ = writeln!(file, "  {name}: {{{fields}}}");
    }
    file.push_str("receivers:\n  fallback: {webhook: {url: 'http://127.0.0.1:9095/fallback'}}\n");
    for (at, receiver) in RECEIVERS.iter().enumerate() {
        let _ = writeln!(file, "  r{at}: {{{receiver}}}");
    }
    file.push_str("teams:\n");
    for team in &workspace.teams {
        let _ = writeln!(file, "  {}:\n    notify:", team.name);
        for (severity, receivers) in &team.notify {
            let names: Vec<String> = receivers.iter().map(|at| format!("r{at}")).collect();
            let _ = writeln!(file, "      {severity}: [{}]", names.join(", "));
        }
        if team.has_hours {
            file.push_str(
                "    office_hours: {days: [mon, fri], from: '22:00', to: '06:30', time_zone: Asia/Kolkata}\n",
            );
        }
    }
    if !workspace.maintenance.is_empty() {
        file.push_str("maintenance:\n");
    }
    let times = [
        "from: 2026-12-01 22:00, to: 2027-02-03 04:00",
        "from: '23:30', to: '00:30', days: [sun], time_zone: America/New_York",
        "from: '00:00', to: '23:59'",
    ];
    for (at, of) in workspace.maintenance.iter().enumerate() {
        let _ = writeln!(
            file,
            "  m{at}: {{{}, teams: [{}], services: [{}], severities: [{}]}}",
            times[at],
            of.teams.join(", "),
            of.services.join(", "),
            of.severities.join(", "),
        );
    }
    file
}

/// How the SLOs are spread over files.
#[derive(Clone, Copy)]
enum Order {
    AsMade,
    Reversed,
}

fn folder(workspace: &Workspace, order: Order) -> Folder {
    let folder = Folder::with(&[("burnwatch.yaml", &workspace_file(workspace))]);
    let mut slos: Vec<String> = workspace
        .slos
        .iter()
        .map(|(service, owner, slo)| {
            format!(
                "apiVersion: burnwatch/v1\nservice: {service}\nowner: {owner}\nrunbook: https://example.com/r\nslos:\n{slo}"
            )
        })
        .collect();
    match order {
        Order::AsMade => {
            for (at, slo) in slos.iter().enumerate() {
                folder.write(&format!("slos/f{at:02}.yaml"), slo);
            }
        }
        Order::Reversed => {
            slos.reverse();
            for (at, slos) in slos.chunks(3).enumerate() {
                folder.write(&format!("slos/z/g{at}.yaml"), &slos.join("---\n"));
            }
        }
    }
    folder
}

fn generate(folder: &Folder, only: &[&str], seed: u64) {
    folder
        .burnwatch(&[&["generate"], only].concat())
        .expect_success(&format!("seed {seed}"));
}

/// What the workspace says of an alert.
fn expected(workspace: &Workspace, alert: &Labels) -> Arrival {
    let is = |label: &str, name: &str| alert[label] == name;
    let severity = workspace.severities.iter();
    let severity = severity
        .into_iter()
        .find(|of| is("severity", of.name))
        .unwrap();
    let mut teams = workspace.teams.iter();
    let team = teams.find(|team| is("owner", team.name)).unwrap();
    let mut group_by = vec!["slo".to_string()];
    group_by.extend(workspace.groups.iter().map(|label| label.to_string()));
    let seconds = |of: u64| burnwatch::base::Duration::from_ms(of * 1_000);
    let mut arrival = Arrival {
        trail: Vec::new(),
        receiver: "fallback".to_string(),
        // What no route of ours takes is grouped as the root says.
        group_by: GroupBy::Labels(Vec::new()),
        group_wait: seconds(30),
        group_interval: seconds(300),
        repeat_interval: seconds(4 * 3600),
        mute: Vec::new(),
        active: Vec::new(),
    };
    if !team.notify.contains_key(severity.name) {
        return arrival;
    }
    arrival.group_by = GroupBy::Labels(group_by);
    let holds = |names: &[&str], label: &str| names.is_empty() || names.contains(&&*alert[label]);
    let mutes = workspace.maintenance.iter().enumerate().filter(|(_, of)| {
        holds(&of.teams, "owner")
            && holds(&of.services, "slo_service")
            && holds(&of.severities, "severity")
    });
    arrival.mute = mutes
        .map(|(at, _)| format!("burnwatch/maintenance/m{at}"))
        .collect();
    if team.has_hours && !severity.wakes {
        arrival.active = vec![format!("burnwatch/office-hours/{}", team.name)];
    }
    arrival.receiver = format!("burnwatch/{}/{}", team.name, severity.name);
    let [wait, change, repeat] = severity.timers.map(seconds);
    (
        arrival.group_wait,
        arrival.group_interval,
        arrival.repeat_interval,
    ) = (wait, change, repeat);
    arrival
}

#[test]
fn every_alert_arrives_where_its_team_said() {
    let workspaces = std::env::var("ROUTES_WORKSPACES")
        .map_or(FOLLOWED, |workspaces| workspaces.parse().unwrap());
    let (mut followed, mut muted, mut fallen) = (0, 0, 0);
    for seed in 0..workspaces {
        let mut dice = Dice(seed);
        let workspace = workspace(&mut dice);
        let folder = folder(&workspace, Order::AsMade);
        generate(&folder, &[], seed);
        amtool_files::check_config(folder.path(), GENERATED);
        let (config, findings) = read(&folder.read(GENERATED));
        assert!(findings.is_empty(), "seed {seed}: {findings:?}");
        let root = config.route.unwrap();
        for mut alert in folder.alerts() {
            for label in some(&GROUPS, 2, &mut dice) {
                alert.insert(label.to_string(), "any".to_string());
            }
            let expected = expected(&workspace, &alert);
            let mut found = arrivals(&root, &alert);
            found.iter_mut().for_each(|arrival| arrival.trail.clear());
            assert_eq!(
                found,
                std::slice::from_ref(&expected),
                "seed {seed}: {alert:?}"
            );
            let asked = amtool_files::receivers(folder.path(), GENERATED, &alert);
            assert_eq!(asked, expected.receiver, "seed {seed}: {alert:?}");
            followed += 1;
            muted += u32::from(!expected.mute.is_empty());
            fallen += u32::from(expected.receiver == "fallback");
        }
    }
    eprintln!(
        "{followed} alerts of {workspaces} workspaces, {muted} with maintenance, {fallen} of no team's receiver"
    );
    assert!(followed > 300 && muted > followed / 10 && fallen > 0);
}

#[test]
fn alertmanager_takes_what_any_workspace_gives() {
    for seed in 1_000..1_000 + CHECKED {
        let workspace = workspace(&mut Dice(seed));
        let folder = folder(&workspace, Order::AsMade);
        generate(&folder, &["--only", "routes"], seed);
        amtool_files::check_config(folder.path(), GENERATED);
    }
}

#[test]
fn the_order_of_files_and_slos_changes_nothing() {
    for seed in 2_000..2_000 + SHUFFLED {
        let workspace = workspace(&mut Dice(seed));
        let made = [Order::AsMade, Order::Reversed].map(|order| {
            let folder = folder(&workspace, order);
            generate(&folder, &["--only", "routes"], seed);
            folder.read(GENERATED)
        });
        assert_eq!(made[0], made[1], "seed {seed}");
    }
}
