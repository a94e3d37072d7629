//! From predictions to a drawn world in metres: body size, depth, floor, and where the camera stood.
//!
//! A picture does not tell how big things are, so every person's body is assumed to be [`BODY_HEIGHT_M`] tall: the
//! median length of the chain from head to ankle gives metres per pixel. The camera's focal length is assumed to be
//! [`FOCAL_PER_IMAGE_SIDE`] image sides; a person then stands `focal * metres per pixel` away, plus the model's own
//! depth. Joints are put back on the rays they came from, so the view from the camera shows the picture. The camera is
//! taken to look level, and every person stands on the floor (`y = 0`), which moves people up or down against the
//! picture where the camera did look down.
//!
//! Everything is a median or a percentile over the whole track, so it settles within the first windows while results
//! still fill in; whoever wants it to stand quite still keeps a fit and places later results with it.

use glam::{Vec2, Vec3};

use crate::data::{
    FrameIndex, H36M_JOINTS, KeypointTrack, NormalisationMode, PersonId, PosePrediction, Space, WorldTrack,
};

use super::remap::frame_to_h36m;

/// Assumed height of every person, metres.
pub const BODY_HEIGHT_M: f32 = 1.70;
/// Height of the ankle joint over the floor, metres.
pub const ANKLE_HEIGHT_M: f32 = 0.08;
/// Assumed focal length in units of the image's longer side (about 45 degrees of view).
pub const FOCAL_PER_IMAGE_SIDE: f32 = 1.2;

/// Share of frames whose lower ankle is above the floor.
const FLOOR_PERCENTILE: f32 = 0.9;
/// Frames looked at for medians; longer tracks are sampled evenly.
const MAX_SAMPLES: usize = 1000;
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
    people: Vec<PersonFit>,
    pub camera_position_in_world: Vec3,
    /// Radians. The camera looks along -z.
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
}

impl Placement {
    /// Finds size, distance and floor of everybody. Without an image size the people's crop boxes stand for the image.
    pub fn fit(people: &[PlacedPerson], image_size: Option<[u32; 2]>) -> Self {
        let (low, high) = image_box(people, image_size);
        let size = (high - low).max(Vec2::splat(f32::MIN_POSITIVE));
        let mut placement = Self {
            focal: FOCAL_PER_IMAGE_SIDE * size.max_element(),
            centre: (low + high) / 2.0,
            people: Vec::with_capacity(people.len()),
            camera_position_in_world: Vec3::ZERO,
            vertical_fov: 2.0 * (0.5 * size.y / (FOCAL_PER_IMAGE_SIDE * size.max_element())).atan(),
            aspect: size.x / size.y,
        };
        for person in people {
            let fit = placement.fit_person(person, size);
            placement.people.push(fit);
        }
        let median = |value: fn(&PersonFit) -> f32| percentile(placement.people.iter().map(value).collect(), 0.5);
        let height = median(|fit| fit.camera_height).unwrap_or(ANKLE_HEIGHT_M);
        let distance = median(|fit| fit.metres_per_pixel).unwrap_or(1.0) * placement.focal;
        placement.camera_position_in_world = Vec3::new(0.0, height, distance);
        placement
    }

    /// The person's joints in the world. Someone unknown to the fit is placed like the first person.
    pub fn world_track(&self, person: &PlacedPerson) -> WorldTrack {
        let prediction = person.prediction;
        let fit = self.people.iter().find(|fit| fit.person == prediction.person).or(self.people.first());
        let joints_in_world = fit.map_or_else(Vec::new, |fit| {
            let lift = Vec3::new(0.0, fit.camera_height, self.camera_position_in_world.z);
            let roots = RootPath::of(person);
            (0..prediction.range.len())
                .flat_map(|offset| pixel_joints(person, &roots, offset))
                .map(|joint| self.in_camera(joint, fit.metres_per_pixel) + lift)
                .collect()
        });
        WorldTrack { person: prediction.person, range: prediction.range, joints_in_world: joints_in_world.into() }
    }

    /// Metres from the camera, y up, z towards it, of a joint in pixels.
    fn in_camera(&self, joint: Vec3, metres_per_pixel: f32) -> Vec3 {
        let place = joint.truncate() - self.centre;
        metres_per_pixel * self.relative_distance(joint.z) * Vec3::new(place.x, -place.y, -self.focal)
    }

