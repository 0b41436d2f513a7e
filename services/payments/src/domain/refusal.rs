use contracts::{
    money::{Money, MoneyError},
    payments::PaymentStatus,
};

/// The word for where a payment stands, as it is read and written everywhere.
#[must_use]
pub const fn word(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Pending => "pending",
        PaymentStatus::Authorized => "authorized",
        PaymentStatus::Completed => "completed",
        PaymentStatus::Failed => "failed",
        PaymentStatus::Refunded => "refunded",
        PaymentStatus::Voided => "voided",
    }
}

/// Why a payment does not change as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It does not stand where that can be done.
    #[error("the payment is {} and cannot be {action}", word(*.status))]
    Status {
        /// What was asked for, such as `captured`.
        action: &'static str,
        /// Where it stands.
        status: PaymentStatus,
    },
    /// No money is wanted for the order any more.
    #[error("the payment is {} and no longer wanted: it cannot be {action}", word(*.status))]
    Unwanted {
        /// What was asked for.
        action: &'static str,
        /// Where it stands.
        status: PaymentStatus,
    },
    /// It is there already, with another content.
    #[error("the order has another payment already, which is {}", word(*.0))]
    OtherTerms(PaymentStatus),
    /// It is not settled yet whether there will be money.
    #[error("the payment is pending: there is nothing to take yet")]
    Undecided,
    /// Another amount than is to be paid.
    #[error("{told} does not fit: {wanted} is to be paid")]
    OtherAmount {
        /// What is to be paid.
        wanted: Money,
        /// What was told of.
        told: Money,
    },
    /// The same thing was told of under another name.
    #[error("the payment is {} by another transaction", word(*.0))]
    OtherTransaction(PaymentStatus),
    /// More than is left of what was taken.
    #[error("only {left} of the payment can be given back, which is {}", word(*.status))]
    TooMuch {
        /// How much is left.
        left: Money,
        /// Where it stands.
        status: PaymentStatus,
    },
    /// A sum that cannot be given back.
    #[error("a refund must be above zero")]
    NotPositive,
    /// The refund is there already, with another content.
    #[error("this key belongs to another refund of the payment")]
    OtherRefund,
    /// It was given back in too many parts.
    #[error("the payment is {} and has as many refunds as it can have", word(*.0))]
    TooManyRefunds(PaymentStatus),
    /// Amounts that have no sum.
    #[error(transparent)]
    Money(#[from] MoneyError),
}
