//! What every request passes before it is answered: the rate, who asks, and how long it may take.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout};

use super::basic::credentials;
use super::loaded::{Current, Loaded};
use super::settings::Probes;
use crate::base::{Duration, Secret};

/// What the guard knows.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) current: Arc<Current>,
    pub(super) probes: Probes,
    pub(super) request_timeout: Duration,
}

/// The answer, with the headers that all have.
pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    guard.current.refresh().await;
    let loaded = guard.current.get();
    let limit = std::time::Duration::from_millis(guard.request_timeout.as_ms());
    let answer = timeout(limit, answer(&guard, &loaded, request, next)).await;
    let mut answer = answer.unwrap_or_else(|_| {
        let why = format!("no answer within {}\n", guard.request_timeout);
        (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
    });
    for (name, value) in &loaded.headers {
        // What an answer says of itself it knows better.
        if !answer.headers().contains_key(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

async fn answer(guard: &Guard, loaded: &Loaded, request: Request, next: Next) -> Response {
    let is_probe = matches!(request.uri().path(), "/livez" | "/readyz");
    if is_probe && guard.probes == Probes::Open {
        return next.run(request).await;
    }
    // Who guesses is slowed down too.
    if loaded
        .rate
        .as_ref()
        .is_some_and(|rate| !rate.take(Instant::now()))
    {
        let after = [(RETRY_AFTER, "1")];
        return (StatusCode::TOO_MANY_REQUESTS, after, "too many requests\n").into_response();
    }
    let sent = sent(&request);
    if loaded.users.are_all() || is_admitted(loaded, sent).await {
        return next.run(request).await;
    }
    let ask = HeaderValue::from_static("Basic realm=\"burnwatch\", charset=\"UTF-8\"");
    let asking = [(WWW_AUTHENTICATE, ask)];
    (
        StatusCode::UNAUTHORIZED,
        asking,
        "a user and a password are needed\n",
    )
        .into_response()
}

fn sent(request: &Request) -> Option<(String, Secret)> {
    let header = request.headers().get(AUTHORIZATION)?;
    credentials(header.to_str().ok()?)
}

async fn is_admitted(loaded: &Loaded, sent: Option<(String, Secret)>) -> bool {
    match sent {
        Some((user, password)) => loaded.users.admit(&user, password).await,
        None => false,
    }
}
