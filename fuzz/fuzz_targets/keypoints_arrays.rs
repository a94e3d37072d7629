//! Any bytes as keypoints in numpy arrays.
#![no_main]

mod keypoints;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    keypoints::read_after(&[b"", b"\x93NUMPY\x01\x00", b"\x93NUMPY\x01\x00\x76\x00{'descr': '", b"PK\x03\x04"], bytes);
});
