//! What the service answers over HTTP: which mails there are. The gateway leads nobody here, since
//! mails name people; staff reach it from inside the cluster.

use crate::{
    Mails,
    domain::{Kind, Mail, State as MailState},
    storage::Wanted,
};
use axum::{Json as Body, Router, extract::State, routing::get};
use chassis::{
    http::{Limit, Path, Query},
    problem::Problem,
};
use contracts::{
    ids::{MailId, OrderId},
    text::EmailAddress,
};
use serde::{Deserialize, Serialize};

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
    /// The last mail of the page before.
    cursor: Option<MailId>,
}

#[derive(Serialize)]
struct Page {
    data: Vec<Mail>,
    page: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<MailId>,
}

async fn list(
    State(mails): State<Mails>,
    Query(listing): Query<Listing>,
) -> Result<Body<Page>, Problem> {
    let Listing { to, order_id, kind, state, limit, cursor } = listing;
    let wanted = Wanted { to, order_id, kind, state };
    let (data, has_more) = mails.list(&wanted, cursor, limit.get()).await?;
    let last = data.last().filter(|_| has_more).map(|it| it.mail_id);
    Ok(Body(Page { data, page: PageInfo { has_more, next_cursor: last } }))
}

async fn show(State(mails): State<Mails>, Path(id): Path<MailId>) -> Result<Body<Mail>, Problem> {
    Ok(Body(mails.mail(id).await?))
}
