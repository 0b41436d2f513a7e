//! What runs in the pods of a shop, reached over the network at the addresses of the pods themselves, so
//! that no name has to resolve and the operator may run anywhere that reaches them.

use crate::{
    broker::{Broker, Management},
    credentials::Login,
    database::{Database, Driver},
    reconcile::Stores,
};
use std::{net::IpAddr, sync::Arc};

/// Over the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Network;

impl Stores for Network {
    fn broker(&self, address: IpAddr, login: Login) -> anyhow::Result<Arc<dyn Broker>> {
        Ok(Arc::new(Management::at(address, login)?))
    }

    fn database(&self) -> Arc<dyn Database> {
        Arc::new(Driver)
    }
}
