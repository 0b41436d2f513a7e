//! Who may do what. Everybody may follow their parcel; only staff move it.

use chassis::access::{
    Access::{Holder, Staff},
    Operation, get, post, put,
};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 10] = [
    get("/api/shipping", Staff),
    post("/api/shipping", Staff),
    get("/api/shipping/{id}", Holder),
    get("/api/shipping/order/{order}", Holder),
    put("/api/shipping/{id}/status", Staff),
    put("/api/shipping/{id}/ship", Staff),
    put("/api/shipping/{id}/deliver", Staff),
    put("/api/shipping/{id}/cancel", Staff),
    put("/api/shipping/{id}/return", Staff),
    put("/api/shipping/{id}/tracking", Staff),
];
