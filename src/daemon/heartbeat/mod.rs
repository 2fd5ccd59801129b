//! A sign of life for whoever watches burnwatch from outside: sent only after a whole cycle of seeing, keeping and telling.
//!
//! The cycle goes the way that pages go: the desk keeps something for the beat, and where a receiver is named for it, a test
//! message went through the engine since the beat before. Promise: whatever breaks on that way stops the beats within two
//! of them; a beat that fails harms nothing else.

mod beats;

use std::path::PathBuf;
use std::sync::Arc;
use std::time;

use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

pub use beats::{Beat, Canary, Cycle, Withheld, beats};

use super::census::{Census, OwedPage};
use super::clockwork::Clockwork;
use super::desk::Desk;
use super::keeper::Keeper;
use super::labels::HeartbeatResult;
use super::metrics::Metrics;
use super::traces::Traces;
use super::vitals::Vitals;
use crate::base::{Duration, Name, Secret, Trace};
use crate::engine::subject::CANARY;
use crate::engine::{Input, State, Subject};
use crate::notify::{Breakage, HttpRequest, Method, Reply, Request};
use crate::outbox::{LaneId, Told};
use crate::transport::{Transport, secrets};

/// What a heartbeat is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeartbeatSettings {
    /// The file with the URL that is told. It is read for each beat.
    pub url_file: PathBuf,
    /// How often.
    pub every: Duration,
    /// The receiver that takes a test message before each beat.
    pub canary: Option<Name>,
}

/// The heart.
pub struct Heartbeat {
    settings: HeartbeatSettings,
    desk: Desk,
    transport: Arc<Transport>,
    vitals: Arc<Vitals>,
    metrics: Arc<Metrics>,
    /// Its steady time is the one that `vitals` is told.
    clock: Clockwork,
    /// What the test message is called that is under way, or was for the beat before.
    test: Option<String>,
}

/// What the desk finds for a beat.
struct Found {
    kept: Result<(), String>,
    canary: Canary,
    oldest_page: Option<OwedPage>,
    /// The way to the receiver of the test message, where it is there.
    lane: Option<LaneId>,
    now_ms: i64,
}

impl Heartbeat {
    /// A heart that does not beat yet.
    pub fn new(
        settings: HeartbeatSettings,
        desk: Desk,
        transport: Arc<Transport>,
        vitals: Arc<Vitals>,
        metrics: Arc<Metrics>,
        clock: Clockwork,
    ) -> Heartbeat {
        Heartbeat {
            settings,
            desk,
            transport,
            vitals,
            metrics,
            clock,
            test: None,
        }
    }

    /// Beats until it is dropped. Each beat is a trace of its own.
    pub async fn run(mut self, traces: Arc<Traces>) {
        let every = time::Duration::from_millis(self.settings.every.as_ms());
        let mut due = interval_at(Instant::now() + every, every);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if let Ok(Some(found)) = timeout(every, self.find()).await {
            self.begin_test(&found);
        }
        loop {
            due.tick().await;
            self.beat(every, traces.next()).await;
        }
    }

    async fn beat(&mut self, at_most: time::Duration, trace: Trace) {
        let (trace_id, span_id) = (trace.trace_id(), trace.span_id());
        let sees = self.vitals.sees(self.clock.steady_ms());
        let found = timeout(at_most, self.find()).await.ok().flatten();
        let now_ms = found
            .as_ref()
            .map_or_else(|| self.clock.wall_ms(), |found| found.now_ms);
        let beat = match &found {
            Some(found) => beats(&Cycle {
                sees,
                kept: found.kept.clone(),
                canary: found.canary.clone(),
                oldest_page: found.oldest_page.clone(),
                now_ms,
                every: self.settings.every,
            }),
            None => Beat::Withhold(Withheld::Unkept("the desk does not answer".to_owned())),
        };
        let result = match beat {
            Beat::Withhold(why) => {
                tracing::warn!(trace_id, span_id, why = %why, "heartbeat withheld");
                HeartbeatResult::Withheld
            }
            Beat::Send => match self.send(trace).await {
                Ok(()) => {
                    tracing::debug!(trace_id, span_id, "heartbeat sent");
                    HeartbeatResult::Sent
                }
                Err(why) => {
                    tracing::error!(trace_id, span_id, why, "heartbeat not taken");
                    HeartbeatResult::Failed
                }
            },
        };
        self.metrics.beat(result, now_ms);
        if let Some(found) = found {
            self.begin_test(&found);
        }
    }

