//! How long the lifter's window is: as long as the machine keeps up with.

/// Shortest and longest window that is picked by itself, frames.
pub const AUTO_FRAMES: (usize, usize) = (27, 81);

/// Share of the time between two pictures that lifting may take before the window shrinks, and under which it grows.
const TOO_LONG: f64 = 0.6;
const SHORT: f64 = 0.35;
/// Frames by which it grows, and share to which it shrinks at once.
const GROWTH_FRAMES: usize = 6;
const SHRINK_SHARE: f64 = 0.75;
/// Passes to look at before it grows.
const PATIENCE: usize = 15;
/// Weight of a new measurement against those before.
const SHARE_OF_NEW: f64 = 0.25;

/// Shrinks the window before latency grows, and lets it grow again where there is time.
#[derive(Clone, Debug)]
pub struct AdaptiveWindow {
    frames: usize,
    /// Milliseconds of a pass, smoothed.
    pass_ms: Option<f64>,
    calm: usize,
}

impl Default for AdaptiveWindow {
    fn default() -> Self {
        Self { frames: AUTO_FRAMES.0, pass_ms: None, calm: 0 }
    }
}

impl AdaptiveWindow {
    /// Frames of the next window: `fixed`, or what fits.
    pub fn frames(&self, fixed: Option<usize>) -> usize {
        fixed.unwrap_or(self.frames).max(1)
    }

    /// Lifting one picture's windows took `pass_ms`, of `period_ms` between two pictures; `is_late` when a newer picture
    /// was waiting already.
    pub fn measured(&mut self, pass_ms: f64, period_ms: f64, is_late: bool) {
        let smoothed = self.pass_ms.map_or(pass_ms, |before| before + (pass_ms - before) * SHARE_OF_NEW);
        self.pass_ms = Some(smoothed);
        let share = smoothed / period_ms;
        if share > TOO_LONG || (is_late && share > SHORT) {
            let frames = ((self.frames as f64 * SHRINK_SHARE) as usize).max(AUTO_FRAMES.0);
            // What a pass of the shorter window will take, so that one slow pass shrinks it once.
            self.pass_ms = Some(smoothed * frames as f64 / self.frames as f64);
            self.frames = frames;
            self.calm = 0;
        } else if share < SHORT {
            self.calm += 1;
            if self.calm >= PATIENCE && self.frames < AUTO_FRAMES.1 {
                self.frames = (self.frames + GROWTH_FRAMES).min(AUTO_FRAMES.1);
                self.calm = 0;
            }
        } else {
            self.calm = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that takes this long per frame of the window.
    fn settle(window: &mut AdaptiveWindow, ms_per_frame: f64, passes: usize) -> Vec<usize> {
        let mut sizes = Vec::new();
        for _ in 0..passes {
            let frames = window.frames(None);
            window.measured(frames as f64 * ms_per_frame, 33.3, false);
            sizes.push(frames);
        }
        sizes
    }

    #[test]
    fn it_grows_where_there_is_time_and_shrinks_before_it_is_late() {
        let mut window = AdaptiveWindow::default();
        settle(&mut window, 0.05, 400);
        assert_eq!(window.frames(None), AUTO_FRAMES.1);
        // Four times as slow: 81 frames would take half of the time, then nearly all of it.
        settle(&mut window, 0.35, 60);
        let frames = window.frames(None);
        assert!(frames as f64 * 0.35 < 33.3 * TOO_LONG && frames >= AUTO_FRAMES.0, "{frames}");
        settle(&mut window, 5.0, 60);
        assert_eq!(window.frames(None), AUTO_FRAMES.0);
        assert_eq!(window.frames(Some(81)), 81, "a fixed window stays");
    }

    #[test]
    fn it_settles() {
        let mut window = AdaptiveWindow::default();
        let sizes = settle(&mut window, 0.2, 3000);
        let late: Vec<usize> = sizes[1000..].to_vec();
        let changes = late.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes < 20, "{changes} changes");
    }
}
