//! Who may do what. The catalogue is for everybody; what is in it is for staff to say.

use chassis::access::{
    Access::{Public, Staff},
    Operation, delete, get, post, put,
};

/// All that the service answers, and to whom.
pub const ACCESS: [Operation; 5] = [
    get("/api/products", Public),
    post("/api/products", Staff),
    get("/api/products/{product}", Public),
    put("/api/products/{product}", Staff),
    delete("/api/products/{product}", Staff),
];
