use super::*;
use axum::http::Method;

#[tokio::test]
async fn stock_is_counted_once() {
    let world = World::new();
    let product = ProductId::fresh();
    let body = json!({"productId": product, "quantity": 10});
    let answer = world.http.post("/api/inventory", &body).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.headers["location"], format!("/api/inventory/product/{product}"));
    assert_eq!(answer.body["location"], "main-warehouse");
    assert_eq!(answer.body["lowStockThreshold"], 5);
    let again = world.http.post("/api/inventory", &body).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("stock-counted")));
}

#[tokio::test]
async fn stock_is_adjusted_within_its_promises() {
    let world = World::new();
    let product = world.stocked(10).await;
    let path = format!("/api/inventory/product/{product}");
    let adjust = async |operation: &str, quantity: u32| {
        let body = json!({"operation": operation, "quantity": quantity}).to_string();
        let answer = world.http.send(Method::PUT, &path, &[], body).await;
        (answer.status.as_u16(), answer.body["quantity"].clone())
    };
    assert_eq!(adjust("increment", 5).await, (200, json!(15)));
    assert_eq!(adjust("decrement", 14).await, (200, json!(1)));
    assert_eq!(adjust("decrement", 2).await, (409, Value::Null));
    assert_eq!(adjust("increment", 1_000_000_000).await, (409, Value::Null));
    assert_eq!(adjust("set", 0).await, (200, json!(0)), "zero is a number");
}

