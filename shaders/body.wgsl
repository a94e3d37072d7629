// Skinned bodies: matte surfaces, and their edges as a wireframe.

#import common/frame.wgsl
#import common/lighting.wgsl
#import common/srgb.wgsl

// Edges are drawn this share of their distance nearer to the eye than the faces they border.
const EDGE_LIFT: f32 = 0.002;

struct Corner {
    @invariant @builtin(position) position: vec4<f32>,
    @location(0) place: vec3<f32>,
    @location(1) normal: vec3<f32>,
    // Linear, with opacity.
    @location(2) colour: vec4<f32>,
}

@vertex
fn vs_main(
    @location(0) place: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) colour: vec4<f32>,
) -> Corner {
    let linear = vec4<f32>(srgb_to_linear(colour.rgb), colour.a);
    return Corner(frame.clip_from_world * vec4<f32>(place, 1.0), place, normal, linear);
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    let view = normalize(mix(frame.eye - in.place, -frame.forward, frame.parallel));
    let lit = linear_to_srgb(shade(in.colour.rgb, normalize(in.normal), view));
    let down = in.position.y / frame.size.y;
    let behind = mix(frame.background_top.rgb, frame.background_bottom.rgb, down);
    return vec4<f32>(mix(lit, behind, depth_cue(depth_of(in.place))), in.colour.a);
}

// Lays down the depth of what is seen through, so that only its nearest surface is drawn.
@fragment
fn fs_depth() -> @location(0) vec4<f32> {
    return vec4<f32>(0.0);
}

struct EdgeEnd {
    @builtin(position) position: vec4<f32>,
    // sRGB-encoded
    @location(0) colour: vec4<f32>,
    @location(1) depth: f32,
}

@vertex
fn vs_edge(@location(0) place: vec3<f32>, @location(3) colour: vec4<f32>) -> EdgeEnd {
    let way = mix(frame.eye - place, -frame.forward * depth_of(place), frame.parallel);
    let lifted = place + way * EDGE_LIFT;
    return EdgeEnd(frame.clip_from_world * vec4<f32>(lifted, 1.0), colour, depth_of(place));
}

@fragment
fn fs_edge(in: EdgeEnd) -> @location(0) vec4<f32> {
    return vec4<f32>(in.colour.rgb, in.colour.a * (1.0 - depth_cue(in.depth)));
}
