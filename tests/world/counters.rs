//! A Prometheus that knows no samples: what a query counts follows from a formula. It answers thousands of SLOs cheaply.
//!
//! A query is understood by three things in it: the value of `job`, whether it reads `code` (then it counts errors, else events)
//! and the last range in brackets. Groups come with `by (...)`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::io::{self, BufReader};
use std::net::TcpStream;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use super::door::Door;
use super::http::{self, Answer, Request};
use super::rates::{CALM, Course, Traffic};
use super::wait::now_ms;

/// Most answers that are remembered; then all are forgotten.
const MEMORY_MAX: usize = 256;

/// Most questions whose times are remembered.
const LOG_MAX: usize = 100_000;

/// What goes wrong with questions.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// This is the answer.
    Answer(Answer),
    /// The answer ends in the middle.
    CutShort,
    /// There is no answer; the connection stays.
    Hang,
    /// The connection is closed.
    HangUp,
    /// The answer comes so late.
    Slow(Duration),
    /// The answer says that it lacks something.
    Partial,
    /// An answer takes so long, and of so many questions at once the rest is answered with 503.
    Overloaded(usize, Duration),
}

/// What was asked so far.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Questions.
    pub questions: usize,
    /// Of them those that did not say how long the answer may take.
    pub without_timeout: usize,
    /// Most that were under way together.
    pub most_in_flight: usize,
    /// Questions by the job that they are about.
    pub by_job: BTreeMap<String, usize>,
    /// When which job was asked about, in Unix milliseconds; the first so many.
    pub log: Vec<(i64, String)>,
}

/// A running server.
pub struct Counters {
    door: Door,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    world: Mutex<World>,
    over: Condvar,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    ahead_ms: AtomicI64,
}

#[derive(Default)]
struct World {
    /// By job and group; all others are calm.
    courses: BTreeMap<String, BTreeMap<String, Course>>,
    trouble: Option<Trouble>,
    troubles: BTreeMap<String, Trouble>,
    tally: Tally,
    memory: HashMap<Range, Arc<str>>,
    is_over: bool,
}

/// What the points of a series of constant traffic follow from.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Range {
    start_ms: i64,
    end_ms: i64,
    step_ms: i64,
    reach_ms: i64,
    /// Bits of the rate.
    rate: u64,
}

/// What a query asks for.
struct Query<'q> {
    job: &'q str,
    counts_errors: bool,
    reach_ms: i64,
    by: Vec<&'q str>,
}

/// A question that is under way, until its answer begins to be written: who has it may ask the next one at once.
struct Flight<'s> {
    shared: &'s Shared,
    /// How many were under way with it.
    together: usize,
    is_over: bool,
}

impl<'s> Flight<'s> {
    fn begin(shared: &'s Shared) -> Flight<'s> {
        let together = shared.in_flight.fetch_add(1, SeqCst) + 1;
        shared.most_in_flight.fetch_max(together, SeqCst);
        Flight {
            shared,
            together,
            is_over: false,
        }
    }

    fn write(&mut self, stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
        self.land();
        http::write(stream, answer)
    }

    fn land(&mut self) {
        if !std::mem::replace(&mut self.is_over, true) {
            self.shared.in_flight.fetch_sub(1, SeqCst);
        }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.land();
    }
}

impl Counters {
    /// Starts one in which all is calm.
    pub fn start() -> Counters {
        let shared = Arc::new(Shared::default());
        let inner = shared.clone();
        Counters {
            door: Door::new(move |stream| inner.serve(stream)),
            shared,
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.door.address())
    }

    /// The port can be closed.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// From now on a job has this traffic.
    pub fn set(&self, job: &str, traffic: Traffic) {
        self.set_group(job, "", now_ms(), traffic);
    }

