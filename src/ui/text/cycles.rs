//! Movements that somebody repeats.

pub const REPETITION: &str = "Repetition";
pub const PERIOD: &str = "Period";
pub const NONE_HERE: &str = "none here";
pub const NONE_BEFORE: &str = "Nothing is repeated before this frame";
pub const NONE_AFTER: &str = "Nothing is repeated after this frame";
pub const WHAT_COUNTS: &str = "A movement counts that is done at least twice in a row, 0.3 to 6 seconds each time.";

/// E.g. "8×".
pub fn count(count: usize) -> String {
    format!("{count}×")
}

/// `counts` of all that one person repeats, for the name of a lane.
pub fn in_lane(counts: impl Iterator<Item = usize>) -> String {
    let counts: Vec<String> = counts.map(count).collect();
    if counts.is_empty() { String::new() } else { format!(", repeats {}", counts.join(", ")) }
}

/// `number` counts from 1.
pub fn number_of(number: usize, count: usize, percent: f32) -> String {
    format!("{number} of {count}, {percent:.0} %")
}

/// `variation` is none where only one period is meant.
pub fn period(secs: f64, variation_percent: Option<f32>) -> String {
    let per_minute = 60.0 / secs;
    let varies = variation_percent.map(|percent| format!(", ± {percent:.0} %")).unwrap_or_default();
    format!("{secs:.2} s, {per_minute:.0} per minute{varies}")
}

pub fn in_tooltip(number: usize, count: usize, secs: f64) -> String {
    format!("Repetition {number} of {count}: {}", period(secs, None))
}
