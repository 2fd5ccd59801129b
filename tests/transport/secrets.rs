//! Files of secrets.

use std::fs;
use std::path::Path;

use burnwatch::base::Secret;
use burnwatch::transport::secrets::{SECRET_MAX_BYTES, SecretTrouble, read};
use burnwatch::transport::{Fingerprint, SecretFault};

fn read_of(content: &[u8]) -> Result<Secret, SecretFault> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, content).unwrap();
    read(&path)
}

fn check(content: &[u8], expected: Result<&str, SecretTrouble>) {
    let outcome = read_of(content).map_err(|fault| fault.why);
    assert_eq!(outcome, expected.map(Secret::new));
}

#[test]
fn space_around_a_secret_is_no_part_of_it() {
    check(b"s3cret", Ok("s3cret"));
    check(b" s3 cret \r\n", Ok("s3 cret"));
    check(b"", Err(SecretTrouble::Empty));
    check(b" \n\t", Err(SecretTrouble::Empty));
    check(b"s3\xffcret", Err(SecretTrouble::NoText));
}

#[test]
fn a_secret_has_a_limit() {
    let fits = "x".repeat(SECRET_MAX_BYTES);
    check(fits.as_bytes(), Ok(&fits));
    let larger = format!("{fits}x");
    check(larger.as_bytes(), Err(SecretTrouble::TooLarge));
}

#[test]
fn a_fault_names_the_file_and_the_reason_and_not_the_content() {
    let folder = tempfile::tempdir().unwrap();
    let why = |path: &Path| read(path).unwrap_err().to_string();
    let missing = folder.path().join("missing");
    assert!(why(&missing).contains("missing` cannot be read: No such file"));
    assert!(why(folder.path()).ends_with("is no file with a content of its own"));
    let fault = read_of(b"s3cret\xff").unwrap_err();
    let shown = format!("{fault} {fault:?}");
    assert!(shown.contains("is not UTF-8") && !shown.contains("s3cret"));
}

#[test]
fn c5_a_changed_file_is_the_next_secret_and_known_by_another_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let mut prints = Vec::new();
    for content in ["old", "new", "old\n"] {
        fs::write(&path, content).unwrap();
        let secret = read(&path).unwrap();
        assert_eq!(secret.expose(), content.trim());
        prints.push(Fingerprint::of("main", &secret));
    }
    assert_eq!(prints[0], prints[2]);
    assert_ne!(prints[0], prints[1]);
    assert_eq!(prints[0].as_str().len(), 16);
    let of = |namespace, secret| Fingerprint::of(namespace, &Secret::new(secret));
    assert_ne!(of("main", "old"), of("other", "old"));
    assert_ne!(of("a", "bc"), of("ab", "c"));
}
