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
