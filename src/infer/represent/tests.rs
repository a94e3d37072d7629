use super::*;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, Keypoint, PersonId};
use crate::nn::{Checkpoint, DeviceChoice};
use crate::support::NoProgress;

/// Represents a joint by its x and by the frame's place in its window.
struct Places;

impl Backbone for Places {
    fn max_frames(&self) -> usize {
        10
    }

    fn dim_rep(&self) -> usize {
        2
    }

    fn represent(&self, clips: &[f32], batch: usize, frames: usize, _: &CancelToken) -> Result<Vec<f32>, LiftError> {
        assert_eq!(clips.len(), batch * frames * FRAME_VALUES);
        let place = |joint: usize| (joint / H36M_JOINTS % frames) as f32;
        Ok(clips.chunks_exact(3).enumerate().flat_map(|(joint, values)| [values[0], place(joint)]).collect())
    }
}

fn track(frames: usize) -> KeypointTrack {
    let keypoint = |i: usize| Keypoint::new((i % 23) as f32 + (i / H36M_JOINTS) as f32, (i % 7) as f32, 0.9);
    KeypointTrack {
        person: PersonId(3),
        skeleton: &H36M_17,
        range: FrameRange::of_len(5, frames),
        keypoints: (0..frames * H36M_JOINTS).map(keypoint).collect(),
        seen: (0..frames).map(|frame| frame != 2).collect(),
        is_spurious: false,
    }
}

#[test]
fn windows_lie_side_by_side_and_come_in_order() {
    let clip: Vec<f32> = (0..23 * FRAME_VALUES).map(|i| i as f32).collect();
    let mut found = Vec::new();
    let cancel = CancelToken::new();
    represent_clip::<InferError>(&Places, &clip, 243, &cancel, &NoProgress, &mut |frames| {
        found.extend_from_slice(frames);
        Ok(())
    })
    .unwrap();
    let frames: Vec<&[f32]> = found.chunks_exact(2 * H36M_JOINTS).collect();
    assert_eq!(frames.len(), 23);
    for (index, frame) in frames.iter().enumerate() {
        assert_eq!(frame[..2], [(index * FRAME_VALUES) as f32, (index % 10) as f32]);
    }
}

#[test]
fn a_run_ends_when_it_is_cancelled_or_the_reader_has_had_enough() {
    let clip = vec![0.5; 30 * FRAME_VALUES];
    let cancel = CancelToken::new();
    let mut calls = 0;
    let enough = represent_clip::<InferError>(&Places, &clip, 5, &cancel, &NoProgress, &mut |_| {
        calls += 1;
        Err(InferError::ClipShape { values: 0 })
    });
    assert!(matches!(enough, Err(InferError::ClipShape { .. })) && calls == 1);
    cancel.cancel();
    let stopped = represent_clip::<InferError>(&Places, &clip, 5, &cancel, &NoProgress, &mut |_| Ok(()));
    assert!(matches!(stopped, Err(InferError::Cancelled(_))));
}

#[test]
fn features_of_a_representation_are_spread_by_one_and_know_gaps() {
    let features = representation_features(&Places, &track(80), 60.0, &CancelToken::new(), &NoProgress).unwrap();
    assert_eq!((features.person, features.range, features.hop), (PersonId(3), FrameRange::of_len(5, 80), 8));
    assert_eq!((features.rows(), features.dim), (10, 6));
    assert!((features.seen[0] - 7.0 / 8.0).abs() < 1e-6 && features.seen[1] == 1.0);
    for channel in 0..2 {
        let mean = |kind: usize| (0..10).map(|row| features.row(row)[kind * 2 + channel]).sum::<f32>() / 10.0;
        assert!(mean(0).abs() < 1e-3 && (mean(1) - 1.0).abs() < 1e-3, "{} {}", mean(0), mean(1));
        assert!(mean(2) > 0.0);
    }
}

#[test]
fn the_starter_represents_what_its_network_says() {
    let (model, ..) = BackboneModel::load(&Checkpoint::starter().unwrap(), DeviceChoice::Cpu, None).unwrap();
    let cancel = CancelToken::new();
    let clip: Vec<f32> = (0..4 * FRAME_VALUES).map(|i| (i as f32 * 0.7).sin()).collect();
    let mut found = Vec::new();
    represent_clip::<InferError>(&model, &clip, 3, &cancel, &NoProgress, &mut |frames| {
        found.extend_from_slice(frames);
        Ok(())
    })
    .unwrap();
    let mut wanted = model.represent(&clip[..3 * FRAME_VALUES], 1, 3, &cancel).unwrap();
    wanted.extend(model.represent(&clip[3 * FRAME_VALUES..], 1, 1, &cancel).unwrap());
    assert_eq!(found.len(), 4 * H36M_JOINTS * Backbone::dim_rep(&model));
    assert_eq!(found, wanted);
}
