use super::*;
use chassis::clock::HeldClock;
use contracts::ids::CartId;
use jiff::{SignedDuration, Timestamp};

impl World {
    pub(crate) async fn a_cart(&self) -> String {
        let answer = self.http.send(Method::POST, "/api/carts", &[], String::new()).await;
        assert_eq!(answer.status, 201);
        answer.body["cartId"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn put(&self, cart: &str, quantity: u32) -> Answer {
        let path = format!("/api/carts/{cart}/items/{}", self.laptops.product);
        let body = json!({"quantity": quantity}).to_string();
        self.http.send(Method::PUT, &path, &[], body).await
    }

    async fn order_from(&self, cart: &str) -> Answer {
        let body = json!({"email": "ada@example.com", "cartId": cart});
        self.http.post("/api/orders", &body).await
    }
}

#[tokio::test]
async fn a_guest_fills_a_cart_and_orders_from_it() {
    let world = World::new();
    let cart = world.a_cart().await;
    let filled = world.put(&cart, 2).await;
    assert_eq!(filled.body["total"], json!({"amountMinor": 199_800, "currency": "USD"}));
    assert_eq!(filled.body["items"][0]["name"], "Laptop");
    let order = world.order_from(&cart).await;
    assert_eq!(order.status, 201, "{}", order.body);
    assert_eq!(order.body["items"][0]["quantity"], 2);
    let empty = world.http.get(&format!("/api/carts/{cart}")).await;
    assert_eq!(empty.body["items"], json!([]));
    let again = world.order_from(&cart).await;
    assert_eq!(
        (again.status.as_u16(), &again.body["errors"][0]["pointer"]),
        (422, &json!("#/cartId"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_is_ordered_many_times_at_once_is_one_order() {
    let world = World::new();
    let cart = world.a_cart().await;
    world.put(&cart, 1).await;
    let answers = futures::future::join_all((0..20).map(|_| world.order_from(&cart))).await;
    let orders: std::collections::BTreeSet<_> = answers
        .iter()
        .filter(|it| it.status == 201)
        .map(|it| it.body["orderId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(orders.len(), 1);
    assert!(answers.iter().all(|it| it.status == 201 || it.status == 422), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_and_one_cart_are_one_order_and_one_answer() {
    let world = World::new();
    let cart = world.a_cart().await;
    world.put(&cart, 1).await;
    let body = json!({"email": "ada@example.com", "cartId": cart});
    let answers = futures::future::join_all((0..50).map(|_| world.with_key("k", &body))).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.body), (201, &answers[0].body));
    }
    world.put(&cart, 3).await;
    let again = world.with_key("k", &body).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &answers[0].body));
    let kept = world.http.get(&format!("/api/carts/{cart}")).await;
    assert_eq!(kept.body["items"][0]["quantity"], 3, "what was put in since stays");
    let next = world.with_key("another", &body).await;
    assert_eq!((next.status.as_u16(), &next.body["items"][0]["quantity"]), (201, &json!(3)));
    assert_ne!(next.body["orderId"], again.body["orderId"]);
}

#[tokio::test]
async fn nobody_is_shown_what_another_ordered_from_a_cart() {
    let world = World::new();
    let ada = somebody();
    let cart = world.a_cart().await;
    world.put(&cart, 1).await;
    let body = json!({"email": "ada@example.com", "cartId": cart});
    let hers = world.ask(&ada, Method::POST, "/api/orders", &body);
    let other = json!({"email": "bob@example.com", "cartId": cart});
    let (hers, his) = futures::join!(hers, world.http.post("/api/orders", &other));
    for (answer, email) in [(hers, "ada@example.com"), (his, "bob@example.com")] {
        match answer.status.as_u16() {
            201 => assert_eq!(answer.body["email"], email),
            status => assert!(status == 409 || status == 422, "{answer:?}"),
        }
    }
}

#[tokio::test]
async fn a_guests_cart_is_merged_into_the_customers_once() {
    let world = World::new();
    let ada = somebody();
    let guest = world.a_cart().await;
    world.put(&guest, 2).await;
    let path = format!("/api/carts/{guest}/merge");
    let stranger = world.http.send(Method::POST, &path, &[], String::new()).await;
    assert_eq!(stranger.status, 401);
    for _ in 0..3 {
        let merged = world.ask(&ada, Method::POST, &path, &Value::Null).await;
        assert_eq!(
            (merged.status.as_u16(), &merged.body["items"][0]["quantity"]),
            (200, &json!(2))
        );
    }
    let theirs = world.ask(&ada, Method::POST, "/api/carts", &Value::Null).await;
    let id = theirs.body["cartId"].as_str().unwrap();
    assert_eq!(theirs.body["items"][0]["quantity"], 2);
    let shown = world.http.get(&format!("/api/carts/{guest}")).await;
    assert_eq!(shown.body["items"], json!([]));
    for stranger in [None, Some(somebody())] {
        let path = format!("/api/carts/{id}");
        let answer = match stranger {
            Some(who) => world.ask(&who, Method::GET, &path, &Value::Null).await,
            None => world.http.get(&path).await,
        };
        assert_eq!(answer.status, 404);
    }
    let order = json!({"email": "ada@example.com", "cartId": id});
    assert_eq!(world.http.post("/api/orders", &order).await.status, 404);
    let placed = world.ask(&ada, Method::POST, "/api/orders", &order).await;
    assert_eq!((placed.status.as_u16(), &placed.body["customerId"]), (201, &json!(ada.id)));
}

#[tokio::test]
async fn a_customer_who_leaves_leaves_no_cart() {
    let world = World::new();
    let ada = somebody();
    let cart = world.ask(&ada, Method::POST, "/api/carts", &Value::Null).await;
    let id = cart.body["cartId"].as_str().unwrap().to_owned();
    let path = format!("/api/carts/{id}/items/{}", world.laptops.product);
    world.ask(&ada, Method::PUT, &path, &json!({"quantity": 1})).await;
    world.say("customers.deleted", &json!({"customerId": ada.id}));
    eventually(async || {
        let seen = world.ask(&ada, Method::GET, &format!("/api/carts/{id}"), &Value::Null).await;
        if seen.body["items"] == json!([]) { Ok(()) } else { Err(seen) }
    })
    .await;
}

/// Whoever asks again for an order from it, under the same key, is answered as before.
#[tokio::test(start_paused = true)]
async fn a_guests_cart_that_is_long_empty_is_removed() {
    let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
    let world = World::at(patient(), clock.clone());
    let (ordered, left) = (world.a_cart().await, world.a_cart().await);
    for cart in [&ordered, &left] {
        assert_eq!(world.put(cart, 1).await.status, 200);
    }
    let body = json!({"email": "ada@example.com", "cartId": ordered});
    let placed = world.with_key("k", &body).await;
    assert_eq!(placed.status, 201, "{}", placed.body);
    let after = async |days: i64, cart: &str| {
        clock.advance(SignedDuration::from_hours(days * 24));
        tokio::time::sleep(Duration::from_mins(11)).await;
        world.http.get(&format!("/api/carts/{cart}")).await.status.as_u16()
    };
    assert_eq!((after(29, &ordered).await, after(2, &ordered).await), (200, 404));
    let again = world.with_key("k", &body).await;
    assert_eq!((again.status.as_u16(), &again.body), (201, &placed.body));
    assert_eq!(
        (after(20, &left).await, after(11, &left).await),
        (200, 404),
        "emptied, then removed"
    );
    assert_eq!(world.put(&left, 1).await.status, 404);
}

#[tokio::test]
async fn bad_carts_are_refused() {
    let world = World::new();
    let cart = world.a_cart().await;
    for quantity in [0, 10_001] {
        let answer = world.put(&cart, quantity).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
            (422, &json!("#/quantity"))
        );
    }
    let unknown = format!("/api/carts/{cart}/items/{}", ProductId::fresh());
    let one = json!({"quantity": 1}).to_string();
    assert_eq!(world.http.send(Method::PUT, &unknown, &[], one.clone()).await.status, 404);
    let nowhere = format!("/api/carts/{}/items/{}", CartId::fresh(), world.laptops.product);
    assert_eq!(world.http.send(Method::PUT, &nowhere, &[], one).await.status, 404);
    assert_eq!(world.http.get("/api/carts/17").await.status, 400);
    let both = json!({"email": "a@example.com", "cartId": cart, "items": []});
    assert_eq!(world.http.post("/api/orders", &both).await.status, 422);
    let shown = world.http.get(&format!("/api/carts/{cart}")).await;
    assert_eq!(shown.body["items"], json!([]), "nothing was stored");
}
