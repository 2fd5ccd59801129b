//! Exact fractions: objectives, budgets, burn rates and thresholds never pass through binary floats.
//!
//! Reads plain decimals (`99.95`), computes exactly, and prints a decimal: all digits of a fraction that
//! ends, else rounded half to even at [`PRINTED_DIGITS_MAX`] significant digits, which is as much as a
//! Prometheus sample (an IEEE double) is sure to keep.
//!
//! No overflow: a product or quotient that 128 bits cannot hold is shortened to 124 bits a half, which is
//! more digits than are printed. Burn rates, budgets and thresholds always fit and stay exact; only what is
//! made of them further, such as a variance, can need it.

use std::fmt;
use std::ops::{Add, Div, Mul, Sub};
use std::str::FromStr;

use num_rational::Ratio as Fraction;
use num_traits::{CheckedDiv, CheckedMul};

use super::{Duration, wide};

/// Most digits that a decimal may have before, and after, its point.
pub const READ_DIGITS_MAX: usize = 9;
/// Significant digits of a printed fraction that does not end.
pub const PRINTED_DIGITS_MAX: usize = 15;

/// An exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(Fraction<i128>);

/// Why a text is no decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatioError {
    /// Not digits with at most one point.
    Malformed,
    /// More than [`READ_DIGITS_MAX`] digits before or after the point.
    TooManyDigits,
}

impl fmt::Display for RatioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RatioError::Malformed => f.write_str("a plain decimal is expected, such as `99.9`"),
            RatioError::TooManyDigits => write!(
                f,
                "at most {READ_DIGITS_MAX} digits are read before and after the point"
            ),
        }
    }
}

impl Ratio {
    /// Nought.
    pub const ZERO: Ratio = Ratio(Fraction::new_raw(0, 1));
    /// One.
    pub const ONE: Ratio = Ratio(Fraction::new_raw(1, 1));

    /// The fraction `numerator / denominator`.
    pub fn new(numerator: i128, denominator: i128) -> Ratio {
        assert!(denominator != 0, "a fraction over zero");
        Ratio(Fraction::new(numerator, denominator))
    }

    /// A whole number.
    pub const fn whole(number: i128) -> Ratio {
        Ratio(Fraction::new_raw(number, 1))
    }

    /// How many times `part` goes into `whole`.
    pub fn of_durations(whole: Duration, part: Duration) -> Ratio {
        Ratio::new(i128::from(whole.as_ms()), i128::from(part.as_ms()))
    }

    /// The nearest double: for display and estimates only, never for a threshold.
    pub fn to_f64(self) -> f64 {
        // Both halves are far below 2^1023, so the quotient is finite.
        *self.0.numer() as f64 / *self.0.denom() as f64
    }

    /// Numerator and denominator in lowest terms, the denominator positive.
    pub fn parts(self) -> (i128, i128) {
        (*self.0.numer(), *self.0.denom())
    }

    /// The largest whole number that is not greater.
    pub fn floor(self) -> i128 {
        self.0.floor().to_integer()
    }

    /// Rounded half to even to `digits` digits after the point, trailing zeros dropped.
    pub fn round_to(self, digits: u32) -> Ratio {
        let scale = 10_i128.pow(digits);
        let (numerator, denominator) = (self * Ratio::whole(scale)).parts();
        Ratio::new(divide_half_even(numerator, denominator), scale)
    }

    /// Rounded to `digits` digits that matter, for people; whole numbers keep all of theirs, and nothing becomes 0 that is not.
    pub fn round_to_significant(self, digits: u32) -> Ratio {
        let (numerator, denominator) = self.parts();
        let size = Ratio::new(numerator.abs(), denominator);
        let (mut after, mut power) = (digits, Ratio::ONE);
        while after > 0 && size >= power {
            power = power * Ratio::whole(10);
            after -= 1;
        }
        // Zeros after the point do not matter; there are as many at most as are read.
        let tenth = Ratio::new(1, 10);
        let mut power = tenth;
        while size > Ratio::ZERO && size < power && after < digits + READ_DIGITS_MAX as u32 {
            power = power * tenth;
            after += 1;
        }
        self.round_to(after)
    }
}

/// `numerator / denominator` rounded half to even.
fn divide_half_even(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator.div_euclid(denominator);
    let rest = numerator.rem_euclid(denominator);
    match (rest * 2).cmp(&denominator) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + quotient.rem_euclid(2),
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Ratio {
            type Output = Ratio;
            fn $method(self, other: Ratio) -> Ratio {
                Ratio(self.0.$method(other.0))
            }
        }
    };
}
operator!(Add, add);
operator!(Sub, sub);

