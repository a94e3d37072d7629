//! Clips of a person whose every joint is known: where people are in the picture, which video frame is behind them,
//! and what is left of a clip that did not come about.

use std::path::Path;
use std::sync::Arc;

use glam::{Vec2, Vec3};
use image::{Rgb, RgbImage, RgbaImage};
use motionbert::data::skeleton::H36M_17;
use motionbert::data::{
    FrameRange, FrameRate, Keypoint, KeypointTrack, Normalisation, NormalisationMode, PersonId, PosePrediction,
    Recording, SkeletonChoice, Space,
};
use motionbert::io::frames::clip::{ClipSink, ClipTarget};
use motionbert::io::frames::{Ffmpeg, FrameError};
use motionbert::io::keypoints::ReadOptions;
use motionbert::runtime::clip::{ClipCamera, ClipError, ClipLayout, ClipOrder, ClipSubject, write, write_with};
use motionbert::scene::OrbitCamera;
use motionbert::session::scene_settings::Appearance;
use motionbert::session::{MotionInput, MotionKey, Results, SceneSettings, Source, SourceId, SourceState};
use motionbert::support::{CancelToken, Cancelled, NoProgress, Notices};

use super::{gpu, renderer, shapes};
use motionbert::scene::{Capsule, LinearRgba};

const IMAGE: [u32; 2] = [640, 480];
const FRAMES: usize = 6;
const FPS: f64 = 25.0;
/// H36M-17 of a person with level arms, pixels from the root.
const T_POSE: [[f32; 2]; 17] = [
    [0.0, 0.0],
    [-28.0, 0.0],
    [-30.0, 100.0],
    [-32.0, 200.0],
    [28.0, 0.0],
    [30.0, 100.0],
    [32.0, 200.0],
    [0.0, -60.0],
    [0.0, -120.0],
    [0.0, -140.0],
    [0.0, -170.0],
    [36.0, -110.0],
    [100.0, -110.0],
    [170.0, -110.0],
    [-36.0, -110.0],
    [-100.0, -110.0],
    [-170.0, -110.0],
];

/// Where a joint is in the image.
fn place(frame: usize, joint: usize) -> Vec2 {
    Vec2::new(250.0 + 9.0 * frame as f32, 230.0) + Vec2::from(T_POSE[joint])
}

fn subject() -> ClipSubject {
    let places = || (0..FRAMES).flat_map(|frame| (0..17).map(move |joint| place(frame, joint)));
    let range = FrameRange::new(0, FRAMES);
    let track = KeypointTrack {
        person: PersonId(1),
        skeleton: &H36M_17,
        range,
        keypoints: places().map(|at| Keypoint { x: at.x, y: at.y, confidence: 0.9 }).collect(),
        seen: vec![true; FRAMES].into(),
        is_spurious: false,
    };
    let prediction = PosePrediction {
        person: PersonId(1),
        range,
        space: Space::ImagePixels,
        normalisation: Normalisation { mode: NormalisationMode::Pixel, centre: [320.0, 240.0], half_extent: 240.0 },
        joints: places().map(|at| at.extend(0.0)).collect(),
    };
    let recording = Recording {
        name: "known".to_owned(),
        format: "made here",
        skeleton: &H36M_17,
        skeleton_choice: SkeletonChoice { reason: String::new(), alternatives: Vec::new() },
        fps: Some(FPS),
        image_size: Some(IMAGE),
        first_frame_number: 0,
        frame_count: FRAMES,
        detections: Vec::new(),
        is_normalised: false,
    };
    let source = Source::from_recording(SourceId(1), None, recording, vec![track], ReadOptions::default());
    let clip = SourceState::new(Arc::new(source));
    let input = MotionInput {
        source: clip.source.clone(),
        key: MotionKey::of(&clip, &Results::default()),
        predictions: vec![prediction],
        uncleaned: Vec::new(),
        known: None,
    };
    let motion = Arc::new(input.derive(&CancelToken::new()).unwrap());
    let settings = SceneSettings { appearance: Appearance::Skeleton, shadows: false, ..SceneSettings::default() };
    ClipSubject { clip, motion, bodies: None, settings, is_dark: true, selected: None }
}

fn order(out: &Path, layout: ClipLayout, size: [u32; 2]) -> ClipOrder {
    ClipOrder {
        target: ClipTarget::from_path(&out.join("clip/%02d.png")).unwrap(),
        size,
        rate: FrameRate::nearest(FPS).unwrap(),
        range: FrameRange::new(0, FRAMES),
        samples: 1,
        layout,
        camera: ClipCamera { start: Some(OrbitCamera::default()), follows: false, turns: false },
        video: None,
    }
}

