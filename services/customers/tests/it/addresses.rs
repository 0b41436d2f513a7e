use super::*;

fn address(street: &str) -> Value {
    json!({"street": street, "city": "Berlin", "zipCode": "10115", "country": "Germany"})
}

impl World {
    async fn add(&self, of: &Account, body: Value) -> Answer {
        self.ask(&of.token, Method::POST, &format!("{}/addresses", of.path), body).await
    }

    /// The streets of a customer, the default with a star.
    async fn streets(&self, of: &Account) -> String {
        let shown = self.get(&of.token, &of.path).await.body;
        let star = |it: &Value| if it["isDefault"] == true { "*" } else { "" };
        let addresses = shown["addresses"].as_array().unwrap().iter();
        let streets = addresses.map(|it| format!("{}{}", it["street"].as_str().unwrap(), star(it)));
        streets.collect::<Vec<_>>().join(" ")
    }
}

#[tokio::test]
async fn addresses_come_change_and_go_and_one_is_the_default() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let home = world.add(&ada, address("A")).await;
    assert_eq!((home.status.as_u16(), &home.body["isDefault"]), (201, &true.into()));
    assert_eq!(home.headers["etag"], "\"2\"");
    let home = home.headers["location"].to_str().unwrap().to_owned();
    let mut second = address("B");
    second["isDefault"] = json!(true);
    second["state"] = json!("Brandenburg");
    let work = world.add(&ada, second).await.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(world.streets(&ada).await, "A B*");
    assert_eq!(world.add(&ada, address("A")).await.headers["location"], home.as_str());
    assert_eq!(world.streets(&ada).await, "A B*");

    let change = json!({"street": "C", "state": null, "isDefault": true});
    let changed = world.ask(&ada.token, Method::PUT, &work, change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!((changed.body.get("state"), &changed.body["city"]), (None, &"Berlin".into()));
    let needed = world.ask(&ada.token, Method::PUT, &work, json!({"isDefault": false})).await;
    assert_eq!(
        (needed.status.as_u16(), &needed.body["code"]),
        (409, &"default-address-needed".into())
    );
    assert_eq!(world.streets(&ada).await, "A C*");
    let gone = world.ask(&ada.token, Method::DELETE, &work, Value::Null).await;
    assert_eq!(gone.status, 204);
    assert_eq!(world.streets(&ada).await, "A*");
    let nothing = world.ask(&ada.token, Method::PUT, &work, json!({})).await;
    assert_eq!(
        (nothing.status.as_u16(), &nothing.body["errors"][0]["pointer"]),
        (422, &"#".into())
    );
    for (method, body) in [(Method::PUT, json!({"city": "Paris"})), (Method::DELETE, Value::Null)] {
        let gone = world.ask(&ada.token, method, &work, body).await;
        assert_eq!((gone.status.as_u16(), &gone.body["code"]), (404, &"address-not-found".into()));
    }
    let mut said = vec!["customers.registered"];
    said.extend(["customers.updated"; 4]);
    world.has_said(&said).await;
}

#[tokio::test]
async fn a_customer_may_bring_addresses_along() {
    let world = World::new();
    let mut body = person("ada@example.com");
    body["addresses"] = json!([address("A"), address("B")]);
    body["addresses"][1]["isDefault"] = json!(true);
    let answer = world.http.post("/api/customers", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let defaults: Vec<_> =
        answer.body["addresses"].as_array().unwrap().iter().map(|it| &it["isDefault"]).collect();
    assert_eq!(defaults, [false, true]);
}

#[tokio::test]
async fn there_are_twenty_at_most() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    for it in 0..20 {
        assert_eq!(world.add(&ada, address(&format!("S{it}"))).await.status, 201);
    }
    let more = world.add(&ada, address("S20")).await;
    assert_eq!((more.status.as_u16(), &more.body["code"]), (409, &"too-many-addresses".into()));
}

#[tokio::test]
async fn bad_addresses_are_pointed_at_and_change_nothing() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let known =
        world.add(&ada, address("A")).await.headers["location"].to_str().unwrap().to_owned();
    let with = |field: &str, value: Value| {
        let mut body = address("B");
        body[field] = value;
        body
    };
    for (body, pointer) in [
        (json!({}), "#/street"),
        (with("street", json!("")), "#/street"),
        (with("city", json!("x".repeat(201))), "#/city"),
        (with("state", json!(" ")), "#/state"),
        (with("zipCode", json!(10_115)), "#/zipCode"),
        (with("country", json!("a\nb")), "#/country"),
        (with("isDefault", json!("yes")), "#/isDefault"),
        (with("addressId", json!("1")), "#/addressId"),
    ] {
        let answer = world.add(&ada, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
        if body != json!({}) {
            let answer = world.ask(&ada.token, Method::PUT, &known, body.clone()).await;
            assert_eq!(answer.status, 422, "{body}: {}", answer.body);
            assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
        }
    }
    let nulls = world.ask(&ada.token, Method::PUT, &known, json!({"city": null})).await;
    assert_eq!(nulls.status, 422);
    assert_eq!(world.streets(&ada).await, "A*");
    let bearer = format!("Bearer {}", ada.token);
    let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
    let stale = world.http.send(Method::DELETE, &known, &headers, String::new()).await;
    assert_eq!(stale.status, 412);
}
