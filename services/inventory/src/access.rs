//! Who may do what. What is in stock is told to buyers by the catalogue; here staff count it.

use chassis::access::{Access::Staff, Operation, get, post, put};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 10] = [
    post("/api/inventory", Staff),
    get("/api/inventory/low-stock", Staff),
    get("/api/inventory/product/{product}", Staff),
    put("/api/inventory/product/{product}", Staff),
    get("/api/inventory/product/{product}/movements", Staff),
    post("/api/inventory/product/{product}/restock", Staff),
    put("/api/inventory/product/{product}/settings", Staff),
    post("/api/inventory/reserve", Staff),
    post("/api/inventory/release", Staff),
    post("/api/inventory/commit", Staff),
];
