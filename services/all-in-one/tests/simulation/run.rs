//! One run: a seed, and what comes of it.

use crate::{
    chance::{few, percent},
    checker::{self, Violation},
    notes::Notes,
    paths,
    people::{self, Aftermath, Good, Scene},
    plan::Plan,
    state::State,
    tally::Tally,
    trace::Trace,
    world::{PATIENCE, World},
};
use contracts::ids;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
    time::{Instant, sleep},
};

/// How long everything may take to come to rest once nothing goes wrong any more: longer than the
/// longest timer of the shop.
const REST: Duration = Duration::from_hours(3);

/// What came of a run.
pub(crate) struct Run {
    pub(crate) violations: Vec<Violation>,
    /// What happened.
    pub(crate) trace: Trace,
    /// How often what happened.
    pub(crate) tally: Tally,
}

/// A runtime on this thread, whose time moves on when there is nothing left to do.
pub(crate) fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().expect("a runtime can be built")
}

/// Runs what follows from a seed, and keeps so many lines of what happens.
pub(crate) fn run(seed: u64, lines: usize) -> Run {
    let (trace, tally) = (Trace::new(lines), Tally::default());
    let living = AssertUnwindSafe(|| lived(seed, &trace, &tally));
    let violations = catch_unwind(living).unwrap_or_else(|_told| {
        let detail = "what was said is above".to_owned();
        vec![Violation { equation: "nobody panics", detail }]
    });
    Run { violations, trace, tally }
}

fn lived(seed: u64, trace: &Trace, tally: &Tally) -> Vec<Violation> {
    let _seeded = ids::seeded(seed);
    runtime().block_on(async {
        let plan = Plan::drawn();
        trace.note(format_args!("{plan:?}"));
        let (world, state) = live(&plan, trace, tally).await;
        paths::walked(&state, tally);
        let ended = world.ended().into_iter();
        let ended = ended.map(|it| Violation { equation: "no service ends by itself", detail: it });
        checker::check(&state).into_iter().chain(ended).collect()
    })
}

/// Lets a shop live through what is planned, and come to rest.
pub(crate) async fn live(plan: &Plan, trace: &Trace, tally: &Tally) -> (Arc<World>, State) {
    let world = World::new(plan, PATIENCE, trace.clone(), tally.clone());
    let notes = Notes::default();
    let mut tasks = JoinSet::new();
    let scene = opens(&world, &notes, plan).await;
    tasks.spawn(world.clone().kill_the_doomed());
    let mut people = JoinSet::new();
    people.spawn(world.clone().storm(plan.clone()));
    come(&mut people, &scene, plan);
    while let Some(done) = people.join_next().await {
        done.expect("nobody panics");
    }
    let state = comes_to_rest(&world, &notes, plan).await;
    (world, state)
}

async fn opens(world: &Arc<World>, notes: &Notes, plan: &Plan) -> Scene {
    let mut goods = Vec::new();
    for index in 0..plan.products {
        let count = if percent(30) { few(0, 2) } else { few(3, 30) };
        goods.push(people::stocks(world, notes, &format!("Thing {index}"), count).await);
    }
    let last = match plan.rivals {
        0 => None,
        _ => Some(people::stocks(world, notes, "The last one", 1).await),
    };
    notes.known().last = last.as_ref().map(|it| it.id);
    Scene { world: world.clone(), notes: notes.clone(), goods: Arc::new(goods), last }
}

fn come(people: &mut JoinSet<()>, scene: &Scene, plan: &Plan) {
    let aftermath = Aftermath { is_plain: plan.is_plain, parcels_move: plan.leg.is_some() };
    let shops = |scene: Scene, index: u32, only: Option<Good>| async move {
        if let Some(order) = people::customer(scene.clone(), index, only).await {
            people::looks_after(scene, order, aftermath).await;
        }
    };
    for index in 0..plan.customers {
        people.spawn(shops(scene.clone(), index, None));
    }
    for index in 0..plan.rivals {
        people.spawn(shops(scene.clone(), 100 + index, scene.last.clone()));
    }
    for good in scene.goods.iter() {
        if percent(50) {
            people.spawn(people::restocks(scene.clone(), good.clone()));
        }
        if percent(15) {
            people.spawn(people::revises(scene.clone(), good.clone()));
        }
    }
}

async fn comes_to_rest(world: &Arc<World>, notes: &Notes, plan: &Plan) -> State {
    let deadline = Instant::now() + REST;
    loop {
        sleep(Duration::from_secs(1)).await;
        let is_over = Instant::now() > deadline;
        if is_over || State::may_rest(world) {
            let state = State::of(world, notes, plan.leg.is_some());
            if is_over || state.unrest().is_empty() {
                return state;
            }
        }
    }
}
