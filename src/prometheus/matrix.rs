//! Reads the answer to a range question: the one that is long, so that points are read one by one into where they stay.
//!
//! What is more than a limit is passed over and not kept, so that the memory of an answer is bounded whatever is in it.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::answer::{Answer, Labels, Reply, Track};
use super::fault::Fault;
use super::read::{envelope, foreign, reply, success};

/// Most series of one answer.
pub const TRACKS_MAX: usize = 20_000;
/// Most points of one answer, all series together, native histograms among them.
pub const POINTS_MAX: usize = 2_000_000;

/// The answer to a range question in a body that came with an HTTP status.
pub(super) fn range(status: u16, body: &[u8]) -> Result<Reply, Fault> {
    let mut envelope = envelope::<Data>(status, body)?;
    success(status, body, &envelope)?;
    let data = envelope.data.take();
    let tracks = match data {
        Some(data) if data.kind == "matrix" => data.result,
        _ => return Err(foreign(status, body)),
    };
    match tracks.excess {
        Some(Excess::Tracks) => return Err(Fault::TooManySeries(TRACKS_MAX)),
        Some(Excess::Points) => return Err(Fault::TooManyPoints(POINTS_MAX)),
        None => {}
    }
    let mut seen = BTreeSet::new();
    if !tracks.all.iter().all(|track| seen.insert(&track.labels)) {
        return Err(Fault::NotThisApi {
            status,
            body: "two series with the same labels".to_string(),
        });
    }
    Ok(reply(Answer::Matrix(tracks.all), None, envelope))
}

#[derive(serde::Deserialize)]
struct Data {
    #[serde(rename = "resultType")]
    kind: String,
    result: Tracks,
}

/// The series, and whether there were more of something than is kept.
#[derive(Default)]
struct Tracks {
    all: Vec<Track>,
    excess: Option<Excess>,
}

#[derive(Clone, Copy)]
enum Excess {
    Tracks,
    Points,
}

impl<'de> Deserialize<'de> for Tracks {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Tracks, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Tracks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("series")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tracks, A::Error> {
                let mut tracks = Tracks::default();
                let mut room = POINTS_MAX;
                while tracks.all.len() < TRACKS_MAX {
                    match items.next_element_seed(OneTrack { room: &mut room })? {
                        None => return Ok(tracks),
                        Some(Some(track)) => tracks.all.push(track),
                        Some(None) => {
                            tracks.excess = Some(Excess::Points);
                            break;
                        }
                    }
                }
                while items.next_element::<IgnoredAny>()?.is_some() {
                    tracks.excess = tracks.excess.or(Some(Excess::Tracks));
                }
                Ok(tracks)
            }
        }
        from.deserialize_seq(All)
    }
}

/// One series; `None` where it has more points than there is room for.
struct OneTrack<'r> {
    room: &'r mut usize,
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Metric,
    Values,
    Histograms,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for OneTrack<'_> {
    type Value = Option<Track>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Track>, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneTrack<'_> {
    type Value = Option<Track>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a series")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Option<Track>, A::Error> {
        let mut labels: Option<Labels> = None;
        let (mut points, mut histograms) = (None, None);
        while let Some(key) = fields.next_key()? {
            match key {
                Key::Metric => labels = Some(fields.next_value()?),
                Key::Values => points = Some(fields.next_value_seed(Points(self.room))?),
                Key::Histograms => histograms = Some(fields.next_value_seed(Count(self.room))?),
                Key::Other => drop(fields.next_value::<IgnoredAny>()?),
            }
        }
        let labels = labels.ok_or_else(|| A::Error::missing_field("metric"))?;
        if points.is_none() && histograms.is_none() {
            return Err(A::Error::missing_field("values"));
        }
        let (points, histograms) = (
            points.unwrap_or(Some(Vec::new())),
            histograms.unwrap_or(Some(0)),
        );
        Ok(points.zip(histograms).map(|(points, histograms)| Track {
            labels,
            points,
            histograms,
        }))
    }
}

/// The points of a series; `None` where there is no room for them.
struct Points<'r>(&'r mut usize);

impl<'de> DeserializeSeed<'de> for Points<'_> {
    type Value = Option<Vec<(i64, f64)>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Points<'_> {
    type Value = Option<Vec<(i64, f64)>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut points: Vec<(i64, f64)> = Vec::new();
        while *self.0 > 0 {
            let Some((seconds, Number(value))) = items.next_element::<(f64, Number)>()? else {
                points.shrink_to_fit();
                return Ok(Some(points));
            };
            let at_ms = (seconds * 1_000.0).round() as i64;
            if points.last().is_some_and(|(last_ms, _)| *last_ms >= at_ms) {
                return Err(A::Error::custom("times that do not ascend"));
            }
            points.push((at_ms, value));
            *self.0 -= 1;
        }
        let rest = rest(&mut items)?;
        Ok((rest == 0).then_some(points))
    }
}

