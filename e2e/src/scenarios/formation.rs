//! From nothing to a shop that works, and is quiet.

use super::{World, market};
use crate::{
    broker::Broker,
    cluster::{self, objects, wait_for},
    database, mailbox, say,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path, time::Duration};
use tokio::time::sleep;

/// Both shops are applied, each into a namespace that enforces Pod Security `restricted`.
pub async fn shops_are_applied(world: &World) -> Result<()> {
    for shop in [world.market, world.corner] {
        cluster::restricted_namespace(shop.namespace).await?;
    }
    mailbox::open(world.market.namespace).await?;
    world.market.apply(&market()).await?;
    world.corner.apply(&json!({})).await?;
    say!("market: {}", market());
    say!("corner: {{}}");
    Ok(())
}

/// The market becomes Ready.
pub async fn the_market_becomes_ready(world: &World) -> Result<()> {
    let took = world.market.ready().await?;
    say!("Ready after {:.1} s", took.as_secs_f32());
    let seen = world.market.kubectl(&["get", "shop", "market", "-o", "wide"]).await?;
    seen.lines().for_each(|line| say!("{line}"));
    world
        .market
        .kubectl(&["wait", "--for=condition=Ready", "shop/market", "--timeout=10s"])
        .await?;
    wait_for("the gateway answering", Duration::from_secs(30), async || {
        world.customers.get("/api/products").await
    })
    .await?;
    Ok(())
}

/// The smallest shop, with nothing in its spec, becomes Ready and says that it keeps its mails.
pub async fn the_smallest_shop_becomes_ready(world: &World) -> Result<()> {
    let took = world.corner.ready().await?;
    say!("Ready {:.1} s after it was looked at", took.as_secs_f32());
    let shop = world.corner.objects(&["shop", "corner"]).await?;
    cluster::same("ready services", &shop["status"]["services"], &json!("8/8"))?;
    say!(
        "services {}, broker {}, database {}",
        shop["status"]["services"],
        shop["status"]["broker"],
        shop["status"]["database"]
    );
    ensure!(
        shop["status"].to_string().contains("mail"),
        "nothing says that mails are kept: {}",
        shop["status"]
    );
    Ok(())
}

/// Three nodes of RabbitMQ are one cluster, and every queue is a quorum queue on all of them.
pub async fn the_broker_is_one_cluster(world: &World) -> Result<()> {
    let broker = Broker::of(&world.market).await?;
    let nodes = broker.get("nodes").await?;
    let running: BTreeSet<_> = nodes
        .iter()
        .filter(|it| it["running"] == true)
        .map(|it| &it["name"])
        .map(Value::to_string)
        .collect();
    say!("running nodes: {running:?}");
    cluster::same("running nodes", &(nodes.len(), running.len()), &(3, 3))?;
    let queues = broker.get("queues/%2f").await?;
    for queue in &queues {
        let members = queue["members"].as_array().map_or(0, Vec::len);
        ensure!(
            queue["type"] == "quorum" && members == 3,
            "{} is {} with {members} members",
            queue["name"],
            queue["type"]
        );
    }
    let names: Vec<_> = queues.iter().filter_map(|it| it["name"].as_str()).collect();
    for name in ["orders_inventory_update_queue", "orders_email_service_queue"] {
        ensure!(names.contains(&name), "there is no {name} among {names:?}");
    }
    say!("{} quorum queues of three members each: {}", names.len(), names.join(", "));
    Ok(())
}

/// Three members of MongoDB are one replica set.
pub async fn the_database_is_one_replica_set(world: &World) -> Result<()> {
    let states = database::member_states(&world.market).await?;
    say!("rs.status(): {states:?}");
    let wanted = ["PRIMARY", "SECONDARY", "SECONDARY"].map(str::to_owned).to_vec();
    cluster::same("members", &states, &wanted)
}

/// Nothing in its namespace runs as root or with a token, and all of it passes `restricted`.
pub async fn pods_are_restricted(world: &World) -> Result<()> {
    let pods =
        objects(&["-n", world.market.namespace, "get", "pods", "-l", "shopkeeper.dev/shop=market"])
            .await?;
    let pods = pods["items"].as_array().context("pods are a list")?;
    for pod in pods {
        let name = &pod["metadata"]["name"];
        ensure!(pod["spec"]["automountServiceAccountToken"] == false, "{name} mounts a token");
        ensure!(pod["spec"]["securityContext"]["runAsNonRoot"] == true, "{name} may run as root");
    }
    say!(
        "{} pods, none with a token or as root, in a namespace that enforces restricted",
        pods.len()
    );
    Ok(())
}

/// Prometheus can scrape every pod.
pub async fn every_pod_can_be_scraped(world: &World) -> Result<()> {
    let pods = world.market.objects(&["pods", "-l", "shopkeeper.dev/shop=market"]).await?;
    let mut scraped = 0;
    for pod in pods["items"].as_array().context("pods are a list")? {
        let annotations = &pod["metadata"]["annotations"];
        if annotations["prometheus.io/scrape"] != "true" {
            continue;
        }
        let (name, port) = (&pod["metadata"]["name"], &annotations["prometheus.io/port"]);
        let (name, port) = (name.as_str().unwrap_or_default(), port.as_str().unwrap_or_default());
        let path = format!("/api/v1/namespaces/market/pods/{name}:{port}/proxy/metrics");
        let text = cluster::kubectl(&["get", "--raw", &path]).await?;
        ensure!(text.contains("# TYPE"), "{name} has no metrics");
        scraped += 1;
    }
    // Eight services and three brokers.
    ensure!(scraped >= 11, "only {scraped} pods say where they are scraped");
    say!("{scraped} pods answered /metrics");
    Ok(())
}

/// A settled shop costs no write: resource versions stand still, and the API server's audit log, where
/// it can be read, has no write of the operator's.
pub async fn a_settled_shop_is_quiet(world: &World) -> Result<()> {
    let state = async || {
        let shop = world.market.objects(&["shop", "market"]).await?;
        anyhow::Ok((world.market.children().await?, shop["metadata"]["resourceVersion"].clone()))
    };
    let (before, writes) = (state().await?, operator_writes());
    sleep(Duration::from_mins(1)).await;
    let (after, later) = (state().await?, operator_writes());
    cluster::same("resource versions", &after, &before)?;
    say!("{} objects kept their resource version for 60 s", before.0.len());
    if let (Some(writes), Some(later)) = (writes, later) {
        cluster::same("writes of the operator in the audit log", &later, &writes)?;
        say!("the audit log has no write of the operator's in that time ({writes} before)");
    }
    Ok(())
}

/// How many writes of the operator's the audit log holds, where there is one on this machine.
fn operator_writes() -> Option<usize> {
    let log = std::fs::read_to_string(Path::new("/var/lib/shop-cluster/log/audit.log")).ok()?;
    let is_write = |line: &&str| {
        let operator = line.contains("system:serviceaccount:shopkeeper-system:");
        let writes = ["create", "update", "patch", "delete"];
        operator && writes.iter().any(|it| line.contains(&format!("\"verb\":\"{it}\"")))
    };
    Some(log.lines().filter(is_write).count())
}
