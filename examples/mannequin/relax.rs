//! Even triangles: splits long edges, collapses short ones, flips towards six neighbours per point and lets the
//! points slide over the surface, until edges are as long as asked for at their place.
//!
//! Works on the half at x >= 0. Points at x = 0 stay there, and no other edge joins two of them, so that the mirrored
//! whole is closed.

use std::collections::BTreeSet;

use glam::DVec3;

use crate::mesh::{Edge, Mesh, edge};

pub struct Relax<P, S> {
    /// To the surface; keeps x = 0.
    pub project: P,
    /// Length of edges wanted at a place.
    pub size: S,
}

impl<P: Fn(DVec3) -> DVec3, S: Fn(DVec3) -> f64> Relax<P, S> {
    pub fn run(&self, mesh: &mut Mesh, rounds: usize) {
        for _ in 0..rounds {
            while self.split(mesh) > 0 {}
            while self.collapse(mesh) > 0 {}
            for _ in 0..3 {
                flip(mesh);
            }
            for _ in 0..3 {
                self.slide(mesh);
            }
        }
        while self.split_bridges(mesh) > 0 {}
        self.slide(mesh);
    }

    /// Length of an edge over the length wanted.
    fn stretch(&self, a: DVec3, b: DVec3) -> f64 {
        a.distance(b) / (self.size)((a + b) * 0.5)
    }

    fn split(&self, mesh: &mut Mesh) -> usize {
        self.split_where(mesh, |a, b, at_border| at_border || self.stretch(a, b) > 4.0 / 3.0)
    }

    /// Edges through the inside between two points at x = 0: mirrored they would have four triangles.
    fn split_bridges(&self, mesh: &mut Mesh) -> usize {
        self.split_where(mesh, |_, _, bridge| bridge)
    }

    fn split_where(&self, mesh: &mut Mesh, wanted: impl Fn(DVec3, DVec3, bool) -> bool) -> usize {
        let mut touched = vec![false; mesh.triangles.len()];
        let mut count = 0;
        for ((a, b), at) in mesh.edges() {
            let (pa, pb) = (mesh.points[a], mesh.points[b]);
            let bridge = at.len() == 2 && pa.x == 0.0 && pb.x == 0.0;
            if at.iter().any(|&t| touched[t]) || !wanted(pa, pb, bridge) {
                continue;
            }
            let middle = mesh.points.len();
            let mut place = (pa + pb) * 0.5;
            if bridge {
                // Off the plane, to where the triangles beside it are.
                let sides = at.iter().flat_map(|&t| mesh.triangles[t]).map(|i| mesh.points[i].x);
                place.x = sides.fold(0.0, f64::max) * 0.5;
            }
            mesh.points.push((self.project)(place));
            for t in at {
                let other = mesh.triangles[t].map(|i| if i == b { middle } else { i });
                mesh.triangles[t] = mesh.triangles[t].map(|i| if i == a { middle } else { i });
                mesh.triangles.push(other);
                touched[t] = true;
            }
            count += 1;
        }
        count
    }

