//! D21: mail servers that refuse, wait and hang up at every step.

use burnwatch::base::Secret;
use burnwatch::notify::{MailRequest, MailStage, Reply, Request};

use super::peer::Peer;
use super::sender::{PATIENT, SHORT, breakage, mail, send, transport};
use super::smtp::{DROP, HANG, Smtp};

async fn sent(peer: &Peer) -> Reply {
    send(&transport(PATIENT), Request::Mail(mail(&peer.place()))).await
}

fn answer(code: u16, text: &str, stage: MailStage) -> Reply {
    Reply::Mail {
        code,
        text: text.to_owned(),
        stage,
    }
}

#[tokio::test]
async fn d21_a_mail_arrives_whole_and_with_its_own_id() {
    let peer = Smtp::default().answer(".", "250 queued as 7").start();
    assert_eq!(
        sent(&peer).await,
        answer(250, "queued as 7", MailStage::Data)
    );
    let heard = peer.heard();
    let holds = |text: &str| heard.iter().any(|line| line == text);
    assert!(holds("MAIL FROM:<burnwatch@example.com>"), "{heard:#?}");
    assert!(holds("RCPT TO:<oncall@example.com>"), "{heard:#?}");
    assert!(holds("Message-ID: <e1.1@example.com>"), "{heard:#?}");
    assert!(holds("Subject: checkout burns"), "{heard:#?}");
    // Lines that are a dot are doubled, so that they do not end the text.
    assert!(holds("..") && holds("..."), "{heard:#?}");
}

#[tokio::test]
async fn d21_every_attempt_has_the_same_id() {
    let peer = Smtp::default().answer(".", DROP).start();
    let transport = transport(PATIENT);
    for _ in 0..2 {
        let reply = send(&transport, Request::Mail(mail(&peer.place()))).await;
        let (kind, why) = breakage(reply);
        assert_eq!(kind, "lost", "{why}");
        assert!(why.starts_with("at the end of the text: "), "{why}");
    }
    let heard = peer.heard();
    let ids: Vec<&String> = heard
        .iter()
        .filter(|line| line.starts_with("Message-ID"))
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

/// Every step with the stage that its answer belongs to.
const STEPS: [(&str, MailStage); 6] = [
    ("CONNECT", MailStage::Session),
    ("EHLO", MailStage::Session),
    ("MAIL", MailStage::Session),
    ("RCPT", MailStage::Recipient),
    ("DATA", MailStage::Data),
    (".", MailStage::Data),
];

#[tokio::test]
async fn d21_what_a_server_says_at_any_step_is_told_with_the_step() {
    for (step, stage) in STEPS {
        for (code, said) in [(451, "451 4.3.0 later"), (550, "550 5.7.1 never")] {
            let peer = Smtp::default().answer(step, said).start();
            assert_eq!(sent(&peer).await, answer(code, &said[4..], stage), "{step}");
        }
    }
    let peer = Smtp::default().answer("MAIL", "452-one\r\n452 two").start();
    let expected = answer(452, "one two", MailStage::Session);
    assert_eq!(sent(&peer).await, expected);
}

#[tokio::test]
async fn d21_only_a_text_that_was_sent_may_have_been_received() {
    let check = async |step: &'static str, fault: &str, patience| {
        let peer = Smtp::default().answer(step, fault).start();
        let request = Request::Mail(mail(&peer.place()));
        let (kind, why) = breakage(send(&transport(patience), request).await);
        let expected = match step {
            "." => "lost",
            _ => "unconnected",
        };
        assert_eq!(kind, expected, "{fault} at {step}: {why}");
    };
    for (step, _) in STEPS {
        check(step, DROP, PATIENT).await;
    }
    let [connect, ehlo, mail, rcpt, data, end] = STEPS.map(|(step, _)| check(step, HANG, SHORT));
    tokio::join!(connect, ehlo, mail, rcpt, data, end);
}

