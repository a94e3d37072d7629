//! A body as a few capsules, which keep light from each other's surfaces: an arm darkens the chest that it lies on.

use glam::Vec3;

use crate::data::body::{BODY_JOINTS, BODY_SHAPES, BodyModel};
use crate::scene::BodyShape;

/// Capsules per body.
pub const LIMBS: usize = 16;

/// Joints that turn a limb, and the joint at its far end, if any.
const LIMB_JOINTS: [(usize, Option<usize>); LIMBS] = [
    (0, Some(3)),
    (1, Some(4)),
    (2, Some(5)),
    (4, Some(7)),
    (5, Some(8)),
    (7, Some(10)),
    (8, Some(11)),
    (6, Some(9)),
    (9, Some(12)),
    (15, None),
    (16, Some(18)),
    (17, Some(19)),
    (18, Some(20)),
    (19, Some(21)),
    (20, Some(22)),
    (21, Some(23)),
];

/// Capsules are this much thinner than their limb is on average, so that they stay inside of it.
const SLIMNESS: f32 = 0.9;

/// Thickness and, where no joint tells it, direction of a limb.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limb {
    /// Metres; 0 without vertices.
    radius: f32,
    /// From its joint to its end in the rest pose, metres.
    reach: Vec3,
}

/// A capsule in the world, metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PosedLimb {
    pub from: Vec3,
    pub to: Vec3,
    pub radius: f32,
}

/// The limbs of a model's mean shape.
pub fn limbs(model: &BodyModel) -> [Limb; LIMBS] {
    let joints = model.rest_joints(&[0.0; BODY_SHAPES]);
    let mut surface: [Vec<Vec3>; BODY_JOINTS] = std::array::from_fn(|_| Vec::new());
    for (vertex, place) in model.template.iter().enumerate() {
        let strongest = model.skin.of(vertex).max_by(|(_, a), (_, b)| a.total_cmp(b));
        if let Some((joint, _)) = strongest {
            surface[joint].push(*place);
        }
    }
    LIMB_JOINTS.map(|(joint, end)| {
        let (from, surface) = (joints[joint], &surface[joint]);
        if surface.is_empty() {
            return Limb::default();
        }
        let middle = surface.iter().sum::<Vec3>() / surface.len() as f32;
        let reach = end.map_or((middle - from) * 1.5, |end| joints[end] - from);
        let distance = |place: &Vec3| {
            let share = ((*place - from).dot(reach) / reach.length_squared().max(f32::EPSILON)).clamp(0.0, 1.0);
            place.distance(from + reach * share)
        };
        let radius = surface.iter().map(distance).sum::<f32>() / surface.len() as f32;
        Limb { radius: radius * SLIMNESS, reach }
    })
}

/// Where a body's limbs are.
pub fn posed_limbs(limbs: &[Limb; LIMBS], body: &BodyShape) -> [PosedLimb; LIMBS] {
    let rest = body.model.rest_joints(&body.betas);
    std::array::from_fn(|number| {
        let ((joint, end), Limb { radius, reach }) = (LIMB_JOINTS[number], limbs[number]);
        let far = end.map_or(rest[joint] + reach, |end| rest[end]);
        let place = |point| body.transforms[joint].transform_point3(point);
        PosedLimb { from: place(rest[joint]), to: place(far), radius }
    })
}

/// Half the width of the soft edge of a limb's shadow, radians.
const PENUMBRA: f32 = 0.3;

/// How much light reaches a surface past the limbs, from all around and from the key light, 0 to 1 each.
/// `light_past_limbs` in shaders/skin.wgsl is the same.
pub fn light_past(limbs: &[PosedLimb], place: Vec3, normal: Vec3, towards_key: Vec3) -> [f32; 2] {
    let (mut around, mut key) = (1.0, 1.0);
    for PosedLimb { from, to, radius } in limbs.iter().filter(|limb| limb.radius > 0.0) {
        let (axis, start) = (*to - *from, place - *from);
        let length2 = axis.length_squared().max(1e-8);
        let inwards = axis * (start.dot(axis) / length2).clamp(0.0, 1.0) - start;
        let distance = inwards.length().max(1e-6);
        // From the place, the limb looks about like a ball in the nearest point of its axis.
        let size = (radius / distance).min(1.0);
        around *= 1.0 - (normal.dot(inwards) / distance).max(0.0) * size * size;

        // Where the ray to the light and the axis come closest.
        let along = towards_key.dot(axis);
        let (ray, across) = (towards_key.dot(start), axis.dot(start));
        let share = ((across - along * ray) / (length2 - along * along).max(1e-8)).clamp(0.0, 1.0);
        let step = (along * share - ray).max(0.0);
        let gap = (start + towards_key * step - axis * share).length() - radius;
        let passing = smooth_step(-PENUMBRA, PENUMBRA, gap / step.max(1e-3));
        // A limb does not shade its own surface, which is not quite the capsule's.
        let outside = smooth_step(1.15, 1.7, distance / radius);
        key *= 1.0 + (passing - 1.0) * outside;
    }
    [around, key]
}

fn smooth_step(low: f32, high: f32, value: f32) -> f32 {
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARM: PosedLimb = PosedLimb { from: Vec3::new(-0.3, 0.0, 0.2), to: Vec3::new(0.3, 0.0, 0.2), radius: 0.05 };

    #[test]
    fn an_arm_before_the_chest_darkens_it_there_only() {
        let light = |y: f32, towards_key: Vec3| light_past(&[ARM], Vec3::Y * y, Vec3::Z, towards_key);
        let [around, key] = light(0.0, Vec3::Z);
        assert!(around < 0.95 && key < 0.1, "{around} {key}");
        let [around, key] = light(0.5, Vec3::Z);
        assert!(around > 0.98 && key > 0.99, "{around} {key}");
        // The light comes over the arm.
        assert!(light(0.0, Vec3::new(0.0, 1.0, 0.2).normalize())[1] > 0.9);
        // From 0.28 m away the arm looks narrower than the soft edge, so a ninth of the light passes it.
        let [_, key] = light(-0.2, Vec3::new(0.0, 1.0, 1.0).normalize());
        assert!((key - 0.109).abs() < 0.005, "{key}");
    }

    #[test]
    fn nearer_limbs_keep_more_light_away_and_none_from_behind() {
        let around = |z: f32, normal: Vec3| light_past(&[ARM], Vec3::Z * z, normal, Vec3::Y)[0];
        assert!(around(0.1, Vec3::Z) < around(0.0, Vec3::Z) && around(0.0, Vec3::Z) < around(-0.5, Vec3::Z));
        assert_eq!(around(0.1, Vec3::NEG_Z), 1.0);
    }

    #[test]
    fn a_limb_leaves_its_own_surface_alone() {
        for (normal, key) in [(Vec3::Y, Vec3::Y), (Vec3::Z, Vec3::Y), (Vec3::Y, Vec3::X)] {
            let place = Vec3::Z * 0.2 + normal * 0.055;
            assert_eq!(light_past(&[ARM], place, normal, key), [1.0, 1.0]);
        }
    }
}
