//! The video of the active clip on the screen: which frame of it is wanted, and the texture with the one that is shown.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::{self, ColorImage, TextureHandle, TextureId, TextureOptions};

use super::app::StudioApp;
use super::opening::short_name;
use crate::data::{FrameIndex, VideoFrame};
use crate::io::frames::Heading;
use crate::runtime::video::{Preview, VideoPlayer, Wish};
use crate::support::Notice;
use crate::ui::text;

/// Sizes that frames are decoded at: the smallest that is enough for the screen, so that little is carried there.
const SIDES: [u32; 2] = [640, 1280];
/// Pictures may be enlarged by so much before they are decoded larger.
const STRETCH: f32 = 1.25;
/// Waiting for a frame is worth a word after this.
const PATIENCE: Duration = Duration::from_millis(300);

/// A picture of a frame so near stands in without a word.
const MOMENT_FRAMES: usize = 4;

/// Shows one video at a time.
#[derive(Default)]
pub struct VideoScreen {
    player: Option<(PathBuf, VideoPlayer)>,
    texture: Option<TextureHandle>,
    /// The frame in the texture, and whether it is more than a small stand-in.
    painted: Option<(FrameIndex, bool, [u32; 2])>,
    /// Whether the clip's video has a picture at the shown frame at all.
    is_within: bool,
    wanted: Option<FrameIndex>,
    side: u32,
    waiting_since: Option<Instant>,
    /// The picture in the texture is of a camera; whether it is a small one of what was.
    live: Option<(FrameIndex, bool)>,
    /// A video that cannot be played is tried once.
    refused: Option<PathBuf>,
}

/// What views may show of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoPicture {
    pub texture: TextureId,
    /// Of the video.
    pub frame: FrameIndex,
}

impl VideoScreen {
    /// The picture of the shown frame; until it is decoded the one before.
    pub fn picture(&self) -> Option<VideoPicture> {
        let of_video = self.painted.filter(|_| self.is_within).map(|(frame, ..)| frame);
        let frame = self.live.map(|(frame, _)| frame).or(of_video)?;
        Some(VideoPicture { texture: self.texture.as_ref()?.id(), frame })
    }

    /// Whether the shown frame has been waited for longer than a moment.
    pub fn is_late(&self) -> bool {
        self.waiting_since.is_some_and(|since| since.elapsed() >= PATIENCE)
    }

    /// Whether there is no picture of the video and none will come.
    pub fn has_failed(&self) -> bool {
        self.painted.is_none() && self.player.as_ref().is_some_and(|(_, player)| player.has_failed())
    }

    /// Shows what a camera saw instead of a video.
    fn show_live(&mut self, ctx: &egui::Context, picture: &VideoFrame) {
        if self.live != Some((picture.index, false)) {
            self.paint(ctx, picture);
            self.live = Some((picture.index, false));
        }
    }

    /// Shows what a camera saw before.
    fn show_past(&mut self, ctx: &egui::Context, past: &Preview) {
        if self.live != Some((past.index(), true))
            && let Some(picture) = past.picture()
        {
            self.paint(ctx, &picture);
            self.live = Some((past.index(), true));
        }
    }

    /// The frame whose picture stands in for the shown one, which is farther away than a moment.
    pub fn stand_in(&self) -> Option<FrameIndex> {
        let (frame, ..) = self.painted.filter(|_| self.is_within && self.live.is_none())?;
        self.wanted.filter(|wanted| wanted.0.abs_diff(frame.0) > MOMENT_FRAMES).map(|_| frame)
    }

    fn plays(&self, path: &Path) -> bool {
        self.player.as_ref().is_some_and(|(playing, _)| playing == path)
    }

    fn stop(&mut self) {
        *self = Self { texture: self.texture.take(), refused: self.refused.take(), ..Self::default() };
    }

