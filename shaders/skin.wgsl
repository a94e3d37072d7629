// Poses bodies: linear blend skinning of shaped vertices, then normals and light from the posed surface. One invocation per vertex
// and body; the bodies of a dispatch have one model. src/motion/skin is the twin on the CPU.

// Written by src/render/bodies/model.rs; places count words of `data`.
struct Model {
    vertices: u32,
    shapes: u32,
    // Joints that pull each vertex.
    per_vertex: u32,
    // The first body of this dispatch.
    first_body: u32,
    // [shapes, vertices, 3] metres per beta; the template [vertices, 3] is at 0.
    shapes_at: u32,
    // [vertices, per_vertex] pairs of joint and weight.
    skin_at: u32,
    // [vertices + 1] places of the first neighbours, then pairs of neighbours: the other corners of each face, in order.
    fans_at: u32,
    // [207, vertices, 3] metres per pose feature.
    pose_at: u32,
}

// Written by src/render/bodies/records.rs.
struct Body {
    // Three rows of the matrix of each joint, from the rest pose to the world.
    transforms: array<vec4<f32>, 72>,
    // sRGB-encoded, of each joint; their alpha is the body's opacity.
    colours: array<vec4<f32>, 24>,
    betas: array<f32, 12>,
    features: array<f32, 208>,
    // Capsules: ends, and the radius with the first. Without a radius there is none.
    limbs: array<vec4<f32>, 32>,
    towards_key: vec3<f32>,
    // Place of the first vertex in `posed`, words.
    at: u32,
    // 0 or 207.
    feature_count: u32,
}

// Words per vertex: place, normal, colour in bytes, shares of light in halves of words.
const STRIDE: u32 = 8u;

// Half the width of the soft edge of a limb's shadow, radians.
const PENUMBRA: f32 = 0.3;

@group(0) @binding(0) var<storage, read> bodies: array<Body>;
@group(0) @binding(1) var<storage, read_write> posed: array<u32>;
@group(1) @binding(0) var<uniform> model: Model;
@group(1) @binding(1) var<storage, read> data: array<u32>;

fn vector(at: u32) -> vec3<f32> {
    return vec3<f32>(bitcast<f32>(data[at]), bitcast<f32>(data[at + 1u]), bitcast<f32>(data[at + 2u]));
}

fn posed_vertex(at: u32) -> vec3<f32> {
    return vec3<f32>(bitcast<f32>(posed[at]), bitcast<f32>(posed[at + 1u]), bitcast<f32>(posed[at + 2u]));
}

@compute @workgroup_size(64)
fn cs_pose(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let vertex = group.x * 64u + lane;
    if vertex >= model.vertices {
        return;
    }
    // From the group's number, which is the same for all of it: what is read of the body is then read once.
    let body = model.first_body + group.y;
    var rest = vector(vertex * 3u);
    for (var shape = 0u; shape < model.shapes; shape++) {
        rest += vector(model.shapes_at + (shape * model.vertices + vertex) * 3u) * bodies[body].betas[shape];
    }
    for (var feature = 0u; feature < bodies[body].feature_count; feature++) {
        rest += vector(model.pose_at + (feature * model.vertices + vertex) * 3u) * bodies[body].features[feature];
    }
    var x = vec4<f32>(0.0);
    var y = vec4<f32>(0.0);
    var z = vec4<f32>(0.0);
    var colour = vec4<f32>(0.0);
    for (var place = 0u; place < model.per_vertex; place++) {
        let pull = model.skin_at + (vertex * model.per_vertex + place) * 2u;
        let joint = data[pull];
        let weight = bitcast<f32>(data[pull + 1u]);
        x += bodies[body].transforms[joint * 3u] * weight;
        y += bodies[body].transforms[joint * 3u + 1u] * weight;
        z += bodies[body].transforms[joint * 3u + 2u] * weight;
        colour += bodies[body].colours[joint] * weight;
    }
    let out = bodies[body].at + vertex * STRIDE;
    let whole = vec4<f32>(rest, 1.0);
    posed[out] = bitcast<u32>(dot(x, whole));
    posed[out + 1u] = bitcast<u32>(dot(y, whole));
    posed[out + 2u] = bitcast<u32>(dot(z, whole));
    posed[out + 6u] = pack4x8unorm(colour);
}

// How much light reaches a surface past the limbs, from all around and from the key light.
fn light_past_limbs(body: u32, place: vec3<f32>, normal: vec3<f32>) -> vec2<f32> {
    let towards_key = bodies[body].towards_key;
    var around = 1.0;
    var key = 1.0;
    for (var limb = 0u; limb < 32u; limb += 2u) {
        let start_radius = bodies[body].limbs[limb];
        let radius = start_radius.w;
        if radius <= 0.0 {
            continue;
        }
        let axis = bodies[body].limbs[limb + 1u].xyz - start_radius.xyz;
        let start = place - start_radius.xyz;
        let length2 = max(dot(axis, axis), 1e-8);
        let inwards = axis * clamp(dot(start, axis) / length2, 0.0, 1.0) - start;
        let distance = max(length(inwards), 1e-6);
        // From the place, the limb looks about like a ball in the nearest point of its axis.
        let size = min(radius / distance, 1.0);
        around *= 1.0 - max(dot(normal, inwards) / distance, 0.0) * size * size;

        // Where the ray to the light and the axis come closest.
        let along = dot(towards_key, axis);
        let ray = dot(towards_key, start);
        let share = clamp((dot(axis, start) - along * ray) / max(length2 - along * along, 1e-8), 0.0, 1.0);
        let step = max(along * share - ray, 0.0);
        let gap = length(start + towards_key * step - axis * share) - radius;
        let passing = smoothstep(-PENUMBRA, PENUMBRA, gap / max(step, 1e-3));
        // A limb does not shade its own surface, which is not quite the capsule's.
        let outside = smoothstep(1.15, 1.7, distance / radius);
        key *= 1.0 + (passing - 1.0) * outside;
    }
    return vec2<f32>(around, key);
}

@compute @workgroup_size(64)
fn cs_normals(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let vertex = group.x * 64u + lane;
    if vertex >= model.vertices {
        return;
    }
    let body = model.first_body + group.y;
    let start = bodies[body].at;
    let out = start + vertex * STRIDE;
    let here = posed_vertex(out);
    var normal = vec3<f32>(0.0);
    let last = data[model.fans_at + vertex + 1u];
    for (var pair = data[model.fans_at + vertex]; pair < last; pair += 2u) {
        let next = posed_vertex(start + data[pair] * STRIDE);
        let after = posed_vertex(start + data[pair + 1u] * STRIDE);
        normal += cross(next - here, after - here);
    }
    let size = length(normal);
    // A vertex without a face points up, as on the CPU.
    normal = select(vec3<f32>(0.0, 1.0, 0.0), normal / size, size > 0.0);
    posed[out + 3u] = bitcast<u32>(normal.x);
    posed[out + 4u] = bitcast<u32>(normal.y);
    posed[out + 5u] = bitcast<u32>(normal.z);
    posed[out + 7u] = pack2x16unorm(light_past_limbs(body, here, normal));
}
