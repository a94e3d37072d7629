// Lines of the same width at every distance, with smooth edges. Pieces share mitred ends, so that what is seen through
// is covered once.

#import common/frame.wgsl

struct Corner {
    @builtin(position) position: vec4<f32>,
    // sRGB-encoded
    @location(0) colour: vec4<f32>,
    // Pixels from the middle of the line.
    @location(1) across: f32,
    @location(2) @interpolate(flat) half_width: f32,
    @location(3) depth: f32,
}

// The way across the line at `here`, as long as needed to be 1 away from both the piece along `along` and its
// neighbour, which ends or starts at `neighbour`. `turn` is 1 where the neighbour comes before, else -1.
fn mitre(here: vec3<f32>, neighbour: vec3<f32>, along: vec2<f32>, turn: f32) -> vec2<f32> {
    let straight = vec2<f32>(-along.y, along.x);
    let depth = depth_of(neighbour);
    if depth < frame.near {
        return straight;
    }
    let span = (on_screen(here, depth_of(here)) - on_screen(neighbour, depth)) * turn;
    let len = length(span);
    // Sharp turns keep their ends square, or these would reach far out.
    if len < 1e-3 || dot(span, along) < -0.5 * len {
        return straight;
    }
    let other = vec2<f32>(-span.y, span.x) / len;
    let middle = normalize(straight + other);
    return middle / dot(middle, straight);
}

@vertex
fn vs_main(
    @builtin(vertex_index) index: u32,
    @location(0) before: vec3<f32>,
    @location(1) start: vec3<f32>,
    @location(2) end: vec3<f32>,
    @location(3) after: vec3<f32>,
    @location(4) colour_start: vec4<f32>,
    @location(5) colour_end: vec4<f32>,
    @location(6) width: f32,
) -> Corner {
    var out: Corner;
    let nearest = frame.near * 1.01;
    let depth_start = depth_of(start);
    let depth_end = depth_of(end);
    if max(depth_start, depth_end) < nearest {
        // Behind the eye: a rectangle of no size.
        out.position = vec4<f32>(2.0, 2.0, 0.0, 1.0);
        return out;
    }
    // What reaches behind the eye is cut off.
    let span = depth_end - depth_start;
    let first = mix(start, end, select(0.0, (nearest - depth_start) / span, depth_start < nearest));
    let last = mix(end, start, select(0.0, (depth_end - nearest) / span, depth_end < nearest));
    let from_place = on_screen(first, depth_of(first));
    let to_place = on_screen(last, depth_of(last));
    let len = length(to_place - from_place);
    let along = select(vec2<f32>(1.0, 0.0), (to_place - from_place) / len, len > 1e-3);

    let corner = strip_corner(index);
    let is_end = corner.x > 0.5;
    let place = select(first, last, is_end);
    let depth = depth_of(place);
    let way = select(mitre(first, before, along, 1.0), mitre(last, after, along, -1.0), is_end);
    let side = corner.y * 2.0 - 1.0;
    // Half a pixel more on each side for the smooth edge.
    let half_width = 0.5 * width + 0.5;
    let pixel = on_screen(place, depth) + way * side * half_width;
    out.position = vec4<f32>(pixel / (frame.size * 0.5), depth_value(depth), 1.0);
    out.colour = select(colour_start, colour_end, is_end);
    out.across = side * half_width;
    out.half_width = half_width;
    out.depth = depth;
    return out;
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    let coverage = clamp(in.half_width - abs(in.across), 0.0, 1.0) * (1.0 - depth_cue(in.depth));
    return vec4<f32>(in.colour.rgb, in.colour.a * coverage);
}
