//! Texts that people write, checked once where they come in and trusted from there on.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// How long a name may be, in characters.
pub const LONGEST_NAME: usize = 200;
/// How long an address may be, in bytes (RFC 5321 §4.5.3.1.3, less the angle brackets).
pub const LONGEST_ADDRESS: usize = 254;

/// What is wrong with a text; the message tells its writer what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing that can be seen.
    #[error("must not be empty: it has nothing that can be seen")]
    Empty,
    /// More than is kept.
    #[error("must not be longer than {LONGEST_NAME} characters")]
    TooLong,
    /// A control character or an invisible one, which have no place in a name.
    #[error("must not contain control characters or invisible ones")]
    Control,
    /// No address of a mailbox.
    #[error("must be a mail address such as ada@example.com")]
    NotAnAddress,
}

macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $check:expr, kept: $kept:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text, once it has passed the check.
            pub fn parse(text: &str) -> Result<Self, BadText> {
                let check: fn(&str) -> Result<String, BadText> = $check;
                check(text).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;

            /// What was checked once may have passed a milder check, and must stay legible.
            fn try_from(text: String) -> Result<Self, BadText> {
                let check: fn(&str) -> Result<String, BadText> = $kept;
                check(&text).map(Self)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string"})
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

checked_text! {
    /// What a thing is called: 1 to 200 characters, none of them a control character, no white space
    /// around it.
    Name, name, kept: kept_name
}
checked_text! {
    /// The address of a mailbox, in the plain `local@domain` form of RFC 5321, ASCII only. Its case is
    /// kept, since the part before the `@` belongs to the receiver.
    EmailAddress, address, kept: address
}

fn name(text: &str) -> Result<String, BadText> {
    if text.chars().any(is_invisible) {
        return Err(BadText::Control);
    }
    if text.chars().all(is_blank) {
        return Err(BadText::Empty);
    }
    kept_name(text)
}

fn kept_name(text: &str) -> Result<String, BadText> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    if text.chars().count() > LONGEST_NAME {
        return Err(BadText::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(BadText::Control);
    }
    Ok(text.to_owned())
}

/// Whether a character turns the direction of those around it (Unicode `Bidi_Control`): with it a text
/// reads otherwise than it is.
#[must_use]
pub const fn turns(it: char) -> bool {
    matches!(it, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that show nothing and change how others are shown (Unicode Cf, Zl, Zp, and tags), but for
/// those that join letters or emoji: a name with them looks like another.
fn is_invisible(it: char) -> bool {
    turns(it)
        || matches!(it,
            '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2028}'..='\u{2029}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}')
}

/// Characters that show nothing by themselves: beside those that have no place in a name, white space,
/// joiners, fillers, selectors of variants (Unicode `Default_Ignorable_Code_Point`) and empty Braille.
fn is_blank(it: char) -> bool {
    it.is_whitespace()
        || is_invisible(it)
        || matches!(it,
            '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200c}'..='\u{200d}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}'
            | '\u{e0100}'..='\u{e0fff}')
}

fn address(text: &str) -> Result<String, BadText> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@').ok_or(BadText::NotAnAddress)?;
    let fits = text.len() <= LONGEST_ADDRESS && local.len() <= 64;
    if fits && is_dotted(local, is_atom) && domain.contains('.') && is_dotted(domain, is_label) {
        Ok(text.to_owned())
    } else {
        Err(BadText::NotAnAddress)
    }
}

fn is_dotted(text: &str, part: fn(&str) -> bool) -> bool {
    text.split('.').all(part)
}

/// RFC 5322 §3.2.3.
fn is_atom(text: &str) -> bool {
    let special = |it: u8| b"!#$%&'*+-/=?^_`{|}~".contains(&it);
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric() || special(it))
}

/// RFC 1034 §3.5.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

#[cfg(test)]
mod tests;
