//! Asks the links of SLOs whether they lead anywhere. How far they may lead is said by the command line alone: whoever can
//! change a file in a branch could have an inner network asked.

use std::collections::BTreeSet;

use super::compile::Compiled;
use crate::base::Span;
use crate::lint::levels::Setting;
use crate::lint::library::Book;
use crate::lint::online::Online;
use crate::lint::online::runbook_link_dead::{self, Link, RB005};
use crate::model::Slo;
use crate::model::slo::Runbook;
use crate::runbook;
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
    let mut links = Vec::new();
    let mut sources = BTreeSet::new();
    for slo in slos {
        match &slo.runbook {
            Some(Runbook::Url(url)) => links.extend(slo.places.runbook.map(|span| Link {
                url: url.clone(),
                span,
            })),
            Some(Runbook::File(path)) if sources.insert(path) => {
                links.extend(compiled.runbooks.book(path).into_iter().flat_map(in_source));
            }
            Some(Runbook::File(_)) | None => {}
        }
    }
    links.retain(is_wanted);
    runbook_link_dead::check(&links, web)
}

/// The links in a runbook's source; one with places to fill in leads somewhere only where it is generated.
fn in_source(book: &Book) -> Vec<Link> {
    let Book::Read {
        source, document, ..
    } = book
    else {
        return Vec::new();
    };
    runbook::links(document)
        .filter(|link| !link.target.contains("{{"))
        .map(|link| Link {
            url: link.target.clone(),
            span: Span::new(*source, link.range.start, link.range.end),
        })
        .collect()
}
