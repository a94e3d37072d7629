//! Shows a video: decodes around the playhead and tells the window which picture is there.
//!
//! Two named threads per open video, both of which end soon after their [`VideoPlayer`] is dropped: `video` decodes what
//! is wished for, the newest wish first, and then what is likely to be wished for next; `video-preview` reads the
//! key frames of the whole video, which is quick, and then all of it, and keeps a small picture of every frame, or of
//! every few, so that scrubbing has something to show at once.
//! The window asks for a picture in every frame ([`VideoPlayer::show`]) and is woken when a better one is there.

mod preview;
mod shared;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use self::preview::Preview;
use self::preview::{PREVIEW_SIDE, Previews};
use self::shared::{Shared, Task};
use super::job::panic_text;
use super::message::Event;
use super::outbox::Outbox;
use crate::data::{FrameIndex, FrameRate, VideoFrame};
use crate::io::frames::{self, Ffmpeg, FrameError, FrameOptions, FrameSource, Heading};
use crate::session::Video;
use crate::support::{CancelToken, Notice, Notices};

/// Decoded frames that are kept, bytes: six seconds at 640 x 360.
const CACHE_BYTES: usize = 128 << 20;

/// Between two small pictures while the video plays.
const LONGEST_REST: Duration = Duration::from_millis(50);

/// What the window wants to show now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    pub frame: FrameIndex,
    pub heading: Heading,
    /// Width and height that are enough to look sharp, pixels.
    pub fit_within: [u32; 2],
}

/// A picture to show.
#[derive(Clone, Debug)]
pub struct Shown {
    pub picture: VideoFrame,
    /// False for a small picture of this frame, or of one near by, until the frame itself is decoded.
    pub is_sharp: bool,
}

/// Makes a source of frames, on the thread that reads them.
type Open = dyn Fn(&FrameOptions, &Notices, &CancelToken) -> Result<Box<dyn FrameSource>, FrameError> + Send + Sync;

/// What the threads of a video work with.
struct Decoding {
    shared: Shared,
    open: Box<Open>,
    tools: Ffmpeg,
    outbox: Outbox,
    cancel: CancelToken,
}

/// Decodes a video for the window. Dropping it ends the decoding within 200 ms.
pub struct VideoPlayer {
    decoding: Arc<Decoding>,
}

impl VideoPlayer {
    pub(super) fn start(path: PathBuf, tools: Ffmpeg, outbox: Outbox) -> std::io::Result<Self> {
        let name = file_name(&path);
        let open = Box::new(move |options: &FrameOptions, notices: &Notices, cancel: &CancelToken| {
            frames::open(&path, options, notices, cancel)
        });
        Self::with_source(&name, open, tools, outbox)
    }

    fn with_source(name: &str, open: Box<Open>, tools: Ffmpeg, outbox: Outbox) -> std::io::Result<Self> {
        let shared = Shared::new(outbox.clone());
        let decoding = Arc::new(Decoding { shared, open, tools, outbox, cancel: CancelToken::new() });
        // Ends what has begun if there is no second thread.
        let player = Self { decoding };
        for (thread, work) in [("video", Decoding::decode as Work), ("video-preview", Decoding::make_previews)] {
            let (name, decoding) = (name.to_owned(), player.decoding.clone());
            std::thread::Builder::new().name(thread.to_owned()).spawn(move || {
                let outcome = catch_unwind(AssertUnwindSafe(|| work(&decoding)));
                let failure = match outcome {
                    Ok(Ok(()) | Err(FrameError::Cancelled(_))) => return,
                    Ok(Err(error)) => Notice::from_error(format!("{name} cannot be shown"), &error),
                    Err(panic) => Notice::error(format!("{name} cannot be shown")).why(panic_text(&*panic)),
                };
                if thread == "video" {
                    decoding.shared.fail();
                    // Nobody listens only when the program is closing.
                    decoding.outbox.send(Event::Notice(failure), &decoding.cancel).ok();
                } else {
                    // The other thread tells what is wrong with the video.
                    log::debug!("no small pictures: {failure}");
                }
            })?;
        }
        Ok(player)
    }

    /// The best picture that is there for `wish`, and from now on works on what is wished. None until anything is
    /// decoded near by, or if there is nothing better than `known`, the frame that is shown already: that should stay.
    /// Never waits for decoding.
    pub fn show(&self, wish: Wish, known: Option<FrameIndex>) -> Option<Shown> {
        self.decoding.shared.show(wish, known)
    }

