//! Dead letters over HTTP, for staff. The gateway leads nobody here.

use super::{DeadLetter, DeadLetters, MOST, Redriven};
use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use chassis::{
    access::{Access::Inside, Operation, get as may_get, post as may_post},
    http::{Limit, Page, PageInfo, Path, Query},
    problem::Problem,
};
use contracts::ids::MessageId;
use serde::{Deserialize, Serialize};

/// Who may use them.
pub const STAFF_ACCESS: [Operation; 4] = [
    may_get("/staff/dead-letters", Inside),
    may_post("/staff/dead-letters/{queue}/redrive", Inside),
    may_get("/staff/dead-letters/{queue}/{id}", Inside),
    may_post("/staff/dead-letters/{queue}/{id}/redrive", Inside),
];

impl DeadLetters {
    /// The routes.
    pub(crate) fn routes(self) -> Router {
        Router::new()
            .route("/staff/dead-letters", get(list))
            .route("/staff/dead-letters/{queue}/redrive", post(redrive_all))
            .route("/staff/dead-letters/{queue}/{id}", get(show))
            .route("/staff/dead-letters/{queue}/{id}/redrive", post(redrive))
            .with_state(self)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bound {
    /// How many of each queue are listed, or sent again.
    #[serde(default)]
    limit: Limit<100, MOST>,
}

/// That one message was sent again.
#[derive(Serialize)]
struct One {
    redriven: usize,
}

/// Those of all queues; the limit is for each.
async fn list(
    State(letters): State<DeadLetters>,
    Query(bound): Query<Bound>,
) -> Result<Json<Page<DeadLetter>>, Problem> {
    let (mut data, mut has_more) = (Vec::new(), false);
    for queue in letters.queues() {
        let (found, more) = letters.list(queue, bound.limit.get()).await?;
        data.extend(found);
        has_more |= more;
    }
    Ok(Json(Page { data, page: PageInfo { has_more, next_cursor: None } }))
}

async fn show(
    State(letters): State<DeadLetters>,
    Path((queue, id)): Path<(String, MessageId)>,
) -> Result<Json<DeadLetter>, Problem> {
    Ok(Json(letters.get(&queue, id).await?))
}

async fn redrive(
    State(letters): State<DeadLetters>,
    Path((queue, id)): Path<(String, MessageId)>,
) -> Result<Json<One>, Problem> {
    letters.redrive(&queue, id).await?;
    Ok(Json(One { redriven: 1 }))
}

async fn redrive_all(
    State(letters): State<DeadLetters>,
    Path(queue): Path<String>,
    Query(bound): Query<Bound>,
) -> Result<Json<Redriven>, Problem> {
    Ok(Json(letters.redrive_all(&queue, bound.limit.get()).await?))
}
