//! How MongoDB says that it would answer a query.

use super::{Mongo, to_the_end, unavailable};
use crate::{Error, aggregate::Aggregate, query::Plan};
use mongodb::bson::{Bson, Document, doc};

/// The plan for a read. Where several would do, which one wins depends on what is stored, and with
/// little stored it is a matter of luck; so the plan counts that would win with much: the first that
/// does not scan.
pub(super) async fn explain<A: Aggregate>(
    collection: &Mongo<A>,
    filter: Document,
    sort: Document,
    limit: usize,
) -> Result<Plan, Error> {
    let find = doc! {
        "find": A::COLLECTION,
        "filter": filter,
        "sort": sort,
        "limit": i64::try_from(limit).unwrap_or(i64::MAX),
    };
    let command = doc! { "explain": find, "verbosity": "queryPlanner" };
    let database = collection.database.clone();
    let told = to_the_end(async move { database.run_command(command).await.map_err(unavailable) });
    let told = told.await?;
    let plans = candidates(&told).unwrap_or_default();
    let best = plans.iter().find(|it| !it.scans).or_else(|| plans.first());
    best.cloned().ok_or_else(|| Error::Unavailable(format!("no plan in {told}")))
}

/// The winning plan and those it won over.
fn candidates(told: &Document) -> Option<Vec<Plan>> {
    let planner = told.get_document("queryPlanner").ok()?;
    let winner = planner.get_document("winningPlan").ok()?;
    let rejected = planner.get_array("rejectedPlans").ok();
    let rejected = rejected.into_iter().flatten().filter_map(Bson::as_document);
    Some([winner].into_iter().chain(rejected).map(read).collect())
}

/// A plan that is executed in slots has the readable one inside.
fn read(plan: &Document) -> Plan {
    let plan = plan.get_document("queryPlan").unwrap_or(plan);
    let mut steps = Vec::new();
    collect(plan, &mut steps);
    let named = |name| steps.iter().filter_map(move |it| it.get_str(name).ok().map(str::to_owned));
    Plan {
        stages: named("stage").collect(),
        indexes: named("indexName").collect(),
        scans: steps.iter().any(|it| is_stage(it, "COLLSCAN") || sifts(it)),
        sorts: steps.iter().any(|it| is_stage(it, "SORT")),
    }
}

/// All steps of a plan, from the outside to the inside.
fn collect<'a>(plan: &'a Document, steps: &mut Vec<&'a Document>) {
    if plan.contains_key("stage") {
        steps.push(plan);
    }
    let lists = plan.values().filter_map(Bson::as_array).flatten();
    let inner = plan.values().chain(lists).filter_map(Bson::as_document);
    inner.for_each(|it| collect(it, steps));
}

fn is_stage(step: &Document, name: &str) -> bool {
    step.get_str("stage").is_ok_and(|it| it == name)
}

/// Whether documents are sifted by something else although the index, at whose one end it begins, has
/// not narrowed them down.
fn sifts(step: &Document) -> bool {
    let (Ok(index), Ok(filter)) = (step.get_document("inputStage"), step.get_document("filter"))
    else {
        return false;
    };
    let bounds = index.get_document("indexBounds").ok();
    let Some((first, bounds)) = bounds.and_then(|it| it.iter().next()) else { return false };
    let mut asked = Vec::new();
    fields(filter, &mut asked);
    is_stage(step, "FETCH") && is_wide(first, bounds) && asked.iter().any(|it| it != first)
}

/// Bounds are text such as `["[MinKey, MaxKey]"]`. Those of ids only say where a page begins.
fn is_wide(field: &str, bounds: &Bson) -> bool {
    let starts = ["[MinKey", "[MaxKey"];
    let is_open =
        |it: &Bson| it.as_str().is_some_and(|it| starts.iter().any(|at| it.starts_with(at)));
    field == "_id" || bounds.as_array().is_some_and(|it| it.iter().any(is_open))
}

/// All fields that a filter asks about.
fn fields(filter: &Document, asked: &mut Vec<String>) {
    for (name, inner) in filter {
        if !name.starts_with('$') && name != "_id" {
            asked.push(name.clone());
        }
        let each = inner.as_array().into_iter().flatten().chain([inner]);
        each.filter_map(Bson::as_document).for_each(|it| fields(it, asked));
    }
}
