//! nokhwa: V4L2, AVFoundation and Media Foundation.

use std::panic::{AssertUnwindSafe, catch_unwind};

use nokhwa::pixel_format::RgbFormat;
use nokhwa::utils::{ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType};
use nokhwa::{Camera, NokhwaError};

use super::stream::{Grab, GrabError, Picture};
use super::{CameraError, CameraId, CameraMode, CameraOptions, misses};

/// What an error is about while it is not known which camera.
const CAMERAS: &str = "cameras";

pub(super) fn list() -> Result<Vec<CameraId>, CameraError> {
    let told = |error: NokhwaError| CameraError::told(CAMERAS, &error.to_string());
    ask_permission();
    let found = guarded(CAMERAS, || nokhwa::query(ApiBackend::Auto).map_err(told))?;
    let mut cameras: Vec<CameraId> = found
        .into_iter()
        .filter_map(|camera| Some(CameraId { index: camera.index().as_index().ok()?, name: camera.human_name() }))
        .filter(|camera| gives_pictures(camera.index))
        .collect();
    cameras.sort_by_key(|camera| camera.index);
    Ok(cameras)
}

pub(super) fn modes(camera: &CameraId) -> Result<Vec<CameraMode>, CameraError> {
    guarded(&camera.to_string(), || {
        let (_, mut device) = open_any(Some(camera))?;
        let mut modes: Vec<CameraMode> = offered(&mut device, camera)?.into_iter().map(to_mode).collect();
        modes.sort_by(|a, b| (b.size, b.fps, &a.format).cmp(&(a.size, a.fps, &b.format)));
        modes.dedup();
        Ok(modes)
    })
}

pub(super) fn open(options: &CameraOptions) -> Result<(CameraId, CameraMode, Device), CameraError> {
    let (id, mut camera) = open_any(options.camera.as_ref())?;
    let told = |error: NokhwaError| CameraError::told(&format!("the camera {id}"), &error.to_string());
    let offered = offered(&mut camera, &id)?;
    let mode = set_nearest(&mut camera, &id, &offered, options)?;
    camera.open_stream().map_err(told)?;
    let device = Device { name: format!("the camera {id}"), camera, mirror: options.mirror };
    Ok((id, mode, device))
}

/// Modes that are tried before a camera is given up.
const MAX_TRIES: usize = 12;

/// Sets the mode that comes nearest to what is wanted, and reads back what the camera made of it.
fn set_nearest(
    camera: &mut Camera,
    id: &CameraId,
    offered: &[CameraFormat],
    options: &CameraOptions,
) -> Result<CameraMode, CameraError> {
    let mut last = CameraError::NoModes { camera: id.to_string() };
    let mut candidates: Vec<(CameraMode, CameraFormat)> =
        offered.iter().map(|format| (to_mode(*format), *format)).collect();
    candidates.sort_by_key(|(mode, _)| misses(mode, options.size, options.fps));
    for (_, wanted) in candidates.into_iter().take(MAX_TRIES) {
        let request = RequestedFormat::new::<RgbFormat>(RequestedFormatType::Exact(wanted));
        let is_set = camera.camera_format() == wanted || camera.set_camera_requset(request).is_ok();
        // Drivers round: what they say now is what comes. nokhwa cannot say it where it is no whole number of pictures
        // a second, though it offers it as one; then the next mode has to do.
        if is_set || camera.refresh_camera_format().is_ok() {
            return Ok(to_mode(camera.camera_format()));
        }
        last = CameraError::Failed { camera: format!("the camera {id}"), why: format!("it refused {wanted}") };
    }
    Err(last)
}

