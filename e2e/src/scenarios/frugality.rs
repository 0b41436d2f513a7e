//! What a service costs when nobody asks it anything, and how soon it is there.

use super::World;
use crate::{
    cluster::{Reach, kubectl},
    program::{self, Program},
    say,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::time::Duration;

/// How much memory an idle service may hold, in bytes.
const MOST_MEMORY: u64 = 20 * 1_024 * 1_024;
/// How soon a service must be ready whose broker and database are there.
const SOON: Duration = Duration::from_millis(150);
/// How often each is started; the one in the middle counts, since the machine has other work too.
const STARTS: usize = 5;
/// How many services there are.
const SERVICES: usize = 8;

/// No service of a shop that nobody visits holds more than 20 MiB, of which most are the pages
/// of its program that the kernel has mapped.
pub async fn idle_services_are_small(world: &World) -> Result<()> {
    let shop = world.corner;
    let mut sizes = Vec::new();
    for deployment in deployments(world).await? {
        let component = component(&deployment)?;
        for pod in shop.pods(&component).await? {
            let port = &deployment["spec"]["template"]["spec"]["containers"][0]["ports"][0];
            let port = &port["containerPort"];
            let path =
                format!("/api/v1/namespaces/{}/pods/{pod}:{port}/proxy/metrics", shop.namespace);
            let memory = memory(&kubectl(&["get", "--raw", &path]).await?)?;
            sizes.push((memory, component.clone()));
        }
    }
    sizes.sort();
    let shown: Vec<_> =
        sizes.iter().map(|(it, name)| format!("{name} {} kB", it / 1_000)).collect();
    say!("{}", shown.join(", "));
    let too_large: Vec<_> = sizes.iter().filter(|(it, _)| *it > MOST_MEMORY).collect();
    ensure!(too_large.is_empty(), "{too_large:?} are more than {MOST_MEMORY} bytes");
    Ok(())
}

/// Each service is ready within 150 ms after its process was started, when its broker and its database
/// are there.
pub async fn services_are_soon_ready(world: &World) -> Result<()> {
    let (shop, folder) = (world.corner, program::folder().await?);
    let broker = Reach::to(shop.namespace, "corner-rabbitmq-0", 5_672).await?;
    let database = Reach::to(shop.namespace, "corner-mongodb-0", 27_017).await?;
    let mut slow = Vec::new();
    for deployment in deployments(world).await? {
        let component = component(&deployment)?;
        let path = folder.join(&component);
        let program = Program::of(&shop, &deployment, (&broker, &database), path).await?;
        let mut times = Vec::new();
        for _ in 0..STARTS {
            times.push(program.starts_in().await?);
        }
        times.sort();
        let median = times[STARTS / 2];
        say!("{component} was ready after {} ms (of {STARTS}: {times:.1?})", median.as_millis());
        if median > SOON {
            slow.push((component, median));
        }
    }
    ensure!(slow.is_empty(), "{slow:?} took longer than {SOON:?}");
    Ok(())
}

/// The Deployments of the smallest shop: one for each service.
async fn deployments(world: &World) -> Result<Vec<Value>> {
    let selector = "shopkeeper.dev/shop=corner";
    let found = world.corner.objects(&["deployments", "-l", selector]).await?;
    let found = found["items"].as_array().context("Deployments are a list")?.clone();
    ensure!(found.len() == SERVICES, "there are {} Deployments", found.len());
    Ok(found)
}

fn component(deployment: &Value) -> Result<String> {
    let label = &deployment["metadata"]["labels"]["app.kubernetes.io/component"];
    Ok(label.as_str().context("a Deployment says which service it is")?.to_owned())
}

/// The memory that a process says it holds.
fn memory(metrics: &str) -> Result<u64> {
    let line = metrics.lines().find_map(|it| it.strip_prefix("process_resident_memory_bytes "));
    Ok(line.context("a process tells how much memory it holds")?.trim().parse()?)
}
