//! Reads configurations beside everything else, one at a time: a disk that hangs holds up nothing.
//!
//! Files that changed are read when two looks in a row find the same, for they may still be written, and after a minute all the
//! same.

use tokio::task::JoinHandle;

use super::configuration::{Configuration, Configurations};

/// Files that go on changing for so long are read as they are, in milliseconds.
const CHANGES_MAX_MS: i64 = 60_000;

/// Reads configurations.
pub(super) struct Reader {
    work: Work,
    /// What is in effect.
    in_effect: u64,
    /// What was seen last.
    seen: u64,
    /// Since when another is seen than is in effect, on the steady clock.
    differs_ms: Option<i64>,
    /// Why it is to be read as soon as nothing is read any more.
    wanted: Option<&'static str>,
}

type Disk = Box<dyn Configurations>;

/// What it does.
enum Work {
    Idle(Disk),
    Looks(JoinHandle<(Disk, u64)>),
    Reads(&'static str, JoinHandle<(Disk, u64, Read)>),
    /// Between two of these, or for ever where a reader broke.
    Broken,
}

type Read = Result<Configuration, String>;

/// What came of it.
pub(super) enum Found {
    /// Another configuration, or why it cannot be used; and why it was read.
    Configuration(Box<Read>, &'static str),
    /// Nothing to do.
    Nothing,
    /// The reader ended by a fault of burnwatch's own.
    Broken,
}

impl Reader {
    /// Reads from `disk`, of which what bears the stamp `in_effect` is in effect.
    pub(super) fn new(disk: Disk, in_effect: u64) -> Reader {
        Reader {
            work: Work::Idle(disk),
            in_effect,
            seen: in_effect,
            differs_ms: None,
            wanted: None,
        }
    }

    /// Looks whether files changed, unless it is at work.
    pub(super) fn look(&mut self) {
        self.work = match std::mem::replace(&mut self.work, Work::Broken) {
            Work::Idle(mut disk) => Work::Looks(tokio::task::spawn_blocking(move || {
                let stamp = disk.stamp();
                (disk, stamp)
            })),
            work => work,
        };
    }

    /// Reads, as soon as it is not at work.
    pub(super) fn want(&mut self, why: &'static str) {
        self.wanted = Some(why);
        self.begin();
    }

    fn begin(&mut self) {
        self.work = match (std::mem::replace(&mut self.work, Work::Broken), self.wanted) {
            (Work::Idle(mut disk), Some(why)) => {
                self.wanted = None;
                let work = tokio::task::spawn_blocking(move || {
                    let stamp = disk.stamp();
                    let read = disk.read();
                    (disk, stamp, read)
                });
                Work::Reads(why, work)
            }
            (work, _) => work,
        };
    }

    /// What comes next, at a moment of the steady clock; never, while it is not at work.
    pub(super) async fn next(&mut self, steady_ms: impl Fn() -> i64) -> Found {
        match &mut self.work {
            Work::Idle(_) => std::future::pending().await,
            Work::Broken => Found::Broken,
            Work::Looks(work) => match work.await {
                Ok((disk, stamp)) => {
                    self.work = Work::Idle(disk);
                    self.looked(stamp, steady_ms());
                    self.begin();
                    Found::Nothing
                }
                Err(_) => self.broke(),
            },
            Work::Reads(why, work) => {
                let why = *why;
                match work.await {
                    Ok((disk, stamp, read)) => {
                        self.work = Work::Idle(disk);
                        (self.in_effect, self.seen, self.differs_ms) = (stamp, stamp, None);
                        self.begin();
                        Found::Configuration(Box::new(read), why)
                    }
                    Err(_) => self.broke(),
                }
            }
        }
    }

    fn broke(&mut self) -> Found {
        self.work = Work::Broken;
        Found::Broken
    }

    fn looked(&mut self, stamp: u64, steady_ms: i64) {
        let is_quiet = std::mem::replace(&mut self.seen, stamp) == stamp;
        if stamp == self.in_effect {
            self.differs_ms = None;
            return;
        }
        let since_ms = *self.differs_ms.get_or_insert(steady_ms);
        if is_quiet || steady_ms - since_ms >= CHANGES_MAX_MS {
            self.wanted = Some("since files changed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files whose stamps are these, one after the other.
    struct Files(Vec<u64>);

    impl Configurations for Files {
        fn read(&mut self) -> Read {
            Err("read".to_string())
        }

        fn stamp(&mut self) -> u64 {
            match self.0.len() {
                1 => self.0[0],
                _ => self.0.remove(0),
            }
        }
    }

    /// After how many looks, 5 s apart, files with these stamps are read, where they are within twenty.
    async fn check(stamps: &[u64], expected: Option<usize>) {
        let mut reader = Reader::new(Box::new(Files(stamps.to_vec())), 0);
        let mut read = None;
        for look in 1..=20 {
            reader.look();
            let at_ms = look as i64 * 5_000;
            assert!(matches!(reader.next(|| at_ms).await, Found::Nothing));
            if let Work::Reads(..) = reader.work {
                let found = reader.next(|| at_ms).await;
                assert!(matches!(found, Found::Configuration(..)));
                read = Some(look);
                break;
            }
        }
        assert_eq!(read, expected, "{stamps:?}");
    }

    #[tokio::test]
    async fn files_are_read_when_two_looks_find_the_same_change() {
        check(&[0, 0, 0], None).await;
        check(&[0, 1, 1], Some(3)).await;
        check(&[1, 2, 3, 3], Some(4)).await;
        check(&[1, 0, 0], None).await;
    }

    #[tokio::test]
    async fn files_that_never_rest_are_read_after_a_minute() {
        let restless: Vec<u64> = (1..30).collect();
        check(&restless, Some(13)).await;
    }

    #[tokio::test]
    async fn what_is_wanted_while_it_looks_is_read_after_that() {
        let mut reader = Reader::new(Box::new(Files(vec![0])), 0);
        reader.look();
        reader.want("by a signal");
        assert!(matches!(reader.next(|| 0).await, Found::Nothing));
        let Found::Configuration(_, why) = reader.next(|| 0).await else {
            panic!("it reads")
        };
        assert_eq!(why, "by a signal");
    }
}
