//! P1: nothing that a delivery says holds a secret, whatever the receiver repeats.

use burnwatch::notify::News;

use super::kit::fake::{Behaviour, Fake};
use super::office::Office;

const CANARY: &str = "c4nary-of-the-file";

#[tokio::test]
async fn p1_no_delivery_holds_a_secret_or_a_link() {
    let echo = |status: u16| {
        Fake::start(move |request| {
            let headers = request.headers.join(" ");
            let text = format!("{} {headers} {}", request.path, request.body);
            Behaviour::Answer(status, vec![], text)
        })
    };
    for status in [200, 202, 302, 400, 401, 404, 413, 429, 500, 503] {
        let fake = echo(status);
        let url = fake.url();
        let receivers = format!(
            "  pager: {{pagerduty: {{routing_key_file: key, url: '{url}'}}}}
  desk: {{opsgenie: {{api_key_file: key, url: '{url}'}}}}
  chat: {{slack: {{url_file: hook}}}}
  bot: {{slack: {{bot_token_file: key, channel: c, api_url: '{url}'}}}}
  hook: {{webhook: {{url_file: hook}}}}
  other: {{alertmanager: {{url: '{url}', bearer_token_file: key}}}}\n"
        );
        let hook = format!("{url}/{CANARY}");
        let office = Office::of(&receivers, &[("key", CANARY), ("hook", &hook)]);
        for receiver in ["pager", "desk", "chat", "bot", "hook", "other"] {
            let delivery = office.deliver(office.send(receiver, News::Opened)).await;
            let shown = format!("{delivery:?}");
            assert!(!shown.contains(CANARY), "{receiver} {status}: {shown}");
            assert!(!shown.contains("/ack/"), "{receiver} {status}: {shown}");
        }
        let sent = fake.requests();
        assert_eq!(sent.len(), 6);
        let has = |text: &str| {
            let texts = sent
                .iter()
                .map(|one| format!("{} {:?} {}", one.path, one.headers, one.body));
            texts.filter(|one| one.contains(text)).count()
        };
        assert_eq!(has(CANARY), 6, "each is sent its secret");
        assert!(has("/ack/") > 0);
    }
}
