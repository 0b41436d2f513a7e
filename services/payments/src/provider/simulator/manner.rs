use super::book::{Kind, Outcome};
use contracts::text::Name;

/// How many calls come to nothing before it can be reached.
const UNREACHABLE_CALLS: u32 = 2;

/// How the simulator behaves, which follows from the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// `tok_ok`, or none: all goes well.
    Fine,
    /// `tok_declined`, `tok_insufficient_funds`, and whatever is not known: no money is promised.
    Declined(&'static str),
    /// `tok_slow`: every answer takes two seconds.
    Slow,
    /// `tok_timeout`: it is done, and the first answer never comes.
    Timeout,
    /// `tok_duplicate`: it answers, and the webhook tells the same twice.
    Duplicate,
    /// `tok_webhook_first`: the webhook tells it before the answer does.
    WebhookFirst,
    /// `tok_capture_declined`: money is promised, and then not given.
    CaptureDeclined,
    /// `tok_unreachable`: the first two calls fail before anything has happened.
    Unreachable,
}

impl Manner {
    /// The manner that a token stands for.
    #[must_use]
    pub fn of(token: Option<&Name>) -> Self {
        match token.map(Name::as_str) {
            None | Some("tok_ok") => Self::Fine,
            Some("tok_declined") => Self::Declined("the card was declined"),
            Some("tok_insufficient_funds") => Self::Declined("insufficient funds"),
            Some("tok_slow") => Self::Slow,
            Some("tok_timeout") => Self::Timeout,
            Some("tok_duplicate") => Self::Duplicate,
            Some("tok_webhook_first") => Self::WebhookFirst,
            Some("tok_capture_declined") => Self::CaptureDeclined,
            Some("tok_unreachable") => Self::Unreachable,
            Some(_) => Self::Declined("unknown token"),
        }
    }

    /// What comes of the call of this number, if anything does.
    pub(super) fn outcome(self, kind: Kind, calls: u32, transaction_id: String) -> Option<Outcome> {
        match (self, kind) {
            (Self::Unreachable, _) if calls <= UNREACHABLE_CALLS => None,
            (Self::Declined(reason), Kind::Authorize) => {
                Some(Outcome::Declined { reason: reason.to_owned() })
            }
            (Self::CaptureDeclined, Kind::Capture) => {
                Some(Outcome::Declined { reason: "the card has been blocked".to_owned() })
            }
            (
                Self::Fine
                | Self::Declined(_)
                | Self::Slow
                | Self::Timeout
                | Self::Duplicate
                | Self::WebhookFirst
                | Self::CaptureDeclined
                | Self::Unreachable,
                _,
            ) => Some(Outcome::Done { transaction_id }),
        }
    }
}
