// Floor: a pool of light with lines every metre and every tenth of one, fading outwards.

#import common/frame.wgsl

struct Corner {
    @builtin(position) position: vec4<f32>,
    // World x and z, metres.
    @location(0) place: vec2<f32>,
    @location(1) depth: f32,
}

@vertex
fn vs_main(@builtin(vertex_index) index: u32) -> Corner {
    let place = frame.grid_centre + (strip_corner(index) * 2.0 - 1.0) * frame.grid_radius;
    var out: Corner;
    out.place = place;
    out.depth = depth_of(vec3<f32>(place.x, 0.0, place.y));
    out.position = frame.clip_from_world * vec4<f32>(place.x, 0.0, place.y, 1.0);
    return out;
}

// How much of this pixel lines of `width` pixels cover, both directions together. `pixel` is its size in metres.
fn lines(place: vec2<f32>, spacing: f32, width: f32, pixel: vec2<f32>) -> f32 {
    let distance = abs(fract(place / spacing + 0.5) - 0.5) * spacing;
    let sharp = clamp(width * 0.5 + 0.5 - distance / pixel, vec2<f32>(0.0), vec2<f32>(1.0));
    // Lines nearer than a few pixels to each other would shimmer: let them go.
    let covered = sharp * clamp(1.5 - 5.0 * pixel / spacing, vec2<f32>(0.0), vec2<f32>(1.0));
    return max(covered.x, covered.y);
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    let pixel = max(fwidth(in.place), vec2<f32>(1e-6));
    let outwards = length(in.place - frame.grid_centre) / frame.grid_radius;
    let fade = max(1.0 - outwards, 0.0);
    let soft = fade * fade * (3.0 - 2.0 * fade) * (1.0 - depth_cue(in.depth));

    let floor_share = frame.grid_floor.a * soft;
    let faint_share = frame.grid_faint.a * soft * lines(in.place, 0.1, 1.0, pixel);
    let strong_share = frame.grid_strong.a * soft * lines(in.place, 1.0, 1.4, pixel);
    var colour = frame.grid_floor.rgb * floor_share;
    var alpha = floor_share;
    colour = mix(colour, frame.grid_faint.rgb, faint_share);
    alpha = mix(alpha, 1.0, faint_share);
    colour = mix(colour, frame.grid_strong.rgb, strong_share);
    alpha = mix(alpha, 1.0, strong_share);
    return vec4<f32>(colour, alpha); // premultiplied
}
