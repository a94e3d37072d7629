//! Playback: which frame is shown, and how it moves with time.

use crate::data::{FrameIndex, FrameRange};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Playback {
    #[default]
    Paused,
    Playing,
}

/// What [`PlaybackClock::advance`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockChange {
    pub frame_changed: bool,
    /// Playback ran into the end and stopped.
    pub stopped: bool,
}

/// A position in time inside a range of frames. Time runs in frames as a real number, so any speed is exact over
/// time whatever the screen's rate is.
#[derive(Clone, Debug)]
pub struct PlaybackClock {
    range: FrameRange,
    fps: f64,
    /// In frames; always inside `[range.start, range.end)` unless the range is empty.
    position: f64,
    playback: Playback,
    speed: f64,
    is_looping: bool,
}

/// Speeds offered by the transport.
pub const SPEEDS: [f64; 7] = [0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0];

impl Default for PlaybackClock {
    fn default() -> Self {
        Self {
            range: FrameRange::default(),
            fps: 30.0,
            position: 0.0,
            playback: Playback::Paused,
            speed: 1.0,
            is_looping: true,
        }
    }
}

impl PlaybackClock {
    /// Starts anew on another clip: first frame, paused; speed and looping stay.
    pub fn load(&mut self, range: FrameRange, fps: f64) {
        self.range = range;
        self.position = range.start as f64;
        self.playback = Playback::Paused;
        self.set_fps(fps);
    }

    pub fn range(&self) -> FrameRange {
        self.range
    }

    pub fn fps(&self) -> f64 {
        self.fps
    }

    /// Ignored unless a positive finite number.
    pub fn set_fps(&mut self, fps: f64) {
        if fps.is_finite() && fps > 0.0 {
            self.fps = fps;
        }
    }

    pub fn frame(&self) -> FrameIndex {
        FrameIndex(self.position.floor() as usize)
    }

    /// Seconds since the first frame of the range.
    pub fn time_secs(&self) -> f64 {
        (self.frame().0 - self.range.start.min(self.frame().0)) as f64 / self.fps
    }

    pub fn duration_secs(&self) -> f64 {
        self.range.len() as f64 / self.fps
    }

    pub fn is_playing(&self) -> bool {
        self.playback == Playback::Playing
    }

    pub fn speed(&self) -> f64 {
        self.speed
    }

    pub fn set_speed(&mut self, speed: f64) {
        if speed.is_finite() {
            self.speed = speed.clamp(0.05, 8.0);
        }
    }

    pub fn is_looping(&self) -> bool {
        self.is_looping
    }

    pub fn set_looping(&mut self, is_looping: bool) {
        self.is_looping = is_looping;
    }

    /// Plays; from the start when at the last frame without looping.
    pub fn play(&mut self) {
        if self.range.is_empty() {
            return;
        }
        if !self.is_looping && self.frame().0 + 1 >= self.range.end {
            self.position = self.range.start as f64;
        }
        self.playback = Playback::Playing;
    }

    pub fn pause(&mut self) {
        self.playback = Playback::Paused;
    }

    pub fn toggle(&mut self) {
        if self.is_playing() { self.pause() } else { self.play() }
    }

    /// Shows `frame`, kept inside the range.
    pub fn seek(&mut self, frame: FrameIndex) {
        if !self.range.is_empty() {
            self.position = frame.0.clamp(self.range.start, self.range.end - 1) as f64;
        }
    }

    /// Pauses and moves by whole frames.
    pub fn step(&mut self, frames: i64) {
        self.pause();
        let target = (self.frame().0 as i64).saturating_add(frames).max(0);
        self.seek(FrameIndex(target as usize));
    }

    pub fn to_start(&mut self) {
        self.seek(FrameIndex(self.range.start));
    }

    pub fn to_end(&mut self) {
        self.seek(FrameIndex(self.range.end.saturating_sub(1)));
    }

    /// Moves by `dt_secs` of wall time.
    pub fn advance(&mut self, dt_secs: f64) -> ClockChange {
        let before = self.frame();
        let mut stopped = false;
        if self.is_playing() && !self.range.is_empty() && dt_secs.is_finite() && dt_secs > 0.0 {
            let (start, end) = (self.range.start as f64, self.range.end as f64);
            self.position += dt_secs * self.fps * self.speed;
            if self.position >= end {
                if self.is_looping {
                    self.position = start + (self.position - start) % (end - start);
                } else {
                    self.position = end - 1.0;
                    self.playback = Playback::Paused;
                    stopped = true;
                }
            }
        }
        ClockChange { frame_changed: self.frame() != before, stopped }
    }

    /// Wall time until the next frame is due; none when paused.
    pub fn until_next_frame_secs(&self) -> Option<f64> {
        self.is_playing().then(|| (self.position.floor() + 1.0 - self.position) / (self.fps * self.speed))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock(frames: usize) -> PlaybackClock {
        let mut clock = PlaybackClock::default();
        clock.load(FrameRange::new(0, frames), 30.0);
        clock
    }

    #[test]
    fn plays_at_the_frame_rate_and_loops() {
        let mut clock = clock(30);
        clock.play();
        clock.advance(0.5 + 1e-9);
        assert_eq!(clock.frame(), FrameIndex(15));
        clock.advance(0.6);
        assert_eq!(clock.frame(), FrameIndex(3));
        assert!(clock.is_playing());
    }

    #[test]
    fn stops_at_the_last_frame_and_starts_over() {
        let mut clock = clock(30);
        clock.set_looping(false);
        clock.play();
        assert!(clock.advance(2.0).stopped);
        assert_eq!(clock.frame(), FrameIndex(29));
        clock.play();
        assert_eq!(clock.frame(), FrameIndex(0));
    }

    #[test]
    fn an_empty_clip_never_moves() {
        let mut clock = clock(0);
        clock.play();
        clock.advance(1.0);
        clock.step(5);
        clock.to_end();
        assert_eq!(clock.frame(), FrameIndex(0));
        assert!(!clock.is_playing());
    }

    proptest! {
        #[test]
        fn the_frame_stays_inside(
            frames in 1usize..500,
            moves in proptest::collection::vec((0u8..5, -600i64..600), 0..50),
            speed in 0.1f64..4.0,
        ) {
            let mut clock = clock(frames);
            clock.set_speed(speed);
            for (kind, amount) in moves {
                match kind {
                    0 => clock.step(amount),
                    1 => { clock.advance(amount as f64 / 10.0); }
                    2 => clock.toggle(),
                    3 => clock.seek(FrameIndex(amount.unsigned_abs() as usize)),
                    _ => clock.set_looping(amount > 0),
                }
                prop_assert!(clock.frame().0 < frames);
            }
        }

        #[test]
        fn time_is_exact_over_many_small_steps(steps in 1usize..2000) {
            let mut clock = clock(100_000);
            clock.play();
            for _ in 0..steps {
                clock.advance(1.0 / 60.0);
            }
            let expected = steps as f64 * 0.5;
            prop_assert!((clock.frame().0 as f64 - expected).abs() <= 1.0);
        }
    }
}
