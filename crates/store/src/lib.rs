//! State, and the one verb that changes it: `update(id, cause, decide)`.
//!
//! Load the aggregate; was `cause` dealt with before, then done; let the synchronous `decide` return
//! the events it causes, or refuse; save it if nobody else did meanwhile, else again. State, version,
//! the causes seen and the events still to be said (the outbox) are **one document**, so a single
//! write carries them all. It is acknowledged when a majority has it in its journal.
//!
//! - [`aggregate`]: what can be stored.
//! - [`repository`]: the verbs.
//! - [`query`]: how aggregates are found other than by id.
//! - `writer`: groups what arrives together into one read and one write.
//! - [`outbox`]: the seam to whoever publishes what is to be said.
//! - [`proof`]: for tests of services, that no query scans.
//! - [`backend`], [`mongo`], [`memory`]: what a back end must do, and the two that do it.

pub mod aggregate;
pub mod backend;
mod error;
pub mod memory;
pub mod mongo;
pub mod outbox;
pub mod proof;
pub mod query;
pub mod repository;
mod store;
mod value;
mod writer;

pub use aggregate::{Aggregate, Index};
pub use error::Error;
pub use outbox::{Outbox, Outboxes, Unsent};
pub use query::{Cursor, Direction, Find, NoCursor, Page, Plan};
pub use repository::{Created, Repository};
pub use store::{Config, Store};
