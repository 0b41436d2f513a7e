//! Bad input gets a clear answer, and changes nothing.

use super::World;
use crate::{cluster::kubectl_with, say};
use anyhow::{Result, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// Shops that make no sense are refused by the API server, with a sentence that says what to write.
pub async fn illegal_shops_are_refused(world: &World) -> Result<()> {
    let cases = [
        (json!({"rabbitmq": {"replicas": 2}}), "write 1 or 3"),
        (json!({"mongodb": {"members": 2}}), "write 1 or 3"),
        (json!({"mongodb": {"members": 4}}), "write 1 or 3"),
        (json!({"rabbitmq": {"replicas": 0}}), "greater than or equal to 1"),
        (json!({"deletionPolicy": "Keep"}), "supported values: \"Retain\", \"Delete\""),
        (json!({"gateway": {"timeout": "soon"}}), "spec.gateway.timeout"),
        (json!({"gateway": {"service": {"nodePort": 30_002}}}), "write type: NodePort"),
        (json!({"services": {"oders": {"replicas": 2}}}), "write one of gateway, products, orders"),
        (json!({"services": {"orders": {"replicas": "two"}}}), "must be of type integer"),
        (json!({"email": {"from": "nobody"}}), "spec.email.from"),
        (json!({"payments": {"transferDeadline": "soon"}}), "spec.payments.transferDeadline"),
        (json!({"shipping": {"carrierPace": "fast"}}), "write off, or a number"),
        (json!({"shipping": {"carrierPace": "721h"}}), "at most 720h"),
    ];
    for (spec, told) in cases {
        let mut shop = world.market.manifest(&spec);
        shop["metadata"]["name"] = json!("illegal");
        refused(world, &shop, told).await?;
    }
    let mut long = world.market.manifest(&json!({}));
    long["metadata"]["name"] = json!("a-name-that-is-far-too-long-to-become-a-part-of-host-names");
    refused(world, &long, "write at most 40 characters").await?;
    let shrunk = world.market.manifest(&json!({"rabbitmq": {"replicas": 3, "storage": {"size": "500Mi"}}, "mongodb": {"members": 3}}));
    refused(world, &shrunk, "storage cannot shrink: write the size it has, or a larger one")
        .await?;
    let fewer =
        world.market.manifest(&json!({"rabbitmq": {"replicas": 1}, "mongodb": {"members": 3}}));
    refused(world, &fewer, "cannot be taken away").await
}

async fn refused(world: &World, shop: &Value, told: &str) -> Result<()> {
    let arguments = ["-n", world.market.namespace, "apply", "--dry-run=server", "-f", "-"];
    let Err(refusal) = kubectl_with(&arguments, &shop.to_string()).await else {
        bail!("{} was not refused", shop["spec"]);
    };
    let refusal = refusal.to_string();
    ensure!(refusal.contains(told), "{} was refused, but with: {refusal}", shop["spec"]);
    say!("{}: {}", shop["spec"], refusal.lines().last().unwrap_or_default().trim());
    Ok(())
}

/// Requests that make no sense are answered with a problem that names the field.
pub async fn bad_requests_are_refused(world: &World) -> Result<()> {
    let nobody = Uuid::now_v7();
    let order = |it: Value| ("/api/orders", it.to_string());
    let guest = |it: Value| ("/order", it.to_string());
    let line = json!([{"productId": nobody, "quantity": 1}]);
    let cases = [
        (("/api/orders", "{".to_owned()), 400, ""),
        (("/api/orders", "[]".to_owned()), 422, ""),
        (order(json!({"items": line})), 422, "#/email"),
        (order(json!({"email": "not-an-email", "items": line})), 422, "#/email"),
        (order(json!({"email": "a@example.com", "items": []})), 422, "#/items"),
        (order(json!({"email": "a@example.com", "items": line})), 422, "#/items/0/productId"),
        (order(json!({"email": "a@example.com", "items": [{"productId": nobody, "quantity": 0}]})), 422, "#/items/0/quantity"),
        (order(json!({"email": "a@example.com", "items": [{"productId": nobody, "quantity": -1}]})), 422, "#/items/0/quantity"),
        (order(json!({"email": "a@example.com", "items": line, "total": 1})), 422, "#/total"),
        (order(json!({"email": "a@example.com", "items": line, "cartId": nobody})), 422, "#/items"),
        (order(json!({"email": "a@example.com", "items": line, "paymentMethod": "barter"})), 422, "#/paymentMethod"),
        (order(json!({"email": "a@example.com", "items": line, "paymentToken": "tok_ok"})), 422, "#/paymentToken"),
        (order(json!({"email": "a@example.com", "items": line, "shippingAddress": {"street": "", "city": "b", "zipCode": "c", "country": "d"}})), 422, "#/shippingAddress/street"),
        (("/order", "{".to_owned()), 400, ""),
        (guest(json!({"email": "a@example.com", "itemCategory": "Test"})), 400, "#/itemName"),
        (guest(json!({"email": "a@example.com", "itemName": "", "itemCategory": "Test"})), 400, "#/itemName"),
        (guest(json!({"email": 7, "itemName": "Laptop", "itemCategory": "Test"})), 400, "#/email"),
        (guest(json!({"email": "not-an-email", "itemName": "Laptop", "itemCategory": "Test"})), 400, "#/email"),
        (guest(json!({"email": "a@example.com", "itemName": "No such thing", "itemCategory": "Test"})), 400, "#/itemName"),
        (("/api/products", json!({"name": "x"}).to_string()), 422, "#/description"),
        (("/api/products", json!({"name": "x", "description": "", "category": "y", "price": {"amountMinor": -1, "currency": "USD"}}).to_string()), 422, "#/price/amountMinor"),
        (("/api/products", json!({"name": "x", "description": "", "category": "y", "price": {"amountMinor": 9.99, "currency": "USD"}}).to_string()), 422, "#/price/amountMinor"),
        (("/api/inventory", json!({"productId": "17", "quantity": 1}).to_string()), 422, "#/productId"),
        (("/api/nowhere", "{}".to_owned()), 404, ""),
    ];
    let products = world.customers.get("/api/products?category=y").await?;
    for ((path, body), status, pointer) in &cases {
        let is_for_staff = ["/api/products", "/api/inventory"].contains(path);
        let asking = if is_for_staff { world.customers.staff() } else { world.customers.clone() };
        let answer = asking.send(Method::POST, path, None, body.clone()).await?;
        let pointed = answer.body["errors"][0]["pointer"].as_str().unwrap_or_default();
        let fits = answer.status.as_u16() == *status && (pointer.is_empty() || pointed == *pointer);
        ensure!(fits, "POST {path} {body}: {} {}", answer.status, answer.body);
        ensure!(
            answer.kind.starts_with("application/problem+json"),
            "POST {path} {body}: {}",
            answer.kind
        );
        ensure!(
            *path != "/order" || answer.body["error"] == "Invalid order data",
            "POST {path} {body}: {}",
            answer.body
        );
    }
    a_hundred_unknown_products(world).await?;
    ensure!(
        world.customers.get("/api/products?category=y").await? == products,
        "something was stored"
    );
    let known = world
        .customers
        .send(Method::GET, &format!("/api/orders/{nobody}"), None, String::new())
        .await?;
    ensure!(known.status == 404, "an order that nobody placed: {}", known.status);
    say!(
        "{} bad requests, each answered with a problem that points at the mistake; nothing was stored",
        cases.len()
    );
    Ok(())
}

/// An order of many products that nobody knows is refused, and does nobody else harm.
async fn a_hundred_unknown_products(world: &World) -> Result<()> {
    let items: Vec<_> =
        (0..100).map(|_| json!({"productId": Uuid::now_v7(), "quantity": 1})).collect();
    let order = json!({"email": "a@example.com", "items": items});
    for _ in 0..3 {
        let answer = world.customers.post("/api/orders", &order).await?;
        let pointed = answer.body["errors"].as_array().map_or(0, Vec::len);
        ensure!(answer.status == 422 && pointed == 100, "{} with {pointed} errors", answer.status);
        let nobody = format!("/api/orders/{}", Uuid::now_v7());
        let other = world.customers.send(Method::GET, &nobody, None, String::new()).await?;
        ensure!(other.status == 404, "the next request was answered {}", other.status);
    }
    Ok(())
}
