//! D21: mail.

use burnwatch::model::roster;
use burnwatch::notify::{
    Breakage, Judged, MailRequest, MailStage, MailTls, Message, News, Reason, ReasonKind, Repeat,
    Reply, Request, Size,
};

use crate::samples::{Receiver, message, receiver, resolved};
use crate::statuses::shown;

fn judge(code: u16, stage: MailStage) -> String {
    let reply = Reply::Mail {
        code,
        text: "as the server says".to_string(),
        stage,
    };
    shown(&receiver("email").is().judge(&message(News::Opened), &reply))
}

#[test]
fn every_code_at_every_stage_has_a_verdict() {
    for code in 0..1_000 {
        for stage in [MailStage::Session, MailStage::Recipient, MailStage::Data] {
            let verdict = judge(code, stage);
            let holds = match (code, stage) {
                (200..=299, MailStage::Data) => verdict == "delivered",
                (400..=499, _) => verdict == "retry, limited",
                (500..=599, _) => verdict.starts_with("refused") || verdict == "too large",
                _ => verdict == "retry, lost",
            };
            assert!(holds, "{code} {stage:?}: {verdict}");
        }
    }
    assert_eq!(judge(550, MailStage::Recipient), "refused, denied");
    assert_eq!(judge(535, MailStage::Session), "refused, denied");
    assert_eq!(judge(554, MailStage::Data), "refused, misunderstood");
    assert_eq!(judge(552, MailStage::Data), "too large");
}

fn mail(message: &Message) -> MailRequest {
    match receiver("email").render(message, Size::Whole) {
        Some(Request::Mail(mail)) => mail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mail_that_may_have_arrived_is_sent_again_under_the_same_id() {
    let lost = Reply::Broken(Breakage::Lost("the connection was reset".to_string()));
    let judged = receiver("email").is().judge(&message(News::Opened), &lost);
    assert_eq!(shown(&judged), "retry, lost, may have arrived");
    let first = mail(&message(News::Opened));
    let again = mail(&Message {
        repeat: Repeat::Possible,
        title: "other words".to_string(),
        ..message(News::Opened)
    });
    assert_eq!(first.message_id, again.message_id);
    assert!(again.text.contains("possibly a repeat") && again.html.contains("possibly a repeat"));
}

#[test]
fn mails_about_an_episode_are_one_conversation() {
    let opened = mail(&message(News::Opened));
    let over = mail(&message(resolved()));
    assert_eq!(opened.in_reply_to, None);
    assert_eq!(over.in_reply_to.as_ref(), Some(&opened.message_id));
    assert_ne!(over.message_id, opened.message_id);
    let next = Message {
        opened_ms: message(News::Opened).opened_ms + 1,
        ..message(News::Opened)
    };
    assert_ne!(
        mail(&next).message_id,
        opened.message_id,
        "the next episode has the same key"
    );
    assert!(
        opened.message_id.ends_with("@example.com"),
        "{}",
        opened.message_id
    );
}

/// The mail, or why there is none, of a receiver whose settings were changed.
fn with(change: fn(&mut roster::receiver::Email)) -> Result<MailRequest, Reason> {
    let mut changed = receiver("email");
    let roster::Pager::Email(settings) = &mut changed.pager else {
        panic!("an e-mail receiver")
    };
    change(settings);
    match changed.try_render(&message(News::Opened), Size::Whole)? {
        Some(Request::Mail(mail)) => Ok(mail),
        other => panic!("{other:?}"),
    }
}

#[test]
fn settings_that_make_no_mail_are_named() {
    let check = |change: fn(&mut roster::receiver::Email), expected: &str| {
        let reason = with(change).unwrap_err();
        assert_eq!(
            (reason.kind, reason.text.as_str()),
            (ReasonKind::Unmade, expected)
        );
    };
    check(|mail| mail.from = None, "the receiver has no `from`");
    check(
        |mail| mail.smarthost = None,
        "the receiver has no `smarthost`",
    );
    check(
        |mail| mail.from = Some("a@b\r\nBcc: c@d".to_string()),
        "`from` is more than one line",
    );
    check(
        |mail| mail.from = Some("nobody".to_string()),
        "`from` is no address",
    );
    check(
        |mail| mail.to = "a@b\nc@d".to_string(),
        "`to` is more than one line",
    );
    check(
        |mail| mail.to = "a@b, ".to_string(),
        "the receiver has no `to`",
    );
    check(
        |mail| mail.to = "a@b, c".to_string(),
        "`to` has something that is no address",
    );
}

#[test]
fn a_connection_is_encrypted_unless_it_is_said() {
    let tls = |change| with(change).unwrap().tls;
    assert_eq!(tls(|_| {}), MailTls::Required);
    assert_eq!(tls(|mail| mail.require_tls = Some(true)), MailTls::Required);
    assert_eq!(tls(|mail| mail.require_tls = Some(false)), MailTls::Offered);
    assert!(
        with(|mail| mail.auth_username = None)
            .unwrap()
            .login
            .is_none()
    );
}

#[test]
fn a_password_ends_where_its_line_ends() {
    let receiver = Receiver {
        secret: Some(burnwatch::base::Secret::new(" pass word \r\n")),
        ..receiver("email")
    };
    let Some(Request::Mail(mail)) = receiver.render(&message(News::Opened), Size::Whole) else {
        panic!("a mail")
    };
    assert_eq!(mail.login.unwrap().1.expose(), " pass word ");
    assert_eq!(mail.to, ["payments@example.com", "leads@example.com"]);
    let delivered = Judged::Delivered { handle: None };
    let reply = Reply::Mail {
        code: 250,
        text: String::new(),
        stage: MailStage::Data,
    };
    assert_eq!(
        receiver.is().judge(&message(News::Opened), &reply),
        delivered
    );
}
