//! What `--format FORMAT[=FILE]` asks for.
//!
//! Several can be asked for at once: at most one of them on stdout, no two in the same file. Where none goes to stdout, a
//! log would say nothing at all, so `human` goes there.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use crate::diagnostics::shown;

use super::{FORMATS, Format};

/// How alike a name must be to be suggested, by Jaro and Winkler.
const LIKENESS_MIN: f64 = 0.7;

/// A report that is asked for.
#[derive(Clone)]
pub struct Request {
    /// In which format.
    pub format: &'static Format,
    /// Where it goes.
    pub target: Target,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Stdout; also written `FORMAT=-`.
    Stdout,
    /// A file, as the user named it.
    File(String),
}

/// Why formats cannot be asked for like this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// No format has this name.
    Unknown {
        /// What was asked for.
        name: String,
        /// The format with the most similar name, where one is similar.
        nearest: Option<&'static str>,
    },
    /// There is `=` and no file after it.
    NoFile {
        /// The format.
        format: &'static str,
    },
    /// Two reports would be mixed on stdout.
    BothToStdout {
        /// The first.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// One report would overwrite another.
    SameFile {
        /// The first.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The file, as the other names it.
        file: String,
    },
}

impl Request {
    /// One value of `--format`.
    pub fn parse(value: &str) -> Result<Request, RequestError> {
        let (name, file) = match value.split_once('=') {
            None => (value, None),
            Some((name, file)) => (name, Some(file)),
        };
        let format = FORMATS
            .iter()
            .find(|format| format.name == name)
            .ok_or_else(|| RequestError::Unknown {
                name: name.to_string(),
                nearest: nearest(name),
            })?;
        let target = match file {
            None | Some("-") => Target::Stdout,
            Some("") => {
                return Err(RequestError::NoFile {
                    format: format.name,
                });
            }
            Some(file) => Target::File(file.to_string()),
        };
        Ok(Request { format, target })
    }

    /// All values of `--format` together; with none of them on stdout, `human` is added.
    pub fn all(requests: Vec<Request>) -> Result<Vec<Request>, RequestError> {
        for (at, request) in requests.iter().enumerate() {
            let same = |other: &&Request| place(&other.target) == place(&request.target);
            if let Some(other) = requests[..at].iter().find(same) {
                let (first, second) = (other.format.name, request.format.name);
                return Err(match &request.target {
                    Target::Stdout => RequestError::BothToStdout { first, second },
                    Target::File(file) => RequestError::SameFile {
                        first,
                        second,
                        file: file.clone(),
                    },
                });
            }
        }
        let mut all = requests;
        if all.iter().all(|request| request.target != Target::Stdout) {
            let human = Request {
                format: FORMATS[0],
                target: Target::Stdout,
            };
            all.insert(0, human);
        }
        Ok(all)
    }
}

impl FromStr for Request {
    type Err = RequestError;

    fn from_str(value: &str) -> Result<Request, RequestError> {
        Request::parse(value)
    }
}

/// A target in one spelling: `./a`, `a` and `b/../a` are one file.
fn place(target: &Target) -> Option<PathBuf> {
    let Target::File(file) = target else {
        return None;
    };
    let mut place = PathBuf::new();
    for part in Path::new(file).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(place.components().next_back(), Some(Component::Normal(_))) =>
            {
                place.pop();
            }
            part => place.push(part),
        }
    }
    Some(place)
}

fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let likeness = |format: &&&Format| strsim::jaro_winkler(&name, format.name);
    FORMATS
        .iter()
        .filter(|format| likeness(format) >= LIKENESS_MIN)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
        .map(|format| format.name)
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::Unknown { name, nearest } => {
                write!(f, "there is no format {}", shown(name))?;
                if let Some(nearest) = nearest {
                    return write!(f, "; `{nearest}` has a similar name");
                }
                let names: Vec<String> = FORMATS
                    .iter()
                    .map(|format| format!("`{}`", format.name))
                    .collect();
                write!(f, "; there are {}", names.join(", "))
            }
            RequestError::NoFile { format } => {
                write!(f, "a file is expected after `{format}=`")
            }
            RequestError::BothToStdout { first, second } => write!(
                f,
                "`{first}` and `{second}` cannot both go to stdout; name a file: `{second}=FILE`"
            ),
            RequestError::SameFile {
                first,
                second,
                file,
            } => {
                write!(
                    f,
                    "`{first}` and `{second}` cannot both go to {}",
                    shown(file)
                )
            }
        }
    }
}

impl std::error::Error for RequestError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked for, as `FORMAT>TARGET`, or why it cannot be.
    fn check(values: &[&str], expected: &str) {
        let parsed: Result<Vec<Request>, RequestError> =
            values.iter().map(|value| Request::parse(value)).collect();
        let found = match parsed.and_then(Request::all) {
            Err(error) => error.to_string(),
            Ok(requests) => {
                let words: Vec<String> = requests
                    .iter()
                    .map(|request| match &request.target {
                        Target::Stdout => format!("{}>", request.format.name),
                        Target::File(file) => format!("{}>{file}", request.format.name),
                    })
                    .collect();
                words.join(" ")
            }
        };
        assert_eq!(found, expected, "{values:?}");
    }

    #[test]
    fn formats_go_to_stdout_or_to_files() {
        check(&[], "human>");
        check(&["github"], "github>");
        check(&["github=-"], "github>");
        check(
            &["github", "sarif=out/a=b.sarif"],
            "github> sarif>out/a=b.sarif",
        );
        check(
            &["gitlab=a.json", "junit=b.xml"],
            "human> gitlab>a.json junit>b.xml",
        );
        check(&["json=a", "json=b", "json"], "json>a json>b json>");
    }

    #[test]
    fn what_cannot_be_is_refused_with_what_can() {
        check(
            &["sarfi"],
            "there is no format `sarfi`; `sarif` has a similar name",
        );
        check(
            &["JUnit=x"],
            "there is no format `JUnit`; `junit` has a similar name",
        );
        check(
            &["teamcity"],
            "there is no format `teamcity`; there are `human`, `concise`, `json`, `github`, `sarif`, `gitlab`, \
             `junit`, `checkstyle`, `rdjson`",
        );
        check(
            &["\u{1b}[2J"],
            "there is no format `\\u{1b}[2J`; there are `human`, `concise`, `json`, `github`, `sarif`, \
             `gitlab`, `junit`, `checkstyle`, `rdjson`",
        );
        check(&["json="], "a file is expected after `json=`");
    }

    #[test]
    fn two_reports_never_share_a_target() {
        check(
            &["json", "sarif=-"],
            "`json` and `sarif` cannot both go to stdout; name a file: `sarif=FILE`",
        );
        check(
            &["json=a", "sarif=./b/../a"],
            "`json` and `sarif` cannot both go to `./b/../a`",
        );
        check(&["json=a", "sarif=../a"], "human> json>a sarif>../a");
        check(
            &["json=/a", "sarif=/b//../a"],
            "`json` and `sarif` cannot both go to `/b//../a`",
        );
    }
}
