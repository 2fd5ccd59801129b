//! What a version of Alertmanager cannot read.
//!
//! The versions are those of Alertmanager's own tags, whose structures of the configuration were read; what 0.25 refuses was
//! also run. A form that a version reads and then fails on counts as one that it cannot read.

use crate::model::roster::receiver::Endpoint;
use crate::model::roster::{Pager, Version};

/// What the version at hand cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What is lacking, such as `url_file` of a webhook.
    pub what: String,
    /// The first version that has it; none where no version does.
    pub since: Option<Version>,
    /// What else is known.
    pub note: Option<&'static str>,
}

/// A form that came after the oldest version that is written for.
struct Form {
    is: fn(&Pager) -> bool,
    what: &'static str,
    since: Option<Version>,
    note: Option<&'static str>,
}

/// Everything that not every version reads. All else is read by [`VERSION_MIN`](crate::model::roster::alertmanager::VERSION_MIN).
const FORMS: &[Form] = &[
    Form {
        is: |pager| matches!(pager, Pager::Webhook { body: Some(_), .. }),
        what: "a webhook with a `body` of its own",
        since: None,
        note: Some("Alertmanager sends its own JSON alone; the daemon fills in a `body`"),
    },
    Form {
        is: |pager| matches!(pager, Pager::Alertmanager { .. }),
        what: "a receiver that is an Alertmanager itself",
        since: None,
        note: Some("it is for the daemon, which tells an Alertmanager as Prometheus would"),
    },
    Form {
        is: |pager| matches!(pager, Pager::SlackBot { .. }),
        what: "a bot of Slack (`bot_token_file`)",
        since: Some(Version(0, 26)),
        note: Some(
            "0.25 writes to it, and takes a message that Slack refuses for a message that was delivered",
        ),
    },
    Form {
        is: |pager| {
            matches!(
                pager,
                Pager::Webhook {
                    endpoint: Endpoint::File(_),
                    body: None
                }
            )
        },
        what: "a webhook whose URL is in a file (`url_file`)",
        since: Some(Version(0, 28)),
        note: Some(
            "0.26 and 0.27 read it, and crash when the endpoint answers with an error; a `url` without a secret is read by \
             every version",
        ),
    },
    Form {
        is: |pager| matches!(pager, Pager::MsTeams { .. }),
        what: "Microsoft Teams workflows (`msteamsv2_configs`)",
        since: Some(Version(0, 28)),
        note: Some("the connectors that 0.26 and 0.27 can write to were retired by Microsoft"),
    },
    Form {
        is: |pager| matches!(pager, Pager::Discord { .. }),
        what: "a Discord webhook whose URL is in a file (`webhook_url_file`)",
        since: Some(Version(0, 28)),
        note: Some("0.27 has the field, and refuses every configuration that uses it"),
    },
    Form {
        is: |pager| matches!(pager, Pager::Telegram { .. }),
        what: "a Telegram token in a file (`bot_token_file`)",
        since: Some(Version(0, 26)),
        note: None,
    },
];

/// What `version` cannot read of `pager`, with the first version that can; nothing where it reads all of it.
pub fn lacks(pager: &Pager, version: Version) -> Option<Lack> {
    let form = FORMS
        .iter()
        .find(|form| form.since.is_none_or(|since| version < since) && (form.is)(pager))?;
    Some(Lack {
        what: form.what.to_string(),
        since: form.since,
        note: form.note,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{SourceId, Span, Spanned};
    use crate::model::roster::receiver::Login;

    fn check(pager: Pager, since: Version) {
        let before = Version(since.0, since.1 - 1);
        assert_eq!(lacks(&pager, since), None);
        if since > Version(0, 25) {
            assert_eq!(
                lacks(&pager, before).map(|lack| lack.since),
                Some(Some(since))
            );
        }
    }

    #[test]
    fn each_form_is_lacking_up_to_the_version_that_brought_it() {
        let file = || "/run/secrets/x".to_string();
        let webhook = |endpoint| Pager::Webhook {
            endpoint,
            body: None,
        };
        check(webhook(Endpoint::File(file())), Version(0, 28));
        let url = Spanned::new(
            "https://x.example".to_string(),
            Span::new(SourceId(0), 0, 1),
        );
        check(webhook(Endpoint::Url(url)), Version(0, 25));
        check(Pager::MsTeams { url_file: file() }, Version(0, 28));
        check(Pager::Discord { url_file: file() }, Version(0, 28));
        let telegram = Pager::Telegram {
            bot_token_file: file(),
            chat: -1,
            api_url: None,
        };
        check(telegram, Version(0, 26));
        let slack = Pager::Slack {
            url_file: file(),
            channel: None,
        };
        check(slack, Version(0, 25));
    }
    #[test]
    fn what_only_the_daemon_can_tell_no_version_reads() {
        let span = Span::new(SourceId(0), 0, 1);
        let endpoint = || Endpoint::File("/run/secrets/x".to_string());
        for pager in [
            Pager::Webhook {
                endpoint: endpoint(),
                body: Some(Spanned::new("templates/hook.json.hbs".to_string(), span)),
            },
            Pager::Alertmanager {
                endpoint: endpoint(),
                login: Login::None,
            },
        ] {
            let lack = lacks(&pager, Version(9, 9)).map(|lack| lack.since);
            assert_eq!(lack, Some(None), "{pager:?}");
        }
    }
}
