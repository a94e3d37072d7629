//! What panels ask for. Panels read the session and never change it; the app carries these out after drawing.

use std::path::PathBuf;

use super::action::Action;
use super::panels::actions::ActionFile;
use super::panels::plots::PlotFile;
use super::screenshot::ScreenshotRequest;
use crate::data::{FrameIndex, PersonId};
use crate::detect::DetectorSpec;
use crate::infer::InferOptions;
use crate::io::keypoints::ReadOptions;
use crate::nn::DeviceChoice;
use crate::runtime::clip::ClipOrder;
use crate::runtime::export::ExportOrder;
use crate::runtime::{JobId, OpenTarget};
use crate::session::{
    Edit, LabelOptions, LengthUnit, LiveSettings, ModelChoice, Pick, PictureSettings, Quantity, SceneSettings,
    Settings, SourceId, Stretch,
};

#[derive(Clone, Debug, PartialEq)]
pub enum UiCommand {
    /// Something that also has a menu entry or a shortcut.
    Do(Action),
    Edit(Edit),
    /// Show this frame; scrubbing pauses playback.
    Seek(FrameIndex),
    SetSpeed(f64),
    Select(Option<Pick>),
    Hover(Pick),
    Open {
        target: OpenTarget,
        options: ReadOptions,
    },
    /// Open a file, or put a video under the keypoints of the active clip.
    OpenOrAttach(PathBuf),
    /// Read the active file again with other options (another joint set, image size or frame rate).
    Reopen(ReadOptions),
    Activate(SourceId),
    Close(SourceId),
    SetModel(ModelChoice),
    SetDevice(DeviceChoice),
    SetInfer(InferOptions),
    /// Ask for a body file in a dialog.
    ChooseBodyFile,
    /// Ask for a model file in a dialog.
    ChooseModelFile,
    /// What finds people in videos.
    SetDetector(Option<DetectorSpec>),
    /// Looks again which published models are here.
    LookAtModels,
    /// Fetches the published model of this name.
    FetchModel(String),
    UseModel(String),
    /// Ask in a dialog for a network that finds people's joints, or the people for it.
    ChooseDetector {
        is_person: bool,
    },
    /// A pose network or a person detector; its name says which.
    AddNetwork(PathBuf),
    /// Forget the people who were found in videos before.
    ClearDetections,
    CancelJob(JobId),
    ForgetRecent(PathBuf),
    /// Remember where panels are.
    KeepLayout(serde_json::Value),
    SetScene(SceneSettings),
    SetPicture(PictureSettings),
    /// Move the camera to this person of the active clip.
    FramePerson(PersonId),
    /// Put text on the clipboard and say so with `told`.
    Copy {
        text: String,
        told: &'static str,
    },
    TakeScreenshot(ScreenshotRequest),
    SetSettings(Box<Settings>),
    /// Show this clip whenever clips stand side by side.
    TogglePin(SourceId),
    /// Put an open clip at this place among all of them.
    MoveClip(SourceId, usize),
    /// Seconds from the first frame to the moment that is the same in all clips.
    SetMoment(SourceId, f64),
    /// Ask in a dialog where to save plots.
    ChoosePlotFile(PlotFile),
    /// All frames, or those from in to out point.
    SavePlots {
        file: PlotFile,
        path: PathBuf,
        is_whole: bool,
    },
    /// Ask in a dialog where to export to.
    ChooseExportPlace,
    Export(Box<ExportOrder>),
    /// Ask in a dialog where to export pictures to.
    ChooseClipPlace,
    /// The camera is that of the active clip's 3D view.
    ExportClip(Box<ClipOrder>),
    SetLengthUnit(LengthUnit),
    SetLive(LiveSettings),
    /// Look which cameras there are.
    FindCameras,
    /// Marks a stretch of a person, or unmarks.
    Mark(Option<Stretch>),
    /// Shows a stretch as large as can be and plays it again and again.
    PlayStretch(Stretch),
    /// Show this place of what was found.
    GoToHit(usize),
    /// A stretch becomes an example of the move of this name.
    SaveMove {
        stretch: Stretch,
        name: String,
    },
    SetActions(LabelOptions),
    /// Ask in a dialog for an action model.
    ChooseActionModel,
    /// Ask in a dialog for the names of its classes.
    ChooseActionNames,
    /// Label with this action model, or with none.
    SetActionModel(Option<PathBuf>),
    /// Ask in a dialog for a file of moves to add.
    ChooseMoves,
    /// Add the moves of a file.
    ImportMoves(PathBuf),
    /// Ask in the panel's own dialog where to save.
    AskActionFile(ActionFile),
    /// Ask in the system's dialog where to save.
    ChooseActionFile(ActionFile),
    SaveActionFile {
        file: ActionFile,
        path: PathBuf,
    },
    /// What the plots show from now on.
    SetPlotted(Vec<Quantity>),
}
