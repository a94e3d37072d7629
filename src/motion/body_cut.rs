//! Takes a piece out of people's body motion: a range of frames, at any frame rate, in one shape each, moved to the
//! origin on request. What motion files are made of.

use glam::{Quat, Vec3};

use crate::data::body::{BODY_SHAPES, BodyModel, BodyPose, BodyTrack};
use crate::data::{FrameIndex, FrameRange};

/// How near to a frame a wanted time must lie, in frames, for the frame to be taken as it is.
const SAME_FRAME: f64 = 1e-6;

/// Which piece, and how it is sampled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyCut {
    /// Frames of the timeline; the first becomes frame 0 of the result.
    pub range: FrameRange,
    /// Frame rate of the tracks.
    pub fps: f64,
    /// Frame rate of the result, above 0.
    pub out_fps: f64,
    /// Moves everybody alike, so that the first person's pelvis starts at x = z = 0. Heights stay.
    pub is_root_at_origin: bool,
}

impl BodyCut {
    /// The piece of every person; None for those who are not there in it. Ranges of the results are in frames of the
    /// new rate, so that people keep their place in time. All frames of a result have the same betas.
    pub fn apply<'a>(
        &self,
        people: impl IntoIterator<Item = (&'a BodyModel, &'a BodyTrack)>,
    ) -> Vec<Option<BodyTrack>> {
        let mut origin = None;
        let cut = |(body, track): (&BodyModel, &BodyTrack)| {
            let mut piece = in_one_shape(body, self.resample(track)?);
            if self.is_root_at_origin {
                let first = piece.frame(FrameIndex(piece.range.start))?;
                let origin = *origin.get_or_insert_with(|| body.pelvis(&first) * Vec3::new(1.0, 0.0, 1.0));
                piece.translations = piece.translations.iter().map(|translation| *translation - origin).collect();
            }
            Some(piece)
        };
        people.into_iter().map(cut).collect()
    }

    /// Rotations turn the shorter way at an even speed between two frames, all else moves in a straight line.
    fn resample(&self, track: &BodyTrack) -> Option<BodyTrack> {
        let kept = track.range.intersect(self.range);
        if kept.is_empty() {
            return None;
        }
        let step = self.fps / self.out_fps;
        let (first, last) = ((kept.start - self.range.start) as f64, (kept.end - 1 - self.range.start) as f64);
        let start = (first / step - SAME_FRAME).ceil() as usize;
        // A stay shorter than a step still gives one frame.
        let end = ((last / step + SAME_FRAME).floor() as usize + 1).max(start + 1);
        let before = self.range.start as f64 - track.range.start as f64;
        let moments = (start..end).map(|frame| Moment::at((frame as f64 * step).clamp(first, last) + before));
        let moments: Vec<Moment> = moments.collect();
        Some(BodyTrack {
            person: track.person,
            range: FrameRange::new(start, end),
            poses: moments.iter().map(|moment| moment.pose(&track.poses)).collect(),
            betas: moments
                .iter()
                .map(|moment| {
                    let (from, to) = moment.pick(&track.betas);
                    std::array::from_fn(|shape| from[shape] + (to[shape] - from[shape]) * moment.share)
                })
                .collect(),
            translations: moments
                .iter()
                .map(|moment| {
                    let (from, to) = moment.pick(&track.translations);
                    from.lerp(to, moment.share)
                })
                .collect(),
        })
    }
}

/// A time between two frames of a track.
struct Moment {
    frame: usize,
    /// 0 at `frame`, 1 at the next.
    share: f32,
}

impl Moment {
    /// `place` counts from the first frame of the track.
    fn at(place: f64) -> Self {
        let nearest = place.round();
        match (place - nearest).abs() < SAME_FRAME {
            true => Self { frame: nearest as usize, share: 0.0 },
            false => Self { frame: place.floor() as usize, share: place.fract() as f32 },
        }
    }

    fn pick<T: Copy>(&self, values: &[T]) -> (T, T) {
        (values[self.frame], values[(self.frame + 1).min(values.len() - 1)])
    }

    fn pose(&self, poses: &[BodyPose]) -> BodyPose {
        let (from, to) = self.pick(poses);
        if self.share == 0.0 {
            return from;
        }
        std::array::from_fn(|joint| {
            let [from, to] = [from[joint], to[joint]].map(Quat::from_scaled_axis);
            from.slerp(to, self.share).to_scaled_axis()
        })
    }
}