#[tokio::test]
async fn bad_requests_are_pointed_at_and_store_nothing() {
    let world = World::new();
    let product = ProductId::fresh();
    for (body, pointer) in [
        (json!({"quantity": 1}), "#/productId"),
        (json!({"productId": "17", "quantity": 1}), "#/productId"),
        (json!({"productId": product}), "#/quantity"),
        (json!({"productId": product, "quantity": -1}), "#/quantity"),
        (json!({"productId": product, "quantity": 1.5}), "#/quantity"),
        (json!({"productId": product, "quantity": 4_000_000_000_u32}), "#/quantity"),
        (json!({"productId": product, "quantity": 1, "location": ""}), "#/location"),
        (
            json!({"productId": product, "quantity": 1, "lowStockThreshold": 4_000_000_000_u32}),
            "#/lowStockThreshold",
        ),
        (json!({"productId": product, "quantity": 1, "reserved": 5}), "#/reserved"),
    ] {
        let answer = world.http.post("/api/inventory", &body).await;
        assert_eq!(answer.status, 422, "{body}");
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(world.http.get(&format!("/api/inventory/product/{product}")).await.status, 404);
    assert_eq!(world.http.get("/api/inventory/product/17").await.status, 400);
    assert_eq!(world.http.get("/api/inventory").await.status, 405);
}

#[tokio::test]
async fn stock_is_restocked_once_per_key() {
    let world = World::new();
    let product = world.stocked(10).await;
    let send = async |method: Method, route: &str, key: &str, body: Value| {
        let path = format!("/api/inventory/product/{product}{route}");
        let key = [("idempotency-key", key)];
        world.http.send(method, &path, &key, body.to_string()).await
    };
    let body = json!({"quantity": 5, "reason": "delivery 4711"});
    let first = send(Method::POST, "/restock", "\"a\"", body.clone()).await;
    assert_eq!((first.status.as_u16(), &first.body["quantity"]), (200, &json!(15)));
    assert_eq!(first.headers.get("idempotent-replayed"), None);
    let again = send(Method::POST, "/restock", "a", body.clone()).await;
    assert_eq!((again.status.as_u16(), &again.body["quantity"]), (200, &json!(15)));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let other = send(Method::POST, "/restock", "a", json!({"quantity": 6})).await;
    assert_eq!(
        (other.status.as_u16(), &other.body["code"]),
        (422, &json!("idempotency-key-reused"))
    );
    let malformed = send(Method::POST, "/restock", "a b", body).await;
    assert_eq!(malformed.status, 400);
    for _ in 0..2 {
        let body = json!({"operation": "decrement", "quantity": 1, "reason": "broken"});
        let adjusted = send(Method::PUT, "", "a", body).await;
        assert_eq!((adjusted.status.as_u16(), &adjusted.body["quantity"]), (200, &json!(14)));
    }
    world.has_moved(product, &[("counted", 10), ("restocked", 5), ("adjusted", -1)]).await;
    let page = world.http.get(&format!("/api/inventory/product/{product}/movements")).await.body;
    assert_eq!(page["data"][0]["reason"], "broken");
    assert_eq!(page["data"][0]["availableQuantity"], 14);
    assert_eq!(page["data"][1]["reason"], "delivery 4711");
}

#[tokio::test]
async fn whoever_names_a_revision_changes_no_other() {
    let world = World::new();
    let product = world.stocked(10).await;
    let path = format!("/api/inventory/product/{product}");
    let answer = world.http.get(&path).await;
    assert_eq!(
        (answer.headers["etag"].as_bytes(), &answer.body["revision"]),
        (&b"\"1\""[..], &json!(1))
    );
    let send = async |method: Method, path: &str, tag: &str, body: Value| {
        let answer = world.http.send(method, path, &[("if-match", tag)], body.to_string()).await;
        (answer.status.as_u16(), answer.body["revision"].clone())
    };
    let set = json!({"operation": "set", "quantity": 20});
    assert_eq!(send(Method::PUT, &path, "\"1\"", set.clone()).await, (200, json!(2)));
    assert_eq!(send(Method::PUT, &path, "\"1\"", set.clone()).await, (412, Value::Null));
    assert_eq!(send(Method::PUT, &path, "1", set.clone()).await, (400, Value::Null));
    assert_eq!(send(Method::PUT, &path, "*", set).await, (200, json!(2)), "it is so already");
    let more = json!({"quantity": 1});
    let restock = format!("{path}/restock");
    assert_eq!(send(Method::POST, &restock, "\"1\"", more.clone()).await, (412, Value::Null));
    assert_eq!(send(Method::POST, &restock, "\"2\"", more).await, (200, json!(3)));
    let settings = format!("{path}/settings");
    let location = json!({"location": "attic"});
    assert_eq!(send(Method::PUT, &settings, "\"2\"", location.clone()).await, (412, Value::Null));
    assert_eq!(send(Method::PUT, &settings, "\"3\"", location).await, (200, json!(4)));
    let answer = world.http.get(&path).await.body;
    assert_eq!((&answer["quantity"], &answer["location"]), (&json!(21), &json!("attic")));
    assert_eq!(answer["lowStockThreshold"], 5);
}

#[tokio::test]
async fn little_is_listed_and_told_once() {
    let world = World::new();
    let (few, many) = (world.stocked(3).await, world.stocked(30).await);
    let low = async |query: &str| {
        let page = world.http.get(&format!("/api/inventory/low-stock{query}")).await.body;
        let found = page["data"].as_array().unwrap().iter();
        let found: Vec<_> = found.map(|it| it["productId"].clone()).collect();
        (found, page["page"]["nextCursor"].clone())
    };
    assert_eq!(low("").await, (vec![json!(few)], Value::Null));
    for _ in 0..2 {
        world.want(OrderId::fresh(), &[(many, 13)]);
    }
    world.comes_to(many, 30, 4).await;
    let (first, cursor) = low("?limit=1").await;
    let (second, end) = low(&format!("?limit=1&cursor={}", cursor.as_str().unwrap())).await;
    assert_eq!((first, second, end), (vec![json!(few)], vec![json!(many)], Value::Null));
    let path = format!("/api/inventory/product/{few}/settings");
    let body = json!({"lowStockThreshold": 2}).to_string();
    assert_eq!(world.http.send(Method::PUT, &path, &[], body).await.body["isLow"], false);
    assert_eq!(low("").await, (vec![json!(many)], Value::Null));
    // Of each: its count and that there is little; and two promises.
    eventually(async || match world.broker.waiting("orders_email_service_queue") {
        6 => Ok(()),
        waiting => Err(waiting),
    })
    .await;
}

#[tokio::test]
async fn the_ledger_is_read_in_pages() {
    let world = World::new();
    let product = world.stocked(10).await;
    let path = format!("/api/inventory/product/{product}");
    for quantity in 1..=4 {
        world.http.post(&format!("{path}/restock"), &json!({"quantity": quantity})).await;
    }
    let all =
        [("counted", 10), ("restocked", 1), ("restocked", 2), ("restocked", 3), ("restocked", 4)];
    world.has_moved(product, &all).await;
    let (mut query, mut seen) = (String::from("?limit=2"), Vec::new());
    loop {
        let page = world.http.get(&format!("{path}/movements{query}")).await.body;
        seen.extend(page["data"].as_array().unwrap().iter().map(|it| it["change"].clone()));
        let Some(cursor) = page["page"]["nextCursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
    }
    let foreign = world.http.get(&format!("/api/inventory/low-stock{query}")).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (400, &json!("bad-cursor")));
    assert_eq!(seen, [4, 3, 2, 1, 10].map(|it| json!(it)));
    let unknown = ProductId::fresh();
    let ledger = world.http.get(&format!("/api/inventory/product/{unknown}/movements")).await;
    assert_eq!(ledger.status, 404);
}

#[tokio::test]
async fn bad_changes_are_pointed_at_and_change_nothing() {
    let world = World::new();
    let product = world.stocked(10).await;
    let path = format!("/api/inventory/product/{product}");
    let (restock, settings) = (format!("{path}/restock"), format!("{path}/settings"));
    let long = "x".repeat(201);
    for (method, path, body, pointer) in [
        (Method::PUT, &path, json!({"quantity": 1}), "#/operation"),
        (Method::PUT, &path, json!({"quantity": 1, "operation": "double"}), "#/operation"),
        (Method::PUT, &path, json!({"quantity": 1, "operation": {"set": null}}), "#/operation"),
        (Method::PUT, &path, json!({"quantity": -1, "operation": "set"}), "#/quantity"),
        (
            Method::PUT,
            &path,
            json!({"quantity": 3_000_000_000_u32, "operation": "set"}),
            "#/quantity",
        ),
        (Method::PUT, &path, json!({"quantity": 1, "operation": "set", "reason": ""}), "#/reason"),
        (
            Method::PUT,
            &path,
            json!({"quantity": 1, "operation": "set", "reason": long}),
            "#/reason",
        ),
        (Method::PUT, &path, json!({"quantity": 1, "operation": "set", "why": "x"}), "#/why"),
        (Method::POST, &restock, json!({}), "#/quantity"),
        (Method::POST, &restock, json!({"quantity": 0}), "#/quantity"),
        (Method::POST, &restock, json!({"quantity": "1"}), "#/quantity"),
        (Method::POST, &restock, json!({"quantity": 1, "reason": "a\u{0}b"}), "#/reason"),
        (Method::PUT, &settings, json!({}), "#"),
        (Method::PUT, &settings, json!({"location": ""}), "#/location"),
        (Method::PUT, &settings, json!({"location": null}), "#/location"),
        (Method::PUT, &settings, json!({"lowStockThreshold": null}), "#/lowStockThreshold"),
        (
            Method::PUT,
            &settings,
            json!({"lowStockThreshold": 3_000_000_000_u32}),
            "#/lowStockThreshold",
        ),
        (Method::PUT, &settings, json!({"quantity": 1}), "#/quantity"),
    ] {
        let answer = world.http.send(method, path, &[], body.to_string()).await;
        assert_eq!(answer.status, 422, "{path} {body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{path} {body}");
    }
    for path in ["/low-stock", &format!("/product/{product}/movements")] {
        for query in ["limit=many", "limit=0", "limit=101", "cursor=17", "cursor=", "sort=x"] {
            let answer = world.http.get(&format!("/api/inventory{path}?{query}")).await;
            assert_eq!(answer.status, 400, "{path}?{query}");
        }
    }
    let plain = [("content-type", "text/plain")];
    for (method, path, body) in [
        (Method::PUT, &path, r#"{"quantity":1,"operation":"set"}"#),
        (Method::POST, &restock, "{}"),
    ] {
        assert_eq!(world.http.send(method, path, &plain, body.to_owned()).await.status, 415);
    }
    let elsewhere = format!("/api/inventory/product/{}/restock", ProductId::fresh());
    assert_eq!(world.http.post(&elsewhere, &json!({"quantity": 1})).await.status, 404);
    world.comes_to(product, 10, 10).await;
    world.has_moved(product, &[("counted", 10)]).await;
}
