//! One budget under every order in which threads can reach it (loom):
//! `RUSTFLAGS="--cfg loom" cargo test --release interleavings`.

use super::*;
use loom::{sync::Arc, thread};
use std::time::Instant;

#[test]
fn the_last_credit_is_spent_once() {
    loom::model(|| {
        let now = Instant::now();
        let share = Share { percent: 100, reserve: 1, ..Share::default() };
        let budget = Arc::new(Budget::new(share));
        let withdraw = |_| {
            let budget = Arc::clone(&budget);
            thread::spawn(move || budget.withdraw(now))
        };
        let threads: Vec<_> = (0..2).map(withdraw).collect();
        budget.deposit(now);
        let granted = threads.into_iter().filter_map(|it| it.join().ok().filter(|it| *it)).count();
        // One by the reserve; another if the deposit came first, or else it is still there.
        assert_eq!(granted as u64 + budget.balance(now), 2);
        assert!(granted >= 1);
    });
}
