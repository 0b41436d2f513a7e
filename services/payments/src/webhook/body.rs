use crate::domain::{Notice, Told};
use chassis::{
    http,
    problem::{FieldErrors, Problem},
};
use contracts::{ids::OrderId, money::Money, text::Name};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is told. Others may say more than is asked for here.
#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: Kind,
    data: Data,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Kind {
    #[serde(rename = "payment.authorized")]
    Authorized,
    #[serde(rename = "payment.captured")]
    Captured,
    #[serde(rename = "transfer.received")]
    TransferReceived,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    order_id: OrderId,
    transaction_id: String,
    amount: Money,
}

/// Reads what a webhook says.
pub(super) fn read(body: &[u8]) -> Result<Notice, Problem> {
    let Body { kind, data } = http::parse(body)?;
    let Data { order_id, transaction_id, amount } = data;
    let told = match kind {
        Kind::Authorized => Told::Authorized,
        Kind::Captured => Told::Captured,
        Kind::TransferReceived => Told::TransferReceived,
    };
    let mut errors = FieldErrors::default();
    let name = errors.check("#/data/transactionId", Name::parse(&transaction_id));
    let notice = name.map(|transaction_id| Notice { told, order_id, transaction_id, amount });
    errors.finish(notice).map_err(Problem::fields)
}

/// Writes what a webhook says.
pub(super) fn write(
    told: Told,
    order: OrderId,
    transaction: &str,
    amount: Money,
    now: Timestamp,
) -> Vec<u8> {
    let kind = match told {
        Told::Authorized => Kind::Authorized,
        Told::Captured => Kind::Captured,
        Told::TransferReceived => Kind::TransferReceived,
    };
    let data = json!({"orderId": order, "transactionId": transaction, "amount": amount});
    json!({"type": kind, "timestamp": now, "data": data}).to_string().into_bytes()
}
