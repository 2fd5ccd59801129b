//! A test of the way to receivers: told, and told to be over, by the same engine, lanes and pagers as a page.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout_at};

use super::listener::Caller;
use super::spoken::{Said, TrialNews, TrialOutcome, Whom};
use crate::base::Name;
use crate::daemon::{Desk, Keeper};
use crate::engine::{Book, Input, Subject, episode};
use crate::outbox::{Debt, Ended, LaneId, Told};
use crate::store::HistoryFilter;

/// Longest time that a test is watched.
pub const TRIAL_MAX: Duration = Duration::from_secs(60);
/// How often it is looked after.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// So many rows of history are enough to find the last failure of each receiver.
const ROWS_MAX: u64 = 1_000;

/// Runs a test and tells `caller` of it; what it is to be told at the end, or nothing where it is gone.
pub(super) async fn run(desk: &Desk, whom: Whom, caller: &mut Caller) -> Option<Said> {
    let deadline = Instant::now() + TRIAL_MAX;
    let asked = desk.ask(move |keeper, now_ms| {
        let lanes = lanes(keeper.book(), &whom)?;
        Ok((of(&whom, now_ms), lanes))
    });
    let (of, lanes) = match within(deadline, asked).await {
        None => return Some(undecided()),
        Some(Err(nobody)) => return Some(nobody),
        Some(Ok(found)) => found,
    };
    let subject = Subject::Test { of: of.clone() };
    desk.take(Input::Test { of, lanes });
    let mut seen = BTreeMap::new();
    loop {
        let subject = subject.clone();
        let look = desk.ask(move |keeper, _| look(keeper, &subject));
        let Some(look) = within(deadline, look).await else {
            return Some(undecided());
        };
        let Some(look) = look else {
            let why = "the test is not decided: no severity is there to tell it with";
            return Some(Said::Refused(why.to_string()));
        };
        tell(caller, &mut seen, &look).await?;
        let is_late = Instant::now() + LOOK_EVERY >= deadline;
        if is_late || look.receivers.values().all(Standing::is_final) {
            return Some(Said::Tried(outcomes(&look)));
        }
        sleep(LOOK_EVERY).await;
    }
}

/// What was decided before the deadline.
async fn within<T>(deadline: Instant, decided: impl Future<Output = Option<T>>) -> Option<T> {
    timeout_at(deadline, decided).await.ok().flatten()
}

fn undecided() -> Said {
    Said::Refused("burnwatch stops, or its disk is stuck".to_string())
}

/// What the test is called: another one each time, so that each is an incident of its own.
fn of(whom: &Whom, now_ms: i64) -> String {
    let of = match whom {
        Whom::Everybody => "every receiver".to_string(),
        Whom::Team(team) => format!("team {team}"),
        Whom::Receivers(receivers) => receivers.join(", "),
    };
    match Timestamp::from_millisecond(now_ms) {
        Ok(at) => format!("{of}, {at:.3}"),
        Err(_) => of,
    }
}

/// The lanes of those who are told, each once.
fn lanes(book: &Book, whom: &Whom) -> Result<Vec<LaneId>, Said> {
    let mut known: Vec<String> = book
        .lanes
        .values()
        .map(|entry| entry.receiver.to_string())
        .collect();
    known.sort();
    let names: Vec<Name> = match whom {
        Whom::Everybody => book.lanes.values().map(|e| e.receiver.clone()).collect(),
        Whom::Team(team) => {
            let known = || book.roster.teams.keys().map(Name::to_string).collect();
            of_team(book, team).ok_or_else(|| nobody("team", team, known()))?
        }
        Whom::Receivers(receivers) => {
            let named = receivers.iter().map(|receiver| {
                let name = receiver.parse::<Name>().ok();
                let name = name.filter(|name| book.lane(name).is_some());
                name.ok_or_else(|| nobody("receiver", receiver, known.clone()))
            });
            named.collect::<Result<_, _>>()?
        }
    };
    match book.lanes_of(names.iter()) {
        lanes if lanes.is_empty() => {
            let why = match whom {
                Whom::Team(team) => format!("nobody is told anything for team `{team}`"),
                Whom::Everybody | Whom::Receivers(_) => "there are no receivers".to_string(),
            };
            Err(Said::Refused(why))
        }
        lanes => Ok(lanes),
    }
}

fn nobody(what: &str, name: &str, known: Vec<String>) -> Said {
    Said::Nobody {
        what: format!("{what} `{name}`"),
        known,
    }
}

/// All that a team is ever told at.
fn of_team(book: &Book, team: &str) -> Option<Vec<Name>> {
    let team = book.roster.teams.get(&team.parse::<Name>().ok()?)?;
    let notified = team.notify.values().flatten();
    let escalated = team.escalate.iter().flat_map(|step| &step.notify);
    let all = notified.chain(escalated).chain(&team.fallback);
    Some(all.map(|name| name.value.clone()).collect())
}