    /// From a moment on, in Unix milliseconds, a group of a job has this traffic. Values of several labels are joined by `,`.
    pub fn set_group(&self, job: &str, group: &str, from_ms: i64, traffic: Traffic) {
        let mut world = self.shared.world.lock().unwrap();
        let groups = world.courses.entry(job.to_string()).or_default();
        let course = groups.entry(group.to_string());
        let course = course.or_insert_with(|| Course::always(CALM));
        course.turn(from_ms, traffic);
    }

    /// A job has had this traffic since ever.
    pub fn set_always(&self, job: &str, traffic: Traffic) {
        self.set_group(job, "", i64::MIN / 2, traffic);
    }

    /// What goes wrong with all questions from now on; nothing, if so.
    pub fn trouble(&self, trouble: Option<Trouble>) {
        self.shared.world.lock().unwrap().trouble = trouble;
    }

    /// What goes wrong with questions about this job from now on.
    pub fn trouble_of(&self, job: &str, trouble: Option<Trouble>) {
        let troubles = &mut self.shared.world.lock().unwrap().troubles;
        match trouble {
            Some(trouble) => troubles.insert(job.to_string(), trouble),
            None => troubles.remove(job),
        };
    }

    /// Its clock is so far ahead of the machine's, in milliseconds.
    pub fn runs_ahead(&self, by_ms: i64) {
        self.shared.ahead_ms.store(by_ms, SeqCst);
    }

    /// What was asked so far.
    pub fn tally(&self) -> Tally {
        let tally = self.shared.world.lock().unwrap().tally.clone();
        Tally {
            most_in_flight: self.shared.most_in_flight.load(SeqCst),
            ..tally
        }
    }

    /// How many questions there were about a job.
    pub fn asked_about(&self, job: &str) -> usize {
        let world = self.shared.world.lock().unwrap();
        world.tally.by_job.get(job).copied().unwrap_or(0)
    }
}

impl Drop for Counters {
    fn drop(&mut self) {
        if let Ok(mut world) = self.shared.world.lock() {
            world.is_over = true;
        }
        self.shared.over.notify_all();
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        let mut reader = BufReader::new(stream);
        while let Some(request) = http::read(&mut reader)? {
            let flight = Flight::begin(self);
            self.answer(reader.get_mut(), &request, flight)?;
            if !request.stays {
                break;
            }
        }
        Ok(())
    }

