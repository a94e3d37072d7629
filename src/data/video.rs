//! Pictures of a video and when they are shown.

use std::sync::Arc;

use super::time::FrameIndex;

/// One picture of a video, a folder of pictures or a camera.
#[derive(Clone, PartialEq)]
pub struct VideoFrame {
    /// Red, green, blue; rows from the top, without gaps.
    pub pixels: Arc<[u8]>, // [height, width, 3]
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// When it is shown: seconds since the first frame.
    pub time_secs: f64,
    pub index: FrameIndex,
}

impl std::fmt::Debug for VideoFrame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [width, height] = self.size;
        write!(f, "VideoFrame {{ {} at {} s, {width} x {height} }}", self.index.0, self.time_secs)
    }
}

/// Frames per second as a fraction, as video files keep it: 29.97 is really 30000 / 1001.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

impl FrameRate {
    /// For pictures that nobody says a rate of.
    pub const DEFAULT: Self = Self { numerator: 30, denominator: 1 };

    /// None when a part is zero.
    pub fn new(numerator: u32, denominator: u32) -> Option<Self> {
        (numerator > 0 && denominator > 0).then_some(Self { numerator, denominator })
    }

    /// The usual rate next to `fps`: a whole number, one of television's n * 1000 / 1001, or thousandths. None when
    /// `fps` is not a number above zero, or too big to keep.
    pub fn nearest(fps: f64) -> Option<Self> {
        let usual = Self::usual(fps);
        usual.clone().find(|rate| (rate.fps() / fps - 1.0).abs() < 2e-5).or_else(|| usual.last())
    }

    /// Rates next to `fps` from the most usual on: the whole number, television's, thousandths. Empty when `fps` is not
    /// a number above zero, or too big to keep.
    fn usual(fps: f64) -> impl Iterator<Item = Self> + Clone {
        let is_sane = fps > 0.0 && fps < 1e6;
        let fps = if is_sane { fps } else { 0.0 };
        let whole = (fps.round() as u32, 1);
        let television = ((fps * 1.001).round() as u32 * 1000, 1001);
        let thousandths = ((fps * 1000.0).round().max(f64::from(u8::from(is_sane))) as u32, 1000);
        [whole, television, thousandths]
            .into_iter()
            .filter_map(|(numerator, denominator)| Self::new(numerator, denominator))
    }

    pub fn numerator(self) -> u32 {
        self.numerator
    }

    pub fn denominator(self) -> u32 {
        self.denominator
    }

    pub fn fps(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// When frame `index` is shown, in seconds since frame 0.
    pub fn time_of(self, index: usize) -> f64 {
        index as f64 * f64::from(self.denominator) / f64::from(self.numerator)
    }
}

impl std::fmt::Display for FrameRate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// How the frames of a video follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    Constant(FrameRate),
    /// Phones and screen recorders show each frame for as long as it took.
    Variable {
        mean_fps: f64,
    },
    /// One picture.
    Still,
}

/// When each frame of a whole video is shown, in seconds since the first frame. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameTimes {
    starts_secs: Arc<[f64]>,
    end_secs: f64,
}

impl FrameTimes {
    /// `starts_secs` ascend; they are shifted so that the first is 0. The last frame is shown for `last_secs`.
    pub fn new(starts_secs: impl IntoIterator<Item = f64>, last_secs: f64) -> Self {
        let mut starts: Vec<f64> = starts_secs.into_iter().collect();
        let first = starts.first().copied().unwrap_or(0.0);
        for start in &mut starts {
            *start -= first;
        }
        let end_secs = starts.last().map_or(0.0, |last| last + last_secs.max(0.0));
        Self { starts_secs: starts.into(), end_secs }
    }

    /// `len` frames at a constant rate.
    pub fn constant(rate: FrameRate, len: usize) -> Self {
        Self::new((0..len).map(|index| rate.time_of(index)), rate.time_of(1))
    }

    pub fn len(&self) -> usize {
        self.starts_secs.len()
    }

    pub fn is_empty(&self) -> bool {
        self.starts_secs.is_empty()
    }

    pub fn starts_secs(&self) -> &[f64] {
        &self.starts_secs
    }

    pub fn duration_secs(&self) -> f64 {
        self.end_secs
    }

