//! Which joints of the tree and which of the 17 make up the arms and legs, and how their middle joint bends.

use glam::DVec3;

/// Joints of the tree.
pub(super) mod tree {
    pub const PELVIS: usize = 0;
    pub const SPINE: [usize; 3] = [3, 6, 9];
    pub const NECK: usize = 12;
    pub const COLLARS: [usize; 2] = [13, 14];
    pub const HEAD: usize = 15;
}

/// The 17 joints.
pub(super) mod mark {
    pub const ROOT: usize = 0;
    pub const RIGHT_HIP: usize = 1;
    pub const LEFT_HIP: usize = 4;
    pub const BELLY: usize = 7;
    pub const NECK: usize = 8;
    pub const NOSE: usize = 9;
    pub const HEAD_TOP: usize = 10;
    pub const LEFT_SHOULDER: usize = 11;
    pub const RIGHT_SHOULDER: usize = 14;
}

/// (parent, child) of the 17, parents first.
pub(super) const BONES: [(usize, usize); 16] = [
    (0, 1),
    (1, 2),
    (2, 3),
    (0, 4),
    (4, 5),
    (5, 6),
    (0, 7),
    (7, 8),
    (8, 9),
    (9, 10),
    (8, 11),
    (11, 12),
    (12, 13),
    (8, 14),
    (14, 15),
    (15, 16),
];

/// An arm or a leg.
pub(super) struct Limb {
    /// Joint that turns the upper bone, and the one that turns the lower.
    pub upper: usize,
    pub lower: usize,
    /// Hip, knee, ankle or shoulder, elbow, wrist of the 17.
    pub marks: [usize; 3],
    /// Where the upper bone usually points in the axes of the joint that carries it. It is turned the shortest way
    /// from here, so that the opposite direction, where all ways are equally short, is one it never has.
    pub usual: DVec3,
    /// Axis about which the lower joint bends, in the rest pose.
    pub hinge: DVec3,
    /// Twists of the upper bone up to this far from neutral are believed; from the second on not at all, radians.
    pub believed_twist: [f64; 2],
    /// The lower joint bends from the first to the second angle about its hinge, radians.
    pub bend: [f64; 2],
}

/// With the arms out to the sides elbows bend forwards and a little up: the axis leans by this much, of which capture
/// skeletons have 0 to 30 degrees.
const ELBOW_LEAN: f64 = 20.0_f64.to_radians();
const ARM_TWIST: [f64; 2] = [120.0_f64.to_radians(), 160.0_f64.to_radians()];
const LEG_TWIST: [f64; 2] = [70.0_f64.to_radians(), 110.0_f64.to_radians()];
const BEND: [f64; 2] = [-8.0_f64.to_radians(), 160.0_f64.to_radians()];

const LEFT_ARM_USUAL: DVec3 = DVec3::new(0.6, -0.6, 0.5);
const RIGHT_ARM_USUAL: DVec3 = DVec3::new(-0.6, -0.6, 0.5);
const LEG_USUAL: DVec3 = DVec3::new(0.0, -0.6, 0.8);

/// Left and right arm, left and right leg.
pub(super) fn limbs() -> [Limb; 4] {
    let elbow = DVec3::new(0.0, -ELBOW_LEAN.cos(), ELBOW_LEAN.sin());
    let arm = |upper, marks, usual, hinge| Limb {
        upper,
        lower: upper + 2,
        marks,
        usual,
        hinge,
        believed_twist: ARM_TWIST,
        bend: BEND,
    };
    let leg = |upper, marks| Limb {
        upper,
        lower: upper + 3,
        marks,
        usual: LEG_USUAL,
        hinge: DVec3::X,
        believed_twist: LEG_TWIST,
        bend: BEND,
    };
    [
        arm(16, [11, 12, 13], LEFT_ARM_USUAL, elbow),
        arm(17, [14, 15, 16], RIGHT_ARM_USUAL, -elbow),
        leg(1, [4, 5, 6]),
        leg(2, [1, 2, 3]),
    ]
}
