//! Hides our credentials in what a server says: one that repeats its requests must not get them into a log.

use crate::base::Secret;

/// What stands in place of credentials.
const MASKED: &[u8] = b"******";

/// What must not be shown.
#[derive(Clone, Debug)]
pub struct Mask {
    secrets: Vec<Secret>,
}

impl Mask {
    /// Hides these; empty ones hide nothing. Those that hold others come before them.
    pub fn new(secrets: Vec<Secret>) -> Mask {
        Mask { secrets }
    }

    /// The text without secrets, in whatever case they are; nothing where it has none.
    pub fn hide(&self, text: &[u8]) -> Option<Vec<u8>> {
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
    pub fn text(&self, text: String) -> String {
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

    #[test]
    fn secrets_are_hidden_wherever_and_however_often_they_are_repeated() {
        let check = |secret: &str, text: &str, expected: &str| {
            let masked = Mask::new(vec![Secret::new(secret)]).text(text.to_string());
            assert_eq!(masked, expected, "{text}");
        };
        check(
            "t0ken",
            "t0ken, Bearer T0KEN; t0ke",
            "******, Bearer ******; t0ke",
        );
        check("t0ken", "t0kent0ken", "************");
        check("t0ken", "", "");
        check("", "t0ken", "t0ken");
        assert_eq!(Mask::new(Vec::new()).hide(b"t0ken"), None);
    }
}
