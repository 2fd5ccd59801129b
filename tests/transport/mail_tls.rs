//! D21: mail servers and encryption.

use burnwatch::base::Secret;
use burnwatch::notify::{MailRequest, MailTls, Reply, Request};
use burnwatch::transport::{Transport, TransportSettings};

use super::certificates::Authority;
use super::peer::{Peer, encryption};
use super::sender::{PATIENT, breakage, mail, send, settings, transport};
use super::smtp::Smtp;

fn secret_mail(peer: &Peer) -> MailRequest {
    MailRequest {
        tls: MailTls::Required,
        login: Some(("burnwatch".to_owned(), Secret::new("pa55word"))),
        ..mail(&peer.place())
    }
}

fn encrypting(authority: &Authority) -> Smtp {
    Smtp::default()
        .tls(encryption(authority))
        .extension("AUTH PLAIN")
}

fn trusting(authority: &Authority, implicit_tls_port: u16) -> Transport {
    let settings = TransportSettings {
        extra_roots_pem: Some(std::fs::read(authority.file()).unwrap()),
        implicit_tls_port,
        ..settings(PATIENT)
    };
    Transport::new(settings).unwrap()
}

fn assert_taken(reply: &Reply) {
    assert!(matches!(reply, Reply::Mail { code: 250, .. }), "{reply:?}");
}

#[tokio::test]
async fn d21_a_server_that_cannot_encrypt_gets_neither_password_nor_text() {
    let peer = Smtp::default().extension("AUTH PLAIN").start();
    let reply = send(&transport(PATIENT), Request::Mail(secret_mail(&peer))).await;
    let expected = "the mail server offers no encryption (STARTTLS)";
    assert_eq!(breakage(reply), ("untrusted", expected.to_owned()));
    let heard = peer.heard();
    let tells = |line: &String| line.starts_with("AUTH") || line.starts_with("MAIL");
    assert!(!heard.iter().any(tells), "{heard:#?}");
}

#[tokio::test]
async fn d21_after_starttls_everything_is_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    let peer = encrypting(&authority).extension("STARTTLS").start();
    for tls in [MailTls::Required, MailTls::Offered] {
        let request = MailRequest {
            tls,
            ..secret_mail(&peer)
        };
        let reply = send(&trusting(&authority, 465), Request::Mail(request)).await;
        assert_taken(&reply);
    }
    let heard = peer.heard();
    let after_starttls = heard.iter().skip_while(|line| *line != "STARTTLS");
    let is_told = |line: &&String| line.starts_with("AUTH PLAIN");
    assert_eq!(after_starttls.filter(is_told).count(), 2, "{heard:#?}");

    // Nobody says whose certificate it is.
    let reply = send(&transport(PATIENT), Request::Mail(secret_mail(&peer))).await;
    let (kind, why) = breakage(reply);
    assert_eq!(kind, "untrusted");
    assert!(why.contains("UnknownIssuer"), "{why}");
}

#[tokio::test]
async fn d21_what_was_said_before_the_encryption_is_no_answer_within() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    let injected = "220 go on\r\n250-mail.test\r\n250 AUTH PLAIN";
    let peer = encrypting(&authority)
        .extension("STARTTLS")
        .answer("STARTTLS", injected)
        .start();
    let request = Request::Mail(secret_mail(&peer));
    let (kind, why) = breakage(send(&trusting(&authority, 465), request).await);
    assert_eq!(kind, "untrusted", "{why}");
    let heard = peer.heard();
    assert!(
        !heard.iter().any(|line| line.starts_with("AUTH")),
        "{heard:#?}"
    );
}

#[tokio::test]
async fn d21_on_its_own_port_a_connection_is_encrypted_from_the_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(&folder.path().join("ours"));
    let peer = encrypting(&authority).implicit().start();
    let reply = send(
        &trusting(&authority, peer.port()),
        Request::Mail(secret_mail(&peer)),
    )
    .await;
    assert_taken(&reply);

    let distrusting = TransportSettings {
        implicit_tls_port: peer.port(),
        ..settings(PATIENT)
    };
    let distrusting = Transport::new(distrusting).unwrap();
    let (kind, why) = breakage(send(&distrusting, Request::Mail(secret_mail(&peer))).await);
    assert_eq!(kind, "untrusted");
    assert!(why.contains("UnknownIssuer"), "{why}");
}
