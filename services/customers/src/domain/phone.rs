use serde::{Deserialize, Serialize};

/// How long a number may be, in characters: fifteen digits (E.164) and what people put between them.
const LONGEST: usize = 32;

/// A telephone number as people write it: digits, perhaps after a `+`, with blanks, dots, dashes, slashes
/// or brackets between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// A text that is no telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a telephone number of 5 to 15 digits, such as +49 30 123456")]
pub struct BadPhone;

impl Phone {
    /// The number, once it has passed the check.
    pub fn parse(text: &str) -> Result<Self, BadPhone> {
        let text = text.trim();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let rest = text.strip_prefix('+').unwrap_or(text);
        let is_fit = |it: char| it.is_ascii_digit() || " .-/()".contains(it);
        let fits = (5..=15).contains(&digits) && text.len() <= LONGEST && rest.chars().all(is_fit);
        if fits { Ok(Self(text.to_owned())) } else { Err(BadPhone) }
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = BadPhone;

    fn try_from(text: String) -> Result<Self, BadPhone> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for good in ["+49 30 123456", "(030) 12-34.56", "12345", " 030/123456 "] {
            assert!(Phone::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "1234", "+", "12+345", "1234567890123456", "call me 12345", "１２３４５６"]
        {
            assert_eq!(Phone::parse(bad), Err(BadPhone), "{bad}");
        }
        assert_eq!(Phone::parse(&format!("12345{}", " ".repeat(28) + "6")), Err(BadPhone));
    }
}