/// How a test stands.
struct Look {
    episode: String,
    receivers: BTreeMap<String, Standing>,
}

/// How it stands with one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    told: Reached,
    /// Attempts that failed in a row.
    tries: u32,
    /// Why it is told nothing more.
    ended: Option<String>,
    /// Why the last attempt failed.
    failed: Option<String>,
}

/// What a receiver knows of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    Nothing,
    Open,
    Over,
}

impl Standing {
    fn is_final(&self) -> bool {
        self.told == Reached::Over || self.ended.is_some()
    }

    fn why(&self) -> String {
        let why = self.ended.as_ref().or(self.failed.as_ref());
        why.cloned()
            .unwrap_or_else(|| "no answer within a minute".to_string())
    }
}

fn look(keeper: &Keeper, subject: &Subject) -> Option<Look> {
    let number = *keeper.state().subjects.get(subject)?;
    let of = keeper.state().episodes.get(&number)?;
    let failing = of.debts.iter().any(|debt| debt.tries > 0);
    let mut failures = match failing {
        true => failures(keeper, number),
        false => BTreeMap::new(),
    };
    let receivers = of.debts.iter().map(|debt| {
        let receiver = debt.lane.receiver().to_string();
        let failed = failures.remove(&receiver);
        (receiver, standing(debt, failed))
    });
    Some(Look {
        episode: episode::name(number),
        receivers: receivers.collect(),
    })
}

fn standing(debt: &Debt, failed: Option<String>) -> Standing {
    Standing {
        told: match debt.told {
            Told::Nothing => Reached::Nothing,
            Told::Open { .. } => Reached::Open,
            Told::Over { .. } => Reached::Over,
        },
        tries: debt.tries,
        ended: debt.ended.as_ref().map(|ended| match ended {
            Ended::Refused(reason) | Ended::Unresolved(reason) => reason.text.clone(),
            Ended::Expired => "it could not be told for too long".to_string(),
            Ended::Dropped => "the test was over before it could be told".to_string(),
            Ended::Withdrawn => "the receiver was removed".to_string(),
            Ended::Bundled(storm) => format!("it is told in {}", episode::name(*storm)),
        }),
        failed,
    }
}

/// Why the last attempt at each receiver failed, as far as the history tells.
fn failures(keeper: &Keeper, number: u64) -> BTreeMap<String, String> {
    let filter = HistoryFilter {
        episode: Some(episode::name(number)),
        rows_max: Some(ROWS_MAX),
        ..HistoryFilter::default()
    };
    let rows = keeper.history(&filter).unwrap_or_default();
    let failed = rows
        .into_iter()
        .filter(|entry| ["failed", "refused"].contains(&entry.row.what.as_str()));
    failed
        .map(|entry| (entry.row.receiver, entry.row.why))
        .collect()
}

/// Tells what is new since the last look.
async fn tell(
    caller: &mut Caller,
    seen: &mut BTreeMap<String, Standing>,
    look: &Look,
) -> Option<()> {
    if seen.is_empty() {
        let said = Said::Trying {
            episode: look.episode.clone(),
            receivers: look.receivers.keys().cloned().collect(),
        };
        caller.say(&said).await?;
    }
    for (receiver, standing) in &look.receivers {
        for what in news(seen.get(receiver), standing) {
            let receiver = receiver.clone();
            caller.say(&Said::News { receiver, what }).await?;
        }
    }
    seen.clone_from(&look.receivers);
    Some(())
}

fn news(before: Option<&Standing>, now: &Standing) -> Vec<TrialNews> {
    let told = before.map_or(Reached::Nothing, |before| before.told);
    let mut news = Vec::new();
    match (told, now.told) {
        (Reached::Nothing, Reached::Open) => news.push(TrialNews::Opened),
        (Reached::Nothing, Reached::Over) => {
            news.extend([TrialNews::Opened, TrialNews::Resolved]);
        }
        (Reached::Open, Reached::Over) => news.push(TrialNews::Resolved),
        (_, _) => {}
    }
    if let (Some(why), None) = (&now.ended, before.and_then(|before| before.ended.as_ref())) {
        let why = why.clone();
        news.push(TrialNews::Refused { why });
    } else if now.tries > before.map_or(0, |before| before.tries) {
        let why = now.failed.clone().unwrap_or_default();
        news.push(TrialNews::Failed { why });
    }
    news
}

fn outcomes(look: &Look) -> Vec<(String, TrialOutcome)> {
    let outcome = |standing: &Standing| match standing.told {
        Reached::Over => TrialOutcome::Told,
        Reached::Open => TrialOutcome::Open {
            why: standing.why(),
        },
        Reached::Nothing => TrialOutcome::Untold {
            why: standing.why(),
        },
    };
    let receivers = look.receivers.iter();
    receivers
        .map(|(receiver, standing)| (receiver.clone(), outcome(standing)))
        .collect()
}
