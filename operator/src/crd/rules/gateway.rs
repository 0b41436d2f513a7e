//! The rules for what is set at the gateway; `contracts::gateway_settings` holds the same.

use super::rule;
use contracts::catalog::CATALOG;
use kube::core::Rule;

/// A number and a unit, from `least` up to a day.
pub(in crate::crd) fn is_time(least: &str) -> Rule {
    rule(
        format!(
            "self.matches('^[0-9]{{1,8}}(ms|s|m|h)$') && duration(self) >= duration('{least}') && duration(self) <= duration('24h')"
        ),
        format!("write a number and ms, s, m or h, such as 5s, from {least} to 24h"),
    )
}

pub(in crate::crd) fn upstreams_are_known() -> Rule {
    let routed = CATALOG.iter().filter(|it| !it.routes.is_empty());
    let names: Vec<_> = routed.map(|it| it.name).collect();
    rule(
        format!("self.all(name, name in ['{}'])", names.join("', '")),
        format!("there is no such service: write one of {}", names.join(", ")),
    )
}

/// Visible characters, without those that begin a query or a fragment.
pub(in crate::crd) fn is_prefix() -> Rule {
    rule(
        r#"self.matches('^/[!"$->@-~]*[!"$-.0->@-~]$')"#,
        "a prefix begins with / and does not end with it: write one such as /api/orders",
    )
}

pub(in crate::crd) fn limit_between() -> Rule {
    rule(
        "!self.adaptive || (self.min <= self.limit && self.limit <= self.max)",
        "an adaptive limit begins between its bounds: write a limit from min to max",
    )
}

pub(in crate::crd) fn base_delay_is_less() -> Rule {
    rule(
        "duration(self.baseDelay) <= duration(self.maxDelay)",
        "baseDelay is more than maxDelay: write a smaller one, or a larger maxDelay",
    )
}

pub(in crate::crd) fn one_window() -> Rule {
    rule(
        "has(self.calls) != has(self.time)",
        "a window is so many calls or so much time: write one of calls and time",
    )
}

pub(in crate::crd) fn enough_calls() -> Rule {
    rule(
        "!has(self.window) || !has(self.window.calls) || self.minimumCalls <= self.window.calls",
        "minimumCalls is more than the window holds: write a smaller one, or a larger window",
    )
}

pub(in crate::crd) fn open_for_is_less() -> Rule {
    rule(
        "duration(self.openFor) <= duration(self.maxOpenFor)",
        "openFor is more than maxOpenFor: write a smaller one, or a larger maxOpenFor",
    )
}

pub(in crate::crd) fn are_origins() -> Rule {
    rule(
        r"self == ['*'] || self.all(it, it.matches('^https?://[a-z0-9.:\\[\\]-]+$'))",
        "one of these is no origin: write origins such as https://shop.example.com, or * alone",
    )
}

pub(in crate::crd) fn are_tokens() -> Rule {
    rule(
        "self.all(it, it.matches('^[A-Za-z0-9-]+$'))",
        "one of these is no name: write letters, digits and -",
    )
}
