use super::*;
use crate::{
    access::{Access, delete as may_delete, get as may_get, post as may_post},
    http::{Json, Query, layered},
};
use axum::{
    Router,
    routing::{get, post},
};
use futures::{StreamExt as _, stream};
use serde_json::Value;
use std::{collections::BTreeMap, io};
use tower::ServiceExt as _;

type Any = Query<BTreeMap<String, String>>;

/// A shelf that counts how often something was changed.
fn shelf(changes: &Arc<AtomicBool>) -> Router {
    let change = {
        let changes = changes.clone();
        move || changes.store(true, Ordering::Relaxed)
    };
    let (delete, open, put) = (change.clone(), change.clone(), change.clone());
    layered(
        Router::new()
            .route("/one", get(async || "one").delete(async move || delete()))
            .route("/all", get(async |_: Any| "all"))
            .route("/open", post(async move |_: NoBody| open()))
            .route("/put", post(async move |_: Json<Value>| put()))
            .route("/sift", post(async move |_: Any, _: NoBody| change())),
        [
            may_get("/one", Access::Public),
            may_delete("/one", Access::Public),
            may_get("/all", Access::Public),
            may_post("/open", Access::Public),
            may_post("/put", Access::Public),
            may_post("/sift", Access::Public),
        ],
    )
}

/// Sends a body, perhaps in pieces; gives the status, the code, and whether something was changed.
async fn send(method: Method, path: &str, body: Body) -> (u16, String, bool) {
    let changes = Arc::default();
    let request = http::Request::builder().method(method).uri(path).body(body).unwrap();
    let answer = shelf(&changes).oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), 9_999).await.unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    (status, code, changes.load(Ordering::Relaxed))
}

fn in_pieces(pieces: &[&'static str]) -> Body {
    Body::from_stream(stream::iter(pieces.to_vec()).map(Ok::<_, io::Error>))
}

#[tokio::test]
async fn a_body_where_none_belongs_is_refused_and_nothing_is_done() {
    for (method, path) in [
        (Method::GET, "/one"),
        (Method::HEAD, "/one"),
        (Method::DELETE, "/one"),
        (Method::GET, "/all?x=1"),
        (Method::POST, "/open"),
    ] {
        for body in [Body::from("{}"), in_pieces(&["", "{", "}"])] {
            let (status, code, is_changed) = send(method.clone(), path, body).await;
            assert_eq!((status, is_changed), (400, false), "{method} {path}");
            assert!(code == "unexpected-body" || method == Method::HEAD, "{method} {path}: {code}");
        }
        for nothing in [Body::empty(), Body::from(""), in_pieces(&[]), in_pieces(&["", ""])] {
            assert_eq!(send(method.clone(), path, nothing).await.0, 200, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn parameters_that_nobody_reads_are_refused_and_nothing_is_done() {
    for (method, path, body) in [
        (Method::GET, "/one?x=1", ""),
        (Method::DELETE, "/one?x", ""),
        (Method::POST, "/open?x=1", ""),
        (Method::POST, "/put?x=1", "{}"),
    ] {
        let refused = send(method.clone(), path, Body::from(body)).await;
        assert_eq!(refused, (400, "unexpected-parameters".to_owned(), false), "{method} {path}");
    }
    for (method, path, body) in [
        (Method::GET, "/one?", ""),
        (Method::GET, "/all?x=1", ""),
        (Method::POST, "/sift?x=1", ""),
        (Method::POST, "/put", "{}"),
        (Method::DELETE, "/one", ""),
    ] {
        assert_eq!(send(method.clone(), path, Body::from(body)).await.0, 200, "{method} {path}");
    }
    assert_eq!(send(Method::GET, "/none?x=1", Body::empty()).await.0, 404);
    assert_eq!(send(Method::PUT, "/one?x=1", Body::empty()).await.0, 405);
}
