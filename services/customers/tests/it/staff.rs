use super::*;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};

async fn role_of(world: &World, token: &str) -> Value {
    world.get(token, "/api/customers/me").await.body["role"].clone()
}

fn access(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["accessToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_first_staff_sign_in_with_what_the_secret_says() {
    let world = World::new();
    for _ in 0..2 {
        let token = access(&world.sign_in(STAFF, PASSWORD_OF_STAFF).await);
        assert_eq!(role_of(&world, &token).await, "staff");
        assert_eq!(world.get(&token, "/api/customers").await.status, 200);
    }
    let wrong = world.sign_in(STAFF, PASSWORD).await;
    assert_eq!((wrong.status.as_u16(), &wrong.body["code"]), (401, &"wrong-credentials".into()));
    let refreshed =
        world.refresh(&refresh_token(&world.sign_in(STAFF, PASSWORD_OF_STAFF).await)).await;
    assert_eq!(role_of(&world, &access(&refreshed)).await, "staff");
    assert!(world.said.lock().unwrap().is_empty(), "staff are no customers");
}

#[tokio::test]
async fn nobody_else_can_have_their_e_mail() {
    let world = World::new();
    let taken = world.http.post("/api/customers", &person(STAFF)).await;
    assert_eq!((taken.status.as_u16(), &taken.body["code"]), (409, &"email-taken".into()));
    let ada = world.registered("ada@example.com").await;
    let change = json!({"email": STAFF.to_uppercase()});
    assert_eq!(world.ask(&ada.token, Method::PUT, &ada.path, change).await.status, 409);
    assert_eq!(world.sign_in(STAFF, PASSWORD_OF_STAFF).await.status, 200);
}

#[tokio::test]
async fn their_account_follows_the_secret_alone() {
    let world = World::new();
    let staff = access(&world.sign_in(STAFF, PASSWORD_OF_STAFF).await);
    let me = world.get(&staff, "/api/customers/me").await.body;
    let path = format!("/api/customers/{}", me["customerId"].as_str().unwrap());
    let passwords =
        json!({"currentPassword": PASSWORD_OF_STAFF, "newPassword": "another password"});
    let customer = json!({"role": "customer"});
    for (method, path, body) in [
        (Method::PUT, format!("{path}/password"), passwords),
        (Method::PUT, format!("{path}/role"), customer),
        (Method::DELETE, path.clone(), Value::Null),
    ] {
        let answer = world.ask(&staff, method, &path, body).await;
        let told = (answer.status.as_u16(), &answer.body["code"]);
        assert_eq!(told, (409, &"kept-by-secret".into()), "{path}");
    }
    assert_eq!(world.sign_in(STAFF, PASSWORD_OF_STAFF).await.status, 200);
}

#[tokio::test]
async fn staff_make_others_staff_and_customers_again() {
    let world = World::new();
    let staff = access(&world.sign_in(STAFF, PASSWORD_OF_STAFF).await);
    let ada = world.registered("ada@example.com").await;
    let role = format!("{}/role", ada.path);
    let own = world.ask(&ada.token, Method::PUT, &role, json!({"role": "staff"})).await;
    assert_eq!((own.status.as_u16(), &own.body["code"]), (403, &"staff-only".into()));
    for (given, pointer) in [(json!({"role": "service"}), "#/role"), (json!({}), "#/role")] {
        let answer = world.ask(&staff, Method::PUT, &role, given).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["errors"][0]["pointer"]),
            (422, &pointer.into())
        );
    }
    let before = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    for given in ["staff", "customer"] {
        let answer = world.ask(&staff, Method::PUT, &role, json!({"role": given})).await;
        assert_eq!((answer.status.as_u16(), &answer.body["role"]), (200, &given.into()));
        let token = access(&world.sign_in("ada@example.com", PASSWORD).await);
        assert_eq!(role_of(&world, &token).await, given);
    }
    assert_eq!(world.refresh(&before).await.status, 401, "who changes their role signs in anew");
}

#[tokio::test]
async fn everybody_can_read_the_keys() {
    let world = World::new();
    let answer = world.http.get("/.well-known/jwks.json").await;
    assert_eq!(answer.status, 200);
    let keys = answer.body["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    let said = ["kty", "crv", "alg", "use"].map(|it| keys[0][it].as_str().unwrap());
    assert_eq!(said, ["OKP", "Ed25519", "EdDSA", "sig"]);
    let header = world.staff().split('.').next().unwrap().to_owned();
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["kid"], keys[0]["kid"]);
    assert!(keys[0].get("d").is_none(), "the private half is not shown");
}
