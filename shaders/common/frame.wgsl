// What every pass knows about the picture. Written by src/render/uniform.rs; keep the two alike.

struct Frame {
    clip_from_world: mat4x4<f32>,
    eye: vec3<f32>,
    near: f32,
    // Half the picture's width, world metres at depth 1.
    right: vec3<f32>,
    // Metres per pixel at depth 1.
    pixel: f32,
    // Half the picture's height, world metres at depth 1.
    up: vec3<f32>,
    specular: f32,
    forward: vec3<f32>,
    grid_radius: f32,
    size: vec2<f32>,
    grid_centre: vec2<f32>,
    // sRGB-encoded
    background_top: vec4<f32>,
    background_bottom: vec4<f32>,
    grid_strong: vec4<f32>,
    grid_faint: vec4<f32>,
    grid_floor: vec4<f32>,
    // Towards the lights in the world; colours are linear.
    key_towards: vec4<f32>,
    key_colour: vec4<f32>,
    fill_towards: vec4<f32>,
    fill_colour: vec4<f32>,
    rim_towards: vec4<f32>,
    rim_colour: vec4<f32>,
    sky: vec4<f32>,
    ground: vec4<f32>,
}

@group(0) @binding(0) var<uniform> frame: Frame;

// Corner of a triangle strip over the unit square: (0,0), (1,0), (0,1), (1,1).
fn strip_corner(index: u32) -> vec2<f32> {
    return vec2<f32>(f32(index & 1u), f32(index >> 1u));
}
