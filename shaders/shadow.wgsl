// Contact shadows: blurred lines and discs on the floor.

#import common/frame.wgsl

struct Corner {
    @builtin(position) position: vec4<f32>,
    // World x and z, metres.
    @location(0) place: vec2<f32>,
    @location(1) @interpolate(flat) ends: vec4<f32>,
    @location(2) @interpolate(flat) radius_strength: vec2<f32>,
    @location(3) depth: f32,
}

@vertex
fn vs_main(
    @builtin(vertex_index) index: u32,
    @location(0) ends: vec4<f32>,
    @location(1) radius_strength: vec2<f32>,
) -> Corner {
    let span = ends.zw - ends.xy;
    let len = length(span);
    let along = select(vec2<f32>(1.0, 0.0), span / len, len > 1e-5);
    let across = vec2<f32>(-along.y, along.x);
    let corner = strip_corner(index);
    let radius = radius_strength.x;
    let end = mix(ends.xy - along * radius, ends.zw + along * radius, corner.x);
    let place = end + across * radius * (corner.y * 2.0 - 1.0);
    var out: Corner;
    out.place = place;
    out.depth = depth_of(vec3<f32>(place.x, 0.0, place.y));
    out.position = frame.clip_from_world * vec4<f32>(place.x, 0.0, place.y, 1.0);
    out.ends = ends;
    out.radius_strength = radius_strength;
    return out;
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    let span = in.ends.zw - in.ends.xy;
    let from_start = in.place - in.ends.xy;
    let share = clamp(dot(from_start, span) / max(dot(span, span), 1e-8), 0.0, 1.0);
    let distance = length(from_start - span * share);
    let near = max(1.0 - distance / in.radius_strength.x, 0.0);
    let strength = in.radius_strength.y * (1.0 - depth_cue(in.depth));
    return vec4<f32>(0.0, 0.0, 0.0, strength * near * near * (3.0 - 2.0 * near));
}
