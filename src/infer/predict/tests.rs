use parking_lot::Mutex;

use super::*;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameIndex, Keypoint};
use crate::support::NoProgress;

const IMAGE: Option<[u32; 2]> = Some([640, 480]);

/// Gives x + 0.1 and y back with depth y + 3, and remembers what it was asked.
#[derive(Default)]
struct Echo {
    is_root_relative: bool,
    /// (batch, frames) of every pass.
    passes: Mutex<Vec<(usize, usize)>>,
    cancel_after: Option<usize>,
}

impl Lifter for Echo {
    fn max_frames(&self) -> usize {
        100
    }

    fn is_root_relative(&self) -> bool {
        self.is_root_relative
    }

    fn lift(&self, clips: &[f32], batch: usize, frames: usize, cancel: &CancelToken) -> Result<Vec<f32>, LiftError> {
        assert_eq!(clips.len(), batch * frames * FRAME_VALUES);
        let mut passes = self.passes.lock();
        passes.push((batch, frames));
        if self.cancel_after == Some(passes.len()) {
            cancel.cancel();
        }
        Ok(clips.as_chunks::<3>().0.iter().flat_map(|[x, y, _]| [x + 0.1, *y, y + 3.0]).collect())
    }
}

fn track(frames: usize) -> KeypointTrack {
    let keypoints = (0..frames * H36M_JOINTS)
        .map(|index| {
            let (frame, joint) = ((index / H36M_JOINTS) as f32, (index % H36M_JOINTS) as f32);
            Keypoint::new(200.0 + 10.0 * joint + frame * 0.3, 240.0 + 20.0 * (joint + frame * 0.1).sin(), 0.5)
        })
        .collect();
    KeypointTrack {
        person: PersonId(4),
        skeleton: &H36M_17,
        range: FrameRange::of_len(20, frames),
        keypoints,
        seen: vec![true; frames].into(),
        is_spurious: false,
    }
}

fn predict(lifter: &Echo, track: &KeypointTrack, options: &InferOptions) -> Result<PosePrediction, InferError> {
    predict_track(lifter, track, IMAGE, options, &CancelToken::new(), &NoProgress, &mut |_| {})
}

#[test]
fn the_mirrored_pass_cancels_a_sideways_error() {
    let track = track(50);
    for (flip, error_px) in [(true, 0.0), (false, 0.1 * 240.0)] {
        let options = InferOptions { mode: NormalisationMode::Pixel, flip, ..InferOptions::default() };
        let prediction = predict(&Echo::default(), &track, &options).unwrap();
        assert_eq!(prediction.space, Space::ImagePixels);
        assert_eq!((prediction.person, prediction.range), (track.person, track.range));
        for (joint, keypoint) in prediction.joints.iter().zip(track.keypoints.iter()) {
            assert!((joint.x - keypoint.x - error_px).abs() < 1e-3 && (joint.y - keypoint.y).abs() < 1e-3);
        }
        let root = prediction.joints[0];
        assert_eq!(root.z, 0.0, "depth starts at the first root");
        assert!((prediction.joints[5].z - (prediction.joints[5].y - root.y)).abs() < 1e-3, "depth is in pixels");
    }
}

#[test]
fn updates_add_up_to_the_result() {
    let track = track(450);
    for stitch in [Stitch::Reference, Stitch::Blend] {
        let options = InferOptions { stitch, ..InferOptions::default() };
        let mut shown = vec![Vec3::NAN; 450 * H36M_JOINTS];
        let mut ends = Vec::new();
        let reported = Mutex::new(Vec::new());
        let progress = |_: &'static str, done: u64, total: u64| reported.lock().push((done, total));
        let result =
            predict_track(&Echo::default(), &track, None, &options, &CancelToken::new(), &progress, &mut |update| {
                assert_eq!(update.joints.len(), update.range.len() * H36M_JOINTS);
                let start = (update.range.start - track.range.start) * H36M_JOINTS;
                shown[start..start + update.joints.len()].copy_from_slice(&update.joints);
                ends.push(update.range.end);
            })
            .unwrap();
        assert_eq!(shown, *result.joints);
        assert!(ends.len() >= 5 && ends.is_sorted(), "one window after the other: {ends:?}");
        assert_eq!(reported.lock().last(), Some(&(450, 450)));
        assert!(reported.lock().is_sorted());
        assert_eq!(result.frame(FrameIndex(20)).unwrap()[0].z, 0.0);
    }
}

