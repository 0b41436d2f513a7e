//! A service's program, run on this machine beside the broker and the database of a shop, in the
//! environment that the operator gives it. So its start is seen from its first moment, and nothing of a
//! cluster's own delays is in it.

use crate::{
    cluster::{Reach, objects},
    shop::Shop,
};
use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Client;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{process::Command, time::sleep};

/// How long a start may take before it is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The folder with the programs as they are in the images.
pub async fn folder() -> Result<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(root.join("tools/images/staged")).output().await?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "no programs: {}", complaint.trim());
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

/// A program that can be started.
#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    environment: BTreeMap<String, String>,
}

impl Program {
    /// That of a Deployment of a shop, with its stores at these addresses.
    pub async fn of(
        shop: &Shop,
        deployment: &Value,
        (broker, database): (&Reach, &Reach),
        path: PathBuf,
    ) -> Result<Self> {
        let container = &deployment["spec"]["template"]["spec"]["containers"][0];
        let mut environment = BTreeMap::new();
        for variable in container["env"].as_array().context("a service has an environment")? {
            let name = variable["name"].as_str().context("a variable has a name")?.to_owned();
            let value = match variable["value"].as_str() {
                Some(value) => filled_in(value, &environment),
                None => kept(shop, &variable["valueFrom"]["secretKeyRef"]).await?,
            };
            environment.insert(name, value);
        }
        // Neither the folder of its settings nor its neighbours' names are there on this machine.
        environment
            .retain(|name, _| !["GATEWAY_SETTINGS", "GATEWAY_PEERS"].contains(&name.as_str()));
        if let Some(uri) = environment.get_mut("MONGODB_URI") {
            // The members' own names mean nothing here.
            *uri = at(uri, &database.address)?
                .replace("replicaSet=", "directConnection=true&appName=");
        }
        if let Some(url) = environment.get_mut("RABBITMQ_URL") {
            *url = at(url, &broker.address)?;
        }
        Ok(Self { path, environment })
    }

    /// How long it takes from its start until it says that it is ready; then it is ended.
    pub async fn starts_in(&self) -> Result<Duration> {
        let port = free_port()?;
        let (client, url) = (Client::new(), format!("http://127.0.0.1:{port}/readyz"));
        let start = Instant::now();
        let mut child = Command::new(&self.path)
            .env_clear()
            .envs(&self.environment)
            .env("PORT", port.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        loop {
            let answer = client.get(&url).send().await;
            let took = start.elapsed();
            if answer.is_ok_and(|it| it.status().is_success()) {
                child.kill().await?;
                return Ok(took);
            }
            ensure!(took < PATIENCE, "{} is not ready after {took:?}", self.path.display());
            sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The value with each `$(NAME)` replaced, as the kubelet does it.
fn filled_in(value: &str, known: &BTreeMap<String, String>) -> String {
    known.iter().fold(value.to_owned(), |text, (name, it)| text.replace(&format!("$({name})"), it))
}

/// What a Secret holds under a key.
async fn kept(shop: &Shop, reference: &Value) -> Result<String> {
    let name = reference["name"].as_str().context("a Secret has a name")?;
    let key = reference["key"].as_str().context("an entry has a key")?;
    let secret = objects(&["-n", shop.namespace, "get", "secret", name]).await?;
    let value = secret["data"][key].as_str().with_context(|| format!("{name} has no {key}"))?;
    Ok(String::from_utf8(STANDARD.decode(value)?)?)
}

/// The same address with another host and port.
fn at(uri: &str, address: &str) -> Result<String> {
    let (login, rest) = uri.split_once('@').context("it has a login")?;
    let (_host, rest) = rest.split_once('/').context("it has a path")?;
    Ok(format!("{login}@{address}/{rest}"))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