fn make(order: &ClipOrder) -> Result<(), ClipError> {
    write(order, &subject(), &Ffmpeg::default(), &Notices::new(), &CancelToken::new(), &NoProgress)
}

fn pictures(out: &Path) -> Vec<RgbaImage> {
    let mut files: Vec<_> = std::fs::read_dir(out.join("clip")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| image::open(file).unwrap().to_rgba8()).collect()
}

fn grey(frame: usize) -> u8 {
    20 + 12 * frame as u8
}

/// Pictures of one grey each, brighter and brighter.
fn write_video(folder: &Path, size: [u32; 2]) {
    std::fs::create_dir(folder).unwrap();
    for frame in 0..FRAMES {
        let picture = RgbImage::from_pixel(size[0], size[1], Rgb([grey(frame); 3]));
        picture.save(folder.join(format!("{frame}.png"))).unwrap();
    }
}

/// The middle of the pixels along `step` from `start` that are not the video.
fn middle(picture: &RgbaImage, ground: u8, start: Vec2, step: Vec2) -> Vec2 {
    let differs =
        |at: &Vec2| picture.get_pixel(at.x as u32, at.y as u32).0[..3].iter().any(|c| c.abs_diff(ground) > 12);
    let covered: Vec<Vec2> = (-25..=25).map(|k| start + step * k as f32).filter(differs).collect();
    assert!((4..45).contains(&covered.len()), "{} pixels around {start}", covered.len());
    covered.iter().sum::<Vec2>() / covered.len() as f32 + 0.5 * step
}

#[test]
fn people_are_drawn_over_themselves_in_the_frame_of_the_video_that_they_are_in() {
    let Some(_) = gpu() else { return };
    // Half as large as the image, twice as large, and with room at the sides.
    for (size, scale, left) in [([320, 240], 0.5, 0.0), ([1280, 960], 2.0, 0.0), ([900, 480], 1.0, 130.0)] {
        let out = tempfile::tempdir().unwrap();
        let video = out.path().join("video");
        write_video(&video, IMAGE);
        make(&ClipOrder { video: Some(video), ..order(out.path(), ClipLayout::Overlay, size) }).unwrap();
        let pictures = pictures(out.path());
        assert_eq!(pictures.len(), FRAMES);
        for (frame, picture) in pictures.iter().enumerate() {
            assert_eq!(picture.dimensions(), (size[0], size[1]));
            let ground = picture.get_pixel(left as u32 + 1, 1)[0];
            assert!(ground.abs_diff(grey(frame)) <= 1, "frame {frame} has the grey {ground}");
            let at = |joint| place(frame, joint) * scale + Vec2::new(left, 0.0);
            for (bone, step) in [((12, 13), Vec2::Y), ((15, 16), Vec2::Y), ((2, 3), Vec2::X), ((5, 6), Vec2::X)] {
                let expected = (at(bone.0) + at(bone.1)) / 2.0;
                let found = middle(picture, ground, expected, step);
                let off = (found - expected).dot(step).abs();
                assert!(off < 2.0, "bone {bone:?} of frame {frame} at {size:?} is {off} px off");
            }
        }
    }
}

#[test]
fn keypoints_stand_beside_the_view() {
    let Some(_) = gpu() else { return };
    let out = tempfile::tempdir().unwrap();
    make(&order(out.path(), ClipLayout::SideBySide, [641, 240])).unwrap();
    let pictures = pictures(out.path());
    for (frame, picture) in pictures.iter().enumerate() {
        assert_eq!(picture.dimensions(), (641, 240));
        let ground = picture.get_pixel(1, 1).0;
        for joint in [3, 6, 13, 16] {
            let at = place(frame, joint) * 0.5;
            let found = picture.get_pixel(at.x as u32, at.y as u32).0;
            assert!(found != ground, "joint {joint} of frame {frame}");
        }
        let right = || picture.enumerate_pixels().filter(|(x, ..)| *x >= 320).map(|(.., pixel)| pixel);
        let blue = right().filter(|pixel| pixel[2] > 150 && pixel[0] < 120).count();
        assert!(blue > 20, "somebody is on the right: {blue}");
    }
    assert!(pictures[0] != pictures[FRAMES - 1]);
}

