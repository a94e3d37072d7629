//! Ways to open something: dropped on the window, chosen in a dialog, typed, or asked for on the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;

use super::app::StudioApp;
use super::command::UiCommand;
use super::jobs::JobKind;
use super::panels::actions::ActionFile;
use super::panels::plots::PlotFile;
use crate::io::frames::{self, PICTURE_EXTENSIONS, VIDEO_EXTENSIONS};
use crate::io::keypoints::ReadOptions;
use crate::io::moves;
use crate::runtime::job::JobError;
use crate::runtime::{Event, JobId, OpenRequest, OpenTarget};
use crate::session::document::DEFAULT_FPS;
use crate::session::{BodyChoice, Edit, ModelChoice, Source, SourceId, SourceState, Video};
use crate::support::Notice;
use crate::ui::text;

/// What a file dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Files,
    Folder,
    Video,
    Model,
    PoseNetwork,
    PersonNetwork,
    Body,
    /// A place to write to.
    SavePlots(PlotFile),
    Export,
    ExportClip,
    Moves,
    ActionModel,
    ActionNames,
    SaveActions(ActionFile),
}

impl Purpose {
    const ALL: [Self; 16] = [
        Self::Files,
        Self::Folder,
        Self::Video,
        Self::Model,
        Self::PoseNetwork,
        Self::PersonNetwork,
        Self::Body,
        Self::SavePlots(PlotFile::Table),
        Self::SavePlots(PlotFile::Picture),
        Self::Export,
        Self::ExportClip,
        Self::Moves,
        Self::ActionModel,
        Self::ActionNames,
        Self::SaveActions(ActionFile::Moves),
        Self::SaveActions(ActionFile::Labels),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Folder => "folder",
            Self::Video => "video",
            Self::Model => "model",
            Self::PoseNetwork => "pose-network",
            Self::PersonNetwork => "person-network",
            Self::Body => "body",
            Self::SavePlots(PlotFile::Table) => "plot-values",
            Self::SavePlots(PlotFile::Picture) => "plot-picture",
            Self::Export => "export",
            Self::ExportClip => "export-clip",
            Self::Moves => "moves",
            Self::ActionModel => "action-model",
            Self::ActionNames => "action-names",
            Self::SaveActions(ActionFile::Moves) => "export-moves",
            Self::SaveActions(ActionFile::Labels) => "export-labels",
        }
    }
}

/// Extensions of checkpoints.
const MODEL_EXTENSIONS: [&str; 4] = ["safetensors", "bin", "pt", "pth"];

/// Extensions of networks that find people.
const NETWORK_EXTENSIONS: [&str; 2] = ["onnx", "zip"];

/// A dialog that closes faster than a person can was never shown.
const FASTER_THAN_PEOPLE: Duration = Duration::from_millis(400);

pub fn open_file(app: &mut StudioApp, path: PathBuf, options: ReadOptions) {
    open(app, OpenTarget::File(path), options, None);
}

/// Starts reading; the source comes back as an event.
pub fn open(app: &mut StudioApp, target: OpenTarget, options: ReadOptions, replaces: Option<SourceId>) {
    let name = match &target {
        OpenTarget::File(path) | OpenTarget::Pair { keypoints: path, .. } => short_name(path),
        OpenTarget::Demo => text::opening::THE_DEMO.to_owned(),
    };
    let id = app.session.new_source_id();
    match app.runtime.open(OpenRequest { id, target, options }) {
        Ok(handle) => app.jobs.add(handle, JobKind::Open { replaces }, text::opening::opening(&name)),
        Err(error) => app.tell(Notice::from_error(text::opening::could_not_open(&name), &error)),
    }
}

/// Takes a path that was typed or dropped: a model, a detector or a body is put to use, everything else opened.
pub fn use_or_open(path: PathBuf) -> UiCommand {
    choice_of(&path).unwrap_or(UiCommand::OpenOrAttach(path))
}

/// Opens a file; a video goes under the keypoints of the active clip if that came from a file and has none yet.
pub fn open_or_attach(app: &mut StudioApp, path: PathBuf) {
    let takes_video = |clip: &&SourceState| clip.source.path.is_some() && clip.video.is_none();
    match app.session.active().filter(takes_video) {
        Some(clip) if frames::looks_like_pictures(&path) => {
            let source = clip.source.id;
            attach(app, source, &path);
        }
        _ => open_file(app, path, ReadOptions::default()),
    }
}

