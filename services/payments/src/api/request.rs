use crate::{Error, domain::Terms};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode},
};
use chassis::{
    http::{Limit, Secret, Whole, parse},
    problem::{FieldErrors, Problem},
};
use contracts::{
    ids::{CustomerId, OrderId},
    money::{LARGEST_EXACT, Money},
    payments::{PaymentMethod, PaymentStatus},
    text::Name,
};
use serde::{Deserialize, de::DeserializeOwned};

/// How long a key may be.
const LONGEST_KEY: usize = 255;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BeginRequest {
    order_id: OrderId,
    customer_id: Option<CustomerId>,
    amount: Money,
    payment_method: PaymentMethod,
    token: Option<Secret>,
}

pub(super) struct Begin {
    pub(super) order: OrderId,
    pub(super) terms: Terms,
}

impl TryFrom<BeginRequest> for Begin {
    type Error = Error;

    fn try_from(it: BeginRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        check_amount(&mut errors, it.amount);
        let has_provider =
            matches!(it.payment_method, PaymentMethod::CreditCard | PaymentMethod::Paypal);
        let detail = "is only for credit_card and paypal: leave it out";
        errors.require(has_provider || it.token.is_none(), "#/token", detail);
        let token = it.token.map(|it| Name::parse(&it.0)).transpose();
        let begin = errors.check("#/token", token).map(|token| Self {
            order: it.order_id,
            terms: Terms {
                amount: it.amount,
                method: it.payment_method,
                customer_id: it.customer_id,
                token,
            },
        });
        errors.finish(begin).map_err(Error::Fields)
    }
}

fn check_amount(errors: &mut FieldErrors, amount: Money) {
    let fits = (1..=LARGEST_EXACT).contains(&amount.amount_minor);
    errors.require(fits, "#/amount/amountMinor", format!("must be from 1 to {LARGEST_EXACT}"));
    errors.require(amount.is_tender(), "#/amount/currency", "must be money that one can pay with");
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Listing {
    pub(super) status: Option<PaymentStatus>,
    #[serde(default)]
    pub(super) limit: Limit,
    pub(super) cursor: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ProcessRequest {
    transaction_id: Option<String>,
}

impl ProcessRequest {
    /// What the bank calls it, if that is known.
    pub(super) fn transaction(&self) -> Result<Option<String>, Error> {
        checked("#/transactionId", self.transaction_id.as_deref())
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct VoidRequest {
    reason: Option<String>,
}

impl VoidRequest {
    /// Why it is given up.
    pub(super) fn reason(&self) -> Result<String, Error> {
        let reason = checked("#/reason", self.reason.as_deref())?;
        Ok(reason.unwrap_or_else(|| "Given up by the shop".to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct RefundRequest {
    amount: Option<Money>,
    reason: String,
}

impl RefundRequest {
    /// How much goes back, if not all, and why.
    pub(super) fn checked(self) -> Result<(Option<Money>, String), Error> {
        let mut errors = FieldErrors::default();
        if let Some(amount) = self.amount {
            check_amount(&mut errors, amount);
        }
        let reason = errors.check("#/reason", Name::parse(&self.reason));
        let checked = reason.map(|reason| (self.amount, reason.into()));
        errors.finish(checked).map_err(Error::Fields)
    }
}

fn checked(pointer: &str, text: Option<&str>) -> Result<Option<String>, Error> {
    let mut errors = FieldErrors::default();
    let name = errors.check(pointer, text.map(Name::parse).transpose());
    errors.finish(name).map(|it| it.map(String::from)).map_err(Error::Fields)
}

/// `Idempotency-Key`: a quoted string, also taken unquoted, since many clients send it so.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().map(|it| it.trim().trim_matches('"'));
    let is_key = |it: &&str| {
        (1..=LONGEST_KEY).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = text.filter(is_key).filter(|_| values.next().is_none());
    key.map(|it| Some(it.to_owned())).ok_or_else(|| {
        let detail = format!(
            "Send one Idempotency-Key of 1 to {LONGEST_KEY} visible ASCII characters without blanks."
        );
        Problem::new(StatusCode::BAD_REQUEST, "malformed-idempotency-key", detail)
    })
}

/// A JSON body, or none at all, which says nothing.
pub(super) struct MaybeJson<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for MaybeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Whole(body) = Whole::from_request(request, state).await?;
        if body.trim_ascii().is_empty() { Ok(Self(T::default())) } else { parse(&body).map(Self) }
    }
}
