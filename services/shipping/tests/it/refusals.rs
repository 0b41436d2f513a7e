//! Bad input on each route: the right answer, and nothing stored.

use super::*;

/// A text that is longer than any may be.
fn long() -> String {
    "x".repeat(201)
}

#[tokio::test(start_paused = true)]
async fn a_shipment_that_makes_no_sense_is_pointed_at() {
    let world = World::new();
    let order = OrderId::fresh();
    let with = |path: &str, value: Value| {
        let mut body = wanted(order);
        *body.pointer_mut(path).unwrap() = value;
        body
    };
    let mut strange = wanted(order);
    strange["weight"] = json!(5);
    let mut nameless = wanted(order);
    nameless.as_object_mut().unwrap().remove("orderId");
    for (body, pointer) in [
        (nameless, "#/orderId"),
        (with("/orderId", json!("17")), "#/orderId"),
        (with("/method", json!("teleport")), "#/method"),
        (with("/address/city", json!(" ")), "#/address/city"),
        (with("/address/street", json!(long())), "#/address/street"),
        (with("/address", json!({"street": "x"})), "#/address/city"),
        (with("/items", json!([])), "#/items"),
        (with("/items", json!(vec![wanted(order)["items"][0].clone(); 101])), "#/items"),
        (with("/items/0/quantity", json!(0)), "#/items/0/quantity"),
        (with("/items/0/quantity", json!(-1)), "#/items/0/quantity"),
        (with("/items/0/quantity", json!(10_001)), "#/items/0/quantity"),
        (with("/items/0/quantity", json!(1.5)), "#/items/0/quantity"),
        (with("/items/0/name", json!("a\nb")), "#/items/0/name"),
        (with("/items/0/productId", json!(1)), "#/items/0/productId"),
        (strange, "#/weight"),
    ] {
        let answer = world.http.post("/api/shipping", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
    }
    let several = with("/items/0/quantity", json!(0));
    let several = {
        let mut body = several;
        body["address"]["city"] = json!("");
        body
    };
    let answer = world.http.post("/api/shipping", &several).await;
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 2, "all are told together");
    assert_eq!(world.http.get(&format!("/api/shipping/order/{order}")).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_makes_no_sense_is_pointed_at() {
    let world = World::new();
    let (order, id) = world.processing().await;
    let before = world.shipment(order).await;
    for (verb, body, pointer) in [
        ("status", json!({}), "#/status"),
        ("status", json!({"status": "lost"}), "#/status"),
        ("status", json!({"status": "cancelled"}), "#/notes"),
        ("status", json!({"status": "returned"}), "#/notes"),
        ("status", json!({"status": "shipped", "location": ""}), "#/location"),
        ("status", json!({"status": "shipped", "notes": long()}), "#/notes"),
        ("status", json!({"status": "shipped", "colour": "red"}), "#/colour"),
        ("ship", json!({"carrier": "Bicycle"}), "#/trackingNumber"),
        ("ship", json!({"trackingNumber": 17}), "#/trackingNumber"),
        ("ship", json!({"carrier": "", "trackingNumber": "1"}), "#/carrier"),
        ("ship", json!({"location": long()}), "#/location"),
        ("ship", json!({"number": "17"}), "#/number"),
        ("deliver", json!({"notes": "\u{202e}"}), "#/notes"),
        ("deliver", json!({"location": ["Door"]}), "#/location"),
        ("deliver", json!({"door": "red"}), "#/door"),
        ("cancel", json!({}), "#/reason"),
        ("cancel", json!({"reason": " "}), "#/reason"),
        ("cancel", json!({"reason": "x", "by": "me"}), "#/by"),
        ("return", json!({}), "#/reason"),
        ("return", json!({"reason": long()}), "#/reason"),
        ("tracking", json!({}), "#/location"),
        ("tracking", json!({"location": ""}), "#/location"),
        ("tracking", json!({"location": "Road", "notes": ""}), "#/notes"),
    ] {
        let answer = world.put(id, verb, &body).await;
        assert_eq!(answer.status, 422, "{verb} {body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{verb} {body}");
    }
    assert_eq!(world.shipment(order).await, before);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_parsed_or_found_is_said_so() {
    let world = World::new();
    let known = world.processing().await.1;
    let unknown = ShipmentId::fresh();
    let bodies = [
        ("status", json!({"status": "shipped"})),
        ("ship", json!({})),
        ("deliver", json!({})),
        ("cancel", json!({"reason": "x"})),
        ("return", json!({"reason": "x"})),
        ("tracking", json!({"location": "x"})),
    ];
    for (verb, body) in bodies {
        assert_eq!(world.put(unknown, verb, &body).await.status, 404, "{verb}");
        let path = format!("/api/shipping/{known}/{verb}");
        let broken = world.http.send(Method::PUT, &path, &[], "{".to_owned()).await;
        assert_eq!(broken.status, 400, "{verb}");
        let path = format!("/api/shipping/17/{verb}");
        let malformed = world.http.send(Method::PUT, &path, &[], body.to_string()).await;
        assert_eq!(malformed.status, 400, "{verb}");
    }
    let broken = world.http.send(Method::POST, "/api/shipping", &[], "[".to_owned()).await;
    assert_eq!(broken.status, 400);
    for (path, status) in [
        (format!("/api/shipping/{unknown}"), 404),
        (format!("/api/shipping/order/{}", OrderId::fresh()), 404),
        ("/api/shipping/17".to_owned(), 400),
        ("/api/shipping/order/17".to_owned(), 400),
        ("/api/shipping?status=lost".to_owned(), 400),
        ("/api/shipping?limit=-1".to_owned(), 400),
        ("/api/shipping?limit=0".to_owned(), 400),
        ("/api/shipping?limit=101".to_owned(), 400),
        ("/api/shipping?cursor=17".to_owned(), 400),
        ("/api/shipping?colour=red".to_owned(), 400),
    ] {
        assert_eq!(world.http.get(&path).await.status, status, "{path}");
    }
    let large = json!({"reason": "x".repeat(300_000)});
    assert_eq!(world.put(known, "cancel", &large).await.status, 413);
}

#[tokio::test(start_paused = true)]
async fn a_shipment_is_changed_as_it_was_seen_or_not_at_all() {
    let world = World::new();
    let (order, id) = world.processing().await;
    let seen = world.http.get(&format!("/api/shipping/{id}")).await;
    let tag = seen.headers["etag"].to_str().unwrap().to_owned();
    let send = async |verb: &str, tag: &str, body: &Value| {
        let path = format!("/api/shipping/{id}/{verb}");
        world.http.send(Method::PUT, &path, &[("if-match", tag)], body.to_string()).await
    };
    let known = [("if-none-match", tag.as_str())];
    for path in [format!("/api/shipping/{id}"), format!("/api/shipping/order/{order}")] {
        let again = world.http.send(Method::GET, &path, &known, String::new()).await;
        assert_eq!((again.status.as_u16(), again.body), (304, Value::Null), "{path}");
    }
    for (verb, body) in [
        ("status", json!({"status": "shipped"})),
        ("ship", json!({})),
        ("deliver", json!({})),
        ("cancel", json!({"reason": "x"})),
        ("return", json!({"reason": "x"})),
        ("tracking", json!({"location": "x"})),
    ] {
        let stale = send(verb, "\"0\"", &body).await;
        assert_eq!((stale.status.as_u16(), &stale.body["code"]), (412, &json!("stale-revision")));
        assert_eq!(send(verb, "0", &body).await.status, 400, "{verb}");
    }
    assert_eq!(world.shipment(order).await, seen.body);
    let shipped = send("ship", &tag, &json!({})).await;
    assert_eq!(shipped.status, 200, "{}", shipped.body);
    assert_ne!(shipped.headers["etag"], tag.as_str());
}