#[test]
fn windows_fit_the_model_and_share_passes() {
    let lifter = Echo::default();
    let options = InferOptions { stitch: Stitch::Reference, ..InferOptions::default() };
    predict(&lifter, &track(450), &options).unwrap();
    assert_eq!(*lifter.passes.lock(), [(4, 100), (4, 100), (2, 50)]);

    let lifter = Echo::default();
    predict(&lifter, &track(300), &InferOptions { clip_len: 10, flip: false, ..options }).unwrap();
    assert_eq!(*lifter.passes.lock(), [(30, 10)]);
}

#[test]
fn a_root_relative_root_is_zero_everywhere() {
    let lifter = Echo { is_root_relative: true, ..Echo::default() };
    let prediction = predict(&lifter, &track(150), &InferOptions::default()).unwrap();
    assert!(prediction.joints.iter().step_by(H36M_JOINTS).all(|root| *root == Vec3::ZERO));
    assert!((prediction.joints[1].z - 3.0).abs() < 1.1);
}

#[test]
fn a_person_may_say_that_a_model_is_root_relative() {
    let is_zero = |root_relative| {
        let options = InferOptions { root_relative, ..InferOptions::default() };
        let prediction = predict(&Echo::default(), &track(150), &options).unwrap();
        prediction.joints.iter().step_by(H36M_JOINTS).all(|root| *root == Vec3::ZERO)
    };
    assert!(is_zero(Some(true)));
    assert!(!is_zero(Some(false)) && !is_zero(None));
}

#[test]
fn a_gap_reaches_the_network_as_zeros() {
    let whole = track(30);
    let mut keypoints = whole.keypoints.to_vec();
    keypoints[10 * H36M_JOINTS..12 * H36M_JOINTS].fill(Keypoint::MISSING);
    let gappy = KeypointTrack { keypoints: keypoints.into(), ..whole };
    let options = InferOptions { flip: false, ..InferOptions::default() };
    let prediction = predict(&Echo::default(), &gappy, &options).unwrap();
    for joint in &prediction.joints[10 * H36M_JOINTS..12 * H36M_JOINTS] {
        assert_eq!(joint.truncate(), glam::vec2(0.1, 0.0));
    }
}

#[test]
fn cancelling_stops_between_passes() {
    let lifter = Echo { cancel_after: Some(1), ..Echo::default() };
    let result = predict(&lifter, &track(450), &InferOptions::default());
    assert!(matches!(result, Err(InferError::Cancelled(_))));
    assert_eq!(lifter.passes.lock().len(), 1);
}

#[test]
fn what_cannot_be_lifted_is_said() {
    let blind = KeypointTrack { keypoints: vec![Keypoint::MISSING; 5 * H36M_JOINTS].into(), ..track(5) };
    let error = predict(&Echo::default(), &blind, &InferOptions::default()).unwrap_err();
    assert!(matches!(error, InferError::Normalise { source: NormaliseError::NothingVisible, .. }), "{error}");
    for values in [0, 50, 52] {
        let clip = vec![0.0; values];
        let options = InferOptions::default();
        let result = predict_clip(&Echo::default(), &clip, &options, &CancelToken::new(), &NoProgress, &mut |_| {});
        assert!(matches!(result, Err(InferError::ClipShape { .. })));
    }
}

#[test]
fn a_normalised_clip_goes_in_as_it_is() {
    let clip: Vec<f32> = (0..3 * FRAME_VALUES).map(|index| 1.5 * (index as f32).sin()).collect();
    let options = InferOptions { flip: false, ..InferOptions::default() };
    let prediction =
        predict_clip(&Echo::default(), &clip, &options, &CancelToken::new(), &NoProgress, &mut |_| {}).unwrap();
    assert_eq!(prediction.range, FrameRange::new(0, 3));
    assert_eq!(prediction.normalisation, Normalisation::IDENTITY);
    for (joint, input) in prediction.joints.iter().zip(clip.as_chunks::<3>().0) {
        assert_eq!([joint.x, joint.y], [input[0] + 0.1, input[1]]);
    }
}
