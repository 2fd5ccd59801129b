//! Findings to be reported.

use std::sync::LazyLock;

use burnwatch::base::{SourceId, Span};
use burnwatch::diagnostics::code::{SP001, SP002, SP005, SP009, SP016};
use burnwatch::diagnostics::{Colour, Edit, Finding, Findings, Sources};
use burnwatch::lint::options::SLOTS;
use burnwatch::lint::{self, CHECKS, Check, Options, Subject, Suppressed};
use burnwatch::model::{self, Workspace};
use burnwatch::plan::Settings;
use burnwatch::report::{Report, ReportedSlo, written};
use burnwatch::spec::check;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;
use burnwatch::yaml;

/// All that a report refers to.
#[derive(Debug, Default)]
pub struct Set {
    pub sources: Sources,
    pub findings: Findings,
    pub left_out: usize,
    pub suppressed: Vec<Suppressed>,
    pub slos: Vec<ReportedSlo>,
    pub unchecked: Vec<String>,
}

/// A file whose SLOs have a misspelt field, and a tier that can never fire.
const REAL: &str = "apiVersion: burnwatch/v1
service: search
owner: discovery
slos:
  - name: availability
    objetive: 99.9
    sli:
      ratio:
        events: http_requests_total{job=\"search\"}
        errors_where: code=~\"5..\"
  - name: freshness
    objective: 92.5
    sli:
      ratio:
        events: index_updates_total{job=\"search\"}
        errors_where: result=\"late\"
  - name: latency
    objective: 99
    sli:
      ratio:
        events: http_requests_total{job=\"search\"}
        errors_where: slow=\"true\"
";

/// The checks that speak in these sets, so that a new one does not change every golden.
static SPEAKING: LazyLock<Vec<&Check>> = LazyLock::new(|| {
    let all = CHECKS.iter().copied();
    all.filter(|check| SPOKEN.contains(&check.code.id))
        .collect()
});

const SPOKEN: [&str; 2] = ["SP002", "AL001"];

impl Set {
    /// What is reported of it.
    pub fn report(&self) -> Report<'_> {
        Report {
            findings: &self.findings,
            left_out: self.left_out,
            suppressed: &self.suppressed,
            sources: &self.sources,
            slos: &self.slos,
            unchecked: &self.unchecked,
            checks: &SPEAKING,
            colour: Colour::Plain,
        }
    }

    /// The place of a needle in a source.
    pub fn at(&self, source: SourceId, needle: &str) -> Span {
        let start = self.sources.get(source).text.find(needle).unwrap();
        Span::new(source, start, start + needle.len())
    }

    /// What burnwatch itself finds in a file.
    pub fn real() -> Set {
        let mut set = Set::default();
        let workspace = set.sources.add(
            "burnwatch.yaml",
            "apiVersion: burnwatch/v1\nteams: {discovery: {}}\n",
        );
        let file = set.sources.add("slos/search.yaml", REAL);
        let text = |id| &set.sources.get(id).text;
        let (mut documents, _) = yaml::read(workspace, text(workspace));
        check::check(
            &mut documents[0].root,
            &WORKSPACE_FILE,
            &SLOTS,
            &mut set.findings,
        );
        let workspace = Workspace::resolve(&documents[0].root, &mut set.findings);
        let (mut files, _) = yaml::read(file, text(file));
        let root = &mut files[0].root;
        check::check(root, &SLO_FILE, &SLOTS, &mut set.findings);
        let slos = model::slos(&*root, &workspace, &mut set.findings);
        let (settings, options) = (Settings::of(&workspace), Options::default());
        for slo in &slos {
            lint::each(&Subject::new(slo, &settings, &options), &mut set.findings);
        }
        set.findings
            .retain(|finding| SPOKEN.contains(&finding.code.id));
        set.findings.sort_by_key(|finding| finding.primary.span);
        set.slos = written(&*root);
        assert_eq!(set.findings.len(), 2, "{:?}", set.findings);
        set
    }

    /// Everything that is awkward to say.
    pub fn awkward() -> Set {
        let mut set = Set::default();
        let names = [
            "burnwatch.yaml",
            "slos/a.yaml",
            "slos/odd, name: 100%\n::error::x]]>.yaml",
            "<stdin>",
        ];
        let texts = [
            "apiVersion: burnwatch/v1\n",
            "slos:\r\n  - name: a\r\n\tobjetive: 99.9\r\n    w: 日本é語\r\n  - name: b\r\n    sli: >\r\n      one\r\n      two\r\n",
            "slos:\n  - {name: a, x: 100%}\n",
            "# ::warning::y\nslos: [{name: c}]\n",
        ];
        let ids: Vec<SourceId> = names
            .iter()
            .zip(texts)
            .map(|(name, text)| set.sources.add(*name, text))
            .collect();
        let slo = |set: &Set, at, needle, id: &str| ReportedSlo {
            id: id.to_string(),
            span: set.at(at, needle),
        };
        set.slos = vec![
            slo(
                &set,
                ids[1],
                "name: a\r\n\tobjetive: 99.9\r\n    w: 日本é語\r\n",
                "shop/a",
            ),
            slo(
                &set,
                ids[1],
                "name: b\r\n    sli: >\r\n      one\r\n      two\r\n",
                "shop/b",
            ),
            slo(&set, ids[2], "{name: a, x: 100%}", "shop/a"),
            slo(&set, ids[3], "{name: c}", "shop/c"),
        ];
        let field = set.at(ids[1], "objetive");
        let edit = |span, text: &str| Edit {
            span,
            text: text.to_string(),
        };
        set.findings = vec![
            Finding::new(
                SP016,
                set.at(ids[0], "apiVersion"),
                "a field that does nothing yet",
            ),
            Finding::new(SP002, field, "unknown field `objetive`")
                .label("not a field of an SLO")
                .also(set.at(ids[1], "name: a"), "in this SLO")
                .note("100 % sure: a, b = c\n::error::a second line")
                .fix(
                    "a field with a similar name exists",
                    vec![edit(field, "objective")],
                ),
            Finding::new(
                SP009,
                set.at(ids[1], "é語"),
                "wide characters <&>\"' ]]> stand before",
            )
            .help("[a link](https://example.com)")
            .patch(
                "two places",
                vec![
                    edit(set.at(ids[1], "w:"), "v:"),
                    edit(set.at(ids[1], "語"), ""),
                ],
            ),
            Finding::new(
                SP005,
                set.at(ids[1], "sli: >\r\n      one\r\n      two\r\n"),
                "a range of lines",
            ),
            Finding::new(
                SP002,
                set.at(ids[2], "x"),
                "control \0 \u{1b}[31m \u{85} \u{202e} characters\r\n::error::x",
            )
            .also(set.at(ids[1], "name: a"), "the other file"),
            Finding::new(
                SP001,
                set.at(ids[3], "slos"),
                "::error::a fault in stdin at 50%",
            ),
        ];
        set.findings[2].level = burnwatch::diagnostics::Level::Warning;
        set.suppressed = vec![
            Suppressed {
                finding: Finding::new(SP002, set.at(ids[1], "w:"), "suppressed with a reason"),
                reason: Some("the edge counts: 100 %".to_string()),
            },
            Suppressed {
                finding: Finding::new(SP002, set.at(ids[1], "w:"), "suppressed without one"),
                reason: None,
            },
        ];
        set.unchecked =
            vec!["the server at `https://prometheus.example.com`: timeout, 10s".to_string()];
        set
    }

    /// Files without any fault.
    pub fn clean() -> Set {
        let mut set = Set::real();
        set.findings.clear();
        set
    }
}
