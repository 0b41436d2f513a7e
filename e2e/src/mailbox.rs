//! The mailbox: a real SMTP server whose mails can be read.

use crate::cluster::{kubectl, same, wait_for};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::{collections::BTreeSet, path::PathBuf, time::Duration};

/// Starts a mailbox in a namespace.
pub async fn open(namespace: &str) -> Result<()> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/mailbox.yaml");
    let manifest = manifest.to_str().context("the path is text")?;
    kubectl(&["-n", namespace, "apply", "-f", manifest]).await?;
    kubectl(&["-n", namespace, "rollout", "status", "deployment/mailbox", "--timeout=2m"]).await?;
    Ok(())
}

/// A mail that arrived.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mail {
    /// Names it.
    pub message_id: String,
    /// Who it is to.
    pub to: String,
    /// What it is about.
    pub subject: String,
}

/// All mails whose receiver starts with `who`.
pub async fn mails(namespace: &str, who: &str) -> Result<Vec<Mail>> {
    let path = format!("/api/v1/namespaces/{namespace}/services/mailbox:http/proxy/messages");
    let mails: Vec<Value> = serde_json::from_str(&kubectl(&["get", "--raw", &path]).await?)?;
    let text = |it: &Value| match it {
        Value::Array(several) => {
            several.first().and_then(Value::as_str).unwrap_or_default().to_owned()
        }
        Value::String(one) => one.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    };
    let mails = mails.iter().map(|it| Mail {
        message_id: text(&it["messageId"]),
        to: text(&it["to"]),
        subject: text(&it["subject"]),
    });
    Ok(mails.filter(|it| it.to.starts_with(who)).collect())
}

/// Waits until each customer has two mails, one of which says that the order was received. At most
/// `copies` may have come twice: SMTP knows no transaction, so who dies between its answer and the note
/// that the mail is sent sends it again, under the same id.
pub async fn two_each(
    namespace: &str,
    who: &str,
    customers: usize,
    copies: usize,
    patience: Duration,
) -> Result<()> {
    let ((mails, arrived), took) = wait_for("two mails for each customer", patience, async || {
        let arrived = mails(namespace, who).await?;
        let mails: BTreeSet<_> = arrived.iter().cloned().collect();
        ensure!(mails.len() >= 2 * customers, "{} mails for {customers} customers", mails.len());
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
        &(2 * customers, 2 * customers, customers, customers),
    )?;
    ensure!(doubled <= copies, "{doubled} mails came twice");
    crate::say!(
        "{arrived} mails with {} ids, two for each of {customers} customers; {doubled} came twice ({:.1} s)",
        ids.len(),
        took.as_secs_f32()
    );
    Ok(())
}

/// Waits until somebody has been told just these things, each once, whatever the order; a thing is a
/// word in the heading of a mail, before the colon.
pub async fn told(namespace: &str, who: &str, things: &[&str], patience: Duration) -> Result<()> {
    let heading = |it: &Mail| {
        let heading = it.subject.split(':').next().unwrap_or_default();
        heading.to_lowercase()
    };
    let ((headings, ids), _) = wait_for("all mails", patience, async || {
        let mails = mails(namespace, who).await?;
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
    crate::say!("{who} was told once each: {}", headings.join(", "));
    Ok(())
}
