//! The talk with a mail server, step by step (RFC 5321).
//!
//! Promise: until the text was sent nothing can have been received, so that a connection which breaks before is
//! [`Breakage::Unconnected`] and one that breaks after it is [`Breakage::Lost`].

use std::future::Future;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout_at;

use super::client::{Deadline, unconnected};
use super::letter::Letter;
use super::wire::Wire;
use crate::base::{Duration, Secret};
use crate::net::{innermost, tls_fault};
use crate::notify::{Breakage, MailStage, Reply};

/// How long somebody who has been told everything may take to say goodbye.
const GOODBYE_MAX: Duration = Duration::from_ms(1_000);
/// The ways to log in that every server knows; both send the password, over a connection that is encrypted.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A talk with a mail server.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
    hello: ClientId,
    privacy: Privacy,
    deadline: Deadline,
}

/// Who can listen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Privacy {
    /// Nobody: it is encrypted, or does not leave this machine.
    Private,
    /// Anybody in between.
    Open,
}

/// How the connection becomes encrypted.
pub(super) enum Encryption {
    /// It is.
    Stands,
    /// It must be.
    Required(TlsParameters),
    /// Where the server can.
    Offered(TlsParameters),
}

/// A step of the talk.
#[derive(Clone, Copy)]
struct Step {
    stage: MailStage,
    /// For people.
    name: &'static str,
    /// Whether the text may have been received once it is taken.
    is_last: bool,
}

impl Step {
    const fn new(stage: MailStage, name: &'static str) -> Step {
        Step {
            stage,
            name,
            is_last: false,
        }
    }

    /// The reply where the server gives none.
    fn broken(self, why: &str) -> Reply {
        let why = format!("at {}: {why}", self.name);
        match self.is_last {
            true => Reply::Broken(Breakage::Lost(why)),
            false => unconnected(why),
        }
    }

    /// The reply where the server says no, or nothing.
    fn refused(self, error: &Error) -> Reply {
        if let Some(code) = error.status() {
            let said = std::error::Error::source(error);
            return Reply::Mail {
                code: code.into(),
                text: said.map(ToString::to_string).unwrap_or_default(),
                stage: self.stage,
            };
        }
        match tls_fault(error) {
            Some(fault) if !self.is_last => Reply::Broken(Breakage::Untrusted(fault.to_string())),
            _ => self.broken(&innermost(error)),
        }
    }

    /// Takes the step within the time that is left.
    async fn take<T>(
        self,
        deadline: Deadline,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Reply> {
        match timeout_at(deadline.at, step).await {
            Ok(taken) => taken.map_err(|error| self.refused(&error)),
            Err(_) => Err(self.broken(&format!("no answer within {}", deadline.total))),
        }
    }
}

impl Session {
    /// Begins to talk; `is_here` says whether the connection does not leave this machine.
    pub(super) async fn open(
        wire: Wire,
        is_here: bool,
        deadline: Deadline,
    ) -> Result<Session, Reply> {
        let hello = ClientId::default();
        let step = Step::new(MailStage::Session, "the greeting");
        let opening = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello);
        let connection = step.take(deadline, opening).await?;
        Ok(Session {
            connection,
            hello,
            privacy: match is_here {
                true => Privacy::Private,
                false => Privacy::Open,
            },
            deadline,
        })
    }

    /// Encrypts the connection, or says why that cannot be.
    pub(super) async fn encrypt(&mut self, encryption: Encryption) -> Result<(), Reply> {
        let parameters = match encryption {
            Encryption::Stands => {
                self.privacy = Privacy::Private;
                return Ok(());
            }
            Encryption::Required(_) if !self.connection.can_starttls() => {
                return Err(untrusted("the mail server offers no encryption (STARTTLS)"));
            }
            Encryption::Offered(_) if !self.connection.can_starttls() => return Ok(()),
            Encryption::Required(parameters) | Encryption::Offered(parameters) => parameters,
        };
        let step = Step::new(MailStage::Session, "encryption");
        let encrypting = self.connection.starttls(parameters, &self.hello);
        step.take(self.deadline, encrypting).await?;
        self.privacy = Privacy::Private;
        Ok(())
    }

