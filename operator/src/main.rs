//! The operator's process.

use anyhow::Context as _;
use chassis::{
    clock::SystemClock,
    process::{self, Process, Stage},
    telemetry,
};
use kube::{Client, CustomResourceExt as _};
use operator::{
    cluster::Cluster,
    config::{Cli, Command, Config},
    controller,
    crd::Shop,
    events::Teller,
    outside::Network,
    rbac,
    reconcile::Context,
};
use serde::Serialize;
use std::sync::Arc;

const NAME: &str = "operator";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match process::parse::<Cli>().command {
        Command::Run(config) => run(config).await,
        Command::Crd => print(&Shop::crd()),
        Command::Rbac => print(&rbac::cluster_role("shopkeeper-operator")),
    }
}

#[expect(clippy::print_stdout, reason = "this is what was asked for")]
fn print(object: &impl Serialize) -> anyhow::Result<()> {
    print!("{}", serde_yaml::to_string(object)?);
    Ok(())
}

async fn run(config: Config) -> anyhow::Result<()> {
    telemetry::init(NAME, &config.telemetry);
    let client = Client::try_default().await.context("there is no cluster to talk to")?;
    let context = Context {
        cluster: Cluster::new(client.clone()),
        stores: Arc::new(Network),
        images: config.images,
        teller: Teller::new(client.clone()),
        clock: Arc::new(SystemClock),
    };
    let namespace = config.watch_namespace;
    Process::new(NAME, &config.server)
        .run(Stage::Consume, "controller", |stop| controller::run(client, namespace, context, stop))
        .until(process::stop_signal())
        .await
}
