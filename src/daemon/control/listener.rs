//! The daemon's end of the socket.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::socket;
use super::spoken::{Ask, Health, LINE_BYTES_MAX, Said};
use super::trial::{self, TRIAL_MAX};
use crate::daemon::Desk;
use crate::daemon::acknowledge::acknowledge;
use crate::serve::Face;

/// Most connections at a time; more are turned away.
pub const CONNECTIONS_MAX: usize = 8;
/// Longest path of a socket, in bytes: what Linux and macOS both take, with the zero at its end.
const PATH_BYTES_MAX: usize = 103;
/// Longest time until a line is there, or taken.
const LINE_TIMEOUT: Duration = Duration::from_secs(5);
/// After a connection could not be taken, such as without files to spare, it is tried again.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// The socket of a daemon. It is gone from the disk with this value.
#[derive(Debug)]
pub struct Control {
    listener: UnixListener,
    path: PathBuf,
    /// Whose daemon it is.
    user: u32,
    /// For how long a test is watched.
    trial_max: Duration,
}

/// Why there is no socket.
#[derive(Debug)]
pub enum ControlFault {
    /// The path is too long for one.
    PathTooLong(PathBuf),
    /// Something else is in its place.
    Occupied(PathBuf),
    /// A daemon answers there.
    Served(PathBuf),
    /// The system does not let one be made.
    Io(PathBuf, io::Error),
}

impl fmt::Display for ControlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ControlFault::PathTooLong(path) => write!(
                f,
                "the path `{}` is longer than the {PATH_BYTES_MAX} bytes that a socket may have; a shorter `daemon.data` gives a \
                 shorter one",
                path.display()
            ),
            ControlFault::Occupied(path) => {
                write!(f, "`{}` is there and is no socket", path.display())
            }
            ControlFault::Served(path) => {
                write!(f, "another daemon answers at `{}`", path.display())
            }
            ControlFault::Io(path, error) => {
                write!(f, "the socket `{}` cannot be made: {error}", path.display())
            }
        }
    }
}

impl Control {
    /// Makes the socket beside the state at `data`, in the place of one that a daemon left which was killed. To be called within
    /// the runtime, by whoever holds the state.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn open(data: &Path) -> Result<Control, ControlFault> {
        let path = socket(data);
        if path.as_os_str().len() > PATH_BYTES_MAX {
            return Err(ControlFault::PathTooLong(path));
        }
        let io = |error| ControlFault::Io(path.clone(), error);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
            Ok(found) if !found.file_type().is_socket() => {
                return Err(ControlFault::Occupied(path));
            }
            Ok(_) => match std::os::unix::net::UnixStream::connect(&path) {
                Ok(_) => return Err(ControlFault::Served(path)),
                Err(_) => fs::remove_file(&path).map_err(io)?,
            },
        }
        let listener = UnixListener::bind(&path).map_err(io)?;
        let owner = fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
            .and_then(|()| fs::metadata(&path));
        Ok(Control {
            listener,
            user: owner.map_err(io)?.uid(),
            path,
            trial_max: TRIAL_MAX,
        })
    }

    /// The same, where a test is watched for another time than [`TRIAL_MAX`].
    #[must_use]
    pub fn watching_for(mut self, trial_max: Duration) -> Control {
        self.trial_max = trial_max;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Answers for as long as it is polled; how the daemon is says `face`.
    pub async fn serve(&self, desk: &Desk, face: Arc<dyn Face>) {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            let stream = match self.listener.accept().await {
                Ok((stream, _)) => stream,
                Err(_) => {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            // Between its making and its mode the socket may have been open to others.
            let peer = stream.peer_cred().map(|peer| peer.uid());
            if !peer.is_ok_and(|user| user == self.user || user == 0) {
                continue;
            }
            match places.clone().try_acquire_owned() {
                Ok(place) => {
                    let (desk, face, trial_max) = (desk.clone(), face.clone(), self.trial_max);
                    tokio::spawn(async move {
                        let _place = place;
                        answer(stream, &desk, face, trial_max).await;
                    });
                }
                Err(_) => {
                    tokio::spawn(turn_away(stream));
                }
            }
        }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Whoever asked.
pub(super) struct Caller {
    stream: UnixStream,
}

impl Caller {
    /// Says something; nothing where the caller is gone or does not listen.
    pub async fn say(&mut self, said: &Said) -> Option<()> {
        let mut line = serde_json::to_string(said).expect("it is texts and numbers");
        line.push('\n');
        let writing = self.stream.write_all(line.as_bytes());
        timeout(LINE_TIMEOUT, writing).await.ok()?.ok()
    }
}

async fn turn_away(stream: UnixStream) {
    let why = format!("{CONNECTIONS_MAX} others ask at the moment; try again");
    let _ = Caller { stream }.say(&Said::Refused(why)).await;
}

async fn answer(mut stream: UnixStream, desk: &Desk, face: Arc<dyn Face>, trial_max: Duration) {
    let asked = timeout(LINE_TIMEOUT, read(&mut stream)).await;
    let mut caller = Caller { stream };
    let ask = match asked {
        Ok(Ok(line)) => serde_json::from_str::<Ask>(&line),
        Ok(Err(why)) => {
            let _ = caller.say(&Said::Refused(why.to_string())).await;
            return;
        }
        Err(_) => return,
    };
    let said = match ask {
        Err(error) => Said::Refused(format!(
            "it is not understood, for another version of burnwatch runs: {error}"
        )),
        Ok(Ask::Acknowledge { episode, by }) => {
            Said::Acknowledged(acknowledge(desk, episode, &by).await)
        }
        Ok(Ask::Health) => match tokio::task::spawn_blocking(move || Health::of(&*face)).await {
            Ok(health) => Said::Health(health),
            Err(_) => Said::Refused("it cannot say how it is".to_string()),
        },
        Ok(Ask::Try(whom)) => match trial::run(desk, whom, trial_max, &mut caller).await {
            Some(said) => said,
            None => return,
        },
    };
    let _ = caller.say(&said).await;
}

async fn read(stream: &mut UnixStream) -> Result<String, &'static str> {
    let mut line = Vec::new();
    let mut bounded = BufReader::new(stream.take(LINE_BYTES_MAX as u64));
    let read = bounded.read_until(b'\n', &mut line).await;
    match (read, line.pop()) {
        (Ok(_), Some(b'\n')) => String::from_utf8(line).map_err(|_| "the line is not UTF-8"),
        (Ok(_), _) => Err("the line has no end, or is too long"),
        (Err(_), _) => Err("the line could not be read"),
    }
}
