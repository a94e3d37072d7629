//! In-the-wild inference end to end, from an AlphaPose file to X3D, against the published script.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use motionbert::data::{KeypointTrack, NormalisationMode, PersonId};
use motionbert::io::keypoints::{self, Loaded, ReadContext};
use motionbert::motion::{normalise, people, remap};
use motionbert::support::{CancelToken, Notices};

#[path = "support/tensors.rs"]
mod tensors;
use tensors::Tensors;

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
