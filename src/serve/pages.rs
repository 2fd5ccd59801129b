//! What is answered at which path.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use super::ack_page;
use super::exposition::{OPEN_METRICS, TEXT, text};
use super::face::{AckOutcome, Dependency, DependencyState, Face, Live};
use super::kinds::prefers;

/// Longest token of a link, in bytes.
pub const TOKEN_MAX_BYTES: usize = 512;

const PLAIN: &str = "text/plain; charset=utf-8";

type Shared = State<Arc<dyn Face>>;

/// All that is answered; everything else is not found.
pub(super) fn pages(face: Arc<dyn Face>, body_max_bytes: usize) -> Router {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/ack/{token}", get(ask).post(acknowledge))
        .fallback(|| async { missing() })
        .layer(DefaultBodyLimit::max(body_max_bytes))
        .with_state(face)
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "there is nothing here\n").into_response()
}

fn said(status: StatusCode, kind: &'static str, text: String) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}

/// Asks the daemon off the threads that serve others.
async fn asked<T: Send + 'static>(
    face: Arc<dyn Face>,
    ask: impl FnOnce(&dyn Face) -> T + Send + 'static,
) -> Result<T, Response> {
    let asked = tokio::task::spawn_blocking(move || ask(&*face)).await;
    asked.map_err(|_| {
        let why = "the daemon cannot say\n".to_owned();
        said(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, why)
    })
}

async fn live(State(face): Shared) -> Response {
    match face.live() {
        Live::Alive => said(StatusCode::OK, PLAIN, "alive\n".to_owned()),
        Live::Wedged(why) => said(
            StatusCode::SERVICE_UNAVAILABLE,
            PLAIN,
            format!("not alive: {why}\n"),
        ),
    }
}

#[derive(Deserialize)]
struct Wish {
    format: Option<String>,
}

async fn ready(State(face): Shared, wish: Query<Wish>, headers: HeaderMap) -> Response {
    let needs = match asked(face, |face| face.ready()).await {
        Ok(needs) => needs,
        Err(response) => return response,
    };
    let is_ready = needs.iter().all(|need| need.state != DependencyState::Gone);
    let (status, word) = match is_ready {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    let wants_json = match wish.format.as_deref() {
        Some(format) => format == "json",
        None => prefers(accept(&headers), "application/json", "text/plain"),
    };
    if wants_json {
        let needs: Vec<_> = needs.iter().map(as_json).collect();
        let body = json!({"status": word, "dependencies": needs});
        return said(status, "application/json", format!("{body}\n"));
    }
    let lines = needs
        .iter()
        .map(|need| format!("{}: {}: {}\n", need.name, need.state.name(), need.reason));
    said(
        status,
        PLAIN,
        format!("{word}\n{}", lines.collect::<String>()),
    )
}

fn as_json(need: &Dependency) -> serde_json::Value {
    json!({"name": need.name, "state": need.state.name(), "reason": need.reason})
}

fn accept(headers: &HeaderMap) -> &str {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.unwrap_or("")
}

async fn metrics(State(face): Shared, headers: HeaderMap) -> Response {
    let open = prefers(
        accept(&headers),
        "application/openmetrics-text",
        "text/plain",
    );
    let encoded = asked(face, move |face| match open {
        true => face.metrics(),
        false => text(&face.metrics()),
    });
    let kind = match open {
        true => OPEN_METRICS,
        false => TEXT,
    };
    match encoded.await {
        Ok(metrics) => said(StatusCode::OK, kind, metrics),
        Err(response) => response,
    }
}

async fn ask(Path(token): Path<String>) -> Response {
    match is_token(&token) {
        true => page(StatusCode::OK, ack_page::asking()),
        false => missing(),
    }
}

async fn acknowledge(State(face): Shared, Path(token): Path<String>, _body: Bytes) -> Response {
    if !is_token(&token) {
        return missing();
    }
    let outcome = match asked(face, move |face| face.acknowledge(&token)).await {
        Ok(outcome) => outcome,
        Err(response) => return response,
    };
    let status = match outcome {
        AckOutcome::Acknowledged { .. } | AckOutcome::Already { .. } | AckOutcome::Over { .. } => {
            StatusCode::OK
        }
        AckOutcome::Unknown => StatusCode::NOT_FOUND,
        AckOutcome::Failed(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    page(status, ack_page::done(&outcome))
}

/// Whether a text can be a token at all: base 64 for URLs, and what joins its parts.
fn is_token(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    !text.is_empty() && text.len() <= TOKEN_MAX_BYTES && text.bytes().all(fits)
}

fn page(status: StatusCode, html: String) -> Response {
    let mut response = said(status, "text/html; charset=utf-8", html);
    let headers = response.headers_mut();
    let policy = HeaderValue::from_str(&ack_page::security_policy());
    let policy = policy.expect("it is of base 64 and words");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // The address is the key.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("deny"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_short_and_of_letters_for_urls() {
        let fits = "t".repeat(TOKEN_MAX_BYTES);
        assert!(is_token(&fits) && !is_token(&format!("{fits}t")));
        assert!(is_token("e1.AZ-az_09~"));
        for text in ["", "a b", "<script>", "a/b", "ä"] {
            assert!(!is_token(text), "{text}");
        }
    }
}
