//! The mailbox: a real SMTP server whose mails can be read.

use crate::cluster::kubectl;
use anyhow::{Context as _, Result};
use scenarios::Mail;
use serde_json::Value;
use std::path::PathBuf;

/// Starts a mailbox in a namespace.
pub async fn open(namespace: &str) -> Result<()> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/mailbox.yaml");
    let manifest = manifest.to_str().context("the path is text")?;
    kubectl(&["-n", namespace, "apply", "-f", manifest]).await?;
    kubectl(&["-n", namespace, "rollout", "status", "deployment/mailbox", "--timeout=2m"]).await?;
    Ok(())
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
