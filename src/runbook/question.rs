//! The questions that a runbook answers, and whether it does.

use std::ops::Range;

use super::document::{Document, Heading, Section};
use super::placeholder::placeholder;

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What its section is called.
    pub name: String,
    /// How a word of its heading begins, in lower case.
    stems: Vec<String>,
}

/// How a runbook answers a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Something is written under this heading.
    Given(&'a Heading),
    /// Nothing is written under this heading.
    Empty(&'a Heading),
    /// What is written under this heading stands for something that is still to be written.
    Placeholder(&'a Heading, Range<usize>),
    /// No heading asks it.
    Missing,
}

impl Question {
    /// The three questions of every runbook: how do I confirm what is broken, how do I mitigate it now, whom do I escalate to.
    pub fn three() -> [Question; 3] {
        let question = |name: &str, stems: &[&str]| Question {
            name: name.to_string(),
            stems: stems.iter().map(|stem| stem.to_string()).collect(),
        };
        [
            question("Confirm", &["confirm", "verif"]),
            question("Mitigate", &["mitigat", "remediat"]),
            question("Escalate", &["escalat"]),
        ]
    }

    /// A section of the user's own choice, by its name.
    pub fn named(name: &str) -> Question {
        Question {
            name: name.to_string(),
            stems: vec![name.trim().to_lowercase()],
        }
    }

    /// How `document` answers it: by its best section, where several could.
    pub fn answer<'a>(&self, document: &'a Document) -> Answer<'a> {
        let sections = document.headings.iter().zip(&document.sections);
        // A title says what the runbook is about; where there are several of that height they are sections.
        let titles = document
            .headings
            .iter()
            .filter(|heading| heading.level == 1);
        let highest = if titles.count() > 1 { 1 } else { 2 };
        let asking =
            |heading: &Heading| heading.level >= highest && self.asks(&heading.text.to_lowercase());
        let mut best = Answer::Missing;
        for (heading, section) in sections.filter(|(heading, _)| asking(heading)) {
            match judged(heading, section) {
                given @ Answer::Given(_) => return given,
                other if best == Answer::Missing => best = other,
                _ => {}
            }
        }
        best
    }

    fn asks(&self, heading: &str) -> bool {
        let begins = |stem: &String| {
            let mut places = heading.match_indices(stem.as_str());
            places.any(|(at, _)| !heading[..at].ends_with(char::is_alphanumeric))
        };
        self.stems.iter().any(begins)
    }
}

