//! In-the-wild inference end to end, from an AlphaPose file to X3D, against the published script.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use motionbert::data::{KeypointTrack, NormalisationMode, PersonId};
use motionbert::infer::{InferOptions, predict_clip, predict_track};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::motion::{Stitch, normalise, people, remap};
use motionbert::nn::{DeviceChoice, DstformerConfig, PoseModel, seeded_pose3d};
use motionbert::support::{CancelToken, NoProgress, Notices};

#[path = "support/tensors.rs"]
mod tensors;
use tensors::{Tensors, assert_close};

const IMAGE: Option<[u32; 2]> = Some([1280, 720]);

fn truth() -> Tensors {
    Tensors::read("motion/infer_wild.safetensors")
}

/// The two people of the file.
fn tracks() -> Vec<KeypointTrack> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/motion/alphapose-results.json");
    let Loaded::Keypoints(recording) = keypoints::read(&path, &ReadContext::default()).unwrap() else {
        panic!("these are keypoints");
    };
    let notices = Notices::new();
    let tracks = people::split(&recording, 30.0, &notices, &CancelToken::new()).unwrap();
    assert!(notices.is_empty());
    assert_eq!(
        tracks.iter().map(|track| (track.person.0, track.range.len())).collect::<Vec<_>>(),
        [(1, 300), (2, 300)]
    );
    tracks
}

fn person(id: u32) -> KeypointTrack {
    tracks().into_iter().find(|track| track.person == PersonId(id)).unwrap()
}

#[test]
fn the_clip_is_the_published_one() {
    for (id, mode, name) in
        [(1, NormalisationMode::Crop, "crop_input"), (2, NormalisationMode::Pixel, "pixel_focus2_input")]
    {
        let track = remap::track_to_h36m(&person(id));
        let normalisation = normalise::fit(mode, &track.keypoints, IMAGE).unwrap();
        truth().assert_close(name, &normalise::to_clip(&track, &normalisation), 1e-5);
    }
}

/// The lite model with the reference's weights.
fn seeded_lite(is_root_relative: bool) -> PoseModel {
    let mut checkpoint = seeded_pose3d(&DstformerConfig::LITE, 1);
    checkpoint.metadata.insert("rootrel".to_owned(), is_root_relative.to_string());
    PoseModel::load(&checkpoint, DeviceChoice::Cpu, None).unwrap().0
}

fn published(mode: NormalisationMode) -> InferOptions {
    InferOptions { mode, stitch: Stitch::Reference, ..InferOptions::default() }
}

fn x3d(id: u32, mode: NormalisationMode) -> Vec<f32> {
    let cancel = CancelToken::new();
    let result =
        predict_track(&seeded_lite(false), &person(id), IMAGE, &published(mode), &cancel, &NoProgress, &mut |_| {})
            .unwrap();
    result.joints.iter().flat_map(glam::Vec3::to_array).collect()
}

#[test]
fn crop_mode_gives_the_published_x3d() {
    truth().assert_close("crop_focus1_x3d", &x3d(1, NormalisationMode::Crop), 1e-4);
}

#[test]
fn pixel_mode_gives_the_published_x3d() {
    truth().assert_close("pixel_focus2_x3d", &x3d(2, NormalisationMode::Pixel), 0.05);
}

/// The second window alone, given as model input: cheaper than the whole, and windows do not know of each other.
#[test]
fn a_normalised_clip_gives_the_published_x3d() {
    let truth = truth();
    let clip = &truth.values("crop_input")[243 * 17 * 3..];
    for (is_root_relative, name) in [(false, "crop_focus1_x3d"), (true, "crop_focus1_x3d_rootrel")] {
        let lifter = seeded_lite(is_root_relative);
        let options = published(NormalisationMode::Crop);
        let result = predict_clip(&lifter, clip, &options, &CancelToken::new(), &NoProgress, &mut |_| {}).unwrap();
        let joints: Vec<f32> = result.joints.iter().flat_map(glam::Vec3::to_array).collect();
        assert_close(name, &joints, &truth.values(name)[243 * 17 * 3..], 1e-4);
    }
}
