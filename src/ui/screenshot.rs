//! Pictures of the 3D view, drawn once more off screen in a thread of their own, to a file or the clipboard.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use eframe::egui;
use image::RgbaImage;

use super::app::StudioApp;
use super::jobs::JobKind;
use crate::io::atomic;
use crate::render::render_image;
use crate::runtime::Event;
use crate::runtime::job::{JobContext, JobError};
use crate::scene::{OrbitCamera, RenderScene};
use crate::support::Notice;
use crate::ui::text;

/// Samples per pixel: pictures are worth the time.
const SAMPLES: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    File,
    Clipboard,
}

/// What a view was showing when the screenshot was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenshotRequest {
    pub scene: Arc<RenderScene>,
    pub camera: OrbitCamera,
    /// Width and height in pixels.
    pub size: [u32; 2],
    pub destination: Destination,
    /// Without folder and extension.
    pub file_name: String,
}

/// Where screenshots go unless another folder was chosen.
pub fn usual_folder() -> PathBuf {
    let folders = directories::UserDirs::new();
    let pictures = folders.as_ref().map(|dirs| dirs.picture_dir().unwrap_or(dirs.home_dir()).to_owned());
    pictures.unwrap_or_else(std::env::temp_dir)
}

/// "dance-00042" for frame 42 of dance.json.
pub fn file_name(clip: &str, frame_number: i64) -> String {
    let stem = Path::new(clip).file_stem().map_or_else(|| clip.to_owned(), |stem| stem.to_string_lossy().into_owned());
    let plain: String = stem.chars().map(|c| if c.is_alphanumeric() || "-_ .".contains(c) { c } else { '-' }).collect();
    format!("{plain}-{frame_number:05}")
}

/// The first of name.png, name-2.png, name-3.png and so on that is not there yet.
fn free_path(folder: &Path, name: &str) -> PathBuf {
    let numbered = (2..).map(|number| folder.join(format!("{name}-{number}.png")));
    let mut paths = std::iter::once(folder.join(format!("{name}.png"))).chain(numbered);
    paths.find(|path| !path.exists()).unwrap_or_else(|| folder.join(name))
}

fn save(picture: &RgbaImage, folder: &Path, name: &str, context: &JobContext) -> Result<PathBuf, JobError> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        let notice = Notice::from_error(text::screenshot::NOT_SAVED, error);
        JobError::Failed(notice.hint(text::screenshot::NOT_SAVED_HINT))
    };
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).map_err(|error| failed(&error))?;
    let path = free_path(folder, name);
    match atomic::write(&path, &context.cancel, |file| file.write_all(png.get_ref())) {
        Ok(()) => Ok(path),
        Err(atomic::WriteError::Cancelled(_)) => Err(JobError::Cancelled),
        Err(error) => Err(failed(&error)),
    }
}

impl StudioApp {
    /// Starts drawing; [`Event::Saved`] or [`Event::Drawn`] follows.
    pub(super) fn take_screenshot(&mut self, request: ScreenshotRequest) {
        let folder = self.session.settings.scene.screenshot_folder.clone().unwrap_or_else(usual_folder);
        let started = self.runtime.run("screenshot", move |context| {
            let ScreenshotRequest { scene, camera, size, destination, file_name } = request;
            let picture = render_image(&scene, &camera, size, SAMPLES)
                .map_err(|error| JobError::Failed(Notice::from_error(text::screenshot::NOT_DRAWN, &error)))?;
            let job = context.id;
            let event = match destination {
                Destination::File => Event::Saved { job, path: save(&picture, &folder, &file_name, context)? },
                Destination::Clipboard => Event::Drawn { job, picture: Arc::new(picture) },
            };
            Ok(context.send(event)?)
        });
        match started {
            Ok(handle) => self.jobs.add(handle, JobKind::Screenshot, text::screenshot::TAKING.to_owned()),
            Err(error) => self.tell(Notice::from_error(text::screenshot::NOT_STARTED, &error)),
        }
    }

    pub(super) fn screenshot_saved(&mut self, path: &Path) {
        let text = path.display().to_string();
        self.tell_with_copy(Notice::info(text::screenshot::SAVED).why(text.clone()), text::common::COPY_PATH, text);
    }

    pub(super) fn copy_screenshot(&mut self, ctx: &egui::Context, picture: &RgbaImage) {
        let size = [picture.width() as usize, picture.height() as usize];
        ctx.copy_image(egui::ColorImage::from_rgba_unmultiplied(size, picture.as_raw()));
        self.tell(Notice::info(text::screenshot::COPIED));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_nothing_is_overwritten() {
        assert_eq!(file_name("my dance.v2.json", 42), "my dance.v2-00042");
        assert_eq!(file_name("a:b/c?.json", -3), "c---0003");
        let folder = tempfile::tempdir().unwrap();
        let first = free_path(folder.path(), "a-00001");
        assert_eq!(first, folder.path().join("a-00001.png"));
        std::fs::write(&first, "").unwrap();
        assert_eq!(free_path(folder.path(), "a-00001"), folder.path().join("a-00001-2.png"));
    }
}
