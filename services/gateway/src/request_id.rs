//! The name of a request, by which it is found again in the logs of all services.

use crate::headers::value;
use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::{Builder, fmt::Hyphenated};

/// The field it travels in, both ways.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST: usize = 128;

/// The id that the request came with, or a new one when it has none that can be used.
pub(crate) fn settle(headers: &mut HeaderMap) -> HeaderValue {
    let given = headers.get(HEADER).filter(|it| is_usable(it)).cloned();
    let id = given.unwrap_or_else(made);
    headers.insert(HEADER, id.clone());
    id
}

/// A new one. Its bits come from a generator of the process: to ask the machine for them each time would
/// take as long as a read from a socket.
fn made() -> HeaderValue {
    let id = Builder::from_random_bytes(rand::random()).into_uuid();
    value(id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]))
}

/// Short, and nothing in it that could disturb a log.
fn is_usable(id: &HeaderValue) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.as_bytes().iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_when_it_can_be_used() {
        let mut headers = HeaderMap::new();
        for bad in ["", "a b", &"x".repeat(129)] {
            headers.insert(HEADER, value(bad));
            assert_ne!(settle(&mut headers), bad);
        }
        headers.insert(HEADER, value("order-17"));
        assert_eq!(settle(&mut headers), "order-17");
    }
}
