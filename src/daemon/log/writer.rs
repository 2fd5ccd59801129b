//! Lines on their way out, by a thread of their own: whoever says something never waits for whoever reads it.

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use super::LogStyle;
use super::line::Line;
use crate::clock::Watch;

/// Most lines that wait to be written; those beyond are lost, and counted.
pub const LINES_MAX: usize = 10_000;

/// So often it is looked whether there is room for a mark.
const ROOM_EVERY: Duration = Duration::from_millis(5);

/// Something on its way out.
enum Piece {
    Line(String),
    /// Whoever is behind this waits until all before it is written.
    Mark(SyncSender<()>),
}

/// The way out.
#[derive(Clone)]
pub(super) struct Pipe {
    pieces: SyncSender<Piece>,
    lost: Arc<AtomicU64>,
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe")
            .field("lost", &self.lost)
            .finish_non_exhaustive()
    }
}

impl Pipe {
    /// A pipe that ends at `out`.
    pub(super) fn to(out: Box<dyn Write + Send>, style: LogStyle) -> Pipe {
        let (pieces, coming) = sync_channel(LINES_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let lost_there = lost.clone();
        let spawned = std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(out, &coming, &lost_there, style));
        // Without the thread nobody takes anything, and all is lost that is said.
        drop(spawned);
        Pipe { pieces, lost }
    }

    /// Gives a line with its end on its way. Never waits.
    pub(super) fn put(&self, line: String) {
        match self.pieces.try_send(Piece::Line(line)) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Waits until everything is written, at most so long; whether it is.
    pub(super) fn flush(&self, at_most: Duration) -> bool {
        let watch = Watch::start();
        let (done, all_written) = sync_channel(1);
        let mut mark = Piece::Mark(done);
        loop {
            let left = at_most.saturating_sub(watch.elapsed());
            mark = match self.pieces.try_send(mark) {
                Ok(()) => return all_written.recv_timeout(left).is_ok(),
                Err(TrySendError::Full(mark)) if !left.is_zero() => mark,
                Err(_) => return false,
            };
            std::thread::sleep(ROOM_EVERY.min(left));
        }
    }
}

fn write(
    mut out: Box<dyn Write + Send>,
    coming: &Receiver<Piece>,
    lost: &AtomicU64,
    style: LogStyle,
) {
    for piece in coming {
        match piece {
            // A reader that is gone is no reason to stop.
            Piece::Line(line) => drop(out.write_all(line.as_bytes())),
            Piece::Mark(done) => {
                drop(out.flush());
                let _ = done.try_send(());
            }
        }
        match lost.swap(0, Ordering::Relaxed) {
            0 => {}
            lines => drop(out.write_all(missed(lines).text(style).as_bytes())),
        }
    }
}

fn missed(lines: u64) -> Line {
    Line {
        at_ms: crate::clock::now_ms(),
        level: "warn",
        message: "lines of this log were lost: whoever reads it is too slow".to_owned(),
        fields: vec![("lines", lines.into())],
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::*;

    /// Writes only when it is let to.
    struct Stuck {
        go: Receiver<()>,
        written: Arc<Mutex<Vec<u8>>>,
        is_free: bool,
    }

    impl Write for Stuck {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if !self.is_free {
                // The end of the other side lets it go too.
                let _ = self.go.recv();
                self.is_free = true;
            }
            self.written.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_does_not_read_holds_up_nobody_and_learns_what_it_missed() {
        let (go, stop) = channel();
        let written = Arc::default();
        let stuck = Stuck {
            go: stop,
            written: Arc::clone(&written),
            is_free: false,
        };
        let pipe = Pipe::to(Box::new(stuck), LogStyle::Text);
        // One is being written at most, so many wait, and the others are lost.
        for number in 0..LINES_MAX + 12 {
            pipe.put(format!("line {number}\n"));
        }
        let lost = pipe.lost.load(Ordering::Relaxed);
        assert!((11..=12).contains(&lost), "{lost}");
        go.send(()).unwrap();
        drop(go);
        assert!(pipe.flush(Duration::from_secs(60)), "all is written");
        let text = String::from_utf8(written.lock().unwrap().clone()).unwrap();
        let kept = text
            .lines()
            .filter(|line| line.starts_with("line "))
            .count();
        assert_eq!(kept as u64 + lost, LINES_MAX as u64 + 12);
        assert!(text.contains(&format!("too slow lines={lost}\n")), "{lost}");
    }
}
