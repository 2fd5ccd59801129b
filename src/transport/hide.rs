//! What must not be seen of a request, taken out of everything that is said about it.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::base::Secret;
use crate::base::base64;
use crate::net::Mask;
use crate::notify::reply::BODY_MAX_BYTES;
use crate::notify::{Breakage, HttpRequest, MailRequest, Reply, Request, Response};

/// Longest text about a breakage or of a mail server that is kept, in bytes.
const TEXT_MAX_BYTES: usize = 512;
/// What is shorter is no secret, and hiding it would make answers unreadable. In bytes.
const SECRET_MIN_BYTES: usize = 4;
/// A part of a path that is as long as this and has a digit may be a credential, in bytes.
const TOKEN_MIN_BYTES: usize = 8;
/// A part of a path that is as long as this may be a credential in any case, in bytes.
const WORD_MAX_BYTES: usize = 16;
/// Headers that are the same for everybody.
const OPEN_HEADERS: [&str; 3] = ["accept", "content-type", "content-encoding"];

/// Hides the credentials of a request, and these secrets.
pub(super) fn mask(request: &Request, secrets: &[Secret]) -> Mask {
    let mut texts: BTreeSet<String> = secrets
        .iter()
        .map(|secret| secret.expose().to_owned())
        .collect();
    match request {
        Request::Http(request) => of_http(request, &mut texts),
        Request::Mail(request) => of_mail(request, &mut texts),
    }
    texts.retain(|text| text.len() >= SECRET_MIN_BYTES);
    let mut texts: Vec<String> = texts.into_iter().collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    Mask::new(texts.into_iter().map(Secret::new).collect())
}

fn of_http(request: &HttpRequest, texts: &mut BTreeSet<String>) {
    texts.insert(request.url.expose().to_owned());
    if let Ok(url) = Url::parse(request.url.expose()) {
        of_url(&url, texts);
    }
    for (name, value) in &request.headers {
        if OPEN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            continue;
        }
        let value = value.expose();
        texts.insert(value.to_owned());
        // `Bearer t0ken`: the scheme is no secret.
        if let Some((_, credential)) = value.split_once(' ') {
            texts.insert(credential.trim().to_owned());
        }
    }
}

fn of_url(url: &Url, texts: &mut BTreeSet<String>) {
    let mut add = |text: &str| {
        texts.insert(text.to_owned());
        texts.insert(percent_decode_str(text).decode_utf8_lossy().into_owned());
    };
    add(url.as_str());
    add(url.path());
    for part in url.path_segments().into_iter().flatten() {
        let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
        let may_be_token = part.len() >= TOKEN_MIN_BYTES && has_digit;
        if may_be_token || part.len() >= WORD_MAX_BYTES {
            add(part);
        }
    }
    for text in [url.query(), url.fragment(), url.password()] {
        add(text.unwrap_or(""));
    }
    add(url.username());
    for pair in url.query().unwrap_or("").split('&') {
        add(pair.split_once('=').map_or(pair, |(_, value)| value));
    }
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (
        decoded(url.username()),
        decoded(url.password().unwrap_or("")),
    );
    if !user.is_empty() || !password.is_empty() {
        add(&base64(format!("{user}:{password}").as_bytes()));
    }
}

fn of_mail(request: &MailRequest, texts: &mut BTreeSet<String>) {
    if let Some((user, password)) = &request.login {
        let password = password.expose();
        texts.insert(password.to_owned());
        texts.insert(user.clone());
        texts.insert(base64(user.as_bytes()));
        texts.insert(base64(password.as_bytes()));
        texts.insert(base64(format!("\0{user}\0{password}").as_bytes()));
    }
    // Who is woken is nobody else's business.
    for mailbox in request.to.iter().chain([&request.from]) {
        let address = mailbox.rsplit_once('<').map_or(&**mailbox, |(_, end)| end);
        texts.insert(address.trim_end_matches('>').trim().to_owned());
    }
}

/// The reply without what the mask hides, and within its limits.
pub(super) fn hidden(reply: Reply, mask: &Mask) -> Reply {
    let text = |text: String| cut(line(mask.text(text)), TEXT_MAX_BYTES);
    match reply {
        Reply::Http(response) => Reply::Http(Response {
            body: cut(mask.text(response.body), BODY_MAX_BYTES),
            ..response
        }),
        Reply::Mail {
            code,
            text: said,
            stage,
        } => Reply::Mail {
            code,
            text: text(said),
            stage,
        },
        Reply::Broken(Breakage::Unconnected(why)) => {
            Reply::Broken(Breakage::Unconnected(text(why)))
        }
        Reply::Broken(Breakage::Untrusted(why)) => Reply::Broken(Breakage::Untrusted(text(why))),
        Reply::Broken(Breakage::Lost(why)) => Reply::Broken(Breakage::Lost(text(why))),
    }
}

/// The text on one line: it is meant for logs.
fn line(text: String) -> String {
    match text.contains(char::is_control) {
        true => text.replace(char::is_control, " ").trim().to_owned(),
        false => text,
    }
}

fn cut(mut text: String, most_bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(most_bytes));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notify::Method;

    fn http(url: &str, header: &str) -> Request {
        Request::Http(HttpRequest {
            method: Method::Post,
            url: Secret::new(url),
            headers: vec![
                ("Authorization", Secret::new(header)),
                ("Content-Type", Secret::new("application/json")),
            ],
            body: String::new(),
        })
    }

    fn check(request: &Request, text: &str, expected: &str) {
        let mask = mask(request, &[Secret::new("r0uting")]);
        assert_eq!(mask.text(text.to_string()), expected);
    }

    #[test]
    fn nothing_but_the_host_of_a_url_is_shown() {
        let slack = http(
            "https://hooks.test/services/T01234567/B0/abcdefghijklmnop",
            "",
        );
        check(
            &slack,
            "https://hooks.test/services/T01234567/B0/abcdefghijklmnop at hooks.test",
            "****** at hooks.test",
        );
        check(
            &slack,
            r"\/services\/T01234567\/B0\/abcdefghijklmnop",
            r"\/services\/******\/B0\/******",
        );
        let query = http("https://user:pa%24s@h.test/hook?key=s3cret%21&v=2", "");
        check(
            &query,
            "s3cret! s3cret%21 pa$s pa%24s user dXNlcjpwYSRz 2",
            "****** ****** ****** ****** ****** ****** 2",
        );
    }

    #[test]
    fn credentials_of_headers_and_bodies_are_hidden_and_media_types_are_not() {
        let request = http("https://h.test/v2/alerts", "GenieKey k3y-k3y");
        check(
            &request,
            "GenieKey k3y-k3y, k3y-k3y, R0UTING, application/json",
            "******, ******, ******, application/json",
        );
    }

    #[test]
    fn texts_are_one_line_of_bounded_length() {
        let mask = Mask::new(Vec::new());
        let why = format!("a\r\nb{}", "é".repeat(TEXT_MAX_BYTES));
        let broken = hidden(Reply::Broken(Breakage::Lost(why)), &mask);
        let Reply::Broken(Breakage::Lost(why)) = broken else {
            panic!("{broken:?}");
        };
        assert!(why.starts_with("a  b") && why.len() == TEXT_MAX_BYTES);
        let body = |bytes: usize| Response {
            body: "x".repeat(bytes),
            ..Response::default()
        };
        for bytes in [BODY_MAX_BYTES, BODY_MAX_BYTES + 1] {
            let reply = hidden(Reply::Http(body(bytes)), &mask);
            assert_eq!(reply, Reply::Http(body(BODY_MAX_BYTES)));
        }
    }
}
