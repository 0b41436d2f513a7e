//! What every process of a shop has, and nothing of what it is for.
//!
//! - [`process`]: the life of a process: read the configuration, run, stop in order.
//! - [`http`]: its server, the extractors that refuse politely, and the layers around every route.
//! - [`class`], [`problem`]: one error, three faces; what a caller reads when something is refused.
//! - [`health`], [`metrics`], [`telemetry`]: how it is seen from outside.
//! - [`inside`]: how a call from inside the shop is known; [`gateway`]: how another service is asked.
//! - [`identity`]: who is asking; [`access`]: what they may do.
//! - [`clock`]: time, as something that tests can hold still.
//! - [`env`]: the names of all environment variables; [`secret`]: those whose values nobody may read.

pub mod access;
pub mod class;
pub mod clock;
pub mod env;
pub mod gateway;
pub mod health;
pub mod http;
pub mod identity;
pub mod inside;
pub mod metrics;
pub mod problem;
pub mod process;
pub mod secret;
pub mod telemetry;

/// Gives memory back to the system, which glibc's allocator in a static program hardly does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
