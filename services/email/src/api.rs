//! What the service answers over HTTP: which mails there are. The gateway leads nobody here, since
//! mails name people; staff reach it from inside the cluster.

use crate::{
    Mails,
    domain::{Kind, Mail, State as MailState},
    storage::Wanted,
};
use axum::{Json as Body, Router, extract::State, routing::get};
use chassis::{
    http::{Limit, Page, Path, Query},
    problem::Problem,
};
use contracts::{
    ids::{MailId, OrderId},
    text::EmailAddress,
};
use serde::Deserialize;

/// The routes of the service.
pub fn routes(mails: Mails) -> Router {
    Router::new()
        .route("/api/mails", get(list))
        .route("/api/mails/{id}", get(show))
        .with_state(mails)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Listing {
    to: Option<EmailAddress>,
    order_id: Option<OrderId>,
    kind: Option<Kind>,
    state: Option<MailState>,
    #[serde(default)]
    limit: Limit,
    /// Where the page before ended.
    cursor: Option<String>,
}

async fn list(
    State(mails): State<Mails>,
    Query(listing): Query<Listing>,
) -> Result<Page<Mail>, Problem> {
    let Listing { to, order_id, kind, state, limit, cursor } = listing;
    let wanted = Wanted { to, order_id, kind, state };
    let found = mails.list(&wanted, cursor.as_deref(), limit.get()).await?;
    Ok(Page::new(found.items, found.next))
}

async fn show(State(mails): State<Mails>, Path(id): Path<MailId>) -> Result<Body<Mail>, Problem> {
    Ok(Body(mails.mail(id).await?))
}
