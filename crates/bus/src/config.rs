use chassis::env;
use clap::{
    Arg, Command,
    builder::TypedValueParser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use lapin::uri::AMQPUri;
use std::{ffi::OsStr, fmt, str::FromStr};

/// How often either side of a connection says that it is still there, in seconds.
const HEARTBEAT: u16 = 10;
/// How long a connection may take to be made, in milliseconds.
const CONNECT: u64 = 5_000;
/// The largest frame, in bytes; longer messages are sent in several. Each side of a connection has a
/// buffer of 32 of them, and what the broker proposes would make that 8 MB in a service that rests.
const LARGEST_FRAME: u32 = 16 * 1_024;

/// Where the broker is, and how much is taken from it at once.
#[derive(Clone, Debug, clap::Args)]
#[group(skip)] // each crate has its Config, and names of groups must differ
pub struct Config {
    /// Where RabbitMQ is, with the user's name and password, such as
    /// `amqp://orders:secret@rabbitmq:5672/shop`.
    #[arg(long, env = env::RABBITMQ_URL, value_name = env::RABBITMQ_URL, hide_env_values = true, value_parser = UrlParser)]
    pub rabbitmq_url: Url,
    /// How many unacknowledged messages a consumer holds. They are handled side by side, so this is
    /// also the size of the largest batch that reaches the store.
    #[arg(long, env = env::RABBITMQ_PREFETCH, value_name = env::RABBITMQ_PREFETCH, default_value_t = 200, value_parser = clap::value_parser!(u16).range(1..=2000))]
    pub rabbitmq_prefetch: u16,
}

/// The address of a broker. It holds a password, so it does not show itself.
#[derive(Clone)]
pub struct Url(pub(crate) AMQPUri);

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The parser's own message may repeat the password.
        let uri = text.parse::<AMQPUri>().map_err(|_secret| {
            "must be like amqp://user:password@host:5672/vhost or amqps://…".to_owned()
        })?;
        Ok(Self(with_limits(uri)))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Url(…)")
    }
}

fn with_limits(mut uri: AMQPUri) -> AMQPUri {
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    uri.query.connection_timeout.get_or_insert(CONNECT);
    uri.query.frame_max.get_or_insert(LARGEST_FRAME);
    uri
}

/// As clap's own parser, except that a wrong value is not repeated in the error: it may hold a
/// password, and the error goes to the log.
#[derive(Clone)]
struct UrlParser;

impl TypedValueParser for UrlParser {
    type Value = Url;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Url, clap::Error> {
        value.to_string_lossy().parse::<Url>().map_err(|reason| {
            let mut error = clap::Error::new(ErrorKind::ValueValidation).with_cmd(command);
            let name = arg.map_or_else(|| env::RABBITMQ_URL.to_owned(), ToString::to_string);
            let hidden = ContextValue::String(format!("(hidden): {reason}"));
            error.insert(ContextKind::InvalidArg, ContextValue::String(name));
            error.insert(ContextKind::InvalidValue, hidden);
            error
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Tool {
        #[command(flatten)]
        bus: Config,
    }

    fn parse(url: &str) -> Result<Config, clap::Error> {
        Tool::try_parse_from(["tool", "--rabbitmq-url", url]).map(|it| it.bus)
    }

    #[test]
    fn a_good_address_gets_limits_and_hides_its_password() {
        let config = parse("amqp://orders:secret@rabbitmq:5672/shop").unwrap();
        assert_eq!(config.rabbitmq_url.0.vhost, "shop");
        assert_eq!(config.rabbitmq_url.0.query.heartbeat, Some(HEARTBEAT));
        assert_eq!(config.rabbitmq_prefetch, 200);
        assert!(!format!("{config:?}").contains("secret"));
    }

    #[test]
    fn a_wrong_address_is_told_by_the_name_of_the_variable_and_not_repeated() {
        for wrong in ["", "rabbitmq", "http://a:secret@b/", "amqp://a:secret@b:port/"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains(env::RABBITMQ_URL), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
