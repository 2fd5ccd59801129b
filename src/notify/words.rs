//! What a message says, in the words that all pagers share; how it is cut and escaped is each pager's own.

use jiff::Timestamp;

use crate::base::spoken;

use super::limit::Measure;
use super::message::{About, Member, Message, News, Purpose, Repeat, Urgency};
use super::pager::{Address, Identity, Size};
use super::text::{Page, cut, fit, line, lines, plain};

/// Longest title that is told, in characters.
pub const TITLE_CHARS_MAX: usize = 1_024;
/// Longest text that is told, in characters.
pub const TEXT_CHARS_MAX: usize = 16_384;
/// Most facts that are told, and most labels.
pub const FACTS_MAX: usize = 40;
/// Longest name of a fact or label, in characters.
pub const FACT_NAME_CHARS_MAX: usize = 128;
/// Longest value of a fact or label, in characters.
pub const FACT_CHARS_MAX: usize = 512;
/// Longest note, in characters: why a message comes here, why an episode is over.
pub const NOTE_CHARS_MAX: usize = 500;
/// Longest link, in bytes; a longer one is left out, since half a link leads nowhere.
pub const LINK_BYTES_MAX: usize = 2_048;
/// Longest title of a member of a storm, in characters.
pub const MEMBER_CHARS_MAX: usize = 200;
/// Room for `and 10000 more`, in any measure.
const REST_MAX: usize = 32;

/// Marks a test.
pub const TEST: &str = "[test]";

/// What the news is, in a word or two.
pub fn news(message: &Message) -> &'static str {
    match message.news {
        News::Opened => "Firing",
        News::Changed => "Still firing",
        News::Resolved { .. } => "Resolved",
        News::Missed => "Was firing",
    }
}

/// Whether it is over.
pub fn is_over(message: &Message) -> bool {
    match message.news {
        News::Opened | News::Changed => false,
        News::Resolved { .. } | News::Missed => true,
    }
}

/// One line, which is the subject of a mail: `[page] Firing: checkout/availability is burning its error budget`.
pub fn headline(message: &Message) -> String {
    let test = match message.purpose {
        Purpose::Real => String::new(),
        Purpose::Test => format!("{TEST} "),
    };
    let title = cut(&line(&message.title), TITLE_CHARS_MAX);
    format!("{test}[{}] {}: {title}", message.severity, news(message))
}

/// The text, tidied.
pub fn text(message: &Message) -> String {
    lines(&cut(&message.text, TEXT_CHARS_MAX))
}

/// Why it comes here, and that it may have come before.
pub fn notes(message: &Message, identity: Identity) -> Vec<String> {
    let mut notes = Vec::new();
    if message.purpose == Purpose::Test {
        notes.push("This is a test: nothing is wrong.".to_string());
    }
    if let Some(because) = &message.because {
        notes.push(format!(
            "Sent here because {}.",
            cut(&line(because), NOTE_CHARS_MAX)
        ));
    }
    if (message.repeat, identity) == (Repeat::Possible, Identity::Unkeyed) {
        notes.push("This is possibly a repeat: it may have arrived before.".to_string());
    }
    notes
}

/// From when to when it is or was.
pub fn times(message: &Message) -> String {
    let from = minute(message.opened_ms);
    let to = message.resolved_ms.map(|to| {
        let ms = to.saturating_sub(message.opened_ms).max(0) as u64;
        format!(" to {} ({})", minute(to), spoken(ms))
    });
    let to = to.unwrap_or_default();
    match &message.news {
        News::Opened | News::Changed => format!("Firing since {from}."),
        News::Resolved { why } => format!(
            "It was firing from {from}{to}; it is over: {}.",
            cut(&line(why), NOTE_CHARS_MAX)
        ),
        News::Missed => {
            format!("It was firing from {from}{to}, and could not be told before.")
        }
    }
}

/// A minute of UTC as in RFC 3339: `2026-12-01T03:12Z`.
pub fn minute(ms: i64) -> String {
    let time = moment(ms);
    format!("{}Z", &time[..time.len().min("2026-12-01T03:12".len())])
}

/// A millisecond of UTC as in RFC 3339: `2026-12-01T03:12:44.123Z`; the nearest one that can be written.
pub fn moment(ms: i64) -> String {
    const FIRST_MS: i64 = -62_135_596_800_000;
    const LAST_MS: i64 = 253_402_207_200_000;
    let ms = ms.clamp(FIRST_MS, LAST_MS);
    let time = Timestamp::from_millisecond(ms).expect("a time of the years 1 to 9999 is one");
    format!("{time:.3}")
}

/// Where to go, in the order in which it is of use. Characters that mean something in some chat are percent-encoded.
pub fn links(message: &Message) -> Vec<(&'static str, String)> {
    let links = &message.links;
    let all = [
        ("Runbook", links.runbook.as_deref()),
        ("Dashboard", links.dashboard.as_deref()),
        // There is nothing to acknowledge in what is over.
        (
            "Acknowledge",
            links.acknowledge.as_deref().filter(|_| !is_over(message)),
        ),
    ];
    let all = all.into_iter();
    all.filter_map(|(name, url)| Some((name, link(url?)?)))
        .collect()
}

