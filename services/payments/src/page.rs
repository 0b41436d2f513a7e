//! Lists, a page at a time.

use chassis::{http::malformed_query, problem::Problem};
use store::{Cursor, NoCursor};

/// Where a page begins, as the caller was told with the one before.
pub(crate) fn after(cursor: Option<&str>) -> Result<Option<Cursor>, Problem> {
    let cursor = cursor.map(str::parse).transpose();
    cursor.map_err(|error: NoCursor| malformed_query("cursor", &error.to_string()))
}
