//! Services that fail in every way there is, and count what reaches them.

use crate::shop::background;
use axum::Router;
use std::{
    net::{self, Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    runtime::{Builder, Runtime},
};

/// What a service does with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// It takes no connection.
    Refuses,
    /// It reads the request and resets the connection.
    Resets,
    /// It answers the first request of a connection, and resets the connection at the second.
    ResetsLater,
    /// It reads the request, says this, and closes the connection.
    Says(&'static str),
    /// It reads the request, says this, and nothing more.
    Stalls(&'static str),
    /// It reads the request, says this after so long, and closes the connection.
    IsLate(&'static str, Duration),
    /// It says this, and then one byte of the same field after the other, a moment apart.
    Drips(&'static str),
    /// It says this, and then one field after the other, as fast as they are taken.
    Floods(&'static str),
}

/// How long it waits that drips.
const MOMENT: Duration = Duration::from_millis(20);
/// What a service says that is well.
const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A service that fails.
pub(crate) struct Faulty {
    pub(crate) address: SocketAddr,
    heard: Arc<AtomicUsize>,
}

impl Faulty {
    pub(crate) fn that(fault: Fault) -> Self {
        let heard = Arc::new(AtomicUsize::new(0));
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let address = socket.local_addr().unwrap();
        if matches!(fault, Fault::Refuses) {
            // Bound and not listening: nobody else can get the port.
            background(async move {
                std::future::pending::<()>().await;
                drop(socket);
            });
        } else {
            let listener = socket.listen(1024).unwrap();
            background(fail_all(listener, fault, Arc::clone(&heard)));
        }
        Self { address, heard }
    }

    /// How many requests it has received anything of.
    pub(crate) fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

async fn fail_all(listener: TcpListener, fault: Fault, heard: Arc<AtomicUsize>) {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        background(fail(connection, fault, Arc::clone(&heard)));
    }
}

/// Whoever asks may be gone before all is said; that is no concern of the service's.
async fn fail(mut connection: TcpStream, fault: Fault, heard: Arc<AtomicUsize>) {
    if !reads_request(&mut connection, &heard).await {
        return;
    }
    match fault {
        Fault::Refuses => unreachable!("it listens to nobody"),
        Fault::Resets => connection.set_zero_linger().unwrap(),
        Fault::ResetsLater => {
            let _gone = connection.write_all(WELL.as_bytes()).await;
            reads_request(&mut connection, &heard).await;
            connection.set_zero_linger().unwrap();
        }
        Fault::Says(text) => drop(connection.write_all(text.as_bytes()).await),
        Fault::Stalls(text) => {
            let _gone = connection.write_all(text.as_bytes()).await;
            let _closed = connection.read(&mut [0]).await;
        }
        Fault::IsLate(text, by) => {
            tokio::time::sleep(by).await;
            let _gone = connection.write_all(text.as_bytes()).await;
        }
        Fault::Drips(text) => goes_on(connection, text, b"x", Some(MOMENT)).await,
        Fault::Floods(text) => goes_on(connection, text, &b"x: y\r\n".repeat(10_000), None).await,
    }
}

/// Reads one request, in however many pieces it comes; the test's bodies are `{}`.
async fn reads_request(connection: &mut TcpStream, heard: &AtomicUsize) -> bool {
    let mut request = Vec::new();
    loop {
        match connection.read_buf(&mut request).await {
            Ok(length) if length > 0 && length == request.len() => {
                heard.fetch_add(1, Ordering::SeqCst);
            }
            Ok(length) if length > 0 => {}
            Ok(_) | Err(_) => return false,
        }
        let end: &[u8] = if request.starts_with(b"POST") { b"\r\n\r\n{}" } else { b"\r\n\r\n" };
        if request.ends_with(end) {
            return true;
        }
    }
}

async fn goes_on(mut connection: TcpStream, beginning: &str, more: &[u8], pause: Option<Duration>) {
    let mut said = connection.write_all(beginning.as_bytes()).await;
    while said.is_ok() {
        if let Some(pause) = pause {
            tokio::time::sleep(pause).await;
        }
        said = connection.write_all(more).await;
    }
}

/// A service that answers all, can be killed, and can come back to the same address.
pub(crate) struct Mortal {
    pub(crate) address: SocketAddr,
    life: Option<Runtime>,
}

impl Mortal {
    pub(crate) fn born() -> Self {
        let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        Self { address: listener.local_addr().unwrap(), life: Some(live(listener)) }
    }

    /// All its sockets are closed when this returns.
    pub(crate) async fn dies(&mut self) {
        let life = self.life.take().expect("it lives");
        let end = move || life.shutdown_timeout(Duration::from_secs(5));
        tokio::task::spawn_blocking(end).await.unwrap();
    }

    pub(crate) fn comes_back(&mut self) {
        self.life = Some(live(net::TcpListener::bind(self.address).unwrap()));
    }
}

fn live(listener: net::TcpListener) -> Runtime {
    let life = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    listener.set_nonblocking(true).unwrap();
    life.spawn(async {
        let listener = TcpListener::from_std(listener).unwrap();
        axum::serve(listener, Router::new().fallback(|| async { "ok" })).await.unwrap();
    });
    life
}

impl Drop for Mortal {
    fn drop(&mut self) {
        if let Some(life) = self.life.take() {
            life.shutdown_background();
        }
    }
}
