//! Webcams: a list of them, what they offer, and their pictures as a [`FrameSource`].
//!
//! A driver may block for ever, on a camera that hangs or was pulled out. So a thread of its own holds the camera
//! (`stream`) and the newest picture is handed over; whoever reads can always stop. `driver` is the only place that
//! knows nokhwa.

mod driver;
mod error;
mod stream;

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{FrameError, FrameSource, SourceInfo};
use crate::data::{FrameIndex, FrameRate, Pace, VideoFrame};
use crate::support::CancelToken;

pub use error::CameraError;

/// Which camera. Numbers change when cameras are plugged in and out; the name finds it again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CameraId {
    /// The system's number.
    pub index: u32,
    /// As the driver calls it; empty if only the number is known.
    pub name: String,
}

impl CameraId {
    /// The camera with this number, whatever it is called.
    pub fn numbered(index: u32) -> Self {
        Self { index, name: String::new() }
    }

    /// The same camera among those that are there now: the same number and name, or else the same name. A camera that
    /// is known by number alone is found by it.
    pub fn find<'a>(&self, cameras: &'a [Self]) -> Option<&'a Self> {
        let same_name = || cameras.iter().filter(|camera| self.name.is_empty() || camera.name == self.name);
        let same_number = same_name().find(|camera| camera.index == self.index);
        same_number.or_else(|| same_name().next().filter(|_| !self.name.is_empty()))
    }
}

impl std::fmt::Display for CameraId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name.as_str() {
            "" => write!(f, "camera {}", self.index),
            name => f.write_str(name),
        }
    }
}

/// One way in which a camera gives pictures.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CameraMode {
    /// Width and height, pixels.
    pub size: [u32; 2],
    pub fps: u32,
    /// How the camera packs them: "YUYV", "MJPEG", ...
    pub format: String,
}

impl std::fmt::Display for CameraMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [width, height] = self.size;
        write!(f, "{width}x{height}, {} fps, {}", self.fps, self.format)
    }
}

/// What is wanted of a camera; the nearest that it offers is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CameraOptions {
    /// None takes the first camera.
    pub camera: Option<CameraId>,
    /// Width and height, pixels.
    pub size: [u32; 2],
    pub fps: u32,
    /// Left and right swapped, as in a mirror. People expect it of themselves; the 3D is mirrored as well.
    pub mirror: bool,
}

impl Default for CameraOptions {
    fn default() -> Self {
        Self { camera: None, size: [640, 480], fps: 30, mirror: false }
    }
}

/// The cameras of this computer, by number. Those that are in use are listed too.
///
/// # Errors
/// The system does not let itself be asked. None there is no error.
pub fn list() -> Result<Vec<CameraId>, CameraError> {
    driver::list()
}

/// What a camera offers, largest pictures first. Opens it for a moment.
///
/// # Errors
/// It is not there, busy or not permitted.
pub fn modes(camera: &CameraId) -> Result<Vec<CameraMode>, CameraError> {
    driver::modes(camera)
}

/// How far a mode is from what is wanted: size first, then a rate that is not below it, then the format that is cheaper
/// to unpack.
fn misses(mode: &CameraMode, size: [u32; 2], fps: u32) -> impl Ord + use<> {
    let miss: u32 = mode.size.iter().zip(size).map(|(have, want)| have.abs_diff(want)).sum();
    let (below, above) = (fps.saturating_sub(mode.fps), mode.fps.saturating_sub(fps));
    let cost = ["YUYV", "NV12", "RAWRGB", "RAWBGR", "MJPEG"].iter().position(|known| *known == mode.format);
    (miss, below, above, cost.unwrap_or(usize::MAX))
}

/// An open camera. Dropping it lets go of the device.
pub struct Camera {
    info: SourceInfo,
    id: CameraId,
    mode: CameraMode,
    stream: stream::Stream,
}

/// A camera that gives no picture for this long has a problem.
const SILENCE: Duration = Duration::from_secs(4);
/// Some cameras take seconds to wake up.
const OPENING: Duration = Duration::from_secs(10);

impl Camera {
    /// Opens the camera and starts it.
    ///
    /// # Errors
    /// No such camera, busy, not permitted, no usable format, or no answer; cancelled.
    pub fn open(options: &CameraOptions, cancel: &CancelToken) -> Result<Self, FrameError> {
        let options = options.clone();
        Self::with_driver(move || driver::open(&options), cancel)
    }

    fn with_driver<G: stream::Grab>(
        open: impl FnOnce() -> Result<(CameraId, CameraMode, G), CameraError> + Send + 'static,
        cancel: &CancelToken,
    ) -> Result<Self, FrameError> {
        let (stream, id, mode) = stream::Stream::start(open, OPENING, cancel)?;
        let rate = FrameRate::nearest(f64::from(mode.fps));
        let info = SourceInfo {
            name: id.to_string(),
            format: mode.format.clone(),
            size: mode.size,
            frame_size: mode.size,
            times: None,
            pace: rate.map_or(Pace::Variable { mean_fps: f64::from(mode.fps) }, Pace::Constant),
        };
        Ok(Self { info, id, mode, stream })
    }

    /// The camera as the system names it.
    pub fn id(&self) -> &CameraId {
        &self.id
    }

    /// What the camera really gives, read back from it.
    pub fn mode(&self) -> &CameraMode {
        &self.mode
    }
}

impl FrameSource for Camera {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// The newest picture that was not given out before; older ones are dropped, so that indices jump.
    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        self.stream.next(SILENCE, cancel).map(Some)
    }

    fn seek(&mut self, _frame: FrameIndex) {}
}
