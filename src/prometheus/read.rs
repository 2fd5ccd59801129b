//! Reads an answer: a status and a body that may be anything.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::answer::{Answer, Labels, Reply, Sample, SampleValue, Spent};
use super::fault::Fault;
use super::matrix;
use super::question::Question;

/// The part of a foreign body that is kept to be shown, in bytes.
const EXCERPT_MAX_BYTES: usize = 256;
/// Kinds of errors that the query has to answer for, whatever their status: 503 is also how Prometheus says that a query took
/// too long.
const ABOUT_THE_QUERY: [&str; 4] = ["bad_data", "canceled", "execution", "timeout"];

/// What is around every answer.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    status: String,
    pub(super) data: Option<T>,
    #[serde(rename = "errorType", default)]
    kind: String,
    #[serde(rename = "error", default)]
    message: String,
    #[serde(default)]
    warnings: Option<Vec<String>>,
    #[serde(default)]
    infos: Option<Vec<String>>,
    /// VictoriaMetrics' way to say that storage nodes did not answer.
    #[serde(rename = "isPartial", default)]
    partial: bool,
}

#[derive(Deserialize)]
struct QueryData {
    #[serde(rename = "resultType")]
    kind: String,
    result: Vec<Item>,
    stats: Option<RawStats>,
}

/// A series, or one half of a scalar.
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Sample {
        metric: Labels,
        #[serde(default)]
        value: Option<(f64, String)>,
        #[serde(default)]
        histogram: Option<IgnoredAny>,
    },
    #[expect(dead_code, reason = "the time of a scalar is that of the question")]
    Time(f64),
    Value(String),
}

#[derive(Deserialize)]
struct RawStats {
    timings: Option<Timings>,
    samples: Option<Samples>,
}

#[derive(Deserialize)]
struct Timings {
    #[serde(rename = "evalTotalTime", default)]
    seconds: f64,
}

