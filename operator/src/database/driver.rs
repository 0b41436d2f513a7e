//! The database by its driver, one direct connection to one member for each question.

use super::{Account, Database, Greeting, Member, Role, Unanswered, User};
use crate::children::mongodb::{PORT, REPLICA_SET};
use async_trait::async_trait;
use mongodb::{
    Client,
    bson::{Document, doc},
    error::{Error, ErrorKind},
    options::{AuthMechanism, ClientOptions, Credential, ServerAddress},
};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(4);
const ALREADY_INITIALISED: i32 = 23;
const NOT_YET_INITIALISED: i32 = 94;
/// What a member answers that does not find itself in the set it belongs to.
const INVALID_CONFIG: i32 = 93;
const USER_EXISTS: i32 = 51_003;

/// Members that are reached over the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct Driver;

type Answer<T> = Result<T, Error>;

fn connect(member: &Member, account: Option<&Account>) -> Answer<Client> {
    let host = member.address.map_or_else(|| member.host.clone(), |it| it.to_string());
    let credential = account.map(|it| {
        Credential::builder()
            .username(it.login.username.clone())
            .password(it.login.password.clone())
            .source(it.database.clone())
            .mechanism(AuthMechanism::ScramSha256)
            .build()
    });
    let mut options = ClientOptions::default();
    options.hosts = vec![ServerAddress::Tcp { host, port: Some(PORT) }];
    options.direct_connection = Some(true);
    options.credential = credential;
    options.app_name = Some("shopkeeper-operator".to_owned());
    options.connect_timeout = Some(PATIENCE);
    options.server_selection_timeout = Some(PATIENCE);
    Client::with_options(options)
}

async fn run(
    member: &Member,
    account: Option<&Account>,
    database: &str,
    command: Document,
) -> Answer<Document> {
    let database = connect(member, account)?.database(database);
    match tokio::time::timeout(3 * PATIENCE, database.run_command(command)).await {
        Ok(answer) => answer,
        Err(elapsed) => Err(Error::custom(elapsed.to_string())),
    }
}

fn code(error: &Error) -> Option<i32> {
    if let ErrorKind::Command(error) = error.kind.as_ref() { Some(error.code) } else { None }
}

