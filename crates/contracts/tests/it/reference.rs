//! `docs/messages.md`, rendered from the registry and the topology.

use super::holds;
use contracts::{
    registry::{SAID, must_be_heard},
    topology::{DELIVERY_LIMIT, Exchange, LONGEST_QUEUE, MOST_ATTEMPTS, RETRY_STEPS, queues},
};
use std::fmt::Write as _;

const HEAD: &str = "# Messages

Rendered from `contracts::registry` and `contracts::topology` by a test; `UPDATE=1 cargo test -p contracts`
writes it anew. The operator declares all of this at the broker and repairs it; services declare nothing. The
form of each message is in `crates/contracts/tests/it/history/`, and, for tools, in
[asyncapi.json](asyncapi.json).

## Exchanges

| exchange | type | what is said there |
|---|---|---|
";

const KEYS: &str = "
## Keys

| key | said by | exchange | meaning | heard by |
|---|---|---|---|---|
";

const TERMINAL: &str = "
What is marked terminal nobody in the shop hears: it is said for whoever a merchant attaches, and published
without `mandatory`. All else is published with it: what no queue takes stays in its sender's outbox.
";

const QUEUES: &str = "
## Queues

| queue | service | keys | what cannot be handled |
|---|---|---|---|
";

#[test]
fn the_reference_is_current() {
    let mut text = HEAD.to_owned();
    exchanges(&mut text);
    text += KEYS;
    keys(&mut text);
    text += TERMINAL;
    text += QUEUES;
    for queue in queues() {
        let keys: Vec<_> = queue.bindings.iter().map(|it| format!("`{}`", it.key)).collect();
        let (name, service, dead) = (queue.name, queue.service.name, queue.dead());
        line(&mut text, &format!("| `{name}` | {service} | {} | `{dead}` |", keys.join(", ")));
    }
    limits(&mut text);
    holds("../../docs/messages.md", &text);
}

fn exchanges(text: &mut String) {
    for exchange in Exchange::ALL {
        let what = match exchange {
            Exchange::Orders => "what the order service sends",
            Exchange::Events => "facts that every service says",
        };
        line(text, &format!("| `{}` | {} | {what} |", exchange.name(), exchange.kind()));
    }
    for step in RETRY_STEPS {
        let (name, seconds) = (step.name, step.delay.as_secs());
        let what = format!("what failed, and is tried again after {seconds} s");
        line(text, &format!("| `{name}` | fanout | {what} |"));
    }
}

fn keys(text: &mut String) {
    let mut said = SAID;
    said.sort_by_key(|it| it.key);
    for it in said {
        let heard = if must_be_heard(it.key) { hearers(it.key) } else { "*terminal*".to_owned() };
        let (key, by, exchange, meaning) = (it.key, it.by.name, it.exchange.name(), it.meaning);
        line(text, &format!("| `{key}` | {by} | `{exchange}` | {meaning} | {heard} |"));
    }
}

fn hearers(key: &str) -> String {
    let hears = |it: &contracts::topology::Queue| it.bindings.iter().any(|it| it.key == key);
    let hearers: Vec<_> =
        queues().iter().filter(|it| hears(it)).map(|it| it.service.name).collect();
    hearers.join(", ")
}

fn limits(text: &mut String) {
    line(
        text,
        &format!(
            "\nAll queues are durable quorum queues by the virtual host's default queue type, and take a plain\n\
         durable re-declaration. By policy they hold at most {LONGEST_QUEUE} messages and refuse more (what is\n\
         refused stays in its sender's outbox); a message that {DELIVERY_LIMIT} deliveries could not hand over is\n\
         set aside, as is one that was tried {MOST_ATTEMPTS} times, unless all it waits for is something that is away."
        ),
    );
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a String takes every line");
}
