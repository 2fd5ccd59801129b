//! The end of the socket that commands hold.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::socket;
use super::spoken::{ANSWER_BYTES_MAX, Ask, Said};
use super::trial::TRIAL_MAX;

/// Longest time until the next line: whatever is asked, the daemon has an end for it before.
const SILENCE_MAX: Duration = Duration::from_secs(TRIAL_MAX.as_secs() + 15);

/// Longest time until it is said how the daemon is: who asks has little time, and a daemon that is well takes none.
const HEALTH_MAX: Duration = Duration::from_secs(5);

/// Why there is no answer.
#[derive(Debug)]
pub enum AskFault {
    /// No daemon runs on this state.
    Nobody(PathBuf),
    /// A daemon of somebody else runs there.
    Forbidden(PathBuf),
    /// It went away, or does not answer.
    Broken(io::Error),
    /// Its answer is not understood: it is of another version.
    Misunderstood(String),
}

impl fmt::Display for AskFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AskFault::Nobody(path) => {
                write!(
                    f,
                    "no burnwatch runs here: nobody answers at `{}`",
                    path.display()
                )
            }
            AskFault::Forbidden(path) => write!(
                f,
                "`{}` is not for you: ask as the user that burnwatch runs as",
                path.display()
            ),
            AskFault::Broken(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                    f.write_str("burnwatch runs and does not answer")
                }
                _ => write!(f, "burnwatch went away: {error}"),
            },
            AskFault::Misunderstood(what) => write!(
                f,
                "the burnwatch that runs is of another version: its answer is not understood: {what}"
            ),
        }
    }
}

/// Asks the daemon with the state at `data`, and gives each of its answers to `hear`.
///
/// # Errors
///
/// Where there is no answer, or not all of it.
pub fn ask(data: &Path, ask: &Ask, mut hear: impl FnMut(Said)) -> Result<(), AskFault> {
    let path = socket(data);
    let mut stream = UnixStream::connect(&path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied => AskFault::Forbidden(path.clone()),
        // Nothing is there, nobody listens, or the path is one that no daemon can listen at.
        _ => AskFault::Nobody(path.clone()),
    })?;
    let patience = Some(match ask {
        Ask::Health => HEALTH_MAX,
        Ask::Acknowledge { .. } | Ask::Try(_) => SILENCE_MAX,
    });
    let bounded = stream
        .set_read_timeout(patience)
        .and_then(|()| stream.set_write_timeout(patience));
    bounded.map_err(AskFault::Broken)?;
    let mut line = serde_json::to_string(ask).expect("it is texts and numbers");
    line.push('\n');
    // Where it was turned away the answer is there already.
    let written = stream.write_all(line.as_bytes());
    let mut lines = BufReader::new(stream);
    let mut heard = 0;
    while let Some(line) = next(&mut lines)? {
        let said = serde_json::from_str(&line);
        hear(said.map_err(|error| AskFault::Misunderstood(error.to_string()))?);
        heard += 1;
    }
    match (heard, written) {
        (0, Err(error)) => Err(AskFault::Broken(error)),
        (0, Ok(())) => Err(AskFault::Broken(io::ErrorKind::UnexpectedEof.into())),
        (_, _) => Ok(()),
    }
}

fn next(lines: &mut BufReader<UnixStream>) -> Result<Option<String>, AskFault> {
    let mut line = String::new();
    let mut bounded = lines.take(ANSWER_BYTES_MAX as u64);
    match bounded.read_line(&mut line) {
        Ok(0) => Ok(None),
        Ok(_) if line.ends_with('\n') => Ok(Some(line)),
        Ok(_) => Err(AskFault::Broken(io::ErrorKind::UnexpectedEof.into())),
        Err(error) => Err(AskFault::Broken(error)),
    }
}
