use chassis::{
    env, http,
    identity::{self, SigningKey},
    secret, telemetry,
};

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
}
