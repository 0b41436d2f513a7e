//! How a call is known that comes from inside the shop: it shows a token that nobody outside has. The
//! gateway does not count it against a client, as it is part of a request that was counted already; the
//! other services know by it that one of them asks.

use crate::secret;
use http::{HeaderName, HeaderValue};
use std::{fmt, str::FromStr};

/// The field that the token is shown in. The gateway takes out what is not the token.
pub const HEADER: HeaderName = HeaderName::from_static("x-shop-inside");

/// Shorter ones could be guessed.
const SHORTEST: usize = 16;

/// What is shown. Does not show itself in logs.
#[derive(Clone)]
pub struct Token(HeaderValue);

/// A text that is no [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoToken;

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be at least {SHORTEST} visible characters of ASCII")
    }
}

impl std::error::Error for NoToken {}

impl FromStr for Token {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let fits = text.len() >= SHORTEST && text.bytes().all(|it| it.is_ascii_graphic());
        let value = fits.then(|| HeaderValue::from_str(text).ok()).flatten().ok_or(NoToken)?;
        let mut token = Self(value);
        token.0.set_sensitive(true);
        Ok(token)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// What is written into [`HEADER`].
    pub fn shown(&self) -> HeaderValue {
        self.0.clone()
    }

    /// Whether this was shown.
    pub fn is(&self, shown: &HeaderValue) -> bool {
        secret::same(self.0.as_bytes(), shown.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_text_is_the_token() {
        let token: Token = "0123456789abcdef".parse().unwrap();
        assert!(token.is(&token.shown()));
        for other in ["", "0123456789abcdeF", "0123456789abcde", "0123456789abcdef0"] {
            assert!(!token.is(&HeaderValue::from_static(other)), "{other}");
        }
        assert_eq!(format!("{token:?} {:?}", token.shown()), "Token Sensitive");
    }

    #[test]
    fn what_could_be_guessed_or_is_no_field_value_is_no_token() {
        for text in ["", "0123456789abcde", "0123456789 abcdef", "0123456789abcdef\n"] {
            assert_eq!(text.parse::<Token>().unwrap_err(), NoToken, "{text}");
        }
    }
}
