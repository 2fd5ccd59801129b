//! RB005: a link of a runbook that leads nowhere.
//!
//! It asks the web and no Prometheus server, so that it runs on its own. Pure: who asks is an argument.

use std::collections::BTreeMap;

use super::unchecked::{Online, Unchecked, Weight};
use crate::base::Span;
use crate::diagnostics::{Code, Finding, Level, once, shown};
use crate::lint::check::{Ask, Check};
use crate::web::web_url::WEB_URL_MAX_BYTES;
use crate::web::{Death, Doubt, Verdict, Web, WebUrl, WebUrlError};

/// The code of a dead link.
pub const RB005: Code = Code {
    id: "RB005",
    name: "runbook-link-dead",
    level: Level::Warning,
};

pub(super) static CHECK: Check = Check {
    code: RB005,
    finds: "A link to a runbook where nothing is: the server answers 404 or 410, its host has no address, or it is no URL. \
            `burnwatch validate --check-links` asks each link once, as a stranger would: without credentials, cookies or the \
            page that it stands on. A page that hides from strangers answers 404 as well, such as one of a private \
            repository; there the finding is suppressed, or the check is off.\n\nWhat says nothing about the page is no \
            finding but *could not be checked*: 401, 403, 429, errors of the server, no answer, and addresses outside of the \
            public internet, which are not asked without `--allow-private-links`.",
    why: "The link is opened once, at night, by somebody who was woken. Wikis move and pages are renamed, and nobody opens \
          a runbook while all is well.",
    example: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://wiki.example.com/runbooks/chekout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: checkout
owner: payments
runbook: https://wiki.example.com/runbooks/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="checkout"}', errors_where: 'code=~"5.."'}}
"#,
    options: None,
    ask: Ask::Web,
};

/// A link and where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The link, as it is written.
    pub url: String,
    /// Its place.
    pub span: Span,
}

/// Asks links, each URL once whatever the number of its places.
pub fn check(links: &[Link], web: &mut dyn Web) -> Online {
    let mut online = Online::default();
    let mut doubts = Vec::new();
    let mut places: BTreeMap<WebUrl, Vec<Span>> = BTreeMap::new();
    for link in links {
        match WebUrl::parse(link.url.trim()) {
            Ok(url) => places.entry(url).or_default().push(link.span),
            Err(error) => match unaskable(&error) {
                Ok(doubt) => doubts.push((without_secrets(&link.url), doubt)),
                Err(why) => {
                    let url = without_secrets(&link.url);
                    let title = format!("{url} leads nowhere: it is no URL");
                    online
                        .findings
                        .push(Finding::new(RB005, link.span, title).label(why));
                }
            },
        }
    }
    let urls: Vec<WebUrl> = places.keys().cloned().collect();
    online.asked = urls.len();
    let verdicts = web.ask(&urls);
    assert_eq!(verdicts.len(), urls.len(), "each URL has one verdict");
    for ((url, spans), verdict) in places.iter().zip(verdicts) {
        match verdict {
            Verdict::Alive => {}
            Verdict::Dead(death) => {
                let found = spans.iter().map(|span| dead(url, death, *span));
                online.findings.extend(found);
            }
            Verdict::Unknown(doubt) => doubts.push((shown(&url.to_string()), doubt)),
        }
    }
    once(&mut online.findings);
    online.unchecked = unchecked(doubts);
    online
}

/// What is said of a text that cannot be asked: that it could not be told, or else why it leads nowhere.
fn unaskable(error: &WebUrlError) -> Result<Doubt, String> {
    match error {
        WebUrlError::Malformed(why) => Err(why.clone()),
        WebUrlError::Scheme => Err("links begin with `https://` or `http://`".to_string()),
        WebUrlError::Credentials => Ok(Doubt::Credentials),
        WebUrlError::TooLong => Ok(Doubt::TooLong(WEB_URL_MAX_BYTES)),
    }
}

/// A link by its scheme and host, without the credentials before it and whatever follows.
fn without_secrets(url: &str) -> String {
    let url = url.trim();
    let (scheme, rest) = url.split_once("//").unwrap_or(("", url));
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    shown(&format!("{scheme}//{host}"))
}

fn dead(url: &WebUrl, death: Death, span: Span) -> Finding {
    let url_shown = shown(&url.to_string());
    let finding = match death {
        Death::Status(status) => Finding::new(
            RB005,
            span,
            format!("{url_shown} leads nowhere: it answers {status}"),
        )
        .label(match status {
            410 => "the page is gone for good",
            _ => "no page is here",
        })
        .note("asked without credentials; a page that hides from strangers answers so too"),
        Death::NoHost => {
            let host = shown(url.host());
            Finding::new(
                RB005,
                span,
                format!("{url_shown} leads nowhere: {host} has no address"),
            )
            .label("no host is called so")
            .note("a name that is known in one network alone must be asked from there")
        }
    };
    finding.caused_by(format!("RB005 {}", url.as_str()))
}

