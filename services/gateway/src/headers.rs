//! What happens to header fields on their way: those of one connection stay behind, and what a client
//! claims about itself is replaced by what is known.

use crate::visitor::{FORWARDED_FOR, FORWARDED_PROTO, Visitor};
use chassis::http::TIME_LEFT;
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CONNECTION, EXPECT, FORWARDED, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE,
        TRANSFER_ENCODING, UPGRADE, VIA,
    },
};
use std::time::Duration;

/// Fields of one connection, beside those that `Connection` names (RFC 9110 §7.6.1).
static HOP_BY_HOP: [HeaderName; 8] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Fields in which a proxy says whom it speaks for. Only our own word counts, in which that of proxies is
/// that are believed.
static CLAIMS: [HeaderName; 8] = [
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-prefix"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
];

/// Removes what belongs to the connection and not to the message.
pub(crate) fn leave_connection(headers: &mut HeaderMap) {
    let listed = headers.get_all(CONNECTION).iter().filter_map(|it| it.to_str().ok());
    let named = listed.flat_map(|it| it.split(',')).filter_map(|it| it.trim().parse().ok());
    let named: Vec<HeaderName> = named.collect();
    for name in named {
        headers.remove(name);
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Says whom the request comes from. The client's `Host` becomes `X-Forwarded-Host`; the upstream's is
/// put in its place when the request is sent.
pub(crate) fn introduce(visitor: &Visitor, headers: &mut HeaderMap) {
    for name in &CLAIMS {
        headers.remove(name);
    }
    headers.remove(EXPECT); // answered by the server that reads the body
    if let Some(host) = headers.remove(HOST) {
        headers.insert("x-forwarded-host", host);
    }
    let chain: Vec<_> = visitor.chain.iter().map(ToString::to_string).collect();
    headers.insert(FORWARDED_FOR, value(&chain.join(", ")));
    let scheme = if visitor.is_secure { "https" } else { "http" };
    headers.insert(FORWARDED_PROTO, HeaderValue::from_static(scheme));
    headers.append(VIA, HeaderValue::from_static("1.1 gateway"));
}

/// Tells the service how long its answer is waited for, in place of what the client may say about that.
pub(crate) fn tell_time_left(left: Duration, headers: &mut HeaderMap) {
    headers
        .insert(TIME_LEFT, HeaderValue::from(u64::try_from(left.as_millis()).unwrap_or(u64::MAX)));
}

/// A field value of our own making.
///
/// # Panics
/// When it has other than visible ASCII characters: a slip of the author's.
#[expect(clippy::expect_used, reason = "only for texts that the gateway makes")]
pub(crate) fn value(text: &str) -> HeaderValue {
    text.parse().expect("a text of ours is a legal field value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn what_belongs_to_the_connection_stays_behind() {
        let mut given = headers(&[
            ("connection", "close, X-Private"),
            ("connection", "keep-alive,x-other, no name"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "websocket"),
            ("x-private", "1"),
            ("x-other", "2"),
            ("x-public", "3"),
        ]);
        leave_connection(&mut given);
        assert_eq!(given, headers(&[("x-public", "3")]));
    }

    #[test]
    fn what_a_client_claims_is_replaced() {
        let mut given = headers(&[
            ("host", "shop.example.com"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=10.0.0.1"),
            ("x-real-ip", "10.0.0.1"),
        ]);
        let visitor = Visitor::of(IpAddr::from([192, 0, 2, 1]), &given, 0);
        introduce(&visitor, &mut given);
        let expected = headers(&[
            ("x-forwarded-host", "shop.example.com"),
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "http"),
            ("via", "1.1 gateway"),
        ]);
        assert_eq!(given, expected);
    }

    #[test]
    fn proxies_that_are_believed_are_passed_on() {
        let fields = [("x-forwarded-for", "6.6.6.6, 192.0.2.1"), ("x-forwarded-proto", "https")];
        let mut given = headers(&fields);
        let visitor = Visitor::of(IpAddr::from([10, 0, 0, 9]), &given, 1);
        introduce(&visitor, &mut given);
        assert_eq!(given["x-forwarded-for"], "192.0.2.1, 10.0.0.9");
        assert_eq!(given["x-forwarded-proto"], "https");
    }
}