#[derive(Deserialize)]
struct Samples {
    #[serde(rename = "totalQueryableSamples")]
    total: u64,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Runtime {
    #[serde(rename = "storageRetention")]
    retention: Option<String>,
}

/// The answer to `question` in a body that came with an HTTP status.
pub fn read(question: &Question, status: u16, body: &[u8]) -> Result<Reply, Fault> {
    match question {
        Question::Instant { .. } => query(status, body),
        Question::Range { .. } => matrix::range(status, body),
        Question::Series { .. } => whole(status, body, Answer::Series),
        Question::Names { .. } => whole(status, body, Answer::Names),
        Question::Metadata { metric } => {
            whole(status, body, |mut all: BTreeMap<String, Vec<Metadata>>| {
                let mut types: Vec<String> = all
                    .remove(metric)
                    .unwrap_or_default()
                    .into_iter()
                    .map(|entry| entry.kind)
                    .collect();
                types.sort();
                types.dedup();
                Answer::Types(types)
            })
        }
        Question::Runtime => whole(status, body, |runtime: Runtime| {
            Answer::Retention(runtime.retention)
        }),
    }
}

fn query(status: u16, body: &[u8]) -> Result<Reply, Fault> {
    let envelope: Envelope<QueryData> = envelope(status, body)?;
    let data = success(status, body, &envelope)?;
    let foreign = || foreign(status, body);
    let answer = match data.kind.as_str() {
        "vector" => Answer::Vector(
            data.result
                .iter()
                .map(sample)
                .collect::<Option<_>>()
                .ok_or_else(foreign)?,
        ),
        "scalar" => match &data.result[..] {
            [Item::Time(_), Item::Value(value)] => {
                Answer::Scalar(value.parse().map_err(|_| foreign())?)
            }
            _ => return Err(foreign()),
        },
        _ => return Err(foreign()),
    };
    let stats = data.stats.as_ref();
    let spent = stats.and_then(|stats| {
        Some(Spent {
            samples: stats.samples.as_ref()?.total,
            seconds: stats
                .timings
                .as_ref()
                .map_or(0.0, |timings| timings.seconds),
        })
    });
    Ok(reply(answer, spent, envelope))
}

fn sample(item: &Item) -> Option<Sample> {
    let Item::Sample {
        metric,
        value,
        histogram,
    } = item
    else {
        return None;
    };
    let value = match (value, histogram) {
        (Some((_, text)), _) => SampleValue::Float(text.parse().ok()?),
        (None, Some(_)) => SampleValue::Histogram,
        (None, None) => return None,
    };
    Some(Sample {
        labels: metric.clone(),
        value,
    })
}

/// An answer whose data is one value.
fn whole<T: DeserializeOwned>(
    status: u16,
    body: &[u8],
    make: impl FnOnce(T) -> Answer,
) -> Result<Reply, Fault> {
    let mut envelope: Envelope<T> = envelope(status, body)?;
    success(status, body, &envelope)?;
    let data = envelope.data.take().ok_or_else(|| foreign(status, body))?;
    Ok(reply(make(data), None, envelope))
}

pub(super) fn reply<T>(answer: Answer, spent: Option<Spent>, envelope: Envelope<T>) -> Reply {
    let mut warnings = envelope.warnings.unwrap_or_default();
    if envelope.partial {
        warnings.push("the server calls it partial".to_string());
    }
    Reply {
        answer,
        warnings,
        infos: envelope.infos.unwrap_or_default(),
        spent,
    }
}

pub(super) fn envelope<T: DeserializeOwned>(
    status: u16,
    body: &[u8],
) -> Result<Envelope<T>, Fault> {
    serde_json::from_slice(body).map_err(|error| {
        let fault = by_status(status, body);
        match (
            error.is_eof() && (200..300).contains(&status) && !body.is_empty(),
            fault,
        ) {
            (true, _) => Fault::CutShort,
            (false, Some(fault)) => fault,
            (false, None) => foreign(status, body),
        }
    })
}

/// The data of a success; what went wrong otherwise.
pub(super) fn success<'a, T>(
    status: u16,
    body: &[u8],
    envelope: &'a Envelope<T>,
) -> Result<&'a T, Fault> {
    match (envelope.status.as_str(), &envelope.data) {
        ("success", Some(data)) => Ok(data),
        ("error", _) => Err(match by_status(status, body) {
            Some(fault @ (Fault::Denied(_) | Fault::NoSuchApi(_))) => fault,
            Some(Fault::Overloaded { status, .. })
                if !ABOUT_THE_QUERY.contains(&envelope.kind.as_str()) =>
            {
                Fault::Overloaded {
                    status,
                    body: envelope.message.clone(),
                }
            }
            _ => Fault::Refused {
                kind: envelope.kind.clone(),
                message: envelope.message.clone(),
            },
        }),
        _ => Err(foreign(status, body)),
    }
}

/// What a status says whatever is in the body.
fn by_status(status: u16, body: &[u8]) -> Option<Fault> {
    match status {
        401 | 403 => Some(Fault::Denied(status)),
        404 | 405 | 501 => Some(Fault::NoSuchApi(status)),
        429 | 500..600 => Some(Fault::Overloaded {
            status,
            body: excerpt(body),
        }),
        // What VictoriaMetrics says of paths that it does not know.
        400 if contains(body, b"unsupported path") => Some(Fault::NoSuchApi(status)),
        _ => None,
    }
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body[..body.len().min(EXCERPT_MAX_BYTES)]
        .windows(part.len())
        .any(|window| window == part)
}

pub(super) fn foreign(status: u16, body: &[u8]) -> Fault {
    Fault::NotThisApi {
        status,
        body: excerpt(body),
    }
}