/// Opens a camera in any format, to ask it what it offers.
fn open_any(wanted: Option<&CameraId>) -> Result<(CameraId, Camera), CameraError> {
    let there = list()?;
    if there.is_empty() {
        return Err(CameraError::None);
    }
    let id = wanted.map_or(there.first(), |wanted| wanted.find(&there)).cloned().ok_or_else(|| {
        let names: Vec<String> = there.iter().map(|camera| format!("{} ({})", camera.index, camera.name)).collect();
        let wanted = wanted.map(ToString::to_string).unwrap_or_default();
        CameraError::NotThere { wanted, there: names.join(", ") }
    })?;
    let any = RequestedFormat::new::<RgbFormat>(RequestedFormatType::None);
    match Camera::new(CameraIndex::Index(id.index), any) {
        Ok(camera) => Ok((id, camera)),
        Err(error) => {
            let why = error.to_string();
            // nokhwa's word for a camera none of whose formats it knows.
            if why.contains("Fufill") {
                return Err(CameraError::NoModes { camera: id.to_string() });
            }
            Err(CameraError::told(&format!("the camera {id}"), &why))
        }
    }
}

/// The formats that can be unpacked.
fn offered(camera: &mut Camera, id: &CameraId) -> Result<Vec<CameraFormat>, CameraError> {
    let told = |error: NokhwaError| CameraError::told(&format!("the camera {id}"), &error.to_string());
    let mut formats = camera.compatible_camera_formats().map_err(told)?;
    formats.retain(|format| {
        let is_colour = format.format() != FrameFormat::GRAY;
        is_colour && format.frame_rate() > 0 && format.width() > 0 && format.height() > 0
    });
    Ok(formats)
}

fn to_mode(format: CameraFormat) -> CameraMode {
    CameraMode {
        size: [format.width(), format.height()],
        fps: format.frame_rate(),
        format: format.format().to_string(),
    }
}

/// A running camera.
pub(super) struct Device {
    /// For messages: "the camera Integrated Webcam".
    name: String,
    camera: Camera,
    mirror: bool,
}

impl Grab for Device {
    fn grab(&mut self) -> Result<Picture, GrabError> {
        let buffer =
            self.camera.frame().map_err(|error| GrabError::Lost(CameraError::told(&self.name, &error.to_string())))?;
        let size = [buffer.resolution().width(), buffer.resolution().height()];
        if buffer.buffer().is_empty() || size.contains(&0) {
            return Err(GrabError::Bad("its pictures are empty".to_owned()));
        }
        // The JPEG decoder panics on some damaged pictures.
        let image = catch_unwind(AssertUnwindSafe(|| buffer.decode_image::<RgbFormat>()))
            .map_err(|_| GrabError::Bad("its pictures are damaged".to_owned()))?
            .map_err(|error| GrabError::Bad(error.to_string()))?;
        let mut pixels = image.into_raw();
        if self.mirror {
            mirror(&mut pixels, size[0] as usize);
        }
        Ok(Picture { pixels, size, taken: buffer.capture_timestamp() })
    }
}

/// Turns every row around.
pub(super) fn mirror(pixels: &mut [u8], width: usize) {
    for row in pixels.chunks_exact_mut(width * 3) {
        let (mut left, mut right) = (0, width.saturating_sub(1));
        while left < right {
            for channel in 0..3 {
                row.swap(left * 3 + channel, right * 3 + channel);
            }
            left += 1;
            right -= 1;
        }
    }
}

fn guarded<T>(camera: &str, ask: impl FnOnce() -> Result<T, CameraError>) -> Result<T, CameraError> {
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| {
        Err(CameraError::Failed { camera: camera.to_owned(), why: "the driver crashed".to_owned() })
    })
}

/// One device may have several nodes; only the first gives pictures, the others tell about them.
#[cfg(target_os = "linux")]
fn gives_pictures(index: u32) -> bool {
    let place = std::fs::read_to_string(format!("/sys/class/video4linux/video{index}/index"));
    place.map_or(true, |place| place.trim() == "0")
}

#[cfg(not(target_os = "linux"))]
fn gives_pictures(_index: u32) -> bool {
    true
}

/// macOS asks the person at the first use.
#[cfg(target_os = "macos")]
fn ask_permission() {
    if !nokhwa::nokhwa_check() {
        nokhwa::nokhwa_initialize(|_| {});
    }
}

#[cfg(not(target_os = "macos"))]
fn ask_permission() {}
