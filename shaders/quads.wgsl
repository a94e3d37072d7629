// Flat panes that are seen through.

#import common/frame.wgsl

struct Corner {
    @builtin(position) position: vec4<f32>,
    // sRGB-encoded
    @location(0) colour: vec4<f32>,
}

@vertex
fn vs_main(
    @builtin(vertex_index) index: u32,
    @location(0) top_left: vec3<f32>,
    @location(1) top_right: vec3<f32>,
    @location(2) bottom_left: vec3<f32>,
    @location(3) bottom_right: vec3<f32>,
    @location(4) colour: vec4<f32>,
) -> Corner {
    let corner = strip_corner(index);
    let place = mix(mix(top_left, top_right, corner.x), mix(bottom_left, bottom_right, corner.x), corner.y);
    var out: Corner;
    out.position = frame.clip_from_world * vec4<f32>(place, 1.0);
    out.colour = vec4<f32>(colour.rgb, colour.a * (1.0 - depth_cue(depth_of(place))));
    return out;
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    return in.colour;
}
