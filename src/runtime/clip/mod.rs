//! Clips out: a range of frames drawn off screen, with a fixed time step, into a video, GIF or pictures.
//!
//! The caller's thread (a job's, or the command line's) builds scenes and has them drawn; a second one, `compose`,
//! reads the video, puts the parts of a picture together and encodes. Between them is a short bounded channel, so that
//! all of it overlaps and nothing piles up.

mod camera;
mod compose;
mod paint;
mod plane;
mod preview;
mod recorded;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{SendTimeoutError, Sender, bounded};
use image::RgbaImage;

use crate::data::{FrameIndex, FrameRange, FrameRate, PersonId};
use crate::io::frames::clip::{ClipSink, ClipTarget};
use crate::io::frames::{Ffmpeg, FrameError};
use crate::render::{Gpu, OffscreenRenderer, RenderError};
use crate::session::scene_settings::BackgroundChoice;
use crate::session::shot::{Shot, TRANSPARENT};
use crate::session::{Bodies, Motion, SceneSettings, SourceState};
use crate::support::{CancelToken, Cancelled, Notices, ProgressSink};

use camera::CameraPath;
pub use camera::ClipCamera;
use compose::Composer;
pub use preview::{ClipPreview, Preview, PreviewRequest};

/// The largest width and height of a clip, pixels.
pub const LARGEST: [u32; 2] = [3840, 2160];
/// Either side at least, pixels: less shows nobody.
pub const SMALLEST: u32 = 16;
/// Drawn pictures that wait for the encoder; one of 4K has 33 MB.
const QUEUE: usize = 3;
/// How often a full queue looks whether the clip was cancelled.
const PATIENCE: Duration = Duration::from_millis(50);
/// Height of a picture in which a point is a pixel.
const POINTS: f32 = 720.0;

