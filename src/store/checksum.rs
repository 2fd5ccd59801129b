//! Checksums that tell damage, and chain each batch to the one before.

use ring::digest::{Context, SHA256};

/// Bytes of a checksum.
const BYTES: usize = 16;

/// The first half of a SHA-256: against accidents, not against people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checksum([u8; BYTES]);

impl Checksum {
    /// What stands before the first batch.
    pub const ZERO: Checksum = Checksum([0; BYTES]);

    /// Of several parts, each with its length, so that none can lend bytes to the next.
    pub fn of(parts: &[&[u8]]) -> Checksum {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(&context.finish().as_ref()[..BYTES]);
        Checksum(bytes)
    }

    /// Of the batch that follows the one with the checksum `before`.
    pub fn of_batch(before: Checksum, seq: u64, at_ms: i64, body: &str) -> Checksum {
        Checksum::of(&[
            b"batch",
            &before.0,
            &seq.to_le_bytes(),
            &at_ms.to_le_bytes(),
            body.as_bytes(),
        ])
    }

    /// Of a snapshot after the batch with the number `seq` and the checksum `chain`.
    pub fn of_snapshot(chain: Checksum, seq: u64, at_ms: i64, body: &str) -> Checksum {
        Checksum::of(&[
            b"snapshot",
            &chain.0,
            &seq.to_le_bytes(),
            &at_ms.to_le_bytes(),
            body.as_bytes(),
        ])
    }

    /// The one with these bytes, where there are as many as a checksum has.
    pub fn from_bytes(bytes: &[u8]) -> Option<Checksum> {
        bytes.try_into().ok().map(Checksum)
    }

    /// The one that is written as `hex`.
    pub fn from_hex(hex: &str) -> Option<Checksum> {
        if hex.len() != 2 * BYTES || !hex.is_ascii() {
            return None;
        }
        let mut bytes = [0; BYTES];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
        }
        let checksum = Checksum(bytes);
        (checksum.hex() == hex).then_some(checksum)
    }

    /// As bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// In lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_lend_bytes_to_each_other() {
        assert_ne!(Checksum::of(&[b"ab", b"c"]), Checksum::of(&[b"a", b"bc"]));
    }

    #[test]
    fn every_field_of_a_batch_is_covered() {
        let one = Checksum::of_batch(Checksum::ZERO, 1, 2, "x");
        assert_ne!(one, Checksum::of_batch(one, 1, 2, "x"));
        assert_ne!(one, Checksum::of_batch(Checksum::ZERO, 2, 2, "x"));
        assert_ne!(one, Checksum::of_batch(Checksum::ZERO, 1, 3, "x"));
        assert_ne!(one, Checksum::of_batch(Checksum::ZERO, 1, 2, "y"));
        assert_ne!(one, Checksum::of_snapshot(Checksum::ZERO, 1, 2, "x"));
    }

    #[test]
    fn digits_are_read_back_in_one_spelling() {
        let one = Checksum::of(&[b"a"]);
        assert_eq!(Checksum::from_hex(&one.hex()), Some(one));
        assert_eq!(Checksum::from_hex(&one.hex().to_uppercase()), None);
        assert_eq!(Checksum::from_hex("+1"), None);
        assert_eq!(Checksum::from_hex(&"+1".repeat(16)), None);
    }
}
