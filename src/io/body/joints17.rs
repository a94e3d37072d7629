//! The 17 joints of H36M for a body that does not say where they are.

use crate::data::body::{BODY_JOINTS, BodyArrays};
use crate::data::skeleton::H36M_JOINTS;

/// SMPL's head joint.
const HEAD: usize = 15;

/// What each of the 17 joints is made of.
enum Part {
    /// A joint of the body's own.
    Joint(usize),
    /// The vertex of the head that is farthest along an axis of the rest pose (1: up, 2: forward).
    FarthestOfHead(usize),
}

use Part::{FarthestOfHead, Joint};

const PARTS: [Part; H36M_JOINTS] = [
    Joint(0),
    Joint(2),
    Joint(5),
    Joint(8),
    Joint(1),
    Joint(4),
    Joint(7),
    Joint(6),
    Joint(12),
    FarthestOfHead(2),
    FarthestOfHead(1),
    Joint(16),
    Joint(18),
    Joint(20),
    Joint(17),
    Joint(19),
    Joint(21),
];

/// Rows over the vertices: joints are where the body's own regressor has them, nose and top of the head are vertices.
/// Within a few centimetres of the published regressor. // [17, V]
///
/// The arrays must have the sizes that [`BodyArrays`] states.
pub(super) fn derived(arrays: &BodyArrays) -> Vec<f32> {
    let vertices = arrays.template.len() / 3;
    let row_of = |joint: usize| &arrays.joint_regressor[joint * vertices..(joint + 1) * vertices];
    let mut rows = Vec::with_capacity(H36M_JOINTS * vertices);
    for part in &PARTS {
        match part {
            Joint(joint) => rows.extend_from_slice(row_of(*joint)),
            FarthestOfHead(axis) => {
                let is_head = |vertex: &usize| arrays.weights[vertex * BODY_JOINTS + HEAD] > 0.5;
                let place = |vertex: &usize| arrays.template[vertex * 3 + axis];
                let tip = (0..vertices).filter(is_head).max_by(|a, b| place(a).total_cmp(&place(b)));
                match tip {
                    Some(tip) => rows.extend((0..vertices).map(|vertex| f32::from(u8::from(vertex == tip)))),
                    None => rows.extend_from_slice(row_of(HEAD)),
                }
            }
        }
    }
    rows
}
