//! A broker and a database in memory.

use super::fuse::{Dead, Fuse};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use operator::{
    broker::{self, Broker, Item, Node, QueueState, Topology},
    database::{self, Account, Database, Greeting, Member, Role, User},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
};

/// A broker of some nodes, all of which run.
#[derive(Clone)]
pub(crate) struct MemoryBroker {
    topology: Arc<Mutex<Topology>>,
    nodes: Arc<Mutex<Vec<Node>>>,
    fuse: Fuse,
}

fn silent(dead: Dead) -> broker::Unanswered {
    broker::Unanswered { what: "no answer".to_owned(), source: dead.into() }
}

impl MemoryBroker {
    pub(super) fn of(nodes: usize, fuse: Fuse) -> Self {
        let node = |index| Node { name: format!("node-{index}"), running: true };
        let nodes = Arc::new(Mutex::new((0..nodes).map(node).collect()));
        Self { topology: Arc::default(), nodes, fuse }
    }

    /// What it holds.
    pub(crate) fn topology(&self) -> MutexGuard<'_, Topology> {
        self.topology.lock().unwrap()
    }

    /// Its nodes.
    pub(crate) fn nodes(&self) -> MutexGuard<'_, Vec<Node>> {
        self.nodes.lock().unwrap()
    }

    /// What it holds, by name.
    pub(super) fn names(&self) -> Vec<String> {
        let topology = self.topology();
        let lists = [
            topology.exchanges.keys().cloned().collect::<Vec<_>>(),
            topology.policies.keys().cloned().collect(),
            topology.queues.iter().map(|(name, it)| format!("{name} {it:?}")).collect(),
            topology.bindings.iter().map(|it| format!("{it:?}")).collect(),
            topology.users.keys().cloned().collect(),
            topology.permissions.iter().map(|it| format!("{it:?}")).collect(),
        ];
        lists.concat()
    }
}

/// As RabbitMQ keeps it.
fn hash(password: &str) -> String {
    let salt = [1, 2, 3, 4];
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update(password);
    STANDARD.encode([&salt, digest.finalize().as_slice()].concat())
}

#[async_trait]
impl Broker for MemoryBroker {
    async fn nodes(&self) -> Result<Vec<Node>, broker::Unanswered> {
        self.fuse.read().map_err(silent)?;
        Ok(Self::nodes(self).clone())
    }

    async fn topology(&self) -> Result<Topology, broker::Unanswered> {
        self.fuse.read().map_err(silent)?;
        Ok(Self::topology(self).clone())
    }

    async fn declare(&self, item: &Item) -> Result<(), broker::Unanswered> {
        let running: BTreeSet<_> =
            Self::nodes(self).iter().filter(|it| it.running).map(|it| it.name.clone()).collect();
        let write = || declare(&mut Self::topology(self), item, running);
        self.fuse.write(write).map_err(silent)
    }
}

fn declare(topology: &mut Topology, item: &Item, running: BTreeSet<String>) {
    match item.clone() {
        Item::QuorumByDefault => topology.default_queue_type = Some("quorum".to_owned()),
        Item::Exchange(name, kind) => drop(topology.exchanges.insert(name, kind.to_owned())),
        Item::Policy(name, policy) => drop(topology.policies.insert(name, policy)),
        Item::Queue(name) => {
            let kind = topology.default_queue_type.clone().unwrap_or_else(|| "classic".to_owned());
            topology.queues.entry(name).or_insert(QueueState { kind, members: running });
        }
        Item::Binding { exchange, queue, key } => {
            assert!(topology.exchanges.contains_key(&exchange), "no exchange {exchange}");
            assert!(topology.queues.contains_key(&queue), "no queue {queue}");
            topology.bindings.insert((exchange, queue, key));
        }
        Item::User(login) => drop(topology.users.insert(login.username, hash(&login.password))),
        Item::Permissions(user, permissions) => {
            assert!(topology.users.contains_key(&user), "no user {user}");
            topology.permissions.insert(user, permissions);
        }
        Item::Member { queue, node } => {
            topology.queues.entry(queue).or_default().members.insert(node);
        }
    }
}

#[derive(Debug, Default)]
struct Set {
    hosts: Vec<String>,
    users: BTreeMap<(String, String), User>,
}

