//! Arguments for cleaning before and smoothing after lifting, and both as the subcommands do them.

use clap::{Args, ValueEnum};

use super::exit::Advice;
use crate::data::{KeypointTrack, PosePrediction};
use crate::motion::clean::{Cleaned, Hampel};
use crate::motion::smooth::{MAX_DEGREE, MAX_ORDER, MAX_WINDOW_FRAMES, SmoothingKind};
use crate::motion::{Cleaning, Smoothing};
use crate::support::{Notice, Notices};

/// Repairs and filters; without any of these the result is the model's own.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Cleaning and smoothing")]
pub(super) struct FilterArgs {
    /// Before lifting: joints less certain than this count as not seen
    #[arg(long, value_name = "C", value_parser = positive)]
    pub min_confidence: Option<f32>,
    /// Before lifting: exchange left and right where the detector mixed them up
    #[arg(long)]
    pub repair_swaps: bool,
    /// Before lifting: joints that jump away and back count as not seen (Hampel filter); farther than so many scaled
    /// deviations, 3 without a number
    #[arg(long, value_name = "THRESHOLD", num_args = 0..=1, require_equals = true, default_missing_value = "3",
          value_parser = positive)]
    pub outliers: Option<f32>,
    /// Before lifting: fill in joints that were not seen for so many frames at most
    #[arg(long, value_name = "FRAMES")]
    pub fill_gaps: Option<usize>,
    /// After lifting: filter the joints over time
    #[arg(long, value_name = "FILTER")]
    smooth: Option<SmoothArg>,
    /// How much to smooth, from 0 to 1
    #[arg(long, value_name = "S", requires = "smooth", value_parser = share)]
    strength: Option<f32>,
    /// Cut-off, Hz; of one-euro, at rest [butterworth, one-euro]
    #[arg(long, value_name = "HZ", requires = "smooth", value_parser = positive)]
    cutoff: Option<f32>,
    /// Order of the low-pass in each direction [butterworth]
    #[arg(long, value_name = "N", requires = "smooth", value_parser = order)]
    order: Option<usize>,
    /// How much the cut-off rises with speed, Hz per metre a second [one-euro]
    #[arg(long, value_name = "B", requires = "smooth", value_parser = not_negative)]
    beta: Option<f32>,
    /// Length of the window, an odd number [savitzky-golay]
    #[arg(long, value_name = "FRAMES", requires = "smooth", value_parser = window)]
    window: Option<usize>,
    /// Degree of the polynomial [savitzky-golay]
    #[arg(long, value_name = "N", requires = "smooth", value_parser = degree)]
    degree: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SmoothArg {
    /// Steady when still, prompt when fast; lags a little
    OneEuro,
    /// Low-pass without lag
    Butterworth,
    /// Polynomials in a moving window; keeps peaks
    SavitzkyGolay,
}

impl SmoothArg {
    fn kind(self) -> SmoothingKind {
        match self {
            Self::OneEuro => SmoothingKind::OneEuro,
            Self::Butterworth => SmoothingKind::Butterworth,
            Self::SavitzkyGolay => SmoothingKind::SavitzkyGolay,
        }
    }
}

impl FilterArgs {
    pub fn cleaning(&self) -> Cleaning {
        Cleaning {
            min_confidence: self.min_confidence,
            repair_swaps: self.repair_swaps,
            outliers: self.outliers.map(|threshold| Hampel { threshold, ..Hampel::default() }),
            max_gap_frames: self.fill_gaps,
        }
    }

    /// The filter of this strength with the details that were given.
    ///
    /// # Errors
    /// When a detail belongs to another filter.
    pub fn smoothing(&self) -> anyhow::Result<Smoothing> {
        let Some(filter) = self.smooth else { return Ok(Smoothing::Off) };
        let mut smoothing = Smoothing::of_strength(filter.kind(), self.strength.unwrap_or(Smoothing::USUAL_STRENGTH));
        let mut given = [
            ("--cutoff", self.cutoff.is_some()),
            ("--order", self.order.is_some()),
            ("--beta", self.beta.is_some()),
            ("--window", self.window.is_some()),
            ("--degree", self.degree.is_some()),
        ];
        let mut take =
            |names: &[&str]| given.iter_mut().filter(|(name, _)| names.contains(name)).for_each(|it| it.1 = false);
        match &mut smoothing {
            Smoothing::Off => {}
            Smoothing::OneEuro { min_cutoff_hz, beta, .. } => {
                set(min_cutoff_hz, self.cutoff);
                set(beta, self.beta);
                take(&["--cutoff", "--beta"]);
            }
            Smoothing::Butterworth { cutoff_hz, order } => {
                set(cutoff_hz, self.cutoff);
                set(order, self.order);
                take(&["--cutoff", "--order"]);
            }
            Smoothing::SavitzkyGolay { window_frames, degree } => {
                set(window_frames, self.window);
                set(degree, self.degree);
                take(&["--window", "--degree"]);
            }
        }
        match given.iter().find(|(_, is_left)| *is_left) {
            Some((name, _)) => Err(Advice::usage(
                format!("{name} is no detail of the {} filter", filter.kind().name()),
                "`motionbert help infer` says to which filters a detail belongs.",
            )
            .into()),
            None => Ok(smoothing),
        }
    }
}

fn set<T>(figure: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *figure = given;
    }
}

/// Cleans every track and tells what was changed.
pub(super) fn clean(tracks: &[&KeypointTrack], cleaning: &Cleaning, notices: &Notices) -> Vec<Cleaned> {
    let clean = |track: &&KeypointTrack| {
        let cleaned = cleaning.apply(track);
        if !cleaning.is_off() {
            notices.add(Notice::info(format!("Person {} was cleaned", track.person)).why(cleaned.repairs.to_string()));
        }
        cleaned
    };
    tracks.iter().map(clean).collect()
}

/// Smooths every prediction, and warns where that has no effect.
pub(super) fn smooth<'p>(
    predictions: impl Iterator<Item = &'p mut PosePrediction>,
    smoothing: &Smoothing,
    fps: f64,
    notices: &Notices,
) {
    if smoothing.is_off() {
        return;
    }
    if let Some(notice) = smoothing.notice(fps) {
        notices.add(notice);
    }
    for prediction in predictions {
        prediction.joints = smoothing.apply(&prediction.joints, fps).into();
    }
}

fn positive(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value: &f32| value.is_finite() && *value > 0.0);
    value.ok_or_else(|| "a number above 0 is needed".to_owned())
}

fn not_negative(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value: &f32| value.is_finite() && *value >= 0.0);
    value.ok_or_else(|| "0 or a number above it is needed".to_owned())
}

fn share(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value: &f32| (0.0..=1.0).contains(value));
    value.ok_or_else(|| "a number from 0 to 1 is needed".to_owned())
}

fn whole(text: &str, least: usize, most: usize) -> Result<usize, String> {
    let value = text.parse().ok().filter(|value: &usize| (least..=most).contains(value));
    value.ok_or_else(|| format!("a whole number from {least} to {most} is needed"))
}

fn order(text: &str) -> Result<usize, String> {
    whole(text, 1, MAX_ORDER)
}

fn window(text: &str) -> Result<usize, String> {
    let value = whole(text, 3, MAX_WINDOW_FRAMES)?;
    if value % 2 == 1 {
        Ok(value)
    } else {
        Err("the window needs an odd number of frames, to have a middle".to_owned())
    }
}

fn degree(text: &str) -> Result<usize, String> {
    whole(text, 0, MAX_DEGREE)
}
