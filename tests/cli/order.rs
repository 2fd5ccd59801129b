//! The order of inputs does not show.

use super::case::{Case, FINE, slo};

#[test]
fn the_same_input_gives_the_same_bytes_whatever_its_order() {
    let a = slo(FINE).replace("name: availability", "name: a");
    let b = slo(FINE).replace("name: availability", "name: b");
    let both = |first: &str, second: &str| format!("{first}---\n{second}");
    let one = Case::new().file("slos/x.yaml", &a).file("slos/y.yaml", &b);
    let other = Case::new().file("slos/x.yaml", &b).file("slos/y.yaml", &a);
    let together = Case::new().file("slos/x.yaml", &both(&b, &a));
    let rules = |case: &Case, paths: &[&str]| {
        let arguments: Vec<&str> = ["generate", "-o", "-"]
            .iter()
            .chain(paths)
            .copied()
            .collect();
        let outcome = case.run(&arguments);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        outcome.stdout
    };
    let expected = rules(&one, &[]);
    assert_eq!(expected.matches("- name: slo:checkout/").count(), 2);
    assert_eq!(rules(&other, &[]), expected);
    assert_eq!(rules(&together, &[]), expected);
    assert_eq!(
        rules(&one, &["slos/y.yaml", "./slos/x.yaml", "slos"]),
        expected
    );
}