    /// Has something kept, and looks how things stand; nothing where the desk is closed.
    async fn find(&self) -> Option<Found> {
        let (receiver, test) = (self.settings.canary.clone(), self.test.clone());
        let found = self.desk.ask(move |keeper, now_ms| {
            let lane = receiver
                .as_ref()
                .and_then(|name| keeper.book().lane(name).cloned());
            Found {
                canary: match &receiver {
                    Some(name) => canary(keeper.state(), name, lane.as_ref(), test),
                    None => Canary::Unwanted,
                },
                kept: touched(keeper, now_ms),
                oldest_page: Census::of(keeper.state(), now_ms).oldest_page,
                lane,
                now_ms,
            }
        });
        found.await
    }

    /// Has the next test message decided, unless the last one is still under way.
    fn begin_test(&mut self, found: &Found) {
        let Some(lane) = found
            .lane
            .clone()
            .filter(|_| found.canary != Canary::Waiting)
        else {
            return;
        };
        // Another one each time, since what comes back within minutes is not told anew.
        let of = format!("{CANARY}{}", found.now_ms);
        self.test = Some(of.clone());
        let lanes = vec![lane];
        self.desk.take(Input::Test { of, lanes });
    }

    async fn send(&self, trace: Trace) -> Result<(), String> {
        let path = self.settings.url_file.clone();
        let read = tokio::task::spawn_blocking(move || secrets::read(&path)).await;
        let url = match read {
            Ok(Ok(url)) => url,
            Ok(Err(fault)) => return Err(fault.to_string()),
            Err(_) => return Err("its URL could not be read".to_owned()),
        };
        let request = Request::Http(HttpRequest {
            method: Method::Post,
            url,
            headers: vec![("content-type", Secret::new("text/plain; charset=utf-8"))],
            body: String::new(),
        });
        match self.transport.send(request, trace, &[]).await {
            Reply::Http(response) if (200..300).contains(&response.status) => Ok(()),
            Reply::Http(response) => Err(format!("status {}", response.status)),
            Reply::Broken(
                Breakage::Unconnected(why) | Breakage::Untrusted(why) | Breakage::Lost(why),
            ) => Err(why),
            Reply::Mail { .. } => unreachable!("a request over HTTP is answered over HTTP"),
        }
    }
}

fn touched(keeper: &mut Keeper, now_ms: i64) -> Result<(), String> {
    keeper.touch(now_ms).map_err(|error| error.to_string())
}

/// What became of a test message to `receiver`.
fn canary(state: &State, receiver: &Name, lane: Option<&LaneId>, test: Option<String>) -> Canary {
    if lane.is_none() {
        return Canary::Lost(format!(
            "there is no receiver `{receiver}` for test messages"
        ));
    }
    let Some(of) = test else {
        return Canary::Unsent;
    };
    let Some(episode) = state.about(&Subject::Test { of }) else {
        return Canary::Lost("the test message was not decided".to_owned());
    };
    let is_told = |told: &Told| matches!(told, Told::Over { .. });
    match episode.debts.iter().find(|debt| !is_told(&debt.told)) {
        None if episode.is_over() => Canary::Told,
        Some(debt) if debt.ended.is_some() => {
            Canary::Lost(format!("`{receiver}` does not take the test message"))
        }
        Some(_) | None => Canary::Waiting,
    }
}
