//! From image pixels to model input.
//!
//! Both published ways: the square around the whole track (crop) and the image itself (pixel). The fitted
//! [`Normalisation`] is kept for the way back. A missing joint becomes (0, 0, 0).

pub mod live;

use crate::data::{Keypoint, KeypointTrack, Normalisation, NormalisationMode};

pub use live::LiveSquare;

/// Fewer visible joints than this over a whole track say nothing about a pose.
const MIN_VISIBLE_JOINTS: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NormaliseError {
    /// The published code would feed an all-zero clip and show what the network makes of nothing.
    #[error("fewer than {MIN_VISIBLE_JOINTS} joints are visible, or all of them at one point")]
    NothingVisible,
    #[error("pixel mode needs the size of the image: give it, or use crop mode")]
    NoImageSize,
}

/// Fits the map from pixels to model input on a whole track.
///
/// `keypoints` are the model's joints of all frames, image pixels; `image_size` is used by pixel mode only.
///
/// # Errors
/// [`NormaliseError`] when there is nothing to fit on, or pixel mode has no image size.
pub fn fit(
    mode: NormalisationMode,
    keypoints: &[Keypoint],
    image_size: Option<[u32; 2]>,
) -> Result<Normalisation, NormaliseError> {
    let visible = || keypoints.iter().filter(|keypoint| !keypoint.is_missing());
    if visible().count() < MIN_VISIBLE_JOINTS {
        return Err(NormaliseError::NothingVisible);
    }
    match mode {
        NormalisationMode::Identity => Ok(Normalisation::IDENTITY),
        NormalisationMode::Pixel => {
            let [width, height] = image_size.ok_or(NormaliseError::NoImageSize)?.map(|side| side as f32);
            let half_extent = width.min(height) / 2.0;
            if half_extent <= 0.0 {
                return Err(NormaliseError::NoImageSize);
            }
            Ok(Normalisation { mode, centre: [width / 2.0, height / 2.0], half_extent })
        }
        NormalisationMode::Crop => {
            let mut low = [f32::INFINITY; 2];
            let mut high = [f32::NEG_INFINITY; 2];
            for keypoint in visible() {
                for (axis, value) in [keypoint.x, keypoint.y].into_iter().enumerate() {
                    low[axis] = low[axis].min(value);
                    high[axis] = high[axis].max(value);
                }
            }
            let half_extent = (high[0] - low[0]).max(high[1] - low[1]) / 2.0;
            if !half_extent.is_finite() || half_extent <= 0.0 {
                return Err(NormaliseError::NothingVisible);
            }
            Ok(Normalisation { mode, centre: [0, 1].map(|axis| f32::midpoint(low[axis], high[axis])), half_extent })
        }
    }
}

/// The track as model input (x, y, confidence). // [frames, 17, 3]
///
/// Crop mode clips all three to [-1, 1], confidence included, as published.
pub fn to_clip(track: &KeypointTrack, normalisation: &Normalisation) -> Vec<f32> {
    let bound = if normalisation.mode == NormalisationMode::Crop { 1.0 } else { f32::INFINITY };
    track
        .keypoints
        .iter()
        .flat_map(|keypoint| {
            if keypoint.is_missing() {
                return [0.0; 3];
            }
            let [x, y] = normalisation.apply([keypoint.x, keypoint.y]);
            [x, y, keypoint.confidence].map(|value| value.clamp(-bound, bound))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::skeleton::H36M_17;
    use crate::data::{FrameRange, H36M_JOINTS, PersonId};

    fn track(keypoints: Vec<Keypoint>) -> KeypointTrack {
        let frames = keypoints.len() / H36M_JOINTS;
        KeypointTrack {
            person: PersonId(0),
            skeleton: &H36M_17,
            range: FrameRange::of_len(0, frames),
            keypoints: keypoints.into(),
            seen: vec![true; frames].into(),
            is_spurious: false,
        }
    }

    proptest! {
        #[test]
        fn the_way_back_is_exact(
            points in prop::collection::vec((-2000.0f32..4000.0, -2000.0f32..4000.0, 0.1f32..1.0), H36M_JOINTS * 3),
            pixel in any::<bool>(),
        ) {
            let track = track(points.iter().map(|(x, y, c)| Keypoint::new(*x, *y, *c)).collect());
            let mode = if pixel { NormalisationMode::Pixel } else { NormalisationMode::Crop };
            let normalisation = fit(mode, &track.keypoints, Some([1920, 1080])).unwrap();
            let clip = to_clip(&track, &normalisation);
            let mut reach = 0.0f32;
            for (keypoint, input) in track.keypoints.iter().zip(clip.as_chunks::<3>().0) {
                let back = normalisation.invert(glam::vec3(input[0], input[1], 0.0));
                prop_assert!((back.x - keypoint.x).abs() < 0.01 && (back.y - keypoint.y).abs() < 0.01);
                prop_assert_eq!(input[2], keypoint.confidence);
                reach = reach.max(input[0].abs()).max(input[1].abs());
            }
            if !pixel {
                prop_assert!((reach - 1.0).abs() < 1e-5, "the box is filled: {}", reach);
            }
        }
    }

    #[test]
    fn missing_joints_are_zero_and_do_not_count() {
        let mut keypoints = vec![Keypoint::new(500.0, 400.0, 1.5); H36M_JOINTS];
        keypoints[0] = Keypoint::MISSING;
        keypoints[1] = Keypoint::new(700.0, 500.0, 0.5);
        let normalisation = fit(NormalisationMode::Crop, &keypoints, None).unwrap();
        assert_eq!(normalisation.centre, [600.0, 450.0]);
        assert_eq!(normalisation.half_extent, 100.0);
        let clip = to_clip(&track(keypoints), &normalisation);
        assert_eq!(clip[..3], [0.0; 3]);
        assert_eq!(clip[3..9], [1.0, 0.5, 0.5, -1.0, -0.5, 1.0]);
    }

    #[test]
    fn nothing_to_see_is_said() {
        let point = Keypoint::new(3.0, 4.0, 1.0);
        let mut three = vec![Keypoint::MISSING; H36M_JOINTS];
        three[..3].copy_from_slice(&[point, Keypoint::new(9.0, 9.0, 1.0), Keypoint::new(7.0, 9.0, 1.0)]);
        assert_eq!(fit(NormalisationMode::Crop, &three, None), Err(NormaliseError::NothingVisible));
        let one_point = vec![point; H36M_JOINTS];
        assert_eq!(fit(NormalisationMode::Crop, &one_point, None), Err(NormaliseError::NothingVisible));
        assert_eq!(fit(NormalisationMode::Pixel, &one_point, None), Err(NormaliseError::NoImageSize));
    }
}
