use crate::{
    Settings,
    domain::{FirstStaff, Password},
};
use chassis::{
    env, http,
    identity::{self, SigningKey},
    secret, telemetry,
};

use contracts::text::EmailAddress;

/// What the service must be told.
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about = "The customers of a shop")]
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
    /// Whose tokens are good.
    #[command(flatten)]
    pub identity: identity::Config,
    /// The private key that signs tokens: PKCS#8 in base64.
    #[arg(long, env = env::TOKEN_SIGNING_KEY, value_name = env::TOKEN_SIGNING_KEY, hide_env_values = true, value_parser = secret::parser::<SigningKey>())]
    pub token_signing_key: SigningKey,
    /// How the first of those who run the shop signs in. Nobody else can have this e-mail.
    #[arg(long, env = env::STAFF_EMAIL, value_name = env::STAFF_EMAIL, requires = "staff_password", value_parser = EmailAddress::parse)]
    pub staff_email: Option<EmailAddress>,
    /// With which password. Another one closes the sessions that were opened with the one before.
    #[arg(long, env = env::STAFF_PASSWORD, value_name = env::STAFF_PASSWORD, hide_env_values = true, value_parser = secret::parser::<Password>())]
    pub staff_password: Option<Password>,
}

impl Config {
    /// What the service goes by.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let staff = self.staff_email.clone().zip(self.staff_password.clone());
        Settings {
            signing_key: self.token_signing_key.clone(),
            published_keys: self.identity.token_public_keys.clone(),
            first_staff: staff.map(|(email, password)| FirstStaff { email, password }),
        }
    }
}
