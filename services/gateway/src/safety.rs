//! What every answer says to browsers, so that nobody can make more of it than it is. What a service has
//! said itself stays.

use axum::{extract::Request, response::Response};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY,
        STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

/// For answers that are data and no page: nothing of them is to be run, shown in a frame, or loaded.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CONTENT_SECURITY_POLICY, NOTHING),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];
/// For a year, as whoever has come by TLS is to come by it again.
const ONLY_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");
const FOR_NOBODY_ELSE: HeaderValue = HeaderValue::from_static("no-store");

/// What of a request decides about that.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exposure {
    /// Whether it says who is asking.
    pub(crate) is_personal: bool,
    /// Whether it has come by TLS.
    pub(crate) is_secure: bool,
}

impl Exposure {
    pub(crate) fn of(request: &Request, is_secure: bool) -> Self {
        Self { is_personal: request.headers().contains_key(AUTHORIZATION), is_secure }
    }

    /// Says it.
    pub(crate) fn guard(self, response: &mut Response) {
        let headers = response.headers_mut();
        for (name, said) in ALWAYS {
            say(headers, name, said);
        }
        if self.is_personal {
            say(headers, CACHE_CONTROL, FOR_NOBODY_ELSE);
        }
        if self.is_secure {
            say(headers, STRICT_TRANSPORT_SECURITY, ONLY_TLS);
        }
    }
}

fn say(headers: &mut HeaderMap, name: HeaderName, said: HeaderValue) {
    headers.entry(name).or_insert(said);
}
