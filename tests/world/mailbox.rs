//! A mail server that takes mail for everybody, without encryption.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use super::door::Door;

/// A mail as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// Whom it is for.
    pub to: Vec<String>,
    /// Headers and text.
    pub text: String,
}

impl Mail {
    /// The value of a header, its lines joined; empty where it has none.
    pub fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let joined = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let prefix = format!("{}:", name.to_ascii_lowercase());
        let mut lines = joined.lines();
        let line = lines.find(|line| line.to_ascii_lowercase().starts_with(&prefix));
        line.map_or(String::new(), |line| {
            line[prefix.len()..].trim().to_string()
        })
    }
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    /// What is answered to a word in place of the usual, once each; `.` is the end of the text. Nothing: it hangs up.
    answers: BTreeMap<String, Vec<Option<String>>>,
}

/// A running mail server.
pub struct Mailbox {
    door: Door,
    state: Arc<Mutex<State>>,
}

impl Mailbox {
    /// Starts one on a free port.
    pub fn start() -> Mailbox {
        let state: Arc<Mutex<State>> = Arc::default();
        let inner = state.clone();
        let door = Door::new(move |stream| serve(stream, &inner));
        Mailbox { door, state }
    }

    /// Host and port.
    pub fn place(&self) -> String {
        self.door.address().to_string()
    }

    /// What arrived, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }

    /// To the next of these words it says this; without a text it hangs up. Mail whose end (`.`) is answered so has arrived.
    pub fn next(&self, word: &str, answer: Option<&str>) {
        let mut state = self.state.lock().unwrap();
        let answers = state.answers.entry(word.to_string()).or_default();
        answers.insert(0, answer.map(str::to_string));
    }
}

fn say(
    stream: &mut TcpStream,
    state: &Mutex<State>,
    word: &str,
    usual: &str,
) -> io::Result<String> {
    let own = state
        .lock()
        .unwrap()
        .answers
        .get_mut(word)
        .and_then(Vec::pop);
    let text = match own {
        Some(None) => return Err(io::ErrorKind::ConnectionReset.into()),
        Some(Some(text)) => text,
        None => usual.to_string(),
    };
    stream.write_all(format!("{text}\r\n").as_bytes())?;
    Ok(text)
}

fn serve(stream: TcpStream, state: &Mutex<State>) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let mut mail = Mail::default();
    say(&mut writer, state, "CONNECT", "220 mail.test")?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let word = line.split([' ', ':']).next().unwrap_or_default();
        let usual = match word {
            "EHLO" => "250-mail.test\r\n250 8BITMIME",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        let said = say(&mut writer, state, word, usual)?;
        match (word, said.starts_with(['2', '3'])) {
            ("RCPT", true) => mail.to.push(line.to_string()),
            ("DATA", true) => {
                mail.text = text(&mut reader)?;
                state.lock().unwrap().mails.push(std::mem::take(&mut mail));
                say(&mut writer, state, ".", "250 fine")?;
            }
            ("RSET", _) => mail = Mail::default(),
            ("QUIT", _) => return Ok(()),
            _ => {}
        }
    }
}

/// Headers and text, up to the line with a single dot.
fn text(reader: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
