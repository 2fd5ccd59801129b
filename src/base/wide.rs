//! Products of four large numbers as one fraction, where 128 bits would overflow.

/// Most bits of either half of a fraction: ten times a number of so many bits still fits in 128.
pub(super) const BITS_MAX: u32 = 124;

/// `(a * b) / (c * d)`, both halves shortened alike until they have [`BITS_MAX`] bits. What is cut off lies beyond the
/// digits that are printed unless the fraction is smaller than 2^-64 or so. `c` and `d` are not zero.
pub(super) fn fraction(a: u128, b: u128, c: u128, d: u128) -> (u128, u128) {
    let (above, below) = (multiply(a, b), multiply(c, d));
    let shift = bits(above).max(bits(below)).saturating_sub(BITS_MAX);
    let least = u128::from(a != 0 && b != 0);
    (
        shifted(above, shift).max(least),
        shifted(below, shift).max(1),
    )
}

/// High and low half of `a * b`.
fn multiply(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a_high, a_low, b_high, b_low) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a_low * b_low;
    let left = a_high * b_low + (low >> 64);
    let right = a_low * b_high + (left & HALF);
    (
        a_high * b_high + (left >> 64) + (right >> 64),
        (right << 64) | (low & HALF),
    )
}

fn bits((high, low): (u128, u128)) -> u32 {
    match high {
        0 => 128 - low.leading_zeros(),
        _ => 256 - high.leading_zeros(),
    }
}

/// The number shifted to the right, of which no more than [`BITS_MAX`] bits are left.
fn shifted((high, low): (u128, u128), shift: u32) -> u128 {
    match shift {
        0 => low,
        1..128 => (high << (128 - shift)) | (low >> shift),
        _ => high >> (shift - 128),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_products_are_right() {
        assert_eq!(multiply(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(multiply(1 << 127, 6), (3, 0));
        assert_eq!(multiply(12_345, 678), (0, 12_345 * 678));
    }

    #[test]
    fn a_fraction_is_shortened_and_keeps_its_value() {
        assert_eq!(fraction(6, 7, 5, 3), (42, 15));
        let (above, below) = fraction(
            3 * 10_u128.pow(30),
            10_u128.pow(30),
            10_u128.pow(31),
            10_u128.pow(30),
        );
        assert!(above < 1 << BITS_MAX && below < 1 << BITS_MAX);
        let quotient = above as f64 / below as f64;
        assert!((quotient - 0.3).abs() < 1e-15, "{quotient}");
        assert_eq!(fraction(1, 1, u128::MAX, u128::MAX).0, 1);
        assert_eq!(fraction(0, 1, u128::MAX, u128::MAX).0, 0);
    }
}
