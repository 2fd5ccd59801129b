//! A run of links: several at a time, few of them at one host, all of them within one deadline.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time;

use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::background::Background;
use super::link::LinkClient;
use super::run::SourceError;
use crate::base::Duration;
use crate::net::{Lookup, SystemLookup};
use crate::web::{Death, Doubt, Reach, Verdict, Web, WebUrl};

/// Longest time for a connection, with its encryption and its lookup, unless told otherwise.
pub const LINK_CONNECT_TIMEOUT_DEFAULT: Duration = Duration::from_ms(5_000);
/// Longest time for one link, unless told otherwise.
pub const LINK_TIMEOUT_DEFAULT: Duration = Duration::from_ms(10_000);
/// Longest time for all links of a run, unless told otherwise.
pub const LINKS_TIMEOUT_DEFAULT: Duration = Duration::minutes(5);
/// Most links that are asked at the same time, unless told otherwise.
pub const LINKS_IN_FLIGHT_DEFAULT: usize = 8;
/// Most links of one host that are asked at the same time, unless told otherwise.
pub const LINKS_PER_HOST_DEFAULT: usize = 4;
/// Most links of a run, unless told otherwise.
pub const LINKS_MAX_DEFAULT: usize = 500;
/// A host that has an address wherever names of the internet are known: a root of the name system. It is looked up where
/// another host has none, and never connected.
pub const CANARY_HOST: &str = "a.root-servers.net";
/// Most hosts that are looked up at the same time. A lookup cannot be cancelled; one that hangs keeps its thread.
const LOOKUPS_MAX: usize = 16;

/// How links are asked.
#[derive(Clone)]
pub struct LinkSettings {
    /// How far they may lead.
    pub reach: Reach,
    /// Who says where hosts are.
    pub lookup: Arc<dyn Lookup>,
    /// Longest time for a connection, with its encryption and its lookup.
    pub connect_timeout: Duration,
    /// Longest time for one link with its redirects.
    pub link_timeout: Duration,
    /// Longest time for all links together.
    pub run_timeout: Duration,
    /// Most links that are asked at the same time; at least one.
    pub in_flight_max: usize,
    /// Most links of one host that are asked at the same time; at least one.
    pub per_host_max: usize,
    /// Most links of a run.
    pub links_max: usize,
}

impl LinkSettings {
    /// The usual settings.
    pub fn new(reach: Reach) -> LinkSettings {
        LinkSettings {
            reach,
            lookup: Arc::new(SystemLookup),
            connect_timeout: LINK_CONNECT_TIMEOUT_DEFAULT,
            link_timeout: LINK_TIMEOUT_DEFAULT,
            run_timeout: LINKS_TIMEOUT_DEFAULT,
            in_flight_max: LINKS_IN_FLIGHT_DEFAULT,
            per_host_max: LINKS_PER_HOST_DEFAULT,
            links_max: LINKS_MAX_DEFAULT,
        }
    }
}

/// Asks links for as long as its run lasts: the deadline begins with the first.
pub struct Links {
    runtime: Background,
    client: Arc<LinkClient>,
    settings: LinkSettings,
    deadline: Option<Instant>,
    asked: usize,
}

impl Links {
    /// Makes ready to ask. Nothing is connected yet.
    pub fn new(settings: LinkSettings) -> Result<Links, SourceError> {
        let mut builder = Builder::new_current_thread();
        let runtime = Background::of(builder.enable_all().max_blocking_threads(LOOKUPS_MAX))?;
        let client = LinkClient::new(&settings).map_err(SourceError::Client)?;
        Ok(Links {
            runtime,
            client: Arc::new(client),
            settings,
            deadline: None,
            asked: 0,
        })
    }
}

impl Web for Links {
    fn ask(&mut self, urls: &[WebUrl]) -> Vec<Verdict> {
        let room = self.settings.links_max.saturating_sub(self.asked);
        let (now, later) = urls.split_at(urls.len().min(room));
        self.asked += now.len();
        let run = time::Duration::from_millis(self.settings.run_timeout.as_ms());
        let (client, settings, deadline) = (&self.client, &self.settings, self.deadline);
        let (deadline, mut verdicts) = self.runtime.block_on(async {
            let deadline = deadline.unwrap_or_else(|| Instant::now() + run);
            let mut verdicts = together(client, settings, now, deadline).await;
            let no_host = Verdict::Dead(Death::NoHost);
            if verdicts.contains(&no_host) && !knows_the_internet(settings).await {
                let hosts = verdicts.iter_mut().filter(|verdict| **verdict == no_host);
                hosts.for_each(|verdict| *verdict = Verdict::Unknown(Doubt::Isolated));
            }
            (deadline, verdicts)
        });
        self.deadline = Some(deadline);
        let too_many = Verdict::Unknown(Doubt::TooMany(settings.links_max));
        verdicts.extend(later.iter().map(|_| too_many.clone()));
        verdicts
    }
}

/// Whether names of the internet have addresses here. Behind a proxy they may have none, though all pages are there.
async fn knows_the_internet(settings: &LinkSettings) -> bool {
    let lookup = settings.lookup.clone();
    let looked = tokio::task::spawn_blocking(move || lookup.addresses(CANARY_HOST));
    let limit = time::Duration::from_millis(settings.connect_timeout.as_ms());
    matches!(tokio::time::timeout(limit, looked).await, Ok(Ok(Ok(found))) if !found.is_empty())
}

/// Verdicts in the order of the URLs.
async fn together(
    client: &Arc<LinkClient>,
    settings: &LinkSettings,
    urls: &[WebUrl],
    deadline: Instant,
) -> Vec<Verdict> {
    let seats = Arc::new(Semaphore::new(settings.in_flight_max.max(1)));
    let mut hosts: BTreeMap<&str, Arc<Semaphore>> = BTreeMap::new();
    let mut tasks = JoinSet::new();
    for (at, url) in urls.iter().enumerate() {
        let of_host = hosts
            .entry(url.host())
            .or_insert_with(|| Arc::new(Semaphore::new(settings.per_host_max.max(1))));
        let (client, of_host, seats) = (client.clone(), of_host.clone(), seats.clone());
        let url = url.clone();
        tasks.spawn(async move {
            let open = "the semaphore is never closed";
            // The host first: whoever waits for a host keeps no seat from the others.
            let _of_host = of_host.acquire().await.expect(open);
            let _seat = seats.acquire().await.expect(open);
            (at, client.ask(url).await)
        });
    }
    let over = Verdict::Unknown(Doubt::RunOver(settings.run_timeout));
    let mut verdicts = vec![over; urls.len()];
    let all = async {
        while let Some(joined) = tasks.join_next().await {
            let (at, verdict) = joined.expect("asking does not panic and is not cancelled");
            verdicts[at] = verdict;
        }
    };
    // Those that are still on their way when the deadline comes are cancelled with the set.
    let _ = tokio::time::timeout_at(deadline, all).await;
    verdicts
}