#[test]
fn a_higher_rate_repeats_frames_and_a_camera_turns_in_all_of_them() {
    let Some(_) = gpu() else { return };
    let out = tempfile::tempdir().unwrap();
    let base = order(out.path(), ClipLayout::View, [64, 48]);
    let double = ClipOrder { rate: FrameRate::nearest(2.0 * FPS).unwrap(), ..base.clone() };
    assert_eq!((base.frame_count(FPS), double.frame_count(FPS)), (FRAMES, 2 * FRAMES));
    make(&double).unwrap();
    let still = pictures(out.path());
    assert_eq!(still.len(), 2 * FRAMES);
    assert!(still[2] == still[3] && still[3] != still[4]);
    std::fs::remove_dir_all(out.path().join("clip")).unwrap();
    make(&ClipOrder { camera: ClipCamera { turns: true, ..double.camera }, ..double }).unwrap();
    let turning = pictures(out.path());
    assert!(turning[0] == still[0] && turning[2] != turning[3]);
    std::fs::remove_dir_all(out.path().join("clip")).unwrap();
    // One frame at a low rate is a clip too.
    make(&ClipOrder { rate: FrameRate::new(1, 1).unwrap(), range: FrameRange::new(3, 4), ..base.clone() }).unwrap();
    assert_eq!(pictures(out.path()).len(), 1);
    let none = make(&ClipOrder { range: FrameRange::new(3, 3), ..base.clone() }).unwrap_err();
    assert!(matches!(none, ClipError::NoFrames));
    let large = make(&ClipOrder { size: [5000, 100], ..base }).unwrap_err();
    assert!(large.to_string().contains("3840 x 2160"), "{large}");
}

#[test]
fn a_cancelled_clip_leaves_nothing() {
    let Some(_) = gpu() else { return };
    let out = tempfile::tempdir().unwrap();
    for name in ["a.gif", "a.mp4", "a/%d.png"] {
        let target = ClipTarget::from_path(&out.path().join(name)).unwrap();
        let order = ClipOrder { target, ..order(out.path(), ClipLayout::View, [64, 48]) };
        let cancel = CancelToken::new();
        let progress = |_: &'static str, done: u64, total: u64| {
            assert_eq!(total, FRAMES as u64);
            if done == 2 {
                cancel.cancel();
            }
        };
        let result = write(&order, &subject(), &Ffmpeg::default(), &Notices::new(), &cancel.clone(), &progress);
        assert!(matches!(result, Err(ClipError::Cancelled(Cancelled))), "{result:?}");
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0, "{name}");
    }
}

/// A disk that is full after two pictures.
struct FullDisk(usize);

impl ClipSink for FullDisk {
    fn write(&mut self, _: RgbaImage, _: &CancelToken) -> Result<(), FrameError> {
        self.0 += 1;
        if self.0 < 3 {
            return Ok(());
        }
        Err(FrameError::Write { path: "a.mp4".into(), source: std::io::ErrorKind::StorageFull.into() })
    }

    fn finish(self: Box<Self>, _: &CancelToken) -> Result<(), FrameError> {
        panic!("half a clip is not finished");
    }
}

#[test]
fn a_full_disk_ends_the_drawing_and_is_told() {
    let Some(_) = gpu() else { return };
    let order = order(Path::new("nowhere"), ClipLayout::View, [64, 48]);
    let sink = || Ok(Box::new(FullDisk(0)) as Box<dyn ClipSink>);
    let result =
        write_with(sink, &order, &subject(), &Ffmpeg::default(), &Notices::new(), &CancelToken::new(), &NoProgress);
    let error = result.unwrap_err().to_string();
    assert!(error.contains("no storage space") && error.contains("a.mp4"), "{error}");
}

#[test]
fn pictures_come_in_order_while_the_next_is_drawn() {
    let Some(mut renderer) = renderer(1) else { return };
    let ball = |x: f32| shapes(vec![Capsule::sphere(Vec3::X * x, 0.4, LinearRgba::WHITE)]);
    let camera = super::camera();
    let alone: Vec<RgbaImage> =
        [-1.0, 0.0, 1.0].map(|x| renderer.render(&ball(x), &camera, super::SIZE).unwrap()).into();
    let mut found = Vec::new();
    for x in [-1.0, 0.0, 1.0] {
        found.extend(renderer.render_next(&ball(x), &camera, super::SIZE).unwrap());
    }
    assert_eq!(found.len(), 2);
    found.extend(renderer.render_last().unwrap());
    assert!(found == alone && alone[0] != alone[1]);
    assert!(renderer.render_last().unwrap().is_none());
}
