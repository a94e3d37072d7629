//! A triangle mesh and the look-ups that every step needs.

use std::collections::BTreeMap;

use glam::DVec3;

#[derive(Clone, Default)]
pub struct Mesh {
    pub points: Vec<DVec3>,
    /// Counter-clockwise seen from outside.
    pub triangles: Vec<[usize; 3]>,
}

/// One edge: its two ends, lower index first.
pub type Edge = (usize, usize);

pub fn edge(a: usize, b: usize) -> Edge {
    (a.min(b), a.max(b))
}

impl Mesh {
    /// Every edge with the triangles at it, in order of its ends.
    pub fn edges(&self) -> BTreeMap<Edge, Vec<usize>> {
        let mut edges: BTreeMap<Edge, Vec<usize>> = BTreeMap::new();
        for (t, triangle) in self.triangles.iter().enumerate() {
            for k in 0..3 {
                edges.entry(edge(triangle[k], triangle[(k + 1) % 3])).or_default().push(t);
            }
        }
        edges
    }

    /// The points joined to each point by an edge, ascending.
    pub fn neighbours(&self) -> Vec<Vec<usize>> {
        let mut neighbours = vec![Vec::new(); self.points.len()];
        for &(a, b) in self.edges().keys() {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
        neighbours.iter_mut().for_each(|of_one| of_one.sort_unstable());
        neighbours
    }

    pub fn area_normal(&self, triangle: [usize; 3]) -> DVec3 {
        let [a, b, c] = triangle.map(|i| self.points[i]);
        (b - a).cross(c - a) * 0.5
    }

    /// Unit normals of the points, weighted by area.
    pub fn normals(&self) -> Vec<DVec3> {
        let mut normals = vec![DVec3::ZERO; self.points.len()];
        for &triangle in &self.triangles {
            let normal = self.area_normal(triangle);
            triangle.iter().for_each(|&i| normals[i] += normal);
        }
        normals.iter().map(|normal| normal.normalize_or_zero()).collect()
    }

    /// Drops points that no triangle uses.
    pub fn compact(&mut self) {
        let mut new_index = vec![usize::MAX; self.points.len()];
        let mut points = Vec::new();
        for i in self.triangles.iter_mut().flatten() {
            if new_index[*i] == usize::MAX {
                new_index[*i] = points.len();
                points.push(self.points[*i]);
            }
            *i = new_index[*i];
        }
        self.points = points;
    }

    /// The half at x >= 0 and its mirror image, sharing the points at x = 0. Also says for each point which one is
    /// its mirror image.
    pub fn mirrored(&self) -> (Mesh, Vec<usize>) {
        let mut whole = self.clone();
        let mut twin: Vec<usize> = (0..self.points.len()).collect();
        for (i, &p) in self.points.iter().enumerate() {
            if p.x != 0.0 {
                twin[i] = whole.points.len();
                twin.push(i);
                whole.points.push(DVec3::new(-p.x, p.y, p.z));
            }
        }
        whole.triangles.extend(self.triangles.iter().map(|&[a, b, c]| [twin[a], twin[c], twin[b]]));
        (whole, twin)
    }
}
