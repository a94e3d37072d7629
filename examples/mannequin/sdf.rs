//! Signed distances of the solids that the body is put together from, in metres, negative inside.
//!
//! Only additions, products, quotients and square roots: every machine gets the same bits.

use glam::{DVec2, DVec3};

/// Which way a [`Loft`] runs, and so which two axes its cross-sections lie in.
#[derive(Clone, Copy)]
pub enum Along {
    /// Sections in (y, z).
    X,
    /// Sections in (x, z).
    Y,
    /// Sections in (x, y).
    Z,
}

/// One cross-section of a loft: where along the axis, then per section axis the centre and how far the outline
/// reaches towards plus and towards minus.
pub type Station = [f64; 7];

/// A tube of changing cross-section, each of four quarter ellipses, closed by half ellipsoids.
pub struct Loft {
    pub along: Along,
    pub stations: &'static [Station],
    /// Length of the closing caps before the first and behind the last station.
    pub caps: [f64; 2],
    /// 0: elliptic sections, 1: sections close to rectangles.
    pub square: f64,
}

pub enum Solid {
    Loft(Loft),
    Ellipsoid {
        centre: DVec3,
        radii: DVec3,
    },
    /// Two balls and the cone around them.
    Cone {
        ends: [DVec3; 2],
        radii: [f64; 2],
    },
    /// Everything higher than this.
    Above(f64),
}

/// How a part joins those before it.
#[derive(Clone, Copy)]
pub enum Join {
    Add,
    Carve,
    /// Cut away everything outside of the solid.
    Keep,
}

pub struct Part {
    solid: Solid,
    join: Join,
    /// Over what distance the surfaces melt together.
    blend: f64,
    /// Lower and upper corner of what has to be looked at.
    bounds: [DVec3; 2],
}

/// Farther from a part than this its distance only has to be large; more than any blend.
const FAR: f64 = 0.08;

impl Part {
    pub fn new(solid: Solid, join: Join, blend: f64) -> Self {
        let [low, high] = solid.bounds();
        Self { solid, join, blend, bounds: [low - FAR, high + FAR] }
    }

    fn distance(&self, p: DVec3) -> f64 {
        let [low, high] = self.bounds;
        if p.cmplt(low).any() || p.cmpgt(high).any() { FAR } else { self.solid.distance(p) }
    }
}

impl Loft {
    /// Centre and reaches at `at`, by cubic Hermite pieces that level off at both ends.
    fn section(&self, at: f64) -> [f64; 6] {
        let s = self.stations;
        let last = s.len() - 1;
        let i = s[1..last].iter().take_while(|station| station[0] <= at).count();
        let (a, b) = (&s[i], &s[i + 1]);
        let span = b[0] - a[0];
        let t = ((at - a[0]) / span).clamp(0.0, 1.0);
        let slope = |j: usize, k: usize| {
            if j == 0 || j == last { 0.0 } else { (s[j + 1][k] - s[j - 1][k]) / (s[j + 1][0] - s[j - 1][0]) }
        };
        let (t2, t3) = (t * t, t * t * t);
        std::array::from_fn(|k| {
            let k = k + 1;
            a[k] * (2.0 * t3 - 3.0 * t2 + 1.0)
                + b[k] * (3.0 * t2 - 2.0 * t3)
                + span * ((t3 - 2.0 * t2 + t) * slope(i, k) + (t3 - t2) * slope(i + 1, k))
        })
    }

    /// (x, y, z) as (along the axis, the two of the section).
    fn turned(&self, p: DVec3) -> DVec3 {
        match self.along {
            Along::X => p,
            Along::Y => DVec3::new(p.y, p.x, p.z),
            Along::Z => DVec3::new(p.z, p.x, p.y),
        }
    }

    fn ends(&self) -> [f64; 2] {
        [self.stations[0][0], self.stations[self.stations.len() - 1][0]]
    }

    fn bounds(&self) -> [DVec3; 2] {
        let [first, last] = self.ends();
        let (mut low, mut high) = (DVec3::MAX, DVec3::MIN);
        for [_, cu, up, um, cv, vp, vm] in self.stations {
            low = low.min(DVec3::new(first - self.caps[0], cu - um, cv - vm));
            high = high.max(DVec3::new(last + self.caps[1], cu + up, cv + vp));
        }
        match self.along {
            Along::X => [low, high],
            Along::Y => [low, high].map(|p| DVec3::new(p.y, p.x, p.z)),
            Along::Z => [low, high].map(|p| DVec3::new(p.y, p.z, p.x)),
        }
    }

