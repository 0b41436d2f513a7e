use super::*;

async fn placed_by(world: &World, who: &Principal) -> String {
    let answer = world.ask(who, Method::POST, "/api/orders", &world.a_laptop()).await;
    assert_eq!(answer.status, 201);
    answer.body["orderId"].as_str().unwrap().to_owned()
}

async fn pages(world: &World, who: &Principal, query: &str) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/orders?limit=2{query}{cursor}");
        let page = world.ask(who, Method::GET, &path, &Value::Null).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let data = page.body["data"].as_array().unwrap().iter();
        ids.extend(data.map(|it| it["orderId"].as_str().unwrap().to_owned()));
        match page.body["page"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn customers_see_their_own_orders_newest_first() {
    let world = World::new();
    let (ada, bob) = (somebody(), somebody());
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(placed_by(&world, &ada).await);
        placed_by(&world, &bob).await;
        tokio::time::sleep(Duration::from_millis(2)).await; // each in a millisecond of its own
    }
    orders.reverse();
    assert_eq!(pages(&world, &ada, "").await, orders);
    assert_eq!(pages(&world, &ada, "&status=pending").await, orders);
    assert!(pages(&world, &ada, "&status=shipped").await.is_empty());
    let path = "/api/orders?limit=2";
    let first = world.ask(&ada, Method::GET, path, &Value::Null).await;
    let cursor = first.body["page"]["nextCursor"].as_str().unwrap();
    let link = format!("<{path}&cursor={cursor}>; rel=\"next\"");
    assert_eq!(first.headers["link"], link.as_str());
    for (who, query) in [(&bob, ""), (&ada, "&status=pending")] {
        let path = format!("/api/orders?cursor={cursor}{query}");
        let foreign = world.ask(who, Method::GET, &path, &Value::Null).await;
        assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (400, &json!("bad-cursor")));
    }
    let of_bob = format!("&customerId={}", bob.id);
    assert_eq!(pages(&world, &ada, &of_bob).await, orders, "whatever they ask for");
}

#[tokio::test]
async fn strangers_are_not_told_that_an_order_is_there() {
    let world = World::new();
    let ada = somebody();
    let order = placed_by(&world, &ada).await;
    let path = format!("/api/orders/{order}");
    assert_eq!(world.ask(&ada, Method::GET, &path, &Value::Null).await.status, 200);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(world.ask(&somebody(), method.clone(), &path, &Value::Null).await.status, 404);
        assert_eq!(world.http.send(method, &path, &[], String::new()).await.status, 404);
    }
    assert_eq!(world.http.get("/api/orders").await.status, 401);
    let cursor = world.ask(&ada, Method::GET, "/api/orders?cursor=17", &Value::Null).await;
    assert_eq!(cursor.status, 400, "{}", cursor.body);
}

#[tokio::test]
async fn only_cancelled_is_set_by_hand() {
    let world = World::new();
    let order = world.placed().await;
    let path = format!("/api/orders/{order}/status");
    let set = async |status: &str| {
        world.ask(&staff(), Method::PUT, &path, &json!({"status": status})).await
    };
    let refused = set("shipped").await.body;
    assert_eq!(
        (&refused["code"], &refused["state"]),
        (&json!("order-status-follows"), &json!("pending"))
    );
    assert!(refused["detail"].as_str().unwrap().starts_with("the order is pending"), "{refused}");
    assert_eq!(set("lost").await.status, 422);
    assert_eq!(set("cancelled").await.body["status"], "cancelled");
}
