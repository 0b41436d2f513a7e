use super::*;

#[tokio::test]
async fn an_order_is_placed_at_the_price_of_the_catalogue() {
    let world = World::new();
    let answer = world.http.post("/api/orders", &world.a_laptop()).await;
    assert_eq!(answer.status, 201);
    let id = answer.body["orderId"].as_str().unwrap();
    assert_eq!(answer.headers["location"], format!("/api/orders/{id}"));
    assert_eq!(answer.body["status"], "pending");
    assert_eq!(answer.body["total"], json!({"amountMinor": 99_900, "currency": "USD"}));
    let found = world.http.get(&format!("/api/orders/{id}")).await;
    assert_eq!((found.status.as_u16(), found.body), (200, answer.body));
}

#[tokio::test]
async fn a_product_is_asked_for_once() {
    let world = World::new();
    for _ in 0..5 {
        world.placed().await;
    }
    assert_eq!(world.laptops.asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_guest_orders_in_the_form_of_the_first_system() {
    let world = World::new();
    let order =
        json!({"email": "ada@example.com", "itemName": "Laptop", "itemCategory": "Electronics"});
    let answer = world.http.post("/order", &order).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body["message"], "Order created successfully");
    let mut expected = order;
    expected["orderId"] = answer.body["order"]["orderId"].clone();
    expected["status"] = json!("pending");
    assert_eq!(answer.body["order"], expected);
    assert!(expected["orderId"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_order_and_one_answer() {
    let world = World::new();
    let body = world.a_laptop();
    let answers = futures::future::join_all((0..50).map(|_| world.with_key("\"k\"", &body))).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (201, &answers[0].body));
    }
    let unquoted = world.with_key("k", &body).await;
    assert_eq!((unquoted.status.as_u16(), &unquoted.body), (201, &answers[0].body));
    assert_eq!(unquoted.headers["idempotent-replayed"], "true");
    let mut other = body;
    other["items"][0]["quantity"] = json!(2);
    let refused = world.with_key("k", &other).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.body["code"]),
        (422, &json!("idempotency-key-reused"))
    );
    for key in ["", "a b", "a\tb"] {
        assert_eq!(world.with_key(key, &other).await.status, 400, "{key:?}");
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let answer = world.http.send(Method::POST, "/api/orders", &twice, other.to_string()).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn bad_orders_are_pointed_at() {
    let world = World::new();
    let line = json!([{"productId": world.laptops.product, "quantity": 1}]);
    for (body, pointer) in [
        (json!({"items": line}), "#/email"),
        (json!({"email": null, "items": line}), "#/email"),
        (json!({"email": "nobody", "items": line}), "#/email"),
        (json!({"email": "a@example.com"}), "#/items"),
        (json!({"email": "a@example.com", "items": []}), "#/items"),
        (json!({"email": "a@example.com", "items": vec![line[0].clone(); 101]}), "#/items"),
        (json!({"email": "a@example.com", "items": [{"quantity": 1}]}), "#/items/0/productId"),
        (
            json!({"email": "a@example.com", "items": [{"productId": ProductId::fresh(), "quantity": 1}]}),
            "#/items/0/productId",
        ),
        (
            json!({"email": "a@example.com", "items": [{"productId": world.laptops.product, "quantity": 0}]}),
            "#/items/0/quantity",
        ),
        (
            json!({"email": "a@example.com", "items": [{"productId": world.laptops.product, "quantity": 10_001}]}),
            "#/items/0/quantity",
        ),
        (json!({"email": "a@example.com", "items": line, "total": 1}), "#/total"),
        (
            json!({"email": "a@example.com", "items": line, "paymentMethod": "shells"}),
            "#/paymentMethod",
        ),
        (
            json!({"email": "a@example.com", "items": line, "paymentToken": "tok_ok"}),
            "#/paymentToken",
        ),
        (
            json!({"email": "a@example.com", "items": line, "shippingMethod": "owl"}),
            "#/shippingMethod",
        ),
        (
            json!({"email": "a@example.com", "items": line, "shippingAddress": {"street": "", "city": "Ulm", "zipCode": "1", "country": "DE"}}),
            "#/shippingAddress/street",
        ),
        (
            json!({"email": "a@example.com", "items": line, "shippingAddress": {"street": "a"}}),
            "#/shippingAddress/city",
        ),
    ] {
        let answer = world.http.post("/api/orders", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    assert!(world.broker.is_idle() && world.broker.waiting("orders_email_service_queue") == 0);
}

#[tokio::test]
async fn every_unknown_product_is_pointed_at() {
    let world = World::new();
    let unknown = || json!({"productId": ProductId::fresh(), "quantity": 1});
    let known = json!({"productId": world.laptops.product, "quantity": 1});
    let mut items: Vec<_> = (0..99).map(|_| unknown()).collect();
    items.insert(50, known);
    let answer =
        world.http.post("/api/orders", &json!({"email": "a@example.com", "items": items})).await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 99);
    assert_eq!(answer.body["errors"][50]["pointer"], "#/items/51/productId");
}

#[tokio::test]
async fn bad_guest_orders_are_answered_as_their_clients_read_it() {
    let world = World::new();
    for (body, pointer) in [
        ("{", None),
        ("", None),
        (r#"{"itemName":"Laptop","itemCategory":"Electronics"}"#, Some("#/email")),
        (r#"{"email":"x","itemName":"Laptop","itemCategory":"Electronics"}"#, Some("#/email")),
        (
            r#"{"email":"a@example.com","itemName":"","itemCategory":"Electronics"}"#,
            Some("#/itemName"),
        ),
        (
            r#"{"email":"a@example.com","itemName":7,"itemCategory":"Electronics"}"#,
            Some("#/itemName"),
        ),
        (
            r#"{"email":"a@example.com","itemName":"Unknown","itemCategory":"Electronics"}"#,
            Some("#/itemName"),
        ),
    ] {
        let answer = world.http.send(Method::POST, "/order", &[], body.to_owned()).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["error"]),
            (400, &json!("Invalid order data")),
            "{body}"
        );
        assert_eq!(answer.body["errors"][0]["pointer"].as_str(), pointer, "{body}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = World::new();
    let unknown = format!("/api/orders/{}", contracts::ids::OrderId::fresh());
    assert_eq!(world.http.get(&unknown).await.status, 404);
    assert_eq!(world.http.get("/api/orders/17").await.status, 400);
    assert_eq!(world.http.get("/api/nothing").await.status, 404);
    assert_eq!(world.http.send(Method::DELETE, "/order", &[], String::new()).await.status, 405);
    let huge = "x".repeat(300_000);
    assert_eq!(world.http.send(Method::POST, "/order", &[], huge).await.status, 413);
}
