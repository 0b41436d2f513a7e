use super::*;
use futures::future::{join, join_all};

#[tokio::test(flavor = "multi_thread")]
async fn of_all_who_register_one_email_one_gets_it() {
    let world = World::new();
    let body = person("ada@example.com");
    let answers = join_all((0..30).map(|_| world.http.post("/api/customers", &body))).await;
    let codes: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    assert_eq!(codes.iter().filter(|it| **it == 201).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|it| **it == 409).count(), 29, "{codes:?}");
    let list = world.get(&world.staff(), "/api/customers").await.body;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(world.sign_in("ada@example.com", PASSWORD).await.status, 200);
    world.has_said(&["customers.registered"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_uses_of_one_refresh_token_leave_no_session() {
    let world = World::new();
    world.registered("ada@example.com").await;
    let token = refresh_token(&world.sign_in("ada@example.com", PASSWORD).await);
    let (one, other) = join(world.refresh(&token), world.refresh(&token)).await;
    let (good, bad) = if one.status == 200 { (one, other) } else { (other, one) };
    assert_eq!((good.status.as_u16(), bad.status.as_u16()), (200, 401));
    assert_eq!(world.refresh(&refresh_token(&good)).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_outlives_the_password_that_opened_it() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let body = json!({"currentPassword": PASSWORD, "newPassword": "another password"});
    let path = format!("{}/password", ada.path);
    let sign_ins = join_all((0..8).map(|_| world.sign_in("ada@example.com", PASSWORD)));
    let change = world.ask(&ada.token, Method::PUT, &path, body);
    let (sign_ins, changed) = join(sign_ins, change).await;
    assert_eq!(changed.status, 200);
    for opened in sign_ins.iter().filter(|it| it.status == 200) {
        assert_eq!(world.refresh(&refresh_token(opened)).await.status, 401);
    }
    refresh_token(&world.refresh(&refresh_token(&changed)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_at_once_all_count_and_conditions_let_one_through() {
    let world = World::new();
    let ada = world.registered("ada@example.com").await;
    let bearer = format!("Bearer {}", ada.token);
    let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
    let rename = |it: usize| {
        let body = json!({"firstName": format!("Ada {it}")}).to_string();
        world.http.send(Method::PUT, &ada.path, &headers, body)
    };
    let answers = join_all((0..10).map(rename)).await;
    let codes: Vec<_> = answers.iter().map(|it| it.status.as_u16()).collect();
    assert_eq!(codes.iter().filter(|it| **it == 200).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|it| **it == 412).count(), 9, "{codes:?}");
}
