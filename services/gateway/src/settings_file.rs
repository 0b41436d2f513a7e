//! The file in which settings come, watched by reading it again now and then. In Kubernetes a mounted file is
//! replaced by turning a link to another directory, which no watch on the file itself sees.

use crate::{Gateway, metrics};
use contracts::gateway_settings::{BadSettings, CheckedSettings};
use std::{
    io,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How often the file is read.
const PACE: Duration = Duration::from_secs(2);
/// The longest file that could be meant, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// A file of settings that has been read.
#[derive(Clone, Debug)]
pub struct SettingsFile {
    path: PathBuf,
    text: String,
    settings: CheckedSettings,
}

/// A file that gives no settings.
#[derive(Debug, thiserror::Error)]
pub enum BadFile {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is longer than any that could be meant.
    #[error("the file is longer than {LONGEST} bytes")]
    TooLong,
    /// What it says makes no sense.
    #[error("{0}")]
    Wrong(#[from] BadSettings),
}

impl FromStr for SettingsFile {
    type Err = BadFile;

    fn from_str(path: &str) -> Result<Self, BadFile> {
        let path = PathBuf::from(path);
        let text = read(&path)?;
        let settings = CheckedSettings::read(&text)?;
        Ok(Self { path, text, settings })
    }
}

impl SettingsFile {
    /// What it said when it was read.
    pub(crate) fn settings(&self) -> &CheckedSettings {
        &self.settings
    }

    /// Reads the file again and again until it is told to stop, and lets the gateway have what it says. What
    /// makes no sense is told once, and the former settings stay.
    pub(crate) async fn watch(
        mut self,
        gateway: Gateway,
        stop: CancellationToken,
    ) -> anyhow::Result<()> {
        metrics::SETTINGS_VALID.set(1);
        while stop.run_until_cancelled(tokio::time::sleep(PACE)).await.is_some() {
            self.look(&gateway);
        }
        Ok(())
    }

    fn look(&mut self, gateway: &Gateway) {
        match read(&self.path) {
            Ok(text) if text == self.text => {}
            Ok(text) => {
                let settings = CheckedSettings::read(&text).map_err(BadFile::Wrong);
                self.text = text;
                self.take(gateway, settings);
            }
            Err(error) if self.text.is_empty() => tracing::debug!(%error, "still no settings"),
            Err(error) => {
                self.text.clear();
                self.take(gateway, Err(error));
            }
        }
    }

    fn take(&self, gateway: &Gateway, settings: Result<CheckedSettings, BadFile>) {
        let outcome = match settings {
            Ok(settings) => {
                tracing::info!("the settings have changed");
                gateway.set(settings);
                "applied"
            }
            Err(error) => {
                let path = self.path.display();
                tracing::error!(%path, %error, "the settings make no sense; the former ones stay");
                "refused"
            }
        };
        metrics::SETTINGS.with_label_values(&[outcome]).inc();
        metrics::SETTINGS_VALID.set((outcome == "applied").into());
    }
}

/// A small file from memory, as those that are mounted are; so nobody has to wait for it.
fn read(path: &Path) -> Result<String, BadFile> {
    if std::fs::metadata(path)?.len() > LONGEST {
        return Err(BadFile::TooLong);
    }
    Ok(std::fs::read_to_string(path)?)
}
