//! Who may do what. Whoever registers, signs in or stays so has no token yet, or one that is no longer good.

use chassis::access::{
    Access::{Open, Owner, SignedIn, Staff},
    Operation, delete, get, post, put,
};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 15] = [
    get("/api/customers", Staff),
    post("/api/customers", Open),
    get("/api/customers/me", SignedIn),
    post("/api/customers/login", Open),
    post("/api/customers/refresh", Open),
    post("/api/customers/logout", Open),
    get("/.well-known/jwks.json", Open),
    get("/api/customers/{customer}", Owner),
    put("/api/customers/{customer}", Owner),
    delete("/api/customers/{customer}", Owner),
    put("/api/customers/{customer}/password", Owner),
    put("/api/customers/{customer}/role", Staff),
    post("/api/customers/{customer}/addresses", Owner),
    put("/api/customers/{customer}/addresses/{address}", Owner),
    delete("/api/customers/{customer}/addresses/{address}", Owner),
];
