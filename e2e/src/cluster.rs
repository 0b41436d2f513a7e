//! `kubectl`, and waiting.

use anyhow::{Context as _, Result, ensure};
pub use scenarios::{same, wait_for};
use serde_json::Value;
use std::{process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// Runs `kubectl` and gives what it prints; what it complains of is the error.
pub async fn kubectl(arguments: &[&str]) -> Result<String> {
    let output = Command::new("kubectl").args(arguments).output().await?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "kubectl {}: {}", arguments.join(" "), complaint.trim());
    Ok(String::from_utf8(output.stdout)?)
}

/// The same, with something to read.
pub async fn kubectl_with(arguments: &[&str], input: &str) -> Result<String> {
    let mut child = Command::new("kubectl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().context("kubectl has an input")?;
    stdin.write_all(input.as_bytes()).await?;
    drop(stdin);
    let output = child.wait_with_output().await?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}", complaint.trim());
    Ok(String::from_utf8(output.stdout)?)
}

/// What `kubectl … -o json` says.
pub async fn objects(arguments: &[&str]) -> Result<Value> {
    let arguments = [arguments, &["-o", "json"]].concat();
    Ok(serde_json::from_str(&kubectl(&arguments).await?)?)
}

/// Applies a manifest, as the API server will have it.
pub async fn apply(namespace: &str, manifest: &Value) -> Result<()> {
    kubectl_with(&["-n", namespace, "apply", "-f", "-"], &manifest.to_string()).await.map(drop)
}

/// A namespace that enforces Pod Security `restricted`.
pub async fn restricted_namespace(name: &str) -> Result<()> {
    let manifest = serde_json::json!({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    });
    kubectl_with(&["apply", "-f", "-"], &manifest.to_string()).await.map(drop)
}

/// The address of a node, at which node ports are reached.
pub async fn node_address() -> Result<String> {
    let path = "jsonpath={.items[0].status.addresses[?(@.type==\"InternalIP\")].address}";
    kubectl(&["get", "nodes", "-o", path]).await
}

/// A way from this machine to a port in the cluster, open as long as this lives.
#[derive(Debug)]
pub struct Forward {
    /// The port on this machine.
    pub port: u16,
    _child: Child,
    /// Kept open: `kubectl` ends when it cannot tell of a connection.
    _told: Lines<BufReader<ChildStdout>>,
}

impl Forward {
    /// Opens a way to a port of a pod or a Service, such as `pod/market-rabbitmq-0`.
    pub async fn to(namespace: &str, target: &str, port: u16) -> Result<Self> {
        let mut child = Command::new("kubectl")
            .args([
                "-n",
                namespace,
                "port-forward",
                "--address=127.0.0.1",
                target,
                &format!(":{port}"),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("it has an output")?).lines();
        let line = lines.next_line().await?.with_context(|| format!("no way to {target}"))?;
        let port = line
            .split("127.0.0.1:")
            .nth(1)
            .and_then(|it| it.split(' ').next())
            .with_context(|| format!("cannot read: {line}"))?
            .parse()?;
        Ok(Self { port, _child: child, _told: lines })
    }
}

/// Where a port of a pod is reached from this machine: at its own address where that leads there, else
/// by a [`Forward`].
#[derive(Debug)]
pub struct Reach {
    /// Host and port.
    pub address: String,
    _forward: Option<Forward>,
}

impl Reach {
    /// Finds the shortest way there.
    pub async fn to(namespace: &str, pod: &str, port: u16) -> Result<Self> {
        let path = "jsonpath={.status.podIP}";
        let host = kubectl(&["-n", namespace, "get", "pod", pod, "-o", path]).await?;
        let address = format!("{host}:{port}");
        let direct = timeout(Duration::from_secs(1), TcpStream::connect(&address)).await;
        if matches!(direct, Ok(Ok(_))) {
            return Ok(Self { address, _forward: None });
        }
        let forward = Forward::to(namespace, &format!("pod/{pod}"), port).await?;
        let address = format!("127.0.0.1:{}", forward.port);
        Ok(Self { address, _forward: Some(forward) })
    }
}
