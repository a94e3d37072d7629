// Three lights and a hemisphere on a matte surface with a soft highlight.

#import common/frame.wgsl

// Linear light from a surface with this normal, seen from direction `view` (both length 1).
fn shade(albedo: vec3<f32>, normal: vec3<f32>, view: vec3<f32>) -> vec3<f32> {
    return shade_part(albedo, normal, view, vec2<f32>(1.0), 1.0);
}

// As `shade` where only these shares of the light get, from all around and from the key; `gloss` is the share of the
// highlight that the surface has.
fn shade_part(albedo: vec3<f32>, normal: vec3<f32>, view: vec3<f32>, light: vec2<f32>, gloss: f32) -> vec3<f32> {
    let key = frame.key_towards.xyz;
    // The key wraps a little around the form, which keeps the dark side soft.
    let key_share = max((dot(normal, key) + 0.2) / 1.2, 0.0) * light.y;
    let fill_share = max(dot(normal, frame.fill_towards.xyz), 0.0);
    let ambient = mix(frame.ground.rgb, frame.sky.rgb, normal.y * 0.5 + 0.5);
    let diffuse = (ambient + frame.fill_colour.rgb * fill_share) * light.x + frame.key_colour.rgb * key_share;

    let shine = max(dot(normal, normalize(key + view)), 0.0);
    let shine4 = shine * shine * shine * shine;
    let highlight = gloss * light.y * frame.specular * shine4 * shine4 * shine4 * shine4;

    let edge = 1.0 - max(dot(normal, view), 0.0);
    let rim = light.x * edge * edge * edge * edge * max(dot(normal, frame.rim_towards.xyz), 0.0);
    return albedo * diffuse + frame.key_colour.rgb * highlight + frame.rim_colour.rgb * rim;
}
