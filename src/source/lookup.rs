//! Which addresses of a host may be connected to.
//!
//! What is judged here is what is connected to: between the two nobody looks a name up again, so that a name which changes
//! its address in between gains nothing.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::base::address::realm;
use crate::net::{Lookup, LookupFault};
use crate::web::{Death, Doubt, Reach, Verdict};

/// Lets a client connect to addresses within reach, and to no other.
pub(super) struct Guard {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) reach: Reach,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, reach) = (self.lookup.clone(), self.reach);
        Box::pin(async move {
            let looked = tokio::task::spawn_blocking(move || {
                admitted(lookup.addresses(name.as_str()), reach)
            });
            let admitted = looked.await??;
            let addresses = admitted
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// The addresses within reach; without any, why.
fn admitted(
    found: Result<Vec<IpAddr>, LookupFault>,
    reach: Reach,
) -> Result<Vec<IpAddr>, NotAdmitted> {
    let addresses = found.map_err(|fault| {
        NotAdmitted(match fault {
            LookupFault::None => Verdict::Dead(Death::NoHost),
            LookupFault::Failed(why) => Verdict::Unknown(Doubt::Lookup(why)),
        })
    })?;
    let mut refused = None;
    let admitted: Vec<IpAddr> = addresses
        .into_iter()
        .filter(|address| {
            let refusal = reach.refuses(realm(*address));
            let is_admitted = refusal.is_none();
            refused = refused.take().or(refusal);
            is_admitted
        })
        .collect();
    match (admitted.is_empty(), refused) {
        (false, _) => Ok(admitted),
        (true, Some(doubt)) => Err(NotAdmitted(Verdict::Unknown(doubt))),
        (true, None) => Err(NotAdmitted(Verdict::Dead(Death::NoHost))),
    }
}

/// Why nothing was connected, on its way through the errors of the client.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotAdmitted(pub(super) Verdict);

impl fmt::Display for NotAdmitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not connected: {:?}", self.0)
    }
}

impl Error for NotAdmitted {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: Result<&[&str], LookupFault>, reach: Reach, expected: Result<&[&str], &str>) {
        let parsed = |texts: &[&str]| -> Vec<IpAddr> {
            texts.iter().map(|text| text.parse().unwrap()).collect()
        };
        let outcome =
            admitted(found.clone().map(parsed), reach).map_err(|refused| match refused.0 {
                Verdict::Unknown(Doubt::Private(block) | Doubt::Nobody(block)) => {
                    block.source.into()
                }
                other => format!("{other:?}"),
            });
        let expected = expected.map(parsed).map_err(str::to_string);
        assert_eq!(outcome, expected, "{found:?} {reach:?}");
    }

    #[test]
    fn of_several_addresses_those_within_reach_are_connected() {
        let mixed: &[&str] = &[
            "10.0.0.1",
            "9.9.9.9",
            "169.254.169.254",
            "::1",
            "2620:fe::9",
        ];
        check(Ok(mixed), Reach::Public, Ok(&["9.9.9.9", "2620:fe::9"]));
        let private: &[&str] = &["10.0.0.1", "9.9.9.9", "::1", "2620:fe::9"];
        check(Ok(mixed), Reach::PrivateToo, Ok(private));
        check(Ok(&["::ffff:127.0.0.1"]), Reach::Public, Err("RFC 1122"));
        check(Ok(&["0.0.0.0"]), Reach::PrivateToo, Err("RFC 791"));
    }

    #[test]
    fn a_host_without_an_address_is_told_from_one_that_nobody_knows() {
        check(Err(LookupFault::None), Reach::Public, Err("Dead(NoHost)"));
        check(Ok(&[]), Reach::Public, Err("Dead(NoHost)"));
        check(
            Err(LookupFault::Failed("later".to_string())),
            Reach::Public,
            Err("Unknown(Lookup(\"later\"))"),
        );
    }
}
