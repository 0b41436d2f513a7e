//! The names of all environment variables, in one place: the services read them, the operator sets
//! them, and neither can misspell one.

/// The port that HTTP is served on.
pub const PORT: &str = "PORT";
/// What is logged, such as `info` or `info,bus=debug`.
pub const LOG: &str = "LOG";
/// `json` for machines, `text` for people.
pub const LOG_FORMAT: &str = "LOG_FORMAT";
/// How long a process may take to finish what it has in hand once it is told to stop.
pub const SHUTDOWN_GRACE: &str = "SHUTDOWN_GRACE";

/// The public keys whose tokens are good: base64 of 32 bytes each, separated by commas.
pub const TOKEN_PUBLIC_KEYS: &str = "TOKEN_PUBLIC_KEYS";
/// The private key that signs tokens: PKCS#8 in base64.
pub const TOKEN_SIGNING_KEY: &str = "TOKEN_SIGNING_KEY";
/// How the first of those who run the shop signs in.
pub const STAFF_EMAIL: &str = "STAFF_EMAIL";
/// With which password.
pub const STAFF_PASSWORD: &str = "STAFF_PASSWORD";

/// Whether the allocator may use huge pages; without them an idle service holds half the memory.
pub const MIMALLOC_ALLOW_THP: &str = "MIMALLOC_ALLOW_THP";

/// Where MongoDB is, with the user's name and password.
pub const MONGODB_URI: &str = "MONGODB_URI";
/// The name of the service's own database.
pub const MONGODB_DATABASE: &str = "MONGODB_DATABASE";

/// Where RabbitMQ is, with the user's name and password.
pub const RABBITMQ_URL: &str = "RABBITMQ_URL";
/// How many unacknowledged messages a consumer holds.
pub const RABBITMQ_PREFETCH: &str = "RABBITMQ_PREFETCH";

/// Where the gateway is, for what services ask each other.
pub const GATEWAY_URL: &str = "GATEWAY_URL";
/// How long an order may stay without an answer before it is cancelled.
pub const ORDER_DEADLINE: &str = "ORDER_DEADLINE";
/// How long an order waits for an answer before it asks again.
pub const ORDER_NUDGE: &str = "ORDER_NUDGE";
/// How long a reservation waits to be confirmed or cancelled before it is announced again.
pub const RESERVATION_NUDGE: &str = "RESERVATION_NUDGE";
/// How long a reservation that was made by hand holds what nobody commits.
pub const RESERVATION_EXPIRY: &str = "RESERVATION_EXPIRY";

/// What the payment provider signs its webhooks with: base64.
pub const PAYMENT_WEBHOOK_SECRET: &str = "PAYMENT_WEBHOOK_SECRET";
/// How long a bank transfer is waited for before its order is cancelled.
pub const TRANSFER_DEADLINE: &str = "TRANSFER_DEADLINE";
/// How long the simulated carrier takes from one step of a parcel's way to the next.
pub const CARRIER_PACE: &str = "CARRIER_PACE";

/// The host of the SMTP server; without it mails are kept and not sent.
pub const SMTP_HOST: &str = "SMTP_HOST";
/// The port of the SMTP server.
pub const SMTP_PORT: &str = "SMTP_PORT";
/// The address that mails come from.
pub const MAIL_FROM: &str = "MAIL_FROM";
/// Who is told of changes of stock: addresses, separated by commas.
pub const MAIL_STAKEHOLDERS: &str = "MAIL_STAKEHOLDERS";

/// The variable that tells where a service is, such as `ORDERS_SERVICE_URL`.
pub fn service_url(service: &str) -> String {
    format!("{}_SERVICE_URL", service.to_ascii_uppercase())
}
/// What services show the gateway, so that it counts none of their calls against a client.
pub const INSIDE_TOKEN: &str = "INSIDE_TOKEN";
/// A file of what is set at the gateway: JSON, watched for changes.
pub const GATEWAY_SETTINGS: &str = "GATEWAY_SETTINGS";
/// A host name that has the address of every gateway of the shop.
pub const GATEWAY_PEERS: &str = "GATEWAY_PEERS";
/// How many requests one client may make per [`RATE_LIMIT_PER`].
pub const RATE_LIMIT_REQUESTS: &str = "RATE_LIMIT_REQUESTS";
/// The time over which requests are counted, such as `1m`.
pub const RATE_LIMIT_PER: &str = "RATE_LIMIT_PER";
/// How long the gateway waits for a service, such as `5s`.
pub const REQUEST_TIMEOUT: &str = "REQUEST_TIMEOUT";
