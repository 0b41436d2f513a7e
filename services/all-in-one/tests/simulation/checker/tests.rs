//! The checker bites: whatever is wrong in the end, an equation says so by name.

mod mails;
mod money;
mod orders;
mod stock;

use super::{EQUATIONS, check};
use crate::{
    plan::Plan,
    run::{live, runtime},
    state::State,
    tally::Tally,
    trace::{LINES, Trace},
};
use contracts::ids;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{collections::BTreeSet, sync::LazyLock};

/// How many shops are looked at for something that can be doctored.
const SHOPS: u64 = 12;

/// Shops in which all is well.
static SOUND: LazyLock<Vec<State>> = LazyLock::new(|| (0..SHOPS).map(sound).collect());

fn sound(seed: u64) -> State {
    let _seeded = ids::seeded(seed);
    let (trace, tally) = (Trace::new(LINES), Tally::default());
    let state = runtime().block_on(async { live(&Plan::calm(), &trace, &tally).await.1 });
    assert_eq!(check(&state), []);
    state
}

/// An equation, and something that makes it false where there is something to do it to.
type Wrong = (&'static str, fn(&mut State) -> Option<()>);

/// For each equation something that makes it false, or several things.
fn wrongs() -> impl Iterator<Item = &'static Wrong> {
    [orders::WRONGS, stock::WRONGS, money::WRONGS, mails::WRONGS].into_iter().flatten()
}

/// The same, but for something that nobody may change but itself.
fn doctored<T: Serialize + DeserializeOwned>(it: &T, change: impl Fn(&mut Value)) -> T {
    let mut written = serde_json::to_value(it).unwrap();
    change(&mut written);
    serde_json::from_value(written).unwrap()
}

#[test]
fn each_equation_is_broken_by_what_is_wrong() {
    for (index, (name, wrong)) in wrongs().enumerate() {
        let shops = SOUND.iter().filter_map(|sound| {
            let mut state = sound.clone();
            wrong(&mut state).map(|()| state)
        });
        let mut shops = shops.peekable();
        assert!(shops.peek().is_some(), "{index}, {name}: there is no shop where that could be so");
        let broken = shops.map(|it| check(&it).iter().any(|it| it.equation == *name));
        assert!(broken.into_iter().all(|it| it), "{index}, {name}: nobody notices");
    }
}

#[test]
fn there_is_a_wrong_for_each_equation() {
    let equations: BTreeSet<_> = EQUATIONS.iter().map(|it| it.0).collect();
    let wrongs: BTreeSet<_> = wrongs().map(|it| it.0).collect();
    assert_eq!(equations, wrongs);
}
