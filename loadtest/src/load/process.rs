//! What the machine says about processes: CPU time, memory, idle time.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Ticks per second of the times in `/proc`: `USER_HZ`, which is 100 on every Linux.
const TICKS_PER_S: f64 = 100.0;

/// This process's CPU time so far, exactly.
pub(crate) fn own_cpu() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
}

/// A process's CPU time so far, in ticks of 10 ms.
pub(crate) fn cpu_of(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold spaces; the fields after it are counted from 3.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 =
        [14, 15].iter().filter_map(|field| fields.get(field - 3)?.parse::<f64>().ok()).sum();
    Some(Duration::from_secs_f64(ticks / TICKS_PER_S))
}

/// A process's resident memory in kB: at the moment, or the most it ever was.
pub(crate) fn memory_kb(pid: u32, peak: bool) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let key = if peak { "VmHWM:" } else { "VmRSS:" };
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The machine's time so far in ticks, and how much of it nobody used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MachineTime {
    all: u64,
    idle: u64,
}

impl MachineTime {
    pub(crate) fn now() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/stat").ok()?)
    }

    fn parse(stat: &str) -> Option<Self> {
        let line = stat.lines().next()?.strip_prefix("cpu ")?;
        let ticks: Vec<u64> = line.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        // user nice system idle iowait irq softirq steal; guests are in user already.
        Some(Self { all: ticks.iter().take(8).sum(), idle: ticks.get(3)? + ticks.get(4)? })
    }

    /// The share of the time since then that was idle, of all cores.
    pub(crate) fn idle_share_since(self, earlier: Self) -> f64 {
        let all = self.all.saturating_sub(earlier.all).max(1);
        self.idle.saturating_sub(earlier.idle) as f64 / all as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_time_and_memory() {
        let me = std::process::id();
        assert!(own_cpu() > Duration::ZERO);
        assert!(cpu_of(me).is_some());
        let (now, peak) = (memory_kb(me, false).unwrap(), memory_kb(me, true).unwrap());
        assert!(now > 500 && peak >= now / 2, "{now} {peak}");
        // The largest process id Linux can give is 2^22.
        assert!(cpu_of(1 << 23).is_none() && memory_kb(1 << 23, true).is_none());
    }

    #[test]
    fn idle_time_is_a_share_of_all_cores() {
        let at = |stat| MachineTime::parse(stat).unwrap();
        let before = at("cpu  100 0 100 800 0 0 0 0 50 0\ncpu0 1 2 3");
        let after = at("cpu  150 0 150 850 50 0 0 0 90 0\n");
        assert!((after.idle_share_since(before) - 0.5).abs() < 1e-9);
    }
}
