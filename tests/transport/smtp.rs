//! A mail server whose every answer can be another.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rustls::ServerConfig;

use super::peer::{Peer, Talk};

/// Hangs up instead of an answer.
pub const DROP: &str = "drop";
/// Says nothing instead of an answer.
pub const HANG: &str = "hang";

/// What a mail server says.
#[derive(Clone, Default)]
pub struct Smtp {
    /// Answers by the first word of what is asked (`CONNECT` and `.` are the beginning and the end of the text), where they
    /// are not the usual ones; the last one again and again.
    answers: BTreeMap<&'static str, Vec<String>>,
    extensions: Vec<&'static str>,
    tls: Option<Arc<ServerConfig>>,
    is_implicit: bool,
}

impl Smtp {
    pub fn answer(self, to: &'static str, with: &str) -> Smtp {
        self.answers_in_turn(to, &[with])
    }

    pub fn answers_in_turn(mut self, to: &'static str, with: &[&str]) -> Smtp {
        let with = with.iter().map(|text| (*text).to_owned()).collect();
        self.answers.insert(to, with);
        self
    }

    pub fn extension(mut self, name: &'static str) -> Smtp {
        self.extensions.push(name);
        self
    }

    /// Can encrypt after `STARTTLS`; whether it says so is a matter of its extensions.
    pub fn tls(mut self, config: Arc<ServerConfig>) -> Smtp {
        self.tls = Some(config);
        self
    }

    /// Encrypts from the first byte.
    pub fn implicit(mut self) -> Smtp {
        self.is_implicit = true;
        self
    }

    pub fn start(self) -> Peer {
        Peer::start(move |talk| self.serve(talk))
    }

    fn say(&self, talk: &mut Talk, asked: &str, nth: usize) -> io::Result<String> {
        let usual = match asked {
            "CONNECT" => "220 mail.test".to_owned(),
            "EHLO" => {
                let mut lines = vec!["mail.test"];
                lines.extend(&self.extensions);
                let last = lines.pop().expect("there is its name");
                let lines = lines.iter().map(|line| format!("250-{line}\r\n"));
                format!("{}250 {last}", lines.collect::<String>())
            }
            "DATA" => "354 go on".to_owned(),
            "AUTH" => "235 welcome".to_owned(),
            "STARTTLS" => "220 go on".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "250 fine".to_owned(),
        };
        let own = self.answers.get(asked);
        let text = own.map_or(&usual, |own| &own[nth.min(own.len() - 1)]);
        match text.as_str() {
            DROP => return Err(io::ErrorKind::ConnectionReset.into()),
            HANG => talk.hold()?,
            text => talk.say(&format!("{text}\r\n"))?,
        }
        Ok(text.clone())
    }

    fn serve(&self, talk: &mut Talk) -> io::Result<()> {
        if let (true, Some(config)) = (self.is_implicit, &self.tls) {
            talk.encrypt(config.clone())?;
        }
        self.say(talk, "CONNECT", 0)?;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        loop {
            let line = talk.line()?;
            let word = line.split_whitespace().next().unwrap_or("").to_owned();
            let nth = counts.entry(word.clone()).or_default();
            let said = self.say(talk, &word, *nth)?;
            *nth += 1;
            match (&*word, said.starts_with(['2', '3'])) {
                ("STARTTLS", true) => {
                    let config = self.tls.clone().expect("who says so can encrypt");
                    talk.encrypt(config)?;
                }
                ("DATA", true) => {
                    while talk.line()? != "." {}
                    self.say(talk, ".", 0)?;
                }
                ("QUIT", _) => return Ok(()),
                _ => {}
            }
        }
    }
}
