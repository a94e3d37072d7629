//! From predictions to a drawn world in metres: body size, depth, floor, and where the camera stood.
//!
//! A picture does not tell how big things are, so a body is as tall as the person says, or [`BODY_HEIGHT_M`]: the
//! median length of the chain from head to ankle gives metres per pixel. The camera's focal length is assumed to be
//! [`FOCAL_PER_IMAGE_SIDE`] image sides; a person then stands `focal * metres per pixel` away, plus the model's own
//! depth. Joints are put back on the rays they came from, so the view from the camera shows the picture.
//!
//! The floor is level and at `y = 0`. How far the camera looks down follows from people who come nearer or go away:
//! their feet have to stay at one height (see `ground`); otherwise the camera is taken to look level. Every person
//! is then moved up or down to stand on the floor, by a height that follows what is left over slowly, so that a jump
//! stays a jump. This is for display only, predictions stay as they are, and against the picture it moves people up or
//! down by what the assumptions miss.
//!
//! Everything is a median or a percentile over the whole track or over some seconds, so it settles within the first
//! windows while results still fill in.

mod ground;
pub mod options;
mod roots;

use glam::{Vec2, Vec3};

pub use self::options::{RootTrajectory, Upright, WorldOptions};

use self::ground::{Drift, GROUND_SHARE, Steps, camera_pitch, frames_per_block, up_in_camera, world_from_camera};
use self::roots::RootShift;
use crate::data::{
    FrameIndex, FrameRange, H36M_JOINTS, KeypointTrack, NormalisationMode, PersonId, PosePrediction, Space, WorldTrack,
};

/// Height of a person of whom nothing is said, metres.
pub const BODY_HEIGHT_M: f32 = 1.70;
/// Height of the ankle joint over the floor, metres.
pub const ANKLE_HEIGHT_M: f32 = 0.08;
/// Assumed focal length in units of the image's longer side (about 45 degrees of view).
pub const FOCAL_PER_IMAGE_SIDE: f32 = 1.2;

/// Frames looked at for medians; longer tracks are sampled evenly.
const MAX_SAMPLES: usize = 300;
/// Nothing comes nearer to the camera than this share of the person's distance.
const MIN_DEPTH_SHARE: f32 = 0.2;

/// Bones that add up to the height of the body above the ankle, each leg at half weight.
const HEIGHT_CHAIN: [(usize, usize, f32); 7] =
    [(10, 8, 1.0), (8, 7, 1.0), (7, 0, 1.0), (1, 2, 0.5), (2, 3, 0.5), (4, 5, 0.5), (5, 6, 0.5)];
const ANKLES: [usize; 2] = [3, 6];

/// One person to place.
#[derive(Clone, Copy)]
pub struct PlacedPerson<'a> {
    /// Whole or partial.
    pub prediction: &'a PosePrediction,
    /// The person's 2D joints (any skeleton). Used for root-relative predictions only, to know where the root was.
    pub keypoints: Option<&'a KeypointTrack>,
    /// Standing height of the body, metres.
    pub height_m: f32,
}

/// How the people of one recording stand in a common world: metres, y up, floor at 0, z towards the camera.
///
/// The camera's axis is at x = 0, a person of median distance at z = 0.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Focal length, pixels.
    focal: f32,
    /// Where the camera's axis meets the image, pixels.
    centre: Vec2,
    /// Frames in which a person's ground is taken to stay where it is.
    frames_per_block: usize,
    people: Vec<PersonFit>,
    pub camera_position_in_world: Vec3,
    /// Radians by which the camera looks down, negative if it looks up. At 0 it looks along -z; it is never turned
    /// sideways and never rolled.
    pub camera_pitch: f32,
    /// Radians.
    pub vertical_fov: f32,
    /// Width over height of the picture.
    pub aspect: f32,
}

#[derive(Clone, Copy, Debug)]
struct PersonFit {
    person: PersonId,
    metres_per_pixel: f32,
    /// Height of the camera over this person's floor, metres.
    camera_height: f32,
    /// From the camera to the person's root, level, metres.
    distance: f32,
}

