//! Where in an interval something has its place: anywhere, evenly, and always the same for the same name.

/// The place of `name` in an interval of `every_ms`, in milliseconds after its beginning. Stable over versions.
///
/// # Panics
///
/// When the interval is not positive.
pub fn phase(name: &str, every_ms: i64) -> i64 {
    assert!(every_ms > 0, "an interval has a length");
    // FNV-1a, whose high bits hardly depend on the last letters, and so one more mixing (that of SplitMix64).
    let mut hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    (hash % every_ms.unsigned_abs()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_place() {
        assert_eq!(phase("shop/orders", 60_000), 24_571);
        assert_eq!(phase("shop/orders", 1), 0);
        assert_ne!(phase("shop/orders", 60_000), phase("shop/carts", 60_000));
    }
}
