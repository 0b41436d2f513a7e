//! What the API server refuses beyond types: CEL rules, each with a sentence that says what to write
//! instead. `blueprint` holds the same rules for objects that came another way.

mod gateway;

pub(super) use gateway::{
    are_origins, are_tokens, base_delay_is_less, enough_calls, is_prefix, is_time, limit_between,
    one_window, open_for_is_less, upstreams_are_known,
};

use contracts::catalog::CATALOG;
use kube::core::Rule;

/// The longest name: with what is put behind it, it still fits a label of DNS and of Kubernetes.
pub(crate) const LONGEST_NAME: usize = 40;

fn rule(rule: impl Into<String>, message: impl AsRef<str>) -> Rule {
    Rule::new(rule.into()).message(message.as_ref())
}

pub(super) fn name_has_letters() -> Rule {
    rule(
        "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        "metadata.name becomes part of host names: write a name of small letters, digits and '-' that starts with a letter",
    )
}

pub(super) fn name_is_short() -> Rule {
    rule(
        format!("size(self.metadata.name) <= {LONGEST_NAME}"),
        format!(
            "metadata.name becomes part of host names: write at most {LONGEST_NAME} characters"
        ),
    )
}

pub(super) fn services_are_known() -> Rule {
    let names = CATALOG.map(|it| it.name);
    rule(
        format!("self.all(name, name in ['{}'])", names.join("', '")),
        format!("there is no such service: write one of {}", names.join(", ")),
    )
}

pub(super) fn node_port_needs_its_type() -> Rule {
    rule(
        "!has(self.nodePort) || self.type != 'ClusterIP'",
        "nodePort is a port of every node: write type: NodePort beside it, or leave nodePort out",
    )
}

pub(super) fn sender_beside_server() -> Rule {
    rule(
        "!has(self.smtp) || has(self.from)",
        "mail needs a sender: write spec.email.from beside smtp, such as shop@example.com",
    )
}

/// A majority has to be possible, and more than three are not supported yet.
pub(super) fn quorum(what: &str) -> Rule {
    rule(
        "self == 1 || self == 3",
        format!("so many {what} cannot keep a majority when one is lost: write 1 or 3"),
    )
}

pub(super) fn no_fewer(what: &str) -> Rule {
    rule(
        "self >= oldSelf",
        format!("{what} cannot be taken away: write the number it has, or more"),
    )
}

pub(super) fn no_smaller() -> Rule {
    rule(
        "quantity(self).compareTo(quantity(oldSelf)) >= 0",
        "storage cannot shrink: write the size it has, or a larger one",
    )
}

pub(super) fn same_class() -> Rule {
    rule(
        "has(self.className) == has(oldSelf.className) && (!has(self.className) || self.className == oldSelf.className)",
        "a volume cannot move to another storage class: write the className it has",
    )
}

pub(super) fn unchanged(field: &str) -> Rule {
    rule("self == oldSelf", format!("{field} cannot be changed: write the value it has"))
}

pub(super) fn is_version() -> Rule {
    rule(
        "self.matches('^[A-Za-z0-9_][A-Za-z0-9._-]*$')",
        "a version is the tag of an image: write letters, digits, '.', '_' and '-', such as 1.2.3",
    )
}

/// A number and a unit, as the services read it too.
const DURATION: &str = "self.matches('^[1-9][0-9]{0,8}(ms|s|m|h)$')";

/// The longest pace of the simulated carrier, in hours, as the shipping service has it.
pub(crate) const SLOWEST_PACE: u64 = 720;

pub(super) fn is_pace() -> Rule {
    let limited = format!("duration(self) <= duration('{SLOWEST_PACE}h')");
    rule(
        format!("self == 'off' || ({DURATION} && {limited})"),
        format!(
            "this is no pace: write off, or a number and ms, s, m or h, such as 1m, and at most {SLOWEST_PACE}h"
        ),
    )
}

pub(super) fn is_duration() -> Rule {
    rule(DURATION, "this is no duration: write a number and ms, s, m or h, such as 5s")
}

pub(super) fn is_size() -> Rule {
    rule(
        "self.matches('^[1-9][0-9]*(Mi|Gi|Ti)$')",
        "this is no size: write a number and Mi, Gi or Ti, such as 10Gi",
    )
}

/// As far as a pattern can tell.
const ADDRESS: &str = r"^[^@\\s,]+@[^@\\s,]+$";

pub(super) fn is_address() -> Rule {
    rule(
        format!("self.matches('{ADDRESS}')"),
        "this is no address: write one such as shop@example.com",
    )
}

pub(super) fn are_addresses() -> Rule {
    rule(
        format!("self.all(it, it.matches('{ADDRESS}'))"),
        "one of these is no address: write addresses such as stock@example.com",
    )
}