    /// Distance from the camera of something at model depth `z` pixels, as a share of the person's distance.
    fn relative_distance(&self, z: f32) -> f32 {
        (1.0 + z / self.focal).max(MIN_DEPTH_SHARE)
    }

    fn fit_person(&self, person: &PlacedPerson, image_size: Vec2) -> PersonFit {
        let frames = person.prediction.range.len();
        let samples = || (0..frames).step_by(frames.div_ceil(MAX_SAMPLES).max(1));
        let roots = RootPath::of(person);
        let chains = samples().filter_map(|offset| {
            let joints = pixel_joints(person, &roots, offset);
            let length =
                HEIGHT_CHAIN.iter().map(|(a, b, weight)| joints[*a].distance(joints[*b]) * weight).sum::<f32>();
            // What comes nearer looks bigger.
            let length = length * self.relative_distance(joints[0].z);
            (length > 0.0 && length.is_finite()).then_some(length)
        });
        let chain = percentile(chains.collect(), 0.5).unwrap_or(image_size.y);
        let metres_per_pixel = (BODY_HEIGHT_M - ANKLE_HEIGHT_M) / chain;
        let lower_ankles = samples().map(|offset| {
            let joints = pixel_joints(person, &roots, offset);
            ANKLES.map(|ankle| self.in_camera(joints[ankle], metres_per_pixel).y).into_iter().fold(f32::MAX, f32::min)
        });
        let floor = percentile(lower_ankles.collect(), 1.0 - FLOOR_PERCENTILE).unwrap_or(0.0);
        PersonFit { person: person.prediction.person, metres_per_pixel, camera_height: ANKLE_HEIGHT_M - floor }
    }
}

/// Where a root-relative prediction is moved to, frame by frame; empty for a prediction that knows its place.
struct RootPath(Vec<Vec2>);

impl RootPath {
    fn of(person: &PlacedPerson) -> Self {
        let prediction = person.prediction;
        let mut roots = prediction.joints.iter().step_by(H36M_JOINTS);
        let (Some(first), Some(track)) = (roots.next(), person.keypoints) else { return Self(Vec::new()) };
        if roots.any(|root| root != first) {
            return Self(Vec::new());
        }
        let origin = to_pixels(prediction, *first).truncate();
        let seen: Vec<(usize, Vec2)> = (0..prediction.range.len())
            .filter_map(|offset| {
                let joints = track.frame(FrameIndex(prediction.range.start + offset))?;
                let root = frame_to_h36m(track.skeleton, joints)[0];
                (!root.is_missing()).then(|| (offset, Vec2::new(root.x, root.y) - origin))
            })
            .collect();
        Self(fill_between(&seen, prediction.range.len()))
    }

    fn shift(&self, offset: usize) -> Vec3 {
        self.0.get(offset).map_or(Vec3::ZERO, |shift| shift.extend(0.0))
    }
}

/// Values for frames `0..len`: straight lines between the known ones, held before the first and after the last.
fn fill_between(known: &[(usize, Vec2)], len: usize) -> Vec<Vec2> {
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return Vec::new() };
    let mut filled = vec![first.1; first.0];
    for pair in known.windows(2) {
        let [(start, from), (end, to)] = [pair[0], pair[1]];
        filled.extend((start..end).map(|frame| from.lerp(to, (frame - start) as f32 / (end - start) as f32)));
    }
    filled.resize(len, last.1);
    filled
}

fn to_pixels(prediction: &PosePrediction, joint: Vec3) -> Vec3 {
    match prediction.space {
        Space::ClipBox => prediction.normalisation.invert(joint),
        Space::ImagePixels => joint,
    }
}

/// The joints of the frame at `offset` from the start of the prediction, pixels.
fn pixel_joints(person: &PlacedPerson, roots: &RootPath, offset: usize) -> [Vec3; H36M_JOINTS] {
    let shift = roots.shift(offset);
    std::array::from_fn(|joint| {
        to_pixels(person.prediction, person.prediction.joints[offset * H36M_JOINTS + joint]) + shift
    })
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
fn percentile(mut values: Vec<f32>, share: f32) -> Option<f32> {
    values.retain(|value| value.is_finite());
    let at = (share * values.len().saturating_sub(1) as f32).round() as usize;
    (!values.is_empty()).then(|| *values.select_nth_unstable_by(at, f32::total_cmp).1)
}

#[cfg(test)]
mod tests;
