//! The language between the services of a shop: typed ids, money, messages, who there is and what is
//! bound to what. Pure data; nothing here waits, connects or knows a framework.
//!
//! - [`ids`], [`money`], [`text`], [`address`]: values with a checked constructor.
//! - [`message`]: what a message is, and the envelope it travels in.
//! - [`orders`], [`inventory`], [`payments`], [`shipping`], [`products`], [`customers`]: what each
//!   service *says*.
//! - [`registry`]: all of that in one list.
//! - [`catalog`]: the one page that lists the services.
//! - [`gateway_settings`]: what can be set at the gateway of a shop.
//! - [`topology`]: exchanges, queues, bindings and policies, derived from the messages.

pub mod address;
pub mod catalog;
pub mod customers;
pub mod gateway_settings;
pub mod ids;
pub mod inventory;
pub mod message;
pub mod money;
pub mod orders;
pub mod payments;
pub mod products;
pub mod registry;
pub mod shipping;
pub mod text;
pub mod topology;
