//! The operator dies at any of its writes, to the API server, the broker or the database; the next one
//! ends in the same state.

use crate::{
    fixtures::production,
    world::{Death, World, assert_same},
};
use operator::crd::Shop;
use serde_json::Value;
use std::collections::BTreeMap;

async fn end_state_after(shop: &Shop, death: Option<Death>) -> (BTreeMap<String, Value>, bool) {
    let world = World::with(shop);
    if let Some(death) = death {
        world.fuse.set(death);
        for _ in 0..20 {
            let _ = world.step(shop).await;
        }
    }
    let died = world.fuse.reset();
    world.settle(shop).await;
    (world.end_state(), died)
}

async fn dies_at_each_write(death: fn(usize) -> Death) {
    let shop = production();
    let (wanted, _) = end_state_after(&shop, None).await;
    for write in 1.. {
        let (state, died) = end_state_after(&shop, Some(death(write))).await;
        assert_same(&state, &wanted, &format!("died at write {write}"));
        if !died {
            assert!(write > 60, "there are fewer writes than expected: {write}");
            return;
        }
    }
}

#[tokio::test]
async fn before_a_write() {
    dies_at_each_write(Death::Before).await;
}

#[tokio::test]
async fn after_a_write_whose_answer_is_lost() {
    dies_at_each_write(Death::After).await;
}
