//! The life of a process: read the configuration, run, and stop in order.
//!
//! A process is made of tasks in [`Stage`]s. When it is told to stop, `/readyz` says no, and one stage
//! after the other is asked to finish what it has in hand: first nothing new is heard, then nothing
//! new is asked, then what is left to say is said, then the last writes land. All of it within the
//! grace that the configuration gives.

mod running;

use crate::{
    access::Operation,
    clock::SharedClock,
    health::{Check, Health},
    http as web,
    identity::{self, Trust},
    metrics,
};
use anyhow::Context as _;
use axum::{Extension, Router};
use clap::{
    Parser,
    error::{ContextKind, ErrorKind},
};
use running::{Running, Task, Work};
use std::{
    error::Error as _,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// What a process ends with when its configuration is wrong (`EX_USAGE` of sysexits.h).
const BAD_CONFIGURATION: i32 = 64;

/// How long a process goes on serving after it has said that it is not ready, so that whoever routes
/// to it learns of that first, and whoever keeps a connection to it lets go of that.
const LAME_DUCK: Duration = Duration::from_secs(3);

/// Reads the configuration from arguments and environment. A missing or wrong value ends the process
/// at once with exit code 64 and the name of the variable.
#[expect(clippy::exit, clippy::print_stderr, reason = "nothing has started that could be stopped")]
pub fn parse<C: Parser>() -> C {
    // Before anything connects, so that whoever needs TLS finds the one provider.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    C::try_parse().unwrap_or_else(|error| {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            error.exit();
        }
        eprintln!("{}", complaint(&error));
        std::process::exit(BAD_CONFIGURATION)
    })
}

/// What is wrong, with the name of the variable, and without its value, which may hold a password.
fn complaint(error: &clap::Error) -> String {
    match (error.get(ContextKind::InvalidArg), error.source()) {
        (Some(name), Some(reason)) => format!("error: the value of {name} is wrong: {reason}"),
        (Some(name), None) if error.kind() == ErrorKind::InvalidValue => {
            format!("error: the value of {name} is wrong")
        }
        _ => error.to_string(),
    }
}

/// The part of a process that a task belongs to, in the order of stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Hears messages, or does something now and then.
    Consume,
    /// Answers requests.
    Serve,
    /// Says what is still to be said.
    Relay,
    /// Writes what others have decided.
    Write,
}

impl Stage {
    const ALL: [Self; 4] = [Self::Consume, Self::Serve, Self::Relay, Self::Write];
}

/// A process that is being put together.
pub struct Process {
    name: &'static str,
    config: web::Config,
    health: Health,
    trust: Option<Trust>,
    routes: Router,
    tasks: Vec<Task>,
    has_socket: bool,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tasks: Vec<_> = self.tasks.iter().map(|it| it.name).collect();
        f.debug_struct("Process")
            .field("name", &self.name)
            .field("tasks", &tasks)
            .finish_non_exhaustive()
    }
}

impl Process {
    /// A process that does nothing yet but tell how it is.
    #[must_use]
    pub fn new(name: &'static str, config: &web::Config) -> Self {
        Self {
            name,
            config: config.clone(),
            health: Health::default(),
            trust: None,
            routes: Router::new(),
            tasks: Vec::new(),
            has_socket: true,
        }
    }

    /// Believes tokens that were signed with one of these keys, and services that show their own; without
    /// it nobody is believed.
    #[must_use]
    pub fn trust(mut self, whom: identity::Config, clock: SharedClock) -> Self {
        let identity::Config { token_public_keys: keys, inside_token: inside } = whom;
        self.trust = Some(Trust { keys, inside, clock });
        self
    }

    /// Opens no socket when it runs: whoever put it together asks its [`routes`](Self::routes). When
    /// the future that runs it is dropped, all its tasks end where they are, as in a process that dies.
    #[must_use]
    pub fn without_socket(mut self) -> Self {
        self.has_socket = false;
        self
    }

    /// Adds a dependency without which the process is not ready.
    #[must_use]
    pub fn needs(mut self, name: &'static str, check: Check) -> Self {
        self.health.needs(name, check);
        self
    }

    /// Adds a task. It works until its token is cancelled and then finishes what it has in hand; one
    /// that ends earlier ends the process.
    #[must_use]
    pub fn run<F>(
        mut self,
        stage: Stage,
        name: &'static str,
        work: impl FnOnce(CancellationToken) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        self.tasks.push(Task { stage, name, work: Box::new(|stop| Box::pin(work(stop))) });
        self
    }

    /// Adds routes to what the process serves, within the usual layers, for those whom the table admits.
    #[must_use]
    pub fn serve(self, routes: Router, access: impl IntoIterator<Item = Operation>) -> Self {
        self.serve_bare(web::layered(routes, access))
    }

    /// Adds routes that bring their own layers.
    #[must_use]
    pub fn serve_bare(mut self, routes: Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// What it serves so far, for those who ask it without a socket.
    pub fn routes(&self) -> Router {
        match &self.trust {
            Some(trust) => self.routes.clone().layer(Extension(trust.clone())),
            None => self.routes.clone(),
        }
    }

    /// Runs until `stop` comes true or a task fails.
    pub async fn until(self, stop: impl Future<Output = ()> + Send) -> anyhow::Result<()> {
        let routes = self.routes();
        let Self { name, config, health, tasks, has_socket, trust: _, routes: _ } = self;
        let mut running = Running::default();
        if has_socket {
            let routes = routes.merge(health.clone().routes()).merge(metrics::routes());
            let routes = health.last_words(routes);
            running.spawn(http(name, config.port, routes).await?);
        }
        for task in tasks {
            running.spawn(task);
        }
        let failure = tokio::select! {
            () = stop => None,
            failure = running.first_end() => Some(failure),
        };
        tracing::info!(service = name, "stopping");
        health.drain();
        if failure.is_none() && has_socket {
            tokio::time::sleep(LAME_DUCK).await;
        }
        let in_time = tokio::time::timeout(config.shutdown_grace, running.stop()).await;
        match (failure, in_time) {
            (Some(failure), _) => Err(failure),
            (None, Ok(stopped)) => stopped,
            (None, Err(_elapsed)) => {
                anyhow::bail!("not all work was finished within {:?}", config.shutdown_grace)
            }
        }
    }
}

/// The task that answers requests, with its port open already.
async fn http(name: &'static str, port: u16, routes: Router) -> anyhow::Result<Task> {
    let address = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    tracing::info!(service = name, address = %listener.local_addr()?, "listening");
    let work: Work = Box::new(|stop| Box::pin(serve(listener, routes, stop)));
    Ok(Task { stage: Stage::Serve, name: "http", work })
}

async fn serve(
    listener: TcpListener,
    routes: Router,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes).with_graceful_shutdown(stop.cancelled_owned()).await?;
    Ok(())
}

/// Comes true when the process is told to stop: SIGTERM, or Ctrl-C at a terminal.
pub async fn stop_signal() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_no_signals) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(test)]
mod tests;