/// A database whose first member becomes the primary, and stays it.
#[derive(Clone)]
pub(crate) struct MemoryDatabase {
    set: Arc<Mutex<Set>>,
    fuse: Fuse,
}

fn unheard(dead: Dead) -> database::Unanswered {
    database::Unanswered { what: "no answer".to_owned(), source: dead.into() }
}

fn refused(why: &str) -> database::Unanswered {
    database::Unanswered { what: why.to_owned(), source: anyhow::anyhow!("refused") }
}

impl MemoryDatabase {
    pub(super) fn new(fuse: Fuse) -> Self {
        Self { set: Arc::default(), fuse }
    }

    fn set(&self) -> MutexGuard<'_, Set> {
        self.set.lock().unwrap()
    }

    /// Members and users, by name.
    pub(super) fn names(&self) -> (Vec<String>, Vec<(String, String)>) {
        let set = self.set();
        (set.hosts.clone(), set.users.keys().cloned().collect())
    }

    /// The users with what they may do.
    pub(crate) fn users(&self) -> Vec<User> {
        self.set().users.values().cloned().collect()
    }

    /// Forgets a user.
    pub(crate) fn forget(&self, name: &str) {
        self.set().users.retain(|(user, _), _| user != name);
    }

    /// Gives a user another password.
    pub(crate) fn lock_out(&self, name: &str) {
        for user in self.set().users.values_mut().filter(|it| it.account.login.username == name) {
            "another".clone_into(&mut user.account.login.password);
        }
    }

    fn knows(&self, account: &Account) -> bool {
        let key = (account.login.username.clone(), account.database.clone());
        self.set().users.get(&key).is_some_and(|it| it.account == *account)
    }

    fn check(&self, by: &Account) -> Result<(), database::Unanswered> {
        self.fuse.read().map_err(unheard)?;
        let is_system = by.login.username == "__system" && by.login.password.len() == 1008;
        if is_system || self.knows(by) { Ok(()) } else { Err(refused("authentication failed")) }
    }
}

#[async_trait]
impl Database for MemoryDatabase {
    async fn greet(&self, member: &Member) -> Result<Greeting, database::Unanswered> {
        self.fuse.read().map_err(unheard)?;
        Ok(match self.set().hosts.iter().position(|it| *it == member.host) {
            None => Greeting::New,
            Some(0) => Greeting::Primary,
            Some(_) => Greeting::Secondary,
        })
    }

    async fn is_blank(&self, _: &Member, by: &Account) -> Result<bool, database::Unanswered> {
        self.check(by)?;
        Ok(self.set().hosts.is_empty())
    }

    async fn initiate(&self, member: &Member, by: &Account) -> Result<(), database::Unanswered> {
        self.check(by)?;
        let write = || {
            if self.set().hosts.is_empty() {
                self.set().hosts.push(member.host.clone());
            }
        };
        self.fuse.write(write).map_err(unheard)
    }

    async fn hosts(&self, _: &Member, by: &Account) -> Result<Vec<String>, database::Unanswered> {
        self.check(by)?;
        Ok(self.set().hosts.clone())
    }

    async fn add(&self, _: &Member, by: &Account, host: &str) -> Result<(), database::Unanswered> {
        self.check(by)?;
        self.fuse.write(|| self.set().hosts.push(host.to_owned())).map_err(unheard)
    }

    async fn opens(&self, _: &Member, account: &Account) -> Result<bool, database::Unanswered> {
        self.fuse.read().map_err(unheard)?;
        Ok(self.knows(account))
    }

    async fn roles(
        &self,
        _: &Member,
        by: &Account,
        account: &Account,
    ) -> Result<Option<Vec<Role>>, database::Unanswered> {
        self.check(by)?;
        let key = (account.login.username.clone(), account.database.clone());
        Ok(self.set().users.get(&key).map(|it| it.roles.clone()))
    }

    async fn put(&self, _: &Member, by: &Account, user: &User) -> Result<(), database::Unanswered> {
        self.check(by)?;
        let key = (user.account.login.username.clone(), user.account.database.clone());
        let write = || self.set().users.insert(key, user.clone());
        self.fuse.write(write).map(drop).map_err(unheard)
    }
}
