//! Services that the gateway meets: one that answers, and some that do not.

use crate::shop::background;
use axum::{
    Json, Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde_json::{Map, json};
use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Tells what it was asked.
pub(crate) async fn echoing() -> SocketAddr {
    serving(Router::new().fallback(echo)).await
}

pub(crate) async fn serving(routes: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    background(async { axum::serve(listener, routes).await.unwrap() });
    address
}

async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return ().into_response() };
    let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
    let seen = json!({
        "method": parts.method.as_str(),
        "target": parts.uri.to_string(),
        "headers": fields(&parts.headers),
        "length": text.len(),
        "body": text,
    });
    ([("x-from", "echo"), ("connection", "x-private"), ("x-private", "1")], Json(seen))
        .into_response()
}

fn fields(headers: &HeaderMap) -> Map<String, serde_json::Value> {
    let text = |value: &http::HeaderValue| json!(value.to_str().unwrap());
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

/// Refuses every connection.
pub(crate) async fn refusing() -> SocketAddr {
    listen().await.1
}

/// Takes a request and never answers.
pub(crate) async fn silent() -> SocketAddr {
    speaking("", false).await
}

/// Says this to whoever asks, and closes the connection.
pub(crate) async fn saying(answer: &'static str) -> SocketAddr {
    speaking(answer, true).await
}

/// Says this to whoever asks, and then nothing more.
pub(crate) async fn stalling_after(answer: &'static str) -> SocketAddr {
    speaking(answer, false).await
}

async fn speaking(answer: &'static str, close: bool) -> SocketAddr {
    let (listener, address) = listen().await;
    background(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            background(speak(connection, answer, close));
        }
    });
    address
}

async fn speak(mut connection: TcpStream, answer: &'static str, close: bool) {
    let mut question = [0; 4096];
    if connection.read(&mut question).await.is_ok_and(|it| it > 0) {
        connection.write_all(answer.as_bytes()).await.unwrap();
        if !close {
            while connection.read(&mut question).await.is_ok_and(|it| it > 0) {}
        }
    }
}

/// Answers, but is not there until a moment after it was first needed.
pub(crate) async fn restarting(absent: Duration) -> SocketAddr {
    let (listener, address) = listen().await;
    drop(listener);
    background(async move {
        tokio::time::sleep(absent).await;
        let listener = TcpListener::bind(address).await.unwrap();
        axum::serve(listener, Router::new().fallback(echo)).await.unwrap();
    });
    address
}

/// Answers one request per connection and then closes it without a word. Counts the requests.
pub(crate) async fn forgetful() -> (SocketAddr, Arc<AtomicUsize>) {
    let (listener, address) = listen().await;
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    background(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            speak(connection, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", true).await;
        }
    });
    (address, requests)
}

/// Sends three pieces, a while apart.
pub(crate) async fn dripping(pause: Duration) -> SocketAddr {
    let drip = async move || {
        let pieces = futures::stream::unfold(0, move |n| async move {
            tokio::time::sleep(pause).await;
            (n < 3).then_some((Ok::<_, std::convert::Infallible>("drop "), n + 1))
        });
        Body::from_stream(pieces)
    };
    serving(Router::new().fallback(drip)).await
}

/// A service that fails for a while.
pub(crate) struct Moody {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<Mood>>,
}

struct Mood {
    failures_left: usize,
    status: StatusCode,
    heard: Vec<String>,
}

impl Moody {
    /// Fails so many times with this status, and then answers.
    pub(crate) async fn failing(times: usize, status: StatusCode) -> Self {
        let mood = Mood { failures_left: times, status, heard: Vec::new() };
        let state = Arc::new(Mutex::new(mood));
        let mind = Arc::clone(&state);
        let answer = async move |request: Request| {
            let target = request.uri().to_string();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let mut mood = mind.lock().unwrap();
            mood.heard.push(String::from_utf8(body.to_vec()).unwrap());
            let status = match mood.failures_left.checked_sub(1) {
                Some(left) => {
                    mood.failures_left = left;
                    mood.status
                }
                None => StatusCode::OK,
            };
            (status, target)
        };
        Self { address: serving(Router::new().fallback(answer)).await, state }
    }

    /// The bodies of all requests so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.state.lock().unwrap().heard.clone()
    }

    /// From now on it answers.
    pub(crate) fn heals(&self) {
        self.state.lock().unwrap().failures_left = 0;
    }

    /// From now on it fails.
    pub(crate) fn fails(&self) {
        self.fails_with(StatusCode::SERVICE_UNAVAILABLE);
    }

    pub(crate) fn fails_with(&self, status: StatusCode) {
        let mut mood = self.state.lock().unwrap();
        (mood.failures_left, mood.status) = (usize::MAX, status);
    }
}

/// What a service has been asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) target: String,
    pub(crate) body: String,
}

/// All that a service has been asked, from the first byte of each request on.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<Seen>>>);

impl Record {
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.0.lock().unwrap().clone()
    }

    /// Notes a request when its head has come, and its body as far as it comes.
    async fn note(self, request: Request) {
        let (target, body) = (request.uri().to_string(), String::new());
        let number = {
            let mut seen = self.0.lock().unwrap();
            seen.push(Seen { target, body });
            seen.len() - 1
        };
        if let Ok(body) = request.into_body().collect().await {
            let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
            self.0.lock().unwrap()[number].body = text;
        }
    }
}

/// Answers everything, and remembers it.
pub(crate) async fn recording() -> (SocketAddr, Record) {
    let record = Record::default();
    let memory = record.clone();
    let answer = async move |request: Request| memory.clone().note(request).await;
    (serving(Router::new().fallback(answer)).await, record)
}
