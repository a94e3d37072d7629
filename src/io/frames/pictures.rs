//! Pictures as frames: a folder of PNG and JPEG files in the order of their numbers, or one file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use crate::data::{FrameIndex, FrameTimes, Pace, VideoFrame};
use crate::support::{CancelToken, Notice, Notices};

use super::natural;
use super::size::{bounded_size, fitted};
use super::{FrameError, FrameOptions, FrameSource, MAX_FRAMES, SourceInfo, file_name};

/// Pictures looked at for the size; the first ones may be damaged.
const LOOKED_AT: usize = 20;

/// Transparent places are shown on white, as paper and web pages do.
const BEHIND: f32 = 255.0;

/// Pictures at a steady rate, turned as their camera says.
pub struct ImageFolder {
    files: Vec<PathBuf>,
    info: SourceInfo,
    times: FrameTimes,
    notices: Notices,
    next: usize,
    /// Files that could not be read, with the reason.
    failed: Vec<(String, String)>,
    has_told_of_sizes: bool,
}

impl ImageFolder {
    /// # Errors
    /// The folder cannot be read, has no pictures, or none of the first can be read.
    pub fn open(folder: &Path, options: &FrameOptions, notices: &Notices) -> Result<Self, FrameError> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(FrameError::read(folder))? {
            let path = entry.map_err(FrameError::read(folder))?.path();
            let is_hidden = file_name(&path).starts_with('.');
            if is_picture(&path) && !is_hidden && path.is_file() {
                files.push(path);
            }
            if files.len() > MAX_FRAMES {
                return Err(FrameError::TooLong { path: folder.to_owned() });
            }
        }
        if files.is_empty() {
            return Err(FrameError::NoPictures { path: folder.to_owned() });
        }
        files.sort_by_cached_key(|path| natural::Key(file_name(path)));
        let times = FrameTimes::constant(options.picture_rate, files.len());
        let pace = Pace::Constant(options.picture_rate);
        Self::new(files, file_name(folder), times, pace, options, notices)
    }

    /// One picture as a video of one frame.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_one(path: &Path, options: &FrameOptions, notices: &Notices) -> Result<Self, FrameError> {
        let times = FrameTimes::new([0.0], 0.0);
        Self::new(vec![path.to_owned()], file_name(path), times, Pace::Still, options, notices)
    }

    fn new(
        files: Vec<PathBuf>,
        name: String,
        times: FrameTimes,
        pace: Pace,
        options: &FrameOptions,
        notices: &Notices,
    ) -> Result<Self, FrameError> {
        let mut looked_at = files.iter().take(LOOKED_AT).map(|path| look(path));
        let mut seen = looked_at.next().unwrap_or_else(|| Err(FrameError::unreadable(Path::new(&name), "it is empty")));
        while let (Err(_), Some(next)) = (&seen, looked_at.next()) {
            // The first reason is told if none can be read.
            seen = next.or(seen);
        }
        let (size, format) = seen?;
        let frame_size = bounded_size(fitted(size, options.fit_within), notices);
        let info = SourceInfo { name, format, size, frame_size, times: Some(times.clone()), pace };
        let notices = notices.clone();
        Ok(Self { files, info, times, notices, next: 0, failed: Vec::new(), has_told_of_sizes: false })
    }

    /// Tells once, at the end, what could not be read.
    fn tell_of_failures(&mut self) {
        let failed = std::mem::take(&mut self.failed);
        if let Some((file, why)) = failed.first() {
            self.notices.add(
                Notice::warning(format!("Pictures that could not be read: {} of {}", failed.len(), self.files.len()))
                    .why(format!("'{file}' {why}"))
                    .hint("They are left out; the others keep their place."),
            );
        }
    }

    fn read(&mut self, path: &Path) -> Result<RgbImage, FrameError> {
        let (decoder, orientation) = decoder(path)?;
        let mut picture =
            DynamicImage::from_decoder(decoder).map_err(|error| FrameError::unreadable(path, error.to_string()))?;
        picture.apply_orientation(orientation);
        let size = [picture.width(), picture.height()];
        if size != self.info.size && !std::mem::replace(&mut self.has_told_of_sizes, true) {
            let [width, height] = self.info.size;
            self.notices.add(
                Notice::warning("The pictures are not all of one size")
                    .why(format!("'{}' is {} x {}, others are {width} x {height}", file_name(path), size[0], size[1]))
                    .hint("Each is stretched to the size of the first."),
            );
        }
        Ok(resized(opaque(picture), self.info.frame_size))
    }
}

impl FrameSource for ImageFolder {
    fn info(&self) -> &SourceInfo {
        &self.info
    }

    fn next_frame(&mut self, cancel: &CancelToken) -> Result<Option<VideoFrame>, FrameError> {
        while let Some(path) = self.files.get(self.next).cloned() {
            cancel.check()?;
            let index = FrameIndex(self.next);
            self.next += 1;
            match self.read(&path) {
                Ok(picture) => {
                    let time_secs = self.times.time_of(index).unwrap_or_default();
                    return Ok(Some(frame(picture, time_secs, index)));
                }
                Err(error) if self.files.len() == 1 => return Err(error),
                Err(error) => self.failed.push((file_name(&path), error.to_string())),
            }
        }
        self.tell_of_failures();
        Ok(None)
    }

    fn seek(&mut self, frame: FrameIndex) {
        self.next = frame.0;
    }
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn decoder(path: &Path) -> Result<(impl ImageDecoder, Orientation), FrameError> {
    let unreadable = |error: image::ImageError| FrameError::unreadable(path, error.to_string());
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(FrameError::read(path))?;
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let orientation = decoder.orientation().map_err(unreadable)?;
    Ok((decoder, orientation))
}

/// Width and height once upright, and the format, without decoding the pixels.
fn look(path: &Path) -> Result<([u32; 2], String), FrameError> {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    let (decoder, orientation) = decoder(path)?;
    let (width, height) = decoder.dimensions();
    let is_on_its_side = matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH);
    let format = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    Ok((if is_on_its_side { [height, width] } else { [width, height] }, format))
}

/// Without transparency.
pub(super) fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let share = f32::from(alpha) / 255.0;
        image::Rgb([red, green, blue].map(|value| (f32::from(value) * share + BEHIND * (1.0 - share)).round() as u8))
    })
}

pub(super) fn resized(picture: RgbImage, size: [u32; 2]) -> RgbImage {
    if [picture.width(), picture.height()] == size {
        return picture;
    }
    image::imageops::resize(&picture, size[0], size[1], image::imageops::FilterType::Triangle)
}

pub(super) fn frame(picture: RgbImage, time_secs: f64, index: FrameIndex) -> VideoFrame {
    let size = [picture.width(), picture.height()];
    VideoFrame { pixels: Arc::from(picture.into_raw()), size, time_secs, index }
}
