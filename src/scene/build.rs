//! From people in the world to shapes: a mannequin of tapered bones for each, on a floor with contact shadows.

use glam::{Vec2, Vec3, Vec3Swizzles};

use super::{Bounds, Capsule, FloorShadow, Grid, PersonStyle, RenderScene, SceneStyle};
use crate::data::{FrameIndex, H36M_JOINTS, Side, SkeletonId, WorldTrack};

const ANKLES: [usize; 2] = [3, 6];
const BELLY: usize = 7;
const NECK: usize = 8;
const NOSE: usize = 9;
const HEAD_TOP: usize = 10;
const LEFT_SHOULDER: usize = 11;
const RIGHT_SHOULDER: usize = 14;

/// Metres at the near and far end of each bone, in the order of the skeleton's bones.
const BONE_RADII: [[f32; 2]; 16] = [
    [0.066, 0.058], // root, right hip
    [0.058, 0.040],
    [0.041, 0.024],
    [0.066, 0.058], // root, left hip
    [0.058, 0.040],
    [0.041, 0.024],
    [0.074, 0.066], // root, belly
    [0.068, 0.058], // belly, neck
    [0.036, 0.032], // neck, nose
    [0.000, 0.000], // the head is a shape of its own
    [0.050, 0.044], // neck, left shoulder
    [0.042, 0.030],
    [0.031, 0.020],
    [0.050, 0.044], // neck, right shoulder
    [0.042, 0.030],
    [0.031, 0.020],
];

/// Metres; slightly over the bones that meet there. Nose and head top are inside the head.
const JOINT_RADII: [f32; H36M_JOINTS] =
    [0.078, 0.066, 0.048, 0.035, 0.066, 0.048, 0.035, 0.070, 0.060, 0.0, 0.0, 0.052, 0.037, 0.030, 0.052, 0.037, 0.030];

