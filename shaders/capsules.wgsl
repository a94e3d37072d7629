// Tapered capsules, cast per pixel inside a tight rectangle: round at any zoom, edges smooth without multisampling.

#import common/frame.wgsl
#import common/lighting.wgsl
#import common/srgb.wgsl

struct Corner {
    @builtin(position) position: vec4<f32>,
    // End and radius, grown by half a pixel.
    @location(0) @interpolate(flat) a: vec4<f32>,
    @location(1) @interpolate(flat) b: vec4<f32>,
    @location(2) @interpolate(flat) colour: vec4<f32>,
}

struct Pixel {
    @location(0) colour: vec4<f32>,
    @builtin(frag_depth) depth: f32,
}

struct End {
    // Pixels from the picture's middle, y up.
    centre: vec2<f32>,
    // Pixels; at least what the sphere's outline reaches.
    radius: f32,
}

fn project(end: vec4<f32>, depth: f32) -> End {
    let pixels_per_metre = 1.0 / (frame.pixel * spread(depth));
    // Spheres off the middle are stretched outwards, and near ones show a cone wider than their diameter.
    let distance = length(end.xyz - frame.eye);
    let nearness = min(end.w / distance, 0.9);
    let stretch = mix(distance / depth / sqrt(1.0 - nearness * nearness), 1.0, frame.parallel);
    return End(on_screen(end.xyz, depth), end.w * pixels_per_metre * stretch + 1.0);
}

@vertex
fn vs_main(
    @builtin(vertex_index) index: u32,
    @location(0) end_a: vec4<f32>,
    @location(1) end_b: vec4<f32>,
    @location(2) colour: vec4<f32>,
) -> Corner {
    var out: Corner;
    let depth_a = depth_of(end_a.xyz);
    let depth_b = depth_of(end_b.xyz);
    let nearest = min(depth_a, depth_b);
    if nearest < frame.near {
        // Behind the eye: a rectangle of no size.
        out.position = vec4<f32>(2.0, 2.0, 0.0, 1.0);
        return out;
    }
    let a = vec4<f32>(end_a.xyz, end_a.w + 0.5 * frame.pixel * spread(depth_a));
    let b = vec4<f32>(end_b.xyz, end_b.w + 0.5 * frame.pixel * spread(depth_b));
    let first = project(a, depth_a);
    let second = project(b, depth_b);
    let span = second.centre - first.centre;
    let len = length(span);
    let along = select(vec2<f32>(1.0, 0.0), span / len, len > 1e-3);
    let across = vec2<f32>(-along.y, along.x);
    let start = min(-first.radius, len - second.radius);
    let stop = max(first.radius, len + second.radius);
    let width = max(first.radius, second.radius);
    let corner = strip_corner(index);
    let place = first.centre + along * mix(start, stop, corner.x) + across * width * (corner.y * 2.0 - 1.0);
    out.position = vec4<f32>(place / (frame.size * 0.5), 0.5, 1.0);
    out.a = a;
    out.b = b;
    out.colour = colour;
    return out;
}

const MISS: f32 = 1e9;

// Along `origin + direction * s`, the first s on a sphere around the origin.
fn hit_sphere(origin: vec3<f32>, direction: vec3<f32>, radius: f32) -> f32 {
    let a = dot(direction, direction);
    let b = dot(origin, direction);
    let inside = b * b - a * (dot(origin, origin) - radius * radius);
    return select(MISS, (-b - sqrt(max(inside, 0.0))) / a, inside >= 0.0);
}

// By how many pixels the ray passes inside the outline: the most, over all spheres c(t) with r(t), of r(t) less the
// distance of c(t) from the ray. That distance is the root of a quadratic in t, so the maximum has a closed form.
fn inside_outline(in: Corner, from_a: vec3<f32>, direction: vec3<f32>, start: f32) -> f32 {
    let axis = in.b.xyz - in.a.xyz;
    let taper = in.b.w - in.a.w;
    let unit = normalize(direction);
    let across = axis - unit * dot(axis, unit);
    let away = unit * dot(from_a, unit) - from_a;
    let across2 = dot(across, across);
    // Looking so far along the bone that one end's disc holds the other's, the larger end is the outline.
    var t = select(0.0, 1.0, taper > 0.0);
    if across2 > taper * taper + 1e-12 {
        let nearest = -dot(away, across) / across2;
        let gap = length(away + across * nearest);
        t = clamp(nearest + taper * gap / sqrt(across2 * (across2 - taper * taper)), 0.0, 1.0);
    }
    let inside = in.a.w + t * taper - length(away + across * t);
    let depth = start + dot(axis * t - from_a, frame.forward);
    return inside / (frame.pixel * spread(max(depth, frame.near)));
}

fn draw(position: vec2<f32>, in: Corner) -> Pixel {
    let ndc = position / frame.size * 2.0 - 1.0;
    let across = frame.right * ndc.x - frame.up * ndc.y;
    let direction = frame.forward + across * (1.0 - frame.parallel); // depth 1 per step
    let start = dot((in.a.xyz + in.b.xyz) * 0.5 - frame.eye, frame.forward);
    // Counted from near the shape, or far shapes would lose their precision.
    let from_a = frame.eye + across * frame.parallel + direction * start - in.a.xyz;
    let axis = in.b.xyz - in.a.xyz;
    let from_b = from_a - axis;
    let taper = in.b.w - in.a.w;
    let axis2 = dot(axis, axis);

    let step_a = hit_sphere(from_a, direction, in.a.w);
    let step_b = hit_sphere(from_b, direction, in.b.w);
    var step = min(step_a, step_b);
    var normal = select(from_b, from_a, step_a <= step_b) + direction * step;
    normal /= select(in.b.w, in.a.w, step_a <= step_b);

    // The cone is the envelope of spheres c(t) = a + t axis with r(t) = ra + t taper: where the distance to sphere t
    // has its extremum in t, t = (p axis + taper ra) / (axis^2 - taper^2), it must be zero.
    let slant = axis2 - taper * taper;
    if slant > 1e-9 {
        let along_origin = dot(from_a, axis) + taper * in.a.w;
        let along_step = dot(direction, axis);
        let qa = dot(direction, direction) - along_step * along_step / slant;
        let qb = dot(from_a, direction) - along_step * along_origin / slant;
        let qc = dot(from_a, from_a) - in.a.w * in.a.w - along_origin * along_origin / slant;
        let inside = qb * qb - qa * qc;
        if inside >= 0.0 && abs(qa) > 1e-9 {
            let cone_step = (-qb - sqrt(inside)) / qa;
            let t = (along_origin + along_step * cone_step) / slant;
            if t > 0.0 && t < 1.0 && cone_step < step {
                step = cone_step;
                normal = (from_a + direction * cone_step - axis * t) / (in.a.w + t * taper);
            }
        }
    }
    let depth = start + step;
    if step >= MISS || depth <= frame.near {
        discard;
    }

    let view = -normalize(direction);
    let coverage = clamp(inside_outline(in, from_a, direction, start), 0.0, 1.0);

    var out: Pixel;
    let lit = linear_to_srgb(shade(in.colour.rgb, normal, view));
    let behind = mix(frame.background_top.rgb, frame.background_bottom.rgb, ndc.y * 0.5 + 0.5);
    out.colour = vec4<f32>(mix(lit, behind, depth_cue(depth)), in.colour.a * coverage);
    out.depth = depth_value(depth);
    return out;
}

@fragment
fn fs_main(in: Corner) -> Pixel {
    return draw(in.position.xy, in);
}
