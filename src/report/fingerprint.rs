//! What a finding is known by from one run to the next.
//!
//! A finding is the same while its code, its file, its SLO and the text that it is about stay the same: not its line, so
//! that moving text makes no new findings, and not its words, so that a better message makes none either. The second
//! finding with the same fingerprint gets another one, as review tools show only one of each.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Span;
use crate::diagnostics::{Finding, Sources};

use super::owner::Owners;
use super::region;

/// FNV-1a with 128 bits: <http://www.isthe.com/chongo/tech/comp/fnv/>. Nobody gains from a collision within a report, since it
/// is resolved.
const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// How much of the text that a finding is about counts, in bytes: many findings may be about a whole file each.
const TEXT_MAX_BYTES: usize = 1_024;

/// Gives each finding of a report a fingerprint of its own.
#[derive(Default)]
pub(super) struct Fingerprints {
    given: BTreeSet<u128>,
    seen: BTreeMap<u128, u64>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, 32 hexadecimal digits.
    pub(super) fn next(
        &mut self,
        finding: &Finding,
        owners: &Owners<'_>,
        sources: &Sources,
    ) -> String {
        let span = finding.primary.span;
        let slo = owners.slo(finding).map_or("", |slo| slo.id.as_str());
        let parts = [
            finding.code.id,
            region::name(span.source, sources),
            slo,
            about(sources.get(span.source).shown(), span),
        ];
        self.claim(hash(&parts, 0))
    }

    /// The value, or where it is taken the next that is not.
    fn claim(&mut self, value: u128) -> String {
        let count = self.seen.entry(value).or_insert(0);
        let mut claimed = value;
        while !self.given.insert(claimed) {
            *count += 1;
            claimed = hash(&[&format!("{value:032x}")], *count);
        }
        format!("{claimed:032x}")
    }
}

/// The text in a span, without white space around it; the beginning of a long one.
fn about(text: &str, span: Span) -> &str {
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.floor_char_boundary(span.end as usize).max(start);
    let far = text.floor_char_boundary(start + TEXT_MAX_BYTES);
    text[start..end.min(far)].trim()
}

/// Hashes parts so that no two lists of parts run together.
fn hash(parts: &[&str], salt: u64) -> u128 {
    let mut value = OFFSET;
    for part in parts {
        value = fnv(value, &(part.len() as u64).to_be_bytes());
        value = fnv(value, part.as_bytes());
    }
    fnv(value, &salt.to_be_bytes())
}

fn fnv(from: u128, bytes: &[u8]) -> u128 {
    bytes.iter().fold(from, |value, byte| {
        (value ^ u128::from(*byte)).wrapping_mul(PRIME)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    /// Vectors that are published with the hash.
    #[test]
    fn the_hash_is_the_one_that_it_says() {
        assert_eq!(fnv(OFFSET, b""), OFFSET);
        assert_eq!(fnv(OFFSET, b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
        assert_eq!(
            fnv(OFFSET, b"foobar"),
            0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash(&["ab", "c"], 0), hash(&["a", "bc"], 0));
        assert_ne!(hash(&["a"], 0), hash(&["a", ""], 0));
    }

    #[test]
    fn the_beginning_of_a_long_text_counts_and_no_more() {
        let length = |count: usize| {
            let text = "x".repeat(count);
            about(&text, Span::new(SourceId(0), 0, count)).len()
        };
        assert_eq!(length(TEXT_MAX_BYTES), TEXT_MAX_BYTES);
        assert_eq!(length(TEXT_MAX_BYTES + 1), TEXT_MAX_BYTES);
        assert_eq!(about("é ab ", Span::new(SourceId(0), 1, 9)), "é ab");
    }

    #[test]
    fn equal_values_are_told_apart_by_their_order() {
        let mut fingerprints = Fingerprints::default();
        let first: Vec<String> = (0..4).map(|_| fingerprints.claim(7)).collect();
        let mut again = Fingerprints::default();
        let second: Vec<String> = (0..4).map(|_| again.claim(7)).collect();
        assert_eq!(first, second);
        assert_eq!(first.iter().collect::<BTreeSet<_>>().len(), 4);
    }
}
