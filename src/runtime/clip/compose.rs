//! The parts of a picture, put together and encoded: the video, keypoints on it, and the drawn view.

use image::imageops::{self, FilterType};
use image::{Rgba, RgbaImage};

use super::paint::{Area, put};
use super::{ClipError, ClipLayout, ClipOrder, ClipSubject, POINTS, plane};
use crate::data::{FrameIndex, VideoFrame};
use crate::io::frames::{self, Ffmpeg, FrameOptions, FrameSource};
use crate::scene::SceneStyle;
use crate::session;
use crate::support::{CancelToken, Notices};

/// Farther ahead, going there is faster than reading on.
const READ_ON: usize = 60;

/// Width and height of the drawn view.
pub(super) fn view_size(order: &ClipOrder) -> [u32; 2] {
    match order.layout {
        ClipLayout::View | ClipLayout::Overlay => order.size,
        ClipLayout::SideBySide => [order.size[0] - order.size[0] / 2, order.size[1]],
    }
}

/// Width and height of the recorded picture, as the video says; none without a video.
pub(super) fn video_size(
    order: &ClipOrder,
    tools: &Ffmpeg,
    cancel: &CancelToken,
) -> Result<Option<[u32; 2]>, ClipError> {
    let Some(path) = &order.video else { return Ok(None) };
    let options = FrameOptions { tools: tools.clone(), ..FrameOptions::new(order.rate) };
    Ok(Some(frames::open(path, &options, &Notices::new(), cancel)?.info().size))
}

pub(super) struct Composer<'a> {
    order: &'a ClipOrder,
    subject: &'a ClipSubject,
    /// Where the recorded picture goes.
    image: Area,
    /// Where the view goes.
    view_at: [u32; 2],
    /// What is nowhere else.
    ground: Rgba<u8>,
    video: Option<Video>,
}

struct Video {
    source: Box<dyn FrameSource>,
    /// Which of its frames goes with which of the timeline's.
    known: session::Video,
    /// The frame that was read last, and as it is put into pictures.
    last: Option<(VideoFrame, RgbaImage)>,
}

impl<'a> Composer<'a> {
    /// On the thread that will put pictures together.
    pub(super) fn new(
        order: &'a ClipOrder,
        subject: &'a ClipSubject,
        tools: &Ffmpeg,
        notices: &Notices,
        cancel: &CancelToken,
    ) -> Result<Self, ClipError> {
        let [width, height] = order.size;
        let size = if order.layout == ClipLayout::SideBySide { [width / 2, height] } else { order.size };
        let image = plane::image_area(Area { at: [0, 0], size }, subject.motion.placement.aspect);
        let style = if subject.is_dark { SceneStyle::dark() } else { SceneStyle::light() };
        let [red, green, blue] = style.background.bottom.to_srgb();
        let video = match order.video.as_ref().filter(|_| order.layout != ClipLayout::View) {
            Some(path) => {
                let options = FrameOptions {
                    fit_within: Some(image.size),
                    tools: tools.clone(),
                    ..FrameOptions::new(order.rate)
                };
                let source = frames::open(path, &options, notices, cancel)?;
                let attached = subject.clip.video.as_ref().filter(|video| video.path == *path).cloned();
                let known = attached.or_else(|| session::Video::of(path, source.info()));
                known.map(|known| Video { source, known, last: None })
            }
            None => None,
        };
        let view_at = [width - view_size(order)[0], 0];
        Ok(Self { order, subject, image, view_at, ground: Rgba([red, green, blue, 255]), video })
    }

    pub(super) fn picture(
        &mut self,
        view: RgbaImage,
        frame: FrameIndex,
        cancel: &CancelToken,
    ) -> Result<RgbaImage, ClipError> {
        if self.order.layout == ClipLayout::View {
            return Ok(view);
        }
        let [width, height] = self.order.size;
        let mut picture = RgbaImage::from_pixel(width, height, self.ground);
        let timeline = (self.subject.clip.source.frame_count, self.subject.clip.fps);
        let recorded = match &mut self.video {
            Some(video) => video.show(frame, timeline, self.image.size, cancel)?,
            None => None,
        };
        if let Some(recorded) = recorded {
            put(&mut picture, recorded, self.image.at);
        }
        // Over the video itself the people in 3D say enough.
        if self.order.layout == ClipLayout::SideBySide || self.video.is_none() {
            let scale = height as f32 / POINTS;
            let shot = self.subject.shot(&self.subject.settings);
            plane::paint_people(&mut picture, self.image, shot, frame, scale);
        }
        put(&mut picture, &view, self.view_at);
        Ok(picture)
    }
}

impl Video {
    /// What the video shows at a frame of the timeline, `size` pixels large; none where it has nothing to show.
    fn show(
        &mut self,
        frame: FrameIndex,
        timeline: (usize, f64),
        size: [u32; 2],
        cancel: &CancelToken,
    ) -> Result<Option<&RgbaImage>, ClipError> {
        let (frame_count, fps) = timeline;
        let Some(wanted) = self.known.frame_at(frame, frame_count, fps) else { return Ok(None) };
        let next = self.last.as_ref().map_or(0, |(last, _)| last.index.0 + 1);
        if wanted.0 + 1 < next || wanted.0 > next + READ_ON {
            self.source.seek(wanted);
            self.last = None;
        }
        let mut read = None;
        while read.as_ref().or(self.last.as_ref().map(|(last, _)| last)).is_none_or(|last| last.index < wanted) {
            match self.source.next_frame(cancel)? {
                Some(frame) => read = Some(frame),
                None => break,
            }
        }
        if let Some(frame) = read {
            let picture = scaled(&frame, size);
            self.last = Some((frame, picture));
        }
        Ok(self.last.as_ref().map(|(_, picture)| picture))
    }
}

fn scaled(frame: &VideoFrame, size: [u32; 2]) -> RgbaImage {
    let [width, height] = frame.size;
    let mut pixels = Vec::with_capacity(frame.pixels.len() / 3 * 4);
    frame.pixels.chunks_exact(3).for_each(|rgb| pixels.extend_from_slice(&[rgb[0], rgb[1], rgb[2], 255]));
    let picture = RgbaImage::from_raw(width, height, pixels).unwrap_or_else(|| RgbaImage::new(width, height));
    if frame.size == size { picture } else { imageops::resize(&picture, size[0], size[1], FilterType::Triangle) }
}
