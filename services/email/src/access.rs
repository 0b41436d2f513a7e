//! Who may do what. Mails name people.

use chassis::access::{Access::Inside, Operation, get};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 2] = [get("/api/mails", Inside), get("/api/mails/{id}", Inside)];
