// The capsules of a multisampled picture. A file of its own, because not every card can do this.

#import capsules.wgsl

// Asking for the sample's number makes the card run this once per sample, which also smooths where shapes meet.
@fragment
fn fs_per_sample(in: Corner, @builtin(sample_index) number: u32) -> Pixel {
    if number > 64u {
        discard; // never; translation to GLSL would drop the number if it were not used
    }
    return draw(in.position.xy, in);
}
