//! Where the ruler's ticks are and what they say.

use super::scale::TimeScale;

/// What the ruler counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RulerUnit {
    #[default]
    Time,
    Frames,
}

/// Fewest points between two labelled ticks, and between two ticks.
const LABEL_GAP: f64 = 76.0;
const TICK_GAP: f64 = 7.0;

/// One tick of the ruler.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// In frames, a real number: times need not fall on a frame.
    pub frames: f64,
    /// None for the small ones.
    pub label: Option<String>,
}

/// Steps that people count in, ascending: seconds (1 h and up by doubling), or frames (1, 2, 5 times powers of ten).
fn steps(unit: RulerUnit) -> impl Iterator<Item = f64> {
    const SECONDS: [f64; 20] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0,
        600.0, 1800.0,
    ];
    let hours = (0..24).map(|power| 3600.0 * f64::from(1 << power));
    let frames = (0..12).flat_map(|power| [1.0, 2.0, 5.0].map(|digit| digit * 10f64.powi(power)));
    let (seconds, hours, frames) = match unit {
        RulerUnit::Time => (&SECONDS[..], Some(hours), None),
        RulerUnit::Frames => (&[][..], None, Some(frames)),
    };
    seconds.iter().copied().chain(hours.into_iter().flatten()).chain(frames.into_iter().flatten())
}

/// Steps between labelled and between all ticks, in the unit. `points_per_unit` is more than 0; `finest` is the
/// smallest step that means anything.
pub fn tick_steps(unit: RulerUnit, points_per_unit: f64, finest: f64) -> (f64, f64) {
    let wide_enough = |step: &f64, gap: f64| step * points_per_unit >= gap && *step >= finest * 0.999;
    let major = steps(unit).find(|step| wide_enough(step, LABEL_GAP)).unwrap_or(f64::MAX);
    let divides = |step: &f64| (major / step - (major / step).round()).abs() < 1e-6;
    let minor = steps(unit).take_while(|step| *step <= major).find(|step| wide_enough(step, TICK_GAP) && divides(step));
    (major, minor.unwrap_or(major))
}

/// The ticks of the shown frames. `first_number` is what frame 0 is called.
pub fn ticks(scale: &TimeScale, unit: RulerUnit, fps: f64, first_number: i64) -> Vec<Tick> {
    let frames_per_unit = match unit {
        RulerUnit::Time => fps,
        RulerUnit::Frames => 1.0,
    };
    let (major, minor) = tick_steps(unit, scale.points_per_frame() * frames_per_unit, 1.0 / frames_per_unit);
    let per_major = (major / minor).round().max(1.0) as i64;
    // Ticks are whole multiples of the step in what the labels count, so that numbers stay round.
    let offset = match unit {
        RulerUnit::Time => 0.0,
        RulerUnit::Frames => first_number as f64,
    };
    let at = |frames: f64| (frames / frames_per_unit + offset) / minor;
    let first = at(scale.span().start()).floor() as i64;
    let last = (at(scale.span().end()).ceil() as i64).min(first + 10_000);
    (first..=last)
        .map(|index| {
            let value = index as f64 * minor;
            let label = (index.rem_euclid(per_major) == 0).then(|| match unit {
                RulerUnit::Time => time_label(value, major),
                RulerUnit::Frames => format!("{value:.0}"),
            });
            Tick { frames: (value - offset) * frames_per_unit, label }
        })
        .filter(|tick| tick.frames >= 0.0 && tick.frames < scale.span().count().max(1) as f64)
        .collect()
}

/// "1:05", with as many decimals as `step` (seconds) needs.
pub fn time_label(secs: f64, step: f64) -> String {
    let decimals = if step >= 0.999 { 0 } else { (-step.log10() - 1e-6).ceil().clamp(1.0, 3.0) as usize };
    let unit = 10f64.powi(decimals as i32);
    let whole = (secs.max(0.0) * unit).round() / unit;
    let minutes = (whole / 60.0).floor();
    let rest = whole - minutes * 60.0;
    let width = if decimals == 0 { 2 } else { 3 + decimals };
    if minutes < 60.0 {
        format!("{minutes:.0}:{rest:0width$.decimals$}")
    } else {
        format!("{:.0}:{:02.0}:{rest:0width$.decimals$}", (minutes / 60.0).floor(), minutes % 60.0)
    }
}

