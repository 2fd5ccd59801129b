//! Hides our credentials in what a server says: one that repeats its requests must not get them into a log.

use super::access::Access;
use crate::base::{Secret, base64};

/// What stands in place of credentials.
const MASKED: &[u8] = b"******";

/// What must not be shown.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    secrets: Vec<Secret>,
}

impl Mask {
    /// Hides a token, or a password and what it is sent as.
    pub(super) fn new(access: &Access) -> Mask {
        let secrets = match access {
            Access::Open => Vec::new(),
            Access::Bearer(token) => vec![token.clone()],
            Access::Basic { user, password } => {
                let pair = format!("{user}:{}", password.expose());
                vec![Secret::new(base64(pair.as_bytes())), password.clone()]
            }
        };
        Mask { secrets }
    }

    /// The text without secrets, in whatever case they are; nothing where it has none.
    pub(super) fn hide(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut masked: Option<Vec<u8>> = None;
        for secret in &self.secrets {
            let secret = secret.expose().as_bytes();
            let from = masked.as_deref().unwrap_or(text);
            if let Some(hidden) = hide(from, secret) {
                masked = Some(hidden);
            }
        }
        masked
    }

    /// As [`Mask::hide`], for what is text.
    pub(super) fn text(&self, text: String) -> String {
        match self.hide(text.as_bytes()) {
            Some(masked) => String::from_utf8_lossy(&masked).into_owned(),
            None => text,
        }
    }
}

fn hide(text: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    if secret.is_empty() {
        return None;
    }
    let (mut masked, mut kept, mut at) = (Vec::new(), 0, 0);
    while at + secret.len() <= text.len() {
        if text[at..at + secret.len()].eq_ignore_ascii_case(secret) {
            masked.extend_from_slice(&text[kept..at]);
            masked.extend_from_slice(MASKED);
            at += secret.len();
            kept = at;
        } else {
            at += 1;
        }
    }
    if kept == 0 {
        return None;
    }
    masked.extend_from_slice(&text[kept..]);
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(access: Access, text: &str, expected: &str) {
        assert_eq!(
            Mask::new(&access).text(text.to_string()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn credentials_are_hidden_wherever_and_however_often_they_are_repeated() {
        let token = || Access::Bearer(Secret::new("t0ken"));
        check(
            token(),
            "t0ken, Bearer T0KEN; t0ke",
            "******, Bearer ******; t0ke",
        );
        check(token(), "t0kent0ken", "************");
        check(token(), "", "");
        let basic = || Access::Basic {
            user: "me".to_string(),
            password: Secret::new("pass"),
        };
        check(
            basic(),
            "Basic bWU6cGFzcw==, me, pass",
            "Basic ******==, me, ******",
        );
        check(Access::Open, "t0ken", "t0ken");
        let empty = Access::Bearer(Secret::new(""));
        check(empty, "t0ken", "t0ken");
    }
}
