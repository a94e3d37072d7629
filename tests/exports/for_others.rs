//! Motion files with the truth beside them, for the programs that `scripts/check-exports` opens them in.

use std::path::PathBuf;
use std::sync::Arc;

use motionbert::data::FrameRange;
use motionbert::data::body::BodyTrack;
use motionbert::io::export::bvh::{self, BvhOptions, BvhUnit, UpAxis};
use motionbert::io::export::glb::{self, GlbPerson};
use motionbert::io::export::{BodyMotion, RIG_NAMES};
use motionbert::motion::body_cut::BodyCut;
use motionbert::motion::skin::ShapedBody;
use motionbert::support::CancelToken;
use serde_json::{Value, json};

use crate::{dancer, true_joints};

const OUT_FPS: f64 = 60.0;
/// Of the surface, every so many-th vertex in every so many-th frame is told.
const VERTEX_STEP: usize = 40;
const FRAME_STEP: usize = 20;

/// Two mannequins, the second comes later; as BVH with y up in centimetres and z up in metres, and as one GLB.
#[test]
#[ignore = "for scripts/check-exports"]
fn write_for_other_programs() {
    let folder = PathBuf::from(std::env::var_os("MOTION_FILES").unwrap());
    let body = dancer::mannequin();
    let tracks = [dancer::dance(0, FrameRange::of_len(10, 120)), dancer::dance(1, FrameRange::of_len(40, 80))];
    let cut = BodyCut { range: FrameRange::new(10, 130), fps: 30.0, out_fps: OUT_FPS, is_root_at_origin: true };
    let pieces = cut.apply(tracks.iter().map(|track| (&body, track)));
    let pieces: Vec<BodyTrack> = pieces.into_iter().map(Option::unwrap).collect();
    let motions: Vec<BodyMotion> = pieces.iter().map(|track| BodyMotion { body: &body, track }).collect();

    let cancel = CancelToken::new();
    let z_up = BvhOptions { up: UpAxis::Z, unit: BvhUnit::Metres };
    for (motion, name) in motions.iter().zip(["first", "second"]) {
        let path = |kind: &str| folder.join(format!("{name}{kind}.bvh"));
        bvh::write(&path(""), motion, OUT_FPS, BvhOptions::default(), &cancel).unwrap();
        bvh::write(&path("-z-up"), motion, OUT_FPS, z_up, &cancel).unwrap();
    }
    let people: Vec<GlbPerson> = motions
        .iter()
        .zip(["first", "second"])
        .map(|(motion, name)| GlbPerson { motion: *motion, name: name.to_owned(), colour: [0.7, 0.3, 0.2] })
        .collect();
    glb::write(&folder.join("people.glb"), &people, OUT_FPS, &cancel).unwrap();

    let person = |motion: &BodyMotion, name: &str| -> Value {
        let track = motion.track;
        let shaped = ShapedBody::new(Arc::new(body.without_pose_directions()), track.betas[0]);
        let surface = (track.range.start..track.range.end).step_by(FRAME_STEP).map(|frame| {
            let vertices = shaped.posed(&track.frame(motionbert::data::FrameIndex(frame)).unwrap());
            json!({ "frame": frame, "vertices": vertices.iter().step_by(VERTEX_STEP).collect::<Vec<_>>() })
        });
        json!({
            "name": name,
            "first_frame": track.range.start,
            "joints": (0..track.range.len()).map(|offset| true_joints(&body, track, offset)).collect::<Vec<_>>(),
            "surface": surface.collect::<Vec<_>>(),
        })
    };
    let truth = json!({
        "fps": OUT_FPS,
        "vertex_step": VERTEX_STEP,
        "names": RIG_NAMES,
        "people": [person(&motions[0], "first"), person(&motions[1], "second")],
    });
    std::fs::write(folder.join("truth.json"), truth.to_string()).unwrap();
}
