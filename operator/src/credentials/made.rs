//! What is left to chance.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand::{Rng as _, RngCore as _, distr::Alphanumeric};

const PASSWORD_LENGTH: usize = 32;
/// As base64 this is one line of 1008 characters, below the 1024 that mongod takes, and usable as a
/// password too.
const KEY_FILE_BYTES: usize = 756;
/// As long as what SHA-256 gives: more would not make HMAC stronger.
const WEBHOOK_SECRET_BYTES: usize = 32;

/// Letters and digits only, so that it can stand in a URL as it is.
pub(super) fn password() -> String {
    rand::rng().sample_iter(Alphanumeric).take(PASSWORD_LENGTH).map(char::from).collect()
}

/// What the members of MongoDB know each other by.
pub(super) fn key_file() -> String {
    random::<KEY_FILE_BYTES>()
}

/// What the payment provider signs with.
pub(super) fn webhook_secret() -> String {
    random::<WEBHOOK_SECRET_BYTES>()
}

/// So many random bytes, in base64.
fn random<const BYTES: usize>() -> String {
    let mut bytes = [0; BYTES];
    rand::rng().fill_bytes(&mut bytes);
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_file_is_what_mongod_takes() {
        assert_eq!(key_file().len(), 1008);
    }

    #[test]
    fn a_password_needs_no_escaping() {
        let made = password();
        assert_eq!(made.len(), PASSWORD_LENGTH);
        assert!(made.chars().all(|it| it.is_ascii_alphanumeric()), "{made}");
    }
}
