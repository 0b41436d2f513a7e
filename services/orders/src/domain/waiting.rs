use super::{Order, StockLeg};
use contracts::{message::Events, orders::OrderStatus, payments::PaymentMethod};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest pause between two questions that a service could answer at once.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// The longest pause between two questions whose answer takes a bank or a carrier days.
const LONGEST_SLOW_PAUSE: Duration = Duration::from_hours(1);
/// The doubling of pauses stops here, long after both of the above are reached.
const MOST_DOUBLINGS: u32 = 16;

/// How patient orders are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timing {
    /// How long one waits for an answer before it asks again.
    pub nudge: Duration,
    /// How long one may stay half-done before it is cancelled.
    pub deadline: Duration,
    /// How long one may wait for a bank transfer before it is cancelled.
    pub transfer_deadline: Duration,
}

/// An order that wants something of somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// When it asks again, in milliseconds.
    pub nudge_at: i64,
    /// How often it has asked again.
    nudges: u32,
}

impl Order {
    /// Somebody may have missed what this order wants: asks again, or gives up when its deadline has
    /// passed. Nothing, when it is not time yet.
    pub fn nudge(&mut self, now: Timestamp) -> Events {
        let Some(waiting) = &self.waiting else { return Events::none() };
        if waiting.nudge_at > now.as_millisecond() {
            return Events::none();
        }
        if self.deadline().is_some_and(|it| it <= now) {
            return self.give_up(now);
        }
        let nudges = waiting.nudges.saturating_add(1);
        self.waiting = Some(self.wait(nudges, now));
        self.wishes().into_iter().fold(Events::none(), |events, it| self.say(it, events, now))
    }

    /// Says what this order wants now and did not want `before`, and sets its timer.
    pub(super) fn press_on(
        &mut self,
        before: &[super::Wish],
        events: Events,
        now: Timestamp,
    ) -> Events {
        let wishes = self.wishes();
        if wishes.is_empty() {
            self.waiting = None;
        } else if wishes != before {
            self.waiting = Some(self.wait(0, now));
        }
        let fresh = wishes.into_iter().filter(|it| !before.contains(it));
        fresh.fold(events, |events, it| self.say(it, events, now))
    }

    fn wait(&self, nudges: u32, now: Timestamp) -> Waiting {
        let longest = if self.is_slow() { LONGEST_SLOW_PAUSE } else { LONGEST_PAUSE };
        let doubled = self.timing.nudge.saturating_mul(1 << nudges.min(MOST_DOUBLINGS));
        Waiting { nudge_at: later(now, doubled.min(longest)).as_millisecond(), nudges }
    }

    /// Whether all that is missing is a transfer, which takes a bank days.
    fn awaits_transfer(&self) -> bool {
        self.payment_method == PaymentMethod::BankTransfer && self.legs.stock == StockLeg::Held
    }

    /// When an order that is still half-done is cancelled.
    fn deadline(&self) -> Option<Timestamp> {
        let since = self.history.last().map_or(self.created_at, |it| it.at);
        match self.status {
            OrderStatus::Pending if self.awaits_transfer() => {
                Some(later(since, self.timing.transfer_deadline))
            }
            OrderStatus::Pending => Some(later(since, self.timing.deadline)),
            OrderStatus::Processing if self.legs.shipment.is_none() => {
                Some(later(since, self.timing.deadline))
            }
            OrderStatus::Processing
            | OrderStatus::Shipped
            | OrderStatus::Delivered
            | OrderStatus::Cancelled => None,
        }
    }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}
