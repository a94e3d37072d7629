//! What a moving person adds to one moment: trails of joints, ghosts of other frames, and a calm middle to look at.
//!
//! Everything costs as much as what is shown, however long the recording is.

use glam::Vec3;

use super::build::add_mannequin;
use super::{LinePoint, LinearRgba, PersonStyle, Polyline, RenderScene, SceneStyle};
use crate::data::{FrameIndex, FrameRange, H36M_JOINTS, WorldTrack};

/// Opacity of the ghosts next to the shown frame; those farther away have less.
const NEAREST_GHOST: f32 = 0.42;
/// Opacity of a whole path, in which time does not count.
const PATH_OPACITY: f32 = 0.4;
/// Most points of a whole path; longer ones are sampled.
const MAX_PATH_POINTS: usize = 1_000;
/// A trail has this many points a second at most.
const TRAIL_POINTS_PER_SEC: f64 = 120.0;

/// Where a joint has been.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trail {
    /// Of H36M-17.
    pub joint: usize,
    pub colour: LinearRgba,
    pub width_px: f32,
}

impl Trail {
    /// The way of the last `secs` up to `frame`, fading into the past. It is broken where the joint was lost.
    pub fn behind(&self, track: &WorldTrack, frame: FrameIndex, fps: f64, secs: f64, lines: &mut Vec<Polyline>) {
        let frames = ((secs * fps).round() as usize).max(1);
        let range = FrameRange::new(frame.0.saturating_sub(frames), frame.0 + 1).intersect(track.range);
        let step = (fps / TRAIL_POINTS_PER_SEC).floor().max(1.0) as usize;
        // Counted from the shown frame, so that the points do not swim while playing.
        let opacity = |at: usize| 1.0 - (frame.0 - at) as f32 / frames as f32;
        let points = (range.start..range.end).filter(|at| (frame.0 - at).is_multiple_of(step));
        self.add(track, points, opacity, lines);
    }

    /// The way through all of `range`.
    pub fn whole(&self, track: &WorldTrack, range: FrameRange, lines: &mut Vec<Polyline>) {
        let range = range.intersect(track.range);
        let step = range.len().div_ceil(MAX_PATH_POINTS).max(1);
        self.add(track, (range.start..range.end).step_by(step), |_| PATH_OPACITY, lines);
    }

    fn add(
        &self,
        track: &WorldTrack,
        frames: impl Iterator<Item = usize>,
        opacity: impl Fn(usize) -> f32,
        lines: &mut Vec<Polyline>,
    ) {
        let mut points = Vec::new();
        let mut finish = |points: &mut Vec<LinePoint>| {
            let points = std::mem::take(points);
            if points.len() > 1 {
                lines.push(Polyline { points, width_px: self.width_px });
            }
        };
        for frame in frames {
            match joint_at(track, frame, self.joint) {
                Some(at) => {
                    let alpha = self.colour.alpha * opacity(frame);
                    points.push(LinePoint { at, colour: self.colour.with_alpha(alpha) });
                }
                None => finish(&mut points),
            }
        }
        finish(&mut points);
    }
}

fn joint_at(track: &WorldTrack, frame: usize, joint: usize) -> Option<Vec3> {
    track.frame(FrameIndex(frame))?.get(joint).copied().filter(|at| at.is_finite())
}

/// Ghosts of a few frames before and after the shown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnionSkins {
    /// On each side.
    pub count: usize,
    /// Frames from one to the next.
    pub step: usize,
}

impl OnionSkins {
    /// Frames before in the style's cooler, frames after in its warmer colour, the fainter the farther away.
    pub fn add(
        self,
        track: &WorldTrack,
        frame: FrameIndex,
        person: &PersonStyle,
        style: &SceneStyle,
        scene: &mut RenderScene,
    ) {
        for place in 1..=self.count {
            let opacity = NEAREST_GHOST * (self.count + 1 - place) as f32 / self.count as f32;
            let away = place * self.step;
            let before = frame.0.checked_sub(away).map(|at| (at, style.earlier));
            for (at, colour) in before.into_iter().chain([(frame.0 + away, style.later)]) {
                if let Some(joints) = track.frame(FrameIndex(at)) {
                    scene.add_ghost(joints, &person.ghost(colour, opacity));
                }
            }
        }
    }
}

impl RenderScene {
    /// A body without a shadow; `style` says how far it is seen through.
    pub fn add_ghost(&mut self, joints: &[Vec3], style: &PersonStyle) {
        add_mannequin(joints, style, &mut self.capsules);
    }
}

