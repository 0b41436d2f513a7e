//! Customers who have an account.

use crate::{Customers, Shop, Wanted, ledger, mails, same};
use anyhow::{Context as _, Result, ensure};
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How long a step may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// What they prove that they are themselves with.
const PASSWORD: &str = "correct horse battery staple";

/// A customer registers, signs in, fills a cart, orders from it, and sees that order and no other.
pub async fn a_customer_orders_from_a_cart<S: Shop>(strangers: &Customers<S>) -> Result<()> {
    let email = strangers.somebody("member");
    let member = strangers.signed_in(&token(strangers, &email).await?);
    let pen = strangers.stock("Pen", 10).await?;
    let paper = strangers.stock("Paper", 10).await?;
    strangers.order("stranger@example.com", &pen).await?;

    let cart = member.made("/api/carts", &Value::Null).await?;
    let cart = cart["cartId"].as_str().context("a cart has an id")?;
    for (product, quantity) in [(&pen, 2), (&paper, 1)] {
        let path = format!("/api/carts/{cart}/items/{product}");
        member.put(&path, &json!({"quantity": quantity})).await?;
    }
    let cart_now = member.get(&format!("/api/carts/{cart}")).await?;
    let (items, total) = (&cart_now["items"], &cart_now["total"]);
    strangers.shop().tell(format_args!("in the cart: {items} for {total}"));
    let order = member.place(&Wanted::cart(&email, cart).by_card("tok_ok")).await?;
    member.comes_to(&order, ("processing", "completed"), PATIENCE).await?;

    let own = member.get("/api/orders").await?;
    let own = own["data"].as_array().context("orders are a list")?;
    let ids: Vec<_> = own.iter().map(|it| &it["orderId"]).collect();
    same("own orders", &ids, &vec![&Value::from(order.as_str())])?;
    for path in [format!("/api/orders/{order}"), "/api/orders".to_owned()] {
        let answer = strangers.send(Method::GET, &path, None, String::new()).await?;
        let refused = matches!(answer.status.as_u16(), 401 | 403 | 404);
        ensure!(refused, "a stranger's GET {path}: {}", answer.status);
    }
    let emptied = member.get(&format!("/api/carts/{cart}")).await?;
    same("what is left in the cart", &emptied["items"], &json!([]))?;
    ledger::money_is_taken_once(&member, &order).await?;
    ledger::stock_adds_up(strangers, &pen, 10, 3).await?;
    ledger::stock_adds_up(strangers, &paper, 10, 1).await?;
    mails::told(strangers, &email, &["received", "confirmed"]).await
}

/// Registers somebody and signs in; gives the token.
async fn token<S: Shop>(strangers: &Customers<S>, email: &str) -> Result<String> {
    let account =
        json!({"firstName": "Ann", "lastName": "Example", "email": email, "password": PASSWORD});
    let customer = strangers.made("/api/customers", &account).await?;
    ensure!(!customer.to_string().contains("password"), "a password is told: {customer}");
    let wrong = json!({"email": email, "password": "wrong horse battery staple"});
    let refused = strangers.post("/api/customers/login", &wrong).await?;
    same("a wrong password", &refused.status.as_u16(), &401)?;
    let right = json!({"email": email, "password": PASSWORD});
    let answer = strangers.post("/api/customers/login", &right).await?;
    ensure!(answer.status.is_success(), "signing in: {} {}", answer.status, answer.body);
    Ok(answer.body["accessToken"].as_str().context("a token is given")?.to_owned())
}
