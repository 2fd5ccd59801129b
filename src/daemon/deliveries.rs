//! Gives messages to the courier, and what receivers answer to the desk.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tracing::Instrument;

use super::courier::{Courier, Delivery, lost};
use super::desk::Desk;
use super::log;
use super::metrics::Metrics;
use super::traces::Traces;
use crate::base::Trace;
use crate::engine::Send;
use crate::outbox::LaneId;

/// Who brings messages now: another one after a reload.
pub type Couriers = Arc<RwLock<Arc<Courier>>>;

/// Delivers.
pub struct Deliveries {
    couriers: Couriers,
    desk: Desk,
    metrics: Arc<Metrics>,
    traces: Arc<Traces>,
    tasks: JoinSet<(Delivery, Trace)>,
    begun: HashMap<Id, (u64, LaneId)>,
    /// How many are under way, for whoever waits for them.
    under_way: watch::Sender<usize>,
}

impl Deliveries {
    /// Delivers what comes, and puts answers on the desk.
    pub fn new(
        couriers: Couriers,
        desk: Desk,
        metrics: Arc<Metrics>,
        traces: Arc<Traces>,
    ) -> (Deliveries, watch::Receiver<usize>) {
        let (under_way, seen) = watch::channel(0);
        let deliveries = Deliveries {
            couriers,
            desk,
            metrics,
            traces,
            tasks: JoinSet::new(),
            begun: HashMap::new(),
            under_way,
        };
        (deliveries, seen)
    }

    /// Delivers until nobody sends any more.
    pub async fn run(mut self, mut sends: UnboundedReceiver<Send>) {
        loop {
            tokio::select! {
                send = sends.recv() => match send {
                    Some(send) => self.begin(send),
                    None => break,
                },
                Some(done) = self.tasks.join_next_with_id() => match done {
                    Ok((id, (delivery, trace))) => {
                        self.begun.remove(&id);
                        self.over(delivery, trace);
                    }
                    Err(error) => self.broke(&error),
                },
            }
            let under_way = self.tasks.len() + sends.len();
            self.under_way.send_replace(under_way);
        }
    }

    fn begin(&mut self, send: Send) {
        let courier = self.couriers.read();
        let courier = courier.unwrap_or_else(PoisonError::into_inner).clone();
        let trace = self.traces.next();
        let at = (send.episode, send.lane.clone());
        let work = async move { (courier.deliver(send, trace).await, trace) };
        let task = self.tasks.spawn(work.instrument(log::span(trace)));
        self.begun.insert(task.id(), at);
    }

    fn over(&mut self, delivery: Delivery, trace: Trace) {
        let Delivery {
            input,
            receiver,
            result,
            reason,
            took_ms,
        } = delivery;
        self.metrics
            .delivered(receiver.as_str(), result, Duration::from_millis(took_ms));
        let _span = log::span(trace).entered();
        tracing::debug!(
            receiver = receiver.as_str(),
            result = result.name(),
            reason,
            took_ms,
            "a delivery is over"
        );
        self.desk.take(input);
    }

    /// A delivery ended by a fault of burnwatch's own, and is tried again as if nobody had answered.
    fn broke(&mut self, error: &JoinError) {
        if let Some((episode, lane)) = self.begun.remove(&error.id()) {
            tracing::error!(episode, lane = %lane, "burnwatch failed to deliver a message");
            self.desk.take(lost(episode, lane));
        }
    }
}
