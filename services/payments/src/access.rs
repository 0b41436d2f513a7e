//! Who may do what. Money is moved by the order process and by staff. The provider's webhook is signed.

use chassis::access::{
    Access::{Holder, Inside, Open, Staff},
    Operation, get, post,
};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 9] = [
    get("/api/payments", Staff),
    post("/api/payments", Staff),
    post("/api/payments/webhook", Open),
    get("/api/payments/order/{order}", Holder),
    get("/api/payments/{payment}", Holder),
    post("/api/payments/{payment}/process", Staff),
    post("/api/payments/{payment}/void", Staff),
    post("/api/payments/{payment}/refund", Staff),
    get("/simulator/book", Inside),
];
