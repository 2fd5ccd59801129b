//! Base 64 of RFC 4648: that of section 4, and that of section 5 for URLs and names of files.

/// The digits of base 64 (RFC 4648, 4).
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The digits of `bytes`, without the padding at their end, which says nothing.
pub fn base64(bytes: &[u8]) -> String {
    let digits = |part: &[u8]| -> Vec<u8> {
        let padded = [0, 1, 2].map(|at| part.get(at).copied().unwrap_or(0));
        let bits = padded
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        (0..=part.len())
            .map(|digit| DIGITS[(bits >> (18 - 6 * digit)) as usize & 63])
            .collect()
    };
    let digits: Vec<u8> = bytes.chunks(3).flat_map(digits).collect();
    String::from_utf8(digits).expect("all digits are ASCII")
}

/// The digits of `bytes` for URLs (RFC 4648, 5), without padding.
pub fn base64_url(bytes: &[u8]) -> String {
    base64(bytes).replace('+', "-").replace('/', "_")
}

/// The bytes of digits for URLs without padding; nothing where [`base64_url`] gives other digits for them.
pub fn from_base64_url(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| -> Option<u32> {
        let standard = match digit {
            b'-' => b'+',
            b'_' => b'/',
            b'+' | b'/' => return None,
            other => other,
        };
        let at = DIGITS.iter().position(|known| *known == standard)?;
        u32::try_from(at).ok()
    };
    let mut bytes = Vec::new();
    for part in digits.as_bytes().chunks(4) {
        let mut bits = 0;
        for digit in part {
            bits = bits << 6 | value(*digit)?;
        }
        bits <<= 6 * (4 - part.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..part.len()]);
    }
    // Bits that no byte has, and a digit alone at the end, would let many texts mean the same.
    (base64_url(&bytes) == digits).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_for_urls_are_read_back_and_no_others() {
        for length in 0..20_usize {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 37 + 250) as u8).collect();
            assert_eq!(from_base64_url(&base64_url(&bytes)), Some(bytes));
        }
        assert_eq!(base64_url(&[0xfb, 0xff]), "-_8");
        for wrong in ["-_9", "+/8", "A", "AAAAA", "AA==", "A A", "\u{e9}"] {
            assert_eq!(from_base64_url(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn base_64_is_that_of_the_standard() {
        // RFC 4648, 10.
        for (text, expected) in [
            ("", ""),
            ("f", "Zg"),
            ("fo", "Zm8"),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
