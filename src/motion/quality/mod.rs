//! How far to trust a person's motion, from the motion alone: bones that keep their length, joints that do not shake,
//! feet that stand still on the floor.
//!
//! | figure | definition |
//! |---|---|
//! | bone variation | standard deviation of a bone's length over its mean |
//! | left/right difference | how much longer the left bone is than its right partner, of mean lengths |
//! | shake | white noise, millimetres in space, that would explain the typical third difference of the joints over time |
//! | foot slide | level speed over a fifth of a second of an ankle that is low and slow enough to be standing |
//!
//! All are linear in the number of frames.
//!
//! What the thresholds were chosen by, on the demo's dancer and boxer at 30 fps: true joints have 0 % bone variation,
//! 1.4 mm of shake and 9 and 4 cm/s of slide (feet turn and roll); the starter model's have 12 and 8 %, 4 and 2 mm, 21
//! and 13 cm/s; true joints with 1 cm of white noise 8 and 7 %, 17 mm, 13 and 9 cm/s.

mod slide;
#[cfg(test)]
mod tests;

use glam::Vec3;

pub use self::slide::FootSlide;
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, H36M_JOINTS, WorldTrack};

/// Mean bone variation up to which angles are good, and up to which they are fair.
const BONES: (f32, f32) = (0.05, 0.10);
/// Shake up to which angles are good, and up to which they are fair, millimetres.
const SHAKE_MM: (f32, f32) = (4.0, 12.0);
/// Foot slide up to which distances are good, metres per second.
const SLIDE_M_PER_S: f32 = 0.12;
/// Sum of the squared weights of a third difference: what it makes of white noise of variance 1.
const THIRD_DIFFERENCE_GAIN: f32 = 1.0 + 9.0 + 9.0 + 1.0;

/// Readings of one person over a range of frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Quality {
    /// The 16 bones of H36M-17 in their order.
    pub bones: Vec<BoneLength>,
    /// Millimetres.
    pub shake_mm: f32,
    /// None if no foot ever stands.
    pub foot_slide: Option<FootSlide>,
}

/// The length of a bone over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BoneLength {
    /// H36M-17 joints, nearer to the root first.
    pub bone: (usize, usize),
    pub mean_m: f32,
    /// Standard deviation over mean.
    pub variation: f32,
}

impl BoneLength {
    /// E.g. "right knee to right ankle".
    pub fn name(&self) -> String {
        format!("{} to {}", H36M_17.joints[self.bone.0], H36M_17.joints[self.bone.1])
    }
}

impl Quality {
    /// Looks at the frames of the track that are in `range`; none if there are fewer than four of them.
    pub fn of(track: &WorldTrack, range: FrameRange, fps: f64) -> Option<Self> {
        let range = range.intersect(track.range);
        let offset = (range.start - track.range.start) * H36M_JOINTS;
        let joints = track.joints_in_world.get(offset..offset + range.len() * H36M_JOINTS)?;
        let (frames, _) = joints.as_chunks::<H36M_JOINTS>();
        let shake_mm = shake_mm(frames)?;
        let bones = H36M_17.bones.iter().map(|bone| bone_length(frames, *bone)).collect();
        Some(Self { bones, shake_mm, foot_slide: FootSlide::of(frames, fps) })
    }

    /// Mean over the bones.
    pub fn bone_variation(&self) -> f32 {
        self.bones.iter().map(|bone| bone.variation).sum::<f32>() / self.bones.len().max(1) as f32
    }

    /// The bone whose length changes most.
    pub fn worst_bone(&self) -> Option<&BoneLength> {
        self.bones.iter().max_by(|a, b| a.variation.total_cmp(&b.variation))
    }

    /// Bones of the left with the share by which each is longer than its right partner.
    pub fn side_differences(&self) -> impl Iterator<Item = (&BoneLength, f32)> {
        let mirror = |joint: usize| {
            let pair = H36M_17.mirror_pairs.iter().find(|(left, _)| *left == joint);
            pair.map_or(joint, |(_, right)| *right)
        };
        self.bones.iter().filter_map(move |left| {
            let partner = (mirror(left.bone.0), mirror(left.bone.1));
            let right = self.bones.iter().find(|right| partner != left.bone && right.bone == partner)?;
            Some((left, left.mean_m / right.mean_m - 1.0))
        })
    }

    /// One plain sentence that says how far to trust the motion, e.g. "Bones keep their length within 3 %, joints shake
    /// by 2 mm, feet slide 6 cm/s: good for angles and distances."
    pub fn verdict(&self) -> String {
        let (bones, shake) = (self.bone_variation(), self.shake_mm);
        let slide = self.foot_slide.map(|slide| slide.mean_speed_m_per_s);
        let advice = match slide {
            _ if !(bones <= BONES.1 && shake <= SHAKE_MM.1) => "a rough impression only, do not quote its figures",
            _ if !(bones <= BONES.0 && shake <= SHAKE_MM.0) => "fair, compare angles with the picture first",
            Some(slide) if slide <= SLIDE_M_PER_S => "good for angles and distances",
            _ => "good for angles, check distances",
        };
        let feet = slide
            .map_or_else(|| "no foot stands still".to_owned(), |slide| format!("feet slide {:.0} cm/s", slide * 100.0));
        format!(
            "Bones keep their length within {:.0} %, joints shake by {shake:.0} mm, {feet}: {advice}.",
            bones * 100.0
        )
    }
}

fn bone_length(frames: &[[Vec3; H36M_JOINTS]], bone: (usize, usize)) -> BoneLength {
    let lengths = || frames.iter().map(|joints| f64::from(joints[bone.0].distance(joints[bone.1])));
    let count = frames.len().max(1) as f64;
    let mean = lengths().sum::<f64>() / count;
    let variance = lengths().map(|length| (length - mean).powi(2)).sum::<f64>() / count;
    let variation = if mean > 0.0 { variance.sqrt() / mean } else { 0.0 };
    BoneLength { bone, mean_m: mean as f32, variation: variation as f32 }
}

/// The median over time of the joints' root mean square third difference, as the white noise that would make it. Even
/// fast motion is smooth at the rate of a camera, so little of it is counted.
fn shake_mm(frames: &[[Vec3; H36M_JOINTS]]) -> Option<f32> {
    let mut squares: Vec<f32> = frames
        .windows(4)
        .map(|window| {
            let third = |joint: usize| {
                let at = |frame: usize| window[frame][joint];
                (at(3) - at(0) - (at(2) - at(1)) * 3.0).length_squared()
            };
            (0..H36M_JOINTS).map(third).sum::<f32>() / H36M_JOINTS as f32
        })
        .collect();
    if squares.is_empty() {
        return None;
    }
    let middle = squares.len() / 2;
    let median = *squares.select_nth_unstable_by(middle, f32::total_cmp).1;
    Some(1000.0 * (median / THIRD_DIFFERENCE_GAIN).sqrt())
}
