//! The points of a body that stand on the floor.

use glam::Vec3;

use crate::data::body::{BODY_JOINTS, Betas, BodyModel};
use crate::motion::skin::JointTransforms;

/// (ankle, toes) of the tree, left and right.
const FEET: [[usize; 2]; 2] = [[7, 10], [8, 11]];
/// Vertices up to this much above the lowest one of their joint are of the sole, metres.
const SOLE_M: f32 = 0.01;

/// Corners of the soles. // [left, right][heel, toes]
pub(super) struct Soles([[Vec<usize>; 2]; 2]);

/// The heel or the toes of one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Middle of its corners.
    pub middle: Vec3,
    /// Height of its lowest corner over the floor, metres.
    pub lowest: f32,
    /// The ankle it hangs on.
    pub ankle: Vec3,
}

impl Part {
    pub fn lift(&mut self, by: f32) {
        self.middle.y += by;
        self.lowest += by;
        self.ankle.y += by;
    }
}

impl Soles {
    pub fn of(body: &BodyModel) -> Self {
        let mut hung: [Vec<usize>; BODY_JOINTS] = std::array::from_fn(|_| Vec::new());
        for vertex in 0..body.vertex_count() {
            if let Some((joint, _)) = body.skin.of(vertex).max_by(|a, b| a.1.total_cmp(&b.1)) {
                hung[joint].push(vertex);
            }
        }
        Self(FEET.map(|[ankle, toes]| [corners(body, &hung[ankle], -1.0), corners(body, &hung[toes], 1.0)]))
    }

    /// Heel and toes of a posed foot.
    pub fn parts(
        &self,
        body: &BodyModel,
        betas: &Betas,
        foot: usize,
        transforms: &JointTransforms,
        rest_joints: &[Vec3; BODY_JOINTS],
    ) -> [Part; 2] {
        let ankle = Vec3::from(transforms[FEET[foot][0]].translation);
        [0, 1].map(|part| {
            let (joint, corners) = (FEET[foot][part], &self.0[foot][part]);
            let place = |vertex: &usize| {
                let directions = body.shape_directions.iter().zip(betas);
                let shaped =
                    body.template[*vertex] + directions.map(|(step, beta)| step[*vertex] * *beta).sum::<Vec3>();
                transforms[joint].transform_point3(shaped - rest_joints[joint])
            };
            let places: Vec<Vec3> = corners.iter().map(place).collect();
            if places.is_empty() {
                let middle = Vec3::from(transforms[joint].translation);
                return Part { middle, lowest: middle.y, ankle };
            }
            Part {
                middle: places.iter().sum::<Vec3>() / places.len() as f32,
                lowest: places.iter().map(|place| place.y).fold(f32::INFINITY, f32::min),
                ankle,
            }
        })
    }
}

/// Of the lowest vertices the leftmost, the rightmost and the one furthest back (-1) or ahead (1).
fn corners(body: &BodyModel, vertices: &[usize], ahead: f32) -> Vec<usize> {
    let at = |vertex: &usize| body.template[*vertex];
    let lowest = vertices.iter().map(|vertex| at(vertex).y).fold(f32::INFINITY, f32::min);
    let sole: Vec<usize> = vertices.iter().copied().filter(|vertex| at(vertex).y <= lowest + SOLE_M).collect();
    let furthest = |way: Vec3| sole.iter().copied().max_by(|a, b| at(a).dot(way).total_cmp(&at(b).dot(way)));
    let mut corners: Vec<usize> = [Vec3::X, Vec3::NEG_X, Vec3::Z * ahead].into_iter().filter_map(furthest).collect();
    corners.sort_unstable();
    corners.dedup();
    corners
}
