//! What the operator is told when it starts.

use clap::{Args, Parser, Subcommand};

/// The names of the operator's own environment variables.
mod env {
    pub(super) const IMAGE_PREFIX: &str = "IMAGE_PREFIX";
    pub(super) const SERVICES_VERSION: &str = "SERVICES_VERSION";
    pub(super) const RABBITMQ_IMAGE: &str = "RABBITMQ_IMAGE";
    pub(super) const MONGODB_IMAGE: &str = "MONGODB_IMAGE";
    pub(super) const WATCH_NAMESPACE: &str = "WATCH_NAMESPACE";
}

/// Turns one `Shop` resource into a running shop, and keeps it running.
#[derive(Debug, Parser)]
#[command(name = "operator", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watches Shops and keeps them running.
    Run(Config),
    /// Prints the custom resource definition.
    Crd,
    /// Prints the rights that the operator needs, as a `ClusterRole`.
    Rbac,
}

/// How `run` runs.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Where metrics and health are served.
    #[command(flatten)]
    pub server: chassis::http::Config,
    /// How it logs.
    #[command(flatten)]
    pub telemetry: chassis::telemetry::Config,
    /// What Shops run when they do not say.
    #[command(flatten)]
    pub images: Images,
    /// The only namespace to look at; all of them when left out.
    #[arg(long, env = env::WATCH_NAMESPACE, value_name = env::WATCH_NAMESPACE)]
    pub watch_namespace: Option<String>,
}

/// What Shops run when they do not say.
#[derive(Clone, Debug, Args)]
pub struct Images {
    /// What stands before the names of the services in their images.
    #[arg(long, env = env::IMAGE_PREFIX, value_name = env::IMAGE_PREFIX, default_value = "shopkeeper")]
    pub image_prefix: String,
    /// The version of the services, which is their images' tag.
    #[arg(
        long,
        env = env::SERVICES_VERSION,
        value_name = env::SERVICES_VERSION,
        default_value = env!("CARGO_PKG_VERSION")
    )]
    pub services_version: String,
    /// The image of RabbitMQ.
    #[arg(
        long,
        env = env::RABBITMQ_IMAGE,
        value_name = env::RABBITMQ_IMAGE,
        default_value = "docker.io/library/rabbitmq:4.0-management"
    )]
    pub rabbitmq_image: String,
    /// The image of MongoDB.
    #[arg(
        long,
        env = env::MONGODB_IMAGE,
        value_name = env::MONGODB_IMAGE,
        default_value = "docker.io/library/mongo:6.0"
    )]
    pub mongodb_image: String,
}
