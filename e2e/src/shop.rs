//! A Shop under test: applied, watched, hurt, deleted.

use crate::cluster::{self, kubectl, objects, wait_for};
use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Method, Request};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};
use tokio::process::Command;

/// How long a shop may take to be Ready.
const FORMATION: Duration = Duration::from_mins(5);

/// A Shop by name and namespace.
#[derive(Clone, Copy, Debug)]
pub struct Shop {
    /// Where it is.
    pub namespace: &'static str,
    /// What it is called.
    pub name: &'static str,
}

impl Shop {
    /// Its manifest with this spec.
    pub fn manifest(&self, spec: &Value) -> Value {
        json!({
            "apiVersion": "shopkeeper.dev/v1alpha1", "kind": "Shop",
            "metadata": {"name": self.name, "namespace": self.namespace}, "spec": spec,
        })
    }

    /// Applies it with this spec.
    pub async fn apply(&self, spec: &Value) -> Result<()> {
        cluster::apply(self.namespace, &self.manifest(spec)).await
    }

    /// Changes a part of its spec.
    pub async fn patch(&self, spec: &Value) -> Result<()> {
        let patch = json!({"spec": spec}).to_string();
        self.kubectl(&["patch", "shop", self.name, "--type=merge", "-p", &patch]).await.map(drop)
    }

    /// Runs `kubectl` in its namespace.
    pub async fn kubectl(&self, arguments: &[&str]) -> Result<String> {
        kubectl(&[&["-n", self.namespace], arguments].concat()).await
    }

    /// Objects of its namespace.
    pub async fn objects(&self, arguments: &[&str]) -> Result<Value> {
        objects(&[&["-n", self.namespace, "get"], arguments].concat()).await
    }

    /// A condition's status, reason and message, if it is about the present spec.
    pub async fn condition(&self, kind: &str) -> Result<(String, String, String)> {
        let shop = self.objects(&["shop", self.name]).await?;
        let conditions = shop["status"]["conditions"].as_array().cloned().unwrap_or_default();
        let found = conditions.iter().find(|it| it["type"] == kind);
        let found = found.with_context(|| format!("there is no condition {kind}"))?;
        ensure!(
            found["observedGeneration"] == shop["metadata"]["generation"],
            "{kind} is about an older spec"
        );
        let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
        Ok((text("status"), text("reason"), text("message")))
    }

    /// Waits until it is Ready, and tells how long that took.
    pub async fn ready(&self) -> Result<Duration> {
        let ((), took) = wait_for(&format!("{} being Ready", self.name), FORMATION, async || {
            let (status, reason, message) = self.condition("Ready").await?;
            ensure!(status == "True", "{reason}: {message}");
            Ok(())
        })
        .await?;
        Ok(took)
    }

    /// An entry of the Secret that a component logs in with.
    pub async fn secret(&self, component: &str, key: &str) -> Result<String> {
        let name = format!("{}-{component}-credentials", self.name);
        let secret = self.objects(&["secret", &name]).await?;
        entry(&secret, key)
    }

    /// How the first of those who run it sign in: e-mail and password.
    pub async fn first_staff(&self) -> Result<(String, String)> {
        let shop = self.objects(&["shop", self.name]).await?;
        let name = shop["status"]["staffSecret"].as_str().context("the status names no secret")?;
        let secret = self.objects(&["secret", name]).await?;
        Ok((entry(&secret, "email")?, entry(&secret, "password")?))
    }

    /// What one of its services answers where the gateway leads nobody: by way of the API server, as
    /// another service asks it.
    pub async fn inside(&self, component: &str, path: &str) -> Result<Value> {
        self.ask_as_service(Method::GET, component, path).await
    }

    /// The same for what is asked of a service there.
    pub async fn ask_inside(&self, component: &str, path: &str) -> Result<Value> {
        self.ask_as_service(Method::POST, component, path).await
    }

    async fn ask_as_service(&self, method: Method, component: &str, path: &str) -> Result<Value> {
        let token = self.secret("orders", "inside-token").await?;
        let request = Request::builder().method(method).uri(self.proxied(component, path));
        let request = request.header("x-shop-inside", token).body(Vec::new())?;
        Ok(kube::Client::try_default().await?.request(request).await?)
    }

    /// The path at the API server that leads to something a service answers.
    pub fn proxied(&self, component: &str, path: &str) -> String {
        let Self { namespace, name } = self;
        format!("/api/v1/namespaces/{namespace}/services/{name}-{component}:http/proxy{path}")
    }

    /// The names of a component's pods, but for those that are about to go.
    pub async fn pods(&self, component: &str) -> Result<Vec<String>> {
        let selector =
            format!("shopkeeper.dev/shop={},app.kubernetes.io/component={component}", self.name);
        let pods = self.objects(&["pods", "-l", &selector]).await?;
        let pods = pods["items"].as_array().cloned().unwrap_or_default();
        Ok(pods
            .iter()
            .filter(|it| it["metadata"]["deletionTimestamp"].is_null())
            .filter_map(|it| it["metadata"]["name"].as_str().map(str::to_owned))
            .collect())
    }

    /// Kills the process of each of a component's pods, as the kernel would: no signal it could catch.
    pub async fn kill(&self, component: &str) -> Result<()> {
        for pod in self.pods(component).await? {
            kill(self.namespace, &pod).await?;
        }
        Ok(())
    }

    /// Whatever the operator has made for it: kind, name and resource version.
    pub async fn children(&self) -> Result<Vec<(String, String, String)>> {
        let kinds = "deployments,statefulsets,services,configmaps,serviceaccounts,secrets,poddisruptionbudgets,persistentvolumeclaims";
        let selector = format!("shopkeeper.dev/shop={}", self.name);
        let found = self.objects(&[kinds, "-l", &selector]).await?;
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let found = found["items"].as_array().cloned().unwrap_or_default();
        let meta = |it: &Value| {
            let meta = &it["metadata"];
            (text(&it["kind"]), text(&meta["name"]), text(&meta["resourceVersion"]))
        };
        Ok(found.iter().map(meta).collect())
    }
}

/// What a Secret has under a key.
fn entry(secret: &Value, key: &str) -> Result<String> {
    let name = &secret["metadata"]["name"];
    let value = secret["data"][key].as_str().with_context(|| format!("{name} has no {key}"))?;
    Ok(String::from_utf8(STANDARD.decode(value)?)?)
}

/// Kills the process of a pod.
pub async fn kill(namespace: &str, pod: &str) -> Result<()> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let output =
        Command::new(root.join("tools/cluster/kill9")).args([namespace, pod]).output().await?;
    if !output.status.success() {
        bail!("cannot kill {pod}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
