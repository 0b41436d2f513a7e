//! Money in minor units, such as cents, with its ISO 4217 currency. No floats anywhere.

pub use iso_currency::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most that every program reads exactly, also where all numbers are doubles, as in JavaScript:
/// 2^53 - 1.
pub const LARGEST_EXACT: i64 = 9_007_199_254_740_991;

/// An amount in the smallest unit of its currency: 999.00 USD is 99900, 500 JPY is 500, 1.234 KWD is 1234.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Money {
    /// How many of the smallest unit.
    pub amount_minor: i64,
    /// The ISO 4217 code, such as `USD`.
    #[schemars(with = "String")]
    pub currency: Currency,
}

/// Why two amounts have no sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// They are of different currencies.
    #[error("{left} and {right} cannot be added: use one currency")]
    CurrencyMismatch {
        /// The currency of the first.
        left: Currency,
        /// The currency of the second.
        right: Currency,
    },
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
}

impl Money {
    /// An amount of the smallest unit.
    #[must_use]
    pub const fn new(amount_minor: i64, currency: Currency) -> Self {
        Self { amount_minor, currency }
    }

    /// The sum of two amounts of the same currency.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            });
        }
        let sum = self.amount_minor.checked_add(other.amount_minor);
        sum.map(|it| Self::new(it, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// What is left of an amount of the same currency. It may be below zero.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        let negated = other.amount_minor.checked_neg().ok_or(MoneyError::Overflow)?;
        self.plus(Self::new(negated, other.currency))
    }

    /// Whether one can pay with it: gold, drawing rights, funds and codes for tests are no money.
    #[must_use]
    pub fn is_tender(self) -> bool {
        !self.currency.is_special() && !self.currency.is_fund()
    }

    /// Nothing, in the same currency.
    #[must_use]
    pub const fn nothing(self) -> Self {
        Self::new(0, self.currency)
    }

    /// The price of so many.
    pub fn times(self, count: u32) -> Result<Self, MoneyError> {
        let product = self.amount_minor.checked_mul(count.into());
        product.map(|it| Self::new(it, self.currency)).ok_or(MoneyError::Overflow)
    }
}

impl std::fmt::Display for Money {
    /// As people write it: `999.00 USD`, `500 JPY`, `1.234 KWD`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = usize::from(self.currency.exponent().unwrap_or(0));
        let sign = if self.amount_minor < 0 { "-" } else { "" };
        let unit = 10_u64.pow(self.currency.exponent().unwrap_or(0).into());
        let (whole, part) =
            (self.amount_minor.unsigned_abs() / unit, self.amount_minor.unsigned_abs() % unit);
        match digits {
            0 => write!(f, "{sign}{whole} {}", self.currency.code()),
            _ => write!(f, "{sign}{whole}.{part:0digits$} {}", self.currency.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_currency_has_its_own_number_of_digits() {
        assert_eq!(Money::new(99_900, Currency::USD).to_string(), "999.00 USD");
        assert_eq!(Money::new(500, Currency::JPY).to_string(), "500 JPY");
        assert_eq!(Money::new(1_234, Currency::KWD).to_string(), "1.234 KWD");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "-0.05 EUR");
    }

    #[test]
    fn not_everything_with_a_code_is_money() {
        for money in ["USD", "EUR", "JPY", "KWD", "XAF", "XOF", "XPF", "XCD"] {
            assert!(Money::new(1, Currency::from_code(money).unwrap()).is_tender(), "{money}");
        }
        for none in ["XXX", "XTS", "XAU", "XAG", "XPD", "XPT", "XDR", "XSU", "XUA", "XBA", "CLF"] {
            assert!(!Money::new(1, Currency::from_code(none).unwrap()).is_tender(), "{none}");
        }
    }

    #[test]
    fn currencies_do_not_mix() {
        let sum = Money::new(1, Currency::USD).plus(Money::new(1, Currency::EUR));
        assert!(matches!(sum, Err(MoneyError::CurrencyMismatch { .. })));
    }

    #[test]
    fn too_much_is_an_error_and_not_a_wrap() {
        let most = Money::new(i64::MAX, Currency::USD);
        assert_eq!(most.plus(Money::new(1, Currency::USD)), Err(MoneyError::Overflow));
        assert_eq!(most.times(2), Err(MoneyError::Overflow));
    }

    proptest! {
        #[test]
        fn times_is_repeated_plus(amount in -1_000_000_i64..1_000_000, count in 0_u32..50) {
            let one = Money::new(amount, Currency::USD);
            let zero = Money::new(0, Currency::USD);
            let sum = (0..count).try_fold(zero, |sum, _| sum.plus(one));
            prop_assert_eq!(one.times(count), sum);
        }
    }
}
