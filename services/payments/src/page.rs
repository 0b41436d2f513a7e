//! Lists, a page at a time.

use axum::http::StatusCode;
use chassis::problem::Problem;
use store::{Cursor, NoCursor};

/// Where a page begins, as the caller was told with the one before.
pub(crate) fn after(cursor: Option<&str>) -> Result<Option<Cursor>, Problem> {
    cursor.map(str::parse).transpose().map_err(|error: NoCursor| {
        let detail = format!("cursor {error}");
        Problem::new(StatusCode::BAD_REQUEST, "malformed-query", detail)
    })
}
