//! The image plane: where the video is in a picture, and people's keypoints on it.

use glam::Vec2;
use image::RgbaImage;

use super::paint::{Area, stroke};
use crate::data::{FrameIndex, Keypoint, KeypointTrack};
use crate::motion::Placement;
use crate::scene::{PersonStyle, palette};
use crate::session::shot::Shot;

/// Least opacity of what is there at all.
const FAINTEST: f32 = 0.35;
/// Widths in points of a figure that is as high as [`USUAL_HEIGHT`]; smaller ones get thinner lines.
const BONE_STROKE: f32 = 3.0;
const JOINT_DIAMETER: f32 = 7.0;
const USUAL_HEIGHT: f32 = 160.0;

/// The largest part of `area` with the shape of the recorded picture, in the middle.
pub(super) fn image_area(area: Area, aspect: f32) -> Area {
    let [width, height] = area.size.map(|side| side as f32);
    let size = [width.min(height * aspect), height.min(width / aspect)];
    let size = [size[0].round().max(1.0) as u32, size[1].round().max(1.0) as u32];
    let at = std::array::from_fn(|i| area.at[i] + (area.size[i] - size[i].min(area.size[i])) / 2);
    Area { at, size }
}

/// Paints the keypoints of all shown people in `image`, which shows the whole recorded picture. `scale` is pixels per
/// point.
pub(super) fn paint_people(picture: &mut RgbaImage, image: Area, shot: Shot, frame: FrameIndex, scale: f32) {
    let Some(motion) = shot.motion else { return };
    let look = if shot.is_dark { PersonStyle::dark() } else { PersonStyle::light() };
    for person in shot.visible_people() {
        let Some(track) = motion.track(person.id) else { continue };
        let Some(joints) = track.frame(frame) else { continue };
        let figure = Figure {
            track,
            joints,
            places: joints.iter().map(|joint| place(&motion.placement, image, joint)).collect(),
        };
        figure.paint(picture, image, &look, palette::person(person.colour), scale);
    }
}

/// Where a keypoint is in the picture; none if it is missing.
fn place(placement: &Placement, image: Area, joint: &Keypoint) -> Option<Vec2> {
    let share = (placement.in_picture(Vec2::new(joint.x, joint.y)) + 1.0) * 0.5;
    let [at, size] = [image.at, image.size].map(|pair| Vec2::new(pair[0] as f32, pair[1] as f32));
    (!joint.is_missing()).then_some(at + share * size)
}

struct Figure<'a> {
    track: &'a KeypointTrack,
    joints: &'a [Keypoint],
    places: Vec<Option<Vec2>>,
}

impl Figure<'_> {
    fn opacity(&self, joint: usize) -> f32 {
        FAINTEST + (1.0 - FAINTEST) * self.joints[joint].confidence.clamp(0.0, 1.0)
    }

    fn paint(&self, picture: &mut RgbaImage, area: Area, look: &PersonStyle, dot: [u8; 3], scale: f32) {
        let found = || self.places.iter().flatten();
        let (low, high) = found().fold((Vec2::MAX, Vec2::MIN), |(low, high), at| (low.min(*at), high.max(*at)));
        let weight = ((high - low).max_element() / (USUAL_HEIGHT * scale)).clamp(0.5, 1.25) * scale;
        for bone in self.track.skeleton.bones {
            if let (Some(a), Some(b)) = (self.places[bone.0], self.places[bone.1]) {
                let colour = look.side(self.track.skeleton.bone_side(*bone)).to_srgb();
                let opacity = self.opacity(bone.0).min(self.opacity(bone.1));
                stroke(picture, area, [a, b], BONE_STROKE * weight, colour, opacity);
            }
        }
        for (joint, at) in self.places.iter().enumerate() {
            if let Some(at) = at {
                stroke(picture, area, [*at; 2], JOINT_DIAMETER * weight, dot, self.opacity(joint));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorded_picture_fits_in_the_middle() {
        let area = Area { at: [100, 0], size: [200, 100] };
        assert_eq!(image_area(area, 1.0), Area { at: [150, 0], size: [100, 100] });
        assert_eq!(image_area(area, 4.0), Area { at: [100, 25], size: [200, 50] });
        assert_eq!(image_area(area, 2.0), area);
    }
}