#[tokio::test]
async fn d21_one_unknown_recipient_does_not_keep_others_waiting() {
    let request = |peer: &Peer| {
        Request::Mail(MailRequest {
            to: vec!["gone@example.com".to_owned(), "here@example.com".to_owned()],
            ..mail(&peer.place())
        })
    };
    let some = Smtp::default()
        .answers_in_turn("RCPT", &["550 unknown", "250 fine"])
        .start();
    let reply = send(&transport(PATIENT), request(&some)).await;
    let text = "fine; 1 of 2 recipients refused: 550 unknown";
    assert_eq!(reply, answer(250, text, MailStage::Data));

    let none = Smtp::default()
        .answers_in_turn("RCPT", &["550 unknown", "451 later"])
        .start();
    let reply = send(&transport(PATIENT), request(&none)).await;
    assert_eq!(reply, answer(451, "later", MailStage::Recipient));
}

#[tokio::test]
async fn a_server_that_talks_without_an_end_is_given_up() {
    let peer = Peer::start(|talk| {
        loop {
            talk.say(&"2".repeat(1 << 16))?;
        }
    });
    let (kind, why) = breakage(sent(&peer).await);
    assert_eq!(kind, "unconnected");
    assert!(why.contains("more than 256 KiB"), "{why}");
}

#[tokio::test]
async fn p3_addresses_and_ids_that_would_be_commands_are_not_sent() {
    let peer = Smtp::default().start();
    let evil = "x@example.com>\r\nRCPT TO:<evil@example.com";
    let place = peer.place();
    let attacks = [
        MailRequest {
            to: vec![evil.to_owned()],
            ..mail(&place)
        },
        MailRequest {
            from: evil.to_owned(),
            ..mail(&place)
        },
        MailRequest {
            message_id: "x>\r\nBcc: evil@example.com".to_owned(),
            ..mail(&place)
        },
    ];
    for attack in attacks {
        let (kind, why) = breakage(send(&transport(PATIENT), Request::Mail(attack)).await);
        assert_eq!(kind, "unconnected");
        assert!(!why.contains("evil"), "{why}");
    }
    let subject = MailRequest {
        subject: "x\r\nBcc: evil@example.com\r\n\r\nbody".to_owned(),
        ..mail(&place)
    };
    let reply = send(&transport(PATIENT), Request::Mail(subject)).await;
    assert_eq!(reply, answer(250, "fine", MailStage::Data));
    let heard = peer.heard();
    assert!(
        !heard.iter().any(|line| line.starts_with("Bcc")),
        "{heard:#?}"
    );
}

#[tokio::test]
async fn a_login_is_tried_once_and_its_answer_told() {
    let login = |peer: &Peer| {
        Request::Mail(MailRequest {
            login: Some(("burnwatch".to_owned(), Secret::new("pa55word"))),
            ..mail(&peer.place())
        })
    };
    let fine = Smtp::default().extension("AUTH PLAIN LOGIN").start();
    let reply = send(&transport(PATIENT), login(&fine)).await;
    assert_eq!(reply, answer(250, "fine", MailStage::Data));
    // RFC 4616: the user and the password after a zero each.
    let auth = "AUTH PLAIN AGJ1cm53YXRjaABwYTU1d29yZA==".to_owned();
    assert!(fine.heard().contains(&auth), "{:#?}", fine.heard());

    let refusing = Smtp::default()
        .extension("AUTH PLAIN LOGIN")
        .answer("AUTH", "535 5.7.8 no")
        .start();
    let reply = send(&transport(PATIENT), login(&refusing)).await;
    assert_eq!(reply, answer(535, "5.7.8 no", MailStage::Session));

    let unable = Smtp::default().start();
    let (kind, why) = breakage(send(&transport(PATIENT), login(&unable)).await);
    assert_eq!(kind, "unconnected");
    assert!(why.starts_with("at login: "), "{why}");
}
