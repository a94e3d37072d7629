//! A camera that needs no camera, and a detector that needs no file: the demo's dancer, painted.

use super::{OpenCamera, OpenDetector};
use crate::data::FrameRate;
use crate::detect::MarkerDetector;
use crate::io::frames::painted::{Pacing, PaintedMotion, PaintedSource};
use crate::runtime::open::load_demo;
use crate::session::SourceId;
use crate::support::{CancelToken, Notice};

const NOT_STARTED: &str = "The test pattern could not be started";

/// What the camera gives.
#[derive(Clone, Copy, Debug)]
pub struct TestPattern {
    /// Width and height, pixels.
    pub size: [u32; 2],
    pub fps: f64,
}

impl Default for TestPattern {
    fn default() -> Self {
        Self { size: [640, 480], fps: 30.0 }
    }
}

/// The demo's dancer, to be painted.
///
/// # Errors
/// There is nobody in the demo.
pub fn painted_dancer() -> Result<PaintedMotion, Notice> {
    let demo = load_demo(SourceId(0), &CancelToken::new()).map_err(|error| Notice::from_error(NOT_STARTED, &error))?;
    let dancer = demo.tracks.get(..1).unwrap_or_default();
    let motion = demo.image_size.and_then(|size| PaintedMotion::new(dancer, size, demo.fps()));
    motion.ok_or_else(refused)
}

fn refused() -> Notice {
    Notice::error(NOT_STARTED).hint("Choose another size or frame rate.")
}

/// The pattern's camera, and what finds her.
///
/// # Errors
/// A frame rate that is none.
pub fn test_pattern(pattern: TestPattern) -> Result<(OpenCamera, OpenDetector), Notice> {
    let motion = painted_dancer()?;
    let rate = FrameRate::nearest(pattern.fps).filter(|_| !pattern.size.contains(&0)).ok_or_else(refused)?;
    let skeleton = motion.skeleton().id;
    let camera: OpenCamera =
        Box::new(move |_| Ok(Box::new(PaintedSource::new(motion.clone(), pattern.size, rate, Pacing::Camera))));
    let detector: OpenDetector = Box::new(move |_| Ok(Box::new(MarkerDetector::new(skeleton))));
    Ok((camera, detector))
}
