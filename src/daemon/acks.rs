//! Links that acknowledge: what they stand for, signed.
//!
//! Pure. A link says which episode it is of, of which incident, and when it was made; whoever has one may acknowledge, so it
//! is a secret. Promise: nobody makes one without the key; one is of no use after [`LIFE_MS`], nor for another incident that
//! got the same number after the state was lost.

use std::fmt;

use ring::hmac;

use crate::base::{base64_url, from_base64_url};
use crate::notify::Key;

/// For so long a link can be followed, in milliseconds: 7 days.
pub const LIFE_MS: i64 = 7 * DAY_MS;
/// Length of the key, in bytes: that of what the function gives out (RFC 2104, 3).
pub const KEY_BYTES: usize = 32;
const DAY_MS: i64 = 86_400_000;
/// What is signed begins so: the key signs nothing else, and nothing of another version.
const PURPOSE: &[u8] = b"burnwatch acknowledge 1\0";
/// Length of what a token says, in bytes: number, time, mark of the incident.
const CLAIM_BYTES: usize = 24;
/// So many digits of an incident's key mark it.
const MARK_DIGITS: usize = 16;

/// Makes links that acknowledge, and reads them.
#[derive(Clone)]
pub struct Acks {
    base_url: String,
    key: hmac::Key,
}

impl fmt::Debug for Acks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acks")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// What a link stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// The number of the episode.
    pub episode: u64,
    /// When it was made, in Unix milliseconds.
    pub issued_ms: i64,
    incident: u64,
}

/// Why a link stands for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckFault {
    /// It was not made here.
    Foreign,
    /// It is too old.
    Old,
}

impl Acks {
    /// Links below `base_url`, where the daemon is reached from outside, signed with `key`.
    pub fn new(base_url: &str, key: &[u8; KEY_BYTES]) -> Acks {
        Acks {
            base_url: base_url.trim_end_matches('/').to_string(),
            key: hmac::Key::new(hmac::HMAC_SHA256, key),
        }
    }

    /// The link of an episode that is known by `key` at receivers.
    pub fn link(&self, episode: u64, key: &Key, issued_ms: i64) -> String {
        let mut token = [0; CLAIM_BYTES];
        token[..8].copy_from_slice(&episode.to_be_bytes());
        token[8..16].copy_from_slice(&issued_ms.to_be_bytes());
        token[16..].copy_from_slice(&mark(key).to_be_bytes());
        let signature = hmac::sign(&self.key, &signed(&token));
        let token = base64_url(&[&token, signature.as_ref()].concat());
        format!("{}/ack/{token}", self.base_url)
    }

    /// What the link that ends with `token` stands for.
    ///
    /// # Errors
    ///
    /// Where it stands for nothing.
    pub fn read(&self, token: &str, now_ms: i64) -> Result<Ack, AckFault> {
        let bytes = from_base64_url(token).ok_or(AckFault::Foreign)?;
        let (claim, signature) = bytes
            .split_first_chunk::<CLAIM_BYTES>()
            .ok_or(AckFault::Foreign)?;
        // It takes the same time whatever is wrong with the signature.
        hmac::verify(&self.key, &signed(claim), signature).map_err(|_| AckFault::Foreign)?;
        let number = |at: usize| {
            let bytes = claim[at..at + 8].try_into();
            u64::from_be_bytes(bytes.expect("they are eight bytes"))
        };
        let ack = Ack {
            episode: number(0),
            issued_ms: number(8) as i64,
            incident: number(16),
        };
        match now_ms.saturating_sub(ack.issued_ms) < LIFE_MS {
            true => Ok(ack),
            false => Err(AckFault::Old),
        }
    }
}

impl Ack {
    /// Whether it was made for the incident that is known by `key`.
    pub fn is_of(&self, key: &Key) -> bool {
        self.incident == mark(key)
    }
}

/// When the links of a message are made: anew each day, so that the same message is the same whenever it is tried, and the
/// link of an old page still lives.
pub fn issued_ms(opened_ms: i64, sent_ms: i64) -> i64 {
    let days = sent_ms.saturating_sub(opened_ms).max(0) / DAY_MS;
    opened_ms.saturating_add(days * DAY_MS)
}

fn signed(claim: &[u8; CLAIM_BYTES]) -> Vec<u8> {
    [PURPOSE, claim].concat()
}

fn mark(key: &Key) -> u64 {
    let digits = &key.as_str()[..MARK_DIGITS];
    u64::from_str_radix(digits, 16).expect("a key is 64 hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_795_176_000_000;

    fn acks() -> Acks {
        Acks::new("https://burnwatch.example.com/", &[7; KEY_BYTES])
    }

    fn key() -> Key {
        Key::of(["incident"])
    }

    fn token(link: &str) -> &str {
        let start = "https://burnwatch.example.com/ack/";
        link.strip_prefix(start).unwrap()
    }

    #[test]
    fn a_link_is_read_back_by_who_made_it() {
        let link = acks().link(42, &key(), NOW_MS);
        let ack = acks().read(token(&link), NOW_MS).unwrap();
        assert_eq!((ack.episode, ack.issued_ms), (42, NOW_MS));
        assert!(ack.is_of(&key()) && !ack.is_of(&Key::of(["other"])));
        let other = Acks::new("https://burnwatch.example.com", &[8; KEY_BYTES]);
        assert_eq!(other.read(token(&link), NOW_MS), Err(AckFault::Foreign));
    }

    #[test]
    fn a_link_with_any_bit_changed_is_foreign() {
        let link = acks().link(42, &key(), NOW_MS);
        let bytes = from_base64_url(token(&link)).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let read = acks().read(&base64_url(&changed), NOW_MS);
            assert_eq!(read, Err(AckFault::Foreign), "bit {bit}");
        }
        for cut in 0..bytes.len() {
            let read = acks().read(&base64_url(&bytes[..cut]), NOW_MS);
            assert_eq!(read, Err(AckFault::Foreign), "{cut} bytes");
        }
        for text in ["", "e42", "...", "\u{e9}"] {
            assert_eq!(acks().read(text, NOW_MS), Err(AckFault::Foreign), "{text}");
        }
    }

    #[test]
    fn a_link_lives_for_seven_days() {
        let link = acks().link(42, &key(), NOW_MS);
        let read = |after_ms| acks().read(token(&link), NOW_MS + after_ms).map(|_| ());
        assert_eq!(read(LIFE_MS - 1), Ok(()));
        assert_eq!(read(LIFE_MS), Err(AckFault::Old));
        // A clock that was set back takes nothing from it.
        assert_eq!(read(-DAY_MS), Ok(()));
        assert_eq!(LIFE_MS, 604_800_000);
    }

    #[test]
    fn the_link_of_a_message_changes_once_a_day() {
        let issued = |after_ms| issued_ms(NOW_MS, NOW_MS + after_ms) - NOW_MS;
        assert_eq!(issued(0), 0);
        assert_eq!(issued(DAY_MS - 1), 0);
        assert_eq!(issued(DAY_MS), DAY_MS);
        assert_eq!(issued(30 * DAY_MS + 5), 30 * DAY_MS);
        assert_eq!(issued(-5), 0);
    }

    #[test]
    fn s2_neither_the_key_nor_a_token_is_shown() {
        let shown = format!("{:?}", acks());
        assert!(!shown.contains('7') && shown.contains("base_url"));
    }
}
