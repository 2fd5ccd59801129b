//! The page behind the link of a message that acknowledges.
//!
//! Chat programs open links to show what is behind them, and so do scanners of mail; so the page does nothing until its button
//! is pressed, which is a POST.

use maud::{DOCTYPE, Markup, html};
use ring::digest::{SHA256, digest};

use super::face::AckOutcome;
use crate::base::base64;

/// How the page looks: large enough for a thumb at three in the morning.
const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:4em auto;padding:0 1em;\
                     color-scheme:light dark}button{font:inherit;padding:.8em 2em}";

/// What a browser may do with the page: show it, in its own style, and press the button.
pub(super) fn security_policy() -> String {
    let style = base64(digest(&SHA256, STYLE.as_bytes()).as_ref());
    format!(
        "default-src 'none'; style-src 'sha256-{style}='; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The page with the button.
pub(super) fn asking() -> String {
    page(
        "Acknowledge this page?",
        html! {
            p { "Escalation stops, and the others see that somebody is on it." }
            form method="post" { button type="submit" { "Acknowledge" } }
        },
    )
}

/// The page after it.
pub(super) fn done(outcome: &AckOutcome) -> String {
    let (heading, about) = match outcome {
        AckOutcome::Acknowledged { title } => ("Acknowledged", title.as_str()),
        AckOutcome::Already { title } => ("Acknowledged before", title.as_str()),
        AckOutcome::Over { title } => ("It is over", title.as_str()),
        AckOutcome::Unknown => (
            "This link stands for nothing",
            "It was not made here, or it is too old.",
        ),
        AckOutcome::Failed(why) => ("Not acknowledged; try again", why.as_str()),
    };
    page(heading, html! { p { (about) } })
}

fn page(heading: &str, body: Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="robots" content="noindex";
                title { "burnwatch: " (heading) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body { h1 { (heading) } (body) }
        }
    };
    page.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_what_the_page_is_about_is_no_markup() {
        let title = "<script>alert(1)</script>\"'&".to_owned();
        for outcome in [
            AckOutcome::Acknowledged {
                title: title.clone(),
            },
            AckOutcome::Already {
                title: title.clone(),
            },
            AckOutcome::Over {
                title: title.clone(),
            },
            AckOutcome::Failed(title),
        ] {
            let page = done(&outcome);
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
            assert!(!page.contains("<script"), "{page}");
        }
    }
    #[test]
    fn the_style_of_the_page_is_the_one_that_browsers_are_told_of() {
        let page = asking();
        let style = page
            .split("<style>")
            .nth(1)
            .and_then(|rest| rest.split("</style>").next());
        assert_eq!(style, Some(STYLE));
        // By `openssl dgst -sha256 -binary | base64`.
        let expected = "style-src 'sha256-l0NZDKzt2kH+nqvltYo33hIQxquh06Wx1ZRUpjnz80w=';";
        assert!(
            security_policy().contains(expected),
            "{}",
            security_policy()
        );
    }
}
