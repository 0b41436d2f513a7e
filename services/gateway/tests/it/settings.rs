//! Settings that change while the gateway runs.

use crate::{
    shop::{Shop, background, config, listening},
    upstream::{Moody, echoing, silent},
};
use chassis::{clock::SystemClock, process::Process};
use http::StatusCode;
use serde_json::json;
use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// A directory as Kubernetes mounts one, which goes with the test.
struct Mounted(PathBuf);

impl Mounted {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("gateway-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        symlink("..data/settings.json", path.join("settings.json")).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("settings.json")
    }

    /// Puts another text in place of the former one, all at once.
    fn hold(&self, version: &str, text: &str) {
        fs::create_dir(self.0.join(version)).unwrap();
        fs::write(self.0.join(version).join("settings.json"), text).unwrap();
        symlink(version, self.0.join("..new")).unwrap();
        fs::rename(self.0.join("..new"), self.0.join("..data")).unwrap();
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _already_gone = fs::remove_dir_all(&self.0);
    }
}

/// A gateway that watches a file.
async fn watching(file: &Path) -> SocketAddr {
    let argument = format!("--settings={}", file.display());
    let config = config(echoing().await, &[argument.as_str()]);
    let process = Process::new(gateway::NAME, &config.http).without_socket();
    let process = gateway::assemble(process, &config, Arc::new(SystemClock)).unwrap();
    let address = listening(process.routes()).await;
    background(async move { process.until(std::future::pending()).await.unwrap() });
    address
}

/// What a client is told of its quota.
async fn policy(address: SocketAddr) -> String {
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = b"GET /order HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    connection.write_all(request).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let line = answer.lines().find_map(|it| it.strip_prefix("ratelimit-policy: "));
    line.unwrap().to_owned()
}

async fn becomes(address: SocketAddr, wanted: &str) {
    testkit::eventually(|| async {
        let found = policy(address).await;
        if found == wanted { Ok(()) } else { Err(found) }
    })
    .await;
}

#[tokio::test]
async fn a_file_is_watched_and_a_wrong_one_changes_nothing() {
    let mounted = Mounted::new("watched");
    mounted.hold("..1", r#"{"rateLimit": {"requests": 700}}"#);
    let address = watching(&mounted.file()).await;
    assert_eq!(policy(address).await, r#""client";q=700;w=60"#);
    mounted.hold("..2", r#"{"rateLimit": {"requests": 800, "per": "2m"}}"#);
    becomes(address, r#""client";q=800;w=120"#).await;
    mounted.hold("..3", r#"{"rateLimit": {"requests": 0}}"#);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(policy(address).await, r#""client";q=800;w=120"#);
    mounted.hold("..4", r#"{"rateLimit": {"requests": 900}}"#);
    becomes(address, r#""client";q=900;w=60"#).await;
}

#[tokio::test]
async fn what_did_not_change_keeps_what_it_has_learned() {
    let service = Moody::failing(usize::MAX, StatusCode::SERVICE_UNAVAILABLE).await;
    let shop = Shop::at(service.address).await;
    let quota = json!({"requests": 1_000, "per": "1h"});
    shop.set(&json!({"rateLimit": quota}));
    while !shop.get("/api/orders/1").await.body.contains("upstream-failing") {}
    shop.set(&json!({"rateLimit": quota, "timeout": "2s", "retry": {"attempts": 1}}));
    let after = shop.get("/api/orders/1").await;
    assert_eq!(after.code(), "upstream-failing");
    let left = after.headers["ratelimit"].to_str().unwrap();
    assert!(!left.contains("r=999"), "the quota began anew: {left}");

    service.heals();
    shop.set(&json!({"rateLimit": quota, "circuitBreaker": {"minimumCalls": 21}}));
    assert_eq!(shop.get("/api/orders/1").await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_route_and_service_has_its_time() {
    let shop = Shop::at(silent().await).await;
    let routes = json!([
        {"path": "/api/orders/quick", "timeout": "50ms"},
        {"path": "/api/products", "timeout": "50ms"},
    ]);
    shop.set(&json!({
        "timeout": "9s",
        "retry": {"attempts": 1},
        "upstreams": {"orders": {"timeout": "400ms"}},
        "routes": routes,
    }));
    for (path, least, most) in
        [("/api/orders/1", 400, 2_000), ("/api/orders/quick", 50, 390), ("/api/products", 50, 390)]
    {
        let start = Instant::now();
        assert_eq!(shop.get(path).await.code(), "upstream-too-slow");
        let took = start.elapsed().as_millis();
        assert!((least..most).contains(&took), "{path} took {took} ms");
    }
}

#[tokio::test]
async fn what_is_too_much_at_once_is_refused_at_once() {
    let shop = Shop::at(silent().await).await;
    let shop = &shop;
    let concurrency = json!({"limit": 2, "queue": 1});
    let retry = json!({"attempts": 1});
    shop.set(&json!({"concurrency": concurrency, "retry": retry, "timeout": "2s"}));
    let asked = futures::future::join_all((0..3).map(|_| shop.get("/api/orders/1")));
    let refused = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let start = Instant::now();
        let refused = shop.get("/api/orders/1").await;
        (refused, start.elapsed())
    };
    let (answered, (refused, took)) = futures::join!(asked, refused);
    assert!(answered.iter().all(|it| it.status == StatusCode::GATEWAY_TIMEOUT));
    let wait = refused.headers["retry-after"].to_str().unwrap();
    assert_eq!((refused.code().as_str(), wait), ("upstream-busy", "1"));
    assert!(took < Duration::from_millis(50), "it took {took:?}");
}
