//! The gateway, told where the other services are.

use crate::{Config, Ports};
use chassis::{
    clock::SystemClock,
    identity::{self, VerifyingKeys},
    inside,
    process::Process,
};
use clap::Parser as _;
use contracts::catalog::{CATALOG, GATEWAY};
use std::sync::Arc;

/// The gateway of a shop whose services listen at these ports, and whose tokens these keys check.
pub(crate) fn gateway_of(
    config: &Config,
    ports: &Ports,
    process: Process,
    inside: inside::Token,
    keys: VerifyingKeys,
) -> anyhow::Result<Process> {
    let mut arguments = vec![GATEWAY.name.to_owned(), format!("--port={}", ports.of(GATEWAY))];
    let routed = CATALOG.into_iter().filter(|it| !it.routes.is_empty());
    arguments.extend(routed.map(|it| format!("--{}-service-url={}", it.name, ports.address(it))));
    let told = gateway::Config::try_parse_from(arguments)?;
    let identity = identity::Config { token_public_keys: keys, inside_token: Some(inside) };
    let config = gateway::Config { quota: config.quota, identity, ..told };
    Ok(gateway::assemble(process, &config, Arc::new(SystemClock))?)
}
