//! The processes of a measurement: the upstream, and what stands between it and its clients.

use crate::{
    load::Target,
    program::Program,
    wire::{self, Connection},
};
use anyhow::{Context as _, Result, ensure};
use chassis::env;
use contracts::catalog::CATALOG;
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    time::{Duration, Instant},
};

/// What everybody asks for.
const PATH: &str = "/api/products/0190b5a2-7f00-7000-8000-000000000001";
/// How long a program may take to start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which programs run on which cores.
#[derive(Clone, Debug)]
pub struct Stand {
    /// The gateway's binary.
    pub gateway: PathBuf,
    /// The binary of nginx.
    pub nginx: PathBuf,
    /// Where upstream and load run.
    pub load_core: u32,
    /// Where the proxies run, in turns.
    pub proxy_core: u32,
    /// For files; removed with this.
    pub folder: PathBuf,
}

/// A program that answers.
#[derive(Debug)]
pub struct Server {
    /// Where.
    pub address: SocketAddr,
    /// The program.
    pub program: Program,
}

impl Server {
    /// The load that it is given.
    pub fn target(&self) -> Target {
        Target { address: self.address, request: wire::get(PATH).into() }
    }

    /// Sends an upstream one of its commands; gives the answer's body.
    pub async fn tell(&self, command: &str) -> Result<String> {
        let mut connection = Connection::to(self.address).await?;
        let answer = connection.ask(&wire::get(command)).await?;
        ensure!(answer.status == 200, "the upstream answers {} to {command}", answer.status);
        Ok(String::from_utf8(answer.body.to_vec())?)
    }

    /// Waits until it answers what all will ask for.
    async fn settled(self) -> Result<Self> {
        let start = Instant::now();
        loop {
            let asked = async {
                let mut connection = Connection::to(self.address).await?;
                anyhow::Ok(connection.ask(&wire::get(PATH)).await?.status)
            };
            match tokio::time::timeout(Duration::from_secs(1), asked).await {
                Ok(Ok(200)) => return Ok(self),
                other => {
                    ensure!(start.elapsed() < PATIENCE, "{} is not up: {other:?}", self.address);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Stand {
    /// An upstream that works on so many requests at once, for so long on each.
    pub async fn upstream(&self, at_once: u32, takes: Duration) -> Result<Server> {
        self.upstream_at(free_address()?, at_once, takes).await
    }

    /// The same where another one was.
    pub async fn upstream_at(
        &self,
        address: SocketAddr,
        at_once: u32,
        takes: Duration,
    ) -> Result<Server> {
        let (port, at_once) = (address.port().to_string(), at_once.to_string());
        let takes = format!("{}ms", takes.as_millis());
        let arguments =
            ["upstream", "--port", &port, "--at-once", &at_once, "--takes", takes.as_str()];
        let program = std::env::current_exe()?;
        let program = Program::start(self.load_core, &program, arguments, None)?;
        Server { address, program }.settled().await
    }

    /// The gateway as the operator starts it, but for a quota that nobody uses up.
    pub async fn gateway(&self, upstream: SocketAddr) -> Result<Server> {
        let address = free_address()?;
        let routed = CATALOG.iter().filter(|it| !it.routes.is_empty());
        let urls = routed.map(|it| (env::service_url(it.name), format!("http://{upstream}")));
        let settings = [
            (env::PORT, address.port().to_string()),
            (env::RATE_LIMIT_REQUESTS, "1000000".to_owned()),
            (env::RATE_LIMIT_PER, "1s".to_owned()),
            (env::MIMALLOC_ALLOW_THP, "0".to_owned()),
            (env::LOG_FORMAT, "json".to_owned()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        let program = Program::start(self.proxy_core, &self.gateway, [], urls.chain(settings))?;
        Server { address, program }.settled().await
    }

    /// nginx in the gateway's place.
    pub async fn nginx(&self, upstream: SocketAddr) -> Result<Server> {
        let address = free_address()?;
        let folder = self.folder.to_str().context("a folder with a strange name")?;
        let settings = include_str!("../nginx.conf")
            .replace("FOLDER", folder)
            .replace("PORT", &address.port().to_string())
            .replace("UPSTREAM", &upstream.to_string());
        let file = self.folder.join("nginx.conf");
        fs::write(&file, settings)?;
        let file = file.to_str().context("a file with a strange name")?;
        let arguments = ["-p", folder, "-c", file];
        let program = Program::start(self.proxy_core, &self.nginx, arguments, None)?;
        Server { address, program }.settled().await
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        let _already_gone = fs::remove_dir_all(&self.folder);
    }
}

/// One that nobody else is likely to take before a program of ours does.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
