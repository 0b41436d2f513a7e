//! `docs/messages.md`, rendered from the topology.

use super::holds;
use contracts::topology::{
    DELIVERY_LIMIT, Exchange, LONGEST_QUEUE, MOST_ATTEMPTS, RETRY_STEPS, queues,
};
use std::{collections::BTreeMap, fmt::Write as _};

const HEAD: &str = "# Messages

Rendered from `contracts::topology` by a test; `UPDATE=1 cargo test -p contracts` writes it anew.
The operator declares all of this at the broker and repairs it; services declare nothing. The form of
each message is in `crates/contracts/tests/it/history/`.

## Exchanges

| exchange | type | what is said there |
|---|---|---|
";

#[test]
fn the_reference_is_current() {
    let mut text = HEAD.to_owned();
    for exchange in Exchange::ALL {
        let what = match exchange {
            Exchange::Orders => "what the order service sends",
            Exchange::Events => "facts that every service says",
        };
        line(&mut text, &format!("| `{}` | {} | {what} |", exchange.name(), exchange.kind()));
    }
    for step in RETRY_STEPS {
        line(
            &mut text,
            &format!(
                "| `{}` | fanout | what failed, and is tried again after {} s |",
                step.name,
                step.delay.as_secs()
            ),
        );
    }
    line(&mut text, "\n## Keys\n\n| key | exchange | meaning | heard by |\n|---|---|---|---|");
    for (key, (exchange, meaning, heard)) in keys() {
        line(&mut text, &format!("| `{key}` | `{exchange}` | {meaning} | {} |", heard.join(", ")));
    }
    line(
        &mut text,
        "\n## Queues\n\n| queue | service | keys | what cannot be handled |\n|---|---|---|---|",
    );
    for queue in queues() {
        let keys: Vec<_> = queue.bindings.iter().map(|it| format!("`{}`", it.key)).collect();
        line(
            &mut text,
            &format!(
                "| `{}` | {} | {} | `{}` |",
                queue.name,
                queue.service.name,
                keys.join(", "),
                queue.dead()
            ),
        );
    }
    line(
        &mut text,
        &format!(
            "\nAll queues are durable quorum queues by the virtual host's default queue type, and take a plain\n\
         durable re-declaration. By policy they hold at most {LONGEST_QUEUE} messages and refuse more (what is\n\
         refused stays in its sender's outbox); a message that {DELIVERY_LIMIT} deliveries could not hand over is\n\
         set aside, as is one that was tried {MOST_ATTEMPTS} times, unless all it waits for is something that is away."
        ),
    );
    holds("../../docs/messages.md", &text);
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a String takes every line");
}

type Key = (&'static str, &'static str, Vec<String>);

fn keys() -> BTreeMap<&'static str, Key> {
    let mut keys = BTreeMap::<_, Key>::new();
    for queue in queues() {
        for it in queue.bindings {
            let (_, _, heard) =
                keys.entry(it.key).or_insert_with(|| (it.exchange.name(), it.meaning, Vec::new()));
            heard.push(queue.service.name.to_owned());
        }
    }
    keys
}
