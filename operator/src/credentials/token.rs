//! The key that customers' tokens are signed with, and the one by which everybody checks them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};

/// A new key for Ed25519: PKCS#8 in base64.
#[expect(clippy::expect_used, reason = "a machine without randomness can keep no secret")]
pub(super) fn signing_key() -> String {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    STANDARD.encode(document.expect("the system gives random bytes"))
}

/// The public half of a signing key, 32 bytes in base64; none when it is no such key.
pub(super) fn public_key(signing_key: &str) -> Option<String> {
    let document = STANDARD.decode(signing_key.trim()).ok()?;
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document).ok()?;
    Some(STANDARD.encode(pair.public_key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_public_half() {
        let key = signing_key();
        let public = public_key(&key).unwrap();
        assert_eq!(STANDARD.decode(&public).unwrap().len(), 32);
        assert_eq!(public_key(&key), Some(public));
        assert_ne!(public_key(&signing_key()), public_key(&key));
    }

    #[test]
    fn what_is_no_key_has_none() {
        for text in ["", "no key", "bm8ga2V5"] {
            assert_eq!(public_key(text), None, "{text}");
        }
    }
}
