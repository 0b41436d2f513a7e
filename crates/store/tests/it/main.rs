//! One suite for both back ends: what the store promises, in memory always and on a real MongoDB when
//! there is one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use contracts::{
    catalog::{self, Service},
    ids::MessageId,
    message::{Events, Message},
    topology::Exchange,
};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::{Aggregate, Created, Error, Find, Index, Repository, Store};
use testkit::Running;

mod database;
mod faults;
mod items;
mod outbox;
mod pages;
mod plans;
mod purge;
mod queries;
mod unreadable;
mod verbs;

use items::{Fragile, Item};

/// A counter with limits, so that it can refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Counter {
    id: String,
    count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<i64>,
}

impl Aggregate for Counter {
    type Id = String;
    const COLLECTION: &'static str = "counters";
    const INDEXES: &'static [Index] = &[
        Index { name: "owner", fields: &["owner"], unique: true },
        Index { name: "due", fields: &["due"], unique: false },
    ];

    fn id(&self) -> String {
        self.id.clone()
    }
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Counted {
    to: i64,
}

impl Message for Counted {
    const BY: Service = catalog::ORDERS;
    const KEY: &'static str = "test.counted";
    const EXCHANGE: Exchange = Exchange::Events;
    const MEANING: &'static str = "A counter has counted.";

    fn subject(&self) -> String {
        self.to.to_string()
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Refused {
    Full,
    Store(String),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Store(error.to_string())
    }
}

/// A store that runs as long as the test.
struct World {
    store: Store,
    counters: Repository<Counter>,
    items: Repository<Item>,
    fragile: Repository<Fragile>,
    _running: Running,
}

impl World {
    fn over(mut store: Store) -> Self {
        let counters = store.repository();
        let (items, fragile) = (store.repository(), store.repository());
        let process = chassis::process::Process::new("test", &testkit::any_port());
        let running = Running::start(store.attach(process));
        Self { store, counters, items, fragile, _running: running }
    }

    fn memory() -> Self {
        Self::over(Store::memory())
    }

    /// Puts things on the shelf.
    async fn stock(&self, items: impl IntoIterator<Item = Item>) {
        for item in items {
            self.items.create(item, Events::none()).await.unwrap();
        }
    }

    /// The ids of the things that a query finds, in its order.
    async fn ids(&self, find: &Find) -> String {
        self.items.find(find).await.unwrap().into_iter().map(|it| it.id).collect()
    }

    async fn mongo() -> Option<Self> {
        let uri = testkit::backend("TEST_MONGODB_URI")?;
        let database = format!("test-{}", uuid::Uuid::now_v7());
        let config =
            store::Config { mongodb_uri: uri.parse().unwrap(), mongodb_database: database };
        Some(Self::over(Store::connect(&config).await.unwrap()))
    }
}

fn counter(id: &str) -> Counter {
    Counter { id: id.to_owned(), count: 0, owner: None, due: None }
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// Counts up to a limit, and says so.
fn count_to(limit: i64) -> impl Fn(&mut Counter) -> Result<Events, Refused> + Send + 'static {
    move |it| {
        if it.count >= limit {
            return Err(Refused::Full);
        }
        it.count += 1;
        Ok(Events::none().and(NOW, &Counted { to: it.count }))
    }
}

/// Runs each test of a module on both back ends.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::World::memory()).await;
            })*
        }

        mod mongo {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(world) = crate::World::mongo().await {
                    super::$name(world).await;
                }
            })*
        }
    };
}
use on_both;
