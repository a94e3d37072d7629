//! Finds the one person whom [`io::frames::painted`](crate::io::frames::painted) painted: for the test pattern, which
//! needs no detector's file.

use crate::data::{Detection, Keypoint, SkeletonId, VideoFrame};
use crate::io::frames::painted::{GROUND, marker_colour};
use crate::support::CancelToken;

use super::{DetectError, Detector, DetectorInfo};

/// A disk of fewer pixels is not believed.
const MIN_PIXELS: u32 = 3;
/// Rows between two looks at the cancel token.
const ROWS_PER_CHECK: usize = 256;

/// Knows joints by their colour, so there can be one person only.
pub struct MarkerDetector {
    info: DetectorInfo,
    colours: Vec<[u8; 3]>,
}

impl MarkerDetector {
    pub fn new(skeleton: SkeletonId) -> Self {
        let skeleton = skeleton.skeleton();
        let info = DetectorInfo { name: format!("Markers, {} joints", skeleton.len()), skeleton };
        Self { info, colours: (0..skeleton.len()).map_while(marker_colour).collect() }
    }
}

/// Sums over the pixels of one disk.
#[derive(Clone, Copy, Default)]
struct Disk {
    x: u64,
    y: u64,
    pixels: u32,
}

impl Disk {
    fn keypoint(self) -> Keypoint {
        if self.pixels < MIN_PIXELS {
            return Keypoint::MISSING;
        }
        let mean = |sum: u64| (sum as f64 / f64::from(self.pixels)) as f32;
        Keypoint::new(mean(self.x), mean(self.y), 1.0)
    }
}

impl Detector for MarkerDetector {
    fn info(&self) -> &DetectorInfo {
        &self.info
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        let width = picture.size[0] as usize;
        let mut disks = vec![Disk::default(); self.colours.len()];
        for (y, row) in picture.pixels.chunks_exact((3 * width).max(1)).enumerate() {
            if y % ROWS_PER_CHECK == 0 {
                cancel.check()?;
            }
            for (x, pixel) in row.as_chunks::<3>().0.iter().enumerate() {
                if *pixel == GROUND {
                    continue;
                }
                if let Some(joint) = self.colours.iter().position(|colour| colour == pixel) {
                    let disk = &mut disks[joint];
                    *disk = Disk { x: disk.x + x as u64, y: disk.y + y as u64, pixels: disk.pixels + 1 };
                }
            }
        }
        let mut keypoints: Vec<Keypoint> = disks.into_iter().map(Disk::keypoint).collect();
        keypoints.resize(self.info.skeleton.len(), Keypoint::MISSING);
        if keypoints.iter().all(Keypoint::is_missing) {
            return Ok(Vec::new());
        }
        let (id, score, bbox) = (None, 1.0, None);
        Ok(vec![Detection { frame: picture.index, id, score, bbox, keypoints: keypoints.into() }])
    }

    fn reset(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{FrameIndex, FrameRange, FrameRate, KeypointTrack, PersonId};
    use crate::io::frames::FrameSource;
    use crate::io::frames::painted::{Pacing, PaintedMotion, PaintedSource};

    /// Joints in a grid that moves to the right.
    fn motion(skeleton: SkeletonId) -> PaintedMotion {
        let skeleton = skeleton.skeleton();
        let frame = |index: usize| {
            (0..skeleton.len()).map(move |joint| {
                let (column, row) = ((joint % 5) as f32, (joint / 5) as f32);
                Keypoint::new(100.0 + 40.3 * column + 3.7 * index as f32, 80.0 + 40.7 * row, 1.0)
            })
        };
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton,
            range: FrameRange::new(0, 10),
            keypoints: (0..10).flat_map(frame).collect(),
            seen: vec![true; 10].into(),
            is_spurious: false,
        };
        PaintedMotion::new(&[track], [640, 480], 30.0).unwrap()
    }

    #[test]
    fn painted_joints_are_found_where_they_were_painted() {
        let rate = FrameRate::new(25, 1).unwrap();
        for skeleton in [SkeletonId::Coco17, SkeletonId::Halpe26] {
            let mut source = PaintedSource::new(motion(skeleton), [640, 480], rate, Pacing::Unpaced);
            let mut detector = MarkerDetector::new(skeleton);
            for index in 0..40 {
                let frame = source.next_frame(&CancelToken::new()).unwrap().unwrap();
                assert_eq!((frame.index, frame.time_secs), (FrameIndex(index), index as f64 / 25.0));
                let found = detector.detect(&frame, &CancelToken::new()).unwrap();
                let truth = source.truth(frame.index);
                assert_eq!((found.len(), truth.len()), (1, 1));
                for (found, truth) in found[0].keypoints.iter().zip(&truth[0]) {
                    let miss = (found.x - truth.x).hypot(found.y - truth.y);
                    assert!(!found.is_missing() && miss < 0.5, "frame {index}: {found:?} is not {truth:?}");
                }
            }
        }
    }

    #[test]
    fn the_motion_goes_there_and_back_without_a_jump() {
        let motion = motion(SkeletonId::Coco17);
        let x_at = |secs: f64| motion.people_at(secs, [640, 480])[0][0].x;
        assert_eq!(x_at(0.0), 100.0);
        assert!((x_at(0.3) - (100.0 + 9.0 * 3.7)).abs() < 1e-3, "{}", x_at(0.3));
        assert!((x_at(0.6) - 100.0).abs() < 1e-3);
        for step in 0..1000 {
            let secs = f64::from(step) / 60.0;
            assert!((x_at(secs + 1.0 / 60.0) - x_at(secs)).abs() < 1.9);
        }
        // Half the size: everything is where it was, in proportion, and nothing is outside.
        assert!((motion.people_at(0.0, [320, 240])[0][0].x - 50.0).abs() < 1e-3);
        assert!(motion.people_at(0.0, [0, 0])[0].iter().all(Keypoint::is_missing));
    }

    #[test]
    fn an_empty_picture_is_nobody() {
        let mut detector = MarkerDetector::new(SkeletonId::Coco17);
        for size in [[0, 0], [640, 480]] {
            let pixels = vec![30; size[0] as usize * size[1] as usize * 3].into();
            let picture = VideoFrame { pixels, size, time_secs: 0.0, index: FrameIndex(0) };
            assert_eq!(detector.detect(&picture, &CancelToken::new()).unwrap(), []);
        }
    }

    #[test]
    fn a_paced_source_keeps_its_rate_and_loses_what_comes_too_late() {
        let rate = FrameRate::new(100, 1).unwrap();
        let mut source = PaintedSource::new(motion(SkeletonId::Coco17), [64, 48], rate, Pacing::Camera);
        let cancel = CancelToken::new();
        let mut next = || source.next_frame(&cancel).unwrap().unwrap().index.0;
        assert_eq!(next(), 0);
        std::thread::sleep(std::time::Duration::from_millis(105));
        let late = next();
        assert!(late >= 10, "{late}");
        let (started, from) = (std::time::Instant::now(), next());
        while next() < from + 10 {}
        assert!(started.elapsed().as_secs_f64() > 0.08, "{:?}", started.elapsed());
    }
}
