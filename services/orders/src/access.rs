//! Who may do what. Guests buy as well as customers: what is theirs they reach by its id. Carts are like orders.

use chassis::access::{
    Access::{Customer, Holder, Public, SignedIn, Staff},
    Operation, delete, get, post, put,
};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 12] = [
    post("/order", Public),
    get("/api/orders", SignedIn),
    post("/api/orders", Public),
    get("/api/orders/{order}", Holder),
    delete("/api/orders/{order}", Holder),
    post("/api/orders/{order}/cancel", Holder),
    put("/api/orders/{order}/status", Staff),
    post("/api/carts", Public),
    get("/api/carts/{cart}", Holder),
    put("/api/carts/{cart}/items/{product}", Holder),
    delete("/api/carts/{cart}/items/{product}", Holder),
    post("/api/carts/{cart}/merge", Customer),
];
