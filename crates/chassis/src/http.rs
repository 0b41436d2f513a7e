//! The HTTP server of a process, the extractors that refuse politely, and the layers around every
//! route, outermost first: catch panics → measure → time limit → body limit → conditions →
//! links between pages → nothing in excess.

mod address;
mod body;
mod condition;
mod excess;
mod fault;
mod field;
mod layers;
mod media;
mod page;
mod strict;

pub use address::{Path, Query};
pub use body::{Json, Whole, parse};
pub use condition::{IfMatch, etag, etag_beside};
pub use excess::NoBody;
pub use field::{Secret, present};
pub use layers::layered;
pub use page::{Limit, Page, PageInfo};

use crate::env;
use std::time::Duration;

/// The largest body that a service reads, in bytes.
pub const LARGEST_BODY: usize = 256 * 1024;

/// The header field in which a caller tells for how many milliseconds it waits for the answer.
pub const TIME_LEFT: &str = "x-shop-time-left";

/// Where and how HTTP is served.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // each crate has its Config, and names of groups must differ
pub struct Config {
    /// The port; 0 takes any that is free.
    #[arg(long, env = env::PORT, value_name = env::PORT)]
    pub port: u16,
    /// How long the process may take to finish what it has in hand once it is told to stop.
    #[arg(long, env = env::SHUTDOWN_GRACE, value_name = env::SHUTDOWN_GRACE, default_value = "20s", value_parser = humantime::parse_duration)]
    pub shutdown_grace: Duration,
}
