//! What a run is like: which shop it is, and what goes wrong in it. Each kind of trouble is there in
//! some runs and not in others, since trouble that is always there hides what it prevents.

use crate::chance::{between, few, one_of, percent};
use std::time::Duration;

/// What goes wrong, as the count of times of which it happens once; 0 is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Odds {
    /// A question to the database takes its time.
    pub(crate) slow_store: u64,
    /// The database does not answer, and has done nothing.
    pub(crate) store_fails: u64,
    /// The database has done what it was asked, and its answer is lost.
    pub(crate) answer_lost: u64,
    /// A message is delivered twice.
    pub(crate) twice: u64,
    /// A message comes later than those behind it.
    pub(crate) later: u64,
    /// A message is dealt with, and its acknowledgement lost.
    pub(crate) ack_lost: u64,
    /// The broker refuses a message.
    pub(crate) refused: u64,
    /// A message is lost on its way to the broker.
    pub(crate) message_lost: u64,
    /// A message arrives, and its confirm is lost.
    pub(crate) confirm_lost: u64,
    /// A service dies as it saves something, before or after that is saved.
    pub(crate) dies_saving: u64,
    /// A service dies as it says something.
    pub(crate) dies_saying: u64,
    /// A request is lost on its way to a service, or its answer on its way back.
    pub(crate) request_lost: u64,
    /// The provider has one of its moods.
    pub(crate) provider: u64,
    /// The carrier does.
    pub(crate) carrier: u64,
    /// The mail server does.
    pub(crate) mailer: u64,
}

/// What a run is like.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) odds: Odds,
    /// For how long things go wrong.
    pub(crate) storm: Duration,
    /// How many services are killed, each at some time.
    pub(crate) kills: u32,
    /// How many services are stopped in good order and started again, each at some time.
    pub(crate) restarts: u32,
    /// How many services run twice at once, as several pods of one do.
    pub(crate) twins: u32,
    /// Whether a service is away for longer than orders wait, with all its twins.
    pub(crate) outage: bool,
    /// How often a queue is deleted, with what is in it.
    pub(crate) deletions: u32,
    /// How often the broker restarts.
    pub(crate) broker_restarts: u32,
    /// How often the database of a service loses its primary.
    pub(crate) primaries_lost: u32,
    /// Whether staff leave payments and parcels alone, and no transfer arrives. Either may be told to
    /// orders that ask for nothing any more, and is told once; so only then may orders lose their queue.
    pub(crate) is_plain: bool,
    /// Whether the mail server is down for a while.
    pub(crate) mail_is_down: bool,
    /// How many products there are.
    pub(crate) products: u32,
    /// How many customers come.
    pub(crate) customers: u32,
    /// How many of them want the one piece that there is of another product.
    pub(crate) rivals: u32,
    /// How long a parcel takes for one leg of its way; none if it never moves by itself.
    pub(crate) leg: Option<Duration>,
}

/// This trouble, in some runs.
fn at_times(least: u64, most: u64) -> u64 {
    if percent(45) { between(least, most) } else { 0 }
}

impl Plan {
    /// Draws the plan of a run.
    pub(crate) fn drawn() -> Self {
        let is_flash_sale = percent(6);
        Self {
            odds: if percent(4) { Odds::default() } else { Odds::drawn() },
            storm: Duration::from_secs(between(20, 60)),
            kills: if percent(50) { few(1, 5) } else { 0 },
            restarts: if percent(25) { few(1, 3) } else { 0 },
            twins: if percent(30) { few(1, 7) } else { 0 },
            outage: percent(14),
            deletions: if percent(30) { few(1, 4) } else { 0 },
            broker_restarts: if percent(20) { few(1, 2) } else { 0 },
            primaries_lost: if percent(25) { few(1, 3) } else { 0 },
            is_plain: percent(35),
            mail_is_down: percent(15),
            products: few(1, 4),
            customers: few(2, 8),
            rivals: if is_flash_sale { few(5, 40) } else { 0 },
            leg: percent(92).then(|| Duration::from_millis(one_of(&[100, 1_000, 3_000, 8_000]))),
        }
    }

    /// A small shop in which nothing goes wrong.
    pub(crate) fn calm() -> Self {
        Self {
            odds: Odds::default(),
            storm: Duration::from_secs(20),
            kills: 0,
            restarts: 0,
            twins: 0,
            outage: false,
            deletions: 0,
            broker_restarts: 0,
            primaries_lost: 0,
            is_plain: false,
            mail_is_down: false,
            products: 3,
            customers: 6,
            rivals: 0,
            leg: Some(Duration::from_secs(1)),
        }
    }
}

impl Odds {
    fn drawn() -> Self {
        Self {
            slow_store: at_times(2, 20),
            store_fails: at_times(10, 200),
            answer_lost: at_times(10, 200),
            twice: at_times(2, 20),
            later: at_times(2, 20),
            ack_lost: at_times(5, 50),
            refused: at_times(5, 50),
            message_lost: at_times(5, 50),
            confirm_lost: at_times(5, 50),
            dies_saving: at_times(60, 400),
            dies_saying: at_times(30, 200),
            request_lost: at_times(3, 20),
            provider: at_times(2, 10),
            carrier: at_times(2, 10),
            mailer: at_times(3, 20),
        }
    }

    /// Trouble as there is on a good day, for stories that are told in time.
    pub(crate) const fn mild() -> Self {
        Self {
            slow_store: 10,
            store_fails: 200,
            answer_lost: 200,
            twice: 10,
            later: 10,
            ack_lost: 30,
            refused: 60,
            message_lost: 60,
            confirm_lost: 60,
            dies_saving: 0,
            dies_saying: 0,
            request_lost: 20,
            provider: 20,
            carrier: 20,
            // Stories count mails.
            mailer: 0,
        }
    }
}
