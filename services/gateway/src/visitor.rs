//! Who is asking: from which address, and under whose name if a good token says so.
//!
//! Behind proxies the socket shows the nearest of them. Each writes into `X-Forwarded-For` whom it has been
//! asked by, at the end; so of `n` proxies that are believed, the `n`-th entry from the end was written by
//! the outermost of them, and what stands before it may be anybody's invention.

use axum::http::HeaderMap;
use chassis::identity::Principal;
use http::HeaderName;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Whom proxies speak for.
pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// How the outermost of them was asked.
pub(crate) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Who is asking.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// The client's address.
    pub(crate) address: IpAddr,
    /// The addresses from the client to the last proxy, in the order of `X-Forwarded-For`.
    pub(crate) chain: Vec<IpAddr>,
    /// Whether the client speaks TLS with the outermost proxy.
    pub(crate) is_secure: bool,
    /// Whom a good token names.
    pub(crate) principal: Option<Arc<Principal>>,
}

impl Visitor {
    /// Whoever asks by way of `peer` and so many proxies that are believed.
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, trusted_hops: u32) -> Self {
        let believed = believed(headers, trusted_hops);
        let chain: Vec<_> = believed.into_iter().flatten().chain([peer.to_canonical()]).collect();
        let is_behind_proxies = chain.len() > 1;
        Self {
            address: chain.first().copied().unwrap_or(peer),
            chain,
            is_secure: is_behind_proxies && is_https(headers),
            principal: None,
        }
    }

    /// Whether they run the shop.
    pub(crate) fn is_staff(&self) -> bool {
        self.principal.as_ref().is_some_and(|it| it.is_staff())
    }
}

/// The last so many entries, if there are so many and all of them are addresses.
fn believed(headers: &HeaderMap, count: u32) -> Option<Vec<IpAddr>> {
    let count = usize::try_from(count).ok().filter(|it| *it > 0)?;
    let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|it| it.to_str().ok());
    let entries: Vec<_> = lines.flat_map(|it| it.split(',')).map(str::trim).collect();
    let last = entries.get(entries.len().checked_sub(count)?..)?;
    last.iter().map(|it| address(it)).collect()
}

/// An address, as some write it with a port.
fn address(entry: &str) -> Option<IpAddr> {
    let plain = entry.parse::<IpAddr>().ok();
    let with_port = || entry.parse::<SocketAddr>().ok().map(|it| it.ip());
    let in_brackets = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    plain.or_else(with_port).or_else(in_brackets).map(|it| it.to_canonical())
}

/// What the nearest proxy says; those before it are its own affair.
fn is_https(headers: &HeaderMap) -> bool {
    let last = headers.get_all(FORWARDED_PROTO).iter().next_back().and_then(|it| it.to_str().ok());
    last.and_then(|it| it.split(',').next()).is_some_and(|it| it.trim() == "https")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    const PEER: &str = "10.0.0.9";

    fn seen(lines: &[&'static str], hops: u32) -> (String, Vec<String>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        let visitor = Visitor::of(PEER.parse().unwrap(), &headers, hops);
        let chain = visitor.chain.iter().map(ToString::to_string).collect();
        (visitor.address.to_string(), chain)
    }

    #[test]
    fn only_what_a_believed_proxy_has_written_counts() {
        let lines = ["6.6.6.6, 192.0.2.1", "198.51.100.1"];
        assert_eq!(seen(&lines, 0), (PEER.to_owned(), vec![PEER.to_owned()]));
        assert_eq!(seen(&lines, 1).0, "198.51.100.1");
        assert_eq!(seen(&lines, 2).0, "192.0.2.1");
        assert_eq!(seen(&lines, 2).1, ["192.0.2.1", "198.51.100.1", PEER]);
        assert_eq!(seen(&lines, 4).0, PEER, "there are fewer");
        assert_eq!(seen(&[], 1).0, PEER);
    }

    #[test]
    fn what_is_no_address_is_not_believed() {
        for (entry, address) in [
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("192.0.2.1:80", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("unknown", PEER),
            ("", PEER),
            ("192.0.2.1, ", PEER),
        ] {
            assert_eq!(seen(&[entry], 1).0, address, "{entry}");
        }
    }
}
