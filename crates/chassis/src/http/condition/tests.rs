use super::*;
use axum::{Router, body::Body, routing::get};
use tower::ServiceExt as _;

async fn read(headers: &[&str]) -> Option<IfMatch> {
    let request = Request::put("/");
    let request = headers.iter().fold(request, |it, value| it.header("if-match", *value));
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    IfMatch::from_request_parts(&mut parts, &()).await.ok()
}

#[tokio::test]
async fn a_condition_names_revisions() {
    for (headers, allowed) in [
        (&[][..], true),
        (&["*"], true),
        (&["\"3\""], true),
        (&["\"3.0f\""], true),
        (&["\"2\", \"3\""], true),
        (&["\"2\"", "\"3\""], true),
        (&["\"2\"", "*"], true),
        (&["\"2\""], false),
        (&["\"2.3\""], false),
        (&["W/\"3\""], false),
        (&["\"abc\""], false),
    ] {
        assert_eq!(read(headers).await.map(|it| it.allows(3)), Some(allowed), "{headers:?}");
    }
    for malformed in ["", "3", "\"3", "\"", "W/3", "\"2\",,"] {
        assert_eq!(read(&[malformed]).await, None, "{malformed}");
    }
    assert_eq!(etag(3).1, "\"3\"");
}

#[test]
fn a_tag_changes_with_what_is_shown_beside_the_revision() {
    let (few, many) = (etag_beside(3, &1).1, etag_beside(3, &2).1);
    assert_ne!(few, many);
    assert_eq!(few, etag_beside(3, &1).1);
    let revision_of = |tag: &str| Tag::of(tag).and_then(|it| revision(&it.opaque));
    assert_eq!((revision_of(&few), revision_of(&many)), (Some(3), Some(3)));
}

async fn ask(method: Method, known: &str) -> (u16, String) {
    let shown = async || ([etag(3), (header::CACHE_CONTROL, "no-cache".to_owned())], "three");
    let routes = Router::new().route("/", get(shown).put(shown));
    let routes = routes.layer(axum::middleware::from_fn(spare));
    let request = Request::builder().method(method).uri("/").header("if-none-match", known);
    let answer = routes.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    if status == 304 {
        assert_eq!(answer.headers()["etag"], "\"3\"");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        assert!(!answer.headers().contains_key("content-type"));
    }
    let body = axum::body::to_bytes(answer.into_body(), 9_999).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn what_a_caller_has_is_not_sent_again() {
    for known in ["\"3\"", "W/\"3\"", "\"1\", \"3\"", "*"] {
        assert_eq!(ask(Method::GET, known).await, (304, String::new()), "{known}");
    }
    for other in ["\"2\"", "\"33\"", "\"3.1\""] {
        assert_eq!(ask(Method::GET, other).await, (200, "three".to_owned()), "{other}");
    }
    assert_eq!(ask(Method::HEAD, "\"3\"").await.0, 304);
    assert_eq!(ask(Method::PUT, "\"3\"").await.0, 200, "a change is done all the same");
    let (status, problem) = ask(Method::GET, "3").await;
    assert_eq!(status, 400);
    assert!(problem.contains("malformed-if-none-match"), "{problem}");
}
