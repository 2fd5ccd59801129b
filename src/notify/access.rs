//! Where a request goes and what lets it in, made from what secret files hold.
//!
//! Promise: what cannot be a URL or a header is a [`Reason`] that says nothing of the secret.

use crate::base::{Secret, base64};
use crate::model::roster::receiver::{Endpoint, Login};

use super::judged::{Reason, ReasonKind};
use super::pager::Address;

/// Longest secret that is used, in bytes.
pub const SECRET_BYTES_MAX: usize = 4_096;

/// The content type of JSON.
pub const JSON: (&str, &str) = ("content-type", "application/json");

/// A reason that lies with a secret.
fn unusable(text: impl Into<String>) -> Reason {
    Reason {
        kind: ReasonKind::Secret,
        text: text.into(),
    }
}

/// The secret without white space around it, in characters that a header may have.
fn checked(secret: Option<&Secret>) -> Result<&str, Reason> {
    let text = secret
        .map(|secret| secret.expose().trim())
        .ok_or_else(|| unusable("the secret was not read"))?;
    if text.is_empty() {
        return Err(unusable("the secret's file is empty"));
    }
    if text.len() > SECRET_BYTES_MAX {
        let text = format!("the secret has more than {SECRET_BYTES_MAX} bytes");
        return Err(unusable(text));
    }
    match text.bytes().all(|b| b.is_ascii_graphic()) {
        true => Ok(text),
        false => Err(unusable(
            "the secret has spaces or characters that are not ASCII within",
        )),
    }
}

/// The token or key of an address.
pub fn token<'a>(address: &Address<'a>) -> Result<&'a str, Reason> {
    checked(address.secret)
}

/// The URL that is the secret of an address.
pub fn secret_url<'a>(address: &Address<'a>) -> Result<&'a str, Reason> {
    let url = checked(address.secret)?;
    match url.starts_with("https://") || url.starts_with("http://") {
        true => Ok(url),
        false => Err(unusable("the secret's file holds no URL")),
    }
}

/// The URL of an endpoint.
pub fn endpoint<'a>(endpoint: &'a Endpoint, address: &Address<'a>) -> Result<&'a str, Reason> {
    match endpoint {
        Endpoint::Url(url) => Ok(&url.value),
        Endpoint::File(_) => secret_url(address),
    }
}

/// `path` below `base`.
pub fn below(base: &str, path: &str) -> Secret {
    Secret::new(format!("{}/{path}", base.trim_end_matches('/')))
}

/// The header that says that the body is JSON.
pub fn json() -> (&'static str, Secret) {
    (JSON.0, Secret::new(JSON.1))
}

/// The header that lets in with `scheme` and `token`.
pub fn authorization(scheme: &str, token: &str) -> (&'static str, Secret) {
    ("authorization", Secret::new(format!("{scheme} {token}")))
}

/// The header of a login, where there is one.
pub fn login(
    login: &Login,
    address: &Address<'_>,
) -> Result<Option<(&'static str, Secret)>, Reason> {
    Ok(match login {
        Login::None => None,
        Login::Bearer { .. } => Some(authorization("Bearer", checked(address.login)?)),
        Login::Basic { username, .. } => {
            let password = address
                .login
                .map(|secret| secret.expose().trim_end_matches(['\r', '\n']));
            let password = password.ok_or_else(|| unusable("the password was not read"))?;
            let digits = base64(format!("{username}:{password}").as_bytes());
            let padding = "=".repeat((4 - digits.len() % 4) % 4);
            Some(authorization("Basic", &format!("{digits}{padding}")))
        }
    })
}
