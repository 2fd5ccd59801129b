//! What the daemon says of itself.

/// What is asked of the daemon. Its functions may wait, for a lock or for a disk; [`Face::live`] should not.
pub trait Face: Send + Sync + 'static {
    /// Whether it does what it is there for.
    fn live(&self) -> Live;

    /// What it needs, and how that is.
    fn ready(&self) -> Vec<Dependency>;

    /// Its metrics in OpenMetrics text format 1.0.
    fn metrics(&self) -> String;

    /// Acknowledges what a link stands for. Its token is what the link ends with; nobody checked it.
    fn acknowledge(&self, token: &str) -> AckOutcome;
}

/// Whether the daemon does what it is there for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// It does.
    Alive,
    /// It does not, and should be started again; why.
    Wedged(String),
}

/// Something that the daemon needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Which, such as `store`.
    pub name: String,
    /// How it is.
    pub state: DependencyState,
    /// What that rests on, for people, without secrets.
    pub reason: String,
}

/// How something is that the daemon needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependencyState {
    /// As it should be.
    Fine,
    /// Not as it should be, and good enough to be ready.
    Impaired,
    /// Not there: the daemon is not ready.
    Gone,
}

impl DependencyState {
    /// Its name in answers.
    pub fn name(self) -> &'static str {
        match self {
            DependencyState::Fine => "fine",
            DependencyState::Impaired => "impaired",
            DependencyState::Gone => "gone",
        }
    }
}

/// What came of an acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AckOutcome {
    /// Nobody else is asked from now on.
    Acknowledged {
        /// What it is about, in one line.
        title: String,
    },
    /// Somebody did it before.
    Already {
        /// What it is about, in one line.
        title: String,
    },
    /// It is over.
    Over {
        /// What it was about, in one line.
        title: String,
    },
    /// The link stands for nothing: it is not ours, or too old.
    Unknown,
    /// It cannot be written down now; why.
    Failed(String),
}