impl Placement {
    /// Finds size, distance and floor of everybody. Without an image size the people's crop boxes stand for the image.
    /// `fps` tells a jump from a drift.
    pub fn fit(people: &[PlacedPerson], image_size: Option<[u32; 2]>, fps: f64, _options: &WorldOptions) -> Self {
        let (low, high) = image_box(people, image_size);
        let size = (high - low).max(Vec2::splat(f32::MIN_POSITIVE));
        let mut placement = Self {
            focal: FOCAL_PER_IMAGE_SIDE * size.max_element(),
            centre: (low + high) / 2.0,
            frames_per_block: frames_per_block(fps),
            people: Vec::with_capacity(people.len()),
            camera_position_in_world: Vec3::ZERO,
            camera_pitch: 0.0,
            vertical_fov: 2.0 * (0.5 * size.y / (FOCAL_PER_IMAGE_SIDE * size.max_element())).atan(),
            aspect: size.x / size.y,
        };
        let scales: Vec<f32> = people.iter().map(|person| placement.metres_per_pixel(person, size)).collect();
        let steps: Vec<Steps> =
            people.iter().zip(&scales).map(|(person, scale)| placement.steps(person, *scale)).collect();
        placement.camera_pitch = camera_pitch(&steps);
        placement.people =
            people.iter().zip(&scales).map(|(person, scale)| placement.fit_person(person, *scale)).collect();
        let median = |value: fn(&PersonFit) -> f32| percentile(placement.people.iter().map(value).collect(), 0.5);
        let height = median(|fit| fit.camera_height).unwrap_or(ANKLE_HEIGHT_M);
        let distance = median(|fit| fit.distance).unwrap_or(placement.focal);
        placement.camera_position_in_world = Vec3::new(0.0, height, distance);
        placement
    }

    /// Where in the picture a pixel is: (-1, -1) is its top left and (1, 1) its bottom right corner.
    pub fn in_picture(&self, pixel: Vec2) -> Vec2 {
        let half_height = self.focal * (self.vertical_fov * 0.5).tan();
        (pixel - self.centre) / Vec2::new(half_height * self.aspect, half_height)
    }

    /// The person's joints in the world. Someone unknown to the fit is placed like the first person.
    pub fn world_track(&self, person: &PlacedPerson) -> WorldTrack {
        self.world_frames(person, person.prediction.range)
    }

    /// What [`Self::world_track`] says about some of the person's frames, in time that does not depend on the others.
    pub fn world_frames(&self, person: &PlacedPerson, frames: FrameRange) -> WorldTrack {
        let range = frames.intersect(person.prediction.range);
        let joints_in_world = self.fit_of(person).map_or_else(Vec::new, |fit| {
            let roots = RootShift::of(person);
            let drift = self.drift(person, &roots, fit, range);
            let joints = (range.start..range.end).filter_map(|frame| {
                let joints = pixel_joints(person, &roots, frame)?;
                Some(self.stand(joints, fit, drift.at(frame)))
            });
            joints.flatten().collect()
        });
        WorldTrack { person: person.prediction.person, range, joints_in_world: joints_in_world.into() }
    }

    fn fit_of(&self, person: &PlacedPerson) -> Option<&PersonFit> {
        self.people.iter().find(|fit| fit.person == person.prediction.person).or(self.people.first())
    }

    /// In the world; joints in pixels, `drift` in metres.
    fn stand(&self, joints: [Vec3; H36M_JOINTS], fit: &PersonFit, drift: f32) -> [Vec3; H36M_JOINTS] {
        let turn = world_from_camera(self.camera_pitch);
        let lift = Vec3::new(0.0, fit.camera_height - drift, self.camera_position_in_world.z);
        joints.map(|joint| turn * self.in_camera(joint, fit.metres_per_pixel) + lift)
    }

    fn drift(&self, person: &PlacedPerson, roots: &RootShift, fit: &PersonFit, wanted: FrameRange) -> Drift {
        let floor = ANKLE_HEIGHT_M - fit.camera_height;
        Drift::of(person.prediction.range, wanted, self.frames_per_block, floor, |frame| {
            let joints = pixel_joints(person, roots, frame);
            joints.map_or(f32::NAN, |joints| self.lowest(&joints, fit.metres_per_pixel))
        })
    }

    /// Height over the camera of the lowest joint, metres: what a person stands on need not be the feet.
    fn lowest(&self, joints: &[Vec3; H36M_JOINTS], metres_per_pixel: f32) -> f32 {
        let up = up_in_camera(self.camera_pitch);
        joints.iter().map(|joint| self.in_camera(*joint, metres_per_pixel).dot(up)).fold(f32::INFINITY, f32::min)
    }

    /// Metres from the camera in its own axes, y up, z towards it, of a joint in pixels.
    fn in_camera(&self, joint: Vec3, metres_per_pixel: f32) -> Vec3 {
        let place = joint.truncate() - self.centre;
        metres_per_pixel * self.relative_distance(joint.z) * Vec3::new(place.x, -place.y, -self.focal)
    }

    /// Distance from the camera of something at model depth `z` pixels, as a share of the person's distance.
    fn relative_distance(&self, z: f32) -> f32 {
        (1.0 + z / self.focal).max(MIN_DEPTH_SHARE)
    }

