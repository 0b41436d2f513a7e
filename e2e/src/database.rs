//! The replica set, asked itself.

use crate::{cluster::Forward, shop::Shop};
use anyhow::{Context as _, Result};
use mongodb::{Client, bson::doc};

/// The states of the members of a shop's replica set, sorted.
pub async fn member_states(shop: &Shop) -> Result<Vec<String>> {
    let pod = format!("pod/{}-mongodb-0", shop.name);
    let way = Forward::to(shop.namespace, &pod, 27_017).await?;
    let username = shop.secret("mongodb", "username").await?;
    let password = shop.secret("mongodb", "password").await?;
    let uri =
        format!("mongodb://{username}:{password}@127.0.0.1:{}/?directConnection=true", way.port);
    let admin = Client::with_uri_str(uri).await?.database("admin");
    let status = admin.run_command(doc! { "replSetGetStatus": 1 }).await?;
    let members = status.get_array("members").context("a replica set has members")?;
    let state =
        |it: &mongodb::bson::Bson| it.as_document()?.get_str("stateStr").ok().map(str::to_owned);
    let mut states: Vec<_> = members.iter().filter_map(state).collect();
    states.sort();
    Ok(states)
}
