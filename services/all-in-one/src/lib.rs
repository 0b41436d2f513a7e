//! All services of a shop in one process, on back ends in memory: for a first look, and for tests.
//!
//! Each is put together by its own `assemble()`, as in its image; only what is below differs. Nothing
//! is kept when the process ends.

mod config;
mod gateway_of;
mod goods;
mod ground;
mod ports;
mod run;

pub use config::Config;
pub use ground::{Ground, Introduce, Outside, Patience, Secrets};
pub use ports::Ports;
pub use run::run;