/// Looks at a video that is to be put under the keypoints of a clip; it comes back as an event.
pub fn attach(app: &mut StudioApp, source: SourceId, path: &Path) {
    let name = short_name(path);
    match app.runtime.find_video(source, path) {
        Ok(handle) => app.jobs.add(handle, JobKind::Video, text::opening::opening(&name)),
        Err(error) => app.tell(Notice::from_error(text::opening::could_not_open(&name), &error)),
    }
}

impl StudioApp {
    /// A video that was to be attached was looked at. It says what the keypoints' file leaves open.
    pub(super) fn attach_video(&mut self, job: JobId, id: SourceId, video: &Video) {
        // Cancelled or closed in the meantime.
        if !self.is_running(job) {
            return;
        }
        let Some(clip) = self.session.document().source(id) else { return };
        let source = clip.source.clone();
        let is_assumed = source.file_fps.is_none() && source.read_options.fps.is_none();
        let fps = video.fps().filter(|_| is_assumed && clip.fps == DEFAULT_FPS);
        self.session.apply(&Edit::AttachVideo { source: id, video: video.clone(), fps });
        self.session.history.end_gesture();
        self.tell(
            Notice::info(text::opening::attached(&short_name(&video.path), &source.name))
                .hint(text::opening::ATTACHED_HINT),
        );
        match source.image_size {
            None if !source.is_normalised => {
                let sized = Source { image_size: Some(video.size), ..(*source).clone() };
                self.session.update_source(&Arc::new(sized));
                self.infer_now(id);
            }
            Some(size) if !video.has_shape_of(size) => self.tell(
                Notice::warning(text::opening::OTHER_SHAPE)
                    .why(text::opening::shapes(size, video.size))
                    .hint(text::opening::OTHER_SHAPE_HINT),
            ),
            _ => {}
        }
    }
}

/// A single video and a single file of keypoints belong together; everything else is opened by itself.
pub fn paired(paths: Vec<PathBuf>) -> Vec<OpenTarget> {
    if let [a, b] = &paths[..] {
        let (keypoints, video) = if frames::looks_like_pictures(a) { (b, a) } else { (a, b) };
        if frames::looks_like_pictures(video) && !frames::looks_like_pictures(keypoints) {
            return vec![OpenTarget::Pair { keypoints: keypoints.clone(), video: video.clone() }];
        }
    }
    paths.into_iter().map(OpenTarget::File).collect()
}

/// File name, or the whole path where there is none.
pub fn short_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// The typed text as a path: trimmed, without quotes or `file://`, `~` as the home folder. None if empty.
pub fn typed_path(text: &str) -> Option<PathBuf> {
    let text = text.trim().trim_matches(['"', '\'']);
    let text = text.strip_prefix("file://").unwrap_or(text);
    if text.is_empty() {
        return None;
    }
    let home = || directories::UserDirs::new().map(|dirs| dirs.home_dir().to_owned());
    Some(match text.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '\\']) => match home() {
            Some(home) => home.join(rest.trim_start_matches(['/', '\\'])),
            None => PathBuf::from(text),
        },
        _ => PathBuf::from(text),
    })
}

/// Files dropped on the window in this frame.
pub fn take_dropped(ctx: &egui::Context, commands: &mut Vec<UiCommand>) {
    let paths: Vec<PathBuf> =
        ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
    let (chosen, opened): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| choice_of(path).is_some());
    commands.extend(chosen.iter().filter_map(|path| choice_of(path)));
    commands.extend(match <[PathBuf; 1]>::try_from(opened) {
        Ok([path]) => vec![UiCommand::OpenOrAttach(path)],
        Err(several) => {
            let open = |target| UiCommand::Open { target, options: ReadOptions::default() };
            paired(several).into_iter().map(open).collect()
        }
    });
}

/// A model file becomes the model, a network the detector, a pickle (SMPL) the body that people wear, and moves are
/// added to one's own; none for what is to be opened.
fn choice_of(path: &Path) -> Option<UiCommand> {
    let is_one_of =
        |known: &[&str]| path.extension().is_some_and(|ext| known.iter().any(|known| ext.eq_ignore_ascii_case(known)));
    if path.to_string_lossy().to_lowercase().ends_with(moves::EXTENSION) {
        Some(UiCommand::ImportMoves(path.to_owned()))
    } else if is_one_of(&MODEL_EXTENSIONS) {
        Some(UiCommand::SetModel(ModelChoice::File(path.to_owned())))
    } else if is_one_of(&NETWORK_EXTENSIONS) {
        Some(UiCommand::AddNetwork(path.to_owned()))
    } else if is_one_of(&["pkl"]) {
        Some(UiCommand::Edit(Edit::SetBody(BodyChoice::File(path.to_owned()))))
    } else {
        None
    }
}

