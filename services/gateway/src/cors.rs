//! Which web pages of other origins may call the shop. A browser asks before it sends anything unusual;
//! that is answered here and reaches no service.

use contracts::gateway_settings::Cors;
use http::{
    HeaderName, HeaderValue, Method,
    header::{ETAG, LINK, LOCATION, RETRY_AFTER},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// What a page may read of an answer, beside what browsers always let it.
const READABLE: [HeaderName; 8] = [
    ETAG,
    LINK,
    LOCATION,
    RETRY_AFTER,
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-shop-stale"),
];

/// What answers browsers; nothing where no page of another origin may call.
pub(crate) fn layer(settings: &Cors) -> Option<CorsLayer> {
    if settings.origins.is_empty() {
        return None;
    }
    let methods = settings.methods.iter().filter_map(|it| it.parse::<Method>().ok());
    let headers = settings.headers.iter().filter_map(|it| it.parse::<HeaderName>().ok());
    let layer = CorsLayer::new()
        .allow_origin(origins(settings))
        .allow_methods(methods.collect::<Vec<_>>())
        .allow_headers(headers.collect::<Vec<_>>())
        .expose_headers(READABLE)
        .max_age(settings.max_age.length());
    Some(layer)
}

fn origins(settings: &Cors) -> AllowOrigin {
    if settings.origins == ["*"] {
        return AllowOrigin::any();
    }
    AllowOrigin::list(settings.origins.iter().filter_map(|it| HeaderValue::from_str(it).ok()))
}
