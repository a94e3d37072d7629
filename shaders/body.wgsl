// Skinned bodies: matte surfaces, and their edges as a wireframe.

#import common/frame.wgsl
#import common/lighting.wgsl
#import common/srgb.wgsl

// Of a facing surface's light, at the outline; and of the highlight that bones have.
const EDGE_SHARE: f32 = 0.66;
const GLOSS: f32 = 0.35;
// More key and less of the rest than for bones, which are too thin to need modelling.
const CONTRAST: vec2<f32> = vec2<f32>(0.82, 1.18);
// Edges are drawn this share of their distance nearer to the eye than the faces they border.
const EDGE_LIFT: f32 = 0.002;

struct Corner {
    @invariant @builtin(position) position: vec4<f32>,
    @location(0) place: vec3<f32>,
    @location(1) normal: vec3<f32>,
    // Linear, with opacity.
    @location(2) colour: vec4<f32>,
    // Shares that get past other limbs.
    @location(3) light: vec2<f32>,
}

@vertex
fn vs_main(
    @location(0) place: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) colour: vec4<f32>,
    @location(4) light: vec2<f32>,
) -> Corner {
    let linear = vec4<f32>(srgb_to_linear(colour.rgb), colour.a);
    return Corner(frame.clip_from_world * vec4<f32>(place, 1.0), place, normal, linear, light);
}

// What is seen through is a thin shell, through which the view goes farther where it turns away.
fn thin_shell(opacity: f32, facing: f32) -> f32 {
    return 1.0 - pow(1.0 - opacity, 1.0 / max(facing, 0.3));
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    let view = normalize(mix(frame.eye - in.place, -frame.forward, frame.parallel));
    let normal = normalize(in.normal);
    let facing = max(dot(normal, view), 0.0);
    // Clay takes a little less light where it turns away.
    let albedo = in.colour.rgb * mix(EDGE_SHARE, 1.0, facing);
    let lit = linear_to_srgb(shade_part(albedo, normal, view, in.light * CONTRAST, GLOSS));
    let down = in.position.y / frame.size.y;
    let behind = mix(frame.background_top.rgb, frame.background_bottom.rgb, down);
    return vec4<f32>(mix(lit, behind, depth_cue(depth_of(in.place))), thin_shell(in.colour.a, facing));
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
