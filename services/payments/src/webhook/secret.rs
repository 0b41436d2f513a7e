use super::Signed;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use ring::hmac;
use std::{fmt, str::FromStr};

/// The shortest secret, in bytes, as Standard Webhooks has it.
const SHORTEST: usize = 24;
/// What some write before a secret, to tell what it is.
const PREFIX: &str = "whsec_";
/// The version of the signatures that are made and taken.
const VERSION: &str = "v1,";

/// What webhooks are signed with. Does not show itself.
#[derive(Clone)]
pub struct Secret(hmac::Key);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A text that is no secret; it is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be at least {SHORTEST} bytes in base64")]
pub struct BadSecret;

impl FromStr for Secret {
    type Err = BadSecret;

    fn from_str(text: &str) -> Result<Self, BadSecret> {
        let text = text.trim();
        let encoded = text.strip_prefix(PREFIX).unwrap_or(text);
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_secret| BadSecret)?;
        if bytes.len() < SHORTEST {
            return Err(BadSecret);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }
}

impl Secret {
    /// The signature of a webhook, as its header has it.
    #[must_use]
    pub fn sign(&self, it: &Signed) -> String {
        let tag = hmac::sign(&self.0, &content(it));
        format!("{VERSION}{}", BASE64_STANDARD.encode(tag.as_ref()))
    }

    /// Whether this is a signature of it, found out in constant time.
    pub(super) fn has_signed(&self, it: &Signed, signature: &str) -> bool {
        let encoded = signature.strip_prefix(VERSION);
        let tag = encoded.and_then(|text| BASE64_STANDARD.decode(text).ok());
        tag.is_some_and(|tag| hmac::verify(&self.0, &content(it), &tag).is_ok())
    }
}

fn content(it: &Signed) -> Vec<u8> {
    let head = format!("{}.{}.", it.id, it.timestamp);
    [head.as_bytes(), it.body.as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn it_signs_as_the_specification_shows() {
        // The example that the libraries of Standard Webhooks are tested with.
        let it = Signed {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            timestamp: "1614265330".to_owned(),
            signature: String::new(),
            body: br#"{"test": 2432232314}"#.to_vec(),
        };
        let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        for secret in [TEXT.to_owned(), format!("{PREFIX}{TEXT}")] {
            let secret: Secret = secret.parse().unwrap();
            assert_eq!(secret.sign(&it), signature);
            assert!(secret.has_signed(&it, signature));
            assert_eq!(format!("{secret:?}"), "Secret(…)");
        }
    }

    #[test]
    fn what_is_short_or_no_base64_is_no_secret() {
        for bad in ["", "hunter2", "aHVudGVyMg==", &TEXT[..30], &"x".repeat(31)] {
            assert!(bad.parse::<Secret>().is_err(), "{bad}");
        }
    }
}
