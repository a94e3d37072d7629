//! What the window and the two threads of a video share: the newest wish, and the pictures that are there.

use parking_lot::{Condvar, Mutex};

use super::preview::{Preview, Previews};
use super::{CACHE_BYTES, Shown, Wish};
use crate::data::{FrameIndex, VideoFrame};
use crate::io::frames::{FrameCache, Heading};
use crate::runtime::outbox::Outbox;

pub struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    outbox: Outbox,
}

struct State {
    wish: Option<Wish>,
    /// The last answer to the wish was not the frame itself.
    is_waited_for: bool,
    cache: FrameCache,
    /// What the frames in the cache were made to fit into.
    fit_within: [u32; 2],
    /// Frames that can be read; all of them until the video was opened.
    frame_count: usize,
    previews: Previews,
    has_failed: bool,
    is_closed: bool,
}

/// The frame to decode next, and how large.
pub struct Task {
    pub frame: FrameIndex,
    pub fit_within: [u32; 2],
}

impl Shared {
    pub fn new(outbox: Outbox) -> Self {
        let state = State {
            wish: None,
            is_waited_for: false,
            cache: FrameCache::new(CACHE_BYTES),
            fit_within: [0; 2],
            frame_count: usize::MAX,
            previews: Previews::default(),
            has_failed: false,
            is_closed: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), outbox }
    }

    pub fn show(&self, wish: Wish, known: Option<FrameIndex>) -> Option<Shown> {
        let mut state = self.state.lock();
        let wish = Wish { frame: FrameIndex(wish.frame.0.min(state.frame_count.saturating_sub(1))), ..wish };
        if state.wish != Some(wish) {
            state.wish = Some(wish);
            state.cache.set_playhead(wish.frame, wish.heading);
            self.changed.notify_all();
        }
        let sharp = state.cache.get(wish.frame);
        state.is_waited_for = sharp.is_none();
        if let Some(picture) = sharp {
            return Some(Shown { picture, is_sharp: true });
        }
        let far = |frame: FrameIndex| frame.0.abs_diff(wish.frame.0);
        let is_better = |near: &&Preview| known.is_none_or(|known| far(near.index()) < far(known));
        let preview = state.previews.near(wish.frame).filter(is_better).cloned();
        drop(state);
        Some(Shown { picture: preview?.picture()?, is_sharp: false })
    }

    pub fn has_failed(&self) -> bool {
        self.state.lock().has_failed
    }

    pub fn bytes(&self) -> [usize; 2] {
        let state = self.state.lock();
        [state.cache.bytes(), state.previews.bytes()]
    }

    pub fn preview_count(&self) -> usize {
        self.state.lock().previews.len()
    }

    pub fn close(&self) {
        self.state.lock().is_closed = true;
        self.changed.notify_all();
    }

    pub fn fail(&self) {
        self.state.lock().has_failed = true;
        self.changed.notify_all();
        self.outbox.wake();
    }

    /// Waits until there is something to decode; none once closed.
    pub fn next_task(&self) -> Option<Task> {
        let mut state = self.state.lock();
        loop {
            if state.is_closed {
                return None;
            }
            if let Some(Wish { frame, fit_within, .. }) = state.wish {
                if fit_within != state.fit_within {
                    return Some(Task { frame, fit_within });
                }
                if let Some(frame) = state.cache.wanted(state.frame_count) {
                    return Some(Task { frame, fit_within });
                }
            }
            self.changed.wait(&mut state);
        }
    }

    /// The decoder is ready for frames of this size. Those of another size go.
    pub fn opened(&self, frame_count: usize, fit_within: [u32; 2]) {
        let mut state = self.state.lock();
        state.cache.clear();
        state.fit_within = fit_within;
        state.frame_count = frame_count;
    }

    /// `picture` came when `wanted` was asked for. Frames between the two cannot be decoded: the one before stays in
    /// their place, or the one after where there is none.
    pub fn decoded(&self, wanted: FrameIndex, picture: VideoFrame) {
        let mut state = self.state.lock();
        let stand_in = state.cache.at_or_before(wanted).filter(|before| before.index.0 + 1 == wanted.0).cloned();
        let stand_in = stand_in.unwrap_or_else(|| picture.clone());
        for missing in wanted.0..picture.index.0 {
            state.cache.insert(VideoFrame { index: FrameIndex(missing), ..stand_in.clone() });
        }
        let found = wanted.0..=picture.index.0;
        state.cache.insert(picture);
        let is_news = state.is_waited_for && state.wish.is_some_and(|wish| found.contains(&wish.frame.0));
        drop(state);
        self.changed.notify_all();
        if is_news {
            self.outbox.wake();
        }
    }

    /// Nothing more can be read from `frame` on.
    pub fn ends_before(&self, frame: FrameIndex) {
        let mut state = self.state.lock();
        state.frame_count = frame.0;
        state.has_failed |= frame.0 == 0;
        // The last frame that is there stays on show.
        if let Some(wish) = &mut state.wish {
            wish.frame.0 = wish.frame.0.min(frame.0.saturating_sub(1));
            let (frame, heading) = (wish.frame, wish.heading);
            state.cache.set_playhead(frame, heading);
        }
        drop(state);
        self.outbox.wake();
    }

    /// False if closed before.
    pub fn wait_for_first_picture(&self) -> bool {
        let mut state = self.state.lock();
        while state.cache.is_empty() && !state.is_closed && !state.has_failed {
            self.changed.wait(&mut state);
        }
        !state.is_closed && !state.has_failed
    }

    pub fn begin_previews(&self, previews: Previews) {
        self.state.lock().previews = previews;
    }

    /// False if no more are wanted.
    pub fn add_preview(&self, picture: &VideoFrame) -> bool {
        // Compressed before anything is locked.
        let Some(preview) = Preview::of(picture) else { return false };
        let mut state = self.state.lock();
        let has_room = state.previews.add(preview);
        let near = state.wish.and_then(|wish| state.previews.near(wish.frame));
        let is_news = state.is_waited_for && near.is_some_and(|near| near.index() == picture.index);
        let goes_on = has_room && !state.is_closed;
        drop(state);
        if is_news {
            self.outbox.wake();
        }
        goes_on
    }

    pub fn is_playing(&self) -> bool {
        self.state.lock().wish.is_some_and(|wish| wish.heading == Heading::Playing)
    }
}
