//! What the keypoint targets share.

use motionbert::io::keypoints::{Loaded, MAX_FRAMES, ReadContext, read_bytes};

/// Reads bytes after one of the beginnings by which a format is recognised, chosen by the first byte; what opens must
/// hold what every recording holds.
pub fn read_after(beginnings: &[&[u8]], bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let beginning = beginnings[usize::from(*choice) % beginnings.len()];
    if let Ok(Loaded::Keypoints(recording)) = read_bytes("fuzz", &[beginning, rest].concat(), &ReadContext::default()) {
        assert!(recording.frame_count <= MAX_FRAMES);
        assert!(recording.detections.is_sorted_by_key(|person| person.frame));
        for person in &recording.detections {
            assert!(person.frame.0 < recording.frame_count);
            assert_eq!(person.keypoints.len(), recording.skeleton.len());
            assert!(person.keypoints.iter().all(|joint| joint.x.is_finite() && joint.y.is_finite()));
        }
    }
}
