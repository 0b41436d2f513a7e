use crate::{Door, webhook::Signed};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use chassis::{http::Whole, problem::Problem};

/// How long the name of a webhook may be.
const LONGEST_ID: usize = 200;

/// Hears a webhook. Whoever sends it needs no other proof than its signature.
pub(super) async fn hear(
    State(door): State<Door>,
    headers: HeaderMap,
    Whole(body): Whole,
) -> Result<StatusCode, Problem> {
    let webhook = Signed {
        id: field(&headers, "webhook-id")?,
        timestamp: field(&headers, "webhook-timestamp")?,
        signature: field(&headers, "webhook-signature")?,
        body: body.to_vec(),
    };
    if webhook.id.len() > LONGEST_ID {
        return Err(unsigned());
    }
    door.ring(&webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn field(headers: &HeaderMap, name: &str) -> Result<String, Problem> {
    let text = headers.get(name).and_then(|it| it.to_str().ok());
    text.filter(|it| !it.is_empty()).map(str::to_owned).ok_or_else(unsigned)
}

fn unsigned() -> Problem {
    let detail = "Send webhook-id, webhook-timestamp and webhook-signature.";
    Problem::new(StatusCode::UNAUTHORIZED, "bad-webhook-signature", detail)
}
