//! Tokens: JWT (RFC 7519) signed with Ed25519 (RFC 8037), and only in the one form that is issued here.

use super::{Principal, Role};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use ring::{
    digest,
    rand::SystemRandom,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Arc, time::Duration};

/// Who issues the tokens that are good here.
const ISSUER: &str = "shopkeeper";
/// How far the clocks of two machines may be apart, in seconds.
const LEEWAY: i64 = 30;
/// The longest token that is looked at, in bytes; ours have about 400.
const LONGEST_TOKEN: usize = 1024;

/// Why a token is not good. It says nothing of what is in the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Too long, or not three parts, or not what is written in them here.
    #[error("it is no token of this shop")]
    Malformed,
    /// Its header names another way of signing, or a key that is not known.
    #[error("it is not signed with a key of this shop")]
    UnknownKey,
    /// It was changed, or another key has signed it.
    #[error("its signature does not fit")]
    Signature,
    /// Another issuer's.
    #[error("another has issued it")]
    Issuer,
    /// Its time has not come.
    #[error("it is not valid yet")]
    Early,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) role: Role,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
}

impl Claims {
    fn checked(self, now: i64) -> Result<Principal, BadToken> {
        if self.iss != ISSUER {
            return Err(BadToken::Issuer);
        }
        if self.nbf.saturating_sub(LEEWAY) > now {
            return Err(BadToken::Early);
        }
        if self.exp.saturating_add(LEEWAY) <= now {
            return Err(BadToken::Expired);
        }
        Ok(Principal { id: self.sub, role: self.role })
    }
}

/// The key that signs tokens. It is a secret, so it does not show itself.
#[derive(Clone)]
pub struct SigningKey(Arc<Ed25519KeyPair>);

impl SigningKey {
    /// A key from its base64 of PKCS#8.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let document = BASE64_STANDARD.decode(text.trim()).map_err(|_secret| NotAKey::Signing)?;
        // Version 1 documents, which most tools write, leave out the public key.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&document);
        pair.map(|it| Self(Arc::new(it))).map_err(|_secret| NotAKey::Signing)
    }

    /// A new key as [`parse`](Self::parse) reads it: base64 of PKCS#8.
    ///
    /// # Panics
    /// When the system has no randomness to give, without which there are no secrets at all.
    #[expect(clippy::expect_used, reason = "without randomness there are no secrets at all")]
    #[must_use]
    pub fn fresh_text() -> String {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        BASE64_STANDARD.encode(document.expect("the system gives randomness"))
    }

    /// A new key, for tests and for a first look.
    ///
    /// # Panics
    /// As [`fresh_text`](Self::fresh_text).
    #[expect(clippy::expect_used, reason = "what was just made is well-formed")]
    #[must_use]
    pub fn generate() -> Self {
        Self::parse(&Self::fresh_text()).expect("a new key is well-formed")
    }

    /// Its public half as [`VerifyingKeys`] reads it: base64 of 32 bytes.
    #[must_use]
    pub fn public_key(&self) -> String {
        BASE64_STANDARD.encode(self.0.public_key())
    }

    /// What checks the tokens of this key alone.
    #[must_use]
    pub fn verifying_keys(&self) -> VerifyingKeys {
        VerifyingKeys(Key::new(self.0.public_key().as_ref()).into_iter().collect())
    }

    /// A token that says for so long who somebody is.
    #[must_use]
    pub fn sign(&self, principal: &Principal, now: Timestamp, lifetime: Duration) -> String {
        let (sub, role, now) = (principal.id.clone(), principal.role, now.as_second());
        let exp = now.saturating_add_unsigned(lifetime.as_secs());
        self.seal(&Claims { iss: ISSUER.to_owned(), sub, role, iat: now, nbf: now, exp })
    }

    #[expect(clippy::expect_used, reason = "claims are plain data with text keys")]
    pub(super) fn seal(&self, claims: &Claims) -> String {
        let claims = serde_json::to_vec(claims).expect("claims always have a JSON form");
        let header = header(self.0.public_key().as_ref());
        let signed = format!("{header}.{}", BASE64_URL_SAFE_NO_PAD.encode(claims));
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

impl FromStr for SigningKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Self::parse(text)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// A text that is no key. It does not repeat the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// No key that can sign.
    #[error("must be a private key for Ed25519: PKCS#8 in base64, without the PEM lines")]
    Signing,
    /// No keys to check with.
    #[error("must be public keys for Ed25519: base64 of 32 bytes each, separated by commas")]
    Verifying,
}

/// A public key as programs read it (RFC 8037 §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    purpose: &'static str,
    kid: String,
    x: String,
}

/// The keys whose tokens are good; none by default. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct VerifyingKeys(Arc<[Key]>);

#[derive(Clone, Debug)]
struct Key {
    header: String,
    bytes: [u8; 32],
    public: UnparsedPublicKey<[u8; 32]>,
}

impl Key {
    fn new(public: &[u8]) -> Option<Self> {
        let bytes = public.try_into().ok()?;
        let header = header(public);
        Some(Self { header, bytes, public: UnparsedPublicKey::new(&ED25519, bytes) })
    }

    fn jwk(&self) -> Jwk {
        Jwk {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            purpose: "sig",
            kid: kid(&self.bytes),
            x: BASE64_URL_SAFE_NO_PAD.encode(self.bytes),
        }
    }
}

impl VerifyingKeys {
    /// Keys from their base64, separated by commas; none from an empty text.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let keys = text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(|key| {
            let public = BASE64_STANDARD.decode(key).map_err(|_text| NotAKey::Verifying)?;
            Key::new(&public).ok_or(NotAKey::Verifying)
        });
        keys.collect::<Result<_, _>>().map(Self)
    }

    /// The keys as programs read them.
    pub fn jwks(&self) -> impl Iterator<Item = Jwk> {
        self.0.iter().map(Key::jwk)
    }

    /// Who a token says somebody is, if it is good now.
    ///
    /// The header is compared as it is written, so there is no other algorithm to be talked into.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Principal, BadToken> {
        if token.len() > LONGEST_TOKEN {
            return Err(BadToken::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(BadToken::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(BadToken::Malformed)?;
        let key = self.0.iter().find(|it| it.header == header).ok_or(BadToken::UnknownKey)?;
        let signature = decoded(signature)?;
        let verified = key.public.verify(signed.as_bytes(), &signature);
        verified.map_err(|_unspecified| BadToken::Signature)?;
        let claims = serde_json::from_slice::<Claims>(&decoded(claims)?);
        claims.map_err(|_text| BadToken::Malformed)?.checked(now.as_second())
    }
}

impl FromStr for VerifyingKeys {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Self::parse(text)
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, BadToken> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_text| BadToken::Malformed)
}

/// The first part of every token of this key.
fn header(public: &[u8]) -> String {
    let kid = kid(public);
    BASE64_URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"JWT"}}"#))
}

/// A key's name: the beginning of its SHA-256.
fn kid(public: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, public);
    let first = digest.as_ref().first_chunk().copied().map_or(0, u64::from_be_bytes);
    format!("{first:016x}")
}
