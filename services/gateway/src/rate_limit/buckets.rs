//! The buckets of all clients.

use super::{Client, Nanos};
use std::collections::{BTreeMap, BTreeSet};

/// When the bucket of each client that is not full will be; by client, and in the order of time.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    full_at: BTreeMap<Client, Nanos>,
    order: BTreeSet<(Nanos, Client)>,
}

impl Buckets {
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    pub(super) fn full_at(&self, client: &Client) -> Option<Nanos> {
        self.full_at.get(client).copied()
    }

    pub(super) fn set(&mut self, client: &Client, full_at: Nanos) {
        if let Some(earlier) = self.full_at.insert(client.clone(), full_at) {
            self.order.remove(&(earlier, client.clone()));
        }
        self.order.insert((full_at, client.clone()));
    }

    pub(super) fn forget_full(&mut self, now: Nanos) {
        while self.order.first().is_some_and(|(full_at, _)| *full_at <= now) {
            self.forget_first();
        }
    }

    pub(super) fn shrink_to(&mut self, most: usize) {
        while self.order.len() > most {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((_, client)) = self.order.pop_first() {
            self.full_at.remove(&client);
        }
    }
}
