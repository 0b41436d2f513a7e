use proptest::prelude::*;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    Want,
    Capture,
    Unwant,
    Void,
    Process,
    Refund(i64),
    Expire,
    /// The provider is asked, and its answer noted.
    Ask,
    /// It does what it is asked, and the answer does not come; or comes much later.
    AskInVain,
    /// It is asked, and whoever asked dies.
    AskAndDie,
    /// It cannot be reached.
    AskNobody,
    /// An answer comes late.
    AnswerLate(usize),
    /// It tells by itself what it has done.
    Tell(usize),
    Wait(u16),
}

pub(super) fn acts() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Want),
        3 => Just(Act::Capture),
        2 => Just(Act::Unwant),
        1 => Just(Act::Void),
        1 => Just(Act::Process),
        2 => (1..1_200_i64).prop_map(Act::Refund),
        1 => Just(Act::Expire),
        6 => Just(Act::Ask),
        3 => Just(Act::AskInVain),
        2 => Just(Act::AskAndDie),
        1 => Just(Act::AskNobody),
        3 => (0..8_usize).prop_map(Act::AnswerLate),
        3 => (0..8_usize).prop_map(Act::Tell),
        5 => (1..100_u16).prop_map(Act::Wait),
    ]
}
