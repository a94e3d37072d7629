//! The 17 joints of H36M on a posed body without posing its vertices.

use glam::Vec3;

use super::{JointTransforms, skinning_transforms};
use crate::data::body::{BODY_JOINTS, Betas, BodyModel};
use crate::data::skeleton::H36M_JOINTS;

/// Skinning and regression are both linear, so a regressed joint is a blend of few points that hang on the body's
/// joints. Exact for bodies without pose blend shapes; those are left out here.
#[derive(Clone, Debug)]
pub struct Landmarks {
    /// Per H36M joint: what it hangs on.
    anchors: Vec<Vec<Anchor>>,
}

#[derive(Clone, Debug)]
struct Anchor {
    joint: usize,
    weight: f32,
    /// Weighted sum of the vertices of the mean shape, and its change per unit of beta.
    moment: Vec3,
    moment_directions: Vec<Vec3>,
}

impl Anchor {
    fn moment(&self, betas: &Betas) -> Vec3 {
        let directions = self.moment_directions.iter().zip(betas);
        self.moment + directions.map(|(step, beta)| *step * *beta).sum::<Vec3>()
    }
}

/// A share of a landmark. The landmark is the sum over its shares of `rotation(joint) * offset + weight *
/// position(joint)`, with the chained rotation and the place of the joint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hung {
    pub joint: usize,
    pub weight: f32,
    /// Metres, in the rest pose's axes.
    pub offset: Vec3,
}

impl Landmarks {
    /// None for a body without an H36M regressor.
    pub fn of(body: &BodyModel) -> Option<Self> {
        let regressor = body.h36m_regressor.as_ref()?;
        let anchors = (0..H36M_JOINTS).map(|row| {
            let mut anchors: Vec<Anchor> = Vec::new();
            for (vertex, share) in regressor.row(row) {
                for (joint, pull) in body.skin.of(vertex).filter(|(_, pull)| *pull != 0.0) {
                    let at = anchors.iter().position(|anchor| anchor.joint == joint).unwrap_or_else(|| {
                        let moment_directions = vec![Vec3::ZERO; body.shape_directions.len()];
                        anchors.push(Anchor { joint, weight: 0.0, moment: Vec3::ZERO, moment_directions });
                        anchors.len() - 1
                    });
                    let (anchor, weight) = (&mut anchors[at], share * pull);
                    anchor.weight += weight;
                    anchor.moment += body.template[vertex] * weight;
                    for (moment, direction) in anchor.moment_directions.iter_mut().zip(body.shape_directions.iter()) {
                        *moment += direction[vertex] * weight;
                    }
                }
            }
            anchors
        });
        Some(Self { anchors: anchors.collect() })
    }

    /// What each joint hangs on in one shape. // `[17]`
    pub fn hung(&self, betas: &Betas, rest_joints: &[Vec3; BODY_JOINTS]) -> [Vec<Hung>; H36M_JOINTS] {
        std::array::from_fn(|joint| {
            let hung = self.anchors[joint].iter().map(|anchor| Hung {
                joint: anchor.joint,
                weight: anchor.weight,
                offset: anchor.moment(betas) - rest_joints[anchor.joint] * anchor.weight,
            });
            hung.collect()
        })
    }

    /// The joints of a posed body, metres, in the space of its root. `transforms` and `rest_joints` belong to the
    /// same shape.
    pub fn joints(
        &self,
        betas: &Betas,
        transforms: &JointTransforms,
        rest_joints: &[Vec3; BODY_JOINTS],
    ) -> [Vec3; H36M_JOINTS] {
        let relative = skinning_transforms(transforms, rest_joints);
        std::array::from_fn(|joint| {
            let hung = self.anchors[joint].iter().map(|anchor| {
                let transform = relative[anchor.joint];
                transform.matrix3 * anchor.moment(betas) + Vec3::from(transform.translation) * anchor.weight
            });
            hung.sum()
        })
    }
}