    fn collapse(&self, mesh: &mut Mesh) -> usize {
        let neighbours = mesh.neighbours();
        let normals = mesh.normals();
        let mut around: Vec<Vec<usize>> = vec![Vec::new(); mesh.points.len()];
        for (t, triangle) in mesh.triangles.iter().enumerate() {
            triangle.iter().for_each(|&i| around[i].push(t));
        }
        let mut short: Vec<(f64, Edge, bool)> = mesh
            .edges()
            .iter()
            .map(|(&(a, b), at)| (self.stretch(mesh.points[a], mesh.points[b]), (a, b), at.len() == 1))
            .filter(|&(stretch, ..)| stretch < 0.8)
            .collect();
        short.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));

        let mut touched = vec![false; mesh.points.len()];
        let mut gone = vec![false; mesh.triangles.len()];
        let mut count = 0;
        for (_, (a, b), border) in short {
            let (pa, pb) = (mesh.points[a], mesh.points[b]);
            // `keep` stays; the point of two that lies at x = 0 must.
            let (keep, drop) = if pb.x == 0.0 { (b, a) } else { (a, b) };
            let both_middle = pa.x == 0.0 && pb.x == 0.0;
            if touched[a] || touched[b] || (both_middle && !border) {
                continue;
            }
            let shared: Vec<usize> = neighbours[a].iter().copied().filter(|n| neighbours[b].contains(n)).collect();
            if shared.len() != if border { 1 } else { 2 }
                || shared.iter().any(|&n| neighbours[n].len() < if mesh.points[n].x == 0.0 { 4 } else { 5 })
            {
                continue;
            }
            let place = if mesh.points[keep].x == 0.0 && !both_middle {
                mesh.points[keep]
            } else {
                (self.project)((pa + pb) * 0.5)
            };
            let bridges = place.x == 0.0
                && neighbours[drop].iter().any(|n| mesh.points[*n].x == 0.0 && *n != keep && !shared.contains(n))
                && !both_middle;
            if bridges {
                continue;
            }
            let spoils = [a, b].iter().any(|&moved| {
                around[moved].iter().filter(|&&t| !gone[t]).any(|&t| {
                    let triangle = mesh.triangles[t];
                    if triangle.contains(&a) && triangle.contains(&b) {
                        return false;
                    }
                    let corners = triangle.map(|i| if i == moved { place } else { mesh.points[i] });
                    let after = (corners[1] - corners[0]).cross(corners[2] - corners[0]);
                    after.dot(normals[moved]) < 0.3 * after.length()
                        || corners.iter().any(|&corner| self.stretch(corner, place) > 1.3)
                })
            });
            if spoils {
                continue;
            }
            for &t in &around[drop] {
                if mesh.triangles[t].contains(&keep) {
                    gone[t] = true;
                }
                mesh.triangles[t] = mesh.triangles[t].map(|i| if i == drop { keep } else { i });
            }
            mesh.points[keep] = place;
            for i in neighbours[a].iter().chain(&neighbours[b]) {
                touched[*i] = true;
            }
            count += 1;
        }
        let mut t = 0;
        mesh.triangles.retain(|_| {
            t += 1;
            !gone[t - 1]
        });
        mesh.compact();
        count
    }

    /// Moves every point towards the middle of its neighbours along the surface; those at x = 0 along their line.
    fn slide(&self, mesh: &mut Mesh) {
        let neighbours = mesh.neighbours();
        let normals = mesh.normals();
        let moved = (0..mesh.points.len()).map(|i| {
            let p = mesh.points[i];
            let middle = p.x == 0.0;
            let beside = neighbours[i].iter().map(|&n| mesh.points[n]).filter(|n| !middle || n.x == 0.0);
            let (mut sum, mut weights) = (DVec3::ZERO, 0.0);
            for n in beside {
                // Pulled harder from where edges are longer than wanted there.
                let weight = self.stretch(p, n);
                sum += n * weight;
                weights += weight;
            }
            let pull = sum / weights - p;
            let mut normal = normals[i];
            if middle {
                normal = DVec3::new(0.0, normal.y, normal.z).normalize_or_zero();
            }
            // On a line the two neighbours' weights alone pull twice as far as their middle.
            let slid = p + (pull - normal * pull.dot(normal)) * if middle { 0.3 } else { 0.6 };
            let mut at = (self.project)(slid);
            if !middle {
                // Never over the plane.
                at.x = at.x.max(1e-3);
            }
            at
        });
        mesh.points = moved.collect();
    }
}

/// Flips edges where that brings the four points nearer to six neighbours each (four at x = 0, where half is unseen).
fn flip(mesh: &mut Mesh) {
    let neighbours = mesh.neighbours();
    let mut present: BTreeSet<Edge> = BTreeSet::new();
    let mut valence: Vec<i32> = neighbours.iter().map(|of_one| of_one.len() as i32).collect();
    let edges = mesh.edges();
    present.extend(edges.keys());
    let mut touched = vec![false; mesh.triangles.len()];
    for ((a, b), at) in edges {
        let &[s, t] = at.as_slice() else { continue };
        if touched[s] || touched[t] {
            continue;
        }
        let third = |t: usize| mesh.triangles[t].into_iter().find(|&i| i != a && i != b);
        let (Some(c), Some(d)) = (third(s), third(t)) else { continue };
        let middle = |i: usize| mesh.points[i].x == 0.0;
        if present.contains(&edge(c, d)) || (middle(c) && middle(d)) {
            continue;
        }
        let off = |i: usize, change: i32| (valence[i] + change - if middle(i) { 4 } else { 6 }).pow(2);
        let before = off(a, 0) + off(b, 0) + off(c, 0) + off(d, 0);
        let after = off(a, -1) + off(b, -1) + off(c, 1) + off(d, 1);
        if after >= before {
            continue;
        }
        // In `s` the edge runs from `from` to `to`.
        let k = mesh.triangles[s].iter().position(|&i| i == c).unwrap_or(0);
        let (from, to) = (mesh.triangles[s][(k + 1) % 3], mesh.triangles[s][(k + 2) % 3]);
        let new = [[c, from, d], [d, to, c]];
        let [n0, n1] = new.map(|triangle| mesh.area_normal(triangle));
        let whole = (mesh.area_normal(mesh.triangles[s]) + mesh.area_normal(mesh.triangles[t])).normalize_or_zero();
        let fine = |n: DVec3| n.dot(whole) > 0.7 * n.length() && n.length() > 0.0;
        if !fine(n0) || !fine(n1) {
            continue;
        }
        present.remove(&(a, b));
        present.insert(edge(c, d));
        for (i, change) in [(a, -1), (b, -1), (c, 1), (d, 1)] {
            valence[i] += change;
        }
        mesh.triangles[s] = new[0];
        mesh.triangles[t] = new[1];
        touched[s] = true;
        touched[t] = true;
    }
}
