//! Care for the inside of the database: makes one replica set of its members, and in it a user of its own
//! for each service. Each step can be repeated, and can be the last one before a crash.
//!
//! A set is begun with one member, and only when every member answers and none has ever been in a set;
//! the others are added one by one. Nothing is ever forced: without a primary it waits.

mod driver;

pub use driver::Driver;

use crate::{blueprint::Blueprint, credentials::Login, names::MONGODB, verdict::Verdict};
use async_trait::async_trait;
use contracts::catalog::CATALOG;
use futures::future::join_all;
use std::net::IpAddr;

/// A database, as the operator deals with it.
#[async_trait]
pub trait Database: Send + Sync {
    /// What a member says about itself to anybody who asks.
    async fn greet(&self, member: &Member) -> Result<Greeting, Unanswered>;
    /// Begins a replica set with this member alone.
    async fn initiate(&self, member: &Member, by: &Account) -> Result<(), Unanswered>;
    /// The host names of those that belong to the set.
    async fn hosts(&self, primary: &Member, by: &Account) -> Result<Vec<String>, Unanswered>;
    /// Adds a member to the set.
    async fn add(&self, primary: &Member, by: &Account, host: &str) -> Result<(), Unanswered>;
    /// Whether somebody can log in.
    async fn opens(&self, primary: &Member, account: &Account) -> Result<bool, Unanswered>;
    /// The roles of a user, if there is one.
    async fn roles(
        &self,
        primary: &Member,
        by: &Account,
        account: &Account,
    ) -> Result<Option<Vec<Role>>, Unanswered>;
    /// Makes a user, or gives the one there is this password and these roles.
    async fn put(&self, primary: &Member, by: &Account, user: &User) -> Result<(), Unanswered>;
}

/// A member of the set, or one to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The name of its pod.
    pub pod: String,
    /// How others find it.
    pub host: String,
    /// Where it is now, if it runs.
    pub address: Option<IpAddr>,
}

/// What a member says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// It has never been in a set.
    New,
    /// It takes writes.
    Primary,
    /// It follows.
    Secondary,
    /// It belongs to a set and does not serve yet, or not any more.
    Other,
}

/// Somebody who logs in, and where it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Name and password.
    pub login: Login,
    /// The database that knows it.
    pub database: String,
}

/// Something that a user may do in one database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Role {
    /// Its name.
    pub role: &'static str,
    /// The database.
    pub database: String,
}

/// A user that should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Who it is.
    pub account: Account,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// Why the database did not do as asked.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Unanswered {
    /// What was asked.
    pub what: String,
    /// Why not.
    #[source]
    pub source: anyhow::Error,
}

/// How the database is, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tended {
    /// How many members hold the data.
    pub holding: usize,
    /// Whether all of them do, and every service has its user.
    pub verdict: Verdict,
    /// What was done.
    pub done: Vec<String>,
}

impl Account {
    /// The members' own user: whoever holds the key file is it. Only for the first step and for repair.
    fn system(shop: &Blueprint) -> Self {
        let password = shop.credentials.key_file().to_owned();
        let login = Login { username: "__system".to_owned(), password };
        Self { login, database: "local".to_owned() }
    }

    fn operator(shop: &Blueprint) -> Self {
        let login = shop.credentials.operator_login(MONGODB);
        Self { login, database: "admin".to_owned() }
    }
}

/// The users that should be: each service reads and writes its own database, and nothing else.
fn users(shop: &Blueprint) -> Vec<User> {
    let user = |service| {
        let login = shop.credentials.database_login(service);
        let database = service.name.to_owned();
        let roles = vec![Role { role: "readWrite", database: database.clone() }];
        User { account: Account { login, database }, roles }
    };
    CATALOG.iter().filter(|it| it.has_store).map(user).collect()
}

fn operator(shop: &Blueprint) -> User {
    let role = |role| Role { role, database: "admin".to_owned() };
    let roles = vec![role("clusterAdmin"), role("userAdminAnyDatabase")];
    User { account: Account::operator(shop), roles }
}

/// Looks after the database.
pub async fn tend(shop: &Blueprint, database: &dyn Database, members: &[Member]) -> Tended {
    let greetings = join_all(members.iter().map(|it| greeting(database, it))).await;
    let is = |wanted| greetings.iter().filter(|it| **it == Some(wanted)).count();
    let holding = is(Greeting::Primary) + is(Greeting::Secondary);
    let mut care = Care { shop, database, done: Vec::new() };
    let primary = greetings.iter().position(|it| *it == Some(Greeting::Primary));
    let verdict = match (primary.and_then(|it| members.get(it)), members.first()) {
        (Some(primary), _) => care.keep(primary, members, &greetings).await,
        (None, Some(first)) if is(Greeting::New) == members.len() => care.begin(first).await,
        _ => Ok(without_primary(members, &greetings)),
    };
    let verdict =
        verdict.unwrap_or_else(|error| Verdict::no("Unanswered", chassis::class::chain(&error)));
    Tended { holding, verdict, done: care.done }
}