impl Mul for Ratio {
    type Output = Ratio;
    fn mul(self, other: Ratio) -> Ratio {
        fitting(self.0.checked_mul(&other.0)).unwrap_or_else(|| {
            let ((a, c), (b, d)) = (self.parts(), other.parts());
            shortened((a, b), (c, d))
        })
    }
}

impl Div for Ratio {
    type Output = Ratio;
    fn div(self, other: Ratio) -> Ratio {
        assert!(other != Ratio::ZERO, "a division by zero");
        fitting(self.0.checked_div(&other.0)).unwrap_or_else(|| {
            let ((a, c), (b, d)) = (self.parts(), other.parts());
            shortened((a, d), (c, b))
        })
    }
}

/// An exact result that leaves room to be printed.
fn fitting(exact: Option<Fraction<i128>>) -> Option<Ratio> {
    let fits = |half: &i128| half.unsigned_abs() >> wide::BITS_MAX == 0;
    exact
        .filter(|exact| fits(exact.numer()) && fits(exact.denom()))
        .map(Ratio)
}

/// The product of `above` over the product of `below`, shortened.
fn shortened(above: (i128, i128), below: (i128, i128)) -> Ratio {
    let size = i128::unsigned_abs;
    let (numerator, denominator) =
        wide::fraction(size(above.0), size(above.1), size(below.0), size(below.1));
    let halves = [above.0, above.1, below.0, below.1];
    let negative = halves.iter().filter(|half| **half < 0).count() % 2 == 1;
    let fits = "a shortened half has fewer than 127 bits";
    let numerator = i128::try_from(numerator).expect(fits);
    let denominator = i128::try_from(denominator).expect(fits);
    Ratio::new(if negative { -numerator } else { numerator }, denominator)
}

impl FromStr for Ratio {
    type Err = RatioError;

    fn from_str(text: &str) -> Result<Ratio, RatioError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(part) {
            return Err(RatioError::Malformed);
        }
        let part = part.trim_end_matches('0');
        if whole.trim_start_matches('0').len() > READ_DIGITS_MAX || part.len() > READ_DIGITS_MAX {
            return Err(RatioError::TooManyDigits);
        }
        let scale = 10_i128.pow(part.len() as u32);
        let number = |s: &str| s.bytes().fold(0_i128, |n, b| n * 10 + i128::from(b - b'0'));
        let magnitude = number(whole) * scale + number(part);
        Ok(Ratio::new(
            if negative { -magnitude } else { magnitude },
            scale,
        ))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (numerator, denominator) = self.parts();
        if numerator < 0 {
            f.write_str("-")?;
        }
        let numerator = numerator.unsigned_abs();
        let denominator = denominator.unsigned_abs();
        let whole = numerator / denominator;
        let mut rest = numerator % denominator;
        // Long division; one digit more than is printed, to round by.
        let digits_max = match ends(denominator) {
            true => usize::MAX,
            false => PRINTED_DIGITS_MAX,
        };
        let mut digits: Vec<u8> = whole.to_string().bytes().map(|b| b - b'0').collect();
        let point = digits.len();
        let leading = if whole == 0 { 0 } else { point };
        let mut significant = leading;
        while rest != 0 && significant <= digits_max {
            rest *= 10;
            let digit = (rest / denominator) as u8;
            rest %= denominator;
            if significant > 0 || digit != 0 {
                significant += 1;
            }
            digits.push(digit);
        }
        if significant > digits_max && digits.len() > point {
            let last = digits.pop().unwrap_or(0);
            let even = digits.last().is_none_or(|d| d % 2 == 0);
            if last > 5 || (last == 5 && (rest != 0 || !even)) {
                let mut at = digits.len();
                loop {
                    if at == 0 {
                        digits.insert(0, 1);
                        return print_digits(f, &digits, point + 1);
                    }
                    at -= 1;
                    if digits[at] < 9 {
                        digits[at] += 1;
                        break;
                    }
                    digits[at] = 0;
                }
            }
        }
        print_digits(f, &digits, point)
    }
}

/// Whether a fraction over `denominator`, in lowest terms, has finitely many decimals.
fn ends(mut denominator: u128) -> bool {
    for prime in [2, 5] {
        while denominator.is_multiple_of(prime) {
            denominator /= prime;
        }
    }
    denominator == 1
}

