//! Resident memory of this process, from Linux' /proc; elsewhere nothing is known.

/// Forgets the peak so far. Returns what is resident now, in MB.
pub fn restart_peak() -> Option<f64> {
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    resident_mb()
}

/// What is resident now, in MB.
pub fn resident_mb() -> Option<f64> {
    status_mb("VmRSS:")
}

/// The most that was resident since the peak was restarted, in MB.
pub fn peak_mb() -> Option<f64> {
    status_mb("VmHWM:")
}

fn status_mb(key: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_peak_grows_with_memory_that_is_touched() {
        let before = restart_peak().unwrap();
        let touched = std::hint::black_box(vec![1_u8; 256 << 20]);
        let peak = peak_mb().unwrap();
        // Other tests give memory back meanwhile.
        assert!(peak - before > 150.0, "{before} to {peak}");
        drop(touched);
    }
}
