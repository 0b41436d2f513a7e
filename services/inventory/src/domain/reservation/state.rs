use contracts::inventory::{Shortage, StockChange};
use serde::{Deserialize, Serialize};

/// How far a reservation has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "lowercase")]
pub enum State {
    /// Holds are being placed.
    Pending,
    /// Everything is held.
    Reserved {
        /// What that changed.
        changes: Vec<StockChange>,
    },
    /// Something was short; nothing is held, or what still is will be taken back.
    Rejected {
        /// What was short.
        shortages: Vec<Shortage>,
    },
    /// What was held is sold, or will be.
    Sold,
    /// It was called off; nothing is held, or what still is will be taken back.
    Released,
    /// It was called off after it was sold; what was sold is being given back.
    Returning,
    /// All that was sold is given back; the notes of that are taken out, or will be.
    Returned,
}

impl State {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Reserved { .. } => "reserved",
            Self::Rejected { .. } => "rejected",
            Self::Sold => "sold",
            Self::Released => "released",
            Self::Returning => "returning",
            Self::Returned => "returned",
        }
    }
}
