//! Names that are safe in labels, paths and URLs.
//!
//! [`Name`] is what services, SLOs, tiers, teams and the like are called; [`LabelName`] is a label name
//! that every Prometheus accepts. Both are valid by construction.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest name, in bytes: Kubernetes' limit for an object's name part.
pub const NAME_BYTES_MAX: usize = 63;
/// Longest label name, in bytes.
pub const LABEL_NAME_BYTES_MAX: usize = 128;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Nothing there.
    Empty,
    /// Longer than the limit.
    TooLong,
    /// A character that does not belong, at this byte.
    Character(usize),
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Empty => f.write_str("no name is empty"),
            NameError::TooLong => f.write_str("the name is too long"),
            NameError::Character(at) => write!(f, "a name has no such character as at byte {at}"),
        }
    }
}

/// A label-safe name: letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(Box<str>);

/// A label name: letters, digits and `_`, not beginning with a digit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LabelName(Box<str>);

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Name, NameError> {
        check(text, NAME_BYTES_MAX, |at, b| {
            let edge = at == 0 || at + 1 == text.len();
            b.is_ascii_alphanumeric() || (!edge && matches!(b, b'-' | b'_' | b'.'))
        })?;
        Ok(Name(text.into()))
    }
}

impl FromStr for LabelName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<LabelName, NameError> {
        check(text, LABEL_NAME_BYTES_MAX, |at, b| {
            b.is_ascii_alphabetic() || b == b'_' || (at > 0 && b.is_ascii_digit())
        })?;
        Ok(LabelName(text.into()))
    }
}

fn check(
    text: &str,
    bytes_max: usize,
    allowed: impl Fn(usize, u8) -> bool,
) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if let Some((at, _)) = text.bytes().enumerate().find(|(at, b)| !allowed(*at, *b)) {
        return Err(NameError::Character(at));
    }
    if text.len() > bytes_max {
        return Err(NameError::TooLong);
    }
    Ok(())
}

macro_rules! text {
    ($type:ident) => {
        impl TryFrom<String> for $type {
            type Error = NameError;

            fn try_from(text: String) -> Result<$type, NameError> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> String {
                name.0.into()
            }
        }

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}
text!(Name);
text!(LabelName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_in_labels_paths_and_urls() {
        for text in ["checkout", "a", "cart-v2", "a_b.c", "9lives"] {
            assert_eq!(
                text.parse::<Name>().map(|n| n.to_string()),
                Ok(text.to_string())
            );
        }
        assert_eq!("".parse::<Name>(), Err(NameError::Empty));
        for (text, at) in [
            ("../up", 0),
            ("a/b", 1),
            ("-a", 0),
            ("a-", 1),
            ("a b", 1),
            ("ünï", 0),
            (".", 0),
        ] {
            assert_eq!(
                text.parse::<Name>(),
                Err(NameError::Character(at)),
                "{text}"
            );
        }
    }

    #[test]
    fn the_longest_name_has_an_edge() {
        assert!("x".repeat(NAME_BYTES_MAX).parse::<Name>().is_ok());
        assert_eq!(
            "x".repeat(NAME_BYTES_MAX + 1).parse::<Name>(),
            Err(NameError::TooLong)
        );
        assert!(
            "x".repeat(LABEL_NAME_BYTES_MAX)
                .parse::<LabelName>()
                .is_ok()
        );
        assert_eq!(
            "x".repeat(LABEL_NAME_BYTES_MAX + 1).parse::<LabelName>(),
            Err(NameError::TooLong)
        );
    }

    #[test]
    fn label_names_are_those_of_every_prometheus() {
        assert!("route".parse::<LabelName>().is_ok());
        assert!("_x9".parse::<LabelName>().is_ok());
        assert_eq!("9x".parse::<LabelName>(), Err(NameError::Character(0)));
        assert_eq!("a-b".parse::<LabelName>(), Err(NameError::Character(1)));
        assert_eq!("a.b".parse::<LabelName>(), Err(NameError::Character(1)));
    }
}
