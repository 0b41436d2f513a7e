//! Whether a request has the form of one. What two readers could understand in two ways is refused, so that
//! no service sees anything else than what was judged here. The frame of a message is for hyper to judge: it refuses
//! two lengths that differ, and of pieces and a length it takes the pieces; towards services it is made anew.

use crate::Error;
use axum::extract::Request;
use http::{Method, Version, header::HOST, uri::Authority};

/// Refuses what is no proper request.
pub(crate) fn check(request: &Request) -> Result<(), Error> {
    if matches!(*request.method(), Method::CONNECT | Method::TRACE) {
        return Err(Error::NoSuchMethod);
    }
    check_host(request)?;
    check_path(request.uri().path())
}

/// Exactly one `Host` that is one (RFC 9112 §3.2), and the same as the target names if it names any: to a
/// proxy of the first kind these are two hosts.
fn check_host(request: &Request) -> Result<(), Error> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok().and_then(|it| it.parse::<Authority>().ok()),
        (None, None) if request.version() == Version::HTTP_10 => return Ok(()),
        (None | Some(_), _) => None,
    };
    let host = host.filter(is_host).ok_or(Error::NoHost)?;
    let named = request.uri().authority();
    if named.is_none_or(|it| *it == host) { Ok(()) } else { Err(Error::OtherHost) }
}

/// Without a user, and with a port that is a number if with any.
fn is_host(authority: &Authority) -> bool {
    let is_whole = authority.host().len() == authority.as_str().len();
    is_whole || (authority.port().is_some() && !authority.as_str().contains('@'))
}

/// No segment is empty or climbs, and none hides what divides segments or ends texts.
fn check_path(path: &str) -> Result<(), Error> {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let is_root = inner.is_empty() && path.len() < 2;
    let fits = is_root || inner.split('/').all(is_segment);
    if fits { Ok(()) } else { Err(Error::BadPath) }
}

fn is_segment(segment: &str) -> bool {
    let decoded = decoded(segment);
    decoded.is_some_and(|it| {
        let climbs = matches!(it.as_slice(), b"" | b"." | b"..");
        !climbs && !it.iter().any(|it| matches!(it, b'/' | b'\\' | 0..=31 | 127))
    })
}

/// What a segment says once; nothing where `%` is not followed by two digits.
fn decoded(segment: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut decoded) = (segment.bytes(), Vec::with_capacity(segment.len()));
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => 16 * digit(bytes.next()?)? + digit(bytes.next()?)?,
            other => other,
        });
    }
    Some(decoded)
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_it_means() {
        for good in
            ["/", "/order", "/order/", "/api/products/a%20b", "/api/%C3%A4", "/a..b/.c", "*"]
        {
            assert!(check_path(good).is_ok(), "{good}");
        }
        for bad in [
            "//",
            "//api/orders",
            "/api//orders",
            "/api/orders//",
            "/api/../metrics",
            "/api/..",
            "/./api",
            "/api/%2e%2e/metrics",
            "/api/.%2E/metrics",
            "/%2e",
            "/api%2forders",
            "/api%2Forders",
            "/api\\orders",
            "/api%5corders",
            "/api/%00",
            "/api/%0a",
            "/api/%7f",
            "/api/%",
            "/api/%2",
            "/api/%zz",
        ] {
            assert!(matches!(check_path(bad), Err(Error::BadPath)), "{bad}");
        }
    }
}