    fn distance(&self, p: DVec3) -> f64 {
        let DVec3 { x: at, y: u, z: v } = self.turned(p);
        let [first, last] = self.ends();
        let [cu, up, um, cv, vp, vm] = self.section(at);
        let d = DVec2::new(u - cu, v - cv);
        let reach = DVec2::new(if d.x > 0.0 { up } else { um }, if d.y > 0.0 { vp } else { vm });
        let (over, cap) = if at < first { (first - at, self.caps[0]) } else { ((at - last).max(0.0), self.caps[1]) };
        let q = DVec3::new(d.x / reach.x, d.y / reach.y, over / cap);
        let q = q * q;
        let round = (q.x + q.y + q.z).sqrt();
        let boxy = q.length().sqrt();
        let q = round + (boxy - round) * self.square;
        let length = (d.length_squared() + over * over).sqrt();
        if q < 1e-9 { -reach.min_element() } else { length * (1.0 - 1.0 / q) }
    }
}

impl Solid {
    /// Lower and upper corner of a box around it.
    fn bounds(&self) -> [DVec3; 2] {
        match self {
            Solid::Above(_) => [DVec3::NEG_INFINITY, DVec3::INFINITY],
            Solid::Loft(loft) => loft.bounds(),
            Solid::Ellipsoid { centre, radii } => [*centre - *radii, *centre + *radii],
            Solid::Cone { ends: [a, b], radii: [ra, rb] } => [(*a - *ra).min(*b - *rb), (*a + *ra).max(*b + *rb)],
        }
    }

    fn distance(&self, p: DVec3) -> f64 {
        match self {
            Solid::Above(height) => height - p.y,
            Solid::Loft(loft) => loft.distance(p),
            Solid::Ellipsoid { centre, radii } => {
                let d = p - *centre;
                let near = (d / *radii).length();
                let slope = (d / (*radii * *radii)).length();
                if slope < 1e-9 { -radii.min_element() } else { near * (near - 1.0) / slope }
            }
            Solid::Cone { ends: [a, b], radii: [ra, rb] } => {
                // In the half plane of the axis: along it and away from it.
                let axis = *b - *a;
                let length = axis.length();
                let d = p - *a;
                let along = d.dot(axis) / length;
                let away = (d.length_squared() - along * along).max(0.0).sqrt();
                let sine = (ra - rb) / length;
                let cosine = (1.0 - sine * sine).sqrt();
                // The ball on the axis whose surface is next to the point.
                let t = (along - away * sine / cosine).clamp(0.0, length);
                DVec2::new(along - t, away).length() - (ra + (rb - ra) * t / length)
            }
        }
    }
}

/// The distance of the whole figure; `x` is folded, so both halves are the same.
pub fn distance(parts: &[Part], p: DVec3) -> f64 {
    let p = DVec3::new(p.x.abs(), p.y, p.z);
    parts.iter().fold(FAR, |whole, part| {
        let own = part.distance(p);
        match part.join {
            Join::Add => smooth_min(whole, own, part.blend),
            Join::Carve => -smooth_min(-whole, own, part.blend),
            Join::Keep => -smooth_min(-whole, -own, part.blend),
        }
    })
}

pub fn gradient(parts: &[Part], p: DVec3) -> DVec3 {
    const STEP: f64 = 2e-4;
    let along = |axis: DVec3| distance(parts, p + axis * STEP) - distance(parts, p - axis * STEP);
    DVec3::new(along(DVec3::X), along(DVec3::Y), along(DVec3::Z)) / (2.0 * STEP)
}

/// The point of the surface next to `p`; one with x = 0 stays in that plane.
pub fn project(parts: &[Part], mut p: DVec3) -> DVec3 {
    let middle = p.x == 0.0;
    for _ in 0..6 {
        let mut slope = gradient(parts, p);
        if middle {
            slope.x = 0.0;
        }
        let step = slope * (distance(parts, p) / slope.length_squared().max(0.05));
        p -= step.clamp_length_max(0.01);
        if step.length_squared() < 1e-14 {
            break;
        }
    }
    p
}

fn smooth_min(a: f64, b: f64, blend: f64) -> f64 {
    let overlap = (blend - (a - b).abs()).max(0.0) / blend.max(1e-9);
    a.min(b) - overlap * overlap * blend * 0.25
}
