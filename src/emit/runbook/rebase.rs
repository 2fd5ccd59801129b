//! Links of a source, so that they lead from the generated file to where they led from the source.

use crate::runbook::Document;

/// Folders between the output folder and a runbook: `runbooks/<service>`.
const DEPTH: usize = 2;

/// `text` with its relative links made anew; `path` is that of the source, `output` that of the output folder.
pub(super) fn rebase(text: &str, path: &str, output: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let parts = |path: &str| {
        path.split('/')
            .filter(|p| !p.is_empty() && *p != ".")
            .count()
    };
    let mut prefix = "../".repeat(parts(output) + DEPTH);
    for part in folder
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        prefix.push_str(part);
        prefix.push('/');
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for link in Document::parse(text).links {
        if !link.is_relative() || link.range.start < at {
            continue;
        }
        // The address stands behind the text of the link.
        let whole = &text[link.range.clone()];
        let Some(place) = whole.rfind("](").map(|place| place + 2) else {
            continue;
        };
        let Some(offset) = whole[place..].find(link.target.as_str()) else {
            continue;
        };
        let start = link.range.start + place + offset;
        out.push_str(&text[at..start]);
        out.push_str(&prefix);
        at = start;
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(rebase(text, "runbooks/team/x.md", "generated"), expected);
    }

    #[test]
    fn a_relative_link_still_leads_to_its_file() {
        check(
            "See [this](other.md#a), [that](<a b.md> \"t\") and ![x](img/y.png).",
            "See [this](../../../runbooks/team/other.md#a), [that](<../../../runbooks/team/a b.md> \"t\") and \
             ![x](../../../runbooks/team/img/y.png).",
        );
        assert_eq!(
            rebase("[a](b.md)", "x.md", "./out/gen/"),
            "[a](../../../../b.md)"
        );
    }

    #[test]
    fn other_links_stay() {
        for text in [
            "[a](#b) [c](https://d.example/e) [f](mailto:g@h) [i](/j) `[k](l.md)`",
            "```\n[a](b.md)\n```",
        ] {
            check(text, text);
        }
    }
}
