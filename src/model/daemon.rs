//! How the daemon runs.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::ops::RangeInclusive;

use super::base_url::base_url;
use crate::base::{Duration, Name, Span, Spanned};
use crate::diagnostics::code::{SP007, SP008, SP016};
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;

/// Where it listens, unless told otherwise.
pub const LISTEN_DEFAULT: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9464));
/// Where it keeps its state, unless told otherwise.
pub const DATA_DEFAULT: &str = "./burnwatch.db";
/// The shortest of its durations.
pub const LENGTH_MIN: Duration = Duration::from_ms(1_000);
/// How far in the past it asks at most: further back nobody would be told in time.
pub const QUERY_OFFSET_MAX: Duration = Duration::minutes(10);
/// How long it waits for one answer at most.
pub const QUERY_TIMEOUT_MAX: Duration = Duration::minutes(5);
/// Most answers that it waits for at the same time.
pub const QUERIES_MAX: usize = 1_000;
/// When it says that it cannot see, at the latest.
pub const BLIND_AFTER_MAX: Duration = Duration::days(1);
/// How long a page is tried at most.
pub const EXPIRE_AFTER_MAX: Duration = Duration::days(30);
/// How long it goes on at most after it was told to stop.
pub const SHUTDOWN_GRACE_MAX: Duration = Duration::minutes(10);
/// How long it remembers what happened, at least.
pub const HISTORY_MIN: Duration = Duration::days(1);
/// How long it remembers what happened, at most: longer ones are not read.
const HISTORY_MAX: Duration = Duration::days(365 * 100);
/// The longest time between two signs of life.
pub const HEARTBEAT_EVERY_MAX: Duration = Duration::hours(1);

/// How the daemon runs. Files are of the host that runs it, relative to the workspace's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Daemon {
    /// Where it serves its pages and metrics.
    pub listen: SocketAddr,
    /// The web configuration file: encryption and passwords.
    pub web_config: Option<String>,
    /// Who may ask whether it lives and is ready.
    pub probes: Probes,
    /// Where people reach it: a base URL, without a slash at its end.
    pub external_url: Option<String>,
    /// The file of its state.
    pub data: String,
    /// How long it remembers what happened.
    pub history: Duration,
    /// What sets its incidents apart from those of others; empty unless told otherwise.
    pub namespace: String,
    /// The team that is told what is wrong with burnwatch itself.
    pub owner: Option<Spanned<Name>>,
    /// How far in the past it asks.
    pub query_offset: Duration,
    /// How long it waits for one answer.
    pub query_timeout: Duration,
    /// Most answers that it waits for at the same time; at least one.
    pub max_queries: usize,
    /// When it says that it cannot see.
    pub blind_after: Duration,
    /// How long a page is tried before the fallback is told as well; less than `expire_after`.
    pub fallback_after: Duration,
    /// How long a page is tried at a receiver.
    pub expire_after: Duration,
    /// How long it goes on delivering after it was told to stop.
    pub shutdown_grace: Duration,
    /// Its sign of life.
    pub heartbeat: Option<Heartbeat>,
}

/// Who may ask whether the daemon lives and is ready, where passwords are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Probes {
    /// Who has a password.
    #[default]
    Guarded,
    /// Everybody.
    Open,
}

/// A sign of life, for whoever watches burnwatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// The file with the URL that is asked.
    pub url_file: String,
    /// How often.
    pub every: Duration,
    /// The receiver that takes a test message before each beat.
    pub canary: Option<Spanned<Name>>,
}

impl Default for Daemon {
    fn default() -> Daemon {
        Daemon {
            listen: LISTEN_DEFAULT,
            web_config: None,
            probes: Probes::Guarded,
            external_url: None,
            data: DATA_DEFAULT.to_string(),
            history: Duration::days(90),
            namespace: String::new(),
            owner: None,
            query_offset: Duration::from_ms(30_000),
            query_timeout: Duration::from_ms(10_000),
            max_queries: 16,
            blind_after: Duration::minutes(10),
            fallback_after: Duration::minutes(15),
            expire_after: Duration::hours(4),
            shutdown_grace: Duration::from_ms(20_000),
            heartbeat: None,
        }
    }
}

