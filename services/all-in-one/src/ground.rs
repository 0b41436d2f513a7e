//! What services stand on, and how each is put together on it.

use bus::{Bus, Memory};
use chassis::{
    clock::SharedClock,
    gateway::OrderSource,
    http,
    identity::{self, SigningKey},
    inside,
    process::Process,
};
use contracts::{catalog::Service, text::EmailAddress};
use customers::domain::FirstStaff;
use email::Mailer;
use orders::{ProductSource, Timing};
use payments::{Provider, Secret, Simulator};
use shipping::Carrier;
use std::{collections::BTreeMap, fmt, sync::Arc, time::Duration};
use store::{Store, memory::Database};

/// What services stand on: it is there before and after them. Clones are the same ground.
#[derive(Clone)]
pub struct Ground {
    /// The broker that all speak and hear at.
    pub broker: Memory,
    /// The time that all go by.
    pub clock: SharedClock,
    /// Signs tokens.
    pub key: SigningKey,
    /// What services show each other.
    pub inside: inside::Token,
    /// The first of those who run the shop.
    pub staff: FirstStaff,
    /// What webhooks are signed with.
    pub webhook_secret: Secret,
    /// How patient the services are.
    pub patience: Patience,
    /// Who is told of changes of stock.
    pub stakeholders: Vec<EmailAddress>,
    databases: BTreeMap<&'static str, Database>,
}

/// What only the shop knows, and whoever runs it.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// What webhooks are signed with.
    pub webhook: Secret,
    /// What services show each other.
    pub inside: inside::Token,
    /// The first of those who run the shop.
    pub staff: FirstStaff,
}

/// How patient the services are.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Orders that wait for answers.
    pub orders: Timing,
    /// Reservations that wait for their end.
    pub reservations: inventory::Patience,
    /// How long a bank transfer is waited for.
    pub transfer: Duration,
}

/// Makes of a simulated provider whom the payment service is to deal with.
pub type Introduce = Arc<dyn Fn(Simulator) -> Arc<dyn Provider> + Send + Sync>;

/// Those beyond the shop whom its services ask.
#[derive(Clone)]
pub struct Outside {
    /// What becomes of the simulated provider before the payment service is given it.
    pub provider: Introduce,
    /// Who brings the parcels.
    pub carrier: Arc<dyn Carrier>,
    /// Who sends the mails; without one they are kept.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Where orders ask for products that they do not know.
    pub products: Arc<dyn ProductSource>,
    /// Where those are asked for an order who are told of it by a client.
    pub orders: Arc<dyn OrderSource>,
}

impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ground").field("databases", &self.databases).finish_non_exhaustive()
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl Ground {
    /// New ground, on which nothing has happened yet.
    pub fn new(
        clock: SharedClock,
        secrets: Secrets,
        patience: Patience,
        stakeholders: Vec<EmailAddress>,
    ) -> Self {
        let services = contracts::catalog::CATALOG.into_iter().filter(|it| it.has_store);
        Self {
            broker: Memory::new(),
            clock,
            key: SigningKey::generate(),
            inside: secrets.inside,
            staff: secrets.staff,
            webhook_secret: secrets.webhook,
            patience,
            stakeholders,
            databases: services.map(|it| (it.name, Database::new())).collect(),
        }
    }

    /// The database of a service.
    #[must_use]
    pub fn database(&self, service: Service) -> Database {
        self.databases.get(service.name).cloned().unwrap_or_default()
    }

    /// Puts a service together, however often it was before: it finds what it has left. The gateway
    /// stands on nothing, and is left as it is.
    pub fn assemble(&self, service: Service, config: &http::Config, outside: &Outside) -> Process {
        let process = Process::new(service.name, config);
        let believed = identity::Config {
            token_public_keys: self.key.verifying_keys(),
            inside_token: Some(self.inside.clone()),
        };
        let process = process.trust(believed, self.clock.clone());
        let mut store = Store::within(&self.database(service));
        let bus = Bus::within(&self.broker, service.name).with_clock(self.clock.clone());
        let (clock, store) = (self.clock.clone(), &mut store);
        match service.name {
            products::NAME => products::assemble(process, store, &bus, clock),
            customers::NAME => {
                let settings = customers::Settings {
                    signing_key: self.key.clone(),
                    published_keys: self.key.verifying_keys(),
                    first_staff: Some(self.staff.clone()),
                };
                customers::assemble(process, settings, store, &bus, clock)
            }
            orders::NAME => {
                let (timing, source) = (self.patience.orders, outside.products.clone());
                orders::assemble(process, timing, store, &bus, source, clock)
            }
            inventory::NAME => {
                let (patience, orders) = (self.patience.reservations, outside.orders.clone());
                inventory::assemble(process, patience, store, &bus, orders, clock)
            }
            payments::NAME => self.payments(process, store, &bus, outside),
            shipping::NAME => {
                let (orders, carrier) = (outside.orders.clone(), outside.carrier.clone());
                shipping::assemble(process, store, &bus, orders, carrier, clock)
            }
            email::NAME => {
                let (told, mailer) = (self.stakeholders.clone(), outside.mailer.clone());
                email::assemble(process, told, store, &bus, mailer, clock)
            }
            _ => process,
        }
    }

    fn payments(
        &self,
        process: Process,
        store: &mut Store,
        bus: &Bus,
        outside: &Outside,
    ) -> Process {
        let (secret, clock) = (self.webhook_secret.clone(), self.clock.clone());
        let simulator = Simulator::new(store, secret.clone(), clock.clone());
        let settings = payments::Settings {
            webhook_secret: secret,
            transfer_deadline: self.patience.transfer,
        };
        let (orders, provider) = (outside.orders.clone(), (outside.provider)(simulator));
        payments::assemble(process, settings, store, bus, orders, provider, clock)
    }
}
