//! The replica set, asked itself.

use crate::{cluster::Forward, shop::Shop};
use anyhow::{Context as _, Result};
use mongodb::{
    Client,
    bson::{Bson, doc},
};

/// The states of the members of a shop's replica set, sorted.
pub async fn member_states(shop: &Shop) -> Result<Vec<String>> {
    let mut states: Vec<_> = members(shop).await?.into_iter().map(|it| it.1).collect();
    states.sort();
    Ok(states)
}

/// The pod of the member that leads.
pub async fn primary(shop: &Shop) -> Result<String> {
    let primary = members(shop).await?.into_iter().find(|it| it.1 == "PRIMARY");
    let (host, _) = primary.context("no member leads")?;
    Ok(host.split('.').next().unwrap_or_default().to_owned())
}

/// The members, each with its host and its state, as the first that answers sees them.
async fn members(shop: &Shop) -> Result<Vec<(String, String)>> {
    let mut answer = Err(anyhow::anyhow!("there are no members"));
    for pod in shop.pods("mongodb").await? {
        answer = members_as_seen_by(shop, &pod).await;
        if answer.is_ok() {
            break;
        }
    }
    answer
}

async fn members_as_seen_by(shop: &Shop, pod: &str) -> Result<Vec<(String, String)>> {
    let way = Forward::to(shop.namespace, &format!("pod/{pod}"), 27_017).await?;
    let username = shop.secret("mongodb", "username").await?;
    let password = shop.secret("mongodb", "password").await?;
    let uri = format!(
        "mongodb://{username}:{password}@127.0.0.1:{}/?directConnection=true&serverSelectionTimeoutMS=5000",
        way.port
    );
    let admin = Client::with_uri_str(uri).await?.database("admin");
    let status = admin.run_command(doc! { "replSetGetStatus": 1 }).await?;
    let members = status.get_array("members").context("a replica set has members")?;
    let member = |it: &Bson| {
        let it = it.as_document()?;
        let text = |name: &str| it.get_str(name).ok().map(str::to_owned);
        Some((text("name")?, text("stateStr")?))
    };
    Ok(members.iter().filter_map(member).collect())
}
