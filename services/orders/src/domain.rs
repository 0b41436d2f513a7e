//! What an order is, how it is led to its end, and what lies in a cart. Synchronous; knows no database
//! and no broker.
//!
//! The order process has three legs: stock, payment, shipment. Each fact that is heard moves one leg;
//! what the order then wants of others follows from where the legs stand ([`Order::wishes`]), and is
//! said once when it begins to hold and again by a timer for as long as it does. So nothing has to be
//! remembered that could be forgotten, and no lost message can strand an order.

mod cart;
mod order;
mod process;
mod waiting;
mod wishes;

pub use cart::{Cart, CartRefused, MOST_LINES, MOST_PIECES};
pub use order::{Draft, IdempotencyKey, Order, Step, total};
pub use process::{Fact, Legs, Refused, StockLeg};
pub use waiting::{Timing, Waiting};
pub use wishes::Wish;

#[cfg(test)]
mod tests;
