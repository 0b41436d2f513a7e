use super::*;

const STOCK: &str = "orders_inventory_update_queue";
const OUTCOMES: &str = "inventory_outcomes_queue";
const MAILS: &str = "orders_email_service_queue";

fn reserved(order: &str, product: ProductId) -> Value {
    let change = json!({"productId": product, "change": -1, "available": 9});
    json!({"message": "Stock reserved", "orderId": order, "changes": [change]})
}

#[tokio::test]
async fn a_placed_order_asks_for_stock_and_is_confirmed() {
    let world = World::new();
    let order = world.placed().await;
    world.has_said(STOCK, 1).await;
    world.has_said(MAILS, 1).await;
    world.say("inventory.updated", &reserved(&order, world.laptops.product));
    world.becomes(&order, "processing").await;
    world.has_said(OUTCOMES, 1).await;
    // The customer is told, and what was said here came by the email service's queue too.
    world.has_said(MAILS, 3).await;
}

#[tokio::test]
async fn a_short_order_is_cancelled_with_its_reason() {
    let world = World::new();
    let order = world.placed().await;
    let shortage = json!({"productId": world.laptops.product, "requested": 1, "available": 0});
    let rejected = json!({"message": "Out of stock", "orderId": order, "shortages": [shortage]});
    world.say("inventory.rejected", &rejected);
    let order = world.becomes(&order, "cancelled").await;
    assert_eq!(order["reason"], "Out of stock: Laptop (1 wanted, 0 left)");
}

#[tokio::test]
async fn an_answer_that_comes_twice_changes_nothing_more() {
    let world = World::new();
    let order = world.placed().await;
    for _ in 0..3 {
        world.say("inventory.updated", &reserved(&order, world.laptops.product));
    }
    world.becomes(&order, "processing").await;
    // Whoever asks again is told the outcome again, the customer is not: one mail of receipt, one of
    // confirmation, beside the three messages that this test has said.
    eventually(async || {
        if world.broker.waiting(MAILS) == 5 { Ok(()) } else { Err(world.broker.waiting(MAILS)) }
    })
    .await;
}

#[tokio::test]
async fn an_order_that_nobody_answers_asks_again() {
    let nudge = Duration::from_millis(500);
    let world = World::with(Timing { nudge, deadline: Duration::from_mins(15) });
    world.placed().await;
    world.has_said(STOCK, 2).await;
}

#[tokio::test]
async fn an_order_that_nobody_answers_ends_at_its_deadline() {
    let short = Duration::from_millis(500);
    let world = World::with(Timing { nudge: short, deadline: short });
    let order = world.placed().await;
    let order = world.becomes(&order, "cancelled").await;
    assert_eq!(order["reason"], "The shop could not reserve the stock in time");
    world.has_said(OUTCOMES, 1).await;
}

#[tokio::test]
async fn the_catalogue_is_kept_by_events() {
    let world = World::new();
    let product = ProductId::fresh();
    world.say(
        "products.created",
        &json!({
            "productId": product, "name": "Phone", "category": "Electronics",
            "price": {"amountMinor": 50_000, "currency": "USD"},
        }),
    );
    let body =
        json!({"email": "ada@example.com", "items": [{"productId": product, "quantity": 2}]});
    let order = eventually(async || {
        let answer = world.http.post("/api/orders", &body).await;
        if answer.status == 201 { Ok(answer.body) } else { Err(answer) }
    })
    .await;
    assert_eq!(order["total"], json!({"amountMinor": 100_000, "currency": "USD"}));
    assert_eq!(order["items"][0]["name"], "Phone");
}
