//! The surface of a person in the rest pose, and what pulls at it.

use glam::{DVec3, Vec3};
use serde_json::{Value, json};

use super::buffer::{Bounds, Buffer, Target};
use crate::data::body::{BodyModel, vertex_normals};
use crate::io::export::BodyMotion;

const UNSIGNED_BYTE: u32 = 5121;
const UNSIGNED_INT: u32 = 5125;

/// Joints that glTF programs are sure to support at each vertex.
const PULLS: usize = 4;

pub(super) struct Surface<'a> {
    body: &'a BodyModel,
    /// [V] metres, standing on the floor.
    vertices: Vec<Vec3>,
    /// By how much the rest pose was lifted to stand on the floor.
    pub lift: DVec3,
}

impl<'a> Surface<'a> {
    pub fn of(motion: &BodyMotion<'a>) -> Self {
        let mut vertices = motion.body.rest_vertices(&motion.track.betas[0]);
        let lowest = vertices.iter().map(|vertex| vertex.y).fold(f32::INFINITY, f32::min);
        vertices.iter_mut().for_each(|vertex| vertex.y -= lowest);
        Self { body: motion.body, vertices, lift: DVec3::Y * -f64::from(lowest) }
    }

    /// Adds the arrays; gives the mesh.
    pub fn write(&self, buffer: &mut Buffer, name: &str, material: usize) -> Value {
        let normals = vertex_normals(&self.vertices, &self.body.faces);
        let (joints, weights): (Vec<[u8; PULLS]>, Vec<[f32; PULLS]>) =
            (0..self.vertices.len()).map(|vertex| strongest_pulls(self.body.skin.of(vertex))).unzip();
        let corners: Vec<u8> = self.body.faces.iter().flatten().flat_map(|corner| corner.to_le_bytes()).collect();
        let attributes = json!({
            "POSITION": buffer.vertex_floats(self.vertices.iter().map(Vec3::to_array), Bounds::Told),
            "NORMAL": buffer.vertex_floats(normals.iter().map(Vec3::to_array), Bounds::Left),
            "JOINTS_0": buffer.raw(joints.as_flattened(), Target::Vertices, UNSIGNED_BYTE, "VEC4", joints.len()),
            "WEIGHTS_0": buffer.vertex_floats(weights, Bounds::Left),
        });
        let indices = buffer.raw(&corners, Target::Faces, UNSIGNED_INT, "SCALAR", self.body.faces.len() * 3);
        json!({
            "name": name,
            "primitives": [{ "attributes": attributes, "indices": indices, "material": material }],
        })
    }
}

/// The four largest weights of a vertex, falling, made to sum to 1 in float32. Unused places are joint 0 with weight 0.
fn strongest_pulls(pulls: impl Iterator<Item = (usize, f32)>) -> ([u8; PULLS], [f32; PULLS]) {
    let mut pulls: Vec<(usize, f32)> = pulls.filter(|(_, weight)| *weight > 0.0).collect();
    pulls.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    pulls.truncate(PULLS);
    let sum: f32 = pulls.iter().map(|(_, weight)| weight).sum();
    let (mut joints, mut weights) = ([0; PULLS], [0.0; PULLS]);
    for (place, (joint, weight)) in pulls.into_iter().enumerate() {
        joints[place] = joint as u8;
        weights[place] = weight / sum;
    }
    weights[0] = 1.0 - weights[1..].iter().sum::<f32>();
    (joints, weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_largest_weights_are_kept_and_sum_to_one() {
        let pulls = [(3, 0.1), (9, 0.2), (12, 0.05), (13, 0.3), (17, 0.35), (20, 0.0)];
        let (joints, weights) = strongest_pulls(pulls.into_iter());
        assert_eq!(joints, [17, 13, 9, 3]);
        assert_eq!(weights.iter().sum::<f32>(), 1.0);
        assert!((weights[1] - 0.3 / 0.95).abs() < 1e-6);
        assert_eq!(strongest_pulls([(5, 1.0)].into_iter()), ([5, 0, 0, 0], [1.0, 0.0, 0.0, 0.0]));
    }
}
