//! How the daemon is asked: what the workspace says.

use std::path::Path;

use crate::model::Daemon;
use crate::model::daemon;
use crate::serve::{Probes, ServeSettings};

/// How the daemon is asked. Paths are relative to `root`, the workspace's folder.
pub fn serve_settings(daemon: &Daemon, root: &Path) -> ServeSettings {
    ServeSettings {
        web_config: daemon.web_config.as_ref().map(|path| root.join(path)),
        probes: match daemon.probes {
            daemon::Probes::Guarded => Probes::Guarded,
            daemon::Probes::Open => Probes::Open,
        },
        ..ServeSettings::new(daemon.listen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_workspace() {
        let daemon = Daemon {
            web_config: Some("web.yaml".to_string()),
            probes: daemon::Probes::Open,
            ..Daemon::default()
        };
        let settings = serve_settings(&daemon, Path::new("folder"));
        assert_eq!(settings.listen, daemon.listen);
        assert_eq!(settings.probes, Probes::Open);
        let web_config = settings.web_config.unwrap();
        assert_eq!(web_config, Path::new("folder/web.yaml"));
    }
}
