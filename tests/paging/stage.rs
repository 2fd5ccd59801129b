//! A stage: one daemon with made-up SLOs and receivers, and a log of what receivers get.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use burnwatch::base::Duration;
use burnwatch::engine::{
    Answer, Book, Engine, GroupLook, Input, Limits, Look, Manners, Own, Record, Scope, Send, Sight,
    State,
};
use burnwatch::evaluate::Group;
use burnwatch::model::SloId;
use burnwatch::model::roster::Pager;
use burnwatch::notify::{
    Budget, Cadence, Identity, Judged, Key, News, Reason, ReasonKind, Receipt, Repeat, Size,
};
use burnwatch::plan;

use crate::slos;
use crate::verdicts::verdict;

/// A Friday at noon, UTC, in Unix milliseconds.
pub const NOON_MS: i64 = 1_795_176_000_000;
pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
/// Every SLO is evaluated so often.
const INTERVAL_MS: i64 = MINUTE;

pub const WORKSPACE: &str = "
apiVersion: burnwatch/v1
severities: {page: {wakes: true}, ticket: {}}
policies:
  both:
    tiers:
      - {name: fast, severity: page, burn_rate: 14.4, long: 1h, short: 5m}
      - {name: slow, severity: page, burn_rate: 6, long: 6h, short: 30m, for: 3m}
      - {name: drip, severity: ticket, burn_rate: 1, long: 1d, short: 2h}
teams:
  payments:
    notify: {page: [pager, chat], ticket: [desk]}
    escalate: [{after: 15m, notify: [leads]}]
    fallback: [mail]
receivers:
  pager: {pagerduty: {routing_key_file: /run/secrets/pager}}
  leads: {pagerduty: {routing_key_file: /run/secrets/leads}}
  chat: {slack: {url_file: /run/secrets/chat}}
  desk: {webhook: {url: 'https://desk.example.com'}}
  mail: {email: {to: all@example.com, from: b@example.com, smarthost: 'localhost:25'}}
";

pub const SLOS: &str = "
apiVersion: burnwatch/v1
service: shop
owner: payments
runbook: https://runbooks.example.com/shop
slos:
  - {name: orders, objective: 99.9, sli: {ratio: {events: 'r{job=\"a\"}', errors_where: 'c=\"5\"'}}, alerting: {policy: both}}
  - {name: carts, objective: 99.9, group_by: [route], sli: {ratio: {events: 'r{job=\"b\"}', errors_where: 'c=\"5\"'}}, alerting: {policy: both}}
  - {name: items, objective: 99.9, depends_on: [shop/orders], sli: {ratio: {events: 'r{job=\"c\"}', errors_where: 'c=\"5\"'}}, alerting: {policy: both}}
";

/// What a receiver does with messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Status 503.
    Down,
    /// Status 429, and asks for a pause.
    Limited(Duration),
    /// Status 401.
    Refusing,
    /// Takes it, and its answer is lost.
    Mute,
    /// Takes one, answers with status 502 and is down from then on.
    Breaking,
    /// Status 413 for whole messages.
    Narrow,
    /// Never answers.
    Hanging,
    /// Status 500 for messages about this SLO.
    Poisoned(&'static str),
}

pub struct Stage {
    pub engine: Engine,
    pub now_ms: i64,
    moods: BTreeMap<String, Mood>,
    /// What burns: by SLO and group, the places of tiers.
    burning: BTreeMap<(String, String), Vec<usize>>,
    views: BTreeMap<String, Sight>,
    looked_ms: i64,
    kept: Vec<Record>,
    hanging: Vec<Send>,
    log: Vec<String>,
    /// All that was sent, also what did not arrive.
    pub sent: Vec<(i64, Send)>,
}

impl Stage {
    pub fn new() -> Stage {
        Stage::of(WORKSPACE, SLOS)
    }

