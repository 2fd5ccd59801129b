//! A user and a password as they are sent (RFC 7617).

use crate::base::Secret;

/// The user and the password of the header `Authorization`, where it is of that kind.
pub(super) fn credentials(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(decode(encoded.trim())?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), Secret::new(password)))
}

/// What a text in base 64 stands for (RFC 4648, 4), with or without its padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=').as_bytes();
    if digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len());
    for part in digits.chunks(4) {
        let mut bits = 0_u32;
        for at in 0..4 {
            bits = bits << 6 | part.get(at).map_or(Some(0), |digit| value(*digit))?;
        }
        let [_, decoded @ ..] = bits.to_be_bytes();
        bytes.extend_from_slice(&decoded[..part.len() - 1]);
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, expected: Option<(&str, &str)>) {
        let found = credentials(header);
        let found = found
            .as_ref()
            .map(|(user, password)| (&**user, password.expose()));
        assert_eq!(found, expected, "{header}");
    }

    #[test]
    fn a_user_ends_at_the_first_colon() {
        check("Basic dTpw", Some(("u", "p")));
        check("basic  dTpwOnE=", Some(("u", "p:q")));
        check("Basic Og==", Some(("", "")));
        check("Basic w7w6w58", Some(("ü", "ß")));
        check("Basic dQ==", None);
        check("Basic d", None);
        check("Basic d_pw", None);
        check("Basic /zr/", None);
        check("Bearer dTpw", None);
        check("", None);
    }
}