/// Why there is no clip.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    #[error("{width} x {height} pixels cannot be a clip: {} x {} to {} x {} can", SMALLEST, SMALLEST, LARGEST[0], LARGEST[1])]
    Size { width: u32, height: u32 },
    #[error("there are no frames to draw. Choose a range with at least one frame")]
    NoFrames,
    #[error("there is nobody in 3D to draw. Wait until the poses are there")]
    Nobody,
    #[error("{0}")]
    Draw(#[from] RenderError),
    #[error("{0}")]
    Frames(FrameError),
    #[error("the clip's thread did not start: {0}")]
    Thread(#[from] std::io::Error),
    #[error("cancelled")]
    Cancelled(#[from] Cancelled),
}

impl From<FrameError> for ClipError {
    fn from(error: FrameError) -> Self {
        match error {
            FrameError::Cancelled(cancelled) => Self::Cancelled(cancelled),
            error => Self::Frames(error),
        }
    }
}

/// What is in a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClipLayout {
    /// As in the window.
    #[default]
    View,
    /// People in 3D over the video, or, without one, over the keypoints, from where the recording camera stood.
    Overlay,
    /// The video with its keypoints on the left, the view on the right.
    SideBySide,
}

/// How a clip is to be.
#[derive(Clone, Debug, PartialEq)]
pub struct ClipOrder {
    pub target: ClipTarget,
    /// Width and height in pixels.
    pub size: [u32; 2],
    pub rate: FrameRate,
    /// Of the timeline.
    pub range: FrameRange,
    /// Per pixel, 1 or 4.
    pub samples: u32,
    pub layout: ClipLayout,
    /// Of the view.
    pub camera: ClipCamera,
    /// What the keypoints were found in.
    pub video: Option<PathBuf>,
}

impl ClipOrder {
    /// How many pictures the clip has when the timeline runs at `fps`.
    pub fn frame_count(&self, fps: f64) -> usize {
        let count = (self.range.len() as f64 * self.rate.fps() / fps).round() as usize;
        if self.range.is_empty() { 0 } else { count.max(1) }
    }

    /// What the timeline shows in picture `number`.
    fn frame(&self, number: usize, fps: f64) -> FrameIndex {
        // The last that has started; a little late, as rates that are meant to be equal may differ by rounding.
        let offset = (self.rate.time_of(number) * fps + 1e-3).floor() as usize;
        FrameIndex(self.range.start + offset.min(self.range.len().saturating_sub(1)))
    }
}

/// The clip as it was when the order was given: shared values, so taking them costs nothing.
#[derive(Clone, Debug)]
pub struct ClipSubject {
    pub clip: SourceState,
    pub motion: Arc<Motion>,
    pub bodies: Option<Arc<Bodies>>,
    pub settings: SceneSettings,
    /// The theme.
    pub is_dark: bool,
    /// Whom a camera follows; everybody if none.
    pub selected: Option<PersonId>,
}

impl ClipSubject {
    /// Whether pictures of both are the same, at no cost that grows with the clip.
    pub fn looks_like(&self, other: &Self) -> bool {
        let bodies = |subject: &Self| subject.bodies.as_ref().map(Arc::as_ptr);
        let same_clip = self.clip.source.id == other.clip.source.id
            && Arc::ptr_eq(&self.clip.people, &other.clip.people)
            && self.clip.video == other.clip.video;
        same_clip
            && Arc::ptr_eq(&self.motion, &other.motion)
            && bodies(self) == bodies(other)
            && self.settings == other.settings
            && (self.is_dark, self.selected) == (other.is_dark, other.selected)
    }

    fn shot<'a>(&'a self, settings: &'a SceneSettings) -> Shot<'a> {
        Shot {
            clip: &self.clip,
            motion: Some(&*self.motion).filter(|motion| !motion.people.is_empty()),
            bodies: self.bodies.as_deref(),
            settings,
            is_dark: self.is_dark,
        }
    }
}

/// A drawn view on its way to the encoder.
struct Drawn {
    view: RgbaImage,
    frame: FrameIndex,
}

/// Draws and writes the clip; it has its name when all of it is there. `progress` counts frames.
///
/// # Errors
/// There is nothing to draw, nothing to draw with or no place to write to; the video cannot be read; cancelled.
pub fn write(
    order: &ClipOrder,
    subject: &ClipSubject,
    tools: &Ffmpeg,
    notices: &Notices,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<(), ClipError> {
    let sink = || Ok(order.target.create(order.size, order.rate, tools, notices, cancel)?);
    write_with(sink, order, subject, tools, notices, cancel, progress)
}

/// As [`write()`], into a sink that is made on the thread that encodes.
///
/// # Errors
/// As [`write()`].
pub fn write_with(
    sink: impl FnOnce() -> Result<Box<dyn ClipSink>, ClipError> + Send,
    order: &ClipOrder,
    subject: &ClipSubject,
    tools: &Ffmpeg,
    notices: &Notices,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<(), ClipError> {
    check(order, subject)?;
    let mut renderer = OffscreenRenderer::new(Gpu::headless()?, order.samples)?;
    write_drawn(&mut renderer, sink, order, subject, tools, notices, cancel, progress)
}

/// As [`write_with`], with what draws. The order was looked at by [`check`].
#[expect(clippy::too_many_arguments, reason = "what to draw, with what, and where it goes")]
fn write_drawn(
    renderer: &mut OffscreenRenderer,
    sink: impl FnOnce() -> Result<Box<dyn ClipSink>, ClipError> + Send,
    order: &ClipOrder,
    subject: &ClipSubject,
    tools: &Ffmpeg,
    notices: &Notices,
    cancel: &CancelToken,
    progress: &dyn ProgressSink,
) -> Result<(), ClipError> {
    let recorded = match order.layout {
        ClipLayout::View => None,
        ClipLayout::Overlay | ClipLayout::SideBySide => {
            let image_size = subject.clip.source.image_size;
            let image_size =
                image_size.map_or_else(|| compose::video_size(order, tools, cancel), |size| Ok(Some(size)))?;
            Some(recorded::as_recorded(subject, image_size))
        }
    };
    let in_image = recorded.as_ref().unwrap_or(subject);
    let in_view = if order.layout == ClipLayout::Overlay { in_image } else { subject };
    let count = order.frame_count(subject.clip.fps);
    let (sender, receiver) = bounded(QUEUE);
    thread::scope(|scope| {
        let encoder = thread::Builder::new().name("encode clip".to_owned()).spawn_scoped(scope, move || {
            let mut sink = sink()?;
            let mut composer = Composer::new(order, in_image, tools, notices, cancel)?;
            let mut written = 0;
            for Drawn { view, frame } in &receiver {
                sink.write(composer.picture(view, frame, cancel)?, cancel)?;
                written += 1;
                progress.progress("frames", written as u64, count as u64);
            }
            // Fewer come when the drawing failed.
            if written == count { Ok(sink.finish(cancel)?) } else { Ok::<_, ClipError>(()) }
        })?;
        let drawn = draw(order, in_view, renderer, &sender, cancel);
        // No more come.
        drop(sender);
        let encoded = encoder.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // What ended the encoder ended the drawing too.
        encoded.and(drawn)
    })
}

/// Whether there is anything to draw, and pixels for it. One picture may be as large as the graphics device draws.
fn check(order: &ClipOrder, subject: &ClipSubject) -> Result<(), ClipError> {
    let [width, height] = order.size;
    let (longer, shorter) = (width.max(height), width.min(height));
    let is_possible = (SMALLEST..=LARGEST[1]).contains(&shorter) && longer <= LARGEST[0];
    let is_picture = matches!(order.target, ClipTarget::Picture(_)) && order.layout == ClipLayout::View;
    if !is_possible && !is_picture {
        return Err(ClipError::Size { width, height });
    }
    if order.frame_count(subject.clip.fps) == 0 { Err(ClipError::NoFrames) } else { Ok(()) }
}

/// Draws the views of all pictures. Ends early, without an error, when nobody takes them any more.
fn draw(
    order: &ClipOrder,
    subject: &ClipSubject,
    renderer: &mut OffscreenRenderer,
    sender: &Sender<Drawn>,
    cancel: &CancelToken,
) -> Result<(), ClipError> {
    let settings = view_settings(order, subject);
    let shot = subject.shot(&settings);
    let size = compose::view_size(order);
    let is_clear = order.layout == ClipLayout::Overlay
        || settings.background == BackgroundChoice::Transparent && !matches!(order.target, ClipTarget::Video(_));
    let count = order.frame_count(subject.clip.fps);
    let mut path = CameraPath::new(order, shot, subject.selected, size)?;
    let mut drawing = None;
    for number in 0..count {
        cancel.check()?;
        let frame = order.frame(number, subject.clip.fps);
        let mut scene = shot.scene(frame, size[1] as f32 / POINTS);
        if is_clear {
            scene.background = TRANSPARENT;
        }
        let camera = path.at(number, frame);
        let before = renderer.render_next(&scene, &camera, size)?;
        if let (Some(view), Some(frame)) = (before, drawing.replace(frame))
            && !send(sender, Drawn { view, frame }, cancel)?
        {
            return Ok(());
        }
    }
    if let (Some(view), Some(frame)) = (renderer.render_last()?, drawing) {
        send(sender, Drawn { view, frame }, cancel)?;
    }
    Ok(())
}

/// Over a video there is no floor but the video's own.
fn view_settings(order: &ClipOrder, subject: &ClipSubject) -> SceneSettings {
    let settings = subject.settings.clone();
    match order.layout {
        ClipLayout::Overlay => SceneSettings { grid: false, frustum: false, depth_cue: 0.0, ..settings },
        ClipLayout::View | ClipLayout::SideBySide => settings,
    }
}

/// False when nobody takes pictures any more.
fn send(sender: &Sender<Drawn>, mut drawn: Drawn, cancel: &CancelToken) -> Result<bool, Cancelled> {
    loop {
        cancel.check()?;
        match sender.send_timeout(drawn, PATIENCE) {
            Ok(()) => return Ok(true),
            Err(SendTimeoutError::Timeout(back)) => drawn = back,
            Err(SendTimeoutError::Disconnected(_)) => return Ok(false),
        }
    }
}
