//! Child processes, and what the system says of them.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::Result;

/// Ticks a second in `/proc`: fixed on Linux, whatever the kernel's own rate (proc(5), `USER_HZ`).
const TICKS: f64 = 100.0;

const START_LIMIT: Duration = Duration::from_secs(60);

/// A child that listens; stopped when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Starts a program and waits until it says `listening on http://…`. Its output goes to `log`.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let output = File::create(log)?;
        let errors = output.try_clone()?;
        let mut child = command.stdin(Stdio::null()).stdout(output).stderr(errors).spawn()?;
        let begun = Instant::now();
        loop {
            let said = fs::read_to_string(log)?;
            if let Some(address) = address_in(&said) {
                return Ok(Self { child, address });
            }
            if let Some(status) = child.try_wait()? {
                return Err(format!("the server ended ({status}):\n{said}").into());
            }
            if begun.elapsed() > START_LIMIT {
                let _ = child.kill();
                return Err(format!("the server did not come up:\n{said}").into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        self.end()
    }

    fn end(&mut self) -> Result<()> {
        if self.child.try_wait()?.is_none() {
            Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
            self.child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn address_in(log: &str) -> Option<SocketAddr> {
    let rest = log.split_once("listening on http://")?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':')?;
    rest[..end].parse().ok()
}

/// Seconds of processor time that a process has used.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may contain anything; fields 14 and 15 are counted from behind it.
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// Seconds of processor time that everything on this machine has used.
pub(crate) fn machine_cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // user nice system idle iowait irq softirq steal
    let idle: f64 = fields.iter().skip(3).take(2).sum();
    (fields.iter().take(8).sum::<f64>() - idle) / TICKS
}

/// A field of `/proc/<pid>/status` in MiB, such as `VmHWM`.
pub(crate) fn memory_mib(pid: u32, field: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
}

/// The program to measure: named, or beside this one.
pub(crate) fn server_program(named: Option<&Path>) -> Result<PathBuf> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => std::env::current_exe()?.with_file_name("momentum"),
    };
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("there is no program {}: run make build", path.display()).into())
    }
}

/// Processors and memory, in words for the table's head.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib = info
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok())
        .unwrap_or(0.0);
    format!("{cores} cores, {:.0} GiB, {}", kib / 1_048_576.0, std::env::consts::OS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_once_the_line_is_whole() {
        assert_eq!(address_in("INFO listening on http://127.0.0.1:41"), None);
        assert_eq!(
            address_in("INFO listening on http://127.0.0.1:4123\nmore"),
            Some(SocketAddr::from(([127, 0, 0, 1], 4123)))
        );
    }

    #[test]
    fn the_system_tells_of_this_process() {
        let pid = std::process::id();
        let begun = Instant::now();
        while cpu_seconds(pid) == 0.0 && begun.elapsed() < Duration::from_secs(5) {
            std::hint::black_box((0..100_000).sum::<u64>());
        }
        assert!(cpu_seconds(pid) > 0.0);
        assert!(machine_cpu_seconds() > 0.0);
        assert!(memory_mib(pid, "VmRSS") > 0.0);
    }
}
