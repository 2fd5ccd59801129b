//! Prometheus and VictoriaMetrics take the files.

use crate::generated::{WORKSPACES, ending, generate};
use crate::kit::tools::{promtool, run, tool};

#[test]
fn promtool_takes_every_rule_file() {
    for workspace in WORKSPACES {
        for mode in ["recorded", "raw"] {
            let folder = tempfile::TempDir::new().unwrap();
            let files = generate(
                workspace,
                folder.path(),
                &["--only", "rules", "--windows", mode],
            );
            for file in ending(&files, ".rules.yaml") {
                let said = promtool(folder.path(), ["check", "rules", file.to_str().unwrap()])
                    .expect_success(&format!("promtool check rules {}", file.display()));
                assert!(said.contains("SUCCESS"), "{said}");
            }
        }
    }
}

/// Debian's vmalert is older than `keep_firing_for`, which is why only a tier that sets it has it.
#[test]
fn vmalert_takes_every_rule_file_without_keep_firing_for() {
    for workspace in WORKSPACES {
        let folder = tempfile::TempDir::new().unwrap();
        let files = generate(workspace, folder.path(), &["--only", "rules"]);
        let mut taken = 0;
        for file in ending(&files, ".rules.yaml") {
            let text = std::fs::read_to_string(file).unwrap();
            let rule = format!("-rule={}", file.display());
            let outcome = run(&tool("vmalert"), folder.path(), ["-dryRun", &rule]);
            let newer = text.contains("keep_firing_for:");
            assert_eq!(
                outcome.success,
                !newer,
                "{}: {}{}",
                file.display(),
                outcome.stdout,
                outcome.stderr
            );
            taken += usize::from(outcome.success);
        }
        assert!(taken > 0);
    }
}
