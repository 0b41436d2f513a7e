//! Settings that make sense, and what they say of a path or a service.

use super::{GatewaySettings, Protection, RouteSettings, Wrong};
use std::{cmp::Reverse, fmt, ops::Deref};

/// Settings that make sense.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedSettings(GatewaySettings);

/// All that is wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSettings(pub Vec<Wrong>);

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&each.join("; "))
    }
}

impl std::error::Error for BadSettings {}

impl GatewaySettings {
    /// The same settings, once they have been found to make sense.
    pub fn checked(mut self) -> Result<CheckedSettings, BadSettings> {
        let wrong = self.wrong();
        self.routes.sort_by_key(|it| Reverse(it.path.len()));
        if wrong.is_empty() { Ok(CheckedSettings(self)) } else { Err(BadSettings(wrong)) }
    }
}

impl CheckedSettings {
    /// Reads a file of settings.
    pub fn read(text: &str) -> Result<Self, BadSettings> {
        let mut json = serde_json::Deserializer::from_str(text);
        let read = serde_path_to_error::deserialize::<_, GatewaySettings>(&mut json);
        let settings = read.map_err(|error| {
            BadSettings(vec![Wrong::at(error.path().to_string(), error.inner().to_string())])
        })?;
        let rest = json.end().map_err(|error| Wrong::at(".", error.to_string()));
        rest.map_err(|wrong| BadSettings(vec![wrong]))?;
        settings.checked()
    }

    /// What stands between this service and its clients.
    #[must_use]
    pub fn protection(&self, upstream: &str) -> Protection {
        let own = self.0.upstreams.get(upstream);
        Protection {
            timeout: own.and_then(|it| it.timeout).unwrap_or(self.0.timeout),
            concurrency: own.and_then(|it| it.concurrency).unwrap_or(self.0.concurrency),
            retry: own.and_then(|it| it.retry).unwrap_or(self.0.retry),
            circuit_breaker: own
                .and_then(|it| it.circuit_breaker)
                .unwrap_or(self.0.circuit_breaker),
        }
    }

    /// What is different for this path: the first of the routes that cover it, of which the longest come
    /// first.
    #[must_use]
    pub fn route(&self, path: &str) -> Option<&RouteSettings> {
        self.0.routes.iter().find(|it| covers(&it.path, path))
    }
}

/// Whether the path is the prefix or lies below it: `/order` covers `/order/1`, but not `/orders`.
fn covers(prefix: &str, path: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Deref for CheckedSettings {
    type Target = GatewaySettings;

    fn deref(&self) -> &GatewaySettings {
        &self.0
    }
}