    pub fn time_of(&self, frame: FrameIndex) -> Option<f64> {
        self.starts_secs.get(frame.0).copied()
    }

    /// The frame on show at `secs`: the last that has started; the first one before that, the last one after the end.
    pub fn frame_at(&self, secs: f64) -> FrameIndex {
        // Times that were computed by other roads may miss a start by rounding.
        let started = self.starts_secs.partition_point(|start| *start <= secs + 1e-9);
        FrameIndex(started.saturating_sub(1))
    }

    /// The frame that starts nearest to `secs`.
    pub fn nearest(&self, secs: f64) -> FrameIndex {
        let before = self.frame_at(secs);
        let is_nearer = |after: f64| self.time_of(before).is_some_and(|start| after - secs < (secs - start).abs());
        match self.time_of(FrameIndex(before.0 + 1)) {
            Some(after) if is_nearer(after) => FrameIndex(before.0 + 1),
            _ => before,
        }
    }

    /// Constant when every frame starts within `tolerance_secs` of where `nominal`, or else the mean rate, puts it.
    pub fn pace(&self, nominal: Option<FrameRate>, tolerance_secs: f64) -> Pace {
        let [_, .., last] = *self.starts_secs else { return nominal.map_or(Pace::Still, Pace::Constant) };
        let mean_fps = (self.len() - 1) as f64 / last;
        let fits = |rate: &FrameRate| {
            let miss = |(index, start): (usize, &f64)| (rate.time_of(index) - start).abs();
            self.starts_secs.iter().enumerate().map(miss).all(|miss| miss <= tolerance_secs + 1e-6)
        };
        // The mean of rounded times is a little off the rate that they were rounded from.
        let constant = nominal.into_iter().chain(FrameRate::usual(mean_fps)).find(fits);
        constant.map_or(Pace::Variable { mean_fps }, Pace::Constant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_rates_are_found() {
        for (fps, numerator, denominator) in [
            (30.0, 30, 1),
            (29.97, 30_000, 1001),
            (23.976, 24_000, 1001),
            (59.94006, 60_000, 1001),
            (12.5, 12_500, 1000),
        ] {
            assert_eq!(FrameRate::nearest(fps), FrameRate::new(numerator, denominator), "{fps}");
        }
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(FrameRate::nearest(nonsense), None);
        }
        assert_eq!(FrameRate::nearest(0.0001), FrameRate::new(1, 1000));
    }

    #[test]
    fn frames_are_found_by_time() {
        let times = FrameTimes::new([5.0, 5.1, 5.5], 0.2);
        assert_eq!(times.starts_secs()[0], 0.0);
        assert!((times.duration_secs() - 0.7).abs() < 1e-12);
        for (secs, at, nearest) in [(-1.0, 0, 0), (0.0, 0, 0), (0.099, 0, 1), (0.1, 1, 1), (0.31, 1, 2), (9.0, 2, 2)] {
            assert_eq!(times.frame_at(secs), FrameIndex(at), "{secs}");
            assert_eq!(times.nearest(secs), FrameIndex(nearest), "{secs}");
        }
    }

    #[test]
    fn rounded_times_are_still_a_constant_rate() {
        let ntsc = FrameRate::new(30_000, 1001).unwrap();
        let in_milliseconds = |index: usize| (ntsc.time_of(index) * 1000.0).round() / 1000.0;
        let rounded = FrameTimes::new((0..300).map(in_milliseconds), 0.033);
        assert_eq!(rounded.pace(Some(ntsc), 1e-3), Pace::Constant(ntsc));
        assert_eq!(rounded.pace(None, 1e-3), Pace::Constant(ntsc));
        // A rate that the file claims and the frames do not keep is not believed.
        let claimed = FrameRate::new(60, 1);
        assert_eq!(rounded.pace(claimed, 1e-3), Pace::Constant(ntsc));
        let uneven = FrameTimes::new([0.0, 0.03, 0.08, 0.1], 0.02);
        assert!(matches!(uneven.pace(claimed, 1e-3), Pace::Variable { mean_fps } if (mean_fps - 30.0).abs() < 1e-9));
        assert_eq!(FrameTimes::new([0.0], 0.0).pace(None, 0.0), Pace::Still);
    }
}
