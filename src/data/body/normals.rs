//! Normals of a triangle mesh.

use glam::Vec3;

/// Area-weighted normals of the vertices, length 1; up where a vertex has no face. // `[V]`
pub fn vertex_normals(vertices: &[Vec3], faces: &[[u32; 3]]) -> Vec<Vec3> {
    let mut normals = vec![Vec3::ZERO; vertices.len()];
    for face in faces {
        let [a, b, c] = face.map(|vertex| vertices[vertex as usize]);
        let normal = (b - a).cross(c - a);
        face.iter().for_each(|vertex| normals[*vertex as usize] += normal);
    }
    normals.iter().map(|normal| normal.normalize_or(Vec3::Y)).collect()
}
