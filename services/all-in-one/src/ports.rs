//! Where the services listen.

use anyhow::Context as _;
use contracts::catalog::{CATALOG, GATEWAY, Service};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, TcpListener},
};

/// The port of each service, by its name.
#[derive(Clone, Debug)]
pub struct Ports(BTreeMap<&'static str, u16>);

impl Ports {
    /// The gateway's, and those that follow in the order of the catalog; any that are free from 0.
    pub fn from(base: u16) -> anyhow::Result<Self> {
        if base == 0 {
            return Self::free();
        }
        let port = |it: Service| {
            let port = base.checked_add(it.port - GATEWAY.port);
            Ok((it.name, port.with_context(|| format!("there is no port for {}", it.name))?))
        };
        CATALOG.into_iter().map(port).collect::<anyhow::Result<_>>().map(Self)
    }

    /// Ports that nobody has at this moment. All are taken before the first is let go, so that they
    /// differ.
    fn free() -> anyhow::Result<Self> {
        let taken: Vec<_> = CATALOG
            .iter()
            .map(|it| Ok((it.name, TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0))?)))
            .collect::<anyhow::Result<_>>()?;
        let ports = taken.iter().map(|(name, it)| Ok((*name, it.local_addr()?.port())));
        ports.collect::<anyhow::Result<_>>().map(Self)
    }

    /// The port of a service.
    #[must_use]
    pub fn of(&self, service: Service) -> u16 {
        self.0.get(service.name).copied().unwrap_or(service.port)
    }

    /// Where a service is reached from this machine.
    #[must_use]
    pub fn address(&self, service: Service) -> String {
        format!("http://127.0.0.1:{}", self.of(service))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn they_follow_each_other_or_are_free() {
        let ports = Ports::from(4_000).unwrap();
        let ports: Vec<_> = CATALOG.into_iter().map(|it| ports.of(it)).collect();
        assert_eq!(ports, (4_000..4_008).collect::<Vec<_>>());
        assert!(Ports::from(u16::MAX).is_err());
        let free = Ports::from(0).unwrap();
        let free: BTreeSet<_> = CATALOG.into_iter().map(|it| free.of(it)).collect();
        assert_eq!(free.len(), CATALOG.len());
    }
}
