//! A workspace in a folder of its own, with a daemon's settings, and the services that it names.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::process::Daemon;
use super::world::counters::Counters;
use super::world::front::Front;
use super::world::hook::Hook;
use super::world::mailbox::Mailbox;
use super::world::opsgenie::Opsgenie;
use super::world::pagerduty::PagerDuty;
use super::world::slack::Slack;

/// A part of every secret.
pub const CANARY: &str = "CANARY0";

/// Secrets: what the files in `secrets` hold, by their names. No text that the daemon writes has any of them.
pub const SECRETS: [(&str, &str); 6] = [
    ("pager", "CANARY0routing0key"),
    ("leads", "CANARY0other0routing0key"),
    ("genie", "CANARY0genie"),
    ("hook", "/services/T0/B0/CANARY0hook"),
    ("bot", "CANARY0bot"),
    ("desk", "/in/CANARY0desk"),
];

/// A workspace. `PROMETHEUS`, `PAGERDUTY`, `OPSGENIE`, `SLACK`, `HOOK` and `MAIL` stand for where they are, `FOLDER` for its own
/// folder, `PORT` for the daemon's port.
pub const WORKSPACE: &str = "\
apiVersion: burnwatch/v1
prometheus: {url: PROMETHEUS}
rules: {interval: 5s, scrape_interval: 5s}
daemon: {listen: '127.0.0.1:PORT', data: FOLDER/data/state.db, query_offset: 1s}
severities: {page: {wakes: true}, ticket: {}}
policies:
  quick:
    tiers:
      - {name: fast, severity: page, burn_rate: 14.4, long: 1m, short: 15s}
      - {name: slow, severity: ticket, burn_rate: 1, long: 1h, short: 5m}
teams:
  payments:
    notify: {page: [pager], ticket: [desk]}
receivers:
  pager: {pagerduty: {routing_key_file: FOLDER/secrets/pager, url: PAGERDUTY/v2/enqueue}}
  leads: {pagerduty: {routing_key_file: FOLDER/secrets/leads, url: PAGERDUTY/v2/enqueue}}
  genie: {opsgenie: {api_key_file: FOLDER/secrets/genie, url: OPSGENIE}}
  chat: {slack: {url_file: FOLDER/secrets/hook}}
  bot: {slack: {bot_token_file: FOLDER/secrets/bot, channel: alerts, api_url: SLACK/api}}
  desk: {webhook: {url_file: FOLDER/secrets/desk}}
  mail: {email: {to: all@example.com, from: b@example.com, smarthost: MAIL, require_tls: false}}
";

/// The services around a daemon.
pub struct Services {
    pub counters: Counters,
    pub pagerduty: Front<PagerDuty>,
    pub opsgenie: Front<Opsgenie>,
    pub slack: Front<Slack>,
    pub hook: Front<Hook>,
    pub mailbox: Mailbox,
}

/// A workspace on the disk.
pub struct Site {
    folder: TempDir,
    port: u16,
    starts: AtomicUsize,
}

fn secret(name: &str) -> &'static str {
    let found = SECRETS.iter().find(|(other, _)| *other == name);
    found.unwrap().1
}

impl Services {
    /// All of them, in good health.
    pub fn start() -> Services {
        Services {
            counters: Counters::start(),
            pagerduty: Front::start(PagerDuty::new(&[secret("pager"), secret("leads")])),
            opsgenie: Front::start(Opsgenie::new(secret("genie"))),
            slack: Front::start(Slack::new(secret("hook"), secret("bot"), "alerts")),
            hook: Front::start(Hook::default()),
            mailbox: Mailbox::start(),
        }
    }
}

/// An SLO file in which each SLO counts the job of its name.
pub fn slos(names: &[&str]) -> String {
    let slo = |name: &&str| {
        format!(
            "  - {{name: {name}, objective: 99.9, sli: {{ratio: {{events: 'requests_total{{job=\"{name}\"}}', \
             errors_where: 'code=~\"5..\"'}}}}, alerting: {{policy: quick}}}}\n"
        )
    };
    let slos: String = names.iter().map(slo).collect();
    format!(
        "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nrunbook: https://runbooks.example.com/shop\nslos:\n{slos}"
    )
}

impl Site {
    /// A workspace and an SLO file.
    pub fn of(services: &Services, workspace: &str, slos: &str) -> Site {
        let site = Site {
            folder: TempDir::new().unwrap(),
            port: free_port(),
            starts: AtomicUsize::new(0),
        };
        for folder in ["secrets", "data", "slos"] {
            fs::create_dir(site.path(folder)).unwrap();
        }
        for (name, text) in SECRETS {
            let text = match name {
                "hook" => format!("{}{text}", services.slack.url()),
                "desk" => format!("{}{text}", services.hook.url()),
                _ => text.to_string(),
            };
            fs::write(site.path("secrets").join(name), text + "\n").unwrap();
        }
        site.write("burnwatch.yaml", &site.filled(services, workspace));
        site.write("slos/shop.yaml", slos);
        site
    }

    /// A workspace with what stands in it for places filled in.
    pub fn filled(&self, services: &Services, workspace: &str) -> String {
        let folder = self.folder.path().display().to_string();
        let values = [
            ("PROMETHEUS", services.counters.url()),
            ("PAGERDUTY", services.pagerduty.url()),
            ("OPSGENIE", services.opsgenie.url()),
            ("SLACK", services.slack.url()),
            ("HOOK", services.hook.url()),
            ("MAIL", services.mailbox.place()),
            ("FOLDER", folder),
            ("PORT", self.port.to_string()),
        ];
        let fill = |text: String, (name, value): &(&str, String)| text.replace(name, value);
        values.iter().fold(workspace.to_string(), fill)
    }

    /// A place in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into its place at once.
    pub fn write(&self, name: &str, text: &str) {
        let new = self.path("new");
        fs::write(&new, text).unwrap();
        fs::rename(new, self.path(name)).unwrap();
    }

    /// A file with one text in place of another, which must be there.
    pub fn replace(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replacen(old, new, 1));
    }

    /// A command of burnwatch in its folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burnwatch"));
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    /// Runs a command of burnwatch to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts a daemon by this command.
    pub fn spawn(&self, command: Command) -> Daemon {
        let nth = self.starts.fetch_add(1, Ordering::SeqCst);
        Daemon::spawn(command, self.port, &self.path(&format!("run-{nth}.log")))
    }

    /// All that its daemons have logged.
    pub fn logs(&self) -> String {
        let all = 0..self.starts.load(Ordering::SeqCst);
        let logs = all.map(|nth| fs::read_to_string(self.path(&format!("run-{nth}.log"))));
        logs.map(Result::unwrap).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(!self.logs().contains(CANARY), "a secret is in a log");
        }
    }
}

/// A port that nobody has, and that no outgoing connection gets.
fn free_port() -> u16 {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    for _ in 0..1_000 {
        let nth = NEXT.fetch_add(1, Ordering::SeqCst) + 97 * std::process::id() as usize;
        let port = 20_000 + (nth % 12_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