/// Each reason once, with the first link that has it.
fn unchecked(doubts: Vec<(String, Doubt)>) -> Vec<Unchecked> {
    let mut reasons: Vec<(Doubt, Unchecked)> = Vec::new();
    for (link, doubt) in doubts {
        match reasons.iter_mut().find(|(known, _)| *known == doubt) {
            Some((_, unchecked)) => unchecked.questions += 1,
            None => {
                let unchecked = Unchecked {
                    codes: vec![RB005],
                    why: format!("{link} {doubt}"),
                    questions: 1,
                    weight: Weight::Failed,
                };
                reasons.push((doubt, unchecked));
            }
        }
    }
    reasons
        .into_iter()
        .map(|(_, unchecked)| unchecked)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    /// Says the same of every link, and remembers which they were.
    struct Same(Verdict, Vec<String>);

    impl Web for Same {
        fn ask(&mut self, urls: &[WebUrl]) -> Vec<Verdict> {
            self.1
                .extend(urls.iter().map(|url| url.as_str().to_string()));
            vec![self.0.clone(); urls.len()]
        }
    }

    fn links(urls: &[&str]) -> Vec<Link> {
        let link = |(at, url): (usize, &&str)| Link {
            url: url.to_string(),
            span: Span::new(SourceId(0), at, at + 1),
        };
        (0..).zip(urls).map(link).collect()
    }

    fn check_with(urls: &[&str], verdict: Verdict) -> (Vec<String>, Vec<String>) {
        let mut web = Same(verdict, Vec::new());
        let online = check(&links(urls), &mut web);
        let titles = online.findings.iter().map(|finding| finding.title.clone());
        let unchecked = online.unchecked.iter().map(ToString::to_string);
        (titles.chain(unchecked).collect(), web.1)
    }

    fn said(urls: &[&str], verdict: Verdict) -> Vec<String> {
        check_with(urls, verdict).0
    }

    #[test]
    fn a_dead_link_is_told_once_with_all_its_places() {
        let dead = Verdict::Dead(Death::Status(404));
        let mut web = Same(dead, Vec::new());
        let urls = ["https://host/a#b", "https://host/a ", "HTTPS://host/a"];
        let online = check(&links(&urls), &mut web);
        assert_eq!(web.1, ["https://host/a"]);
        let [finding] = &online.findings[..] else {
            panic!("{:?}", online.findings);
        };
        assert_eq!(
            finding.title,
            "`https://host/a` leads nowhere: it answers 404"
        );
        assert_eq!(finding.secondary.len(), 2);
        assert!(online.is_complete());
    }

    #[test]
    fn links_that_differ_in_their_parameters_are_two_whose_parameters_are_not_told() {
        let (said, asked) = check_with(
            &["https://host/a?key=1", "https://host/a?key=2"],
            Verdict::Dead(Death::Status(410)),
        );
        assert_eq!(asked, ["https://host/a?key=1", "https://host/a?key=2"]);
        assert_eq!(said, ["`https://host/a` leads nowhere: it answers 410"; 2]);
    }

    #[test]
    fn what_could_not_be_told_is_told_once_for_each_reason() {
        let unknown = Verdict::Unknown(Doubt::Status(503));
        assert_eq!(
            said(&["https://a/", "https://b/", "https://c/"], unknown),
            ["could not check RB005 runbook-link-dead: `https://a/` answers 503 (and 2 more)"]
        );
    }

    #[test]
    fn what_is_no_url_is_dead_without_being_asked() {
        let (said, asked) = check_with(&["https://", "ftp://host/"], Verdict::Alive);
        assert_eq!(
            said,
            [
                "`https://` leads nowhere: it is no URL",
                "`ftp://host` leads nowhere: it is no URL"
            ]
        );
        assert!(asked.is_empty());
    }

    #[test]
    fn credentials_in_a_link_are_neither_sent_nor_told() {
        let (said, asked) = check_with(&["https://me:hunter2@host/a?b"], Verdict::Alive);
        let why = "`https://host` holds credentials, which are not sent";
        assert_eq!(
            said,
            [format!("could not check RB005 runbook-link-dead: {why}")]
        );
        assert!(asked.is_empty());
    }

    #[test]
    fn a_link_that_is_alive_is_silent() {
        assert!(said(&["https://host/"], Verdict::Alive).is_empty());
    }
}
