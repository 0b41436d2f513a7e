//! What is wrong with mails.

use super::{Wrong, doctored};
use crate::state::State;
use contracts::ids::{MailId, MessageId, OrderId};
use email::domain::{Kind, Mail};
use serde_json::json;

pub(super) const WRONGS: &[Wrong] = &[
    ("everybody is told what became of their order", |it| {
        once_more(it, |it| it.kind == Kind::Received)
    }),
    ("everybody is told what became of their order", |it| {
        // It is told as somebody's wish that there is nothing left.
        let mail = it.mails.iter_mut().find(|it| it.kind == Kind::Refused)?;
        *mail = doctored(mail, |it| it["kind"] = json!("cancelled"));
        Some(())
    }),
    ("everybody is told what became of their order", |it| {
        once_more(it, |it| it.kind == Kind::Stock && it.order_id.is_none())
    }),
    ("mails reach whom they concern", |it| {
        it.mails.iter_mut().find(|it| it.order_id.is_some())?.order_id =
            Some(OrderId::derived("nobody's"));
        Some(())
    }),
    ("mails reach whom they concern", |it| {
        let stakeholder = it.mails.iter().find(|it| it.kind == Kind::Stock)?.to.clone();
        it.mails.iter_mut().find(|it| it.kind == Kind::Received)?.to = stakeholder;
        Some(())
    }),
    ("each mail is sent", |it| it.sent.pop().map(drop)),
    ("each mail is sent", |it| {
        let again = it.sent.first()?.clone();
        it.sent.push(again);
        Some(())
    }),
    ("each mail is sent", |it| {
        it.sent.first_mut()?.mail_id = MailId::derived("nobody's");
        Some(())
    }),
    ("each mail is sent", |it| {
        it.sent.first_mut()?.letter.text.push_str(" And more.");
        Some(())
    }),
    ("that little is left is told once", |it| {
        // There was little from the beginning.
        let first = it.movements.iter().find(|it| it.revision == 1 && it.available < 3)?;
        let said = MessageId::derived(&format!("{}/stock/1/low", first.product_id));
        let told = MailId::derived(&format!("{said}/{}", it.stakeholder));
        let index = it.mails.iter().position(|it| it.mail_id == told)?;
        it.mails.remove(index);
        Some(())
    }),
    ("that little is left is told once", |it| once_more(it, |it| it.kind == Kind::LowStock)),
];

/// The same is told once more, in another mail.
fn once_more(state: &mut State, fits: fn(&Mail) -> bool) -> Option<()> {
    let mail = state.mails.iter().find(|it| fits(it))?.clone();
    state.mails.push(Mail { mail_id: MailId::derived("once more"), ..mail });
    Some(())
}
