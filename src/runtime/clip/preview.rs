//! One picture of a clip in small, drawn as the export would draw it, for the dialog that asks how it is to be.
//!
//! A named thread, `clip-preview`, draws what was asked for last and keeps its device and pipelines; it ends when its
//! [`ClipPreview`] is dropped.

use std::f32::consts::TAU;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::{Sender, bounded};
use image::RgbaImage;

use super::{ClipCamera, ClipError, ClipOrder, ClipSubject, SMALLEST, check, write_drawn};
use crate::data::{FrameIndex, FrameRange, FrameRate};
use crate::io::frames::clip::ClipSink;
use crate::io::frames::{Ffmpeg, FrameError};
use crate::render::{Gpu, OffscreenRenderer};
use crate::runtime::job::panic_text;
use crate::runtime::latest::LatestSlot;
use crate::runtime::outbox::Outbox;
use crate::support::{CancelToken, NoProgress, Notices};

/// What to draw.
#[derive(Clone, Debug)]
pub struct PreviewRequest {
    /// Its target is not written.
    pub order: ClipOrder,
    pub subject: ClipSubject,
    /// Of the timeline; the nearest one that the clip has is drawn.
    pub frame: FrameIndex,
    /// Width and height, pixels.
    pub fit_within: [u32; 2],
}

/// A drawn picture and its frame, or why there is none.
pub type Preview = Result<(RgbaImage, FrameIndex), String>;

#[derive(Default)]
struct Slots {
    asked: LatestSlot<PreviewRequest>,
    drawn: LatestSlot<Preview>,
}

/// Draws single pictures of clips that might be written.
pub struct ClipPreview {
    slots: Arc<Slots>,
    cancel: CancelToken,
}

impl ClipPreview {
    pub(in crate::runtime) fn start(tools: Ffmpeg, outbox: Outbox) -> std::io::Result<Self> {
        let preview = Self { slots: Arc::default(), cancel: CancelToken::new() };
        let (slots, cancel) = (preview.slots.clone(), preview.cancel.clone());
        std::thread::Builder::new().name("clip-preview".to_owned()).spawn(move || {
            let mut renderer = None;
            while let Some(request) = slots.asked.take() {
                let work = AssertUnwindSafe(|| draw(&request, &mut renderer, &tools, &cancel));
                let drawn = match catch_unwind(work) {
                    Ok(Err(ClipError::Cancelled(_))) => return,
                    Ok(drawn) => drawn.map_err(|error| error.to_string()),
                    Err(panic) => Err(panic_text(&*panic)),
                };
                if drawn.is_err() {
                    // It may be in any state.
                    renderer = None;
                }
                slots.drawn.put(|_| drawn);
                outbox.wake();
            }
        })?;
        Ok(preview)
    }

    /// Replaces what was asked for before and is not being drawn yet.
    pub fn ask(&self, request: PreviewRequest) {
        self.slots.asked.put(|_| request);
    }

    /// What was drawn since the last call.
    pub fn take(&self) -> Option<Preview> {
        self.slots.drawn.try_take()
    }
}

impl Drop for ClipPreview {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.slots.asked.close();
    }
}

fn draw(
    request: &PreviewRequest,
    kept: &mut Option<(u32, OffscreenRenderer)>,
    tools: &Ffmpeg,
    cancel: &CancelToken,
) -> Result<(RgbaImage, FrameIndex), ClipError> {
    let subject = &request.subject;
    check(&request.order, subject)?;
    let order = one_picture(request);
    let samples = order.samples;
    let (_, renderer) = match kept.take_if(|(of, _)| *of == samples) {
        Some(renderer) => kept.insert(renderer),
        None => kept.insert((samples, OffscreenRenderer::new(Gpu::headless()?, samples)?)),
    };
    let (sender, drawn) = bounded(1);
    let sink = || Ok(Box::new(Kept(sender)) as Box<dyn ClipSink>);
    write_drawn(renderer, sink, &order, subject, tools, &Notices::new(), cancel, &NoProgress)?;
    let picture = drawn.try_recv().map_err(|_| ClipError::NoFrames)?;
    Ok((picture, FrameIndex(order.range.start)))
}

/// The order for only the picture that shows the asked frame.
fn one_picture(PreviewRequest { order, subject, frame, fit_within }: &PreviewRequest) -> ClipOrder {
    let range = order.range;
    let frame = frame.0.clamp(range.start, range.end.saturating_sub(1).max(range.start));
    let turned = (frame - range.start) as f32 / range.len().max(1) as f32 * TAU;
    let ClipCamera { start, follows, turns } = order.camera;
    let start = start.map(|mut start| {
        start.yaw += if turns { turned } else { 0.0 };
        start
    });
    let scale = (0..2).map(|side| fit_within[side] as f32 / order.size[side] as f32).fold(1.0, f32::min);
    ClipOrder {
        size: order.size.map(|side| ((side as f32 * scale).round() as u32).max(SMALLEST)),
        rate: FrameRate::nearest(subject.clip.fps).unwrap_or(order.rate),
        range: FrameRange::of_len(frame, 1),
        camera: ClipCamera { start, follows, turns: false },
        ..order.clone()
    }
}

/// Hands the one picture over instead of writing it.
struct Kept(Sender<RgbaImage>);

impl ClipSink for Kept {
    fn write(&mut self, picture: RgbaImage, _: &CancelToken) -> Result<(), FrameError> {
        // There is room, and a second one is not drawn.
        self.0.try_send(picture).ok();
        Ok(())
    }

    fn finish(self: Box<Self>, _: &CancelToken) -> Result<(), FrameError> {
        Ok(())
    }
}
