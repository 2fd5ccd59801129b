//! What may be a header that users choose for a request.

/// Why a name and a value are no header that users may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// The name is empty, or has a character that no token has (RFC 9110, 5.6.2).
    Name,
    /// The value is empty, or has a character that is not visible ASCII, a space or a tab.
    Value,
    /// Credentials and what frames a request have places of their own.
    Reserved,
}

/// Headers that are set elsewhere, or that would break the framing of a request.
const RESERVED: [&str; 8] = [
    "authorization",
    "proxy-authorization",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "host",
    "cookie",
];

/// Whether a header may be chosen.
///
/// # Errors
///
/// The first reason why not.
pub fn check_header(name: &str, value: &str) -> Result<(), HeaderFault> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let is_text = |b: u8| b.is_ascii_graphic() || b == b' ' || b == b'\t';
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(HeaderFault::Name);
    }
    if RESERVED
        .iter()
        .any(|reserved| name.eq_ignore_ascii_case(reserved))
    {
        return Err(HeaderFault::Reserved);
    }
    match !value.trim().is_empty() && value.bytes().all(is_text) {
        true => Ok(()),
        false => Err(HeaderFault::Value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &str, expected: Result<(), HeaderFault>) {
        assert_eq!(check_header(name, value), expected, "{name}: {value}");
    }

    #[test]
    fn a_header_has_a_token_for_a_name_and_visible_text() {
        check("X-Scope-OrgID", "team a|b\tc", Ok(()));
        for name in ["", "X Y", "X:", "X\r\n", "É"] {
            check(name, "v", Err(HeaderFault::Name));
        }
        for value in ["", " ", "a\r\nHost: b", "é", "\u{7f}"] {
            check("X", value, Err(HeaderFault::Value));
        }
    }

    #[test]
    fn what_frames_a_request_is_reserved_in_any_case() {
        for name in RESERVED {
            check(&name.to_ascii_uppercase(), "v", Err(HeaderFault::Reserved));
        }
        check("X-Host", "v", Ok(()));
    }
}
