//! A workspace of one service in a folder of its own, compiled by the binary.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::kit::tools::run;

/// The files of one service.
pub struct Generated {
    folder: TempDir,
}

impl Generated {
    /// Compiles `slos`, the items of a list, for a service `shop`; `workspace` is the rest of the workspace file.
    pub fn new(workspace: &str, slos: &str) -> Generated {
        let folder = TempDir::new().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write(
            "burnwatch.yaml",
            &format!(
                "apiVersion: burnwatch/v1\nslos: [shop.yaml]\noutput: out\nteams: {{web: {{}}}}\n{workspace}"
            ),
        );
        write(
            "shop.yaml",
            &format!(
                "apiVersion: burnwatch/v1\nservice: shop\nowner: web\nrunbook: https://runbooks.example.com/shop\nslos:\n{slos}"
            ),
        );
        run(
            Path::new(env!("CARGO_BIN_EXE_burnwatch")),
            folder.path(),
            ["generate"],
        )
        .expect_success("generate");
        Generated { folder }
    }

    /// Where the files of rules and tests are.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("out/prometheus")
    }

    /// The text of `shop` with this ending, such as `rules.yaml`.
    pub fn text(&self, ending: &str) -> String {
        std::fs::read_to_string(self.folder().join(format!("shop.{ending}"))).unwrap()
    }
}
