use super::*;

impl World {
    /// Posts something that is refused; gives the status, and where it was wrong.
    async fn refuses(&self, path: &str, body: &Value) -> (u16, String) {
        let answer = self.http.post(path, body).await;
        let pointer = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default();
        (answer.status.as_u16(), pointer.to_owned())
    }

    /// A product that the catalogue tells of.
    async fn sells(&self, price: &Value) -> ProductId {
        let id = ProductId::fresh();
        let product = json!({
            "productId": id, "revision": 1, "name": "Phone", "category": "Electronics", "price": price,
        });
        self.say("products.created", &product);
        eventually(async || if self.broker.is_idle() { Ok(()) } else { Err("not heard") }).await;
        id
    }
}

#[tokio::test]
async fn an_object_is_an_object_and_a_name_a_text() {
    let world = World::new();
    let with = |name: &str, value: Value| {
        let mut body = world.a_laptop();
        body[name] = value;
        body
    };
    let address = json!(["a", "b", null, "c", "d"]);
    for (body, pointer) in [
        (with("items", json!([[world.laptops.product, 2]])), "#/items/0"),
        (with("paymentMethod", json!({"paypal": null})), "#/paymentMethod"),
        (with("shippingMethod", json!({"express": null})), "#/shippingMethod"),
        (with("shippingAddress", address), "#/shippingAddress"),
    ] {
        assert_eq!(world.refuses("/api/orders", &body).await, (422, pointer.to_owned()), "{body}");
    }
    let order = world.placed().await;
    let path = format!("/api/orders/{order}/status");
    let body = json!({"status": {"cancelled": null}});
    let answer = world.ask(&staff(), Method::PUT, &path, &body).await;
    assert_eq!(answer.body["errors"][0]["pointer"], "#/status", "{}", answer.body);
    assert_eq!(world.http.get(&format!("/api/orders/{order}")).await.body["status"], "pending");
}

#[tokio::test]
async fn a_token_is_not_repeated() {
    let world = World::new();
    let mut body = world.a_laptop();
    body["paymentMethod"] = json!("credit_card");
    for token in [json!(4_111_111_111_111_111_u64), json!(["4111111111111111"])] {
        body["paymentToken"] = token;
        let answer = world.http.post("/api/orders", &body).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "#/paymentToken");
        assert!(!answer.body.to_string().contains("4111"), "{}", answer.body);
    }
}

#[tokio::test]
async fn what_is_said_to_be_no_json_is_refused() {
    let world = World::new();
    let body = world.a_laptop().to_string();
    for header in [("content-type", "text/plain"), ("content-encoding", "gzip")] {
        for path in ["/api/orders", "/order"] {
            let answer = world.http.send(Method::POST, path, &[header], body.clone()).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.body["code"]),
                (415, &json!("unsupported-media-type")),
                "{path} {header:?}"
            );
            let is_read = answer.body["error"] == "Invalid order data";
            assert_eq!(is_read, path == "/order", "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_guest_is_told_of_what_is_not_ordered_so() {
    let world = World::new();
    for (field, value) in
        [("quantity", json!(2)), ("items", json!([])), ("paymentMethod", json!("paypal"))]
    {
        let mut body = json!({"email": "ada@example.com", "itemName": "Laptop", "itemCategory": "Electronics"});
        body[field] = value;
        let refused = world.refuses("/order", &body).await;
        assert_eq!(refused, (400, format!("#/{field}")), "{body}");
    }
}

#[tokio::test]
async fn what_has_no_sum_is_pointed_at_where_it_was_named() {
    let world = World::new();
    let laptop = world.laptops.product;
    let phone = world.sells(&json!({"amountMinor": 1, "currency": "EUR"})).await;
    let treasure =
        world.sells(&json!({"amountMinor": 1_000_000_000_000_i64, "currency": "USD"})).await;
    for (items, why) in [
        ([(laptop, 1), (phone, 1)], "use one currency"),
        ([(laptop, 1), (treasure, 10_000)], "too large"),
    ] {
        let lines: Vec<_> =
            items.iter().map(|(id, count)| json!({"productId": id, "quantity": count})).collect();
        let body = json!({"email": "ada@example.com", "items": lines});
        let answer = world.http.post("/api/orders", &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
            (422, &json!("#/items"))
        );
        assert!(
            answer.body["errors"][0]["detail"].as_str().unwrap().contains(why),
            "{}",
            answer.body
        );
        let cart = world.a_cart().await;
        let path = format!("/api/carts/{cart}");
        for (id, count) in items {
            let body = json!({"quantity": count}).to_string();
            let put = world.http.send(Method::PUT, &format!("{path}/items/{id}"), &[], body).await;
            assert_eq!(put.status, 200, "{}", put.body);
        }
        assert!(world.http.get(&path).await.body["total"].is_null());
        let body = json!({"email": "ada@example.com", "cartId": cart});
        assert_eq!(world.refuses("/api/orders", &body).await, (422, "#/cartId".to_owned()));
    }
}

#[tokio::test]
async fn a_bad_list_is_pointed_at() {
    let world = World::new();
    let ada = somebody();
    for (query, pointer) in [
        ("limit=0", "#/limit"),
        ("limit=101", "#/limit"),
        ("status=nope", "#/status"),
        ("cursor=17", "#/cursor"),
    ] {
        let path = format!("/api/orders?{query}");
        let answer = world.ask(&ada, Method::GET, &path, &Value::Null).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
            (400, &json!(pointer)),
            "{query}"
        );
    }
    let answer = world.http.get("/api/orders/17").await;
    assert!(answer.body["detail"].as_str().unwrap().starts_with("order must be a UUID"));
}
