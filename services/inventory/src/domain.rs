//! Stock, and what of it is promised. Synchronous; knows no database and no broker.
//!
//! Why nothing is ever oversold: a hold lies in the document of its product, which never promises more
//! than there is. Why nothing leaks: whoever places holds for a reservation has a lease on it, its
//! [`Reservation::lease`], and places none after [`LEASE`]; others take over only after [`TAKEOVER`].
//! So at any time at most one places holds for an order, and what it placed is either part of a
//! [`State::Reserved`] or taken back by whoever finds the reservation in another state.
//!
//! Why what was sold and called off comes back exactly once: whoever gives it back has a lease in the
//! same way, and each product notes for whom it has taken back until the reservation is
//! [`State::Returned`]. After that nobody has a lease, so nobody gives back once more when the notes
//! are gone.

mod holder;
mod movement;
mod reservation;
mod stock;

pub use holder::Holder;
pub use movement::Movement;
pub use reservation::{Claim, LEASE, Line, NotNow, Patience, Reservation, State, TAKEOVER};
pub use stock::{Adjustment, ByHand, Key, MOST, Settings, Stock, StockRefused};