/// The middle of where the root is within `reach` frames of `frame`, for a camera that does not bob with every step.
pub fn smoothed_root(track: &WorldTrack, frame: FrameIndex, reach: usize) -> Option<Vec3> {
    const ROOT: usize = 0;
    let range = FrameRange::new(frame.0.saturating_sub(reach), frame.0 + reach + 1).intersect(track.range);
    let first = range.start.saturating_sub(track.range.start) * H36M_JOINTS + ROOT;
    let roots = track.joints_in_world.iter().skip(first).step_by(H36M_JOINTS).take(range.len());
    let (sum, count) =
        roots.filter(|root| root.is_finite()).fold((Vec3::ZERO, 0_u32), |(sum, count), root| (sum + *root, count + 1));
    (count > 0).then(|| sum / count as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PersonId;
    use crate::scene::build_scene;

    const FRAMES: usize = 300;

    /// Walks along x, one centimetre a frame, seen from frame 10 on; joint 13 is lost in frame 100.
    fn walker() -> WorldTrack {
        let joints = (0..FRAMES).flat_map(|frame| {
            (0..H36M_JOINTS).map(move |joint| match (frame, joint) {
                (90, 13) => Vec3::NAN,
                _ => Vec3::new(0.01 * frame as f32, 0.1 * joint as f32, 0.0),
            })
        });
        WorldTrack { person: PersonId(1), range: FrameRange::of_len(10, FRAMES), joints_in_world: joints.collect() }
    }

    fn trail(joint: usize) -> Trail {
        Trail { joint, colour: LinearRgba::WHITE, width_px: 2.0 }
    }

    #[test]
    fn a_trail_ends_at_the_joint_and_fades_within_its_time() {
        let mut lines = Vec::new();
        trail(16).behind(&walker(), FrameIndex(60), 30.0, 1.0, &mut lines);
        let [line] = lines.as_slice() else { panic!("one piece") };
        assert_eq!(line.points.len(), 31);
        assert_eq!(line.points[30].at, walker().frame(FrameIndex(60)).unwrap()[16]);
        assert_eq!(line.points[30].colour.alpha, 1.0);
        assert_eq!(line.points[0].colour.alpha, 0.0);
        assert!(line.points.windows(2).all(|pair| pair[0].colour.alpha < pair[1].colour.alpha));
    }

    #[test]
    fn a_trail_starts_with_the_person_and_breaks_where_the_joint_is_lost() {
        let mut lines = Vec::new();
        trail(16).behind(&walker(), FrameIndex(15), 30.0, 1.0, &mut lines);
        assert_eq!(lines[0].points.len(), 6);
        lines.clear();
        trail(13).behind(&walker(), FrameIndex(110), 30.0, 1.0, &mut lines);
        assert_eq!(lines.iter().map(|line| line.points.len()).collect::<Vec<_>>(), [20, 10]);
        lines.clear();
        trail(16).behind(&walker(), FrameIndex(5), 30.0, 1.0, &mut lines);
        assert!(lines.is_empty());
    }

    #[test]
    fn fast_and_long_recordings_have_no_more_points() {
        let mut lines = Vec::new();
        trail(16).behind(&walker(), FrameIndex(300), 1000.0, 1.0, &mut lines);
        assert!(lines[0].points.len() <= 121, "{}", lines[0].points.len());
        lines.clear();
        let long = WorldTrack {
            range: FrameRange::of_len(0, 50_000),
            joints_in_world: vec![Vec3::ONE; 50_000 * H36M_JOINTS].into(),
            ..walker()
        };
        trail(16).whole(&long, long.range, &mut lines);
        assert_eq!(lines[0].points.len(), MAX_PATH_POINTS);
    }

    #[test]
    fn ghosts_fall_off_on_both_sides_and_have_no_shadows() {
        let style = SceneStyle::dark();
        let mut scene = build_scene(&[], FrameIndex(0), &style, None);
        let skins = OnionSkins { count: 2, step: 5 };
        skins.add(&walker(), FrameIndex(60), &PersonStyle::dark(), &style, &mut scene);
        assert!(scene.shadows.is_empty());
        let mut opacities: Vec<f32> = scene.capsules.iter().map(|capsule| capsule.colour.alpha).collect();
        opacities.dedup();
        assert_eq!(opacities, [NEAREST_GHOST, NEAREST_GHOST / 2.0], "nearer ones first");
        let is = |capsule: &&super::super::Capsule, colour: LinearRgba| capsule.colour.with_alpha(1.0) == colour;
        let count = |colour| scene.capsules.iter().filter(|capsule| is(capsule, colour)).count();
        assert_eq!(count(style.earlier), count(style.later));
        let per_body = scene.capsules.len() / 4;
        let mut at_start = build_scene(&[], FrameIndex(0), &style, None);
        skins.add(&walker(), FrameIndex(11), &PersonStyle::dark(), &style, &mut at_start);
        assert_eq!(at_start.capsules.len(), 2 * per_body, "nobody was there before");
    }

    #[test]
    fn the_smoothed_root_is_in_the_middle_of_the_window() {
        let root = smoothed_root(&walker(), FrameIndex(110), 15).unwrap();
        assert!((root.x - 1.0).abs() < 1e-4, "{root}");
        let at_end = smoothed_root(&walker(), FrameIndex(309), 10).unwrap();
        assert!((at_end.x - 2.94).abs() < 1e-3, "{at_end}");
        assert_eq!(smoothed_root(&walker(), FrameIndex(900), 15), None);
    }
}
