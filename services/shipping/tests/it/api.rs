use super::*;

fn body(order: OrderId) -> Value {
    let mut body = wanted(order);
    body["customerId"] = json!(contracts::ids::CustomerId::derived("ada"));
    body
}

#[tokio::test(start_paused = true)]
async fn a_shipment_is_opened_once() {
    let world = World::new();
    let order = world.orders.to_be_shipped();
    let opened = world.http.post("/api/shipping", &body(order)).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let id = ShipmentId::derived(&order.to_string());
    assert_eq!(opened.headers["location"], format!("/api/shipping/{id}"));
    assert_eq!(
        (&opened.body["status"], &opened.body["method"]),
        (&json!("pending"), &json!("express"))
    );
    let again = world.http.post("/api/shipping", &body(order)).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("shipment-exists")));
    assert_eq!(world.http.get(&format!("/api/shipping/{id}")).await.status, 200);
    // The order that asks for it later is answered, and it is no second one.
    world.want(order);
    let shipment = world.becomes(order, "processing").await;
    assert_eq!(shipment["differsFromOrder"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn the_whole_way_by_hand() {
    let world = World::new();
    let (_order, id) = world.processing().await;
    let noted = world.put(id, "tracking", &json!({"location": "Dock", "notes": "packed"})).await;
    assert_eq!(noted.status, 200, "{}", noted.body);
    let to = json!({"carrier": "Bicycle", "trackingNumber": "B-17", "location": "Dock"});
    let shipped = world.put(id, "ship", &to).await;
    assert_eq!(shipped.body["tracking"]["carrier"], "Bicycle");
    assert_eq!(shipped.body["tracking"]["trackingNumber"], "B-17");
    let again = world.put(id, "ship", &to).await;
    assert_eq!((again.status.as_u16(), &again.body["history"]), (200, &shipped.body["history"]));
    let other = world.put(id, "ship", &json!({"trackingNumber": "B-18"})).await;
    assert_eq!((other.status.as_u16(), &other.body["code"]), (409, &json!("shipment-handed-over")));
    let delivered = world.put(id, "deliver", &json!({"location": "Door"})).await;
    assert_eq!(delivered.body["status"], "delivered");
    let back = world.put(id, "return", &json!({"reason": "too small"})).await;
    assert_eq!(
        (&back.body["status"], &back.body["reason"]),
        (&json!("returned"), &json!("too small"))
    );
    let history = back.body["history"].as_array().unwrap().iter();
    let history: Vec<_> = history.filter_map(|it| it["status"].as_str()).collect();
    let expected = ["pending", "processing", "processing", "shipped", "delivered", "returned"];
    assert_eq!(history, expected);
}

#[tokio::test(start_paused = true)]
async fn the_status_is_set_along_the_way_only() {
    let world = World::new();
    let (_order, id) = world.processing().await;
    let set = async |body: Value| {
        let answer = world.put(id, "status", &body).await;
        (answer.status.as_u16(), answer.body)
    };
    let (status, refused) = set(json!({"status": "delivered"})).await;
    assert_eq!((status, &refused["code"]), (409, &json!("shipment-illegal-step")));
    assert!(refused["detail"].as_str().unwrap().contains("is processing"), "{refused}");
    assert_eq!(refused["state"], "processing");
    assert_eq!(set(json!({"status": "shipped", "location": "Dock"})).await.0, 200);
    assert_eq!(set(json!({"status": "pending"})).await.0, 409);
    assert_eq!(set(json!({"status": "cancelled", "notes": "too late"})).await.0, 409);
    assert_eq!(set(json!({"status": "delivered", "notes": "in person"})).await.0, 200);
    let (status, back) = set(json!({"status": "returned", "notes": "broken"})).await;
    assert_eq!((status, &back["reason"]), (200, &json!("broken")));
}

#[tokio::test(start_paused = true)]
async fn shipments_are_listed_in_pages_and_by_status() {
    let world = World::new();
    for _ in 0..3 {
        world.processing().await;
    }
    let (_order, id) = world.processing().await;
    world.put(id, "cancel", &json!({"reason": "too dear"})).await;
    let count = async |query: &str| {
        let answer = world.http.get(&format!("/api/shipping?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["data"].as_array().unwrap().len()
    };
    assert_eq!((count("").await, count("status=processing").await), (4, 3));
    assert_eq!((count("status=cancelled").await, count("status=shipped").await), (1, 0));
    let first = world.http.get("/api/shipping?limit=3").await.body;
    assert_eq!(first["page"]["hasMore"], true);
    let cursor = first["page"]["nextCursor"].as_str().unwrap();
    assert_eq!(count(&format!("limit=3&cursor={cursor}")).await, 1);
    let foreign = format!("/api/shipping?status=pending&cursor={cursor}");
    let foreign = world.http.get(&foreign).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (400, &json!("bad-cursor")));
}