/// `digits` with the point before index `point`, without trailing zeros after it.
fn print_digits(f: &mut fmt::Formatter<'_>, digits: &[u8], point: usize) -> fmt::Result {
    let kept = digits.len()
        - digits[point..]
            .iter()
            .rev()
            .take_while(|d| **d == 0)
            .count();
    let mut text = String::with_capacity(kept + 1);
    for (at, digit) in digits[..kept].iter().enumerate() {
        if at == point {
            text.push('.');
        }
        text.push(char::from(b'0' + digit));
    }
    f.write_str(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(
            text.parse::<Ratio>().map(|r| r.to_string()),
            Ok(expected.to_string()),
            "{text}"
        );
    }

    #[test]
    fn decimals_print_as_they_were_read() {
        for text in [
            "0",
            "99.9",
            "99.95",
            "0.001",
            "99.999999999",
            "123456789",
            "-4.5",
            "14.4",
        ] {
            check(text, text);
        }
        check("099.90", "99.9");
        check("5.0", "5");
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in [
            "", ".", "1.", ".5", "1e3", "0x1F", "1_000", "NaN", "inf", "1.2.3", "+1", " 1",
        ] {
            assert_eq!(text.parse::<Ratio>(), Err(RatioError::Malformed), "{text}");
        }
        assert_eq!(
            "0.1234567891".parse::<Ratio>(),
            Err(RatioError::TooManyDigits)
        );
        assert_eq!(
            "1234567891".parse::<Ratio>(),
            Err(RatioError::TooManyDigits)
        );
        check("999999999.999999999", "999999999.999999999");
    }

    #[test]
    fn a_budget_has_no_binary_noise() {
        let objective: Ratio = "99.9".parse().unwrap();
        let budget = (Ratio::whole(100) - objective) / Ratio::whole(100);
        assert_eq!(budget.to_string(), "0.001");
        assert_eq!((budget * "14.4".parse().unwrap()).to_string(), "0.0144");
    }

    #[test]
    fn endless_fractions_are_rounded_at_fifteen_digits() {
        assert_eq!(Ratio::new(14, 15).to_string(), "0.933333333333333");
        assert_eq!(Ratio::new(2, 3).to_string(), "0.666666666666667");
        assert_eq!(Ratio::new(14, 15_000).to_string(), "0.000933333333333333");
        assert_eq!(Ratio::new(-1, 3).to_string(), "-0.333333333333333");
        assert_eq!(
            Ratio::new(29_999_999_999_999_999_999, 3_000_000_000_000_000_000).to_string(),
            "10"
        );
        assert_eq!(Ratio::new(100, 3).to_string(), "33.3333333333333");
    }

    #[test]
    fn what_128_bits_cannot_hold_is_shortened_and_never_wrong() {
        let third = Ratio::new(10_i128.pow(28), 3 * 10_i128.pow(28) + 7);
        let ninth = third * third * third / third;
        assert_eq!(ninth.to_string(), "0.111111111111111");
        assert_eq!(
            (Ratio::ZERO - third * third).to_string(),
            "-0.111111111111111"
        );
        let tiny = Ratio::new(1, 10_i128.pow(20));
        assert_eq!((tiny * (Ratio::ONE - tiny)).to_f64(), 1e-20);
        assert_eq!(third.round_to(3).to_string(), "0.333");
        let largest = Ratio::new(i128::MAX >> 4, 7);
        assert!((largest * largest).to_f64().is_finite());
    }

    #[test]
    fn people_see_three_digits() {
        for (numerator, denominator, expected) in [
            (0, 1, "0"),
            (7, 30, "0.233"),
            (14, 15, "0.933"),
            (1, 3_000, "0.000333"),
            (9_996, 10_000, "1"),
            (6_720, 1_000, "6.72"),
            (1_344, 100, "13.4"),
            (-1_344, 100, "-13.4"),
            (99_960, 1_000, "100"),
            (123_456, 100, "1235"),
        ] {
            let ratio = Ratio::new(numerator, denominator);
            assert_eq!(ratio.round_to_significant(3).to_string(), expected);
        }
    }

    #[test]
    fn rounding_for_people_is_half_to_even() {
        assert_eq!(Ratio::new(25, 1000).round_to(2).to_string(), "0.02");
        assert_eq!(Ratio::new(35, 1000).round_to(2).to_string(), "0.04");
        assert_eq!(Ratio::new(1, 3).round_to(2).to_string(), "0.33");
    }
}