    fn metres_per_pixel(&self, person: &PlacedPerson, image_size: Vec2) -> f32 {
        let chains = sampled_joints(person).filter_map(|joints| {
            let joints = joints.map(|joint| self.in_camera(joint, 1.0));
            let length = chain_length(&joints);
            (length > 0.0 && length.is_finite()).then_some(length)
        });
        let chain = percentile(chains.collect(), 0.5).unwrap_or(image_size.y);
        (person.height_m - ANKLE_HEIGHT_M) / chain
    }

    fn steps(&self, person: &PlacedPerson, metres_per_pixel: f32) -> Steps {
        sampled_joints(person)
            .map(|joints| ANKLES.map(|ankle| self.in_camera(joints[ankle], metres_per_pixel)))
            .collect()
    }

    fn fit_person(&self, person: &PlacedPerson, metres_per_pixel: f32) -> PersonFit {
        let lows = sampled_joints(person).map(|joints| self.lowest(&joints, metres_per_pixel));
        let floor = percentile(lows.collect(), GROUND_SHARE).unwrap_or(0.0);
        let turn = world_from_camera(self.camera_pitch);
        let distances = sampled_joints(person).map(|joints| -(turn * self.in_camera(joints[0], metres_per_pixel)).z);
        PersonFit {
            person: person.prediction.person,
            metres_per_pixel,
            camera_height: ANKLE_HEIGHT_M - floor,
            distance: percentile(distances.collect(), 0.5).unwrap_or(metres_per_pixel * self.focal),
        }
    }
}

/// The body's height above the ankle, along the bones, in the joints' unit.
pub(super) fn chain_length(joints: &[Vec3; H36M_JOINTS]) -> f32 {
    HEIGHT_CHAIN.iter().map(|(a, b, weight)| joints[*a].distance(joints[*b]) * weight).sum()
}

fn to_pixels(prediction: &PosePrediction, joint: Vec3) -> Vec3 {
    match prediction.space {
        Space::ClipBox => prediction.normalisation.invert(joint),
        Space::ImagePixels => joint,
    }
}

/// The joints of a frame of the timeline, pixels.
fn pixel_joints(person: &PlacedPerson, roots: &RootShift, frame: usize) -> Option<[Vec3; H36M_JOINTS]> {
    let joints: &[Vec3; H36M_JOINTS] = person.prediction.frame(FrameIndex(frame))?.try_into().ok()?;
    let shift = roots.at(frame).extend(0.0);
    Some(joints.map(|joint| to_pixels(person.prediction, joint) + shift))
}

/// The joints of frames all over the person's range, pixels.
fn sampled_joints<'a>(person: &'a PlacedPerson) -> impl Iterator<Item = [Vec3; H36M_JOINTS]> + 'a {
    let range = person.prediction.range;
    let roots = RootShift::of(person);
    (range.start..range.end)
        .step_by(range.len().div_ceil(MAX_SAMPLES).max(1))
        .filter_map(move |frame| pixel_joints(person, &roots, frame))
}

/// Corners of the picture in pixels.
fn image_box(people: &[PlacedPerson], image_size: Option<[u32; 2]>) -> (Vec2, Vec2) {
    // Joints that came in model units have no place in an image of pixels.
    let is_placed = |person: &PlacedPerson| {
        person.prediction.space == Space::ImagePixels
            || person.prediction.normalisation.mode != NormalisationMode::Identity
    };
    if let Some([width, height]) = image_size.filter(|sides| !sides.contains(&0) && people.iter().any(is_placed)) {
        return (Vec2::ZERO, Vec2::new(width as f32, height as f32));
    }
    let nothing = (Vec2::INFINITY, Vec2::NEG_INFINITY);
    let (low, high) = people.iter().fold(nothing, |(low, high), person| {
        let prediction = person.prediction;
        let normalisation = prediction.normalisation;
        if prediction.space == Space::ImagePixels && normalisation.mode == NormalisationMode::Identity {
            // Nothing is known but the joints.
            let joints = || prediction.joints.iter().map(|joint| joint.truncate());
            return (joints().fold(low, Vec2::min), joints().fold(high, Vec2::max));
        }
        let centre = Vec2::from(normalisation.centre);
        let half = Vec2::splat(normalisation.half_extent);
        (low.min(centre - half), high.max(centre + half))
    });
    if low.cmplt(high).all() { (low, high) } else { (Vec2::splat(-1.0), Vec2::splat(1.0)) }
}

/// The value below which `share` of the finite values lie.
pub(super) fn percentile(mut values: Vec<f32>, share: f32) -> Option<f32> {
    values.retain(|value| value.is_finite());
    let at = (share * values.len().saturating_sub(1) as f32).round() as usize;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(at, f32::total_cmp).1)
}

#[cfg(test)]
mod tests;
