// The gradient behind everything: one triangle over the whole picture.

#import common/frame.wgsl

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) colour: vec4<f32>,
}

@vertex
fn vs_main(@builtin(vertex_index) index: u32) -> Corner {
    let uv = vec2<f32>(f32((index << 1u) & 2u), f32(index & 2u));
    var out: Corner;
    out.position = vec4<f32>(uv.x * 2.0 - 1.0, 1.0 - uv.y * 2.0, 0.0, 1.0);
    out.colour = mix(frame.background_top, frame.background_bottom, uv.y);
    return out;
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    // Ordered noise of one 8-bit step, or dark gradients show bands.
    let noise = fract(52.9829189 * fract(dot(in.position.xy, vec2<f32>(0.06711056, 0.00583715))));
    return vec4<f32>((in.colour.rgb + (noise - 0.5) / 255.0) * in.colour.a, in.colour.a);
}
