//! From people in the world to shapes: a mannequin of tapered bones for each, on a floor with contact shadows.

use glam::{Vec2, Vec3, Vec3Swizzles};

use super::{Bounds, Capsule, FloorShadow, Grid, LinearRgba, PersonStyle, RenderScene, SceneStyle};
use crate::data::{FrameIndex, H36M_JOINTS, Side, Skeleton, SkeletonId, WorldTrack};

const NOSE: usize = 9;
const HEAD_TOP: usize = 10;

/// Metres at the near and far end of each bone, in the order of the skeleton's bones.
const BONE_RADII: [[f32; 2]; 16] = [
    [0.048, 0.050], // root, right hip
    [0.052, 0.036],
    [0.038, 0.022],
    [0.048, 0.050], // root, left hip
    [0.052, 0.036],
    [0.038, 0.022],
    [0.056, 0.050], // root, belly
    [0.052, 0.042], // belly, neck
    [0.030, 0.026], // neck, nose
    [0.000, 0.000], // the head is a shape of its own
    [0.040, 0.038], // neck, left shoulder
    [0.036, 0.026],
    [0.027, 0.017],
    [0.040, 0.038], // neck, right shoulder
    [0.036, 0.026],
    [0.027, 0.017],
];

/// Metres; slightly over the bones that meet there. Nose and head top are inside the head.
const JOINT_RADII: [f32; H36M_JOINTS] =
    [0.064, 0.060, 0.046, 0.033, 0.060, 0.046, 0.033, 0.060, 0.048, 0.0, 0.0, 0.048, 0.034, 0.027, 0.048, 0.034, 0.027];

/// How much of a joint's colour comes from the person.
const JOINT_TINT: f32 = 0.8;
/// How much of the trunk's and head's colour comes from the person.
const MIDDLE_TINT: f32 = 0.55;
/// Height in metres at which a bone no longer darkens the floor.
const SHADOW_REACH: f32 = 1.5;

/// The picture of one timeline frame. People outside of the frame are left out, and so is a bone with a joint that
/// is not finite. The floor is drawn under `around`, the box of all that happens in the clip: the caller computes it
/// once, so that the floor stands still while playing.
pub fn build_scene(
    people: &[(&WorldTrack, PersonStyle)],
    frame: FrameIndex,
    style: &SceneStyle,
    around: Option<Bounds>,
) -> RenderScene {
    let mut scene = RenderScene {
        background: style.background,
        grid: style.shows_grid.then(|| grid_under(around, style)),
        lighting: style.lighting,
        capsules: Vec::with_capacity(people.len() * 33),
        shadows: Vec::with_capacity(people.len() * 19),
    };
    for (track, person) in people {
        let Some(joints) = track.frame(frame) else { continue };
        add_mannequin(joints, person, &mut scene.capsules);
        add_shadows(joints, style.shadow_strength * person.opacity, &mut scene.shadows);
    }
    scene
}

fn grid_under(around: Option<Bounds>, style: &SceneStyle) -> Grid {
    let (centre, reach) = around.map_or((Vec2::ZERO, 0.0), |b| (b.centre().xz(), (b.max - b.min).xz().length() * 0.5));
    Grid {
        centre,
        radius: reach.min(20.0) + 4.0,
        strong: style.grid_strong,
        faint: style.grid_faint,
        floor: style.floor,
    }
}

fn add_mannequin(joints: &[Vec3], style: &PersonStyle, capsules: &mut Vec<Capsule>) {
    let skeleton = SkeletonId::H36m17.skeleton();
    for (bone, radii) in skeleton.bones.iter().zip(BONE_RADII) {
        let (a, b) = (joints[bone.0], joints[bone.1]);
        if radii[0] > 0.0 && a.is_finite() && b.is_finite() {
            let [radius_a, radius_b] = radii.map(|radius| radius * style.thickness);
            let colour = side_colour(skeleton.bone_side(*bone), style);
            capsules.push(Capsule { a, b, radius_a, radius_b, colour });
        }
    }
    for (joint, radius) in JOINT_RADII.into_iter().enumerate() {
        if radius > 0.0 && joints[joint].is_finite() {
            let colour = joint_colour(skeleton, joint, style);
            capsules.push(Capsule::sphere(joints[joint], radius * style.thickness, colour));
        }
    }
    let (nose, top) = (joints[NOSE], joints[HEAD_TOP]);
    if nose.is_finite() && top.is_finite() {
        let size = style.thickness;
        capsules.push(Capsule {
            a: nose.lerp(top, 0.1),
            b: nose.lerp(top, 0.5),
            radius_a: 0.062 * size,
            radius_b: 0.086 * size,
            colour: side_colour(Side::Middle, style),
        });
    }
}

fn side_colour(side: Side, style: &PersonStyle) -> LinearRgba {
    let colour = match side {
        Side::Left => style.left,
        Side::Right => style.right,
        Side::Middle => style.tint.map_or(style.middle, |tint| style.middle.mix(tint, MIDDLE_TINT)),
    };
    colour.with_alpha(style.opacity)
}

fn joint_colour(skeleton: &Skeleton, joint: usize, style: &PersonStyle) -> LinearRgba {
    let own = side_colour(skeleton.side(joint), style);
    style.tint.map_or(own, |tint| own.mix(tint, JOINT_TINT)).with_alpha(style.opacity)
}

/// A blurred line under every bone that fades with its height, a tight disc under each foot and a wide one under the
/// body.
fn add_shadows(joints: &[Vec3], strength: f32, shadows: &mut Vec<FloorShadow>) {
    const ROOT: usize = 0;
    const ANKLES: [usize; 2] = [3, 6];
    let nearness = |height: f32| (1.0 - height / SHADOW_REACH).clamp(0.0, 1.0);
    for (near, far) in SkeletonId::H36m17.skeleton().bones {
        let (a, b) = (joints[*near], joints[*far]);
        let height = (a.y.max(0.0) + b.y.max(0.0)) * 0.5;
        if a.is_finite() && b.is_finite() && height < SHADOW_REACH {
            shadows.push(FloorShadow {
                from: a.xz(),
                to: b.xz(),
                radius: 0.12 + 0.3 * height,
                strength: 0.45 * strength * nearness(height).powi(2),
            });
        }
    }
    for ankle in ANKLES.map(|joint| joints[joint]).into_iter().filter(|joint| joint.is_finite()) {
        let near = nearness(ankle.y * 2.0);
        shadows.push(FloorShadow::disc(ankle.xz(), 0.16 + 0.1 * ankle.y.max(0.0), 0.8 * strength * near.powi(2)));
    }
    let root = joints[ROOT];
    if root.is_finite() {
        shadows.push(FloorShadow::disc(root.xz(), 0.75, 0.4 * strength));
    }
    shadows.retain(|shadow| shadow.strength > 0.0);
}
