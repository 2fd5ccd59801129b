//! A branch that somebody else wrote shows nothing but its text.

use burnwatch::preview::{Simulated, comment};

use super::limit::comparison;
use super::rendered::rendered;
use super::run::{golden, json, preview, since_main};
use crate::kit::repository::Repository;

/// Texts that would be something else in Markdown.
const TEXTS: [&str; 14] = [
    "<img src=x onerror=alert(1)>",
    "</details><h1>approved</h1>",
    "<!-- burnwatch-preview -->",
    "@everyone look",
    "[approved](https://evil.example.com)",
    "![x](https://evil.example.com/x.png)",
    "https://evil.example.com www.evil.example.com a@evil.example.com",
    "`` ` ``` ```` code",
    "a | b \\| c \\\\| d",
    "| - | - |",
    "\n\n# heading\n\n```\n- [ ] task #1 GH-1",
    "&lt;b&gt; &#64;all",
    "\u{202e}desrever\u{2028}x",
    "~~~\n> quote\n---\n",
];

/// A YAML text.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The comment shows `text` and nothing that it would be in Markdown.
fn check(repository: &Repository, text: &str) {
    let comment = since_main(repository);
    let rendered = rendered(&comment);
    for word in [
        "evil", "everyone", "approved", "alert(1)", "heading", "GH-1", "@all", "desrever", "quote",
    ] {
        assert!(
            !rendered.prose.contains(word),
            "{word} of {text:?}:\n{comment}"
        );
    }
    assert_eq!(
        rendered.html.matches("<h").count(),
        1,
        "{text:?}:\n{comment}"
    );
    assert!(
        comment.starts_with("<!-- burnwatch-preview -->\n### "),
        "{comment}"
    );
    let unseen = |c: char| matches!(c, '\u{202e}' | '\u{2028}');
    assert!(!comment.contains(unseen), "{comment}");
}

#[test]
fn texts_of_files_are_shown_as_text() {
    for text in TEXTS {
        let repository = Repository::new();
        let text = quoted(text);
        repository.replace(
            "slos/a.yaml",
            "    objective: 99.9\n",
            &format!("    objective: 99.95\n    description: {text}\n    labels: {{a: {text}}}\n    alerting: {{mode: ticket-only, reason: {text}}}\n"),
        );
        repository.replace("slos/a.yaml", "    alerting: {policy: calm}\n", "");
        check(&repository, &text);
        let outcome = preview(&repository, &["--base", "main"]);
        assert!(outcome.stdout.contains("description: "), "{outcome:?}");
    }
}

#[test]
fn findings_about_texts_are_shown_as_text() {
    for text in TEXTS {
        let repository = Repository::new();
        let text = quoted(text);
        repository.replace("slos/a.yaml", "policy: calm", &format!("policy: {text}"));
        repository.replace("slos/b.yaml", "slos:\n", &format!("{text}: 1\nslos:\n"));
        check(&repository, &text);
        let errors = json(&repository, &[])["checks"]["errors"].as_u64();
        assert!(errors >= Some(2), "{errors:?} of {text}");
    }
}

#[test]
fn names_of_files_and_revisions_are_shown_as_text() {
    let repository = Repository::new();
    let name = "slos/`@everyone` <img src=x> [approved](evil).yaml";
    repository.rename("slos/a.yaml", name);
    check(&repository, name);
    let branch = "a`b<img>@everyone|c";
    repository.git(&["branch", branch, "main"]);
    let outcome = preview(&repository, &["--base", branch]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(!rendered(&outcome.stdout).prose.contains("everyone"));
    golden("hostile", &repository, &outcome.stdout);
}

#[test]
fn a_selector_is_shown_as_text() {
    for text in TEXTS.into_iter().filter(|text| !text.contains('[')) {
        let repository = Repository::new();
        let selector = format!("three_total{{a={}}}", quoted(text));
        repository.replace(
            "slos/b.yaml",
            "events: three_total",
            &format!("events: {}", quoted(&selector)),
        );
        check(&repository, text);
        let fields = json(&repository, &[])["slos"][0]["fields"].to_string();
        assert!(fields.contains("sli.events"), "{fields}");
    }
}

#[test]
fn a_link_in_the_place_of_the_comment_is_not_followed() {
    let repository = Repository::new();
    let outside = repository.root.join("../outside");
    std::fs::write(&outside, "mine").unwrap();
    std::os::unix::fs::symlink(&outside, repository.folder.join("comment.md")).unwrap();
    let outcome = preview(&repository, &["--base", "main", "-o", "comment.md"]);
    assert_eq!(
        std::fs::read_to_string(&outside).unwrap(),
        "mine",
        "{outcome:?}"
    );
}

#[test]
fn values_of_labels_stay_in_their_cells() {
    for text in TEXTS {
        let mut comparison = comparison(1);
        let group = format!("route={text:?}");
        for group in [&group, text] {
            let Simulated::Asked { events, .. } = &mut comparison.rows[0].simulated else {
                panic!("a row that was simulated");
            };
            events[0].group = group.to_string();
            let comment = comment(&comparison, None);
            let rendered = rendered(&comment);
            let last = rendered.rows.last().unwrap();
            assert_eq!((last.len(), last[6].as_str()), (7, "new"), "{comment}");
            assert!(
                last[1].starts_with(&comparison.rows[0].id.to_string()),
                "{comment}"
            );
            for word in ["evil", "everyone", "approved", "heading"] {
                assert!(!rendered.prose.contains(word), "{comment}");
            }
        }
    }
}
