//! Small pictures of a whole video, compressed, to show until a frame itself is decoded.

use std::collections::BTreeMap;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::thumbnail;
use image::{ImageBuffer, ImageFormat, Rgb};

use crate::data::{FrameIndex, VideoFrame};

/// Longer side of the small pictures, pixels.
pub const PREVIEW_SIDE: u32 = 320;
/// All of a video together.
const MAX_BYTES: usize = 64 << 20;
/// About what one takes.
const USUAL_BYTES: usize = 12 << 10;
const JPEG_QUALITY: u8 = 75;
/// A picture stands for frames at most this far from it: ten seconds at the usual rate, which is as far apart as key
/// frames are.
const REACH_FRAMES: usize = 300;

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
        let before = self.pictures.insert(preview.index.0, preview);
        self.bytes -= before.map_or(0, |before| before.jpeg.len());
        self.bytes < MAX_BYTES
    }

    /// The nearest one to `frame`, if it is near enough to stand for it; of two, the one before.
    pub fn near(&self, frame: FrameIndex) -> Option<&Preview> {
        let before = self.pictures.range(..=frame.0).next_back();
        let after = self.pictures.range(frame.0..).next();
        let (index, preview) = before.into_iter().chain(after).min_by_key(|(index, _)| index.abs_diff(frame.0))?;
        (index.abs_diff(frame.0) <= REACH_FRAMES).then_some(preview)
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

    /// As [`Self::of`] of a picture of any size, as the picture of frame `index`.
    pub fn reduced(picture: &VideoFrame, index: FrameIndex) -> Option<Self> {
        let [width, height] = picture.size;
        let scale = f64::from(PREVIEW_SIDE) / f64::from(width.max(height));
        if scale >= 1.0 {
            return Self::of(&VideoFrame { index, ..picture.clone() });
        }
        let size = picture.size.map(|side| ((f64::from(side) * scale).round() as u32).max(1));
        let full: ImageBuffer<Rgb<u8>, &[u8]> = ImageBuffer::from_raw(width, height, &*picture.pixels)?;
        let pixels = thumbnail(&full, size[0], size[1]).into_raw().into();
        Self::of(&VideoFrame { pixels, size, time_secs: picture.time_secs, index })
    }

    pub fn bytes(&self) -> usize {
        self.jpeg.len()
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
        for (frame, found) in [(0, Some(0)), (5, Some(0)), (6, Some(10)), (310, Some(10)), (311, None)] {
            assert_eq!(long.near(FrameIndex(frame)).map(|near| near.index.0), found, "{frame}");
        }
        // Coming again it takes no more room.
        let bytes = long.bytes();
        assert!(long.add(preview(10)));
        assert_eq!((long.bytes(), long.len()), (bytes, 2));
    }

    #[test]
    fn large_pictures_are_made_small() {
        let pixels = (0..1280 * 720).flat_map(|pixel| if pixel % 1280 < 640 { [250; 3] } else { [10; 3] }).collect();
        let large = VideoFrame { pixels, size: [1280, 720], time_secs: 1.5, index: FrameIndex(900) };
        let small = Preview::reduced(&large, FrameIndex(7)).unwrap();
        assert!(small.bytes() < USUAL_BYTES);
        let picture = small.picture().unwrap();
        assert_eq!((picture.size, picture.index, picture.time_secs), ([320, 180], FrameIndex(7), 1.5));
        let level = |x: usize| picture.pixels[(90 * 320 + x) * 3];
        assert!(level(20) > 240 && level(300) < 20);
    }
}
