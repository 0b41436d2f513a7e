//! Care for the inside of the database: makes one replica set of its members, and in it a user of its own
//! for each service. Each step can be repeated, and can be the last one before a crash.
//!
//! A set is begun with one member, and only when every member answers and none has ever been in a set;
//! the others are added one by one. Nothing is ever forced: without a primary it waits.

mod care;
mod driver;

pub use care::tend;
pub use driver::Driver;

use crate::{blueprint::Blueprint, credentials::Login, names::MONGODB, verdict::Verdict};
use async_trait::async_trait;
use std::net::IpAddr;

/// A database, as the operator deals with it.
#[async_trait]
pub trait Database: Send + Sync {
    /// What a member says about itself to anybody who asks.
    async fn greet(&self, member: &Member) -> Result<Greeting, Unanswered>;
    /// Whether a member has never belonged to a set. One that was in a set and does not find itself there
    /// greets as if it were new.
    async fn is_blank(&self, member: &Member, by: &Account) -> Result<bool, Unanswered>;
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