    /// Whether nothing more will come; a notice has told why.
    pub fn has_failed(&self) -> bool {
        self.decoding.shared.has_failed()
    }

    /// Bytes of decoded frames and of small pictures.
    pub fn bytes(&self) -> [usize; 2] {
        self.decoding.shared.bytes()
    }

    /// Small pictures that are there already.
    pub fn preview_count(&self) -> usize {
        self.decoding.shared.preview_count()
    }
}

impl Drop for VideoPlayer {
    fn drop(&mut self) {
        self.decoding.cancel.cancel();
        self.decoding.shared.close();
    }
}

type Work = fn(&Decoding) -> Result<(), FrameError>;

/// What is known of a video. Partial failures go to `notices`.
///
/// # Errors
/// As [`frames::open`].
pub fn read_video(path: &Path, tools: &Ffmpeg, notices: &Notices, cancel: &CancelToken) -> Result<Video, FrameError> {
    let options = FrameOptions { tools: tools.clone(), ..FrameOptions::new(FrameRate::DEFAULT) };
    let source = frames::open(path, &options, notices, cancel)?;
    let endless = || FrameError::Unreadable { path: path.to_owned(), why: "it has no end".to_owned() };
    Video::of(path, source.info()).ok_or_else(endless)
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Decoding {
    fn open(&self, fit_within: [u32; 2], notices: &Notices) -> Result<Box<dyn FrameSource>, FrameError> {
        let options = FrameOptions { tools: self.tools.clone(), ..FrameOptions::new(FrameRate::DEFAULT) };
        (self.open)(&FrameOptions { fit_within: Some(fit_within), ..options }, notices, &self.cancel)
    }

    /// The `video` thread.
    fn decode(&self) -> Result<(), FrameError> {
        let shared = &self.shared;
        let notices = Notices::new();
        let mut opened: Option<([u32; 2], Box<dyn FrameSource>)> = None;
        while let Some(Task { frame, fit_within }) = shared.next_task() {
            let source = match &mut opened {
                Some((fit, source)) if *fit == fit_within => source,
                _ => {
                    // One decoder at a time.
                    drop(opened.take());
                    let source = self.open(fit_within, &notices)?;
                    // Told already when the video was attached.
                    drop(notices.take());
                    shared.opened(source.info().frame_count().unwrap_or(0), fit_within);
                    &mut opened.insert((fit_within, source)).1
                }
            };
            source.seek(frame);
            let decoded = source.next_frame(&self.cancel);
            for (notice, _) in notices.take() {
                self.outbox.send(Event::Notice(notice), &self.cancel)?;
            }
            match decoded? {
                Some(picture) => shared.decoded(frame, picture),
                None => shared.ends_before(frame),
            }
        }
        Ok(())
    }

    /// The `video-preview` thread.
    fn make_previews(&self) -> Result<(), FrameError> {
        let shared = &self.shared;
        // What the person waits for comes first.
        if !shared.wait_for_first_picture() {
            return Ok(());
        }
        let mut source = self.open([PREVIEW_SIDE; 2], &Notices::new())?;
        let previews = Previews::of_video(source.info().frame_count().unwrap_or(0));
        let stride = previews.stride();
        shared.begin_previews(previews);
        if source.skim(true) {
            match self.keep_previews(&mut *source, 1) {
                Err(FrameError::Cancelled(cancelled)) => return Err(cancelled.into()),
                // What can be read is read once more.
                Err(error) => log::debug!("no pictures of key frames: {error}"),
                Ok(()) => {}
            }
            source.skim(false);
        }
        self.keep_previews(&mut *source, stride)
    }

    /// One of every `stride` frames, to the end of `source` or until no more are wanted.
    fn keep_previews(&self, source: &mut dyn FrameSource, stride: usize) -> Result<(), FrameError> {
        let shared = &self.shared;
        let mut started = Instant::now();
        while let Some(picture) = source.next_frame(&self.cancel)? {
            if picture.index.0.is_multiple_of(stride) && !shared.add_preview(&picture) {
                break;
            }
            if shared.is_playing() {
                // Leaves the machine to what plays.
                std::thread::sleep(started.elapsed().min(LONGEST_REST));
            }
            started = Instant::now();
        }
        Ok(())
    }
}
