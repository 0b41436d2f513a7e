//! The keys of the Secrets.

/// The operator's own user.
pub const USERNAME: &str = "username";
/// The password of the operator's own user, or of the first account of staff.
pub const PASSWORD: &str = "password";
/// What the first account of staff signs in with, beside its password.
pub const EMAIL: &str = "email";
/// What the nodes of RabbitMQ know each other by.
pub const COOKIE: &str = "erlang-cookie";
/// What the members of MongoDB know each other by.
pub const KEY_FILE: &str = "keyfile";
/// A service's user at MongoDB.
pub const MONGODB_USERNAME: &str = "mongodb-username";
/// Its password.
pub const MONGODB_PASSWORD: &str = "mongodb-password";
/// A service's user at RabbitMQ.
pub const RABBITMQ_USERNAME: &str = "rabbitmq-username";
/// Its password.
pub const RABBITMQ_PASSWORD: &str = "rabbitmq-password";
/// What customers' tokens are signed with.
pub const TOKEN_SIGNING_KEY: &str = "token-signing-key";
/// What they are checked with: the public half of the signing key, and while it is being rolled that of
/// its successor or of its predecessor too; separated by commas.
pub const TOKEN_PUBLIC_KEYS: &str = "token-public-keys";
/// What they will be signed with once every service knows it.
pub const TOKEN_NEXT_KEY: &str = "token-next-key";
/// The public half of what they were signed with before.
pub const TOKEN_PREVIOUS_KEY: &str = "token-previous-public-key";
/// Until when that one is good.
pub const TOKEN_PREVIOUS_UNTIL: &str = "token-previous-until";
/// Which wish for a new signing key was the last to be carried out.
pub const TOKEN_ROLLED: &str = "token-rolled";
/// What the payment provider signs its webhooks with.
pub const WEBHOOK_SECRET: &str = "webhook-secret";
/// What a service shows the others to be known as one of the shop's own.
pub const INSIDE_TOKEN: &str = "inside-token";
