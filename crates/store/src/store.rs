use crate::{
    Error,
    aggregate::Aggregate,
    backend::Backend,
    memory::{self, Memory},
    mongo::Mongo,
    outbox::{FRESH, Outbox, Outboxes, Unsent},
    repository::Repository,
    writer::{self, Writer},
};
use chassis::{
    env,
    process::{Process, Stage},
};
use futures::future::{BoxFuture, join_all};
use mongodb::{
    Client, Database,
    bson::doc,
    options::{ClientOptions, ConnectionString},
};
use std::{fmt, mem::take, str::FromStr, sync::Arc, time::Duration};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How long to look for a primary before saying that there is none.
const SELECTION: Duration = Duration::from_secs(4);
/// How many connections to the database a process opens at most.
const CONNECTIONS: u32 = 16;
/// How long to wait before the indexes are tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// Where the database is.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // each crate has its Config, and names of groups must differ
pub struct Config {
    /// Where MongoDB is, with the user's name and password.
    #[arg(long, env = env::MONGODB_URI, value_name = env::MONGODB_URI, hide_env_values = true)]
    pub mongodb_uri: Uri,
    /// The name of the service's own database.
    #[arg(long, env = env::MONGODB_DATABASE, value_name = env::MONGODB_DATABASE)]
    pub mongodb_database: String,
}

/// The address of a database. It holds a password, so it does not show itself.
#[derive(Clone)]
pub struct Uri(String);

impl FromStr for Uri {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let checked = ConnectionString::parse(text);
        // The driver's own message may repeat the password.
        checked.map(|_| Self(text.to_owned())).map_err(|_secret| {
            "must be like mongodb://user:password@host:27017/database?replicaSet=rs0".to_owned()
        })
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Uri(…)")
    }
}

type Task = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send>;

/// Where a store keeps what it is given.
enum Place {
    Mongo(Database),
    Memory(memory::Database),
}

/// The store of one service: gives repositories, and whatever must run for them.
pub struct Store {
    place: Place,
    fresh: (mpsc::Sender<Unsent>, Option<mpsc::Receiver<Unsent>>),
    outboxes: Vec<Arc<dyn Outbox>>,
    tasks: Vec<Task>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let collections: Vec<_> = self.outboxes.iter().map(|it| it.collection()).collect();
        f.debug_struct("Store").field("collections", &collections).finish_non_exhaustive()
    }
}

impl Store {
    /// A store in memory, which nobody else sees.
    #[must_use]
    pub fn memory() -> Self {
        Self::within(&memory::Database::new())
    }

    /// A store in a database in memory, which is there before and after it.
    #[must_use]
    pub fn within(database: &memory::Database) -> Self {
        Self::over(Place::Memory(database.clone()))
    }

    /// A store in MongoDB. It connects when it is first used, so a process may start before its
    /// database.
    pub async fn connect(config: &Config) -> Result<Self, Error> {
        let unavailable = |error: mongodb::error::Error| Error::Unavailable(error.to_string());
        let mut options = ClientOptions::parse(&config.mongodb_uri.0).await.map_err(unavailable)?;
        options.app_name = Some(config.mongodb_database.clone());
        options.server_selection_timeout = Some(SELECTION);
        options.connect_timeout = Some(SELECTION);
        options.max_pool_size = Some(CONNECTIONS);
        let client = Client::with_options(options).map_err(unavailable)?;
        Ok(Self::over(Place::Mongo(client.database(&config.mongodb_database))))
    }

    fn over(place: Place) -> Self {
        let (sender, receiver) = mpsc::channel(FRESH);
        Self { place, fresh: (sender, Some(receiver)), outboxes: Vec::new(), tasks: Vec::new() }
    }

    /// The collection of `A`.
    pub fn repository<A: Aggregate>(&mut self) -> Repository<A> {
        match &self.place {
            Place::Mongo(database) => self.collection(Arc::new(Mongo::<A>::of(database))),
            Place::Memory(database) => self.collection(Arc::new(Memory::<A>::of(database))),
        }
    }

    fn collection<A: Aggregate, B: Backend<A>>(&mut self, backend: Arc<B>) -> Repository<A> {
        self.outboxes.push(backend.clone());
        let backend: Arc<dyn Backend<A>> = backend;
        let (way, writers) = writer::writers(&backend, &self.fresh.0);
        self.tasks.push(Box::new({
            let backend = backend.clone();
            move |stop| Box::pin(write(backend, writers, stop))
        }));
        Repository::over(backend, way)
    }

    /// What a relay works from. There is one relay, so what is fresh is given once; a second one would
    /// have to live on its sweep.
    pub fn outboxes(&mut self) -> Outboxes {
        let fresh = self.fresh.1.take().unwrap_or_else(|| mpsc::channel(1).1);
        Outboxes { fresh, all: self.outboxes.clone() }
    }

    /// Lets a process run what the repositories need: call it once all of them are made.
    #[must_use]
    pub fn attach(&mut self, process: Process) -> Process {
        let tasks = take(&mut self.tasks);
        let process = process.run(Stage::Write, "store", move |stop| async move {
            join_all(tasks.into_iter().map(|it| it(stop.clone()))).await;
            Ok(())
        });
        match &self.place {
            Place::Mongo(database) => {
                let database = database.clone();
                process.needs("mongodb", Arc::new(move || ping(database.clone())))
            }
            Place::Memory(_) => process,
        }
    }
}

fn ping(database: Database) -> BoxFuture<'static, Result<(), String>> {
    Box::pin(async move {
        let answer = database.run_command(doc! { "ping": 1 }).await;
        answer.map(drop).map_err(|error| error.to_string())
    })
}

/// Makes the collection fit and then writes. Nothing is written before the unique indexes exist.
async fn write<A: Aggregate>(
    backend: Arc<dyn Backend<A>>,
    writers: Vec<Writer<A>>,
    stop: CancellationToken,
) {
    while let Err(error) = backend.prepare().await {
        tracing::warn!(collection = A::COLLECTION, %error, "cannot create indexes, trying again");
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
    join_all(writers.into_iter().map(|it| it.run(stop.clone()))).await;
}
