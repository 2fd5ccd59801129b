//! Asks the links of SLOs whether they lead anywhere. How far they may lead is said by the command line alone: whoever can
//! change a file in a branch could have an inner network asked.

use super::compile::Compiled;
use crate::lint::levels::Setting;
use crate::lint::online::Online;
use crate::lint::online::runbook_link_dead::{self, Link, RB005};
use crate::model::Slo;
use crate::model::slo::Runbook;
use crate::source::{LinkSettings, Links};
use crate::web::{Reach, Web};

/// The arguments about links.
#[derive(clap::Args)]
pub(super) struct LinkArguments {
    /// Ask every link to a runbook, without credentials, whether anything is there
    #[arg(long)]
    check_links: bool,
    /// Ask those that lead into private networks too, or to this machine
    #[arg(long, requires = "check_links")]
    allow_private_links: bool,
}

impl LinkArguments {
    /// Who asks, if links are to be asked.
    pub(super) fn open(&self) -> Result<Option<Links>, String> {
        if !self.check_links {
            return Ok(None);
        }
        let reach = match self.allow_private_links {
            true => Reach::PrivateToo,
            false => Reach::Public,
        };
        let links = Links::new(LinkSettings::new(reach));
        links.map(Some).map_err(|error| error.to_string())
    }
}

/// What the links say of the SLOs that are `asked` for, but for files in which nobody wants to know.
pub(super) fn check(
    compiled: &Compiled,
    asked: impl Fn(&Slo) -> bool,
    web: &mut dyn Web,
) -> Online {
    let slos = compiled.slos.iter().filter(|slo| asked(slo));
    let is_wanted = |link: &Link| {
        let file = &compiled.sources.get(link.span.source).name;
        compiled.levels.of(RB005.id, file) != Some(Setting::Off)
    };
    let links: Vec<Link> = slos.filter_map(link).filter(is_wanted).collect();
    runbook_link_dead::check(&links, web)
}

/// The link to the runbook of an SLO, where it has one of its own.
fn link(slo: &Slo) -> Option<Link> {
    match slo.runbook.as_ref()? {
        Runbook::Url(url) => Some(Link {
            url: url.clone(),
            span: slo.places.runbook?,
        }),
        Runbook::File(_) => None,
    }
}
