//! What kind of machine this is; nothing that tells which.

use anyhow::{Context as _, Result};
use std::{fs, thread};

/// The class of the machine, such as `2 cores of an AMD EPYC`.
pub fn class() -> Result<String> {
    let cores = thread::available_parallelism()?;
    let info = fs::read_to_string("/proc/cpuinfo")?;
    let processors = info.lines().filter(|it| it.starts_with("processor")).count();
    let model = info.lines().find_map(|it| it.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, it)| it.trim());
    Ok(format!("{} cores of {model}", processors.max(cores.get())))
}

/// How many tasks wanted a core, on average over the last minute.
pub fn load() -> Result<f64> {
    let load = fs::read_to_string("/proc/loadavg")?;
    let first = load.split_whitespace().next().context("no load average")?;
    Ok(first.parse()?)
}
