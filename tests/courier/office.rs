//! A courier with its folder of secrets, and what it is to bring.

use std::collections::BTreeMap;
use std::fs;
use std::num::{NonZeroU64, NonZeroU128};
use std::path::Path;
use std::sync::Arc;

use burnwatch::base::{SourceId, Trace};
use burnwatch::daemon::acks::KEY_BYTES;
use burnwatch::daemon::{Acks, Bodies, BodyFault, Courier, CourierSettings, Delivery};
use burnwatch::diagnostics::Findings;
use burnwatch::engine::{Answer, Input, LaneEntry, Send};
use burnwatch::model::Roster;
use burnwatch::notify::{
    About, Judged, Key, Links, Message, News, Purpose, Repeat, Size, Urgency, pagers,
};
use burnwatch::outbox::LaneId;
use burnwatch::spec::Record;
use burnwatch::transport::{Transport, TransportSettings};
use tempfile::TempDir;

/// When everything happens, in Unix milliseconds.
pub const NOON_MS: i64 = 1_795_176_000_000;

/// A courier with its folder.
pub struct Office {
    pub folder: TempDir,
    pub courier: Courier,
    receivers: String,
}

pub fn trace() -> Trace {
    Trace::new(NonZeroU128::MIN, NonZeroU64::MIN)
}

pub fn roster(receivers: &str) -> Roster {
    let text = format!("receivers:\n{receivers}");
    let (documents, mut findings): (_, Findings) = burnwatch::yaml::read(SourceId(0), &text);
    let file = Record::of(&documents[0].root).unwrap();
    let roster = Roster::of(&file, &mut findings);
    assert!(findings.is_empty(), "{findings:?}");
    roster
}

pub fn bodies(receivers: &str, root: &Path) -> Result<Bodies, Vec<BodyFault>> {
    Bodies::read(&roster(receivers), root)
}

impl Office {
    /// With these receivers, whose lines are indented by two, and these files.
    pub fn of(receivers: &str, files: &[(&str, &str)]) -> Office {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let transport = Arc::new(Transport::new(TransportSettings::default()).unwrap());
        let courier = Courier::new(transport, settings(receivers, folder.path()));
        Office {
            folder,
            courier,
            receivers: receivers.to_string(),
        }
    }

    /// What a file holds from now on.
    pub fn write(&self, name: &str, content: &str) {
        fs::write(self.folder.path().join(name), content).unwrap();
    }

    /// Its settings, made anew.
    pub fn settings(&self) -> CourierSettings {
        settings(&self.receivers, self.folder.path())
    }

    /// What the engine would send to a receiver.
    pub fn send(&self, receiver: &str, news: News) -> Send {
        let name: burnwatch::base::Name = receiver.parse().unwrap();
        let pager = roster(&self.receivers).receivers[&name].pager.clone();
        let is = pagers::of(&pager);
        Send {
            episode: 42,
            lane: LaneId::new(receiver, "0123abcd"),
            entry: LaneEntry {
                receiver: name,
                identity: is.identity(),
                budget: is.budget(),
                cadence: is.cadence(),
                pager,
            },
            message: message(news),
            handle: None,
            secret_mark: None,
            size: Size::Whole,
        }
    }

    pub async fn deliver(&self, send: Send) -> Delivery {
        self.courier.deliver(send, trace()).await
    }
}

fn settings(receivers: &str, folder: &Path) -> CourierSettings {
    CourierSettings {
        sender: "pager-1".to_string(),
        root: folder.to_path_buf(),
        bodies: bodies(receivers, folder).unwrap(),
        links: Some(acks()),
    }
}

pub fn acks() -> Acks {
    Acks::new("https://burnwatch.example.com", &[7; KEY_BYTES])
}

pub fn resolved() -> News {
    News::Resolved {
        why: "the burn rate is below every threshold".to_string(),
    }
}

pub fn message(news: News) -> Message {
    let is_over = matches!(news, News::Resolved { .. } | News::Missed);
    Message {
        key: Key::of(["shop/orders", "page"]),
        episode: "e42".to_string(),
        sequence: 1,
        news,
        about: About::Slo {
            service: "shop".to_string(),
            name: "orders".to_string(),
            group: Vec::new(),
        },
        severity: "page".parse().unwrap(),
        urgency: Urgency::Critical,
        title: "shop/orders burns 21.4 times its error budget".to_string(),
        text: "62.1% of the budget is left".to_string(),
        facts: Vec::new(),
        labels: BTreeMap::new(),
        links: Links::default(),
        opened_ms: NOON_MS,
        resolved_ms: is_over.then_some(NOON_MS + 30_000),
        sent_ms: NOON_MS + 60_000,
        repeat: Repeat::First,
        purpose: Purpose::Real,
        because: None,
        members: Vec::new(),
    }
}

/// The answer of a delivery: its judgement and the mark of the secret.
pub fn judged(delivery: &Delivery) -> (&Judged, Option<&str>) {
    match &delivery.input {
        Input::Answered {
            episode: 42,
            answer: Answer::Judged(judged, mark),
            ..
        } => (judged, mark.as_deref()),
        other => panic!("{other:?}"),
    }
}
