//! Whether an address is one of the public internet.
//!
//! Pure. Answers from tables: the special-purpose registries of IANA, by the documents that reserve each block. What an IPv6
//! address carries of an IPv4 one is judged as that one. Promise: an address that no table knows as public is not
//! [`Realm::Public`].

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Everybody's: it means the same from everywhere.
    Public,
    /// It belongs to the machine or network of whoever asks.
    Private(&'static Block),
    /// No page is there: it names a link, a group, an example, the machine's landlord or nothing.
    Nobody(&'static Block),
}

/// A block of addresses that are not of the public internet.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Its first address.
    network: IpAddr,
    /// How many leading bits its addresses share.
    bits: u32,
    /// Whether it is of a machine or network.
    is_private: bool,
    /// What it is.
    pub name: &'static str,
    /// The document that reserves it.
    pub source: &'static str,
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.name, self.source)
    }
}

/// Blocks of which a machine or network of one's own is.
const PRIVATE: bool = true;
/// Blocks that are of nobody who could have a page there.
const NOBODY: bool = false;

const fn v4(
    [a, b, c, d]: [u8; 4],
    bits: u32,
    is_private: bool,
    name: &'static str,
    source: &'static str,
) -> Block {
    Block {
        network: IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
        bits,
        is_private,
        name,
        source,
    }
}

const fn v6(
    network: u128,
    bits: u32,
    is_private: bool,
    name: &'static str,
    source: &'static str,
) -> Block {
    Block {
        network: IpAddr::V6(Ipv6Addr::from_bits(network)),
        bits,
        is_private,
        name,
        source,
    }
}

/// The first block that holds an address decides.
#[rustfmt::skip]
static V4: &[Block] = &[
    v4([100, 100, 100, 200], 32, NOBODY, "metadata of a cloud", "Alibaba Cloud"),
    v4([168, 63, 129, 16], 32, NOBODY, "metadata of a cloud", "Microsoft Azure"),
    v4([0, 0, 0, 0], 8, NOBODY, "this network", "RFC 791"),
    v4([10, 0, 0, 0], 8, PRIVATE, "private", "RFC 1918"),
    v4([100, 64, 0, 0], 10, PRIVATE, "shared by a provider", "RFC 6598"),
    v4([127, 0, 0, 0], 8, PRIVATE, "loopback", "RFC 1122"),
    v4([169, 254, 0, 0], 16, NOBODY, "link-local", "RFC 3927"),
    v4([172, 16, 0, 0], 12, PRIVATE, "private", "RFC 1918"),
    v4([192, 0, 0, 0], 24, NOBODY, "protocol assignments", "RFC 6890"),
    v4([192, 0, 2, 0], 24, NOBODY, "documentation", "RFC 5737"),
    v4([192, 88, 99, 0], 24, NOBODY, "former 6to4 relays", "RFC 7526"),
    v4([192, 168, 0, 0], 16, PRIVATE, "private", "RFC 1918"),
    v4([198, 18, 0, 0], 15, NOBODY, "benchmarking", "RFC 2544"),
    v4([198, 51, 100, 0], 24, NOBODY, "documentation", "RFC 5737"),
    v4([203, 0, 113, 0], 24, NOBODY, "documentation", "RFC 5737"),
    v4([224, 0, 0, 0], 4, NOBODY, "multicast", "RFC 5771"),
    v4([240, 0, 0, 0], 4, NOBODY, "reserved", "RFC 1112"),
];

