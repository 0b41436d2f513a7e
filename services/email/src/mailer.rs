//! How mails leave the shop: by SMTP, or into memory.

mod memory;
mod smtp;

pub use memory::Memory;
pub use smtp::Smtp;

use crate::domain::{Mail, Outcome};
use async_trait::async_trait;

/// Somebody who sends mails.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Tries to send a mail, and says what came of it.
    async fn send(&self, mail: &Mail) -> Outcome;

    /// Takes leave of the server.
    async fn close(&self);
}
