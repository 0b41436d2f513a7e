//! The steps of the care, each of which can be the last one before a crash.

use super::{Account, Database, Greeting, Member, Role, Tended, Unanswered, User};
use crate::{blueprint::Blueprint, verdict::Verdict};
use contracts::catalog::CATALOG;
use futures::future::join_all;

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
        (None, Some(first)) if is(Greeting::New) == members.len() => {
            care.begin(first, members).await
        }
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
    /// Begins the set, unless one of the members holds another: beginning anew beside it would leave
    /// its data behind.
    async fn begin(&mut self, first: &Member, members: &[Member]) -> Result<Verdict, Unanswered> {
        let system = Account::system(self.shop);
        for member in members {
            if !self.database.is_blank(member, &system).await? {
                let pod = &member.pod;
                let message = format!("{pod} belongs to a replica set that it does not find");
                return Ok(Verdict::no("NoPrimary", message));
            }
        }
        self.database.initiate(first, &system).await?;
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