fn excerpt(body: &[u8]) -> String {
    let part = &body[..body.len().min(EXCERPT_MAX_BYTES)];
    String::from_utf8_lossy(part).trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Result<Answer, Fault>) {
        let read = read(&Question::instant("x"), 200, body.as_bytes());
        assert_eq!(read.map(|reply| reply.answer), expected, "{body}");
    }

    fn vector(samples: &[(&str, SampleValue)]) -> Answer {
        let sample = |(job, value): &(&str, SampleValue)| Sample {
            labels: [("job".to_string(), job.to_string())].into(),
            value: *value,
        };
        Answer::Vector(samples.iter().map(sample).collect())
    }

    #[test]
    fn vectors_and_scalars_are_read_with_every_number_that_go_prints() {
        let body = |result: &str| {
            format!(
                r#"{{"status":"success","data":{{"resultType":"vector","result":[{result}]}}}}"#
            )
        };
        let one = |value: &str| {
            body(&format!(
                r#"{{"metric":{{"job":"a"}},"value":[1.5,"{value}"]}}"#
            ))
        };
        check(&body(""), Ok(vector(&[])));
        for (text, value) in [
            ("0.25", 0.25),
            ("+Inf", f64::INFINITY),
            ("-Inf", f64::NEG_INFINITY),
        ] {
            check(&one(text), Ok(vector(&[("a", SampleValue::Float(value))])));
        }
        let histogram = r#"{"metric":{"job":"h"},"histogram":[1,{"count":"3","sum":"1"}]}"#;
        check(
            &body(histogram),
            Ok(vector(&[("h", SampleValue::Histogram)])),
        );
        check(
            r#"{"status":"success","data":{"resultType":"scalar","result":[1.5,"7"]}}"#,
            Ok(Answer::Scalar(7.0)),
        );
    }

    #[test]
    fn json_of_another_shape_is_foreign() {
        for body in [
            "{}",
            "[]",
            "7",
            r#"{"status":"success"}"#,
            r#"{"status":"success","data":null}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"vector","result":[1]}}"#,
            r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}"#,
            r#"{"status":"success","data":{"resultType":"scalar","result":[1,"x"]}}"#,
            "<html>",
            "",
        ] {
            check(
                body,
                Err(Fault::NotThisApi {
                    status: 200,
                    body: body.to_string(),
                }),
            );
        }
        check(r#"{"status":"success","data":{"resu"#, Err(Fault::CutShort));
    }

    #[test]
    fn statuses_and_errors_say_what_went_wrong() {
        let fault =
            |status, body: &str| read(&Question::Runtime, status, body.as_bytes()).unwrap_err();
        let refused = r#"{"status":"error","errorType":"bad_data","error":"no"}"#;
        assert_eq!(
            fault(400, refused),
            Fault::Refused {
                kind: "bad_data".to_string(),
                message: "no".to_string()
            }
        );
        let failed = r#"{"status":"error","errorType":"unavailable","error":"starting"}"#;
        for status in [429, 500, 503] {
            let body = "starting".to_string();
            assert_eq!(fault(status, failed), Fault::Overloaded { status, body });
        }
        let slow = r#"{"status":"error","errorType":"timeout","error":"too slow"}"#;
        assert!(matches!(fault(503, slow), Fault::Refused { .. }));
        assert!(matches!(fault(200, failed), Fault::Refused { .. }));
        assert_eq!(fault(401, "go away"), Fault::Denied(401));
        assert_eq!(fault(403, refused), Fault::Denied(403));
        assert_eq!(fault(404, "404 page not found"), Fault::NoSuchApi(404));
        assert_eq!(
            fault(400, "unsupported path requested: /x"),
            Fault::NoSuchApi(400)
        );
        assert_eq!(
            fault(502, "<h1>Bad Gateway</h1>"),
            Fault::Overloaded {
                status: 502,
                body: "<h1>Bad Gateway</h1>".to_string()
            }
        );
    }

    #[test]
    fn warnings_and_statistics_stand_beside_the_answer() {
        let body = r#"{"status":"success","warnings":["w"],"infos":["i"],"isPartial":true,"data":
            {"resultType":"vector","result":[],"stats":{"timings":{"evalTotalTime":0.5},"samples":{"totalQueryableSamples":12,"peakSamples":3}}}}"#;
        let reply = read(&Question::costed("x"), 200, body.as_bytes()).unwrap();
        assert_eq!(reply.warnings, ["w", "the server calls it partial"]);
        assert_eq!(reply.infos, ["i"]);
        assert_eq!(
            reply.spent,
            Some(Spent {
                samples: 12,
                seconds: 0.5
            })
        );
    }

    #[test]
    fn the_types_of_a_metric_are_each_given_once() {
        let body = r#"{"status":"success","data":{"x":[{"type":"gauge","help":"","unit":""},{"type":"counter"},{"type":"gauge"}]}}"#;
        let question = Question::Metadata {
            metric: "x".to_string(),
        };
        let reply = read(&question, 200, body.as_bytes()).unwrap();
        assert_eq!(
            reply.answer,
            Answer::Types(vec!["counter".to_string(), "gauge".to_string()])
        );
    }
}
