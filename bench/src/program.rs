//! A program that runs as a process of its own, and what the kernel says of it.

use anyhow::{Context as _, Result, ensure};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A clock tick of `/proc`, which is the same on every Linux.
const TICK: Duration = Duration::from_millis(10);

/// A running program; it ends with this.
#[derive(Debug)]
pub struct Program(Child);

impl Program {
    /// Starts it on one core, with only these variables. What it logs is formatted and thrown away.
    pub fn start<'a>(
        core: u32,
        path: &Path,
        arguments: impl IntoIterator<Item = &'a str>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self> {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", &core.to_string()]).arg(path).args(arguments);
        command.env_clear().envs(variables).stdin(Stdio::null()).stdout(Stdio::null());
        let child = command.stderr(Stdio::null()).spawn();
        Ok(Self(child.with_context(|| format!("taskset cannot start {}", path.display()))?))
    }

    /// How much memory it holds, in kibibytes.
    pub fn resident(&self) -> Result<u32> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let number = line.and_then(|it| it.split_whitespace().next()).context("no VmRSS")?;
        Ok(number.parse()?)
    }

    /// For how long it has kept a core busy, in itself and in the kernel.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        Ok(TICK * ticks(&stat).context("no times in /proc")?)
    }

    /// Kills it without a warning.
    pub fn kill(&mut self) -> Result<()> {
        ensure!(self.0.try_wait()?.is_none(), "a program has ended by itself");
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _already_gone = self.0.kill();
        let _status = self.0.wait();
    }
}

/// The 14th and the 15th field together; the second is a name that may hold anything.
fn ticks(stat: &str) -> Option<u32> {
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(11);
    let (user, system): (u32, u32) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    user.checked_add(system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "17 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 40 2 13 14";
        assert_eq!(ticks(stat), Some(42));
        assert_eq!(ticks("17 (a) S 1"), None);
    }

    #[test]
    fn the_kernel_tells_of_a_program() {
        let mut sleeping = Program::start(0, Path::new("sleep"), ["60"], None).unwrap();
        assert!(sleeping.resident().unwrap() > 0);
        assert!(sleeping.cpu().unwrap() < Duration::from_secs(10));
        sleeping.kill().unwrap();
    }
}
