//! From predictions to a drawn world in metres: body size, depth, floor, and where the camera stood.
//!
//! A picture does not tell how big things are, so a body is as tall as the person says, or [`BODY_HEIGHT_M`]: the
//! median length of the chain from head to ankle gives metres per pixel. The camera's focal length is assumed to be
//! [`FOCAL_PER_IMAGE_SIDE`] image sides; a person then stands `focal * metres per pixel` away, plus the model's own
//! depth. Joints are put back on the rays they came from, so the view from the camera shows the picture.
//!
//! Up is fitted over the clip from the feet and from balance (see `upright`), and the floor is level at `y = 0`. As
//! the camera has one height over it, the sizes of people follow from each other: only their mean is assumed, or all
//! follow from those whose height is said. With [`RootTrajectory::OnFloor`] every person is then moved up or down to
//! stand on the floor, by a height that follows what is left over slowly, so that a jump stays a jump. This is for
//! display only, predictions stay as they are, and against the picture it moves people by what the assumptions miss.
//!
//! Everything is a median or a percentile over the whole track or over some seconds, so it settles within the first
//! windows while results still fill in.

mod ground;
pub mod live;
pub mod options;
mod roots;
mod upright;

use glam::{EulerRot, Mat3, Quat, Vec2, Vec3};

pub use self::live::LivePlacement;
pub use self::options::{RootTrajectory, Upright, WorldOptions};

use self::ground::{Drift, GROUND_SHARE, frames_per_block};
use self::roots::RootShift;
use self::upright::{CAMERA_TILT_DEGREES, Evidence, OWN_TILT_DEGREES, fit_up, world_from_camera};
use crate::data::{
    FrameIndex, H36M_JOINTS, KeypointTrack, NormalisationMode, PersonId, PosePrediction, Space, WorldTrack,
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

/// A camera lower than this over the floor does not tell how tall people are, metres.
const MIN_CAMERA_HEIGHT_M: f32 = 0.5;
/// Nobody is made smaller or larger than this by the floor; more must be a floor of their own.
const GROWTH: (f32, f32) = (0.75, 1.33);

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
    /// Standing height of the body, metres, where it is known.
    pub height_m: Option<f32>,
}

impl PlacedPerson<'_> {
    fn assumed_height_m(&self) -> f32 {
        self.height_m.unwrap_or(BODY_HEIGHT_M)
    }
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
    root: RootTrajectory,
    people: Vec<PersonFit>,
    pub camera_position_in_world: Vec3,
    /// Radians by which the camera looks down, negative if it looks up. At 0 it looks along -z.
    pub camera_pitch: f32,
    /// Radians about the vertical, anticlockwise seen from above. Turned by hand only.
    pub camera_yaw: f32,
    /// Radians by which the camera's right side is up.
    pub camera_roll: f32,
    /// Radians.
    pub vertical_fov: f32,
    /// Width over height of the picture.
    pub aspect: f32,
}

/// Where one person's camera space lies in the world: `turn * joint + shift`.
#[derive(Clone, Copy, Debug)]
struct PersonFit {
    person: PersonId,
    metres_per_pixel: f32,
    /// Standing height of the body that these metres go with.
    height_m: f32,
    turn: Mat3,
    shift: Vec3,
    /// Where the root is usually, in the world.
    middle: Vec3,
}

impl Placement {
    /// The person's standing height, metres: as said, or as it follows from the floor that people share.
    pub fn height_m(&self, person: PersonId) -> Option<f32> {
        self.people.iter().find(|fit| fit.person == person).map(|fit| fit.height_m)
    }