async fn greeting(database: &dyn Database, member: &Member) -> Option<Greeting> {
    member.address?;
    match database.greet(member).await {
        Ok(greeting) => Some(greeting),
        Err(error) => {
            tracing::info!(error = chassis::class::chain(&error), "MongoDB does not answer");
            None
        }
    }
}

fn without_primary(members: &[Member], greetings: &[Option<Greeting>]) -> Verdict {
    let silent: Vec<_> = members
        .iter()
        .zip(greetings)
        .filter(|(_, greeting)| greeting.is_none())
        .map(|(member, _)| member.pod.as_str())
        .collect();
    let ever = greetings.iter().any(|it| it.is_some_and(|it| it != Greeting::New));
    match (ever, silent.is_empty()) {
        (false, _) => {
            let pods = silent.join(", ");
            Verdict::no("Starting", format!("waiting for {pods} before the replica set is begun"))
        }
        (true, true) => Verdict::no("NoPrimary", "the members are electing a primary"),
        (true, false) => {
            let pods = silent.join(", ");
            Verdict::no("NoPrimary", format!("no primary can be elected without {pods}"))
        }
    }
}

/// The care for one database, and what it did.
struct Care<'a> {
    shop: &'a Blueprint,
    database: &'a dyn Database,
    done: Vec<String>,
}

impl Care<'_> {
    async fn begin(&mut self, first: &Member) -> Result<Verdict, Unanswered> {
        self.database.initiate(first, &Account::system(self.shop)).await?;
        self.done.push(format!("began the replica set at {}", first.pod));
        Ok(Verdict::no("Starting", "the replica set was begun"))
    }

    async fn keep(
        &mut self,
        primary: &Member,
        members: &[Member],
        greetings: &[Option<Greeting>],
    ) -> Result<Verdict, Unanswered> {
        let operator = operator(self.shop);
        if !self.database.opens(primary, &operator.account).await? {
            self.put(primary, &Account::system(self.shop), &operator).await?;
        }
        let operator = operator.account;
        for user in users(self.shop) {
            self.user(primary, &operator, &user).await?;
        }
        let hosts = self.database.hosts(primary, &operator).await?;
        let mut missing = members.iter().zip(greetings).filter(|(it, _)| !hosts.contains(&it.host));
        if let Some((member, greeting)) = missing.next() {
            return self.enlarge(primary, &operator, member, *greeting).await;
        }
        Ok(membership(members, greetings))
    }

    async fn user(
        &mut self,
        primary: &Member,
        operator: &Account,
        user: &User,
    ) -> Result<(), Unanswered> {
        let roles = self.database.roles(primary, operator, &user.account).await?;
        let fits = roles.is_some_and(|it| it == user.roles);
        if fits && self.database.opens(primary, &user.account).await? {
            return Ok(());
        }
        self.put(primary, operator, user).await
    }

    async fn put(&mut self, primary: &Member, by: &Account, user: &User) -> Result<(), Unanswered> {
        self.database.put(primary, by, user).await?;
        self.done.push(format!("user {}", user.account.login.username));
        Ok(())
    }

    /// One at a time: a set whose majority is new would have nobody to ask.
    async fn enlarge(
        &mut self,
        primary: &Member,
        operator: &Account,
        member: &Member,
        greeting: Option<Greeting>,
    ) -> Result<Verdict, Unanswered> {
        if greeting.is_some() {
            self.database.add(primary, operator, &member.host).await?;
            self.done.push(format!("member {}", member.pod));
        }
        Ok(Verdict::no("MembersMissing", format!("{} does not hold the data yet", member.pod)))
    }
}

fn membership(members: &[Member], greetings: &[Option<Greeting>]) -> Verdict {
    let serves =
        |it: &Option<Greeting>| matches!(it, Some(Greeting::Primary | Greeting::Secondary));
    let away: Vec<_> = members
        .iter()
        .zip(greetings)
        .filter(|(_, greeting)| !serves(greeting))
        .map(|(member, _)| member.pod.as_str())
        .collect();
    let total = members.len();
    if away.is_empty() {
        let message = match total {
            1 => "the one member of MongoDB holds the data".to_owned(),
            total => format!("all {total} members of MongoDB hold the data"),
        };
        return Verdict::yes("Running", message);
    }
    let message =
        format!("{} of {total} members of MongoDB do not serve: {}", away.len(), away.join(", "));
    Verdict::no("MembersMissing", message)
}