/// Gives all frames the mean shape. The pelvis stays where it is.
fn in_one_shape(body: &BodyModel, track: BodyTrack) -> BodyTrack {
    let Some(first) = track.betas.first().copied() else { return track };
    if track.betas.iter().all(|betas| *betas == first) {
        return track;
    }
    let frames = track.betas.len();
    let mean: [f32; BODY_SHAPES] = std::array::from_fn(|shape| {
        let sum: f64 = track.betas.iter().map(|betas| f64::from(betas[shape])).sum();
        (sum / frames as f64) as f32
    });
    let pelvis = body.rest_joints(&mean)[0];
    let moved = track.betas.iter().zip(track.translations.iter());
    let translations = moved.map(|(betas, translation)| *translation + body.rest_joints(betas)[0] - pelvis).collect();
    BodyTrack { betas: vec![mean; frames].into(), translations, ..track }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::PersonId;
    use crate::data::body::{BODY_JOINTS, BODY_PARENTS, BodyArrays};

    /// 24 vertices at the joints; the first beta moves everything up.
    fn body() -> BodyModel {
        let joints = (0..BODY_JOINTS).flat_map(|joint| [joint as f32 * 0.1, 1.0, 0.0]).collect::<Vec<f32>>();
        let identity: Vec<f32> = (0..24 * 24).map(|cell| if cell % 25 == 0 { 1.0 } else { 0.0 }).collect();
        let arrays = BodyArrays {
            shape_directions: (0..24 * 3).map(|value| if value % 3 == 1 { 0.1 } else { 0.0 }).collect(),
            template: joints,
            joint_regressor: identity.clone(),
            weights: identity,
            faces: vec![[0, 1, 2]],
            parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
            ..BodyArrays::default()
        };
        arrays.check().unwrap().0
    }

    /// Turns its first knee by 0.1 rad and walks 0.2 m along x and 0.3 m along z in each frame.
    fn track(start: usize, frames: usize) -> BodyTrack {
        let pose =
            |frame: usize| std::array::from_fn(|joint| Vec3::X * if joint == 4 { 0.1 * frame as f32 } else { 0.0 });
        BodyTrack {
            person: PersonId(1),
            range: FrameRange::of_len(start, frames),
            poses: (0..frames).map(pose).collect(),
            betas: vec![[0.0; BODY_SHAPES]; frames].into(),
            translations: (0..frames).map(|frame| Vec3::new(0.2, 0.0, 0.3) * frame as f32).collect(),
        }
    }

    fn cut(range: FrameRange, out_fps: f64) -> BodyCut {
        BodyCut { range, fps: 30.0, out_fps, is_root_at_origin: false }
    }

    fn one(cut: &BodyCut, track: &BodyTrack) -> BodyTrack {
        cut.apply([(&body(), track)]).remove(0).unwrap()
    }

    #[test]
    fn the_same_rate_keeps_every_frame_as_it_is() {
        let track = track(10, 20);
        let piece = one(&cut(FrameRange::new(12, 17), 30.0), &track);
        assert_eq!(piece.range, FrameRange::new(0, 5));
        assert_eq!(piece.poses[..], track.poses[2..7]);
        assert_eq!(piece.translations[..], track.translations[2..7]);
    }

    #[test]
    fn other_rates_turn_and_move_evenly() {
        let track = track(0, 31);
        for (out_fps, frames) in [(60.0, 61), (120.0, 121), (24.0, 25), (25.0, 26), (10.0, 11), (29.97, 30)] {
            let piece = one(&cut(track.range, out_fps), &track);
            assert_eq!(piece.poses.len(), frames, "{out_fps}");
            for (frame, (pose, translation)) in piece.poses.iter().zip(piece.translations.iter()).enumerate() {
                let source_frame = (frame as f64 * 30.0 / out_fps) as f32;
                assert!((pose[4].x - 0.1 * source_frame).abs() < 1e-5, "{out_fps}: {frame}");
                assert!((translation.z - 0.3 * source_frame).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn rotations_take_the_shorter_way() {
        let mut track = track(0, 2);
        let turned = |angle: f32| std::array::from_fn(|_| Vec3::Y * angle);
        track.poses = vec![turned(3.0), turned(-3.0)].into();
        let between = one(&cut(track.range, 60.0), &track).poses[1][0];
        assert!((between.length() - std::f32::consts::PI).abs() < 1e-4, "{between}");
    }

    #[test]
    fn people_keep_their_place_in_time_and_to_each_other() {
        let (early, late, gone) = (track(0, 20), track(15, 20), track(60, 5));
        let body = body();
        let cut = BodyCut { is_root_at_origin: true, ..cut(FrameRange::new(10, 30), 60.0) };
        let pieces = cut.apply([(&body, &early), (&body, &late), (&body, &gone)]);
        assert!(pieces[2].is_none());
        let [early, late] = [0, 1].map(|person: usize| pieces[person].clone().unwrap());
        assert_eq!((early.range, late.range), (FrameRange::new(0, 19), FrameRange::new(10, 39)));
        let pelvis = |track: &BodyTrack| body.pelvis(&track.frame(FrameIndex(track.range.start)).unwrap());
        assert!((pelvis(&early) - Vec3::Y).length() < 1e-6, "{}", pelvis(&early));
        assert!((pelvis(&late) - Vec3::new(-2.0, 1.0, -3.0)).length() < 1e-5, "{}", pelvis(&late));
    }

    #[test]
    fn one_frame_and_a_stay_between_two_steps_give_one_frame() {
        let track = track(4, 1);
        for out_fps in [1.0, 30.0, 240.0] {
            assert_eq!(one(&cut(FrameRange::new(3, 30), out_fps), &track).poses[..], track.poses[..]);
        }
    }

    #[test]
    fn shapes_that_change_become_their_mean_and_leave_the_pelvis() {
        let (body, mut track) = (body(), track(0, 3));
        track.betas =
            [1.0, 2.0, 6.0].map(|beta| std::array::from_fn(|shape| if shape == 0 { beta } else { 0.0 })).into();
        let piece = one(&cut(track.range, 30.0), &track);
        for frame in (0..3).map(FrameIndex) {
            let (before, after) = (track.frame(frame).unwrap(), piece.frame(frame).unwrap());
            assert_eq!(after.betas[0], 3.0);
            assert!((body.pelvis(&before) - body.pelvis(&after)).length() < 1e-6);
        }
    }
}
