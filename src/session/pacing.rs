//! Which frame a tick of the screen shows, so that frames follow each other evenly.

/// The longest tick taken for the screen's: without new frames the window rests longer than a tick.
const LONGEST_TICK_SECS: f64 = 1.0 / 60.0;
/// How fast a shorter tick is forgotten, per tick.
const FORGET: f64 = 1.02;
/// How far the rhythm may leave the exact time, as a share of a tick.
const LOOSENESS: f64 = 0.25;

/// Picks the frame that is nearest to each tick.
///
/// Ticks come a little early or late. Where a frame is due half way between two ticks that would show it now one tick
/// longer and now one shorter, so near there the frame keeps the place that the one before had among the ticks. The
/// time itself is never touched: however long it plays, no frame is off by more than 3/4 of a tick.
#[derive(Clone, Copy, Debug)]
pub struct Pacing {
    tick_secs: f64,
    /// How long after the exact time the last frame appeared, in frames; negative before it.
    lateness: f64,
    shown: f64,
}

impl Default for Pacing {
    fn default() -> Self {
        Self { tick_secs: LONGEST_TICK_SECS, lateness: 0.0, shown: f64::MIN }
    }
}

impl Pacing {
    /// The next frame appears at its exact time.
    pub fn restart(&mut self) {
        self.lateness = 0.0;
        self.shown = f64::MIN;
    }

    /// The number of the frame to show at `position` (in frames), `dt_secs` after the tick before.
    pub fn frame_due(&mut self, position: f64, dt_secs: f64, frames_per_sec: f64) -> f64 {
        self.tick_secs = dt_secs.min(self.tick_secs * FORGET).min(LONGEST_TICK_SECS);
        let grain = (self.tick_secs * frames_per_sec).min(1.0);
        let kept = self.lateness.clamp(-LOOSENESS * grain, LOOSENESS * grain);
        let due = (position - kept + 0.5 * grain).floor();
        if due != self.shown {
            self.shown = due;
            self.lateness = position - due;
        }
        due
    }
}
