//! Any bytes as keypoints in CSV.
#![no_main]

mod keypoints;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    keypoints::read_after(
        &[
            b"",
            b"scorer,s,s,s\nbodyparts,left_hip,left_hip,left_hip\ncoords,x,y,likelihood\n",
            b"scorer,s,s,s\nindividuals,a,a,a\nbodyparts,left_hip,left_hip,left_hip\ncoords,x,y,likelihood\n",
            b"track,frame_idx,instance.score,left_hip.x,left_hip.y,left_hip.score\n",
            b"frame,x0,y0,z0,v0,x1,y1,z1,v1\n",
        ],
        bytes,
    );
});
