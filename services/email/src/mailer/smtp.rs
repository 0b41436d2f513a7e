//! A real mail server, spoken to in SMTP. Connections are kept and used again.

use super::Mailer;
use crate::domain::{Mail, Outcome};
use async_trait::async_trait;
use chassis::class;
use contracts::text::EmailAddress;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, PoolConfig, response::Category},
};
use std::time::Duration;

/// How long the server may take for one step: the connection, or one command.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections are kept.
const CONNECTIONS: u32 = 8;

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: EmailAddress,
}

impl Smtp {
    /// The server at this place, to which mails are handed over in the name of `from`. It is asked for
    /// no encryption: it is meant to be a relay within the cluster, or on the same machine.
    pub fn at(host: &str, port: u16, from: EmailAddress) -> Self {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .timeout(Some(PATIENCE))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS))
            .build();
        Self { transport, from }
    }

    fn message(&self, mail: &Mail) -> Result<Message, Unwritable> {
        let from = address(&self.from)?;
        let message_id = format!("<{}@{}>", mail.mail_id, from.domain());
        let letter = &mail.letter;
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let message = Message::builder()
            .message_id(Some(message_id))
            .date(mail.created_at.into())
            .from(Mailbox::new(None, from))
            .to(Mailbox::new(None, address(&mail.to)?))
            .subject(letter.subject.as_str())
            .raw_header(auto_generated())
            .multipart(body)?;
        Ok(message)
    }
}

/// Keeps those away who answer on their own while they are on holiday (RFC 3834).
fn auto_generated() -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    HeaderValue::new(name, "auto-generated".to_owned())
}

fn address(address: &EmailAddress) -> Result<Address, AddressError> {
    address.as_str().parse()
}

/// Why no message can be made of a mail.
#[derive(Debug, thiserror::Error)]
enum Unwritable {
    #[error("an address cannot be used: {0}")]
    Address(#[from] AddressError),
    #[error("it cannot be written: {0}")]
    Message(#[from] lettre::error::Error),
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Outcome {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(unwritable) => return Outcome::Refused(unwritable.to_string()),
        };
        match self.transport.send(message).await {
            Ok(_accepted) => Outcome::Sent,
            Err(error) if is_about_the_mail(&error) => Outcome::Refused(class::chain(&error)),
            Err(error) => Outcome::PutOff(class::chain(&error)),
        }
    }

    async fn close(&self) {
        self.transport.shutdown().await;
    }
}

/// Whether the server will never take this mail (55x). The other 5xx are about how we speak to it or
/// who we are; a person can put that right, so no mail is given up because of them.
fn is_about_the_mail(error: &smtp::Error) -> bool {
    let about_mail = |it: smtp::response::Code| it.category == Category::MailSystem;
    error.is_permanent() && error.status().is_some_and(about_mail)
}
