//! C5: a secret is replaced while a page is open.

use std::sync::{Arc, Mutex};

use burnwatch::daemon::Courier;
use burnwatch::daemon::DeliveryResult;
use burnwatch::engine::Send;
use burnwatch::notify::{Judged, News, ReasonKind};
use burnwatch::transport::{Transport, TransportSettings};
use serde_json::Value;

use super::kit::fake::{Behaviour, Fake};
use super::office::{Office, judged, resolved};

/// A PagerDuty that knows these routing keys, and an office that tells it.
struct Place {
    office: Office,
    fake: Fake,
    known: Arc<Mutex<Vec<&'static str>>>,
}

impl Place {
    fn new() -> Place {
        let known = Arc::new(Mutex::new(vec!["old", "new"]));
        let knows = known.clone();
        let fake = Fake::start(move |request| {
            let event: Value = serde_json::from_str(&request.body).unwrap();
            let key = event["routing_key"].as_str().unwrap().to_string();
            let status = match knows.lock().unwrap().contains(&key.as_str()) {
                true => 202,
                false => 400,
            };
            Behaviour::Answer(status, vec![], String::new())
        });
        let receivers = format!(
            "  pager: {{pagerduty: {{routing_key_file: key, url: '{}'}}}}\n",
            fake.url()
        );
        Place {
            office: Office::of(&receivers, &[("key", "old")]),
            fake,
            known,
        }
    }

    /// Opens a page and gives the mark of the secret that it was opened with.
    async fn open(&self) -> String {
        let delivery = self
            .office
            .deliver(self.office.send("pager", News::Opened))
            .await;
        judged(&delivery).1.unwrap().to_string()
    }

    /// News of a page that was opened with the secret of this mark.
    fn send(&self, news: News, mark: &str) -> Send {
        Send {
            secret_mark: Some(mark.to_string()),
            ..self.office.send("pager", news)
        }
    }

    /// The routing keys of all events so far.
    fn keys(&self) -> Vec<String> {
        let requests = self.fake.requests();
        let events = requests
            .iter()
            .map(|request| serde_json::from_str::<Value>(&request.body).unwrap());
        events
            .map(|event| event["routing_key"].as_str().unwrap().to_string())
            .collect()
    }
}

#[tokio::test]
async fn c5_an_open_page_is_resolved_with_the_key_that_opened_it_and_the_next_one_takes_the_new_key()
 {
    let place = Place::new();
    let mark = place.open().await;
    place.office.write("key", "new");
    for news in [News::Changed, resolved()] {
        let delivery = place.office.deliver(place.send(news, &mark)).await;
        assert_eq!(delivery.result, DeliveryResult::Delivered);
        assert_eq!(judged(&delivery).1, Some(mark.as_str()));
    }
    let again = place.send(News::Opened, &mark);
    let delivery = place.office.deliver(again).await;
    assert_ne!(judged(&delivery).1, Some(mark.as_str()));
    assert_eq!(place.keys(), ["old", "old", "old", "new"]);
}

#[tokio::test]
async fn c5_a_reload_remembers_and_a_restart_says_what_nobody_can_resolve() {
    let mut place = Place::new();
    let mark = place.open().await;
    place.office.write("key", "new");
    place.office.courier = place.office.courier.with(place.office.settings());
    let delivery = place.office.deliver(place.send(resolved(), &mark)).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered);

    let transport = Arc::new(Transport::new(TransportSettings::default()).unwrap());
    place.office.courier = Courier::new(transport, place.office.settings());
    let delivery = place.office.deliver(place.send(resolved(), &mark)).await;
    let Judged::Refused { reason } = judged(&delivery).0 else {
        panic!("{delivery:?}");
    };
    assert_eq!(reason.kind, ReasonKind::Secret);
    assert!(
        reason.text.contains("resolved there by hand"),
        "{}",
        reason.text
    );
    let delivery = place.office.deliver(place.send(News::Changed, &mark)).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered);
    assert!(delivery.reason.unwrap().contains("resolved there by hand"));
    assert_eq!(place.keys(), ["old", "old", "new", "new"]);

    // Somebody puts the old key back.
    place.office.write("key", "old");
    let delivery = place.office.deliver(place.send(resolved(), &mark)).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered);
}

#[tokio::test]
async fn c5_a_key_that_is_dead_gives_way_to_the_new_one() {
    let place = Place::new();
    let mark = place.open().await;
    place.office.write("key", "new");
    *place.known.lock().unwrap() = vec!["new"];
    let changed = || place.send(News::Changed, &mark);
    let delivery = place.office.deliver(changed()).await;
    assert_eq!(delivery.result, DeliveryResult::Retry);
    let delivery = place.office.deliver(changed()).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered);
    assert_eq!(place.keys(), ["old", "old", "new"]);
}

#[tokio::test]
async fn c5_where_the_secret_only_says_who_we_are_the_new_one_closes_what_the_old_one_opened() {
    let fake = Fake::start(|_| Behaviour::Answer(202, vec![], "{\"requestId\":\"1\"}".to_string()));
    let receivers = format!(
        "  desk: {{opsgenie: {{api_key_file: key, url: '{}'}}}}\n",
        fake.url()
    );
    let office = Office::of(&receivers, &[("key", "old")]);
    let delivery = office.deliver(office.send("desk", News::Opened)).await;
    let mark = judged(&delivery).1.map(str::to_string);
    office.write("key", "new");
    let send = Send {
        secret_mark: mark,
        ..office.send("desk", resolved())
    };
    let delivery = office.deliver(send).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered, "{delivery:?}");
    let said = |at: usize, key: &str| {
        let headers = fake.requests()[at].headers.join("\n");
        assert!(headers.contains(&format!("geniekey {key}")), "{headers}");
    };
    said(0, "old");
    said(1, "new");
}
