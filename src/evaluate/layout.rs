//! What is in each window of an SLO: what the recorded windows of the rules hold, computed from a history.
//!
//! Where everything is known a window is a difference of two totals. Where something is missing it is what the rules make of
//! it: a tile of a time before anything was known counts as error-free with the traffic of now, so that a service that is new
//! has spent nothing before its birth; a service that was gone was quiet.

use crate::base::Duration;
use crate::plan::windows::{ABSENCE, TILE_LOOKBACK};
use crate::plan::{Plan, Window};

use super::contents::Contents;
use super::history::History;
use super::resolution::ms;

/// The windows of a plan, the shortest first.
#[derive(Clone, Debug)]
pub struct Layout {
    windows: Vec<Slot>,
}

#[derive(Clone, Debug)]
struct Slot {
    length_ms: i64,
    /// Whether it counts as empty while its service is gone.
    outlasts: bool,
    /// Which windows it is put together from, and how long ago each ends; none where it is read as a whole.
    tiles: Vec<(usize, i64)>,
}

impl Layout {
    /// The windows of `plan`.
    pub fn of(plan: &Plan<'_>) -> Layout {
        let place = |length: Duration| {
            let mut windows = plan.windows.iter();
            windows
                .position(|window| window.length() == length)
                .expect("every window that is used is planned")
        };
        let slot = |window: &Window| Slot {
            length_ms: ms(window.length()),
            outlasts: matches!(window, Window::Raw(_))
                && plan.outlasts_its_service(window.length()),
            tiles: match window {
                Window::Raw(_) => Vec::new(),
                Window::Tiled(_, tiles) => tiles
                    .iter()
                    .map(|tile| (place(tile.window), ms(tile.offset)))
                    .collect(),
            },
        };
        Layout {
            windows: plan.windows.iter().map(slot).collect(),
        }
    }

    /// Which window has this length.
    pub fn place(&self, length: Duration) -> Option<usize> {
        let length_ms = ms(length);
        self.windows
            .iter()
            .position(|slot| slot.length_ms == length_ms)
    }

    /// What a window that ends at `at_ms` holds; nothing where nothing is known of it.
    pub fn contents(&self, history: &History, window: usize, at_ms: i64) -> Option<Contents> {
        let slot = &self.windows[window];
        let stretch = history.stretch(at_ms - slot.length_ms, at_ms);
        let is_whole = stretch.known_ms + 0.5 >= slot.length_ms as f64;
        match (is_whole, slot.tiles.is_empty()) {
            (true, _) => Some(stretch.contents),
            (false, true) if stretch.known_ms > 0.0 => Some(stretch.contents),
            (false, true) => (slot.outlasts && was_there(history, at_ms)).then_some(Contents::NONE),
            (false, false) => self.tiled(history, slot, at_ms),
        }
    }

    fn tiled(&self, history: &History, slot: &Slot, at_ms: i64) -> Option<Contents> {
        let mut sum = Contents::NONE;
        for (window, offset_ms) in &slot.tiles {
            let tile = match offset_ms {
                0 => self.contents(history, *window, at_ms)?,
                _ => match self.bridged(history, *window, at_ms - offset_ms) {
                    Some(tile) => tile,
                    None => Contents {
                        errors: 0.0,
                        ..self.contents(history, *window, at_ms)?
                    },
                },
            };
            sum = sum.plus(tile);
        }
        Some(sum)
    }

    /// The newest contents that a window had within the time that gaps are bridged.
    fn bridged(&self, history: &History, window: usize, at_ms: i64) -> Option<Contents> {
        if at_ms <= history.begin_ms() {
            return None;
        }
        let back = |back_ms: i64| self.contents(history, window, at_ms - back_ms);
        // Windows of a service that is gone are there for a day, and gaps in what is recorded are those of a service.
        back(0).or_else(|| back(ms(TILE_LOOKBACK)))
    }

    /// Whether there was anything within an hour before `at_ms`, or the service was there in the day before that: what a tier
    /// with a long short window waits for.
    pub fn was_recorded(&self, history: &History, at_ms: i64) -> bool {
        let back_ms = ms(TILE_LOOKBACK) + ms(ABSENCE.0);
        history.stretch(at_ms - back_ms, at_ms).known_ms > 0.0
    }
}

/// Whether anything was known in the time for which an absence is.
fn was_there(history: &History, at_ms: i64) -> bool {
    history.stretch(at_ms - ms(ABSENCE.0), at_ms).known_ms > 0.0
}
