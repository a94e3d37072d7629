//! Any bytes as keypoints in JSON, or as one label file of Ultralytics.
#![no_main]

mod keypoints;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    keypoints::read_after(
        &[
            b"",
            b"[{\"image_id\":\"1.jpg\",\"idx\":1,\"keypoints\":[",
            b"[{\"image_id\":1,\"keypoints\":[",
            b"{\"1.jpg\":{\"bodies\":[{\"joints\":[",
            b"{\"people\":[{\"pose_keypoints_2d\":[",
            b"{\"meta_info\":{},\"instance_info\":[{\"frame_id\":1,\"instances\":[{\"keypoints\":[",
            b"[{\"frame_id\":1,\"instances\":[{\"keypoints\":[",
            b"{\"images\":[{\"id\":1}],\"annotations\":[{\"image_id\":1,\"keypoints\":[",
            b"[[{\"keypoints\":{\"x\":[1],\"y\":[1]}},{\"keypoints\":{\"x\":[",
            b"[[{\"x\":0.5,\"y\":0.5,\"z\":0},",
            b"0 0.5 0.5 0.1 0.1 ",
        ],
        bytes,
    );
});