    /// Finds size, distance and floor of everybody. Without an image size the people's crop boxes stand for the image.
    /// `fps` tells a jump from a drift, and a standing foot from one on its way.
    pub fn fit(people: &[PlacedPerson], image_size: Option<[u32; 2]>, fps: f64, options: &WorldOptions) -> Self {
        let (low, high) = image_box(people, image_size);
        let size = (high - low).max(Vec2::splat(f32::MIN_POSITIVE));
        let mut placement = Self {
            focal: FOCAL_PER_IMAGE_SIDE * size.max_element(),
            centre: (low + high) / 2.0,
            frames_per_block: frames_per_block(fps),
            root: options.root,
            people: Vec::with_capacity(people.len()),
            camera_position_in_world: Vec3::ZERO,
            camera_pitch: 0.0,
            camera_yaw: 0.0,
            camera_roll: 0.0,
            vertical_fov: 2.0 * (0.5 * size.y / (FOCAL_PER_IMAGE_SIDE * size.max_element())).atan(),
            aspect: size.x / size.y,
        };
        let scales: Vec<f32> = people.iter().map(|person| placement.metres_per_pixel(person, size)).collect();
        let evidence: Vec<Evidence> = match options.upright {
            Upright::Camera => Vec::new(),
            Upright::Clip | Upright::Person => {
                people.iter().zip(&scales).map(|(person, scale)| placement.evidence(person, *scale, fps)).collect()
            }
        };
        let everybody: Vec<&Evidence> = evidence.iter().collect();
        let up = fit_up(&everybody, Vec3::Y, CAMERA_TILT_DEGREES.to_radians());
        let tilt = Mat3::from_rotation_x(-options.tilt_degrees.to_radians());
        let turn = tilt * world_from_camera(up);

        // As everybody stands by their own size, relative to the camera.
        let stances: Vec<(Vec3, f32)> =
            people.iter().zip(&scales).map(|(person, scale)| placement.stance(person, *scale, turn)).collect();
        let sizes: Vec<(f32, bool)> =
            people.iter().zip(&stances).map(|(person, (_, floor))| (-floor, person.height_m.is_some())).collect();
        let over_feet = height_over_feet(&sizes);
        placement.people.extend(people.iter().zip(&scales).zip(&stances).zip(&sizes).map(
            |(((person, scale), (root, floor)), (height, is_said))| {
                let growth = if *is_said { 1.0 } else { growth(over_feet, *height) };
                PersonFit {
                    person: person.prediction.person,
                    metres_per_pixel: scale * growth,
                    height_m: ANKLE_HEIGHT_M + (person.assumed_height_m() - ANKLE_HEIGHT_M) * growth,
                    turn,
                    shift: Vec3::Y * (ANKLE_HEIGHT_M - floor * growth),
                    middle: *root * growth,
                }
            },
        ));
        if options.upright == Upright::Person {
            for (index, fit) in placement.people.iter_mut().enumerate() {
                let own_up = fit_up(&everybody[index..=index], up, OWN_TILT_DEGREES.to_radians());
                fit.turn = tilt * world_from_camera(own_up);
            }
            // About where the person is, and onto the floor again.
            for (index, person) in people.iter().enumerate() {
                let fit = placement.people[index];
                let (root, floor) = placement.stance(person, fit.metres_per_pixel, fit.turn);
                placement.people[index].shift = (fit.middle - root).with_y(ANKLE_HEIGHT_M - floor);
            }
        }
        let distance = -mean(placement.people.iter().map(|fit| fit.middle.z));
        let aside = mean(placement.people.iter().map(|fit| fit.middle.x));
        placement.look_from(
            turn,
            Vec3::new(0.0, ANKLE_HEIGHT_M + over_feet, distance),
            aside,
            options.yaw_degrees.to_radians(),
        );
        placement
    }

    /// Where in the picture a pixel is: (-1, -1) is its top left and (1, 1) its bottom right corner.
    pub fn in_picture(&self, pixel: Vec2) -> Vec2 {
        let half_height = self.focal * (self.vertical_fov * 0.5).tan();
        (pixel - self.centre) / Vec2::new(half_height * self.aspect, half_height)
    }

    /// The pixel at which the camera sees a point of the world; none for what is not in front of it.
    pub fn pixel_of(&self, point_in_world: Vec3) -> Option<Vec2> {
        let turn = Mat3::from_euler(EulerRot::YXZ, self.camera_yaw, -self.camera_pitch, self.camera_roll);
        let Vec3 { x, y, z } = turn.transpose() * (point_in_world - self.camera_position_in_world);
        (z < 0.0).then(|| self.centre + Vec2::new(x, -y) * (self.focal / -z))
    }

