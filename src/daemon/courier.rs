//! Brings a message to its receiver and says what came of it: reads the secrets, renders, sends, judges.
//!
//! What is sent and when is decided by the engine; every attempt ends in an answer for it. Promise: an attempt ends within the
//! time of the transport and [`READ_TIMEOUT`](super::keyring::READ_TIMEOUT); no answer holds a secret.

use std::path::PathBuf;
use std::sync::Arc;

use crate::base::{Name, Secret, Trace};
use crate::clock::Watch;
use crate::engine::{Answer, Input, Send};
use crate::model::roster;
use crate::notify::{
    Address, Judged, Message, News, Pager, Reason, ReasonKind, Receipt, Request, Size, pagers,
};
use crate::outbox::LaneId;
use crate::transport::{Fingerprint, Transport};

use super::acks::{self, Acks};
use super::bodies::Bodies;
use super::keyring::Keyring;
use super::labels::DeliveryResult;

/// Brings messages to receivers, many at the same time.
pub struct Courier {
    transport: Arc<Transport>,
    settings: CourierSettings,
    keyring: Arc<Keyring>,
}

/// What the marks of secrets are made with, so that they are no plain sums of short secrets.
const MARKS: &str = "burnwatch, a receiver's secret";

/// What a courier must know of the configuration.
#[derive(Debug)]
pub struct CourierSettings {
    /// The name of the daemon, where a pager shows one.
    pub sender: String,
    /// The folder that paths of secret files are relative to where they are not absolute: that of the workspace file.
    pub root: PathBuf,
    /// The templates of webhooks.
    pub bodies: Bodies,
    /// What makes links that acknowledge, where the daemon can be reached by one.
    pub links: Option<Acks>,
}

/// What came of an attempt.
#[derive(Debug)]
pub struct Delivery {
    /// For the engine.
    pub input: Input,
    /// The receiver.
    pub receiver: Name,
    /// In one word.
    pub result: DeliveryResult,
    /// Why it is no delivery, or what is odd about it; without secrets.
    pub reason: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// What an answer is in one word, and its reason.
fn in_one_word(answer: &Answer) -> (DeliveryResult, Option<String>) {
    let judged = match answer {
        Answer::Needless => return (DeliveryResult::Needless, None),
        Answer::Judged(judged, _) => judged,
    };
    let reason = match judged {
        Judged::Delivered { .. } | Judged::TooLarge => None,
        Judged::Retry { reason, .. }
        | Judged::Refused { reason }
        | Judged::Forgotten { reason } => Some(reason.text.clone()),
    };
    (DeliveryResult::of(judged), reason)
}

/// The secrets of an attempt.
struct Held {
    secret: Option<Secret>,
    /// The mark of `secret`.
    mark: Option<String>,
    login: Option<Secret>,
    lineage: Lineage,
}

/// How the secret of an attempt is related to that which the first message was sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lineage {
    /// It is the same, or that is of no account to this receiver.
    Same,
    /// It is the same, and the file has another one by now.
    Remembered,
    /// It is another one, and the first is not remembered.
    Replaced,
}

impl Courier {
    /// A courier that remembers no secrets yet.
    pub fn new(transport: Arc<Transport>, settings: CourierSettings) -> Courier {
        Courier {
            transport,
            settings,
            keyring: Arc::default(),
        }
    }

    /// One with other settings, which remembers what this one does.
    pub fn with(&self, settings: CourierSettings) -> Courier {
        let bodies = settings.bodies.or(&self.settings.bodies);
        let settings = CourierSettings { bodies, ..settings };
        Courier {
            transport: self.transport.clone(),
            settings,
            keyring: self.keyring.clone(),
        }
    }

    /// Brings a message to its receiver, as a part of `trace`.
    pub async fn deliver(&self, send: Send, trace: Trace) -> Delivery {
        let watch = Watch::start();
        let (answer, odd) = self.attempt(&send, trace).await;
        let (result, reason) = in_one_word(&answer);
        Delivery {
            receiver: send.entry.receiver,
            result,
            reason: reason.or(odd),
            took_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
            input: Input::Answered {
                episode: send.episode,
                lane: send.lane,
                answer,
            },
        }
    }

    /// What came of it, and what is odd about that.
    async fn attempt(&self, send: &Send, trace: Trace) -> (Answer, Option<String>) {
        let held = match self.held(send).await {
            Ok(held) => held,
            Err(reason) => return (Answer::Judged(retry(reason, Receipt::None), None), None),
        };
        let message = self.with_link(send);
        let address = Address {
            pager: &send.entry.pager,
            receiver: &send.entry.receiver,
            secret: held.secret.as_ref(),
            login: held.login.as_ref(),
            body: self.settings.bodies.of(&send.entry.pager),
            handle: send.handle.as_deref(),
            sender: &self.settings.sender,
        };
        let pager = pagers::of(&send.entry.pager);
        let request = match rendered(pager, &message, &address, send.size) {
            Ok(Some(request)) => request,
            Ok(None) => return (Answer::Needless, None),
            Err(reason) => return (Answer::Judged(Judged::Refused { reason }, held.mark), None),
        };
        let link = message.links.acknowledge.as_ref().map(Secret::new);
        let secrets = [held.secret.clone(), held.login.clone(), link];
        let secrets: Vec<Secret> = secrets.into_iter().flatten().collect();
        let reply = self.transport.send(request, trace, &secrets).await;
        let judged = pager.judge(&message, &reply);
        let (judged, odd) = self.with_lineage(judged, &held, &message.news);
        (Answer::Judged(judged, held.mark), odd)
    }

