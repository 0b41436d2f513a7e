use crate::mailer::{Mailer, Smtp};
use chassis::{env, http, identity, telemetry};
use clap::builder::NonEmptyStringValueParser;
use contracts::text::EmailAddress;
use std::sync::Arc;

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "Mail to the customers and stakeholders of a shop")]
pub struct Config {
    /// How HTTP is served.
    #[command(flatten)]
    pub http: http::Config,
    /// How it tells what it does.
    #[command(flatten)]
    pub telemetry: telemetry::Config,
    /// Where its database is.
    #[command(flatten)]
    pub store: store::Config,
    /// Where the broker is.
    #[command(flatten)]
    pub bus: bus::Config,
    /// Who is believed.
    #[command(flatten)]
    pub identity: identity::Config,
    /// The host of the SMTP server; without it mails are kept and not sent.
    #[arg(long, env = env::SMTP_HOST, value_name = env::SMTP_HOST, requires = "mail_from", value_parser = NonEmptyStringValueParser::new())]
    pub smtp_host: Option<String>,
    /// The port of the SMTP server.
    #[arg(long, env = env::SMTP_PORT, value_name = env::SMTP_PORT, default_value_t = 25)]
    pub smtp_port: u16,
    /// The address that mails come from.
    #[arg(long, env = env::MAIL_FROM, value_name = env::MAIL_FROM, value_parser = EmailAddress::parse)]
    pub mail_from: Option<EmailAddress>,
    /// Who is told of changes of stock: addresses, separated by commas.
    #[arg(long, env = env::MAIL_STAKEHOLDERS, value_name = env::MAIL_STAKEHOLDERS, value_delimiter = ',', value_parser = EmailAddress::parse)]
    pub mail_stakeholders: Vec<EmailAddress>,
}

impl Config {
    /// Who sends mails, if anybody does.
    pub fn mailer(&self) -> Option<Arc<dyn Mailer>> {
        let (host, from) = self.smtp_host.as_ref().zip(self.mail_from.clone())?;
        Some(Arc::new(Smtp::at(host, self.smtp_port, from)))
    }
}
