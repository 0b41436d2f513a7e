//! What people are told, each thing once.

use crate::{Customers, Mail, Shop, same, wait_for};
use anyhow::{Result, ensure};
use std::{collections::BTreeSet, time::Duration};

/// How long mails may take.
const PATIENCE: Duration = Duration::from_mins(4);

/// Waits until each of so many customers has two mails, one of which says that their order was received.
/// At most `copies` may have come twice: SMTP knows no transaction, so who dies between its answer and
/// the note that the mail is sent sends it again, under the same id.
pub async fn two_each<S: Shop>(
    customers: &Customers<S>,
    who: &str,
    count: usize,
    copies: usize,
) -> Result<()> {
    let ((mails, arrived), took) = wait_for("two mails for each customer", PATIENCE, async || {
        let arrived = customers.shop().mails(who).await?;
        let mails: BTreeSet<_> = arrived.iter().cloned().collect();
        ensure!(mails.len() >= 2 * count, "{} mails for {count} customers", mails.len());
        Ok((mails, arrived.len()))
    })
    .await?;
    let ids: BTreeSet<_> = mails.iter().map(|it| &it.message_id).collect();
    let receivers: BTreeSet<_> = mails.iter().map(|it| &it.to).collect();
    let received = mails.iter().filter(|it| it.subject.to_lowercase().contains("received")).count();
    let doubled = arrived - mails.len();
    same(
        "mails, ids, receivers and receipts",
        &(mails.len(), ids.len(), receivers.len(), received),
        &(2 * count, 2 * count, count, count),
    )?;
    ensure!(doubled <= copies, "{doubled} mails came twice");
    customers.shop().tell(format_args!(
        "{arrived} mails with {} ids, two for each of {count} customers; {doubled} came twice ({took:.1?})",
        ids.len()
    ));
    Ok(())
}

/// Waits until somebody has been told just these things, each once, whatever the order; a thing is a
/// word in the heading of a mail, before the colon.
pub async fn told<S: Shop>(customers: &Customers<S>, who: &str, things: &[&str]) -> Result<()> {
    let heading = |it: &Mail| {
        let heading = it.subject.split(':').next().unwrap_or_default();
        heading.to_lowercase()
    };
    let ((headings, ids), _) = wait_for("all mails", PATIENCE, async || {
        // A copy that comes twice under one id is one mail.
        let mails: BTreeSet<_> = customers.shop().mails(who).await?.into_iter().collect();
        let headings: Vec<_> = mails.iter().map(heading).collect();
        ensure!(headings.len() >= things.len(), "only {headings:?}");
        let ids: BTreeSet<_> = mails.into_iter().map(|it| it.message_id).collect();
        Ok((headings, ids))
    })
    .await?;
    for thing in things {
        let times = headings.iter().filter(|it| it.contains(thing)).count();
        ensure!(times == 1, "{thing} was told {times} times: {headings:?}");
    }
    same("mails and ids", &(headings.len(), ids.len()), &(things.len(), things.len()))?;
    customers.shop().tell(format_args!("{who} was told once each: {}", headings.join(", ")));
    Ok(())
}
