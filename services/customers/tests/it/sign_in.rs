use super::*;
use jiff::SignedDuration;
use std::time::Instant;

#[tokio::test]
async fn who_signs_in_is_known_to_all_services() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let tokens = world.sign_in("Ada@Example.com", PASSWORD).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    assert_eq!(tokens.headers["cache-control"], "no-store");
    assert_eq!(
        (&tokens.body["tokenType"], &tokens.body["expiresIn"]),
        (&"Bearer".into(), &900.into())
    );
    let access = tokens.body["accessToken"].as_str().unwrap();
    let principal = world.key.verifying_keys().verify(access, world.clock.now()).unwrap();
    assert_eq!(format!("/api/customers/{}", principal.customer_id().unwrap()), ada.path);
    assert_eq!(world.get(access, "/api/customers/me").await.status, 200);
    assert_eq!(world.get(access, &ada.path).await.body["revision"], 1);
}

#[tokio::test]
async fn whether_there_is_an_account_is_not_told() {
    let world = World::new();
    world.registered("ada@example.com").await;
    let wrong = world.sign_in("ada@example.com", "wrong horse battery").await;
    let unknown = world.sign_in("eve@example.com", PASSWORD).await;
    assert_eq!((wrong.status.as_u16(), &wrong.body["code"]), (401, &"wrong-credentials".into()));
    assert_eq!((unknown.status, unknown.body), (wrong.status, wrong.body));
    // The quickest of several, since all else only makes it slower.
    let quickest = async |email: &str| {
        let mut quickest = Duration::MAX;
        for _ in 0..7 {
            let start = Instant::now();
            world.sign_in(email, "wrong horse battery").await;
            quickest = quickest.min(start.elapsed());
        }
        quickest
    };
    let (known, unknown) = (quickest("ada@example.com").await, quickest("eve@example.com").await);
    assert!(unknown * 3 > known && known * 3 > unknown, "{known:?} and {unknown:?}");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session() {
    let world = World::new();
    world.registered("ada@example.com").await;
    let first = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    let elsewhere = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    let second = refresh_token(&world.refresh(&first).await);
    let third = refresh_token(&world.refresh(&second).await);
    let again = world.refresh(&first).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (401, &"bad-refresh-token".into()));
    for ended in [&first, &second, &third] {
        assert_eq!(world.refresh(ended).await.status, 401);
    }
    refresh_token(&world.refresh(&elsewhere).await);
}

#[tokio::test]
async fn a_session_ends_by_signing_out_or_by_being_left_alone() {
    let world = World::new();
    world.registered("ada@example.com").await;
    let sign_out = async |token: &str| {
        world.http.post("/api/customers/logout", &json!({"refreshToken": token})).await.status
    };
    let token = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    for text in [token.as_str(), &token, "nonsense"] {
        assert_eq!(sign_out(text).await, 204);
    }
    assert_eq!(world.refresh(&token).await.status, 401);
    let token = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    world.clock.advance(SignedDuration::from_hours(29 * 24));
    let token = refresh_token(&world.refresh(&token).await);
    world.clock.advance(SignedDuration::from_hours(30 * 24));
    assert_eq!(world.refresh(&token).await.status, 401);
}

#[tokio::test]
async fn another_password_ends_all_sessions_but_one() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let old = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    let path = format!("{}/password", ada.path);
    let change = async |current: &str, new: &str| {
        let body = json!({"currentPassword": current, "newPassword": new});
        world.ask(&ada.token, Method::PUT, &path, body).await
    };
    let wrong = change("wrong horse battery", "another password").await;
    assert_eq!((wrong.status.as_u16(), &wrong.body["code"]), (403, &"wrong-password".into()));
    for bad in ["short", "iloveyou", "ADA@example.com"] {
        let answer = change(PASSWORD, bad).await;
        assert_eq!(answer.status, 422, "{bad}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], "#/newPassword", "{bad}");
    }
    let new = refresh_token(&change(PASSWORD, "another password").await);
    assert_eq!(world.refresh(&old).await.status, 401);
    refresh_token(&world.refresh(&new).await);
    assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 401);
    assert_eq!(world.sign_in("ada@example.com", "another password").await.status, 200);
    assert_eq!(world.get(&ada.token, &ada.path).await.body["revision"], 1);
}

#[tokio::test]
async fn who_has_left_is_signed_out() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let token = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    world.ask(&ada.token, Method::DELETE, &ada.path, Value::Null).await;
    assert_eq!(world.refresh(&token).await.status, 401);
    let gone = world.sign_in("ada@example.com", PASSWORD).await;
    assert_eq!((gone.status.as_u16(), &gone.body["code"]), (401, &"wrong-credentials".into()));
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    for (path, body, pointer) in [
        ("login", json!({}), "#/email"),
        ("login", json!({"email": "ada", "password": "x"}), "#/email"),
        ("login", json!({"email": "ada@example.com", "password": 12_345_678}), "#/password"),
        ("login", json!({"email": "ada@example.com", "password": "x", "admin": true}), "#/admin"),
        ("refresh", json!({}), "#/refreshToken"),
        ("refresh", json!({"refreshToken": ["12345678"]}), "#/refreshToken"),
        ("logout", json!({"refreshToken": null}), "#/refreshToken"),
    ] {
        let answer = world.http.post(&format!("/api/customers/{path}"), &body).await;
        assert_eq!(answer.status, 422, "{path} {body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{path} {body}");
        assert!(!answer.body.to_string().contains("12345678"), "{}", answer.body);
    }
    for token in ["", "..", "nonsense", &ada.token, &"x".repeat(10_000)] {
        assert_eq!(world.refresh(token).await.status, 401, "{token}");
    }
    let path = format!("{}/password", ada.path);
    for (body, pointer) in [
        (json!({}), "#/currentPassword"),
        (json!({"currentPassword": 12_345_678, "newPassword": "x"}), "#/currentPassword"),
        (json!({"currentPassword": PASSWORD}), "#/newPassword"),
    ] {
        let answer = world.ask(&ada.token, Method::PUT, &path, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{body}");
        assert!(!answer.body.to_string().contains("12345678"), "{}", answer.body);
    }
}
