//! The shop as a process has it: real HTTP, real time.

use clap::Parser as _;
use contracts::catalog::{EMAIL, GATEWAY};
use serde_json::{Value, json};
use shop_dev::{Config, Ports};
use std::future::pending;
use testkit::eventually;

const STAFF: &str = r#"{"email":"staff@shop.internal","password":"gGm2wE8yq9Zr4TnVx7LcKd3s"}"#;

async fn get(url: &str) -> Result<Value, String> {
    get_as("", url).await
}

/// Gets as whoever has this token.
async fn get_as(token: &str, url: &str) -> Result<Value, String> {
    let request = reqwest::Client::new().get(url);
    let request = if token.is_empty() { request } else { request.bearer_auth(token) };
    let answer = request.send().await.map_err(|it| it.to_string())?;
    let status = answer.status();
    let text = answer.text().await.map_err(|it| it.to_string())?;
    if !status.is_success() {
        return Err(format!("{status} {text}"));
    }
    serde_json::from_str(&text).map_err(|it| it.to_string())
}

/// What somebody reads who starts it for the first time works.
#[tokio::test]
async fn the_first_order_is_delivered() {
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    let config = [
        "shop",
        "--port=0",
        "--rate-limit-requests=100000",
        "--carrier-pace=100ms",
        "--log=warn",
        "--staff-password=gGm2wE8yq9Zr4TnVx7LcKd3s",
    ];
    let config = Config::parse_from(config);
    let ports = Ports::from(config.port).unwrap();
    let (gateway, mails) = (ports.address(GATEWAY), ports.address(EMAIL));
    let story = async {
        let name = "Laptop";
        eventually(async || {
            let found = get(&format!("{gateway}/api/products?name={name}")).await?;
            // Orders ask the gateway for what they have not heard of; stock must be counted.
            match found["data"][0]["stock"].as_u64() {
                Some(10) => Ok(()),
                _ => Err(found.to_string()),
            }
        })
        .await;
        let order =
            json!({"email": "you@example.com", "itemName": name, "itemCategory": "Electronics"});
        let request = reqwest::Client::new().post(format!("{gateway}/order"));
        let request = request.header("content-type", "application/json");
        let answer = request.body(order.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let order = answer["order"]["orderId"].as_str().unwrap().to_owned();
        eventually(async || {
            let order = get(&format!("{gateway}/api/orders/{order}")).await?;
            if order["status"] == "delivered" { Ok(()) } else { Err(order.to_string()) }
        })
        .await;
        let request = reqwest::Client::new().post(format!("{gateway}/api/customers/login"));
        let request = request.header("content-type", "application/json");
        let tokens = request.body(STAFF).send().await.unwrap().text().await.unwrap();
        let tokens: Value = serde_json::from_str(&tokens).unwrap();
        let staff = tokens["accessToken"].as_str().unwrap();
        eventually(async || {
            let page = get_as(staff, &format!("{mails}/api/mails?to=you@example.com")).await?;
            let kinds: Vec<_> = page["data"].as_array().into_iter().flatten().collect();
            if kinds.len() == 4 { Ok(()) } else { Err(page.to_string()) }
        })
        .await;
    };
    tokio::select! {
        () = story => {}
        ended = shop_dev::run(&config, ports, pending()) => panic!("the shop has closed: {ended:?}"),
    }
}
