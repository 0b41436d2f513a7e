//! What is deleted or broken comes back.

use super::World;
use crate::{
    broker::Broker,
    cluster::{kubectl, objects, wait_for},
    say,
    shop::{self, Shop},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use std::time::Duration;

/// How soon whatever was deleted by hand has to be back.
const SOON: Duration = Duration::from_mins(1);

/// A queue and a binding that are deleted by hand come back.
pub async fn topology_comes_back(world: &World) -> Result<()> {
    let broker = Broker::of(&world.market).await?;
    let (queue, key) = ("orders_email_service_queue", "orders.emailnotification");
    broker.delete(&format!("bindings/%2f/e/orders_exchange/q/{queue}/{key}")).await?;
    let ((), took) = wait_for("the binding coming back", SOON, async || {
        ensure!(broker.is_bound("orders_exchange", key, queue).await?, "{key} is not bound");
        Ok(())
    })
    .await?;
    say!("the binding was back after {:.1} s", took.as_secs_f32());
    broker.delete("queues/%2f/inventory_outcomes_queue").await?;
    let ((), took) = wait_for("the queue coming back", SOON, async || {
        let bound = broker
            .is_bound("orders_exchange", "orders.confirmed", "inventory_outcomes_queue")
            .await?;
        ensure!(bound, "the queue is not bound");
        Ok(())
    })
    .await?;
    say!("the queue was back, and bound, after {:.1} s", took.as_secs_f32());
    Ok(())
}

/// A Deployment, a Service and an account that are deleted by hand come back.
pub async fn objects_come_back(world: &World) -> Result<()> {
    let market = world.market;
    for object in
        ["deployment/market-products", "service/market-orders", "serviceaccount/market-email"]
    {
        market.kubectl(&["delete", object, "--wait=true"]).await?;
        let (_, took) = wait_for(&format!("{object} coming back"), SOON, async || {
            market.kubectl(&["get", object]).await
        })
        .await?;
        say!("{object} was back after {:.1} s", took.as_secs_f32());
    }
    market.ready().await.map(drop)
}

/// A field that is changed by hand is put right, and a foreign one is left alone.
pub async fn changed_fields_are_put_right(world: &World) -> Result<()> {
    let market = world.market;
    let patch = json!({
        "metadata": {"annotations": {"example.com/mine": "stays"}},
        "spec": {"template": {"spec": {"terminationGracePeriodSeconds": 1}}},
    });
    let arguments =
        ["patch", "deployment", "market-products", "--type=merge", "-p", &patch.to_string()];
    market.kubectl(&arguments).await?;
    let ((), took) = wait_for("the field being put right", SOON, async || {
        let live = market.objects(&["deployment", "market-products"]).await?;
        let grace = &live["spec"]["template"]["spec"]["terminationGracePeriodSeconds"];
        ensure!(*grace != 1, "terminationGracePeriodSeconds is {grace}");
        ensure!(
            live["metadata"]["annotations"]["example.com/mine"] == "stays",
            "a foreign annotation is gone"
        );
        Ok(())
    })
    .await?;
    say!("put right after {:.1} s; a foreign annotation stayed", took.as_secs_f32());
    market.ready().await.map(drop)
}

/// The operator is killed in the midst of repairing, several times, and ends in the same state.
pub async fn the_operator_is_killed(world: &World) -> Result<()> {
    let market = world.market;
    let secrets = secrets(&market).await?;
    for round in 0..3 {
        market
            .kubectl(&[
                "delete",
                "deployment/market-email",
                "service/market-inventory",
                "--wait=false",
            ])
            .await?;
        tokio::time::sleep(Duration::from_millis(150 * round)).await;
        // Who was killed a moment ago may be waiting to be started again.
        wait_for("the operator being killed", 2 * SOON, kill_operator).await?;
        let (_, took) = wait_for("the shop being whole again", 2 * SOON, async || {
            market.kubectl(&["get", "deployment/market-email", "service/market-inventory"]).await
        })
        .await?;
        say!("killed; all was back after {:.1} s", took.as_secs_f32());
    }
    market.ready().await?;
    ensure!(self::secrets(&market).await? == secrets, "credentials have changed");
    say!("no credential has changed");
    Ok(())
}

async fn kill_operator() -> Result<()> {
    let selector = "app.kubernetes.io/name=shopkeeper-operator";
    let pods = objects(&["-n", "shopkeeper-system", "get", "pods", "-l", selector]).await?;
    let pods = pods["items"].as_array().context("pods are a list")?;
    let name = pods
        .iter()
        .find_map(|it| it["metadata"]["name"].as_str())
        .context("there is no operator")?;
    shop::kill("shopkeeper-system", name).await
}

/// The contents of all credentials.
async fn secrets(shop: &Shop) -> Result<Vec<String>> {
    let selector = format!("shopkeeper.dev/shop={}", shop.name);
    let secrets = shop.objects(&["secrets", "-l", &selector]).await?;
    let secrets = secrets["items"].as_array().context("secrets are a list")?;
    Ok(secrets.iter().map(|it| it["data"].to_string()).collect())
}

/// An image that does not exist is named in the conditions; once the spec is right again, so is the
/// shop.
pub async fn a_broken_image_is_told_and_recovers(world: &World) -> Result<()> {
    let market = world.market;
    market
        .patch(&json!({"services": {"products": {"image": "shopkeeper/no-such-image:0"}}}))
        .await?;
    let ((reason, message), took) =
        wait_for("the conditions naming the image", 2 * SOON, async || {
            let (status, reason, message) = market.condition("ServicesReady").await?;
            ensure!(
                status == "False" && message.contains("no-such-image"),
                "{status} {reason}: {message}"
            );
            Ok((reason, message))
        })
        .await?;
    say!("after {:.1} s ServicesReady is False, {reason}: {message}", took.as_secs_f32());
    world.customers.get("/api/products").await.context("the old pod goes on serving")?;
    market.patch(&json!({"services": {"products": null}})).await?;
    let took = market.ready().await?;
    say!("Ready {:.1} s after the spec was put right", took.as_secs_f32());
    Ok(())
}

/// So is one of the broker's, although its pods replace one another in order.
pub async fn a_broken_broker_image_recovers(world: &World) -> Result<()> {
    let corner = world.corner;
    corner.patch(&json!({"rabbitmq": {"image": "shopkeeper/no-such-broker:0"}})).await?;
    let (message, _) = wait_for("the conditions naming the image", 2 * SOON, async || {
        let (status, reason, message) = corner.condition("BrokerReady").await?;
        ensure!(
            status == "False" && message.contains("no-such-broker"),
            "{status} {reason}: {message}"
        );
        Ok(message)
    })
    .await?;
    say!("BrokerReady is False: {message}");
    corner.patch(&json!({"rabbitmq": {"image": null}})).await?;
    let took = corner.ready().await?;
    say!("Ready {:.1} s after the spec was put right", took.as_secs_f32());
    kubectl(&["-n", corner.namespace, "get", "pods"]).await.map(drop)
}
