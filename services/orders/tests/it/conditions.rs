//! Changes on condition, and answers that need not be sent again.

use super::*;

fn tag(answer: &Answer) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

impl World {
    /// Sends something on condition, as staff; gives the status.
    async fn on(&self, tag: &str, method: Method, path: &str, body: &Value) -> u16 {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let token = self.keys.sign(&staff(), SystemClock.now(), Duration::from_mins(5));
        let token = format!("Bearer {token}");
        let fields = [("if-match", tag), ("authorization", token.as_str())];
        self.http.send(method, path, &fields, body).await.status.as_u16()
    }

    /// Asks for what is known already; gives the status.
    async fn again(&self, tag: &str, path: &str) -> u16 {
        let known = [("if-none-match", tag)];
        self.http.send(Method::GET, path, &known, String::new()).await.status.as_u16()
    }
}

#[tokio::test]
async fn an_order_is_called_off_as_it_was_seen_or_not_at_all() {
    let world = World::new();
    let placed = world.http.post("/api/orders", &world.a_laptop()).await;
    let order = placed.body["orderId"].as_str().unwrap().to_owned();
    let path = format!("/api/orders/{order}");
    let cancelled = json!({"status": "cancelled"});
    let old = tag(&placed);
    assert_eq!((old.as_str(), &placed.body["revision"]), ("\"1\"", &json!(1)));
    world.grant(&order);
    world.becomes(&order, "processing").await;
    for (method, path, body) in [
        (Method::DELETE, path.clone(), Value::Null),
        (Method::POST, format!("{path}/cancel"), Value::Null),
        (Method::PUT, format!("{path}/status"), cancelled.clone()),
        (Method::PUT, format!("{path}/status"), json!({"status": "processing"})),
    ] {
        assert_eq!(world.on(&old, method.clone(), &path, &body).await, 412, "{method} {path}");
        assert_eq!(world.on("1", method.clone(), &path, &body).await, 400, "{method} {path}");
    }
    let seen = world.http.get(&path).await;
    assert_eq!(seen.body["status"], "processing", "nothing was stored");
    let new = tag(&seen);
    assert_ne!(new, old);
    assert_eq!((world.again(&new, &path).await, world.again(&old, &path).await), (304, 200));
    let now = world.on(&new, Method::PUT, &format!("{path}/status"), &cancelled).await;
    assert!(now == 200 || now == 202, "{now}");
    assert_eq!(world.again(&new, &path).await, 200, "it is another one now");
}

#[tokio::test]
async fn a_cart_is_changed_as_it_was_seen_or_not_at_all() {
    let world = World::new();
    let cart = world.a_cart().await;
    let (path, line) = (format!("/api/carts/{cart}"), world.laptops.product);
    let line = format!("{path}/items/{line}");
    let first = tag(&world.http.get(&path).await);
    let second = tag(&world.put(&cart, 1).await);
    assert_ne!(first, second);
    for (method, body) in [(Method::PUT, json!({"quantity": 2})), (Method::DELETE, Value::Null)] {
        assert_eq!(world.on(&first, method.clone(), &line, &body).await, 412, "{method}");
        assert_eq!(world.on("x", method, &line, &body).await, 400);
    }
    assert_eq!(world.http.get(&path).await.body["items"][0]["quantity"], 1, "nothing was stored");
    assert_eq!(world.again(&second, &path).await, 304);
    let price = json!({"amountMinor": 1, "currency": "USD"});
    world.say(
        "products.updated",
        &json!({
            "productId": world.laptops.product, "revision": 2, "name": "Laptop",
            "category": "Electronics", "price": price,
        }),
    );
    eventually(async || match world.again(&second, &path).await {
        200 => Ok(()),
        status => Err(status),
    })
    .await;
    let two = json!({"quantity": 2});
    let revised = world.on(&second, Method::PUT, &line, &two).await;
    assert_eq!(revised, 200, "a new price is no new revision of the cart");
}

#[tokio::test]
async fn a_cart_is_merged_as_it_was_seen_or_not_at_all() {
    let world = World::new();
    let ada = somebody();
    let cart = world.a_cart().await;
    let old = tag(&world.put(&cart, 1).await);
    let new = tag(&world.put(&cart, 2).await);
    let token = world.keys.sign(&ada, SystemClock.now(), Duration::from_mins(5));
    let bearer = format!("Bearer {token}");
    let merge = async |tag: &str| {
        let headers = [("authorization", bearer.as_str()), ("if-match", tag)];
        let path = format!("/api/carts/{cart}/merge");
        world.http.send(Method::POST, &path, &headers, String::new()).await
    };
    assert_eq!(merge(&old).await.status, 412);
    let left = world.http.get(&format!("/api/carts/{cart}")).await;
    assert_eq!(left.body["items"][0]["quantity"], 2, "nothing has moved");
    let merged = merge(&new).await;
    assert_eq!((merged.status.as_u16(), &merged.body["items"][0]["quantity"]), (200, &json!(2)));
}
