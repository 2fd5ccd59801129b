//! Templates of webhooks, read and tried before anything runs.

use std::fs;

use burnwatch::template::TEMPLATE_BYTES_MAX;

use super::office::bodies;

const HOOK: &str = "  hook: {webhook: {url: 'https://example.com', body: own.hbs}}\n";

/// The faults of a template with this text.
fn faults(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("own.hbs"), text).unwrap();
    let faults = bodies(HOOK, folder.path()).err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let expected: Vec<String> = expected
        .iter()
        .map(|fault| format!("the body `own.hbs` of receiver `hook`{fault}"))
        .collect();
    assert_eq!(faults(text), expected, "{text}");
}

#[test]
fn a_template_that_fills_in_every_message_is_taken() {
    check("{\"text\": {{json.headline}}}", &[]);
    check("{{headline}}\n{{#each members}}{{title}}\n{{/each}}", &[]);
}

#[test]
fn a_template_that_cannot_be_read_is_named_with_its_lines() {
    check(
        "a\n{{> x}}\n{{",
        &[
            ", line 2: partials are no part of a template",
            ", line 3: `{{` is not closed by `}}`",
        ],
    );
}

#[test]
fn a_template_that_some_message_breaks_is_refused() {
    check(
        "{{nope}}",
        &[": the template of its body: `nope` is no value here"],
    );
    // Only a storm has members.
    check(
        "{{#each members}}{{nope}}{{/each}}",
        &[": the template of its body: `nope` is no value here"],
    );
    check(
        "{\"text\": \"{{text}}\"}",
        &[
            ": the template of its body gives broken JSON: `{{json.title}}` is a value with its quotes",
        ],
    );
}

#[test]
fn a_template_is_a_file_of_the_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let said = |receivers: &str| {
        let faults = bodies(receivers, folder.path()).unwrap_err();
        assert_eq!(faults.len(), 1);
        faults[0].to_string()
    };
    assert!(said(HOOK).contains("own.hbs"));
    fs::create_dir(folder.path().join("own.hbs")).unwrap();
    assert!(said(HOOK).ends_with("it is no file with a content of its own"));
    let outside = "  hook: {webhook: {url: 'https://example.com', body: ../own.hbs}}\n";
    assert!(said(outside).ends_with("its path leads out of the workspace's folder"));
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link.hbs")).unwrap();
    let linked = "  hook: {webhook: {url: 'https://example.com', body: link.hbs}}\n";
    assert!(!said(linked).contains("root:"));
}

#[test]
fn a_template_has_a_limit() {
    check(&"x".repeat(TEMPLATE_BYTES_MAX), &[]);
    let said = faults(&"x".repeat(TEMPLATE_BYTES_MAX + 1));
    assert!(said[0].contains("at most 262144 bytes"), "{said:?}");
}
