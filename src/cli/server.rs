//! Which server is asked, and as whom. Never from a file of the workspace: whoever can change it in a branch could have
//! credentials sent elsewhere.

use super::{Io, online};
use crate::source::{Partial, Source};

/// Where a server's URL is read from, where no flag says it.
const URL: &str = "BURNWATCH_PROMETHEUS_URL";

/// The server of a command.
#[derive(clap::Args)]
pub(super) struct ServerArguments {
    /// Ask this server; credentials come from BURNWATCH_PROMETHEUS_TOKEN, or _USER and _PASSWORD
    #[arg(long, value_name = "URL")]
    prometheus: Option<String>,
    /// A header for every question to it, such as `X-Scope-OrgID: team`
    #[arg(long, value_name = "HEADER")]
    prometheus_header: Vec<String>,
    /// Take answers of which the server warns that they may lack series
    #[arg(long)]
    allow_partial: bool,
}

impl ServerArguments {
    /// The server, where one is named by a flag or by the environment.
    pub fn source(&self, io: &Io<'_>) -> Result<Option<Source>, String> {
        let url = self.prometheus.clone().or_else(|| (io.environment)(URL));
        let url = url.filter(|url| !url.is_empty());
        url.map(|url| online::source(&url, &self.prometheus_header, self.partial(), io))
            .transpose()
    }

    fn partial(&self) -> Partial {
        match self.allow_partial {
            true => Partial::Allowed,
            false => Partial::Refused,
        }
    }
}
