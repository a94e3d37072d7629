//! One moment as shapes and light: all that the renderer is told.

use glam::{Vec2, Vec3};

use super::{BodyShape, LinearRgba};

/// Everything in one picture. Positions in world metres (y up, floor at 0), colours linear.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderScene {
    pub background: Background,
    pub grid: Option<Grid>,
    pub lighting: Lighting,
    /// Bones, joints and heads. Those with alpha under 1 are ghosts: seen through, but not through each other.
    pub capsules: Vec<Capsule>,
    /// Skinned bodies. Those with opacity under 1 show solid shapes inside of them; see [`Self::add_body`].
    pub bodies: Vec<BodyShape>,
    pub shadows: Vec<FloorShadow>,
    /// Trails and outlines; hidden by solid shapes in front of them, but not by ghosts.
    pub lines: Vec<Polyline>,
    /// Flat panes, seen through.
    pub quads: Vec<Quad>,
    /// How much of what is far behind the camera's target fades into the background, 0 to 1.
    pub depth_cue: f32,
}

impl RenderScene {
    /// The same for a picture that has `factor` times as many pixels on each side.
    #[must_use]
    pub fn with_scaled_lines(mut self, factor: f32) -> Self {
        for line in &mut self.lines {
            line.width_px *= factor;
        }
        self
    }
}

/// A vertical gradient behind everything, blended as sRGB the way a designer's tool does. With alpha 0 the picture is
/// transparent where nothing is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Background {
    pub top: LinearRgba,
    pub bottom: LinearRgba,
}

/// Lines on the floor every metre and every tenth of one, and the pool of light they lie in; all fade outwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// x and z of the middle of the fade.
    pub centre: Vec2,
    /// Metres at which nothing is left.
    pub radius: f32,
    /// Lines every metre.
    pub strong: LinearRgba,
    /// Lines every tenth of a metre.
    pub faint: LinearRgba,
    /// The floor between the lines.
    pub floor: LinearRgba,
}

/// Two spheres and the cone that touches both. Equal ends are a sphere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capsule {
    pub a: Vec3,
    pub b: Vec3,
    pub radius_a: f32,
    pub radius_b: f32,
    pub colour: LinearRgba,
}

impl Capsule {
    pub fn sphere(centre: Vec3, radius: f32, colour: LinearRgba) -> Self {
        Self { a: centre, b: centre, radius_a: radius, radius_b: radius, colour }
    }
}

/// A line through points in the world, as wide on the screen near by as far away.
#[derive(Clone, Debug, PartialEq)]
pub struct Polyline {
    pub points: Vec<LinePoint>,
    /// Pixels of the picture.
    pub width_px: f32,
}

impl Polyline {
    /// In one colour.
    pub fn plain(points: impl IntoIterator<Item = Vec3>, colour: LinearRgba, width_px: f32) -> Self {
        Self { points: points.into_iter().map(|at| LinePoint { at, colour }).collect(), width_px }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinePoint {
    pub at: Vec3,
    pub colour: LinearRgba,
}

/// A flat pane that is not lit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad {
    /// Top left, top right, bottom left, bottom right.
    pub corners: [Vec3; 4],
    pub colour: LinearRgba,
}

/// A soft dark line on the floor; equal ends are a blurred disc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FloorShadow {
    /// x and z of the ends.
    pub from: Vec2,
    pub to: Vec2,
    /// Metres from the line at which the shadow has faded out.
    pub radius: f32,
    /// Darkness in the middle, 0 to 1.
    pub strength: f32,
}

impl FloorShadow {
    pub fn disc(centre: Vec2, radius: f32, strength: f32) -> Self {
        Self { from: centre, to: centre, radius, strength }
    }
}

/// A light infinitely far away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Light {
    /// Towards the light: x right and z towards the viewer as the camera is turned, y up in the world.
    pub towards: Vec3,
    /// Linear; 1 lights a facing surface to its own colour.
    pub colour: LinearRgba,
}

/// Key, fill and rim turn with the camera, so every view is lit alike; the hemisphere stays with the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lighting {
    pub key: Light,
    pub fill: Light,
    pub rim: Light,
    /// Ambient light from above and from the floor.
    pub sky: LinearRgba,
    pub ground: LinearRgba,
    /// Strength of the soft highlight, 0 for none.
    pub specular: f32,
}
