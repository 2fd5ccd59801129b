//! Takes an episode over for somebody: by name, or by the link of a message.
//!
//! What follows from it, such as that nobody else is woken, is decided by the engine. Promise: what is said to be acknowledged
//! is kept, or it is said that it is not.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::acks::{Ack, Acks};
use super::desk::Desk;
use super::keeper::Keeper;
use crate::clock;
use crate::engine::{Input, episode};
use crate::serve::AckOutcome;

/// Who it is that followed a link: nobody was asked for a name.
const BY_LINK: &str = "whoever followed the link of a message";
/// How long a decision is waited for; then the disk is stuck.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Longest name of somebody, in characters; more is cut.
pub const NAME_CHARS_MAX: usize = 100;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledged {
    /// It is acknowledged.
    Now {
        /// What it is about, in one line.
        title: String,
    },
    /// Somebody did it before.
    Before {
        /// What it is about, in one line.
        title: String,
        /// Who.
        by: String,
    },
    /// It is over.
    Over {
        /// What it was about, in one line.
        title: String,
    },
    /// There is no such episode; or not any more.
    Unknown,
    /// It holds as long as burnwatch runs, and cannot be written down.
    Unkept {
        /// What it is about, in one line.
        title: String,
        /// Why not.
        why: String,
    },
    /// Nothing is decided now; the daemon stops, or its disk is stuck.
    Undecided,
}

/// Acknowledges episode `number` for `by`.
pub async fn acknowledge(desk: &Desk, number: u64, by: &str) -> Acknowledged {
    match timeout(PATIENCE, decided(desk, number, by, None)).await {
        Ok(Some(acknowledged)) => acknowledged,
        Ok(None) | Err(_) => Acknowledged::Undecided,
    }
}

async fn decided(desk: &Desk, number: u64, by: &str, link: Option<Ack>) -> Option<Acknowledged> {
    let by = name(by);
    let before = desk
        .ask(move |keeper, _| stand(keeper, number, link))
        .await?;
    let title = match before {
        Stand::Open { title } => title,
        Stand::Answered(answer) => return Some(answer),
    };
    let input = Input::Acknowledge {
        episode: number,
        by: by.clone(),
    };
    desk.take(input);
    let after = move |keeper: &mut Keeper, _| {
        let of = keeper.state().episodes.get(&number);
        let taken = of.and_then(|of| of.acknowledged.as_ref());
        let is_ours = taken.is_some_and(|taken| taken.by == by);
        let behind = keeper.behind().map(ToString::to_string);
        (is_ours, behind, stand(keeper, number, link))
    };
    Some(match desk.ask(after).await? {
        (true, None, _) => Acknowledged::Now { title },
        (true, Some(why), _) => Acknowledged::Unkept { title, why },
        // It was over, or somebody else was faster.
        (false, _, Stand::Answered(answer)) => answer,
        (false, _, Stand::Open { .. }) => Acknowledged::Undecided,
    })
}

/// How an episode stands for whoever wants to acknowledge it.
enum Stand {
    Open { title: String },
    Answered(Acknowledged),
}

fn stand(keeper: &Keeper, number: u64, link: Option<Ack>) -> Stand {
    let of = keeper.state().episodes.get(&number);
    let namespace = &keeper.book().namespace;
    // After the state was lost a number may be that of another episode.
    let of = of.filter(|of| link.is_none_or(|link| link.is_of(&of.key(namespace))));
    let Some(of) = of else {
        return Stand::Answered(match link {
            // What was signed was there, and what is forgotten is over.
            Some(_) => Acknowledged::Over {
                title: format!("{} and everything about it is over", episode::name(number)),
            },
            None => Acknowledged::Unknown,
        });
    };
    let title = of.picture.title.clone();
    if of.is_over() {
        return Stand::Answered(Acknowledged::Over { title });
    }
    match &of.acknowledged {
        Some(taken) => Stand::Answered(Acknowledged::Before {
            title,
            by: taken.by.clone(),
        }),
        None => Stand::Open { title },
    }
}

