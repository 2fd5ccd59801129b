//! Receivers as they are: up and down, slow, limited, forgetful of answers.

use std::collections::BTreeMap;

use burnwatch::base::Duration;
use burnwatch::engine::{Answer, Send};
use burnwatch::notify::{Identity, Judged, News, Reason, ReasonKind, Receipt, Size};
use burnwatch::outbox::LaneId;

use crate::dice::Dice;

/// How a receiver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    Down,
    /// Takes messages and loses its answers.
    Mute,
    Limited,
    Refusing,
    /// Takes no whole message.
    Narrow,
}

#[derive(Clone, Debug)]
pub struct Receiver {
    pub mood: Mood,
    pub identity: Identity,
    /// By key: whether it is open, and the number of its newest message.
    pub incidents: BTreeMap<String, Incident>,
    /// How often somebody was woken.
    pub pages: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Incident {
    pub is_open: bool,
    pub sequence: u64,
    pub episode: String,
}

/// All of them, by lane.
#[derive(Default)]
pub struct Receivers(pub BTreeMap<LaneId, Receiver>);

impl Receivers {
    pub fn turn(&mut self, dice: &mut Dice) {
        for receiver in self.0.values_mut() {
            receiver.mood = match (receiver.mood, dice.below(80)) {
                (Mood::Well, 0) => Mood::Down,
                (Mood::Well, 1) => Mood::Mute,
                (Mood::Well, 2) => Mood::Limited,
                (Mood::Well, 3) if dice.below(4) == 0 => Mood::Refusing,
                (Mood::Well, 4) => Mood::Narrow,
                (Mood::Well, _) => Mood::Well,
                (_, 0..=7) => Mood::Well,
                (mood, _) => mood,
            };
        }
    }

    pub fn rest(&mut self) {
        self.0
            .values_mut()
            .for_each(|receiver| receiver.mood = Mood::Well);
    }

    /// A message arrives, or not; what its sender learns of it.
    pub fn take(&mut self, send: &Send) -> Answer {
        let receiver = self.0.entry(send.lane.clone()).or_insert_with(|| Receiver {
            mood: Mood::Well,
            identity: send.entry.identity,
            incidents: BTreeMap::new(),
            pages: 0,
        });
        let reason = |kind, text: &str| Reason {
            kind,
            text: text.to_string(),
        };
        let retry = |kind, after, receipt| Judged::Retry {
            reason: reason(kind, "not now"),
            after,
            receipt,
        };
        let judged = match receiver.mood {
            Mood::Well => {
                receiver.keep(send);
                Judged::Delivered { handle: None }
            }
            Mood::Narrow if send.size == Size::Least => {
                receiver.keep(send);
                Judged::Delivered { handle: None }
            }
            Mood::Narrow => Judged::TooLarge,
            Mood::Down => retry(ReasonKind::Troubled, None, Receipt::None),
            Mood::Mute => {
                receiver.keep(send);
                retry(ReasonKind::Lost, None, Receipt::Possible)
            }
            Mood::Limited => {
                let after = Some(Duration::from_ms(30_000));
                retry(ReasonKind::Limited, after, Receipt::None)
            }
            Mood::Refusing => Judged::Refused {
                reason: reason(ReasonKind::Denied, "status 401"),
            },
        };
        Answer::Judged(judged, None)
    }
}

impl Receiver {
    fn keep(&mut self, send: &Send) {
        let message = &send.message;
        let incident = self.incidents.entry(message.key.to_string()).or_default();
        incident.episode.clone_from(&message.episode);
        incident.sequence = message.sequence;
        match message.news {
            News::Opened | News::Changed => {
                if !incident.is_open || self.identity == Identity::Unkeyed {
                    self.pages += 1;
                }
                incident.is_open = true;
            }
            News::Resolved { .. } | News::Missed => incident.is_open = false,
        }
    }
}
