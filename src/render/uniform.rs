//! The block of values that every shader sees; the same as `Frame` in shaders/common/frame.wgsl.

use bytemuck::{Pod, Zeroable};
use glam::Vec3;

use crate::scene::{CameraMatrices, Light, LinearRgba, RenderScene, colour::linear_to_srgb};

/// So far behind the camera's target most of the depth cue is done.
const CUE_REACH_METRES: f32 = 5.0;

#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub struct FrameUniform {
    clip_from_world: [[f32; 4]; 4],
    eye: [f32; 3],
    near: f32,
    right: [f32; 3],
    pixel: f32,
    up: [f32; 3],
    specular: f32,
    forward: [f32; 3],
    grid_radius: f32,
    size: [f32; 2],
    grid_centre: [f32; 2],
    parallel: f32,
    far: f32,
    focus: f32,
    cue_strength: f32,
    cue_reach: f32,
    _padding: [f32; 3],
    background_top: [f32; 4],
    background_bottom: [f32; 4],
    grid_strong: [f32; 4],
    grid_faint: [f32; 4],
    grid_floor: [f32; 4],
    lights: [[[f32; 4]; 2]; 3],
    sky: [f32; 4],
    ground: [f32; 4],
}

impl FrameUniform {
    /// `size` in pixels.
    pub fn new(scene: &RenderScene, camera: &CameraMatrices, size: [u32; 2]) -> Self {
        let lighting = &scene.lighting;
        let light =
            |light: &Light| [turned_with(camera, light.towards).extend(0.0).to_array(), light.colour.to_array()];
        let clear = LinearRgba::BLACK.with_alpha(0.0);
        let [strong, faint, floor] =
            scene.grid.map_or([clear; 3], |grid| [grid.strong, grid.faint, grid.floor]).map(encoded);
        Self {
            clip_from_world: camera.clip_from_world.to_cols_array_2d(),
            eye: camera.eye.to_array(),
            near: camera.near,
            right: (camera.right * camera.half_extent.x).to_array(),
            pixel: 2.0 * camera.half_extent.y / size[1] as f32,
            up: (camera.up * camera.half_extent.y).to_array(),
            specular: lighting.specular,
            forward: camera.forward.to_array(),
            grid_radius: scene.grid.map_or(1.0, |grid| grid.radius),
            size: size.map(|side| side as f32),
            grid_centre: scene.grid.map_or([0.0; 2], |grid| grid.centre.to_array()),
            parallel: f32::from(u8::from(camera.is_parallel)),
            far: camera.far,
            focus: camera.focus,
            // There is nothing to fade into where the picture is transparent.
            cue_strength: if scene.background.bottom.alpha < 1.0 { 0.0 } else { scene.depth_cue },
            cue_reach: CUE_REACH_METRES + camera.focus.min(CUE_REACH_METRES),
            _padding: [0.0; 3],
            background_top: encoded(scene.background.top),
            background_bottom: encoded(scene.background.bottom),
            grid_strong: strong,
            grid_faint: faint,
            grid_floor: floor,
            lights: [light(&lighting.key), light(&lighting.fill), light(&lighting.rim)],
            sky: lighting.sky.to_array(),
            ground: lighting.ground.to_array(),
        }
    }
}

/// Colours that are not lit are encoded here once instead of in every pixel.
pub(super) fn encoded(colour: LinearRgba) -> [f32; 4] {
    let [red, green, blue, alpha] = colour.to_array();
    [linear_to_srgb(red), linear_to_srgb(green), linear_to_srgb(blue), alpha]
}

/// From "right, up in the world, towards the viewer" to the world.
pub(super) fn turned_with(camera: &CameraMatrices, direction: Vec3) -> Vec3 {
    camera.right * direction.x + Vec3::Y * direction.y + camera.right.cross(Vec3::Y) * direction.z
}
