//! Numbers that are the same in every run.
#![allow(
    dead_code,
    reason = "each test binary includes this file and uses a part of it"
)]

/// A generator of numbers that look random (SplitMix64), from a seed.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 up to `limit`, that aside; 0 where `limit` is.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }

    /// One of `from`, which are some.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}
