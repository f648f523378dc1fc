//! The process as the system sees it, under the names every Prometheus client library uses:
//! <https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics>.
//!
//! A figure the system does not give (no `/proc`) is left out rather than guessed.

use std::fs;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use rustix::time::{ClockId, clock_gettime};

use super::registry::{gauge, seconds};
use crate::files;

/// Puts the process's figures on the page, without a prefix of ours.
pub(super) fn register(registry: &mut Registry) {
    let help = "User and system CPU time spent";
    registry.register_with_unit("process_cpu", help, Unit::Seconds, seconds(cpu_seconds()));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kib) = field(&status, "VmRSS:") {
        let help = "Resident memory size";
        registry.register_with_unit(
            "process_resident_memory",
            help,
            Unit::Bytes,
            gauge(kib.saturating_mul(1024)),
        );
    }
    if let Some(threads) = field(&status, "Threads:") {
        registry.register("process_threads", "Threads of the process", gauge(threads));
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // One of them is the folder that is being read.
        let open = (open.count() as u64).saturating_sub(1);
        registry.register("process_open_fds", "Open file descriptors", gauge(open));
    }
    if let Some(most) = files::allowed() {
        registry.register("process_max_fds", "File descriptors that may be open", gauge(most));
    }
    if let Some(started) = started_at() {
        let gauge = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
        gauge.set(started);
        let help = "When the process started, since the Unix epoch";
        registry.register_with_unit("process_start_time", help, Unit::Seconds, gauge);
    }
}

/// CPU time of every thread there is and was, to the nanosecond.
fn cpu_seconds() -> f64 {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 / 1e9
}

/// A number of `/proc/self/status` (`man 5 proc_pid_status`).
fn field(status: &str, name: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Seconds from the Unix epoch to the start of the process: the boot of the system (`btime`, see
/// `man 5 proc_stat`) and the ticks from there (field 22, see `man 5 proc_pid_stat`).
fn started_at() -> Option<f64> {
    let boot = field(&fs::read_to_string("/proc/stat").ok()?, "btime")?;
    let ticks = start_ticks(&fs::read_to_string("/proc/self/stat").ok()?)?;
    Some(boot as f64 + ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// The second field is the program's name in brackets and may hold anything, brackets and spaces
/// included: the third begins after the last bracket.
fn start_ticks(stat: &str) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(22 - 3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_program_name_does_not_shift_the_fields() {
        let rest: Vec<String> = (3..=52).map(|field| field.to_string()).collect();
        let stat = format!("7 (a ) b (c) 1 2) {}\n", rest.join(" "));
        assert_eq!(start_ticks(&stat), Some(22));
        assert_eq!(start_ticks("half a line"), None);
    }

    #[test]
    fn the_process_began_before_now_and_after_the_boot() {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let started = started_at().unwrap();
        // `btime` is given in whole seconds.
        assert!(started <= now.as_secs_f64() + 1.0 && started > now.as_secs_f64() - 86_400.0);
    }

    #[test]
    fn work_is_seen_in_the_cpu_time() {
        let before = cpu_seconds();
        let mut sum = 0_u64;
        while cpu_seconds() < before + 0.001 {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(before > 0.0 && sum > 0);
    }
}