    pub fn of(workspace: &str, slos: &str) -> Stage {
        let book = Arc::new(book(workspace, slos));
        let mut engine = Engine::new(book, State::default(), 7);
        engine.handle(Input::Started, NOON_MS);
        Stage {
            engine,
            now_ms: NOON_MS,
            moods: BTreeMap::new(),
            burning: BTreeMap::new(),
            views: BTreeMap::new(),
            looked_ms: NOON_MS - INTERVAL_MS,
            kept: Vec::new(),
            hanging: Vec::new(),
            log: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// From now on these tiers of an SLO burn.
    pub fn burns(&mut self, slo: &str, tiers: &[usize]) -> &mut Stage {
        self.group_burns(slo, "", tiers)
    }

    pub fn group_burns(&mut self, slo: &str, group: &str, tiers: &[usize]) -> &mut Stage {
        let at = (slo.to_string(), group.to_string());
        self.burning.insert(at, tiers.to_vec());
        self
    }

    /// From now on evaluations of an SLO see this.
    pub fn sees(&mut self, slo: &str, sight: Option<Sight>) -> &mut Stage {
        match sight {
            Some(sight) => self.views.insert(slo.to_string(), sight),
            None => self.views.remove(slo),
        };
        self
    }

    pub fn mood(&mut self, receiver: &str, mood: Mood) -> &mut Stage {
        self.moods.insert(receiver.to_string(), mood);
        self
    }

    /// Time goes by, with everything that happens in it.
    pub fn wait(&mut self, ms: i64) -> &mut Stage {
        let end_ms = self.now_ms + ms;
        self.turn();
        while self.now_ms < end_ms {
            let look_ms = self.looked_ms + INTERVAL_MS;
            let due_ms = self.engine.due_ms(self.now_ms).unwrap_or(i64::MAX);
            let next_ms = look_ms.min(due_ms.max(self.now_ms + 50)).min(end_ms);
            self.now_ms = next_ms.max(self.now_ms);
            self.turn();
        }
        self
    }

    /// Every SLO is evaluated, now.
    pub fn looks(&mut self) -> &mut Stage {
        let slos: Vec<SloId> = self.engine.book().slos.keys().cloned().collect();
        for slo in slos {
            let look = self.look(&slo);
            self.engine.handle(Input::Looked(look), self.now_ms);
        }
        self
    }

    /// The answer comes that an SLO was seen so.
    pub fn hears(&mut self, slo: &str, seen: GroupLook) -> &mut Stage {
        let look = Look {
            slo: SloId::try_from(slo.to_string()).unwrap(),
            at_ms: seen.verdict.as_ref().unwrap().at_ms,
            sight: Sight::Seen(vec![seen]),
        };
        self.engine.handle(Input::Looked(look), self.now_ms);
        self
    }

    fn turn(&mut self) {
        if self.now_ms - self.looked_ms >= INTERVAL_MS {
            self.looked_ms = self.now_ms;
            self.looks();
        }
        loop {
            let batch = self.engine.settle(self.now_ms);
            let is_over = batch.sends.is_empty();
            self.kept.extend(batch.records);
            for send in batch.sends {
                self.take(send);
            }
            if is_over {
                let due_ms = self.engine.due_ms(self.now_ms);
                let is_busy = due_ms.is_some_and(|due_ms| due_ms <= self.now_ms);
                assert!(!is_busy, "it is due at once, with nothing to do");
                return;
            }
        }
    }

    fn look(&self, slo: &SloId) -> Look {
        let entry = &self.engine.book().slos[slo];
        let tiers = entry.tellings.len();
        let of = self
            .burning
            .iter()
            .filter(|((name, _), _)| *name == slo.to_string());
        let mut groups: Vec<GroupLook> = of
            .map(|((_, group), burning)| group_look(group, burning, tiers, self.now_ms))
            .collect();
        if groups.is_empty() && entry.group_by.is_empty() {
            groups.push(group_look("", &[], tiers, self.now_ms));
        }
        let sight = self.views.get(&slo.to_string()).cloned();
        Look {
            slo: slo.clone(),
            at_ms: self.now_ms,
            sight: sight.unwrap_or(Sight::Seen(groups)),
        }
    }

    fn take(&mut self, send: Send) {
        self.sent.push((self.now_ms, send.clone()));
        let receiver = send.lane.receiver().to_string();
        let mood = self.moods.get(&receiver).copied().unwrap_or(Mood::Well);
        let reason = |kind, text: &str| Reason {
            kind,
            text: text.to_string(),
        };
        let retry = |kind, text, after, receipt| Judged::Retry {
            reason: reason(kind, text),
            after,
            receipt,
        };
        let judged = match mood {
            Mood::Hanging => {
                self.hanging.push(send);
                return;
            }
            Mood::Down => retry(ReasonKind::Troubled, "status 503", None, Receipt::None),
            Mood::Limited(after) => retry(
                ReasonKind::Limited,
                "status 429",
                Some(after),
                Receipt::None,
            ),
            Mood::Refusing => Judged::Refused {
                reason: reason(ReasonKind::Denied, "status 401"),
            },
            Mood::Narrow if send.size == Size::Whole => Judged::TooLarge,
            Mood::Poisoned(slo) if send.message.title.contains(slo) && send.size == Size::Whole => {
                retry(ReasonKind::Troubled, "status 500", None, Receipt::None)
            }
            Mood::Breaking => {
                self.note(&send);
                self.moods.insert(receiver, Mood::Down);
                retry(ReasonKind::Troubled, "status 502", None, Receipt::Possible)
            }
            Mood::Mute => {
                self.note(&send);
                retry(ReasonKind::Lost, "no answer", None, Receipt::Possible)
            }
            Mood::Well | Mood::Narrow | Mood::Poisoned(_) => {
                self.note(&send);
                Judged::Delivered { handle: None }
            }
        };
        self.answer(&send, judged);
    }

    fn answer(&mut self, send: &Send, judged: Judged) {
        let input = Input::Answered {
            episode: send.episode,
            lane: send.lane.clone(),
            answer: Answer::Judged(judged, None),
        };
        self.engine.handle(input, self.now_ms);
    }

    fn note(&mut self, send: &Send) {
        let seconds = (self.now_ms - NOON_MS) / SECOND;
        let message = &send.message;
        let news = match &message.news {
            News::Opened => "opened",
            News::Changed => "changed",
            News::Resolved { .. } => "resolved",
            News::Missed => "missed",
        };
        let what = match message.members.len() {
            0 => message.title.split(" burns").next().unwrap().to_string(),
            many => format!("{many} at once"),
        };
        let repeat = match message.repeat {
            Repeat::First => "",
            Repeat::Possible => " (repeat?)",
        };
        let because = message.because.as_ref().map(|why| format!(": {why}"));
        self.log.push(format!(
            "{:02}:{:02} {} {news} {what}{repeat}{}",
            seconds / 60,
            seconds % 60,
            send.lane,
            because.unwrap_or_default(),
        ));
    }

    /// burnwatch is killed and starts with what was kept.
    pub fn crash(&mut self) -> &mut Stage {
        let mut state = State::default();
        for record in &self.kept {
            let text = serde_json::to_string(record).unwrap();
            state.apply(&serde_json::from_str(&text).unwrap());
        }
        self.hanging.clear();
        self.engine = Engine::new(self.engine.book().clone(), state, 8);
        self.engine.handle(Input::Started, self.now_ms);
        self
    }

    /// The clock is set, and burnwatch notices.
    pub fn sets_clock(&mut self, by_ms: i64) -> &mut Stage {
        self.turns_clock(by_ms);
        self.engine.handle(Input::ClockSet { by_ms }, self.now_ms);
        self
    }

    /// The clock is set, and burnwatch does not notice.
    pub fn turns_clock(&mut self, by_ms: i64) -> &mut Stage {
        self.now_ms += by_ms;
        self.looked_ms += by_ms;
        self
    }

    /// So many attempts there were to tell a receiver.
    pub fn attempts(&self, receiver: &str) -> usize {
        let sent = self.sent.iter();
        sent.filter(|(_, send)| send.lane.receiver() == receiver)
            .count()
    }

    /// These many groups of an SLO burn, or cease to.
    pub fn many_burn(&mut self, groups: std::ops::Range<usize>, tiers: &[usize]) -> &mut Stage {
        for at in groups {
            self.group_burns("shop/carts", &format!("/{at:03}"), tiers);
        }
        self
    }

    pub fn configure(&mut self, workspace: &str, slos: &str) -> &mut Stage {
        let book = Arc::new(book(workspace, slos));
        self.engine.configure(book, self.now_ms);
        self
    }

    /// The same configuration with another namespace.
    pub fn names(&mut self, namespace: &str) -> &mut Stage {
        let book = Book {
            namespace: namespace.to_string(),
            ..Book::clone(self.engine.book())
        };
        self.engine.configure(Arc::new(book), self.now_ms);
        self
    }

    /// The keys of the messages that were sent since the `from`th one, each once.
    pub fn keys(&self, from: usize) -> BTreeSet<Key> {
        let sent = self.sent[from..].iter();
        sent.map(|(_, send)| send.message.key.clone()).collect()
    }

    pub fn acknowledge(&mut self) -> &mut Stage {
        let first = *self.engine.state().episodes.keys().next().unwrap();
        self.acknowledge_one(first)
    }

    pub fn acknowledge_one(&mut self, episode: u64) -> &mut Stage {
        let by = "ann".to_string();
        self.engine
            .handle(Input::Acknowledge { episode, by }, self.now_ms);
        self
    }

    /// What receivers got since the last time.
    #[track_caller]
    pub fn got(&mut self, expected: &[&str]) -> &mut Stage {
        let log = std::mem::take(&mut self.log);
        assert_eq!(log, expected, "{log:#?}");
        self
    }

    /// What receivers got since the last time, at any time: the words alone, in order.
    pub fn words(&mut self) -> Vec<String> {
        let log = std::mem::take(&mut self.log);
        let words = log
            .iter()
            .map(|line| line.split_once(' ').unwrap().1.to_string());
        words.collect()
    }
}

/// No answer, for the source's or the question's own fault.
pub fn failed(scope: Scope) -> Option<Sight> {
    Some(Sight::Failed {
        why: "status 503".to_string(),
        scope,
    })
}

/// What an evaluation of a group sees where these tiers burn.
pub fn group_look(group: &str, burning: &[usize], tiers: usize, at_ms: i64) -> GroupLook {
    let values = group.split(',').filter(|value| !value.is_empty());
    GroupLook {
        group: Group::of_values(values.map(str::to_string).collect()),
        verdict: Some(verdict(at_ms, tiers, |at| burning.contains(&at))),
        burns: vec![(Some(20.0), Some(20.0)); tiers],
        left: Some(0.5),
    }
}

pub fn book(workspace: &str, slos: &str) -> Book {
    let (slos, settings) = slos::read(workspace, slos);
    let plans: Vec<plan::Plan<'_>> = slos
        .iter()
        .map(|slo| plan::plan(slo, slo.windows))
        .collect();
    let own = Own {
        namespace: "test".to_string(),
        owner: Some("payments".parse().unwrap()),
        limits: Limits {
            blind_after: Duration::minutes(10),
            expire_after: Duration::hours(4),
            fallback_after: Duration::minutes(5),
        },
    };
    Book::of(&plans, &settings, own, manners)
}

fn manners(pager: &Pager) -> Manners {
    let budget = Budget {
        burst: 5,
        refill: Duration::from_ms(1_000),
    };
    let identity = match pager.kind() {
        "pagerduty" => Identity::Keyed,
        _ => Identity::Unkeyed,
    };
    let cadence = match pager.kind() {
        "alertmanager" => Cadence::While {
            every: Duration::minutes(1),
            resolved: Duration::minutes(15),
        },
        _ => Cadence::Once,
    };
    (identity, budget, cadence)
}
