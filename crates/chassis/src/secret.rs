//! Secrets from the environment.

use clap::{
    Arg, Command,
    builder::TypedValueParser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{ffi::OsStr, fmt::Display, marker::PhantomData, str::FromStr};

/// Whether two secrets are the same, which takes equally long wherever the first difference is.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    let differences = one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && differences == 0
}

/// Reads a value as clap's own parser does, except that a wrong one is not repeated in the error, which
/// goes to the log.
#[derive(Debug)]
pub struct Parser<T>(PhantomData<fn() -> T>);

impl<T> Clone for Parser<T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

/// A parser of a secret of this type, for `value_parser`.
#[must_use]
pub fn parser<T>() -> Parser<T> {
    Parser(PhantomData)
}

impl<T> TypedValueParser for Parser<T>
where
    T: FromStr<Err: Display> + Clone + Send + Sync + 'static,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        value.to_string_lossy().parse::<T>().map_err(|reason| {
            let mut error = clap::Error::new(ErrorKind::ValueValidation).with_cmd(command);
            let name = arg.map(ToString::to_string).unwrap_or_default();
            let hidden = ContextValue::String(format!("(hidden): {reason}"));
            error.insert(ContextKind::InvalidArg, ContextValue::String(name));
            error.insert(ContextKind::InvalidValue, hidden);
            error
        })
    }
}
