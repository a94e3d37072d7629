//! The tree of a body of one shape with its 17 joints, and how these move when a joint turns.

use glam::{DMat3, DVec3, Vec3};

use super::{BODY_JOINTS, Betas, BodyModel, H36M_JOINTS, Landmarks, Pose};
use crate::data::body::BODY_PARENTS;
use crate::motion::skin::joint_transforms;

/// Joints that are fitted. The others (ankles, feet, wrists, hands) move no joint of the 17 that is known.
pub(super) const FREE: [usize; 16] = [0, 1, 2, 3, 4, 5, 6, 9, 12, 13, 14, 15, 16, 17, 18, 19];

/// A share of one of the 17 joints; see `motion::skin::Hung`.
#[derive(Clone, Copy, Debug)]
struct Share {
    joint: usize,
    weight: f64,
    offset: DVec3,
}

/// A body of one shape.
pub(super) struct Rig {
    /// Place of the pelvis in the rest pose.
    pelvis: DVec3,
    /// From the parent, in the rest pose.
    offsets: [DVec3; BODY_JOINTS],
    shares: [Vec<Share>; H36M_JOINTS],
    /// The 17 joints of the rest pose.
    pub rest_marks: [DVec3; H36M_JOINTS],
    pub rest_joints: [DVec3; BODY_JOINTS],
    /// Lowest point of the rest pose.
    pub sole_height: f64,
}

/// Chained rotations and places of the joints.
pub(super) struct Posed {
    pub rotations: [DMat3; BODY_JOINTS],
    pub positions: [DVec3; BODY_JOINTS],
}

/// One of the 17 joints and how it moves: when the joint of the tree `FREE[free]` turns by a small `w` about axes of
/// the world, it moves by `w x lever`.
pub(super) struct Mark {
    pub position: DVec3,
    pub levers: Vec<(usize, DVec3)>,
}

impl Rig {
    pub fn new(body: &BodyModel, landmarks: &Landmarks, betas: &Betas) -> Self {
        let rest = body.rest_joints(betas);
        let rest_joints = rest.map(Vec3::as_dvec3);
        let shares = landmarks.hung(betas, &rest).map(|hung| {
            let shares = hung.iter().map(|hung| Share {
                joint: hung.joint,
                weight: f64::from(hung.weight),
                offset: hung.offset.as_dvec3(),
            });
            shares.collect()
        });
        let lowest = body.rest_vertices(betas).iter().map(|vertex| vertex.y).fold(f32::INFINITY, f32::min);
        Self {
            pelvis: rest_joints[0],
            offsets: std::array::from_fn(|joint| {
                BODY_PARENTS[joint].map_or(DVec3::ZERO, |parent| rest_joints[joint] - rest_joints[parent])
            }),
            shares,
            rest_marks: Self::rest_marks_of(landmarks, &rest, betas),
            rest_joints,
            sole_height: f64::from(lowest),
        }
    }

    /// The 17 joints of the rest pose of a shape.
    pub fn rest_marks_of(
        landmarks: &Landmarks,
        rest_joints: &[Vec3; BODY_JOINTS],
        betas: &Betas,
    ) -> [DVec3; H36M_JOINTS] {
        let transforms = joint_transforms(rest_joints, &[Vec3::ZERO; BODY_JOINTS], Vec3::ZERO);
        landmarks.joints(betas, &transforms, rest_joints).map(Vec3::as_dvec3)
    }

    pub fn posed(&self, pose: &Pose) -> Posed {
        let mut posed = Posed {
            rotations: [DMat3::IDENTITY; BODY_JOINTS],
            positions: [self.pelvis + pose.translation; BODY_JOINTS],
        };
        for (joint, parent) in BODY_PARENTS.iter().enumerate() {
            let rotation = DMat3::from_quat(pose.rotations[joint]);
            posed.rotations[joint] = match parent {
                None => rotation,
                Some(parent) => {
                    posed.positions[joint] = posed.positions[*parent] + posed.rotations[*parent] * self.offsets[joint];
                    posed.rotations[*parent] * rotation
                }
            };
        }
        posed
    }

    /// The 17 joints of a pose.
    pub fn marks(&self, posed: &Posed) -> [DVec3; H36M_JOINTS] {
        std::array::from_fn(|mark| self.shares[mark].iter().map(|share| share.place(posed)).sum())
    }

    /// The 17 joints of a pose, and how they move.
    pub fn moving_marks(&self, posed: &Posed) -> [Mark; H36M_JOINTS] {
        std::array::from_fn(|mark| {
            // Sums over the shares that hang below each joint of the tree: of their places and of their weights.
            let (mut places, mut weights) = ([DVec3::ZERO; BODY_JOINTS], [0.0; BODY_JOINTS]);
            for share in &self.shares[mark] {
                places[share.joint] += share.place(posed);
                weights[share.joint] += share.weight;
            }
            for joint in (1..BODY_JOINTS).rev() {
                if let Some(parent) = BODY_PARENTS[joint] {
                    places[parent] += places[joint];
                    weights[parent] += weights[joint];
                }
            }
            let is_moved = |joint: usize| places[joint] != DVec3::ZERO || weights[joint] != 0.0;
            let levers = FREE.iter().enumerate().filter(|(_, joint)| is_moved(**joint));
            Mark {
                position: places[0],
                levers: levers
                    .map(|(free, joint)| (free, places[*joint] - posed.positions[*joint] * weights[*joint]))
                    .collect(),
            }
        })
    }
}

impl Share {
    fn place(&self, posed: &Posed) -> DVec3 {
        posed.rotations[self.joint] * self.offset + posed.positions[self.joint] * self.weight
    }
}

#[cfg(test)]
mod tests {
    use glam::DQuat;

    use super::*;
    use crate::motion::ik::tests::figure;
    use crate::support::rng::SplitMix64;

    #[test]
    fn levers_are_the_derivatives() {
        let body = figure::body();
        let rig = Rig::new(&body, &Landmarks::of(&body).unwrap(), &[0.3; 10]);
        let mut random = SplitMix64(9);
        let mut vector = || DVec3::from_array([0.0; 3].map(|_: f64| 2.0 * random.next_f64() - 1.0));
        let pose =
            Pose { rotations: std::array::from_fn(|_| DQuat::from_scaled_axis(vector())), translation: vector() };
        let posed = rig.posed(&pose);
        let marks = rig.moving_marks(&posed);
        let step = 1e-5;
        for (free, joint) in FREE.into_iter().enumerate() {
            let parent = BODY_PARENTS[joint].map_or(DMat3::IDENTITY, |parent| posed.rotations[parent]);
            for axis in DVec3::AXES {
                let turned = |angle: f64| {
                    let mut pose = pose;
                    pose.rotations[joint] = DQuat::from_axis_angle(axis, angle) * pose.rotations[joint];
                    rig.marks(&rig.posed(&pose))
                };
                let (ahead, behind) = (turned(step), turned(-step));
                for (number, mark) in marks.iter().enumerate() {
                    let lever = mark.levers.iter().find(|(other, _)| *other == free);
                    let expected = lever.map_or(DVec3::ZERO, |(_, lever)| (parent * axis).cross(*lever));
                    let found = (ahead[number] - behind[number]) / (2.0 * step);
                    assert!(found.distance(expected) < 1e-8, "joint {joint}, mark {number}: {found} and {expected}");
                }
            }
        }
        let places = rig.marks(&posed);
        assert!(marks.iter().zip(places).all(|(mark, place)| mark.position.distance(place) < 1e-12));
    }
}
