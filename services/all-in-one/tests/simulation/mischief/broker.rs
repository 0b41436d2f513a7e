//! What goes wrong with messages.

use super::{Mischief, stretches::Broker};
use crate::chance::{millis, percent};
use bus::{Delivering, Faults, Passing, Publishing};
use contracts::registry;

/// Who says a kind of message, and the exchange where that is done first.
fn speaker(kind: &str) -> Option<(&'static str, &'static str)> {
    let said = registry::SAID.iter().find(|it| it.key == kind)?;
    Some((said.by.name, said.exchange.name()))
}

impl Mischief {
    fn broker(&self) -> Broker {
        if self.is_good() { Broker::Up } else { self.stretches.broker() }
    }

    fn publishing(&self, it: &Passing<'_>) -> Publishing {
        let by = speaker(it.kind).filter(|(_, exchange)| it.exchange == *exchange);
        if let Some((speaker, _)) = by
            && self.strikes(|it| it.dies_saying)
        {
            self.tally.count("a process dies as it speaks");
            self.kill(speaker);
        }
        if self.strikes(|it| it.refused) {
            Publishing::Refuse
        } else if self.strikes(|it| it.message_lost) {
            Publishing::LoseMessage
        } else if self.strikes(|it| it.confirm_lost) {
            Publishing::LoseConfirm
        } else {
            Publishing::Well
        }
    }

    fn delivering(&self) -> Delivering {
        if self.strikes(|it| it.twice) {
            Delivering::Twice
        } else if self.strikes(|it| it.later) {
            Delivering::Later(millis(1, 5_000))
        } else if self.strikes(|it| it.ack_lost) {
            Delivering::LoseAck
        } else {
            Delivering::Well
        }
    }

    fn was_heard(&self, it: &Passing<'_>) -> bool {
        self.heard.contains(&name(it))
    }

    /// Counts what is delivered again: since it came twice, or nobody has acknowledged it.
    fn count_again(&mut self, it: &Passing<'_>) {
        if !self.heard.insert(name(it)) {
            self.tally.count("a message comes again");
        }
    }
}

/// Names a delivery, however often it comes.
fn name(it: &Passing<'_>) -> (String, String, u32) {
    (it.to.to_owned(), it.id.to_owned(), it.attempts)
}

impl Faults for Mischief {
    fn on_publish(&mut self, it: &Passing<'_>) -> Publishing {
        let (fault, what) = match self.broker() {
            Broker::Down(_) => (Publishing::LoseMessage, Some("a message is lost with the broker")),
            // It has the message, and its connections end before it has said so.
            Broker::Ending(_) if percent(50) => {
                (Publishing::LoseConfirm, Some("a confirm is lost"))
            }
            Broker::Up | Broker::Ending(_) => {
                let fault = self.publishing(it);
                let what = match fault {
                    Publishing::Well => None,
                    Publishing::Refuse => Some("a message is refused"),
                    Publishing::LoseMessage => Some("a message is lost"),
                    Publishing::LoseConfirm => Some("a confirm is lost"),
                };
                (fault, what)
            }
        };
        if let Some(what) = what {
            self.tally.count(what);
        }
        let Passing { id, kind, exchange, to, attempts } = it;
        self.trace
            .note(format_args!("said: {kind} {id} at {exchange} to {to} ({attempts}), {fault:?}"));
        fault
    }

    fn on_delivery(&mut self, it: &Passing<'_>) -> Delivering {
        let (fault, what) = match self.broker() {
            Broker::Down(rest) => (Delivering::Later(rest), Some("a message waits for the broker")),
            // Once: what is put back then is delivered when the broker is there again.
            Broker::Ending(rest) if self.was_heard(it) => {
                (Delivering::Later(rest), Some("a message waits for the broker"))
            }
            Broker::Ending(_) => (Delivering::LoseAck, Some("a delivery is lost with the broker")),
            Broker::Up => {
                let fault = self.delivering();
                let what = match fault {
                    Delivering::Well => None,
                    Delivering::Twice => Some("a message is delivered twice"),
                    Delivering::Later(_) => Some("a message comes late"),
                    Delivering::LoseAck => Some("an acknowledgement is lost"),
                };
                (fault, what)
            }
        };
        if let Some(what) = what {
            self.tally.count(what);
        }
        if !matches!(fault, Delivering::Later(_)) {
            self.count_again(it);
        }
        let Passing { id, kind, to, attempts, exchange: _ } = it;
        self.trace.note(format_args!("heard: {kind} {id} from {to} ({attempts}), {fault:?}"));
        fault
    }
}