/// A name as it is kept and shown: one line that is not too long.
fn name(by: &str) -> String {
    let line = by.chars().map(|c| if c.is_control() { ' ' } else { c });
    let cut: String = line.take(NAME_CHARS_MAX).collect();
    match cut.trim() {
        "" => "somebody".to_string(),
        name => name.to_string(),
    }
}

/// Acknowledges what links stand for.
#[derive(Clone)]
pub struct Links {
    acks: Acks,
    desk: Desk,
    runtime: Handle,
}

impl Links {
    /// What `acks` signed is acknowledged at `desk`, from threads that may wait, with the timers of `runtime`.
    pub fn new(acks: Acks, desk: Desk, runtime: Handle) -> Links {
        Links {
            acks,
            desk,
            runtime,
        }
    }

    /// Acknowledges what a link stands for that ends with `token`. It waits for the disk, at most for [`PATIENCE`]; not to be
    /// called where other tasks wait for the same thread.
    pub fn follow(&self, token: &str) -> AckOutcome {
        // What nobody signed costs no decision.
        let Ok(ack) = self.acks.read(token, clock::now_ms()) else {
            return AckOutcome::Unknown;
        };
        let deciding = decided(&self.desk, ack.episode, BY_LINK, Some(ack));
        let decided = self
            .runtime
            .block_on(async { timeout(PATIENCE, deciding).await });
        match decided.ok().flatten() {
            Some(Acknowledged::Now { title }) => AckOutcome::Acknowledged { title },
            Some(Acknowledged::Before { title, .. }) => AckOutcome::Already { title },
            Some(Acknowledged::Over { title }) => AckOutcome::Over { title },
            Some(Acknowledged::Unknown) => AckOutcome::Unknown,
            Some(Acknowledged::Unkept { title, why }) => AckOutcome::Failed(format!(
                "{title}: it holds until burnwatch stops, and cannot be written down: {why}"
            )),
            Some(Acknowledged::Undecided) | None => {
                AckOutcome::Failed("burnwatch decides nothing at the moment".to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::SourceId;
    use crate::daemon::acks::KEY_BYTES;
    use crate::daemon::book;
    use crate::diagnostics::Findings;
    use crate::engine::Book;
    use crate::model::Workspace;
    use crate::plan::Settings;

    const NOW_MS: i64 = 1_795_176_000_000;

    fn named(namespace: &str) -> Arc<Book> {
        let workspace = format!(
            "teams: {{ops: {{notify: {{page: [pager]}}}}}}
receivers: {{pager: {{pagerduty: {{routing_key_file: a}}}}}}
daemon: {{namespace: {namespace}, owner: ops}}
"
        );
        let (documents, faults) = crate::yaml::read(SourceId(0), &workspace);
        assert!(faults.is_empty());
        let mut findings = Findings::new();
        let workspace = Workspace::resolve(&documents[0].root, &mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        let settings = Settings::of(&workspace);
        Arc::new(book(&[], &settings, &workspace.daemon))
    }

    #[test]
    fn a_link_made_under_another_namespace_is_of_what_opened_under_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("burnwatch.db");
        let mut keeper = Keeper::open(&place, named("west"), 7, NOW_MS)
            .unwrap()
            .keeper;
        let how = "a page of it".to_string();
        let sends = keeper.turn([Input::Damaged { how }], NOW_MS);
        let acks = Acks::new("https://burn.example.com", &[7; KEY_BYTES]);
        let link = acks.link(sends[0].episode, &sends[0].message.key, NOW_MS);
        let token = link.rsplit('/').next().unwrap();
        let ack = acks.read(token, NOW_MS).unwrap();
        keeper.configure(named("east"), NOW_MS);
        let stand = stand(&keeper, ack.episode, Some(ack));
        assert!(matches!(stand, Stand::Open { .. }));
    }

    #[test]
    fn a_name_is_one_line_that_is_not_too_long() {
        assert_eq!(name(" ann\u{1b}[2J\nlee "), "ann [2J lee");
        assert_eq!(name("\t"), "somebody");
        assert_eq!(
            name(&"é".repeat(NAME_CHARS_MAX + 1)),
            "é".repeat(NAME_CHARS_MAX)
        );
    }
}