impl Daemon {
    /// What the workspace's `daemon` says. `interval` is that of evaluations, where it is known. What is wrong has a finding,
    /// and the default in its place.
    pub(super) fn of(
        record: &Record<'_>,
        interval: Option<Duration>,
        findings: &mut Findings,
    ) -> Daemon {
        let usual = Daemon::default();
        let text = |field: &str| record.text(field).map(|text| text.value.to_string());
        let mut lengths = Lengths { record, findings };
        let query_offset = lengths.within("query_offset", LENGTH_MIN..=QUERY_OFFSET_MAX);
        let query_timeout = lengths.within("query_timeout", LENGTH_MIN..=QUERY_TIMEOUT_MAX);
        let seen = interval.unwrap_or(LENGTH_MIN);
        let blind_after = lengths.within("blind_after", seen..=BLIND_AFTER_MAX);
        let shutdown_grace = lengths.within("shutdown_grace", LENGTH_MIN..=SHUTDOWN_GRACE_MAX);
        let history = lengths.within("history", HISTORY_MIN..=HISTORY_MAX);
        let (fallback_after, expire_after) = patience(record, findings);
        Daemon {
            listen: record
                .parse("listen")
                .map_or(usual.listen, |listen| listen.value),
            web_config: text("web_config"),
            probes: probes(record, findings),
            external_url: record
                .text("external_url")
                .and_then(|url| base_url(url, findings)),
            data: text("data").unwrap_or(usual.data),
            history: history.unwrap_or(usual.history),
            namespace: text("namespace").unwrap_or_default(),
            owner: record.parse("owner"),
            query_offset: query_offset.unwrap_or(usual.query_offset),
            query_timeout: query_timeout.unwrap_or(usual.query_timeout),
            max_queries: queries(record, findings).unwrap_or(usual.max_queries),
            blind_after: blind_after.unwrap_or(usual.blind_after),
            fallback_after,
            expire_after,
            shutdown_grace: shutdown_grace.unwrap_or(usual.shutdown_grace),
            heartbeat: record
                .record("heartbeat")
                .and_then(|heartbeat| Heartbeat::of(&heartbeat, findings)),
        }
    }
}

/// How long a page is tried before the fallback is told, and before it is given up: the first is less.
fn patience(record: &Record<'_>, findings: &mut Findings) -> (Duration, Duration) {
    let usual = Daemon::default();
    let (fallback, expire) = ("fallback_after", "expire_after");
    let mut lengths = Lengths { record, findings };
    let given =
        [fallback, expire].map(|field| lengths.within(field, LENGTH_MIN..=EXPIRE_AFTER_MAX));
    let fallback_after = given[0].unwrap_or(usual.fallback_after);
    let expire_after = given[1].unwrap_or(usual.expire_after);
    if fallback_after < expire_after {
        return (fallback_after, expire_after);
    }
    let place = |field: &str, length: Option<Duration>| length.and(record.scalar(field));
    let places = (place(fallback, given[0]), place(expire, given[1]));
    let title = format!(
        "the fallback is told after {fallback_after}, and a page is given up after {expire_after}"
    );
    let finding = |span: Span| {
        Finding::new(SP008, span, &*title)
            .label("`fallback_after` must be less than `expire_after`")
    };
    let is_given = |field: &str| record.key_span(field).is_some();
    match places {
        (Some(first), Some(second)) => {
            let finding = finding(first.span);
            findings.push(finding.also(second.span, "when it is given up"));
        }
        (Some(only), None) if !is_given(expire) => {
            findings.push(finding(only.span).help("give `expire_after` as well"));
        }
        (None, Some(only)) if !is_given(fallback) => {
            findings.push(finding(only.span).help("give `fallback_after` as well"));
        }
        // What is wrong with the other one is told.
        (Some(_), None) | (None, Some(_)) | (None, None) => {}
    }
    (usual.fallback_after, usual.expire_after)
}

