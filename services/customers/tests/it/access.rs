use super::*;
use jiff::SignedDuration;

/// What there is to ask of one customer, with something that is understood.
fn routes(path: &str) -> Vec<(Method, String, Value)> {
    let address = json!({"street": "A", "city": "B", "zipCode": "1", "country": "C"});
    let passwords = json!({"currentPassword": "is not this", "newPassword": "another password"});
    let one = format!("{path}/addresses/{}", contracts::ids::AddressId::fresh());
    vec![
        (Method::GET, path.to_owned(), Value::Null),
        (Method::PUT, path.to_owned(), json!({"firstName": "Eve"})),
        (Method::PUT, format!("{path}/password"), passwords),
        (Method::POST, format!("{path}/addresses"), address),
        (Method::PUT, one.clone(), json!({"street": "A"})),
        (Method::DELETE, one, Value::Null),
        (Method::DELETE, path.to_owned(), Value::Null),
    ]
}

#[tokio::test]
async fn strangers_find_nothing_and_the_unknown_are_asked_who_they_are() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let missing = format!("/api/customers/{}", CustomerId::fresh());
    let stranger = world.stranger();
    let tampered = format!("{}x", ada.token);
    let other_shop = SigningKey::generate();
    let principal = Principal { id: "boss".to_owned(), role: Role::Staff };
    let foreign = other_shop.sign(&principal, world.clock.now(), Duration::from_mins(15));
    for (method, path, body) in routes(&ada.path) {
        let said = if body.is_null() { String::new() } else { body.to_string() };
        let nobody = world.http.send(method.clone(), &path, &[], said).await;
        assert_eq!(
            (nobody.status.as_u16(), &nobody.body["code"]),
            (401, &"sign-in-required".into())
        );
        assert_eq!(nobody.headers["www-authenticate"], "Bearer");
        for bad in [&tampered, &foreign] {
            let answer = world.ask(bad, method.clone(), &path, body.clone()).await;
            assert_eq!((answer.status.as_u16(), &answer.body["code"]), (401, &"bad-token".into()));
        }
        let answer = world.ask(&stranger, method.clone(), &path, body.clone()).await;
        let code = (answer.status.as_u16(), answer.body["code"].clone());
        assert_eq!(code, (404, "customer-not-found".into()), "{method} {path}");
    }
    for (method, path, body) in routes(&missing) {
        let answer = world.ask(&world.staff(), method.clone(), &path, body).await;
        let code = (answer.status.as_u16(), answer.body["code"].clone());
        assert_eq!(code, (404, "customer-not-found".into()), "{method} {path}");
    }
    let shown = world.get(&ada.token, &ada.path).await.body;
    assert_eq!((&shown["firstName"], &shown["revision"]), (&"Ada".into(), &1.into()));
}

#[tokio::test]
async fn staff_may_act_for_customers() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let staff = world.staff();
    assert_eq!(world.get(&staff, &ada.path).await.status, 200);
    let change = json!({"firstName": "Augusta"});
    assert_eq!(world.ask(&staff, Method::PUT, &ada.path, change).await.status, 200);
    assert_eq!(world.get(&staff, "/api/customers/me").await.status, 404);
    let unknown = world.http.get("/api/customers").await;
    assert_eq!(unknown.status, 401);
    let other = world.get(&ada.token, "/api/customers").await;
    assert_eq!((other.status.as_u16(), &other.body["code"]), (403, &"staff-only".into()));
    assert_eq!(world.ask(&staff, Method::DELETE, &ada.path, Value::Null).await.status, 204);
}

#[tokio::test]
async fn tokens_expire() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    world.clock.advance(SignedDuration::from_secs(15 * 60 + 29));
    assert_eq!(world.get(&ada.token, &ada.path).await.status, 200);
    world.clock.advance(SignedDuration::from_secs(1));
    let late = world.get(&ada.token, &ada.path).await;
    assert_eq!((late.status.as_u16(), &late.body["code"]), (401, &"token-expired".into()));
}
