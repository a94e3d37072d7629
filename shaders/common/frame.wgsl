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
    // 1 in a parallel projection, else 0. In a parallel one `right`, `up` and `pixel` hold at every depth.
    parallel: f32,
    // Metres; depth that a parallel projection ends at.
    far: f32,
    // Metres; depth of what the camera looks at.
    focus: f32,
    // How much of what is far behind the focus fades away, and over about how many metres.
    cue_strength: f32,
    cue_reach: f32,
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

// Metres that `frame.pixel` stands for at this depth, per metre of it.
fn spread(depth: f32) -> f32 {
    return mix(depth, 1.0, frame.parallel);
}

// What the depth buffer holds for a depth in metres.
fn depth_value(depth: f32) -> f32 {
    return select(frame.near / depth, 1.0 - depth / frame.far, frame.parallel > 0.5);
}

fn depth_of(place: vec3<f32>) -> f32 {
    return dot(place - frame.eye, frame.forward);
}

// In pixels from the picture's middle, y up.
fn on_screen(place: vec3<f32>, depth: f32) -> vec2<f32> {
    let offset = place - frame.eye;
    let ndc = vec2<f32>(
        dot(offset, frame.right) / dot(frame.right, frame.right),
        dot(offset, frame.up) / dot(frame.up, frame.up),
    ) / spread(depth);
    return ndc * frame.size * 0.5;
}

// The share of something at this depth that has faded into the background.
fn depth_cue(depth: f32) -> f32 {
    return frame.cue_strength * (1.0 - exp(-max(depth - frame.focus, 0.0) / frame.cue_reach));
}

// Corner of a triangle strip over the unit square: (0,0), (1,0), (0,1), (1,1).
fn strip_corner(index: u32) -> vec2<f32> {
    return vec2<f32>(f32(index & 1u), f32(index >> 1u));
}