fn judged<'a>(heading: &'a Heading, section: &Section) -> Answer<'a> {
    match placeholder(section) {
        Some(range) => Answer::Placeholder(heading, range),
        None if section.written => Answer::Given(heading),
        None => Answer::Empty(heading),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the section `## Mitigate` with this text is answered: `given`, `empty`, `missing`, or the placeholder's text.
    fn said(text: &str) -> String {
        let text = format!("# X\n\n## Mitigate\n\n{text}\n\n## Escalate\n\nThe team.\n");
        shown(&text)
    }

    fn shown(text: &str) -> String {
        let document = Document::parse(text);
        match Question::three()[1].answer(&document) {
            Answer::Given(_) => "given".to_string(),
            Answer::Empty(_) => "empty".to_string(),
            Answer::Missing => "missing".to_string(),
            Answer::Placeholder(_, range) => text[range].to_string(),
        }
    }

    #[test]
    fn an_answer_is_prose_or_code_or_a_place_to_fill_in() {
        for text in [
            "Roll back.",
            "```\nkubectl rollout undo deploy/checkout\n```",
            "    kubectl rollout undo",
            "`undo`",
            "{{{confirm}}}",
            "### First\n\nRoll back.",
            "- Roll back\n- drain",
            "<details><summary>How</summary>Roll back</details>",
            "Set `TODO=1`, see <https://example.com/TODO-list>.",
            "```\n# TODO\nkubectl get <pod>\n```",
            "Add it to the todo list.",
            "Ask Todd, who tbd-ed it.",
            "Lower the limit <br> and wait. <!-- TODO -->",
            "Open a ticket in the TODO column.",
            "XXX-large node pool",
            "Add a node of the XXX size.",
            "Wait until errors<limit and retries>3.",
            "It is a vector<int>.",
            "<font color=\"red\">Stop</font> <center>it</center> <tt>now</tt><wbr>.",
            "<figure>\n\nRoll back.\n\n</figure>",
            "<details open>\n\nRoll back.\n\n</details>",
            "None of these: roll back.",
            "None.\n\n```\nkubectl rollout undo\n```",
            "Fill in the form and wait.",
            "To do it, roll back.",
            "[insert a node](nodes.md)",
            "```\nkubectl rollout undo # TODO\n```",
        ] {
            assert_eq!(said(text), "given", "{text}");
        }
    }

    #[test]
    fn what_says_nothing_is_empty() {
        for text in [
            "",
            "---",
            "<!-- roll back -->",
            "...",
            "### First",
            "<br>",
            "-",
        ] {
            assert_eq!(said(text), "empty", "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_found_wherever_it_stands() {
        for (text, found) in [
            ("TODO", "TODO"),
            ("todo", "todo"),
            ("Roll back. TODO: how", "Roll back. TODO: how"),
            ("**TBD**", "TBD"),
            ("tbd.", "tbd."),
            ("Roll back.\n\n- FIXME", "FIXME"),
            ("<...>", "<...>"),
            ("Ask <your team>.", "<your team>"),
            ("Restart <pod-name> first.", "<pod-name>"),
            ("Lorem Ipsum dolor", "Lorem Ipsum dolor"),
            ("_Coming soon_", "Coming soon"),
            ("### First\n\nXXX", "XXX"),
            ("N/A", "N/A"),
            ("TBA", "TBA"),
            ("Call TBD.", "Call TBD."),
            ("Owner: TODO", "Owner: TODO"),
            ("T.B.D.", "T.B.D."),
            ("To do", "To do"),
            ("Todo: write", "Todo: write"),
            ("- Drain\n- **TODO** the rest", "TODO"),
            ("[ ] TODO the rest", "[ ] TODO the rest"),
            ("[insert steps here]", "[insert steps here]"),
            ("Do <insert steps, please>.", "Do <insert steps, please>."),
            ("Ask <name>.", "<name>"),
            ("Fill me in.", "Fill me in."),
            ("None.", "None."),
            ("`TODO`", "`TODO`"),
            ("```\nTODO\n```", "TODO"),
            ("```sh\n# TODO: how\n\n```", "# TODO: how"),
        ] {
            assert_eq!(said(text), found, "{text}");
        }
    }

    #[test]
    fn usual_headings_are_understood() {
        for heading in [
            "Mitigate",
            "Mitigation",
            "How to mitigate",
            "2. MITIGATE now",
            "Remediation",
        ] {
            let text = format!("# X\n\n### {heading}\n\nRoll back.\n");
            assert_eq!(shown(&text), "given", "{heading}");
        }
        assert_eq!(
            shown("X\n=\n\nMitigation\n----------\n\nRoll back.\n"),
            "given"
        );
        assert_eq!(
            shown("# Confirm\n\nx\n\n# Mitigate\n\nRoll back.\n"),
            "given"
        );
    }

    #[test]
    fn what_only_looks_like_the_heading_is_none() {
        for text in [
            "# Mitigation of checkout\n\nRoll back.\n",
            "# X\n\n```\n## Mitigate\n\nRoll back.\n```\n",
            "# X\n\n<!--\n## Mitigate\n\nRoll back.\n-->\n",
            "# X\n\n## Unmitigated\n\nRoll back.\n",
            "# X\n\nMitigate: roll back.\n",
        ] {
            assert_eq!(shown(text), "missing", "{text}");
        }
    }

    #[test]
    fn the_best_of_several_sections_answers() {
        let text = "# X\n\n## Mitigate\n\nTODO\n\n## Mitigation\n\nRoll back.\n";
        assert_eq!(shown(text), "given");
        let text = "# X\n\n## Mitigate\n\n## Mitigation\n\nTODO\n";
        assert_eq!(shown(text), "empty");
    }

    #[test]
    fn a_section_of_ones_own_is_asked_for_by_name() {
        let document = Document::parse("# X\n\n## Known impact\n\nOrders are lost.\n");
        assert!(matches!(
            Question::named("impact").answer(&document),
            Answer::Given(_)
        ));
        assert_eq!(
            Question::named("Diagnosis").answer(&document),
            Answer::Missing
        );
    }
}