/// The first block that holds an address decides. What is global unicast is within `2000::/3`.
#[rustfmt::skip]
static V6: &[Block] = &[
    v6(0, 128, NOBODY, "unspecified", "RFC 4291"),
    v6(1, 128, PRIVATE, "loopback", "RFC 4291"),
    v6(0x0064_ff9b_0001 << 80, 48, PRIVATE, "private translation", "RFC 8215"),
    v6((0xfd00_0ec2 << 96) | 0x254, 128, NOBODY, "metadata of a cloud", "Amazon EC2"),
    v6(0xfc00 << 112, 7, PRIVATE, "private", "RFC 4193"),
    v6(0xfe80 << 112, 10, NOBODY, "link-local", "RFC 4291"),
    v6(0xfec0 << 112, 10, NOBODY, "former site-local", "RFC 3879"),
    v6(0xff00 << 112, 8, NOBODY, "multicast", "RFC 4291"),
    v6(0x2001 << 112, 23, NOBODY, "protocol assignments", "RFC 2928"),
    v6(0x2001_0db8 << 96, 32, NOBODY, "documentation", "RFC 3849"),
    v6(0x2002 << 112, 16, NOBODY, "former 6to4", "RFC 7526"),
    v6(0x3fff << 112, 20, NOBODY, "documentation", "RFC 9637"),
    v6(0, 3, NOBODY, "reserved", "RFC 4291"),
    v6(0x4000 << 112, 2, NOBODY, "reserved", "RFC 4291"),
    v6(0x8000 << 112, 1, NOBODY, "reserved", "RFC 4291"),
];

/// Prefixes of 96 bits after which an IPv4 address follows: mapped (RFC 4291) and translated (RFC 6052).
const CARRIERS: [u128; 2] = [0xffff << 32, 0x0064_ff9b << 96];

/// Whose an address is.
pub fn realm(address: IpAddr) -> Realm {
    let address = match address {
        IpAddr::V6(v6) => carried(v6).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    let blocks = match address {
        IpAddr::V4(_) => V4,
        IpAddr::V6(_) => V6,
    };
    match blocks.iter().find(|block| block.holds(address)) {
        None => Realm::Public,
        Some(block) if block.is_private => Realm::Private(block),
        Some(block) => Realm::Nobody(block),
    }
}

/// The IPv4 address that an IPv6 one carries.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = address.to_bits();
    let low = (bits & u128::from(u32::MAX)) as u32;
    CARRIERS
        .contains(&(bits - u128::from(low)))
        .then(|| Ipv4Addr::from_bits(low))
}