impl Heartbeat {
    fn of(record: &Record<'_>, findings: &mut Findings) -> Option<Heartbeat> {
        let usual = Duration::minutes(1);
        let every = Lengths { record, findings }.within("every", LENGTH_MIN..=HEARTBEAT_EVERY_MAX);
        Some(Heartbeat {
            url_file: record.text("url_file")?.value.to_string(),
            every: every.unwrap_or(usual),
            canary: record.parse("canary"),
        })
    }
}

/// Who may probe. Without passwords everybody may, whatever is said of it.
fn probes(record: &Record<'_>, findings: &mut Findings) -> Probes {
    let is_open = record
        .text("open_probes")
        .is_some_and(|text| text.value == "true");
    if is_open && record.key_span("web_config").is_none() {
        let span = record.key_span("open_probes").unwrap_or(record.span());
        findings.push(
            Finding::new(
                SP016,
                span,
                "`open_probes` does nothing without `web_config`",
            )
            .label("nobody is asked for a password"),
        );
    }
    match is_open {
        true => Probes::Open,
        false => Probes::Guarded,
    }
}

fn queries(record: &Record<'_>, findings: &mut Findings) -> Option<usize> {
    let queries: Spanned<usize> = record.parse("max_queries")?;
    if (1..=QUERIES_MAX).contains(&queries.value) {
        return Some(queries.value);
    }
    let title = format!("`max_queries` of {}", queries.value);
    findings
        .push(Finding::new(SP007, queries.span, title).label(format!("from 1 to {QUERIES_MAX}")));
    None
}

/// The durations of a mapping.
struct Lengths<'a, 'r> {
    record: &'a Record<'r>,
    findings: &'a mut Findings,
}

