//! What travels to the card per body and per vertex; `Body` in shaders/skin.wgsl and the attributes of
//! shaders/body.wgsl.

use bytemuck::{Pod, Zeroable};
use glam::Vec3;

use super::limbs::{LIMBS, PosedLimb};
use crate::data::body::{BODY_JOINTS, BODY_SHAPES, POSE_FEATURES};
use crate::render::uniform::encoded;
use crate::scene::BodyShape;

/// Parameters of one body.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct BodyRecord {
    /// Rows of each joint's matrix.
    transforms: [[[f32; 4]; 3]; BODY_JOINTS],
    /// sRGB-encoded; alpha is the opacity.
    colours: [[f32; 4]; BODY_JOINTS],
    betas: [f32; 12],
    features: [[f32; 8]; 26],
    /// Ends, and the radius with the first.
    limbs: [[[f32; 4]; 2]; LIMBS],
    towards_key: [f32; 3],
    /// Words from the start of the posed vertices.
    at: u32,
    feature_count: u32,
    padding: [u32; 3],
}

impl BodyRecord {
    /// `first_vertex` is its place among the posed vertices of all bodies.
    pub fn new(
        body: &BodyShape,
        first_vertex: u32,
        has_pose_shapes: bool,
        limbs: &[PosedLimb; LIMBS],
        towards_key: Vec3,
    ) -> Self {
        let mut record = Self::zeroed();
        for (rows, transform) in record.transforms.iter_mut().zip(&body.transforms) {
            let [x, y, z, shift] = transform.to_cols_array_2d();
            *rows = std::array::from_fn(|row| [x[row], y[row], z[row], shift[row]]);
        }
        record.colours = colours(body);
        record.limbs = limbs.map(|limb| [limb.from.extend(limb.radius).to_array(), limb.to.extend(0.0).to_array()]);
        record.towards_key = towards_key.to_array();
        record.betas[..BODY_SHAPES].copy_from_slice(&body.betas);
        record.at = first_vertex * (size_of::<PosedVertex>() / size_of::<u32>()) as u32;
        if let Some(features) = body.pose_features.as_ref().filter(|_| has_pose_shapes) {
            record.features.as_flattened_mut()[..POSE_FEATURES].copy_from_slice(features.as_slice());
            record.feature_count = POSE_FEATURES as u32;
        }
        record
    }
}

/// Colours of the joints, sRGB-encoded, with the body's opacity.
pub fn colours(body: &BodyShape) -> [[f32; 4]; BODY_JOINTS] {
    body.colours.map(|colour| encoded(colour.with_alpha(body.opacity)))
}

/// A vertex in the world.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct PosedVertex {
    /// Metres.
    pub place: [f32; 3],
    /// Length 1.
    pub normal: [f32; 3],
    /// sRGB-encoded, with opacity.
    pub colour: [u8; 4],
    /// Shares of the light from all around and of the key light that get here past other limbs.
    pub light: [u16; 2],
}

/// What the edges of one body are drawn with.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct EdgeInstance {
    /// sRGB-encoded.
    pub colour: [f32; 4],
}