    /// Says who we are, where nobody can listen.
    pub(super) async fn login(&mut self, user: &str, password: &Secret) -> Result<(), Reply> {
        if self.privacy == Privacy::Open {
            return Err(untrusted(
                "the mail server offers no encryption (STARTTLS), and the password is not sent without it",
            ));
        }
        let credentials = Credentials::new(user.to_owned(), password.expose().to_owned());
        let step = Step::new(MailStage::Session, "login");
        let asking = self.connection.auth(&MECHANISMS, &credentials);
        step.take(self.deadline, asking).await.map(|_| ())
    }

    /// Hands the letter over. It goes to those whom the server knows, and is refused where it knows nobody.
    pub(super) async fn hand_over(mut self, letter: &Letter) -> Result<Reply, Reply> {
        let outcome = self.try_hand_over(letter).await;
        // Nobody waits for a goodbye, and most servers like one.
        tokio::spawn(async move {
            let goodbye = self.connection.quit();
            let _ = tokio::time::timeout(super::client::time_of(GOODBYE_MAX), goodbye).await;
        });
        outcome
    }

    async fn try_hand_over(&mut self, letter: &Letter) -> Result<Reply, Reply> {
        let mut options = Vec::new();
        let (from, to) = (letter.envelope.from(), letter.envelope.to());
        let mut addresses = from.into_iter().chain(to);
        if addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            let server = self.connection.server_info();
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(unconnected(
                    "the mail server takes no addresses with other letters than ASCII's (SMTPUTF8)",
                ));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let sender = Mail::new(letter.envelope.from().cloned(), options);
        let step = Step::new(MailStage::Session, "the sender");
        step.take(self.deadline, self.connection.command(sender))
            .await?;
        let note = self.recipients(letter).await?;
        let step = Step::new(MailStage::Data, "the beginning of the text");
        step.take(self.deadline, self.connection.command(Data))
            .await?;
        let step = Step {
            is_last: true,
            ..Step::new(MailStage::Data, "the end of the text")
        };
        let sending = self.connection.message(&letter.bytes);
        let response = step.take(self.deadline, sending).await?;
        Ok(accepted(&response, note))
    }

    /// Names the recipients. When the server takes none of them, its answer that leaves most hope; when it takes some, they
    /// are not to wait for the others, of whom there is a note.
    async fn recipients(&mut self, letter: &Letter) -> Result<Option<String>, Reply> {
        let mut refusals = Vec::new();
        for to in letter.envelope.to() {
            let command = self.connection.command(Rcpt::new(to.clone(), Vec::new()));
            let step = Step::new(MailStage::Recipient, "a recipient");
            match step.take(self.deadline, command).await {
                Ok(_) => {}
                Err(Reply::Mail { code, text, stage }) => refusals.push((code, text, stage)),
                Err(reply) => return Err(reply),
            }
        }
        let (count, all) = (refusals.len(), letter.envelope.to().len());
        let Some((code, text, stage)) = refusals.into_iter().min_by_key(|(code, ..)| *code) else {
            return Ok(None);
        };
        match count == all {
            true => Err(Reply::Mail { code, text, stage }),
            false => Ok(Some(format!(
                "; {count} of {all} recipients refused: {code} {text}"
            ))),
        }
    }
}

fn accepted(response: &Response, note: Option<String>) -> Reply {
    let lines: Vec<&str> = response.message().collect();
    Reply::Mail {
        code: response.code().into(),
        text: lines.join(" ") + note.as_deref().unwrap_or_default(),
        stage: MailStage::Data,
    }
}

fn untrusted(why: &str) -> Reply {
    Reply::Broken(Breakage::Untrusted(why.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::wire::Inner;
    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpStream};

    #[tokio::test]
    async fn p1_where_somebody_can_listen_no_password_is_sent() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let words = b"220 mail.test\r\n250-mail.test\r\n250 AUTH PLAIN\r\n235 fine\r\n";
            stream.write_all(words).await.unwrap();
            stream
        });
        let total = Duration::from_ms(30_000);
        let deadline = Deadline {
            at: tokio::time::Instant::now() + super::super::client::time_of(total),
            total,
        };
        let stream = TcpStream::connect(address).await.unwrap();
        let wire = Wire::new(Inner::Plain(stream));
        let mut session = Session::open(wire, false, deadline).await.unwrap();
        let refused = session.login("burnwatch", &Secret::new("pa55word")).await;
        let Err(Reply::Broken(Breakage::Untrusted(why))) = refused else {
            panic!("{refused:?}");
        };
        assert!(
            why.ends_with("the password is not sent without it"),
            "{why}"
        );
        drop(server.await);
    }
}