/// A link that can be shown anywhere: nothing where it is none, or too long.
pub fn link(url: &str) -> Option<String> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return None;
    }
    let mut safe = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            c if c.is_control() || c.is_whitespace() => return None,
            '"' | '\'' | '<' | '>' | '|' | '`' | '\\' | '(' | ')' | '{' | '}' | '^' | '*' => {
                safe.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => safe.push(c),
        }
    }
    (safe.len() <= LINK_BYTES_MAX).then_some(safe)
}

/// Names and values, tidied and cut.
fn pairs<'a>(
    all: impl Iterator<Item = (&'a String, &'a String)>,
) -> impl Iterator<Item = (String, String)> {
    all.take(FACTS_MAX).map(|(name, value)| {
        (
            cut(&line(name), FACT_NAME_CHARS_MAX),
            cut(&line(value), FACT_CHARS_MAX),
        )
    })
}

/// The facts, tidied and cut.
pub fn facts(message: &Message) -> Vec<(String, String)> {
    pairs(message.facts.iter().map(|(name, value)| (name, value))).collect()
}

/// The labels, tidied and cut.
pub fn labels(message: &Message) -> Vec<(String, String)> {
    pairs(message.labels.iter()).collect()
}

/// What it is about, with the group: `checkout/latency{route="/pay"}`.
pub fn subject(message: &Message, sender: &str) -> String {
    match &message.about {
        About::Slo {
            service,
            name,
            group,
        } => {
            let group: Vec<String> = group
                .iter()
                .map(|(name, value)| format!("{name}={value:?}"))
                .collect();
            match group.is_empty() {
                true => format!("{service}/{name}"),
                false => format!("{service}/{name}{{{}}}", group.join(", ")),
            }
        }
        About::Burnwatch { part } => format!("burnwatch on {sender}: {part}"),
    }
}

/// Who says it: `e42, told by burnwatch on pager-1`.
pub fn signature(message: &Message, address: &Address<'_>) -> String {
    let sender = cut(&line(address.sender), FACT_NAME_CHARS_MAX);
    format!(
        "Episode {}, told by burnwatch on {sender}.",
        line(&message.episode)
    )
}

/// What an urgency is called.
pub fn urgency(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Critical => "critical",
        Urgency::Error => "error",
        Urgency::Warning => "warning",
        Urgency::Info => "info",
    }
}

/// The members of a storm, the most urgent first, those that are over last.
pub fn members(message: &Message) -> Vec<&Member> {
    let mut members: Vec<&Member> = message.members.iter().collect();
    members.sort_by_key(|member| (member.is_over, member.urgency));
    members
}

/// A member on one line.
pub fn member(member: &Member) -> String {
    let over = if member.is_over { ", over" } else { "" };
    format!(
        "- {}{over}: {} ({})",
        urgency(member.urgency),
        cut(&line(&member.title), MEMBER_CHARS_MAX),
        cut(&line(&member.episode), FACT_NAME_CHARS_MAX)
    )
}

/// Adds as many members as fit, and how many more there are.
pub fn add_members(page: &mut Page, message: &Message) {
    let members = members(message);
    for (at, one) in members.iter().enumerate() {
        let ready = page.escaped(&member(one));
        let is_last = at + 1 == members.len();
        let reserve = if is_last { 0 } else { REST_MAX };
        let size = page.measure().of(&ready);
        if size + reserve > page.room() || !page.add_ready(&ready) {
            page.add(&format!("and {} more", members.len() - at));
            return;
        }
    }
}

/// What stands below the headline, until the page is full: notes, times, links as `link` writes them, text and facts or the
/// members of a storm, and who says it.
pub fn add_body(
    page: &mut Page,
    message: &Message,
    address: &Address<'_>,
    identity: Identity,
    size: Size,
    link: Option<fn(&str, &str) -> String>,
) {
    for note in notes(message, identity) {
        page.add(&note);
    }
    page.add(&times(message));
    if let Some(link) = link {
        for (name, url) in links(message) {
            page.add_ready(&link(name, &url));
        }
    }
    page.add(&signature(message, address));
    if size == Size::Least {
        return;
    }
    if !message.text.is_empty() {
        page.space();
        // The room of a storm is for its members.
        page.add(&match message.members.is_empty() {
            true => text(message),
            false => cut(&text(message), NOTE_CHARS_MAX),
        });
    }
    page.space();
    if !message.members.is_empty() {
        return add_members(page, message);
    }
    for (name, value) in facts(message) {
        page.add(&format!("{name}: {value}"));
    }
}

/// The whole of it as plain text of at most `most_chars` characters.
pub fn plain_body(
    message: &Message,
    address: &Address<'_>,
    identity: Identity,
    size: Size,
    most_chars: usize,
) -> String {
    let mut page = Page::new(most_chars, Measure::Chars, plain);
    let link: fn(&str, &str) -> String = |name, url| format!("{name}: {url}");
    add_body(&mut page, message, address, identity, size, Some(link));
    page.into_text()
}

/// `text` cut at so many characters and escaped by `escape` within them.
pub fn escaped(text: &str, most_chars: usize, escape: super::text::Escape) -> String {
    fit(text, most_chars, Measure::Chars, escape)
}
