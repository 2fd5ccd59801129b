//! A budget over time as a drawing of its own: SVG that needs no script and no other file, and is XML.

use maud::{Markup, html};

use super::when;

/// The width of a drawing, in units of its own.
const WIDTH: f64 = 760.0;
/// Its height.
const HEIGHT: f64 = 210.0;
/// Where the plot begins and ends.
const LEFT: f64 = 56.0;
const RIGHT: f64 = WIDTH - 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = HEIGHT - 24.0;
/// Times that are written below.
const TICKS: i64 = 4;
/// The least width of a band, so that a minute of a year is seen.
const BAND_MIN: f64 = 2.0;

/// A stretch of time that is marked.
pub(super) struct Band {
    /// Its class in the style sheet.
    pub class: String,
    /// What it is, for whoever points at it.
    pub title: String,
    /// From and until when, in Unix milliseconds.
    pub time: (i64, i64),
}

/// From times and shares to places.
struct Scale {
    from_ms: i64,
    to_ms: i64,
    least: f64,
}

/// The drawing. `points` are times and shares that are left; the line has a gap where one is not known.
pub(super) fn budget(
    title: &str,
    points: &[(i64, Option<f64>)],
    (from_ms, to_ms): (i64, i64),
    bands: &[Band],
) -> Markup {
    let lefts = points.iter().filter_map(|(_, left)| *left);
    let scale = Scale {
        from_ms,
        to_ms,
        least: lefts.filter(|left| left.is_finite()).fold(0.0, f64::min),
    };
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(title) {
            @for band in bands { (self::band(&scale, band)) }
            @for share in scale.shares() { (grid(&scale, share)) }
            @for tick in 0..=TICKS { (self::tick(&scale, tick)) }
            @for run in runs(points) {
                path class="area" d=(area(&scale, run)) {}
                polyline class="line" points=(places(&scale, run)) {}
            }
        }
    }
}

impl Scale {
    fn x(&self, at_ms: i64) -> f64 {
        let span = (self.to_ms - self.from_ms).max(1) as f64;
        let share = (at_ms - self.from_ms) as f64 / span;
        LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
    }

    fn y(&self, share: f64) -> f64 {
        let over = (1.0 - share.clamp(self.least, 1.0)) / (1.0 - self.least);
        TOP + over * (BOTTOM - TOP)
    }

    /// Where lines are drawn across.
    fn shares(&self) -> Vec<f64> {
        match self.least < 0.0 {
            true => vec![1.0, 0.0, self.least],
            false => vec![1.0, 0.75, 0.5, 0.25, 0.0],
        }
    }
}

fn band(scale: &Scale, band: &Band) -> Markup {
    let (from, to) = (scale.x(band.time.0), scale.x(band.time.1));
    html! {
        rect class=(band.class) x=(place(from)) y=(place(TOP)) width=(place((to - from).max(BAND_MIN))) height=(place(BOTTOM - TOP)) {
            title { (band.title) }
        }
    }
}

fn grid(scale: &Scale, share: f64) -> Markup {
    let y = scale.y(share);
    let class = if share == 0.0 { "zero" } else { "grid" };
    html! {
        line class=(class) x1=(place(LEFT)) x2=(place(RIGHT)) y1=(place(y)) y2=(place(y)) {}
        text class="y" x=(place(LEFT - 6.0)) y=(place(y + 4.0)) { (format!("{:.0} %", share * 100.0)) }
    }
}

fn tick(scale: &Scale, tick: i64) -> Markup {
    let at_ms = scale.from_ms + (scale.to_ms - scale.from_ms) / TICKS * tick;
    let class = match tick {
        0 => "first",
        TICKS => "last",
        _ => "x",
    };
    html! {
        text class=(class) x=(place(scale.x(at_ms))) y=(place(HEIGHT - 6.0)) { (when::minute(at_ms)) }
    }
}

/// Stretches of points that are known.
fn runs(points: &[(i64, Option<f64>)]) -> impl Iterator<Item = &[(i64, Option<f64>)]> {
    let is_known = |(_, left): &(i64, Option<f64>)| left.is_some_and(f64::is_finite);
    let runs = points.split(move |point| !is_known(point));
    runs.filter(|run| !run.is_empty())
}

fn places(scale: &Scale, run: &[(i64, Option<f64>)]) -> String {
    let point = |(at_ms, left): &(i64, Option<f64>)| {
        let y = scale.y(left.unwrap_or(0.0));
        format!("{},{}", place(scale.x(*at_ms)), place(y))
    };
    run.iter().map(point).collect::<Vec<_>>().join(" ")
}

/// What lies between the line and nothing.
fn area(scale: &Scale, run: &[(i64, Option<f64>)]) -> String {
    let zero = place(scale.y(0.0));
    let edge =
        |point: Option<&(i64, Option<f64>)>| place(scale.x(point.map_or(0, |(at_ms, _)| *at_ms)));
    let (first, last) = (edge(run.first()), edge(run.last()));
    format!("M{first},{zero} L{} L{last},{zero} Z", places(scale, run))
}

fn place(at: f64) -> String {
    format!("{at:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(points: &[(i64, Option<f64>)], expected: &[&str]) {
        let drawn = budget("x", points, (0, 100), &[]).into_string();
        let lines: Vec<&str> = drawn
            .split("<polyline class=\"line\" points=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(lines, expected, "{drawn}");
    }

    #[test]
    fn a_whole_budget_is_on_top_and_none_at_the_bottom() {
        check(
            &[(0, Some(1.0)), (50, Some(0.5)), (100, Some(0.0))],
            &["56.0,10.0 402.0,98.0 748.0,186.0"],
        );
    }

    #[test]
    fn what_is_overspent_moves_nothing_up() {
        check(
            &[(0, Some(1.0)), (50, Some(0.0)), (100, Some(-1.0))],
            &["56.0,10.0 402.0,98.0 748.0,186.0"],
        );
    }

    #[test]
    fn what_is_not_known_is_a_gap() {
        check(
            &[
                (0, Some(1.0)),
                (50, None),
                (100, Some(f64::NAN)),
                (100, Some(1.0)),
            ],
            &["56.0,10.0", "748.0,10.0"],
        );
    }

    #[test]
    fn a_band_lies_where_its_time_is_and_can_be_seen() {
        let bands = [
            Band {
                class: "s0".to_string(),
                title: "<a>".to_string(),
                time: (50, 75),
            },
            Band {
                class: "s1".to_string(),
                title: String::new(),
                time: (100, 100),
            },
        ];
        let drawn = budget("x", &[], (0, 100), &bands).into_string();
        assert!(drawn.contains("<rect class=\"s0\" x=\"402.0\" y=\"10.0\" width=\"173.0\" height=\"176.0\"><title>&lt;a&gt;"), "{drawn}");
        assert!(
            drawn.contains("<rect class=\"s1\" x=\"748.0\" y=\"10.0\" width=\"2.0\""),
            "{drawn}"
        );
    }
}
