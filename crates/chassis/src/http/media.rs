//! What a body is said to be.

use crate::problem::Problem;
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Refuses what is said to be no JSON, in no UTF-8, or compressed. Nothing need be said at all.
pub(super) fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |it: &HeaderValue| it.to_str().map(str::to_owned).unwrap_or_default();
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter().map(text);
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter().map(text);
    let is_plain = |it: &str| it.trim().eq_ignore_ascii_case("identity");
    let refused =
        |detail| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail);
    if !kinds.all(|it| is_json(&it)) {
        return Err(refused("Send JSON in UTF-8, with Content-Type: application/json."));
    }
    if !encodings.all(|it| it.split(',').all(is_plain)) {
        return Err(refused("Send the body as it is, without Content-Encoding."));
    }
    Ok(())
}

/// `application/json` or `application/…+json`, in UTF-8.
fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let subtype = essence.strip_prefix("application/").unwrap_or_default();
    let is_utf8 = |it: &str| match it.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        Some(_) | None => true,
    };
    (subtype == "json" || subtype.ends_with("+json")) && parts.all(is_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(headers: &[(&'static str, &'static str)]) -> u16 {
        let headers = headers.iter().map(|(name, value)| {
            (header::HeaderName::from_static(name), HeaderValue::from_static(value))
        });
        check(&headers.collect()).map_or_else(|it| it.status().as_u16(), |()| 200)
    }

    #[test]
    fn what_is_said_to_be_no_json_is_415() {
        for kind in [
            "application/json",
            "Application/JSON ; charset=\"UTF-8\"",
            "application/merge-patch+json; v=1",
        ] {
            assert_eq!(status(&[("content-type", kind)]), 200, "{kind}");
        }
        for kind in [
            "",
            "json",
            "text/plain",
            "text/json",
            "application/xml",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "application/json; charset=latin1",
        ] {
            assert_eq!(status(&[("content-type", kind)]), 415, "{kind}");
        }
        assert_eq!(status(&[("content-encoding", "identity")]), 200);
        assert_eq!(status(&[("content-encoding", "identity, gzip")]), 415);
        assert_eq!(status(&[]), 200);
    }
}