fn unless(code_is: i32, answer: Answer<Document>) -> Answer<()> {
    match answer {
        Err(error) if code(&error) != Some(code_is) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn understood(hello: &Document) -> Greeting {
    let says = |key| hello.get_bool(key).unwrap_or_default();
    let in_a_set = hello.contains_key("setName");
    match (says("isWritablePrimary"), says("secondary")) {
        (true, _) if in_a_set => Greeting::Primary,
        (_, true) if in_a_set => Greeting::Secondary,
        _ if hello.get_bool("isreplicaset").unwrap_or_default() => Greeting::New,
        _ => Greeting::Other,
    }
}

fn roles(user: &User) -> Vec<Document> {
    user.roles.iter().map(|it| doc! { "role": it.role, "db": &it.database }).collect()
}

/// The command that makes a user, or changes one.
fn command(verb: &str, user: &User) -> Document {
    doc! {
        verb: &user.account.login.username,
        "pwd": &user.account.login.password,
        "roles": roles(user),
        "mechanisms": ["SCRAM-SHA-256"],
        "writeConcern": { "w": "majority", "wtimeout": 10_000 },
    }
}

/// The roles that we give, of all that a user has; a role that we never give is told by another name.
fn known(role: &Document) -> Role {
    let database = role.get_str("db").unwrap_or_default().to_owned();
    let names = ["readWrite", "clusterAdmin", "userAdminAnyDatabase"];
    let name = role.get_str("role").unwrap_or_default();
    let role = names.into_iter().find(|it| *it == name).unwrap_or("another");
    Role { role, database }
}

async fn config(primary: &Member, by: &Account) -> Answer<Document> {
    let answer = run(primary, Some(by), "admin", doc! { "replSetGetConfig": 1 }).await?;
    Ok(answer.get_document("config").cloned().unwrap_or_default())
}

fn members(config: &Document) -> impl Iterator<Item = &Document> {
    let members = config.get_array("members").map(Vec::as_slice).unwrap_or_default();
    members.iter().filter_map(|it| it.as_document())
}

/// The configuration with one more member; its id has never been used, for members only come.
fn with(mut config: Document, host: &str) -> Document {
    let id = members(&config).filter_map(|it| it.get_i32("_id").ok()).max().map_or(0, |it| it + 1);
    let version = config.get_i32("version").unwrap_or_default() + 1;
    if let Ok(members) = config.get_array_mut("members") {
        members.push(doc! { "_id": id, "host": host }.into());
    }
    config.insert("version", version);
    config
}

fn unanswered<T>(what: impl Into<String>, answer: Answer<T>) -> Result<T, Unanswered> {
    answer.map_err(|error| Unanswered { what: what.into(), source: error.into() })
}

#[async_trait]
impl Database for Driver {
    async fn greet(&self, member: &Member) -> Result<Greeting, Unanswered> {
        let hello = run(member, None, "admin", doc! { "hello": 1 }).await;
        let hello = unanswered(format!("{} does not answer", member.pod), hello)?;
        Ok(understood(&hello))
    }

    async fn is_blank(&self, member: &Member, by: &Account) -> Result<bool, Unanswered> {
        match run(member, Some(by), "admin", doc! { "replSetGetStatus": 1 }).await {
            Ok(_) => Ok(false),
            Err(error) => match code(&error) {
                Some(NOT_YET_INITIALISED) => Ok(true),
                Some(INVALID_CONFIG) => Ok(false),
                _ => unanswered(format!("cannot tell whether {} is new", member.pod), Err(error)),
            },
        }
    }

    async fn initiate(&self, member: &Member, by: &Account) -> Result<(), Unanswered> {
        let members = [doc! { "_id": 0, "host": &member.host }];
        let config = doc! { "_id": REPLICA_SET, "members": members };
        let answer = run(member, Some(by), "admin", doc! { "replSetInitiate": config }).await;
        let what = format!("cannot begin the replica set at {}", member.pod);
        unanswered(what, unless(ALREADY_INITIALISED, answer))
    }

    async fn hosts(&self, primary: &Member, by: &Account) -> Result<Vec<String>, Unanswered> {
        let config = unanswered("cannot read who the members are", config(primary, by).await)?;
        Ok(members(&config).filter_map(|it| it.get_str("host").ok()).map(str::to_owned).collect())
    }

    async fn add(&self, primary: &Member, by: &Account, host: &str) -> Result<(), Unanswered> {
        let what = format!("cannot add {host}");
        let config = with(unanswered(what.clone(), config(primary, by).await)?, host);
        let command = doc! { "replSetReconfig": config, "maxTimeMS": 8_000 };
        unanswered(what, run(primary, Some(by), "admin", command).await).map(drop)
    }

    async fn opens(&self, primary: &Member, account: &Account) -> Result<bool, Unanswered> {
        let name = &account.login.username;
        match run(primary, Some(account), &account.database, doc! { "ping": 1 }).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind.as_ref(), ErrorKind::Authentication { .. }) => {
                Ok(false)
            }
            Err(error) => unanswered(format!("cannot log in as {name}"), Err(error)),
        }
    }

    async fn roles(
        &self,
        primary: &Member,
        by: &Account,
        account: &Account,
    ) -> Result<Option<Vec<Role>>, Unanswered> {
        let name = &account.login.username;
        let command = doc! { "usersInfo": { "user": name, "db": &account.database } };
        let answer = run(primary, Some(by), "admin", command).await;
        let answer = unanswered(format!("cannot read the roles of {name}"), answer)?;
        let users = answer.get_array("users").map(Vec::as_slice).unwrap_or_default();
        let user = users.first().and_then(|it| it.as_document());
        let roles = user.and_then(|it| it.get_array("roles").ok());
        Ok(roles.map(|it| it.iter().filter_map(|it| it.as_document()).map(known).collect()))
    }

    async fn put(&self, primary: &Member, by: &Account, user: &User) -> Result<(), Unanswered> {
        let (database, name) = (&user.account.database, &user.account.login.username);
        let made = run(primary, Some(by), database, command("createUser", user)).await;
        let answer = match made {
            Err(error) if code(&error) == Some(USER_EXISTS) => {
                run(primary, Some(by), database, command("updateUser", user)).await
            }
            made => made,
        };
        unanswered(format!("cannot make the user {name}"), answer).map(drop)
    }
}
