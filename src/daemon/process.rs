//! What the system says of this process, read from `/proc` at each scrape. Where there is no `/proc` nothing is said.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Ticks of the times in `/proc`, per second: what Linux shows to programs, whatever its own clock does.
const TICKS_PER_SECOND: f64 = 100.0;
/// Bytes of the `kB` of `/proc/self/status`.
const KB: f64 = 1024.0;

/// What the system says of this process.
#[derive(Debug)]
pub(super) struct Process;

/// One number with its name and what it means.
struct Number(&'static str, &'static str, MetricType, Option<f64>);

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let boot = fs::read_to_string("/proc/stat").unwrap_or_default();
        let files = fs::read_dir("/proc/self/fd").map(|files| files.count() as f64);
        for Number(name, help, kind, value) in [
            Number(
                "process_cpu_seconds",
                "CPU time of the process, in seconds.",
                MetricType::Counter,
                cpu_seconds(&stat),
            ),
            Number(
                "process_resident_memory_bytes",
                "Memory of the process, in bytes.",
                MetricType::Gauge,
                resident_bytes(&status),
            ),
            Number(
                "process_open_fds",
                "Open files and connections.",
                MetricType::Gauge,
                files.ok(),
            ),
            Number(
                "process_max_fds",
                "Most files and connections that may be open.",
                MetricType::Gauge,
                files_max(&limits),
            ),
            Number(
                "process_start_time_seconds",
                "When the process started, in Unix seconds.",
                MetricType::Gauge,
                start_seconds(&stat, &boot),
            ),
        ] {
            let Some(value) = value else { continue };
            let metric = encoder.encode_descriptor(name, help, None, kind)?;
            match kind {
                MetricType::Counter => ConstCounter::new(value).encode(metric)?,
                _ => ConstGauge::new(value).encode(metric)?,
            }
        }
        Ok(())
    }
}

/// A field of `/proc/self/stat` as proc(5) counts them, from 3 on: the name before may hold anything.
fn field(stat: &str, number: usize) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(number.checked_sub(3)?)?.parse().ok()
}

fn cpu_seconds(stat: &str) -> Option<f64> {
    Some((field(stat, 14)? + field(stat, 15)?) / TICKS_PER_SECOND)
}

fn start_seconds(stat: &str, boot: &str) -> Option<f64> {
    let booted = boot.lines().find_map(|line| line.strip_prefix("btime "))?;
    let booted: f64 = booted.trim().parse().ok()?;
    Some(booted + field(stat, 22)? / TICKS_PER_SECOND)
}

fn resident_bytes(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kb: f64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kb * KB)
}

/// The limit that holds now; nothing where there is none.
fn files_max(limits: &str) -> Option<f64> {
    let of_files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    of_files.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_process_are_read_whatever_it_is_called() {
        let mut stat = "7 (a) b) S".to_owned();
        for number in 4..=22 {
            stat.push_str(&format!(" {}", number * 100));
        }
        assert_eq!(cpu_seconds(&stat), Some(29.0));
        assert_eq!(start_seconds(&stat, "cpu 1\nbtime 1000\n"), Some(1022.0));
        assert_eq!(resident_bytes("Name:\tb\nVmRSS:\t    2 kB\n"), Some(2048.0));
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files  1024  4096  files\n";
        assert_eq!(files_max(limits), Some(1024.0));
        assert_eq!(
            files_max("Max open files  unlimited  unlimited  files\n"),
            None
        );
        assert_eq!(cpu_seconds(""), None);
    }
}