    /// The secrets that a message goes out with.
    async fn held(&self, send: &Send) -> Result<Held, Reason> {
        let pager = &send.entry.pager;
        let login = self.read(pager.login_file()).await?;
        let now = self.read(pager.secret_file()).await?;
        let Some(now) = now else {
            return Ok(Held {
                secret: None,
                mark: None,
                login,
                lineage: Lineage::Same,
            });
        };
        // Not of the namespace: an episode that is open keeps its key when that changes.
        let print = Fingerprint::of(MARKS, &now);
        let mark = print.as_str().to_string();
        let is_bound = is_bound_to_secret(pager);
        if is_bound {
            self.keyring.remember(&mark, &now);
        }
        // A beginning has no forerunner that must be met again.
        let first = send.secret_mark.as_ref();
        let first = first.filter(|_| is_bound && send.message.news != News::Opened);
        let (secret, mark, lineage) = match first.filter(|first| **first != mark) {
            None => (now, mark, Lineage::Same),
            Some(first) => match self.keyring.remembered(first) {
                Some(secret) => (secret, first.clone(), Lineage::Remembered),
                None => (now, mark, Lineage::Replaced),
            },
        };
        Ok(Held {
            secret: Some(secret),
            mark: Some(mark),
            login,
            lineage,
        })
    }

    async fn read(&self, file: Option<&str>) -> Result<Option<Secret>, Reason> {
        let Some(file) = file else {
            return Ok(None);
        };
        let path = self.settings.root.join(file);
        self.keyring.read(path).await.map(Some)
    }

    /// The message with the link that acknowledges, as long as there is something to acknowledge.
    fn with_link(&self, send: &Send) -> Message {
        let mut message = send.message.clone();
        let links = self.settings.links.as_ref();
        if let (Some(links), News::Opened | News::Changed) = (links, &message.news) {
            let issued_ms = acks::issued_ms(message.opened_ms, message.sent_ms);
            message.links.acknowledge = Some(links.link(send.episode, &message.key, issued_ms));
        }
        message
    }

    /// What a judgement comes to where the secret is not what it was when the first message was sent, and what is odd.
    fn with_lineage(&self, judged: Judged, held: &Held, news: &News) -> (Judged, Option<String>) {
        match (held.lineage, judged, news) {
            // The old secret is dead by now. The next attempt takes the new one.
            (Lineage::Remembered, Judged::Refused { reason }, _) => {
                if let Some(mark) = &held.mark {
                    self.keyring.forget(mark);
                }
                (retry(reason, Receipt::None), None)
            }
            (Lineage::Replaced, Judged::Delivered { .. }, News::Resolved { .. }) => {
                let reason = Reason {
                    kind: ReasonKind::Secret,
                    text: "the secret was replaced after the page was opened, and the old one is not known any more: it must \
                           be resolved there by hand"
                        .to_string(),
                };
                (Judged::Refused { reason }, None)
            }
            (Lineage::Replaced, judged @ Judged::Delivered { .. }, _) => {
                let odd = "the secret was replaced after the page was opened: what was opened with the old one must be \
                           resolved there by hand";
                (judged, Some(odd.to_string()))
            }
            (_, judged, _) => (judged, None),
        }
    }
}

/// The answer to an attempt whose task is gone: it broke off, nobody knows where.
pub fn lost(episode: u64, lane: LaneId) -> Input {
    let reason = Reason {
        kind: ReasonKind::Lost,
        text: "the attempt broke off within burnwatch".to_string(),
    };
    Input::Answered {
        episode,
        lane,
        answer: Answer::Judged(retry(reason, Receipt::Possible), None),
    }
}

fn retry(reason: Reason, receipt: Receipt) -> Judged {
    Judged::Retry {
        reason,
        after: None,
        receipt,
    }
}

/// Whether incidents of a receiver are those of its secret, so that one which was opened with another cannot be met again.
/// PagerDuty drops an end that comes with another routing key, and says that it took it; of the others the secret says who
/// we are, and the incident is found by its key.
fn is_bound_to_secret(pager: &roster::Pager) -> bool {
    matches!(pager, roster::Pager::PagerDuty { .. })
}

/// The request, as small as it must be.
fn rendered(
    pager: &dyn Pager,
    message: &Message,
    address: &Address<'_>,
    size: Size,
) -> Result<Option<Request>, Reason> {
    let rendered = pager.render(message, address, size);
    match (rendered, size) {
        (Err(_), Size::Whole) => pager.render(message, address, Size::Least),
        (rendered, _) => rendered,
    }
}