    /// Brings the camera from the origin to `position` and turns everything about the vertical through (`aside`, 0).
    fn look_from(&mut self, turn: Mat3, position: Vec3, aside: f32, yaw: f32) {
        let by_hand = Mat3::from_rotation_y(yaw);
        let pivot = Vec3::X * aside;
        let about = |at: Vec3| by_hand * (at - pivot) + pivot;
        for fit in &mut self.people {
            fit.turn = by_hand * fit.turn;
            fit.shift = about(fit.shift + position.with_y(0.0));
            fit.middle = about(fit.middle + position);
        }
        self.camera_position_in_world = about(position);
        let world_from_camera = by_hand * turn;
        let outward = world_from_camera.z_axis;
        self.camera_pitch = outward.y.clamp(-1.0, 1.0).asin();
        self.camera_yaw = outward.x.atan2(outward.z);
        let level_right = Vec3::new(outward.z, 0.0, -outward.x).normalize_or(Vec3::X);
        self.camera_roll =
            world_from_camera.x_axis.dot(outward.cross(level_right)).atan2(world_from_camera.x_axis.dot(level_right));
    }

    /// The person's joints in the world. Someone unknown to the fit is placed like the first person.
    pub fn world_track(&self, person: &PlacedPerson) -> WorldTrack {
        let range = person.prediction.range;
        let joints_in_world = self.fit_of(person).map_or_else(Vec::new, |fit| {
            let roots = RootShift::of(person);
            let drift = self.drift(person, &roots, fit);
            let joints = (range.start..range.end).filter_map(|frame| {
                let joints = pixel_joints(person, &roots, frame)?;
                Some(self.stand(joints, fit, drift.as_ref().map_or(0.0, |drift| drift.at(frame))))
            });
            joints.flatten().collect()
        });
        WorldTrack { person: person.prediction.person, range, joints_in_world: joints_in_world.into() }
    }

    /// How a person's camera axes (x right, y down, z away) lie in the world where the root is at `root_in_world`.
    ///
    /// Joints are on the rays they came from: what goes away from the camera follows the ray through the root, what goes
    /// across does not. The rotation nearest to that is halfway to the ray.
    pub fn turn_at(&self, person: PersonId, root_in_world: Vec3) -> Quat {
        let turn = self.fit_for(person).map_or(Quat::IDENTITY, |fit| Quat::from_mat3(&fit.turn));
        let forward = turn * Vec3::NEG_Z;
        let ray = (root_in_world - self.camera_position_in_world).try_normalize().unwrap_or(forward);
        let to_ray = Quat::IDENTITY.slerp(Quat::from_rotation_arc(forward, ray), 0.5);
        to_ray * turn * Quat::from_rotation_x(std::f32::consts::PI)
    }

    fn fit_of(&self, person: &PlacedPerson) -> Option<&PersonFit> {
        self.fit_for(person.prediction.person)
    }

    fn fit_for(&self, person: PersonId) -> Option<&PersonFit> {
        self.people.iter().find(|fit| fit.person == person).or(self.people.first())
    }

    /// In the world; joints in pixels, `drift` in metres.
    fn stand(&self, joints: [Vec3; H36M_JOINTS], fit: &PersonFit, drift: f32) -> [Vec3; H36M_JOINTS] {
        let joints = joints.map(|joint| fit.turn * self.in_camera(joint, fit.metres_per_pixel) + fit.shift);
        let to_middle = if self.root == RootTrajectory::InPlace { fit.middle - joints[0] } else { Vec3::ZERO };
        joints.map(|joint| joint + to_middle.with_y(-drift))
    }

