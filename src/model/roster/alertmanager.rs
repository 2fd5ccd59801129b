//! How Alertmanager is configured.

use std::fmt;
use std::str::FromStr;

use crate::base::{Name, Spanned};
use crate::diagnostics::code::SP007;
use crate::diagnostics::{Finding, Findings};
use crate::spec::Record;

/// The oldest version that is written for: the first with time zones in its time intervals.
pub const VERSION_MIN: Version = Version(0, 25);

/// How Alertmanager is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alertmanager {
    /// The version that will read the file.
    pub version: Version,
    /// The user's own configuration, a path of the workspace.
    pub base: Option<Spanned<String>>,
    /// The receiver of what no route takes.
    pub default_receiver: Option<Spanned<Name>>,
    /// Who routes.
    pub routes: Routes,
    /// Where all of it is written.
    pub span: crate::base::Span,
}

/// Who routes our alerts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routes {
    /// We do, merged into the base where there is one.
    Merged,
    /// The base does.
    Own,
}

/// A version of Alertmanager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32);

impl Alertmanager {
    /// What the workspace says of it.
    pub(super) fn of(record: &Record<'_>, findings: &mut Findings) -> Alertmanager {
        Alertmanager {
            version: version(record, findings),
            base: record
                .text("base")
                .map(|base| Spanned::new(base.value.to_string(), base.span)),
            default_receiver: record.parse("default_receiver"),
            routes: match record.text("routes").map(|text| text.value) {
                Some("own") => Routes::Own,
                Some(_) | None => Routes::Merged,
            },
            span: record.span(),
        }
    }
}

fn version(record: &Record<'_>, findings: &mut Findings) -> Version {
    let Some(written) = record.text("version") else {
        return VERSION_MIN;
    };
    let fault = match written.value.parse::<Version>() {
        Ok(version) if version >= VERSION_MIN => return version,
        Ok(version) => format!("Alertmanager {version} is too old"),
        Err(()) => format!(
            "{} is no version of Alertmanager",
            crate::diagnostics::shown(written.value)
        ),
    };
    let finding = Finding::new(SP007, written.span, fault)
        .label(format!("{VERSION_MIN} or later, such as `\"0.28\"`"))
        .note("routes need time intervals with time zones, which came with 0.25");
    findings.push(finding);
    VERSION_MIN
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Version, ()> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let mut parts = text.split('.');
        let mut number = || -> Result<u32, ()> {
            let part = parts.next().ok_or(())?;
            match part.bytes().all(|b| b.is_ascii_digit()) {
                true => part.parse().map_err(|_| ()),
                false => Err(()),
            }
        };
        let version = Version(number()?, number()?);
        match (
            parts
                .next()
                .is_none_or(|patch| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit())),
            parts.next(),
        ) {
            (true, None) => Ok(version),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_ordered() {
        let check = |text: &str, expected: Option<Version>| {
            assert_eq!(text.parse().ok(), expected, "{text}");
        };
        check("0.25", Some(Version(0, 25)));
        check("v0.25.1", Some(Version(0, 25)));
        check("0", None);
        check("0.x", None);
        check("0.25.0.1", None);
        check("0.25.", None);
        assert!(Version(0, 9) < Version(0, 25));
    }
}
