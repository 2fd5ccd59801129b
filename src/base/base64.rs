//! Base 64 of RFC 4648, section 4.

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

#[cfg(test)]
mod tests {
    use super::*;

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
