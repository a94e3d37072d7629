//! Small pictures of a whole video, compressed, to show until a frame itself is decoded.

use std::collections::BTreeMap;
use std::io::Cursor;

use image::ImageFormat;
use image::codecs::jpeg::JpegEncoder;

use crate::data::{FrameIndex, VideoFrame};

/// Longer side of the small pictures, pixels.
pub const PREVIEW_SIDE: u32 = 320;
/// All of a video together.
const MAX_BYTES: usize = 64 << 20;
/// About what one takes.
const USUAL_BYTES: usize = 12 << 10;
const JPEG_QUALITY: u8 = 75;

/// Compressed pictures by frame.
#[derive(Debug, Default)]
pub struct Previews {
    pictures: BTreeMap<usize, Preview>,
    /// One of so many frames is kept.
    stride: usize,
    bytes: usize,
}

#[derive(Clone, Debug)]
pub struct Preview {
    jpeg: std::sync::Arc<[u8]>,
    time_secs: f64,
    index: FrameIndex,
}

impl Previews {
    /// Room for those of a video with so many frames.
    pub fn of_video(frame_count: usize) -> Self {
        Self { stride: (frame_count * USUAL_BYTES).div_ceil(MAX_BYTES).max(1), ..Self::default() }
    }

    pub fn stride(&self) -> usize {
        self.stride
    }

    /// False if there is no room left.
    pub fn add(&mut self, preview: Preview) -> bool {
        self.bytes += preview.jpeg.len();
        self.pictures.insert(preview.index.0, preview);
        self.bytes < MAX_BYTES
    }

    /// The last one that is not after `frame`, if it is near enough to stand for it.
    pub fn near(&self, frame: FrameIndex) -> Option<&Preview> {
        let (index, preview) = self.pictures.range(..=frame.0).next_back()?;
        (frame.0 - index < 2 * self.stride).then_some(preview)
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn len(&self) -> usize {
        self.pictures.len()
    }
}

impl Preview {
    /// None if it cannot be compressed, which no picture of sane size does.
    pub fn of(picture: &VideoFrame) -> Option<Self> {
        let mut jpeg = Vec::new();
        let [width, height] = picture.size;
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY);
        image::ImageEncoder::write_image(encoder, &picture.pixels, width, height, image::ExtendedColorType::Rgb8)
            .ok()?;
        Some(Self { jpeg: jpeg.into(), time_secs: picture.time_secs, index: picture.index })
    }

    pub fn index(&self) -> FrameIndex {
        self.index
    }

    pub fn picture(&self) -> Option<VideoFrame> {
        let decoded = image::load(Cursor::new(&self.jpeg), ImageFormat::Jpeg).ok()?.into_rgb8();
        let size = [decoded.width(), decoded.height()];
        Some(VideoFrame { pixels: decoded.into_raw().into(), size, time_secs: self.time_secs, index: self.index })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(index: usize) -> Preview {
        let pixels = vec![40 + index as u8; 32 * 16 * 3].into();
        Preview::of(&VideoFrame { pixels, size: [32, 16], time_secs: 0.0, index: FrameIndex(index) }).unwrap()
    }

    #[test]
    fn a_preview_looks_like_its_frame() {
        let picture = preview(7).picture().unwrap();
        assert_eq!((picture.size, picture.index), ([32, 16], FrameIndex(7)));
        assert!(picture.pixels.iter().all(|level| level.abs_diff(47) <= 2));
    }

    #[test]
    fn long_videos_keep_every_few_frames() {
        assert_eq!(Previews::of_video(0).stride(), 1);
        assert_eq!(Previews::of_video(5000).stride(), 1);
        let mut long = Previews::of_video(50_000);
        assert_eq!(long.stride(), 10);
        assert!(long.add(preview(0)) && long.add(preview(10)));
        assert!(long.bytes() > 0 && long.len() == 2);
        for (frame, found) in [(0, Some(0)), (9, Some(0)), (10, Some(10)), (29, Some(10)), (30, None)] {
            assert_eq!(long.near(FrameIndex(frame)).map(|near| near.index.0), found, "{frame}");
        }
    }
}
