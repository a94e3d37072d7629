//! Slow curves.

use glam::Vec3;

/// Moving mean with a bell of this standard deviation, in frames.
pub(super) fn smoothed(values: &[Vec3], sigma: f64) -> Vec<Vec3> {
    let reach = (3.0 * sigma).ceil() as usize;
    let bell: Vec<f32> =
        (0..=reach).map(|away| (-0.5 * (away as f64 / sigma.max(1e-6)).powi(2)).exp() as f32).collect();
    (0..values.len())
        .map(|frame| {
            let around = frame.saturating_sub(reach)..(frame + reach + 1).min(values.len());
            let weights: f32 = around.clone().map(|other| bell[other.abs_diff(frame)]).sum();
            around.map(|other| values[other] * bell[other.abs_diff(frame)]).sum::<Vec3>() / weights
        })
        .collect()
}

/// A slow curve that is nowhere below `values`: the most within `reach` frames, then its mean over as many.
pub(super) fn raised(values: &[f32], reach: f64) -> Vec<f32> {
    let reach = reach.round() as usize;
    let around = |frame: usize| frame.saturating_sub(reach)..(frame + reach + 1).min(values.len());
    let most: Vec<f32> = (0..values.len())
        .map(|frame| values[around(frame)].iter().copied().fold(f32::NEG_INFINITY, f32::max))
        .collect();
    (0..values.len()).map(|frame| most[around(frame)].iter().sum::<f32>() / around(frame).len() as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_curves_cover_what_they_are_of() {
        let values: Vec<f32> = (0..80).map(|i| if i == 40 { 1.0 } else { 0.1 * (i as f32 * 0.3).sin() }).collect();
        let raised = raised(&values, 6.0);
        assert!(raised.iter().zip(&values).all(|(above, value)| *above >= value - 1e-6));
        assert!(raised.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.15));
    }

    #[test]
    fn smooth_curves_keep_what_does_not_change() {
        assert!(smoothed(&[Vec3::ONE; 20], 4.0).iter().all(|value| (*value - Vec3::ONE).length() < 1e-5));
        assert_eq!(smoothed(&[], 4.0).len(), 0);
    }
}
