//! What became of a link, and who asks.

use std::fmt;

use super::web_url::WebUrl;
use crate::base::Duration;
use crate::base::address::{Block, Realm};

/// What became of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something is there.
    Alive,
    /// Nothing is there.
    Dead(Death),
    /// It could not be told.
    Unknown(Doubt),
}

/// How it is known that a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// The server says so, with this status.
    Status(u16),
    /// Its host has no address.
    NoHost,
}

/// Why it could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The server answers with a status that says nothing about the page.
    Status(u16),
    /// No answer came in time.
    TooSlow(Duration),
    /// The time of the run was over before.
    RunOver(Duration),
    /// So many links were asked already.
    TooMany(usize),
    /// No connection, or one that broke; what the system says.
    Unreachable(String),
    /// Nobody says where its host is; what the system says.
    Lookup(String),
    /// Its host has no address, and neither has one that is known to have some: this machine does not know the internet.
    Isolated,
    /// It is on the machine or network of whoever asks, and that was not allowed.
    Private(&'static Block),
    /// It is where no page is.
    Nobody(&'static Block),
    /// It redirects more often than this.
    Redirects(usize),
    /// It redirects to something that cannot be asked.
    Astray,
    /// It holds a user or a password.
    Credentials,
    /// It is longer than this, in bytes.
    TooLong(usize),
}

/// Says what the link does: `answers 503`.
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::Status(status) => write!(f, "answers {status}"),
            Doubt::TooSlow(limit) => write!(f, "does not answer within {limit}"),
            Doubt::RunOver(limit) => {
                write!(f, "was not answered in the {limit} that all links have")
            }
            Doubt::TooMany(most) => write!(f, "was not asked: {most} links are asked in a run"),
            Doubt::Unreachable(why) => write!(f, "cannot be reached: {why}"),
            Doubt::Lookup(why) => write!(f, "has a host that cannot be looked up: {why}"),
            Doubt::Isolated => f.write_str(
                "has a host without an address, but no host of the internet has one here",
            ),
            Doubt::Private(block) => write!(
                f,
                "is not on the public internet ({block}); `--allow-private-links` lets it be asked"
            ),
            Doubt::Nobody(block) => write!(f, "is at an address that is never asked ({block})"),
            Doubt::Redirects(most) => write!(f, "redirects more than {most} times"),
            Doubt::Astray => f.write_str("redirects to what is no `http` or `https` URL"),
            Doubt::Credentials => f.write_str("holds credentials, which are not sent"),
            Doubt::TooLong(most) => write!(f, "is longer than {most} bytes"),
        }
    }
}

/// How far links may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To the public internet.
    Public,
    /// To the machine and networks of whoever asks, too.
    PrivateToo,
}

impl Reach {
    /// Why an address of this realm is out of reach, if it is.
    pub fn refuses(self, realm: Realm) -> Option<Doubt> {
        match (realm, self) {
            (Realm::Public, _) | (Realm::Private(_), Reach::PrivateToo) => None,
            (Realm::Private(block), Reach::Public) => Some(Doubt::Private(block)),
            (Realm::Nobody(block), _) => Some(Doubt::Nobody(block)),
        }
    }
}

/// Who asks links.
pub trait Web {
    /// One verdict for each URL, in their order.
    fn ask(&mut self, urls: &[WebUrl]) -> Vec<Verdict>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::address::realm;

    #[test]
    fn private_addresses_need_permission_and_nobodys_have_none() {
        let check = |address: &str, reach: Reach, expected: Option<&str>| {
            let refused = reach.refuses(realm(address.parse().unwrap()));
            let source = refused.map(|doubt| match doubt {
                Doubt::Private(block) | Doubt::Nobody(block) => block.source,
                other => panic!("{other:?}"),
            });
            assert_eq!(source, expected, "{address} {reach:?}");
        };
        check("9.9.9.9", Reach::Public, None);
        check("10.0.0.1", Reach::Public, Some("RFC 1918"));
        check("10.0.0.1", Reach::PrivateToo, None);
        check("169.254.169.254", Reach::Public, Some("RFC 3927"));
        check("169.254.169.254", Reach::PrivateToo, Some("RFC 3927"));
    }
}