impl Lengths<'_, '_> {
    /// A duration in a range; nothing where it is not given, and with a finding where it is beyond.
    fn within(&mut self, field: &str, range: RangeInclusive<Duration>) -> Option<Duration> {
        let length: Spanned<Duration> = self.record.parse(field)?;
        if range.contains(&length.value) {
            return Some(length.value);
        }
        let how = match length.value < *range.start() {
            true => "short",
            false => "long",
        };
        let title = format!("`{field}` of {} is too {how}", length.value);
        let (from, to) = range.into_inner();
        self.findings
            .push(Finding::new(SP007, length.span, title).label(format!("from {from} to {to}")));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::model::Workspace;

    /// What is made of a `daemon`, and the titles of what is found in it.
    fn read(rest: &str, daemon: &str) -> (Daemon, Vec<String>) {
        let text = format!("{rest}\ndaemon: {{{daemon}}}");
        let (documents, faults) = crate::yaml::read(SourceId(0), &text);
        assert!(faults.is_empty(), "{text}");
        let mut findings = Findings::new();
        let workspace = Workspace::resolve(&documents[0].root, &mut findings);
        let titles = findings.into_iter().map(|finding| finding.title);
        (workspace.daemon, titles.collect())
    }

    #[track_caller]
    fn check(daemon: &str, expected: &[&str]) {
        let (read, titles) = read("rules: {interval: 10s}", daemon);
        assert_eq!(titles, expected, "{daemon}");
        if !expected.is_empty() {
            assert_eq!(read, Daemon::default(), "{daemon}");
        }
    }

    #[test]
    fn durations_have_ranges() {
        for (field, least, most, below, above) in [
            ("query_offset", "1s", "10m", "999ms", "10m1ms"),
            ("query_timeout", "1s", "5m", "999ms", "5m1ms"),
            ("blind_after", "10s", "1d", "9s999ms", "1d1ms"),
            ("expire_after", "15m1ms", "30d", "999ms", "30d1ms"),
            ("shutdown_grace", "1s", "10m", "999ms", "10m1ms"),
            ("history", "1d", "100y", "23h59m59s999ms", ""),
        ] {
            check(&format!("{field}: {least}"), &[]);
            check(&format!("{field}: {most}"), &[]);
            let short = format!("`{field}` of {below} is too short");
            check(&format!("{field}: {below}"), &[&short]);
            if !above.is_empty() {
                let long = format!("`{field}` of {above} is too long");
                check(&format!("{field}: {above}"), &[&long]);
            }
        }
        check("max_queries: 1", &[]);
        check("max_queries: 1000", &[]);
        check("max_queries: 0", &["`max_queries` of 0"]);
        check("max_queries: 1001", &["`max_queries` of 1001"]);
    }

    #[test]
    fn the_fallback_is_told_before_a_page_is_given_up() {
        let late = "the fallback is told after 1h, and a page is given up after 1h";
        check("fallback_after: 59m, expire_after: 1h", &[]);
        check("fallback_after: 1h, expire_after: 1h", &[late]);
        let late = "the fallback is told after 4h, and a page is given up after 4h";
        check("fallback_after: 4h", &[late]);
        let late = "the fallback is told after 15m, and a page is given up after 15m";
        check("expire_after: 15m", &[late]);
        // Of what is wrong by itself nothing is said twice.
        check(
            "fallback_after: 5h, expire_after: 10ms",
            &["`expire_after` of 10ms is too short"],
        );
    }

    #[test]
    fn an_interval_that_is_wrong_has_one_finding() {
        let (_, titles) = read("rules: {interval: 6m}", "blind_after: 2s");
        assert_eq!(titles, ["an interval of 6m is too long"]);
        let (_, titles) = read("", "blind_after: 59s");
        assert_eq!(titles, ["`blind_after` of 59s is too short"]);
    }

    #[test]
    fn names_must_exist() {
        let (_, titles) = read("", "owner: payments");
        assert_eq!(titles, ["no team is called `payments`"]);
        let rest = "teams: {payments: {}}\nreceivers: {pager: {pagerduty: {routing_key_file: a}}}";
        let beat = "owner: payments, heartbeat: {url_file: b, every: 1h, canary: pager}";
        let (daemon, titles) = read(rest, beat);
        assert!(titles.is_empty(), "{titles:?}");
        let heartbeat = daemon.heartbeat.unwrap();
        assert_eq!(heartbeat.every, Duration::hours(1));
        let (_, titles) = read(rest, "heartbeat: {url_file: b, canary: pagers}");
        assert_eq!(titles, ["no receiver is called `pagers`"]);
        let (_, titles) = read("", "heartbeat: {url_file: b, every: 61m}");
        assert_eq!(titles, ["`every` of 1h1m is too long"]);
    }

    #[test]
    fn what_is_said_is_taken() {
        let daemon = "listen: '[::]:80', web_config: w.yaml, open_probes: true, data: d.db, \
                      external_url: 'https://burn.example.com/x/', namespace: west";
        let (daemon, titles) = read("", daemon);
        assert!(titles.is_empty(), "{titles:?}");
        assert_eq!(daemon.listen.to_string(), "[::]:80");
        assert_eq!(daemon.web_config.as_deref(), Some("w.yaml"));
        assert_eq!(daemon.probes, Probes::Open);
        assert_eq!((&*daemon.data, &*daemon.namespace), ("d.db", "west"));
        let url = daemon.external_url.as_deref();
        assert_eq!(url, Some("https://burn.example.com/x"));
        let needless = "`open_probes` does nothing without `web_config`";
        let (_, titles) = read("", "open_probes: true");
        assert_eq!(titles, [needless]);
    }
}