    fn want(&mut self, ctx: &egui::Context, wish: Wish) {
        self.wanted = Some(wish.frame);
        let Some((_, player)) = &self.player else { return };
        let shown = player.show(wish, self.painted.map(|(frame, ..)| frame));
        let has_failed = player.has_failed();
        let is_sharp = shown.as_ref().is_some_and(|shown| shown.is_sharp);
        if let Some(shown) = shown {
            let found = (shown.picture.index, shown.is_sharp, shown.picture.size);
            if self.painted != Some(found) {
                self.paint(ctx, &shown.picture);
                self.painted = Some(found);
            }
        }
        if is_sharp || has_failed {
            self.waiting_since = None;
        } else {
            let since = *self.waiting_since.get_or_insert_with(Instant::now);
            if let Some(left) = PATIENCE.checked_sub(since.elapsed()) {
                ctx.request_repaint_after(left);
            }
        }
    }

    /// Into the texture, in place where the size stays.
    fn paint(&mut self, ctx: &egui::Context, picture: &VideoFrame) {
        let size = picture.size.map(|side| side as usize);
        let image = ColorImage::from_rgb(size, &picture.pixels);
        match &mut self.texture {
            Some(texture) if texture.size() == size => texture.set_partial([0, 0], image, TextureOptions::LINEAR),
            Some(texture) => texture.set(image, TextureOptions::LINEAR),
            None => self.texture = Some(ctx.load_texture("video", image, TextureOptions::LINEAR)),
        }
    }
}

/// The side of [`SIDES`] that is enough for `shown_px`; the one that is in use stays for as long as it may.
fn side_for(shown_px: f32, before: u32) -> u32 {
    let enough = |side: u32, stretch: f32| shown_px <= side as f32 * stretch;
    let [small, large] = SIDES;
    // Not back and forth while a line between panels is dragged.
    let stretch = if before == large { 1.0 } else { STRETCH };
    if enough(small, stretch) { small } else { large }
}

impl StudioApp {
    /// Brings the picture of the shown frame to the screen; after the clock was moved, before anything is drawn.
    pub(super) fn keep_video(&mut self, ctx: &egui::Context) {
        if let Some(picture) = self.live_picture() {
            self.video.show_live(ctx, &picture);
            return;
        }
        if let Some(past) = self.past_picture() {
            self.video.show_past(ctx, &past);
            return;
        }
        if self.video.live.take().is_some() {
            self.video.stop();
        }
        let shown = self.session.active().filter(|_| self.session.settings.picture.video);
        let Some((clip, video)) = shown.and_then(|clip| Some((clip, clip.video.as_ref()?))) else {
            self.video.stop();
            return;
        };
        let frame = clip.video_frame(self.session.frame());
        if !self.video.plays(&video.path) && self.video.refused.as_ref() != Some(&video.path) {
            self.video.stop();
            let path = video.path.clone();
            match self.runtime.play_video(&path) {
                Ok(player) => self.video.player = Some((path, player)),
                Err(error) => {
                    let notice = Notice::from_error(text::opening::could_not_open(&short_name(&path)), &error);
                    self.video.refused = Some(path);
                    self.tell(notice);
                }
            }
        }
        self.video.is_within = frame.is_some();
        let shown_px = self.panels.image.shown_px().max(self.panels.viewports.video_px());
        self.video.side = side_for(shown_px, self.video.side);
        let heading = if self.session.clock.is_playing() { Heading::Playing } else { Heading::Resting };
        if let Some(frame) = frame {
            let fit_within = [self.video.side; 2];
            self.video.want(ctx, Wish { frame, heading, fit_within });
        } else {
            self.video.waiting_since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_that_is_decoded_changes_rarely() {
        assert_eq!(side_for(330.0, 0), 640);
        assert_eq!(side_for(799.0, 640), 640);
        assert_eq!(side_for(801.0, 640), 1280);
        assert_eq!(side_for(700.0, 1280), 1280);
        assert_eq!(side_for(640.0, 1280), 640);
        assert_eq!(side_for(9000.0, 640), 1280);
    }
}
