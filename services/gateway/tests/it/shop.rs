//! A gateway that listens, and clients of it.

use axum::{Router, body::Body};
use chassis::clock::{HeldClock, SharedClock};
use clap::Parser;
use contracts::{catalog::CATALOG, gateway_settings::CheckedSettings};
use gateway::{Config, Gateway, api};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// No test waits longer for anything.
const DEADLINE: Duration = Duration::from_secs(10);

/// A gateway that listens.
pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<HeldClock>,
    pub(crate) gateway: Gateway,
    client: Client<HttpConnector, Body>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The code of the problem document that it is.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        problem["code"].as_str().unwrap().to_owned()
    }
}

impl Shop {
    /// A gateway with all services at `upstream`, which answers within a second or not at all.
    pub(crate) async fn at(upstream: SocketAddr) -> Self {
        let shop = Self::with(upstream, &[]).await;
        let boundless = json!({"requests": 1_000_000, "per": "1m"});
        let limits = json!({"rateLimit": boundless, "signInRateLimit": boundless, "timeout": "1s"});
        shop.set(&limits);
        shop
    }

    pub(crate) async fn with(upstream: SocketAddr, settings: &[&str]) -> Self {
        let config = config(upstream, settings);
        let clock = Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH));
        let gateway = Gateway::new(&config, Arc::clone(&clock) as SharedClock).unwrap();
        let address = listening(api::routes(gateway.clone())).await;
        Self { address, clock, gateway, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// From now on this is set.
    pub(crate) fn set(&self, settings: &Value) {
        self.gateway.set(CheckedSettings::read(&settings.to_string()).unwrap());
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Method::POST, path, body.into()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Body) -> Answer {
        let uri = format!("http://{}{path}", self.address);
        self.request(Request::builder().method(method).uri(uri).body(body).unwrap()).await.unwrap()
    }

    /// The answer, or that it broke off.
    pub(crate) async fn request(&self, request: Request<Body>) -> Result<Answer, hyper::Error> {
        let answer = async {
            let (parts, body) = self.client.request(request).await.unwrap().into_parts();
            let body = body.collect().await?.to_bytes();
            let body = String::from_utf8(body.to_vec()).unwrap();
            Ok(Answer { status: parts.status, headers: parts.headers, body })
        };
        tokio::time::timeout(DEADLINE, answer).await.expect("an answer comes in time")
    }

    /// All that comes back for these bytes until the connection is closed.
    pub(crate) async fn raw(&self, bytes: &str) -> String {
        String::from_utf8(self.raw_bytes(bytes.as_bytes()).await).unwrap()
    }

    /// The same, whatever it is.
    pub(crate) async fn raw_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let answer = async {
            let mut connection = TcpStream::connect(self.address).await.unwrap();
            connection.write_all(bytes).await.unwrap();
            let mut answer = Vec::new();
            // What is refused may be closed before all of it is read.
            let _reset = connection.read_to_end(&mut answer).await;
            answer
        };
        tokio::time::timeout(DEADLINE, answer).await.expect("the connection is closed in time")
    }

    /// Says these bytes and goes away.
    pub(crate) async fn broken_off(&self, bytes: &[u8]) {
        let mut connection = TcpStream::connect(self.address).await.unwrap();
        connection.write_all(bytes).await.unwrap();
        connection.shutdown().await.unwrap();
    }
}

/// A configuration with all services at `upstream`.
pub(crate) fn config(upstream: SocketAddr, settings: &[&str]) -> Config {
    let routed = CATALOG.iter().filter(|it| !it.routes.is_empty());
    let urls = routed.map(|it| format!("--{}-service-url=http://{upstream}", it.name));
    let fixed = ["gateway", "--port=0"].map(str::to_owned);
    let settings = settings.iter().map(|it| (*it).to_owned());
    Config::try_parse_from(fixed.into_iter().chain(urls).chain(settings)).unwrap()
}

/// Where these routes are served.
pub(crate) async fn listening(routes: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    background(async { axum::serve(listener, routes).await.unwrap() });
    address
}

/// Runs beside the test, and ends with its runtime.
#[expect(clippy::disallowed_methods, reason = "the test's runtime ends with the test")]
pub(crate) fn background(work: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(work);
}
