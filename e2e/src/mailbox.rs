//! The mailbox: a real SMTP server whose mails can be read.

use crate::cluster::{kubectl, wait_for};
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

/// Waits until each customer has exactly two mails, one of which says that the order was received, and
/// no mail came twice.
pub async fn two_each(
    namespace: &str,
    who: &str,
    customers: usize,
    patience: Duration,
) -> Result<()> {
    let (mails, took) = wait_for("two mails for each customer", patience, async || {
        let mails = mails(namespace, who).await?;
        ensure!(mails.len() >= 2 * customers, "{} mails for {customers} customers", mails.len());
        Ok(mails)
    })
    .await?;
    let ids: BTreeSet<_> = mails.iter().map(|it| &it.message_id).collect();
    let receivers: BTreeSet<_> = mails.iter().map(|it| &it.to).collect();
    let received = mails.iter().filter(|it| it.subject.to_lowercase().contains("received")).count();
    ensure!(ids.len() == mails.len(), "{} mails have {} ids", mails.len(), ids.len());
    ensure!(mails.len() == 2 * customers, "{} mails for {customers} customers", mails.len());
    ensure!(
        receivers.len() == customers,
        "{} receivers for {customers} customers",
        receivers.len()
    );
    ensure!(
        received == customers,
        "{received} of {customers} were told that their order was received"
    );
    crate::say!(
        "{} mails, all with an id of their own, two for each customer ({:.1} s)",
        mails.len(),
        took.as_secs_f32()
    );
    Ok(())
}