impl Block {
    fn holds(&self, address: IpAddr) -> bool {
        match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(address: &str) -> Realm {
        realm(address.parse().unwrap())
    }

    fn check_private(source: &str, inside: &[&str]) {
        for address in inside {
            let realm = of(address);
            assert!(
                matches!(realm, Realm::Private(block) if block.source == source),
                "{address}: {realm:?}"
            );
        }
    }

    fn check_nobody(source: &str, inside: &[&str]) {
        for address in inside {
            let realm = of(address);
            assert!(
                matches!(realm, Realm::Nobody(block) if block.source == source),
                "{address}: {realm:?}"
            );
        }
    }

    fn check_public(addresses: &[&str]) {
        for address in addresses {
            assert_eq!(of(address), Realm::Public, "{address}");
        }
    }

    #[test]
    fn networks_of_ones_own_are_private_up_to_their_edges() {
        check_private("RFC 1918", &["10.0.0.0", "10.255.255.255"]);
        check_private("RFC 1918", &["172.16.0.0", "172.31.255.255"]);
        check_private("RFC 1918", &["192.168.0.0", "192.168.255.255"]);
        check_private("RFC 6598", &["100.64.0.0", "100.127.255.255"]);
        check_private("RFC 1122", &["127.0.0.0", "127.0.0.1", "127.255.255.255"]);
        check_private("RFC 4291", &["::1"]);
        check_private("RFC 4193", &["fc00::", "fdff:ffff::1", "fd00:ec2::253"]);
        check_private("RFC 8215", &["64:ff9b:1::", "64:ff9b:1:ffff::1"]);
        check_public(&["9.255.255.255", "11.0.0.0"]);
        check_public(&["172.15.255.255", "172.32.0.0"]);
        check_public(&["192.167.255.255", "192.169.0.0"]);
        check_public(&["100.63.255.255", "100.128.0.0"]);
        check_public(&["126.255.255.255", "128.0.0.0"]);
    }

    #[test]
    fn addresses_where_no_page_is_are_nobodys_up_to_their_edges() {
        check_nobody("RFC 791", &["0.0.0.0", "0.255.255.255"]);
        check_nobody(
            "RFC 3927",
            &["169.254.0.0", "169.254.169.254", "169.254.255.255"],
        );
        check_nobody("RFC 6890", &["192.0.0.0", "192.0.0.255"]);
        check_nobody("RFC 5737", &["192.0.2.0", "192.0.2.255", "198.51.100.7"]);
        check_nobody("RFC 5737", &["203.0.113.0", "203.0.113.255"]);
        check_nobody("RFC 7526", &["192.88.99.0", "192.88.99.255", "2002::1"]);
        check_nobody("RFC 2544", &["198.18.0.0", "198.19.255.255"]);
        check_nobody("RFC 5771", &["224.0.0.0", "239.255.255.255"]);
        check_nobody("RFC 1112", &["240.0.0.0", "255.255.255.255"]);
        check_public(&["1.0.0.0", "169.253.255.255", "169.255.0.0"]);
        check_public(&["192.0.1.0", "192.0.1.255", "192.0.3.0", "198.51.101.0"]);
        check_public(&[
            "192.88.98.255",
            "192.88.100.0",
            "198.17.255.255",
            "198.20.0.0",
        ]);
        check_public(&[
            "203.0.112.255",
            "203.0.114.0",
            "198.51.99.255",
            "223.255.255.255",
        ]);
    }

    #[test]
    fn beyond_global_unicast_nothing_is_public() {
        check_nobody("RFC 4291", &["::", "::2", "::7f00:1", "1fff:ffff::"]);
        check_nobody("RFC 4291", &["4000::", "5f00::1", "7fff::", "8000::"]);
        check_nobody("RFC 4291", &["fbff::", "fe00::", "fe80::1", "febf::1"]);
        check_nobody("RFC 4291", &["ff00::", "ff02::1", "100::1", "64:ff9b:2::1"]);
        check_nobody("RFC 3879", &["fec0::1", "feff::1"]);
        check_nobody("RFC 2928", &["2001::1", "2001:1ff:ffff::1", "2001:20::1"]);
        check_nobody("RFC 3849", &["2001:db8::1", "2001:db8:ffff::1"]);
        check_nobody("RFC 9637", &["3fff::1", "3fff:fff:ffff::1"]);
        check_nobody("RFC 7526", &["2002:7f00:1::", "2002:ffff::"]);
        check_public(&["2000::1", "2001:200::1", "2001:db7::1", "2001:db9::1"]);
        check_public(&["2003::1", "3ffe::1", "3fff:1000::1", "2606:4700::1111"]);
    }

    #[test]
    fn metadata_of_clouds_is_nobodys_and_its_neighbours_are_what_they_were() {
        check_nobody("Alibaba Cloud", &["100.100.100.200"]);
        check_private("RFC 6598", &["100.100.100.199", "100.100.100.201"]);
        check_nobody("Microsoft Azure", &["168.63.129.16"]);
        check_public(&["168.63.129.15", "168.63.129.17"]);
        check_nobody("Amazon EC2", &["fd00:ec2::254"]);
    }

    #[test]
    fn an_address_that_carries_another_is_judged_as_that_one() {
        check_private("RFC 1122", &["::ffff:127.0.0.1", "64:ff9b::127.0.0.1"]);
        check_private("RFC 1918", &["::ffff:10.1.2.3", "64:ff9b::10.1.2.3"]);
        check_nobody(
            "RFC 3927",
            &["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"],
        );
        check_nobody("RFC 791", &["::ffff:0.0.0.0", "64:ff9b::"]);
        check_public(&["::ffff:9.9.9.9", "64:ff9b::9.9.9.9"]);
        check_nobody("RFC 4291", &["::fffe:9.9.9.9", "::1:ffff:9.9.9.9"]);
    }

    #[test]
    fn no_row_is_behind_one_that_holds_it() {
        for block in V4.iter().chain(V6) {
            let found = realm(block.network);
            assert!(
                matches!(found, Realm::Private(by) | Realm::Nobody(by) if by == block)
                    || [0, 3].contains(&block.bits),
                "{block:?}: {found:?}"
            );
        }
    }
}