/// How many points there are; `None` where there is no room for them.
struct Count<'r>(&'r mut usize);

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<usize>, A::Error> {
        let count = rest(&mut items)?;
        let room = self.0.checked_sub(count);
        *self.0 = room.unwrap_or(0);
        Ok(room.map(|_| count))
    }
}

/// How many elements are left; none of them is kept.
fn rest<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<usize, A::Error> {
    let mut count = 0;
    while items.next_element::<IgnoredAny>()?.is_some() {
        count += 1;
    }
    Ok(count)
}

/// A number in a text, as the API writes values.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Number, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number in a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                text.parse().map(Number).map_err(|_| E::custom("no number"))
            }
        }
        from.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(series: &str) -> String {
        format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{series}]}}}}"#)
    }

    fn check(series: &str, expected: Result<&[Track], Fault>) {
        let body = body(series);
        let read = range(200, body.as_bytes()).map(|reply| reply.answer);
        let expected = expected.map(|tracks| Answer::Matrix(tracks.to_vec()));
        // Debug, so that a value that is no number equals itself.
        assert_eq!(
            format!("{read:?}"),
            format!("{expected:?}"),
            "{series:.300}"
        );
    }

    fn track(job: &str, points: &[(i64, f64)], histograms: usize) -> Track {
        Track {
            labels: [("job".to_string(), job.to_string())].into(),
            points: points.to_vec(),
            histograms,
        }
    }

    #[test]
    fn series_are_read_with_their_points_and_histograms() {
        check("", Ok(&[]));
        let floats = r#"{"metric":{"job":"a"},"values":[[1.5,"0.25"],[1.501,"+Inf"],[2,"NaN"]]}"#;
        let points = [(1_500, 0.25), (1_501, f64::INFINITY), (2_000, f64::NAN)];
        check(floats, Ok(&[track("a", &points, 0)]));
        let histograms =
            r#"{"histograms":[[1,{"count":"3"}],[2,{}]],"metric":{"job":"h"},"new":[]}"#;
        check(histograms, Ok(&[track("h", &[], 2)]));
        let both = r#"{"metric":{"job":"b"},"values":[[-1,"-2e-3"]],"histograms":[[1,{}]]}"#;
        check(both, Ok(&[track("b", &[(-1_000, -0.002)], 1)]));
    }

    #[test]
    fn series_of_another_shape_are_foreign() {
        for series in [
            "1",
            "{}",
            r#"{"metric":{}}"#,
            r#"{"values":[]}"#,
            r#"{"metric":{},"value":[1,"1"]}"#,
            r#"{"metric":{},"values":[[1,1]]}"#,
            r#"{"metric":{},"values":[[1,"x"]]}"#,
            r#"{"metric":{},"values":[["1","1"]]}"#,
            r#"{"metric":{},"values":[[1,"1"],[1,"2"]]}"#,
            r#"{"metric":{},"values":[[2,"1"],[1,"2"]]}"#,
        ] {
            let body = body(series);
            check(series, Err(foreign(200, body.as_bytes())));
        }
        let twice = r#"{"metric":{"job":"a"},"values":[]}"#;
        let same = Fault::NotThisApi {
            status: 200,
            body: "two series with the same labels".to_string(),
        };
        check(&format!("{twice},{twice}"), Err(same));
        let cut = range(200, &body(twice).as_bytes()[..90]);
        assert_eq!(cut, Err(Fault::CutShort));
    }

    #[test]
    fn an_answer_has_at_most_so_many_series() {
        let series = |count: usize| {
            let one = |n| format!(r#"{{"metric":{{"job":"{n}"}},"values":[]}}"#);
            (0..count).map(one).collect::<Vec<_>>().join(",")
        };
        let read = range(200, body(&series(TRACKS_MAX)).as_bytes()).unwrap();
        assert!(matches!(read.answer, Answer::Matrix(tracks) if tracks.len() == TRACKS_MAX));
        check(
            &series(TRACKS_MAX + 1),
            Err(Fault::TooManySeries(TRACKS_MAX)),
        );
    }

    #[test]
    fn an_answer_has_at_most_so_many_points_in_all_its_series() {
        let series = |points: usize, histograms: usize| {
            let points: Vec<String> = (0..points).map(|at| format!("[{at},\"0\"]")).collect();
            let histograms = vec!["0"; histograms].join(",");
            format!(
                r#"{{"metric":{{"job":"a"}},"values":[{}]}},{{"metric":{{}},"histograms":[{histograms}]}}"#,
                points.join(",")
            )
        };
        let edge = body(&series(POINTS_MAX - 1, 1));
        assert!(range(200, edge.as_bytes()).is_ok());
        let over = Fault::TooManyPoints(POINTS_MAX);
        check(&series(POINTS_MAX - 1, 2), Err(over.clone()));
        check(&series(POINTS_MAX + 1, 0), Err(over));
    }
}
