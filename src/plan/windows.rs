//! Which windows are read raw, and how longer ones are laid out in tiles of shorter ones.
//!
//! A tiled window is a sum of recorded windows at whole offsets: they touch and do not overlap, so that each
//! event counts once. No rule sums more than [`TILES_MAX`]; steps are put in between where it takes more.
//! Measured against other ways in `docs/accuracy.md`.

use std::collections::BTreeSet;

use crate::base::Duration;

/// The longest window that is read from the raw series in every evaluation.
pub const RAW_MAX: Duration = Duration::hours(1);
/// Most tiles in one rule.
pub const TILES_MAX: u64 = 10;
/// How old a tile's last sample may be: gaps of up to half an hour are bridged.
pub const TILE_LOOKBACK: Duration = Duration::minutes(30);
/// For how long a service that is gone is known to have had no events, and how finely that is looked up.
///
/// After a longer absence its tiles count as never recorded.
pub const ABSENCE: (Duration, Duration) = (Duration::days(1), TILE_LOOKBACK);

/// One recorded window within a longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The length of the recorded window.
    pub window: Duration,
    /// How long ago it ends.
    pub offset: Duration,
}

/// A window and how it is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window {
    /// From the raw series.
    Raw(Duration),
    /// As a sum of recorded windows, newest first.
    Tiled(Duration, Vec<Tile>),
}

impl Window {
    /// Its length.
    pub fn length(&self) -> Duration {
        match self {
            Window::Raw(length) | Window::Tiled(length, _) => *length,
        }
    }
}

/// Every window that is needed for `wanted`, inputs before their users, the shortest first.
pub fn lay_out(wanted: &BTreeSet<Duration>) -> Vec<Window> {
    let mut lengths = wanted.clone();
    if wanted.iter().any(|w| *w > RAW_MAX) {
        lengths.insert(RAW_MAX);
    }
    let mut at = 0;
    // Steps are shorter than the window that needs them, so one walk upwards sees all of them.
    while let Some(length) = lengths.iter().nth(at).copied() {
        if length > RAW_MAX {
            let missing = match cut(length, &lengths) {
                Cut::Tiles(_) => None,
                Cut::Needs(step) => Some(step),
            };
            if let Some(step) = missing {
                lengths.insert(step);
                at = lengths.iter().position(|l| *l == step).unwrap_or(0);
                continue;
            }
        }
        at += 1;
    }
    lengths
        .iter()
        .map(|length| window(*length, &lengths))
        .collect()
}

fn window(length: Duration, lengths: &BTreeSet<Duration>) -> Window {
    if length <= RAW_MAX {
        return Window::Raw(length);
    }
    match cut(length, lengths) {
        Cut::Tiles(tiles) => Window::Tiled(length, tiles),
        Cut::Needs(step) => unreachable!("{length} still lacks its step {step}"),
    }
}

enum Cut {
    Tiles(Vec<Tile>),
    /// A shorter window must be recorded first.
    Needs(Duration),
}

/// Cuts `length` into tiles of the shortest recorded windows that do it in [`TILES_MAX`]: the fewer levels a
/// window stands on, the fewer rules must have run for it to be right.
fn cut(length: Duration, lengths: &BTreeSet<Duration>) -> Cut {
    for base in lengths.range(RAW_MAX..length) {
        let (tiles, rest) = fill(length, lengths.range(..=base).rev());
        if rest.as_ms() == 0 && tiles.len() as u64 <= TILES_MAX {
            return Cut::Tiles(tiles);
        }
    }
    let base = lengths
        .range(..length)
        .next_back()
        .expect("an hour is recorded below every longer window");
    let whole = length.as_ms() / base.as_ms();
    let rest = Duration::from_ms(length.as_ms() % base.as_ms());
    if whole < TILES_MAX && rest.as_ms() > 0 {
        Cut::Needs(rest)
    } else {
        Cut::Needs(step(*base, whole))
    }
}

/// As many of each window as fit, the longest first, and what is left over.
fn fill<'a>(
    length: Duration,
    windows: impl Iterator<Item = &'a Duration>,
) -> (Vec<Tile>, Duration) {
    let mut rest = length.as_ms();
    let mut tiles = Vec::with_capacity(TILES_MAX as usize + 1);
    for window in windows {
        while window.as_ms() <= rest && tiles.len() as u64 <= TILES_MAX {
            tiles.push(Tile {
                window: *window,
                offset: Duration::from_ms(length.as_ms() - rest),
            });
            rest -= window.as_ms();
        }
    }
    (tiles, Duration::from_ms(rest))
}

/// A window of a few `window`s that lets `count` of them be said in fewer tiles.
fn step(window: Duration, count: u64) -> Duration {
    let even = (2..=TILES_MAX).find(|k| count.is_multiple_of(*k) && count / k <= TILES_MAX);
    let factor = even.unwrap_or_else(|| count.div_ceil(TILES_MAX).clamp(2, TILES_MAX));
    Duration::from_ms(window.as_ms() * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wanted: &[&str], expected: &[&str]) {
        let wanted = wanted.iter().map(|w| w.parse().unwrap()).collect();
        let lines: Vec<String> = lay_out(&wanted).iter().map(show).collect();
        assert_eq!(lines, expected);
    }

    fn show(window: &Window) -> String {
        match window {
            Window::Raw(length) => format!("{length}"),
            Window::Tiled(length, tiles) => {
                let tiles: Vec<String> = tiles
                    .iter()
                    .map(|t| format!("{}@{}", t.window, t.offset))
                    .collect();
                format!("{length} = {}", tiles.join(" "))
            }
        }
    }

    #[test]
    fn the_built_in_windows_are_tiled_as_designed() {
        check(
            &["5m", "1h", "30m", "6h", "2h", "1d", "3d", "30d"],
            &[
                "5m",
                "30m",
                "1h",
                "2h = 1h@0s 1h@1h",
                "6h = 1h@0s 1h@1h 1h@2h 1h@3h 1h@4h 1h@5h",
                "1d = 6h@0s 6h@6h 6h@12h 6h@18h",
                "3d = 1d@0s 1d@1d 1d@2d",
                "30d = 3d@0s 3d@3d 3d@6d 3d@9d 3d@12d 3d@15d 3d@18d 3d@21d 3d@24d 3d@27d",
            ],
        );
    }

    #[test]
    fn an_hour_is_recorded_where_only_long_windows_are_wanted() {
        check(&["5h"], &["1h", "5h = 1h@0s 1h@1h 1h@2h 1h@3h 1h@4h"]);
    }

    #[test]
    fn what_is_left_over_is_a_raw_window_of_its_own() {
        check(&["2h25m"], &["25m", "1h", "2h25m = 1h@0s 1h@1h 25m@2h"]);
    }

    #[test]
    fn steps_are_put_in_where_a_rule_would_sum_too_many() {
        check(
            &["30h"],
            &[
                "1h",
                "3h = 1h@0s 1h@1h 1h@2h",
                "1d6h = 3h@0s 3h@3h 3h@6h 3h@9h 3h@12h 3h@15h 3h@18h 3h@21h 3h@1d 3h@1d3h",
            ],
        );
    }
}