    fn answer(
        &self,
        stream: &mut TcpStream,
        request: &Request,
        mut flight: Flight<'_>,
    ) -> io::Result<()> {
        let parameters = request.path.split_once('?').map_or("", |(_, rest)| rest);
        let mut fields = http::fields(parameters);
        fields.extend(http::fields(&request.body));
        let field = |name: &str| {
            let mut fields = fields.iter();
            let found = fields.find(|(other, _)| other == name);
            found.map(|(_, value)| value.as_str())
        };
        let query = query(field("query").unwrap_or_default());
        let trouble = {
            let mut world = self.world.lock().unwrap();
            let tally = &mut world.tally;
            tally.questions += 1;
            tally.without_timeout += usize::from(field("timeout").is_none());
            if tally.log.len() < LOG_MAX {
                tally.log.push((request.at_ms, query.job.to_string()));
            }
            match tally.by_job.get_mut(query.job) {
                Some(count) => *count += 1,
                None => drop(tally.by_job.insert(query.job.to_string(), 1)),
            }
            let own = world.troubles.get(query.job).cloned();
            own.or_else(|| world.trouble.clone())
        };
        let mut is_partial = false;
        match trouble {
            Some(Trouble::Answer(answer)) => return flight.write(stream, &answer),
            Some(Trouble::HangUp) => return Err(io::ErrorKind::ConnectionReset.into()),
            Some(Trouble::Hang) => {
                self.wait(Duration::from_secs(600));
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Some(Trouble::CutShort) => {
                let text =
                    "HTTP/1.1 200 x\r\nContent-Length: 100000\r\n\r\n{\"status\":\"success\",";
                io::Write::write_all(stream, text.as_bytes())?;
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            Some(Trouble::Overloaded(most, _)) if flight.together > most => {
                return flight.write(stream, &Answer::text(503, "overloaded"));
            }
            Some(Trouble::Slow(late) | Trouble::Overloaded(_, late)) => self.wait(late),
            Some(Trouble::Partial) => is_partial = true,
            None => {}
        }
        let time = |name: &str| field(name).and_then(|text| text.parse::<f64>().ok());
        let time_ms = |name: &str| time(name).map(|seconds| (seconds * 1_000.0).round() as i64);
        let clock_ms = now_ms() + self.ahead_ms.load(SeqCst);
        let mut body = String::from("{\"status\":\"success\",");
        if is_partial {
            body.push_str("\"isPartial\":true,");
        }
        match request.place() {
            "/api/v1/query_range" => {
                let at = |name: &str| time_ms(name).unwrap_or(clock_ms);
                let step_ms = time_ms("step").unwrap_or(60_000).max(1);
                let range = (at("start"), at("end"), step_ms);
                body.push_str("\"data\":{\"resultType\":\"matrix\",\"result\":[");
                self.matrix(&mut body, &query, range);
                body.push_str("]}}");
            }
            "/api/v1/query" if field("query") == Some("time()") => {
                let seconds = clock_ms as f64 / 1_000.0;
                let _ = write!(
                    body,
                    "\"data\":{{\"resultType\":\"scalar\",\"result\":[{seconds:.3},\"{seconds:.3}\"]}}}}"
                );
            }
            "/api/v1/query" => {
                let at_ms = time_ms("time").unwrap_or(clock_ms);
                body.push_str("\"data\":{\"resultType\":\"vector\",\"result\":[");
                self.vector(&mut body, &query, at_ms);
                body.push_str("]}}");
            }
            "/api/v1/status/runtimeinfo" => {
                body.push_str("\"data\":{\"storageRetention\":\"1y\"}}")
            }
            _ => body.push_str("\"data\":[]}"),
        }
        let date = Timestamp::from_millisecond(clock_ms).unwrap();
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&date);
        let answer = Answer::json(200, body).with(format!("Date: {}", date.unwrap()));
        flight.write(stream, &answer)
    }

    fn courses(&self, query: &Query<'_>) -> Vec<(String, Course)> {
        let world = self.world.lock().unwrap();
        match world.courses.get(query.job) {
            None => vec![(String::new(), Course::always(CALM))],
            Some(groups) => groups
                .iter()
                .map(|(group, course)| (group.clone(), course.clone()))
                .collect(),
        }
    }

    fn matrix(&self, body: &mut String, query: &Query<'_>, range: (i64, i64, i64)) {
        let (start_ms, end_ms, step_ms) = range;
        let mut is_first = true;
        for (group, course) in self.courses(query) {
            let points: Arc<str> = match (course.constant(), query.counts_errors) {
                (Some(Traffic::Absent), _) => continue,
                (Some(Traffic::Rates { errors: 0.0, .. }), true) => continue,
                (Some(Traffic::Rates { events, errors }), counts_errors) => {
                    let rate = if counts_errors { errors } else { events };
                    self.remembered(Range {
                        start_ms,
                        end_ms,
                        step_ms,
                        reach_ms: query.reach_ms,
                        rate: rate.to_bits(),
                    })
                }
                _ => turning(&course, query, range).into(),
            };
            if points.is_empty() {
                continue;
            }
            separate(body, &mut is_first);
            let metric = metric(query, &group);
            let _ = write!(body, "{{\"metric\":{{{metric}}},\"values\":[{points}]}}");
        }
    }

    fn remembered(&self, range: Range) -> Arc<str> {
        let memory = |world: &World| world.memory.get(&range).cloned();
        if let Some(points) = memory(&self.world.lock().unwrap()) {
            return points;
        }
        let value = f64::from_bits(range.rate) * range.reach_ms as f64 / 1_000.0;
        let value = value.to_string();
        let mut points = String::new();
        let mut at_ms = range.start_ms;
        while at_ms <= range.end_ms {
            point(&mut points, at_ms, &value);
            at_ms += range.step_ms;
        }
        let points: Arc<str> = points.into();
        let mut world = self.world.lock().unwrap();
        if world.memory.len() >= MEMORY_MAX {
            world.memory.clear();
        }
        world.memory.insert(range, points.clone());
        points
    }

    fn vector(&self, body: &mut String, query: &Query<'_>, at_ms: i64) {
        let mut is_first = true;
        for (group, course) in self.courses(query) {
            if let Some(value) = value(&course, query, at_ms) {
                separate(body, &mut is_first);
                let metric = metric(query, &group);
                let mut sample = String::new();
                point(&mut sample, at_ms, &value);
                let _ = write!(body, "{{\"metric\":{{{metric}}},\"value\":{sample}}}");
            }
        }
    }

    fn wait(&self, limit: Duration) {
        let world = self.world.lock().unwrap();
        let waited = self
            .over
            .wait_timeout_while(world, limit, |world| !world.is_over);
        drop(waited.unwrap());
    }
}

/// The points of a series whose traffic turns.
fn turning(
    course: &Course,
    query: &Query<'_>,
    (start_ms, end_ms, step_ms): (i64, i64, i64),
) -> String {
    let mut points = String::new();
    let mut at_ms = start_ms;
    while at_ms <= end_ms {
        if let Some(value) = value(course, query, at_ms) {
            point(&mut points, at_ms, &value);
        }
        at_ms += step_ms;
    }
    points
}

fn value(course: &Course, query: &Query<'_>, at_ms: i64) -> Option<String> {
    let count = course.count(at_ms - query.reach_ms, at_ms)?;
    let value = match query.counts_errors {
        true => count.errors,
        false => count.events,
    };
    Some(value.to_string())
}

fn separate(body: &mut String, is_first: &mut bool) {
    if !std::mem::take(is_first) {
        body.push(',');
    }
}

fn point(points: &mut String, at_ms: i64, value: &str) {
    if points.ends_with(']') {
        points.push(',');
    }
    let (seconds, ms) = (at_ms.div_euclid(1_000), at_ms.rem_euclid(1_000));
    let _ = match ms {
        0 => write!(points, "[{seconds},\"{value}\"]"),
        ms => write!(points, "[{seconds}.{ms:03},\"{value}\"]"),
    };
}

/// The labels of a group, as the members of a JSON object.
fn metric(query: &Query<'_>, group: &str) -> String {
    let pairs = query.by.iter().zip(group.split(','));
    let pairs = pairs.map(|(name, value)| format!("\"{name}\":{}", serde_json::json!(value)));
    pairs.collect::<Vec<_>>().join(",")
}

fn query(text: &str) -> Query<'_> {
    let after = |mark: &str| text.split_once(mark).map(|(_, rest)| rest);
    let job = after("job=\"").and_then(|rest| rest.split('"').next());
    let reach = text.rsplit_once('[').map_or("", |(_, rest)| rest);
    let by = after("by (").and_then(|rest| rest.split(')').next());
    let by = by.into_iter().flat_map(|names| names.split(','));
    Query {
        job: job.unwrap_or_default(),
        counts_errors: text.contains("code"),
        reach_ms: span_ms(reach.split([']', ':']).next().unwrap_or_default()),
        by: by.map(str::trim).collect(),
    }
}

/// A duration of PromQL; zero where it is none.
fn span_ms(text: &str) -> i64 {
    let units = [
        ("ms", 1),
        ("s", 1_000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
        ("w", 604_800_000),
    ];
    let mut sum_ms = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = rest.split_at(digits);
        let letters = tail.len()
            - tail
                .trim_start_matches(|c: char| c.is_ascii_lowercase())
                .len();
        let (unit, tail) = tail.split_at(letters);
        let unit = units.iter().find(|(name, _)| *name == unit);
        let (Ok(number), Some((_, unit_ms))) = (number.parse::<i64>(), unit) else {
            return 0;
        };
        sum_ms += number * unit_ms;
        rest = tail;
    }
    sum_ms
}
