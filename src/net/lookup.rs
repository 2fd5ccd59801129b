//! From the name of a host to its addresses.

use std::net::IpAddr;

use dns_lookup::LookupErrorKind;

/// Says where hosts are.
pub trait Lookup: Send + Sync {
    /// The addresses of a host; it may block.
    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupFault>;
}

/// Why there are no addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupFault {
    /// The host has none.
    None,
    /// Nobody says; what the system says.
    Failed(String),
}

/// Asks the system.
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupFault> {
        match dns_lookup::lookup_host(host) {
            Ok(addresses) => Ok(addresses.collect()),
            Err(error) => Err(match error.kind() {
                LookupErrorKind::NoName | LookupErrorKind::NoData => LookupFault::None,
                _ => LookupFault::Failed(error.to_string()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_that_localhost_is_here() {
        let addresses = SystemLookup.addresses("localhost").unwrap();
        assert!(!addresses.is_empty() && addresses.iter().all(IpAddr::is_loopback));
    }
}
