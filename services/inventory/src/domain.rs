//! Stock, and what of it is promised. Synchronous; knows no database and no broker.
//!
//! Why nothing is ever oversold: a hold lies in the document of its product, which never promises more
//! than there is. Why nothing leaks: whoever places holds for a reservation has a lease on it, its
//! [`Reservation::claim`], and places none after [`LEASE`]; others take over only after [`TAKEOVER`].
//! So at any time at most one places holds for an order, and what it placed is either part of a
//! [`State::Reserved`] or taken back by whoever finds the reservation in another state.

mod reservation;
mod stock;

pub use reservation::{Claim, LEASE, Line, Reservation, State, TAKEOVER};
pub use stock::{Adjustment, MOST, Stock, StockRefused};
