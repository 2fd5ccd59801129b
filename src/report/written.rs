//! The SLOs of a file as they are written, whether they can be understood or not.
//!
//! An SLO with a fault in it is an SLO that fails: if only those that can be understood were listed, it would vanish from a
//! report just when something is found in it.

use crate::spec::Record;
use crate::yaml::Node;

use super::ReportedSlo;

/// Every SLO with a name in a document, in its order. Without a service, an SLO is called by its name alone.
pub fn written(document: &Node) -> Vec<ReportedSlo> {
    let Some(file) = Record::of(document) else {
        return Vec::new();
    };
    let service = file.text("service");
    let slos = file.list("slos").iter().filter_map(|item| {
        let name = Record::of(item)?.text("name")?.value;
        let id = match &service {
            Some(service) => format!("{}/{name}", service.value),
            None => name.to_string(),
        };
        Some(ReportedSlo {
            id,
            span: item.span,
        })
    });
    slos.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use crate::yaml;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let (documents, _) = yaml::read(SourceId(0), text);
        let slos: Vec<ReportedSlo> = documents
            .iter()
            .flat_map(|document| written(&document.root))
            .collect();
        let found: Vec<(&str, &str)> = slos
            .iter()
            .map(|slo| {
                let span = slo.span.start as usize..slo.span.end as usize;
                (slo.id.as_str(), text[span].trim_end())
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_slo_with_a_name_is_listed_with_all_that_is_written_of_it() {
        check(
            "service: s\nslos:\n  - name: a\n    objetive: 99\n  - objective: 99\n  - {name: b}\n  - text\n",
            &[("s/a", "name: a\n    objetive: 99"), ("s/b", "{name: b}")],
        );
        check(
            "slos: [{name: a}]\n---\nslos: x\n---\n- 1\n",
            &[("a", "{name: a}")],
        );
    }
}
