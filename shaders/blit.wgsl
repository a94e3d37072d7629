// Copies a finished picture into someone else's pass, filling its viewport.

#import common/srgb.wgsl

@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var nearest: sampler;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) uv: vec2<f32>,
}

@vertex
fn vs_main(@builtin(vertex_index) index: u32) -> Corner {
    let uv = vec2<f32>(f32((index << 1u) & 2u), f32(index & 2u));
    var out: Corner;
    out.position = vec4<f32>(uv.x * 2.0 - 1.0, 1.0 - uv.y * 2.0, 0.0, 1.0);
    out.uv = uv;
    return out;
}

// For targets that keep bytes as they are.
@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    return textureSampleLevel(picture, nearest, in.uv, 0.0);
}

// For targets that encode sRGB on writing.
@fragment
fn fs_to_srgb_target(in: Corner) -> @location(0) vec4<f32> {
    let encoded = textureSampleLevel(picture, nearest, in.uv, 0.0);
    return vec4<f32>(srgb_to_linear(encoded.rgb), encoded.a);
}