/// Shows the system's file dialog. It is waited for in a thread of its own and comes back as [`Event::Chosen`].
pub fn show_dialog(app: &mut StudioApp, purpose: Purpose) {
    let dialog = rfd::AsyncFileDialog::new();
    let keypoint_files = ["json", "txt", "csv", "npy", "npz"];
    let pictures = [&VIDEO_EXTENSIONS[..], &PICTURE_EXTENSIONS].concat();
    type Choice = std::pin::Pin<Box<dyn Future<Output = Option<Vec<rfd::FileHandle>>> + Send>>;
    // Made here, as some systems want dialogs to start on the main thread.
    let choice: Choice = match purpose {
        Purpose::Files => Box::pin(
            dialog
                .set_title(text::opening::FILES_TITLE)
                .add_filter(text::opening::OPENABLE_FILTER, &[&keypoint_files[..], &pictures].concat())
                .add_filter(text::opening::FILES_FILTER, &keypoint_files)
                .add_filter(text::opening::VIDEOS_FILTER, &pictures)
                .add_filter(text::opening::ALL_FILES_FILTER, &["*"])
                .pick_files(),
        ),
        Purpose::Folder => {
            let picked = dialog.set_title(text::opening::FOLDER_TITLE).pick_folder();
            Box::pin(async { picked.await.map(|folder| vec![folder]) })
        }
        Purpose::Video => {
            let dialog = dialog.set_title(text::opening::VIDEO_TITLE);
            let dialog = dialog.add_filter(text::opening::VIDEOS_FILTER, &pictures);
            let picked = dialog.add_filter(text::opening::ALL_FILES_FILTER, &["*"]).pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::Model => {
            let picked = dialog
                .set_title(text::opening::MODEL_TITLE)
                .add_filter(text::opening::MODELS_FILTER, &MODEL_EXTENSIONS)
                .pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::PoseNetwork | Purpose::PersonNetwork => {
            let is_person = purpose == Purpose::PersonNetwork;
            let title = if is_person { text::detector::PERSON_TITLE } else { text::detector::POSE_TITLE };
            let picked = dialog.set_title(title).add_filter(text::detector::FILTER, &NETWORK_EXTENSIONS).pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::Body => {
            let picked = dialog
                .set_title(text::body::CHOOSE_TITLE)
                .add_filter(text::body::FILES_FILTER, &["npz", "pkl", "bin", "safetensors"])
                .pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::SavePlots(file) => {
            let extension = file.extension();
            let dialog = dialog.set_title(text::opening::SAVE_PLOTS_TITLE).set_file_name(format!("plots.{extension}"));
            let picked = dialog.add_filter(extension.to_uppercase(), &[extension]).save_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::Export => {
            let picked = dialog.set_title(text::export::DIALOG_TITLE).save_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::ActionModel => {
            let dialog = dialog.set_title(text::moves::MODEL_TITLE);
            let picked = dialog.add_filter(text::opening::MODELS_FILTER, &MODEL_EXTENSIONS).pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::ActionNames => {
            let dialog = dialog.set_title(text::moves::NAMES_TITLE);
            let picked = dialog.add_filter(text::moves::NAMES_FILTER, &["txt", "json"]).pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::Moves => {
            let dialog = dialog.set_title(text::moves::IMPORT_TITLE);
            let picked = dialog.add_filter(text::moves::FILES_FILTER, &["json"]).pick_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::SaveActions(file) => {
            let title = match file {
                ActionFile::Moves => text::moves::EXPORT_TITLE,
                ActionFile::Labels => text::moves::LABELS_FILE_TITLE,
            };
            let picked = dialog.set_title(title).save_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
        Purpose::ExportClip => {
            let picked = dialog.set_title(text::clip_export::DIALOG_TITLE).save_file();
            Box::pin(async { picked.await.map(|file| vec![file]) })
        }
    };
    let started = app.runtime.run("dialog", move |context| {
        let shown_at = Instant::now();
        match pollster::block_on(choice) {
            Some(files) => {
                let paths = files.iter().map(|file| file.path().to_owned()).collect();
                context.send(Event::Chosen { job: context.id, purpose: purpose.name(), paths })?;
                Ok(())
            }
            None if shown_at.elapsed() < FASTER_THAN_PEOPLE => Err(JobError::Failed(
                Notice::warning(text::opening::NO_DIALOG)
                    .why(text::opening::NO_DIALOG_WHY)
                    .hint(text::opening::NO_DIALOG_HINT),
            )),
            None => Err(JobError::Cancelled),
        }
    });
    match started {
        Ok(handle) => {
            let kind = if matches!(
                purpose,
                Purpose::SavePlots(_) | Purpose::Export | Purpose::ExportClip | Purpose::SaveActions(_)
            ) {
                JobKind::Save
            } else {
                JobKind::Dialog
            };
            app.jobs.add(handle, kind, text::opening::CHOOSING.to_owned());
        }
        Err(error) => app.tell(Notice::from_error(text::opening::DIALOG_FAILED, &error)),
    }
}

/// What was chosen in a dialog.
pub fn take_chosen(app: &mut StudioApp, purpose: &str, paths: Vec<PathBuf>) {
    let purpose = Purpose::ALL.into_iter().find(|known| known.name() == purpose);
    let is_single = paths.len() == 1;
    for path in paths {
        match purpose {
            Some(Purpose::SavePlots(_)) => app.panels.plots.save.choose(&path),
            Some(Purpose::Body) => app.session.apply(&Edit::SetBody(BodyChoice::File(path))),
            Some(Purpose::Export) => app.panels.export.choose(&path),
            Some(Purpose::Moves) => app.import_moves(path),
            Some(Purpose::ActionModel) => app.set_action_file(Some(path)),
            Some(Purpose::ActionNames) => app.set_action_names(path),
            Some(Purpose::SaveActions(_)) => app.panels.actions.save.choose(&path),
            Some(Purpose::ExportClip) => app.panels.clip_export.choose(&path),
            Some(Purpose::Model) => app.set_model(ModelChoice::File(path)),
            Some(Purpose::PoseNetwork) => app.add_network(&path, false),
            Some(Purpose::PersonNetwork) => app.add_network(&path, true),
            Some(Purpose::Video) => {
                if let Some(source) = app.session.active_id() {
                    attach(app, source, &path);
                }
            }
            _ if is_single => open_or_attach(app, path),
            _ => open_file(app, path, ReadOptions::default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_paths_are_forgiving() {
        assert_eq!(typed_path("  "), None);
        assert_eq!(typed_path(" \"/a b/c.json\" "), Some(PathBuf::from("/a b/c.json")));
        assert_eq!(typed_path("file:///tmp/x.npy"), Some(PathBuf::from("/tmp/x.npy")));
        assert_eq!(typed_path("~user/x"), Some(PathBuf::from("~user/x")));
        let home = directories::UserDirs::new().unwrap().home_dir().to_owned();
        assert_eq!(typed_path("~/x.json"), Some(home.join("x.json")));
        assert_eq!(typed_path("~"), Some(home.join("")));
    }

    #[test]
    fn a_video_and_keypoints_belong_together() {
        let [keypoints, video, other] = ["a.json", "b.mp4", "c.json"].map(PathBuf::from);
        let pair = vec![OpenTarget::Pair { keypoints: keypoints.clone(), video: video.clone() }];
        assert_eq!(paired(vec![keypoints.clone(), video.clone()]), pair);
        assert_eq!(paired(vec![video.clone(), keypoints.clone()]), pair);
        for apart in [vec![keypoints.clone(), other.clone()], vec![video.clone(); 2], vec![keypoints, video, other]] {
            assert_eq!(paired(apart.clone()), apart.into_iter().map(OpenTarget::File).collect::<Vec<_>>());
        }
    }

    #[test]
    fn dropped_models_and_bodies_become_the_model_and_the_body() {
        let path = PathBuf::from("/m/best_epoch.BIN");
        assert_eq!(choice_of(&path), Some(UiCommand::SetModel(ModelChoice::File(path))));
        let body = PathBuf::from("/m/SMPL_NEUTRAL.pkl");
        assert_eq!(choice_of(&body), Some(UiCommand::Edit(Edit::SetBody(BodyChoice::File(body)))));
        assert_eq!(choice_of(Path::new("/d/results.json")), None);
        let moves = PathBuf::from("/d/Gym.Moves.JSON");
        assert_eq!(choice_of(&moves), Some(UiCommand::ImportMoves(moves)));
    }
}
