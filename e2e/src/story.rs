//! Runs scenarios one after the other and tells of each: what it shows, how long it took.

use anyhow::Result;
use futures::future::LocalBoxFuture;
use std::time::{Duration, Instant};

/// How long one scenario may take.
const LIMIT: Duration = Duration::from_mins(8);

/// A scenario: its name, and what it does to the world.
pub type Scenario<W> = (&'static str, fn(&W) -> LocalBoxFuture<'_, Result<()>>);

/// Runs those whose name contains `filter`, and says whether all passed. Setting the stage is never
/// filtered out; when it fails, the rest is not run.
#[expect(clippy::print_stdout, reason = "this is a test's report")]
pub async fn tell<W>(
    world: &W,
    stage: &[Scenario<W>],
    scenarios: &[Scenario<W>],
    filter: &str,
) -> bool {
    let wanted = scenarios.iter().filter(|(name, _)| name.contains(filter));
    let (mut passed, mut failed) = (0, Vec::new());
    let needed = stage.len();
    for (name, scenario) in stage.iter().chain(wanted) {
        println!("\n--- {name}");
        let start = Instant::now();
        let result = tokio::time::timeout(LIMIT, scenario(world)).await;
        let result = result.unwrap_or_else(|_| Err(anyhow::anyhow!("not done within {LIMIT:?}")));
        let took = start.elapsed().as_secs_f32();
        match result {
            Ok(()) => {
                passed += 1;
                println!("ok   {name} ({took:.1} s)");
            }
            Err(error) => {
                println!("FAIL {name} ({took:.1} s): {error:#}");
                failed.push(*name);
                if passed + failed.len() <= needed {
                    break;
                }
            }
        }
    }
    println!("\nfailed: {failed:?}\n{passed} passed, {} failed", failed.len());
    failed.is_empty()
}

/// A line of a scenario's report.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => {
        $crate::story::line(format_args!($($text)*))
    };
}

/// Prints a line of a scenario's report; [`say!`] is how it is written.
#[expect(clippy::print_stdout, reason = "this is a test's report")]
pub fn line(text: std::fmt::Arguments<'_>) {
    println!("     {text}");
}
