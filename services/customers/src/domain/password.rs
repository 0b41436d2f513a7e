//! Passwords, which are never shown, and what is kept of them.

use chassis::secret;
use contracts::text::EmailAddress;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How short a password may be, in characters (NIST SP 800-63B).
const SHORTEST: usize = 8;
/// How long a password may be, in characters: longer than any sentence that is remembered.
const LONGEST: usize = 128;

/// The passwords that are tried first, in lower case, of those that are long enough.
const COMMONEST: [&str; 64] = [
    "00000000",
    "11111111",
    "11223344",
    "12341234",
    "12344321",
    "12345678",
    "123456789",
    "1234567890",
    "123123123",
    "147258369",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "22222222",
    "55555555",
    "66666666",
    "77777777",
    "87654321",
    "88888888",
    "987654321",
    "99999999",
    "abc12345",
    "abcd1234",
    "aa123456",
    "a1234567",
    "admin123",
    "administrator",
    "asdfghjk",
    "asdfghjkl",
    "baseball",
    "basketball",
    "changeme",
    "charlie1",
    "computer",
    "dragon123",
    "football",
    "football1",
    "iloveyou",
    "iloveyou1",
    "internet",
    "jennifer",
    "letmein1",
    "letmein123",
    "liverpool",
    "master123",
    "michelle",
    "p@ssw0rd",
    "passw0rd",
    "password",
    "password1",
    "password12",
    "password123",
    "princess",
    "princess1",
    "q1w2e3r4",
    "qwer1234",
    "qwerty12",
    "qwerty123",
    "qwertyui",
    "qwertyuiop",
    "sunshine",
    "superman",
    "trustno1",
    "welcome1",
];

/// A password. It does not show itself.
#[derive(Clone)]
pub struct Password(String);

/// Why a password is not taken. It does not repeat it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPassword {
    /// Too short or too long.
    #[error("must have {SHORTEST} to {LONGEST} characters")]
    Length,
    /// Whoever guesses tries it first.
    #[error("is one of the first that are guessed: take another")]
    Common,
    /// It is the e-mail.
    #[error("must not be the e-mail")]
    Email,
}

impl Password {
    /// A password that somebody has given to be compared.
    #[must_use]
    pub fn given(text: String) -> Self {
        Self(text)
    }

    /// A password that somebody wants to have: long enough, and not one that is guessed first. What it
    /// is made of is their business.
    pub fn chosen(text: String) -> Result<Self, BadPassword> {
        let length = text.chars().count();
        if !(SHORTEST..=LONGEST).contains(&length) {
            return Err(BadPassword::Length);
        }
        let lower = text.to_lowercase();
        let is_one_character = lower.chars().all(|it| lower.starts_with(it));
        if is_one_character || COMMONEST.contains(&lower.as_str()) {
            return Err(BadPassword::Common);
        }
        Ok(Self(text))
    }

    /// Whether it is the same.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        secret::same(self.0.as_bytes(), other.0.as_bytes())
    }

    /// Refuses a password that is the e-mail of whoever wants it.
    pub fn unlike(self, email: &EmailAddress) -> Result<Self, BadPassword> {
        if self.0.trim().eq_ignore_ascii_case(email.as_str()) {
            Err(BadPassword::Email)
        } else {
            Ok(self)
        }
    }

    /// Its bytes, for hashing.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is kept of a password: a hash with its salt, as a PHC string. It does not show itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash from its PHC string.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Its PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl FromStr for Password {
    type Err = BadPassword;

    /// A password that is configured: as good as one that somebody wants to have.
    fn from_str(text: &str) -> Result<Self, BadPassword> {
        Self::chosen(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> Option<BadPassword> {
        Password::chosen(text.to_owned()).err()
    }

    #[test]
    fn passwords_are_long_enough_and_not_the_commonest() {
        for good in ["correct horse", "ЖЖЖЖЖЖЖЯ", "pass word", &"ab".repeat(64), "12345679"]
        {
            assert_eq!(refusal(good), None, "{good}");
        }
        for bad in ["", "1234567", "ЖЖЖЖЖЖЯ", &"ab".repeat(65)] {
            assert_eq!(refusal(bad), Some(BadPassword::Length), "{bad}");
        }
        for bad in ["password", "PassWord1", "aaaaaaaaa", "        "] {
            assert_eq!(refusal(bad), Some(BadPassword::Common), "{bad}");
        }
        let email = EmailAddress::parse("ada@example.com").unwrap();
        let chosen = Password::chosen("Ada@Example.com".to_owned()).unwrap();
        assert_eq!(chosen.unlike(&email).err(), Some(BadPassword::Email));
    }

    #[test]
    fn the_commonest_are_as_they_are_compared() {
        for it in COMMONEST {
            assert!(it.len() >= SHORTEST && it.to_lowercase() == it, "{it}");
        }
    }

    #[test]
    fn nothing_shows_a_password() {
        let (password, hash) =
            (Password::given("hunter2hunter2".to_owned()), PasswordHash::new("$hash".to_owned()));
        assert_eq!(format!("{password:?} {hash:?}"), "Password(…) PasswordHash(…)");
    }
}
