//! What a shop must do, as stories that run in one process and on a cluster alike; never ships.
//!
//! A story knows a shop only by its [`Shop`]: what clients may ask, what staff may see inside, which
//! mails have arrived. It ends with the equations that must hold for whatever it touched ([`ledger`]).
//!
//! - [`Customers`], [`Staff`]: ways into a shop. [`Wanted`]: an order before it is placed.
//! - [`accounts`], [`calling_off`], [`delivery`], [`messages`], [`payments`], [`placing`], [`stock`]:
//!   the stories.

pub mod accounts;
pub mod calling_off;
mod customers;
pub mod delivery;
pub mod ledger;
pub mod mails;
pub mod messages;
pub mod payments;
pub mod placing;
mod shop;
mod staff;
pub mod stock;
mod waiting;
mod wanted;

pub use customers::Customers;
pub use shop::{Answer, Mail, Request, Said, Shop, Who};
pub use staff::Staff;
pub use waiting::{same, wait_for};
pub use wanted::Wanted;
