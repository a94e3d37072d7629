//! The half of the surface at x >= 0 as triangles: marching tetrahedra over a grid one of whose planes is x = 0, so
//! that the cut is exact.

use std::collections::HashMap;

use glam::{DVec3, IVec3};

use crate::mesh::Mesh;

/// The six tetrahedra of a cube, as corners numbered by bits x, y, z. Neighbouring cubes agree about the diagonals.
const TETRAHEDRA: [[usize; 4]; 6] =
    [[0, 1, 3, 7], [0, 3, 2, 7], [0, 2, 6, 7], [0, 6, 4, 7], [0, 4, 5, 7], [0, 5, 1, 7]];

/// `from` and `to` bound the grid; `from.x` must be 0.
pub fn half(distance: impl Fn(DVec3) -> f64, from: DVec3, to: DVec3, step: f64) -> Mesh {
    let counts = ((to - from) / step).ceil().as_ivec3() + 1;
    let node = |at: IVec3| ((at.z * counts.y + at.y) * counts.x + at.x) as usize;
    let place = |at: IVec3| from + at.as_dvec3() * step;
    let mut values = Vec::with_capacity((counts.x * counts.y * counts.z) as usize);
    for z in 0..counts.z {
        for y in 0..counts.y {
            for x in 0..counts.x {
                let value = distance(place(IVec3::new(x, y, z)));
                // A corner exactly on the surface would give triangles without area.
                values.push(if value.abs() < step * 1e-3 { step * 1e-3 } else { value });
            }
        }
    }

    let mut mesh = Mesh::default();
    let mut on_edges: HashMap<(usize, usize), usize> = HashMap::new();
    for z in 0..counts.z - 1 {
        for y in 0..counts.y - 1 {
            for x in 0..counts.x - 1 {
                let corners: [IVec3; 8] = std::array::from_fn(|i| {
                    IVec3::new(x + (i & 1) as i32, y + (i >> 1 & 1) as i32, z + (i >> 2) as i32)
                });
                let inside = corners.map(|corner| values[node(corner)] < 0.0);
                if inside.iter().all(|&is| is == inside[0]) {
                    continue;
                }
                for tetrahedron in TETRAHEDRA {
                    let (within, without): (Vec<usize>, Vec<usize>) = tetrahedron.iter().partition(|&&i| inside[i]);
                    let mut cut = |i: usize, o: usize| {
                        let (a, b) = (corners[i], corners[o]);
                        *on_edges.entry((node(a), node(b))).or_insert_with(|| {
                            let (va, vb) = (values[node(a)], values[node(b)]);
                            mesh.points.push(place(a).lerp(place(b), va / (va - vb)));
                            mesh.points.len() - 1
                        })
                    };
                    let ring: Vec<usize> = match (within.as_slice(), without.as_slice()) {
                        (&[i], &[a, b, c]) => vec![cut(i, a), cut(i, b), cut(i, c)],
                        (&[a, b, c], &[o]) => vec![cut(a, o), cut(b, o), cut(c, o)],
                        (&[i, j], &[a, b]) => vec![cut(i, a), cut(i, b), cut(j, b), cut(j, a)],
                        _ => continue,
                    };
                    let outward = place(corners[without[0]]) - place(corners[within[0]]);
                    for k in 1..ring.len() - 1 {
                        let [a, b, c] = [ring[0], ring[k], ring[k + 1]];
                        let faces_out = mesh.area_normal([a, b, c]).dot(outward) > 0.0;
                        mesh.triangles.push(if faces_out { [a, b, c] } else { [a, c, b] });
                    }
                }
            }
        }
    }
    mesh
}
