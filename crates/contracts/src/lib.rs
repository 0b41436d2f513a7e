//! The language between the services of a shop: typed ids, money, messages, who there is and what is
//! bound to what. Pure data; nothing here waits, connects or knows a framework.
//!
//! - [`ids`], [`money`], [`text`]: values with a checked constructor.
//! - [`message`]: what a message is, and the envelope it travels in.
//! - [`orders`], [`inventory`], [`products`]: what each service *says*.
//! - [`catalog`]: the one page that lists the services.
//! - [`topology`]: exchanges, queues, bindings and policies, derived from the messages.

pub mod catalog;
pub mod ids;
pub mod inventory;
pub mod message;
pub mod money;
pub mod orders;
pub mod products;
pub mod text;
pub mod topology;
