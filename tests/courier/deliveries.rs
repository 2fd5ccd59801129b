//! What comes of attempts.

use burnwatch::base::Duration;
use burnwatch::daemon::DeliveryResult;
use burnwatch::daemon::courier::lost;
use burnwatch::engine::{Answer, Input};
use burnwatch::notify::{Judged, Member, News, Reason, ReasonKind, Receipt, Urgency};
use burnwatch::outbox::LaneId;
use serde_json::Value;

use super::kit::fake::{Behaviour, Fake};
use super::office::{NOON_MS, Office, acks, judged, resolved};

fn answers(status: u16) -> Fake {
    Fake::start(move |_| Behaviour::Answer(status, vec![], String::new()))
}

fn pagerduty(fake: &Fake) -> Office {
    let receivers = format!(
        "  pager: {{pagerduty: {{routing_key_file: key, url: '{}'}}}}\n",
        fake.url()
    );
    Office::of(&receivers, &[("key", "R0UTING\n")])
}

/// The result of a page where the receiver answers so.
async fn check(status: u16, result: DeliveryResult, reason: Option<&str>) {
    let fake = answers(status);
    let office = pagerduty(&fake);
    let delivery = office.deliver(office.send("pager", News::Opened)).await;
    assert_eq!(
        (delivery.result, delivery.reason.as_deref()),
        (result, reason)
    );
    assert_eq!(delivery.receiver.as_str(), "pager");
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn what_a_receiver_answers_is_the_result() {
    check(202, DeliveryResult::Delivered, None).await;
    check(503, DeliveryResult::Retry, Some("status 503")).await;
    check(400, DeliveryResult::Refused, Some("status 400")).await;
    check(413, DeliveryResult::TooLarge, None).await;
}

#[tokio::test]
async fn an_answer_says_which_secret_was_used_and_a_page_has_its_link() {
    let fake = answers(202);
    let office = pagerduty(&fake);
    let delivery = office.deliver(office.send("pager", News::Opened)).await;
    let (_, mark) = judged(&delivery);
    assert_eq!(mark.map(str::len), Some(16));
    let request = fake.requests().remove(0);
    assert!(
        request
            .headers
            .iter()
            .any(|header| { header.starts_with("traceparent: 00-0000000000000000") })
    );
    let event: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(event["routing_key"], "R0UTING");
    let start = "https://burnwatch.example.com/ack/";
    let link = request.body.split(start).nth(1).unwrap();
    let token = link.split('"').next().unwrap();
    let ack = acks().read(token, NOON_MS).unwrap();
    assert_eq!((ack.episode, ack.issued_ms), (42, NOON_MS));

    // Nobody acknowledges what is over.
    office.deliver(office.send("pager", resolved())).await;
    assert!(!fake.requests()[1].body.contains(start));
}

#[tokio::test]
async fn what_a_receiver_need_not_know_is_not_sent() {
    let fake = answers(202);
    let office = pagerduty(&fake);
    let delivery = office.deliver(office.send("pager", News::Missed)).await;
    assert_eq!(delivery.result, DeliveryResult::Needless);
    assert!(matches!(
        delivery.input,
        Input::Answered {
            episode: 42,
            answer: Answer::Needless,
            ..
        }
    ));
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_tried_again_and_one_that_cannot_be_used_is_not() {
    let fake = answers(202);
    let office = pagerduty(&fake);
    let path = office.folder.path().join("key");
    for (content, result, says) in [
        (
            None,
            DeliveryResult::Retry,
            "cannot be read: No such file or directory",
        ),
        (Some(" \n"), DeliveryResult::Retry, "is empty"),
        (
            Some("two words"),
            DeliveryResult::Refused,
            "the secret has spaces",
        ),
    ] {
        match content {
            Some(content) => office.write("key", content),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let delivery = office.deliver(office.send("pager", News::Opened)).await;
        let reason = delivery.reason.unwrap();
        assert_eq!(delivery.result, result, "{reason}");
        assert!(reason.contains(says), "{reason}");
    }
    assert!(fake.requests().is_empty());
    office.write("key", "R0UTING");
    let delivery = office.deliver(office.send("pager", News::Opened)).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered);
}

#[tokio::test]
async fn a_body_that_cannot_be_made_goes_out_in_the_usual_form() {
    let fake = answers(200);
    let receivers = format!(
        "  hook: {{webhook: {{url: '{}', body: own.hbs}}}}\n",
        fake.url()
    );
    // No message that it was tried with has so many members.
    let template = "{\"news\": {{#if more}}broken{{else}}{{json.news}}{{/if}}}";
    let office = Office::of(&receivers, &[("own.hbs", template)]);
    let mut send = office.send("hook", News::Opened);
    office.deliver(send.clone()).await;
    assert_eq!(fake.requests()[0].body, "{\"news\": \"opened\"}");

    let member = Member {
        episode: "e1".to_string(),
        urgency: Urgency::Warning,
        title: "one of many".to_string(),
        is_over: false,
        runbook: None,
    };
    send.message.members = vec![member; 101];
    let delivery = office.deliver(send).await;
    assert_eq!(delivery.result, DeliveryResult::Delivered);
    let usual: Value = serde_json::from_str(&fake.requests()[1].body).unwrap();
    assert_eq!(usual["version"], "4");
}

#[tokio::test]
async fn an_attempt_takes_its_time() {
    let pause = std::time::Duration::from_millis(50);
    let fake = Fake::start(move |_| {
        std::thread::sleep(pause);
        Behaviour::Answer(202, vec![], String::new())
    });
    let office = pagerduty(&fake);
    let delivery = office.deliver(office.send("pager", News::Opened)).await;
    assert!(delivery.took_ms >= 50, "{}", delivery.took_ms);
}

#[test]
fn an_attempt_that_broke_off_may_have_arrived() {
    let lane = LaneId::new("pager", "0");
    let Input::Answered {
        episode: 7,
        lane: of,
        answer: Answer::Judged(judged, None),
    } = lost(7, lane.clone())
    else {
        panic!("it is an answer about episode 7");
    };
    let reason = Reason {
        kind: ReasonKind::Lost,
        text: "the attempt broke off within burnwatch".to_string(),
    };
    let expected = Judged::Retry {
        reason,
        after: None::<Duration>,
        receipt: Receipt::Possible,
    };
    assert_eq!((of, judged), (lane, expected));
}

#[test]
fn results_have_names_for_metrics() {
    let names = DeliveryResult::ALL.map(DeliveryResult::name);
    let expected = [
        "delivered",
        "needless",
        "retry",
        "refused",
        "too_large",
        "forgotten",
    ];
    assert_eq!(names, expected);
}
