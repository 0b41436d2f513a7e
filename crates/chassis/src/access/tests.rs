use super::*;
use crate::{
    clock::{Clock as _, HeldClock},
    identity::{self, SigningKey},
    inside,
    process::Process,
};
use axum::{Router, body::Body, routing::get as route};
use std::time::Duration;
use tower::ServiceExt as _;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const ALL: [Access; 8] = [
    Access::Open,
    Access::Public,
    Access::Holder,
    Access::Owner,
    Access::SignedIn,
    Access::Customer,
    Access::Staff,
    Access::Inside,
];

struct Door {
    routes: Router,
    key: SigningKey,
    clock: Arc<HeldClock>,
}

impl Door {
    fn with(table: Vec<Operation>) -> Self {
        let (key, clock) = (SigningKey::generate(), Arc::new(HeldClock::at(now())));
        let inside: inside::Token = TOKEN.parse().unwrap();
        let believed = identity::Config {
            token_public_keys: key.verifying_keys(),
            inside_token: Some(inside),
        };
        let config = crate::http::Config { port: 0, shutdown_grace: Duration::ZERO };
        let routes = Router::new()
            .route("/thing", route(async || "got").post(async || "posted"))
            .route("/forgotten", route(async || "seen"));
        let process = Process::new("door", &config).serve(routes, table);
        Self { routes: process.trust(believed, clock.clone()).routes(), key, clock }
    }

    fn token(&self, role: Role) -> String {
        let principal = Principal { id: "it".to_owned(), role };
        let token = self.key.sign(&principal, self.clock.now(), Duration::from_mins(15));
        format!("Bearer {token}")
    }

    async fn ask(&self, method: Method, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = Request::builder().method(method).uri(path);
        let request = fields.iter().fold(request, |it, (name, value)| it.header(*name, *value));
        self.routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn gets(&self, fields: &[(&str, &str)]) -> u16 {
        self.ask(Method::GET, "/thing", fields).await.status().as_u16()
    }
}

fn now() -> jiff::Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

#[tokio::test]
async fn each_line_admits_whom_it_names() {
    for access in ALL {
        let door = Door::with(vec![get("/thing", access)]);
        let (customer, staff) = (door.token(Role::Customer), door.token(Role::Staff));
        let asked = [
            door.gets(&[]).await,
            door.gets(&[("authorization", &customer)]).await,
            door.gets(&[("authorization", &staff)]).await,
            door.gets(&[("x-shop-inside", TOKEN)]).await,
        ];
        let expected = match access {
            Access::Open | Access::Public | Access::Holder => [200, 200, 200, 200],
            Access::Owner | Access::SignedIn => [401, 200, 200, 200],
            Access::Customer => [401, 200, 403, 403],
            Access::Staff => [401, 403, 200, 403],
            Access::Inside => [401, 403, 200, 200],
        };
        assert_eq!(asked, expected, "{access:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_but_where_none_is_looked_at() {
    for access in ALL {
        let door = Door::with(vec![get("/thing", access)]);
        let expected = if access == Access::Open { 200 } else { 401 };
        let wrong = TOKEN.replace('0', "1");
        for bad in [("authorization", "Bearer x"), ("x-shop-inside", wrong.as_str())] {
            assert_eq!(door.gets(&[bad]).await, expected, "{access:?} {bad:?}");
        }
    }
}

#[tokio::test]
async fn what_is_not_in_the_table_is_not_there() {
    let door = Door::with(vec![get("/thing", Access::Public)]);
    let refused = door.ask(Method::POST, "/thing", &[]).await;
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(refused.headers()[header::ALLOW], "GET");
    assert_eq!(door.ask(Method::GET, "/forgotten", &[]).await.status(), 405);
    assert_eq!(door.ask(Method::GET, "/elsewhere", &[]).await.status(), 404);
    assert_eq!(door.ask(Method::HEAD, "/thing", &[]).await.status(), 200);
}