/// Shadows fainter than this are not drawn.
const INVISIBLE: f32 = 0.01;
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
        bodies: Vec::new(),
        shadows: Vec::with_capacity(people.len() * 19),
        lines: Vec::new(),
        quads: Vec::new(),
        depth_cue: style.depth_cue,
    };
    for (track, person) in people {
        let Some(joints) = track.frame(frame) else { continue };
        add_mannequin(joints, person, &mut scene.capsules);
        let bones = SkeletonId::H36m17.skeleton().bones.iter().copied();
        add_shadows(joints, bones, &ANKLES, style.shadow_strength * person.opacity, &mut scene.shadows);
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

/// The shapes of one body, without shadows.
pub(super) fn add_mannequin(joints: &[Vec3], style: &PersonStyle, capsules: &mut Vec<Capsule>) {
    let skeleton = SkeletonId::H36m17.skeleton();
    for (bone, radii) in skeleton.bones.iter().zip(BONE_RADII) {
        let (a, b) = (joints[bone.0], joints[bone.1]);
        if radii[0] > 0.0 && a.is_finite() && b.is_finite() {
            let [radius_a, radius_b] = radii.map(|radius| radius * style.thickness);
            let colour = style.side(skeleton.bone_side(*bone));
            capsules.push(Capsule { a, b, radius_a, radius_b, colour });
        }
    }
    for (joint, radius) in JOINT_RADII.into_iter().enumerate() {
        if radius > 0.0 && joints[joint].is_finite() {
            let colour = style.side(skeleton.side(joint));
            capsules.push(Capsule::sphere(joints[joint], radius * style.thickness, colour));
        }
    }
    // A chest that shows which way the trunk turns, and a head; bones alone show neither.
    let middle = style.side(Side::Middle);
    let mut volume = |a: Vec3, b: Vec3, radius_a: f32, radius_b: f32| {
        if a.is_finite() && b.is_finite() {
            let [radius_a, radius_b] = [radius_a, radius_b].map(|radius| radius * style.thickness);
            capsules.push(Capsule { a, b, radius_a, radius_b, colour: middle });
        }
    };
    for shoulder in [LEFT_SHOULDER, RIGHT_SHOULDER] {
        let under_the_shoulder = joints[NECK].lerp(joints[shoulder], 0.6).lerp(joints[BELLY], 0.22);
        volume(joints[BELLY], under_the_shoulder, 0.064, 0.056);
    }
    volume(joints[NOSE], joints[NOSE].lerp(joints[HEAD_TOP], 0.55), 0.066, 0.086);
}

/// A blurred line under every bone that fades with its height, a tight disc under each foot and a wide one under the
/// first joint.
pub(super) fn add_shadows(
    joints: &[Vec3],
    bones: impl Iterator<Item = (usize, usize)>,
    feet: &[usize],
    strength: f32,
    shadows: &mut Vec<FloorShadow>,
) {
    let nearness = |height: f32| (1.0 - height / SHADOW_REACH).clamp(0.0, 1.0);
    for (near, far) in bones {
        let (a, b) = (joints[near], joints[far]);
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
    for foot in feet.iter().map(|joint| joints[*joint]).filter(|joint| joint.is_finite()) {
        let near = nearness(foot.y * 2.0);
        shadows.push(FloorShadow::disc(foot.xz(), 0.16 + 0.1 * foot.y.max(0.0), 0.8 * strength * near.powi(2)));
    }
    let root = joints[0];
    if root.is_finite() {
        let near = nearness((root.y - 1.0) * 0.5);
        shadows.push(FloorShadow::disc(root.xz(), 0.75, 0.4 * strength * near));
    }
    shadows.retain(|shadow| shadow.strength > INVISIBLE);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{FrameRange, PersonId};
    use crate::scene::LinearRgba;

    fn standing(change: impl Fn(usize, Vec3) -> Vec3) -> WorldTrack {
        let joints: Arc<[Vec3]> =
            (0..H36M_JOINTS).map(|j| change(j, Vec3::new(0.1 * j as f32, 0.1 * j as f32, 0.0))).collect();
        WorldTrack { person: PersonId(1), range: FrameRange::of_len(5, 1), joints_in_world: joints }
    }

    fn build(track: &WorldTrack, style: PersonStyle, frame: usize) -> RenderScene {
        build_scene(&[(track, style)], FrameIndex(frame), &SceneStyle::dark(), None)
    }

    #[test]
    fn bones_have_the_colour_of_their_side() {
        let style = PersonStyle::dark().tinted(LinearRgba::from_srgb_hex(0x009E73));
        let track = standing(|_, joint| joint);
        let scene = build(&track, style, 5);
        let bone = |a: usize, b: usize| {
            let joints = track.frame(FrameIndex(5)).unwrap();
            scene.capsules.iter().find(|capsule| capsule.a == joints[a] && capsule.b == joints[b]).unwrap().colour
        };
        assert_eq!(bone(4, 5), style.left);
        assert_eq!(bone(8, 11), style.left);
        assert_eq!(bone(15, 16), style.right);
        let trunk = bone(0, 7);
        assert!(trunk.green > trunk.red && trunk != style.middle, "the person's colour is on the trunk");
    }

    #[test]
    fn nobody_is_drawn_outside_of_the_own_frames() {
        let scene = build(&standing(|_, joint| joint), PersonStyle::dark(), 6);
        assert!(scene.capsules.is_empty() && scene.shadows.is_empty());
    }

    #[test]
    fn a_lost_joint_takes_only_its_own_shapes_along() {
        let whole = build(&standing(|_, joint| joint), PersonStyle::dark(), 5);
        let maimed = build(&standing(|j, joint| if j == 13 { Vec3::NAN } else { joint }), PersonStyle::dark(), 5);
        assert_eq!(whole.capsules.len() - maimed.capsules.len(), 2, "a wrist and a forearm");
        assert!(maimed.capsules.iter().all(|capsule| capsule.a.is_finite() && capsule.b.is_finite()));
        assert!(maimed.shadows.iter().all(|shadow| shadow.from.is_finite() && shadow.to.is_finite()));
    }

    #[test]
    fn shadows_weaken_with_height() {
        let darkest = |lift: f32| {
            let scene = build(&standing(|_, joint| joint * 0.3 + Vec3::Y * lift), PersonStyle::dark(), 5);
            scene.shadows.iter().map(|shadow| shadow.strength).fold(0.0, f32::max)
        };
        assert!(darkest(0.0) > darkest(0.5) && darkest(0.5) > darkest(5.0));
    }

    #[test]
    fn ghosts_are_seen_through_and_cast_less_shadow() {
        let track = standing(|_, joint| joint);
        let ghost = build(&track, PersonStyle { opacity: 0.3, ..PersonStyle::dark() }, 5);
        assert!(ghost.capsules.iter().all(|capsule| capsule.colour.alpha == 0.3));
        let solid = build(&track, PersonStyle::dark(), 5);
        assert!(ghost.shadows[0].strength < solid.shadows[0].strength);
    }
}