/// "01:05.250", minutes, seconds and milliseconds, for what is read or copied.
pub fn exact_time(secs: f64) -> String {
    let millis = (secs.max(0.0) * 1000.0).round() as u64;
    format!("{:02}:{:02}.{:03}", millis / 60_000, millis / 1000 % 60, millis % 1000)
}

#[cfg(test)]
mod tests {
    use eframe::egui::Rangef;
    use proptest::prelude::*;

    use super::super::scale::Span;
    use super::*;

    fn labels(count: usize, width: f32, unit: RulerUnit, fps: f64) -> Vec<String> {
        let scale = TimeScale::new(Span::all(count), Rangef::new(0.0, width));
        ticks(&scale, unit, fps, 0).into_iter().filter_map(|tick| tick.label).collect()
    }

    #[test]
    fn a_short_clip_counts_seconds() {
        assert_eq!(labels(150, 600.0, RulerUnit::Time, 30.0), ["0:00", "0:01", "0:02", "0:03", "0:04"]);
        assert_eq!(labels(100, 600.0, RulerUnit::Frames, 30.0), ["0", "20", "40", "60", "80"]);
    }

    #[test]
    fn an_hour_counts_minutes() {
        let labels = labels(108_000, 600.0, RulerUnit::Time, 30.0);
        assert_eq!(labels[1], "10:00");
        assert!(labels.len() <= 8);
    }

    #[test]
    fn zoomed_in_steps_are_not_finer_than_a_frame() {
        assert_eq!(tick_steps(RulerUnit::Time, 100_000.0, 1.0 / 30.0).1, 0.05);
        assert_eq!(tick_steps(RulerUnit::Frames, 500.0, 1.0), (1.0, 1.0));
    }

    #[test]
    fn numbers_of_the_file_are_shown_and_round() {
        let scale = TimeScale::new(Span::all(100), Rangef::new(0.0, 600.0));
        let first = ticks(&scale, RulerUnit::Frames, 30.0, 1001).into_iter().find(|tick| tick.label.is_some());
        assert_eq!(first, Some(Tick { frames: 19.0, label: Some("1020".to_owned()) }));
    }

    #[test]
    fn times_read_well() {
        assert_eq!(time_label(65.0, 1.0), "1:05");
        assert_eq!(time_label(0.25, 0.05), "0:00.25");
        assert_eq!(time_label(59.999, 0.1), "1:00.0");
        assert_eq!(time_label(3725.0, 5.0), "1:02:05");
        assert_eq!(exact_time(65.25), "01:05.250");
        assert_eq!(exact_time(3.1999), "00:03.200");
    }

    proptest! {
        #[test]
        fn ticks_are_apart_and_labels_are_on_major_ticks(
            count in 1usize..1_000_000, width in 80.0f32..4_000.0, fps in 1.0f64..240.0, is_time: bool,
        ) {
            let unit = if is_time { RulerUnit::Time } else { RulerUnit::Frames };
            let scale = TimeScale::new(Span::all(count), Rangef::new(0.0, width));
            let ticks = ticks(&scale, unit, fps, 0);
            prop_assert!(ticks.len() <= (f64::from(width) / TICK_GAP) as usize + 2);
            let labelled: Vec<_> = ticks.iter().filter(|tick| tick.label.is_some()).collect();
            for pair in labelled.windows(2) {
                prop_assert!((pair[1].frames - pair[0].frames) * scale.points_per_frame() >= LABEL_GAP * 0.999);
                prop_assert_ne!(&pair[0].label, &pair[1].label);
            }
        }
    }
}