    /// What is left between the person and the floor; none where the root moves as predicted.
    fn drift(&self, person: &PlacedPerson, roots: &RootShift, fit: &PersonFit) -> Option<Drift> {
        let floor = ANKLE_HEIGHT_M - fit.shift.y;
        let lowest = |frame: usize| {
            let joints = pixel_joints(person, roots, frame);
            joints.map_or(f32::NAN, |joints| self.lowest(&joints, fit.metres_per_pixel, fit.turn))
        };
        (self.root != RootTrajectory::AsPredicted)
            .then(|| Drift::of(person.prediction.range, self.frames_per_block, floor, lowest))
    }

    /// Height over the camera of the lowest joint, metres: what a person stands on need not be the feet.
    fn lowest(&self, joints: &[Vec3; H36M_JOINTS], metres_per_pixel: f32, turn: Mat3) -> f32 {
        let heights = joints.iter().map(|joint| (turn * self.in_camera(*joint, metres_per_pixel)).y);
        heights.fold(f32::INFINITY, f32::min)
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
        (person.assumed_height_m() - ANKLE_HEIGHT_M) / chain
    }

    fn evidence(&self, person: &PlacedPerson, metres_per_pixel: f32, fps: f64) -> Evidence {
        let roots = RootShift::of(person);
        let pose_at = |frame: usize| {
            let joints = pixel_joints(person, &roots, frame)?;
            Some(joints.map(|joint| self.in_camera(joint, metres_per_pixel)))
        };
        Evidence::gather(sampled_frames(person), pose_at, person.assumed_height_m() - ANKLE_HEIGHT_M, fps)
    }

    /// Where the person's root usually is and how high the floor is, metres from the camera in turned axes.
    fn stance(&self, person: &PlacedPerson, metres_per_pixel: f32, turn: Mat3) -> (Vec3, f32) {
        let lows = sampled_joints(person).map(|joints| self.lowest(&joints, metres_per_pixel, turn));
        let floor = percentile(lows.collect(), GROUND_SHARE).unwrap_or(0.0);
        let roots: Vec<Vec3> =
            sampled_joints(person).map(|joints| turn * self.in_camera(joints[0], metres_per_pixel)).collect();
        let usual = |axis: fn(&Vec3) -> f32| percentile(roots.iter().map(axis).collect(), 0.5).unwrap_or(0.0);
        (Vec3::new(usual(|root| root.x), usual(|root| root.y), usual(|root| root.z)), floor)
    }
}

/// Height of the camera over standing ankles. Of everybody: what their own size makes it, and whether that size is said
/// and not assumed; those that are said count alone.
fn height_over_feet(sizes: &[(f32, bool)]) -> f32 {
    let said: Vec<f32> = sizes.iter().filter(|(_, is_said)| *is_said).map(|(height, _)| *height).collect();
    if said.is_empty() { mean(sizes.iter().map(|(height, _)| *height)) } else { mean(said.into_iter()) }
}

/// By how much a person is larger than assumed whose feet are `own` under a camera that is `height` over all feet.
fn growth(height: f32, own: f32) -> f32 {
    if height.min(own) < MIN_CAMERA_HEIGHT_M {
        return 1.0;
    }
    (height / own).clamp(GROWTH.0, GROWTH.1)
}

/// 0 of nothing.
fn mean(values: impl ExactSizeIterator<Item = f32>) -> f32 {
    let count = values.len().max(1) as f32;
    values.sum::<f32>() / count
}

/// 0 up to the first bound, 1 from the second.
fn ramp(value: f32, (from, to): (f32, f32)) -> f32 {
    if value.is_finite() { ((value - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 }
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

/// Frames all over the person's range.
fn sampled_frames(person: &PlacedPerson) -> impl Iterator<Item = usize> + use<> {
    let range = person.prediction.range;
    (range.start..range.end).step_by(range.len().div_ceil(MAX_SAMPLES).max(1))
}

/// Their joints, pixels.
fn sampled_joints<'a>(person: &'a PlacedPerson) -> impl Iterator<Item = [Vec3; H36M_JOINTS]> + 'a {
    let roots = RootShift::of(person);
    sampled_frames(person).filter_map(move |frame| pixel_joints(person, &roots, frame))
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
