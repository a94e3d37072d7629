//! What there is to do, menu by menu, with labels, keys, icons and help.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use super::Action;
use super::Action as A;
use crate::ui::icon::Icon;

/// A menu of the menu bar; a line separates its groups.
pub struct Menu {
    pub title: &'static str,
    pub groups: &'static [&'static [ActionInfo]],
}

impl Menu {
    pub fn actions(&self) -> impl Iterator<Item = Action> {
        self.groups.iter().flat_map(|group| group.iter().map(|info| info.action))
    }
}

/// What is said of an action, whatever the state of the session.
pub struct ActionInfo {
    pub action: Action,
    pub label: &'static str,
    pub help: Option<&'static str>,
    pub keys: &'static [KeyboardShortcut],
    pub icon: Option<Icon>,
    pub needs_clip: bool,
}

impl ActionInfo {
    /// More than the label says.
    const fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }

    /// All keys that do it; the first is the one that menus show. Digits work on the keypad too.
    const fn keys(self, keys: &'static [KeyboardShortcut]) -> Self {
        Self { keys, ..self }
    }

    const fn icon(self, icon: Icon) -> Self {
        Self { icon: Some(icon), ..self }
    }

    /// Cannot be done while nothing is open.
    const fn needs_clip(self) -> Self {
        Self { needs_clip: true, ..self }
    }
}

const fn info(action: Action, label: &'static str) -> ActionInfo {
    ActionInfo { action, label, help: None, keys: &[], icon: None, needs_clip: false }
}

const fn key(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

const fn command_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

const fn alt(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::ALT, key)
}

const fn command_alt(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::ALT), key)
}

pub const MENUS: [Menu; 9] = [
    Menu {
        title: "File",
        groups: &[
            &[
                info(A::OpenFile, "Open file…")
                    .keys(&[command(Key::O)])
                    .icon(Icon::File)
                    .help("Keypoint files of AlphaPose, OpenPose, MMPose, COCO, Ultralytics, DeepLabCut and more"),
                info(A::OpenFolder, "Open folder…")
                    .keys(&[command_shift(Key::O)])
                    .icon(Icon::Folder)
                    .help("A folder of per-frame files, as OpenPose and Ultralytics write them"),
                info(A::OpenPath, "Open path…")
                    .keys(&[command(Key::L)])
                    .help("Type or paste the path of a file or folder"),
                info(A::OpenDemo, "Open demo")
                    .keys(&[command(Key::D)])
                    .icon(Icon::Person)
                    .help("A dancer and a boxer, built into the program"),
            ],
            &[
                info(A::SavePlotTable, "Save plot values…")
                    .keys(&[command_alt(Key::S)])
                    .icon(Icon::Table)
                    .needs_clip()
                    .help("The shown curves as a CSV table"),
                info(A::SavePlotPicture, "Save plots as picture…")
                    .keys(&[command_alt(Key::P)])
                    .icon(Icon::Picture)
                    .needs_clip()
                    .help("The shown curves with title, axes and legend as PNG"),
            ],
            &[
                info(A::Close, "Close").keys(&[command(Key::W)]).icon(Icon::Cross).needs_clip(),
                info(A::Quit, "Quit").keys(&[command(Key::Q)]),
            ],
        ],
    },
    Menu {
        title: "Edit",
        groups: &[
            &[
                info(A::Undo, "Undo").keys(&[command(Key::Z)]).icon(Icon::Undo),
                info(A::Redo, "Redo").keys(&[command_shift(Key::Z), command(Key::Y)]).icon(Icon::Redo),
            ],
            &[
                info(A::CopyFrame, "Copy frame values")
                    .keys(&[command_shift(Key::C)])
                    .icon(Icon::Copy)
                    .needs_clip()
                    .help("The joints in the inspector as tab-separated values"),
                info(A::CopyPlots, "Copy plot values")
                    .keys(&[command_alt(Key::C)])
                    .icon(Icon::Copy)
                    .needs_clip()
                    .help("The shown curves as tab-separated values, from in to out point"),
                info(A::ClearSelection, "Clear selection").keys(&[key(Key::Escape)]),
            ],
            &[info(A::Settings, "Settings…").keys(&[command(Key::Comma)]).icon(Icon::Gear)],
            &[info(A::CancelInference, "Cancel inference")
                .keys(&[command(Key::Period)])
                .icon(Icon::Cross)
                .help("Stop the running inference; what is there stays")],
        ],
    },
    Menu {
        title: "Playback",
        groups: &[
            &[
                info(A::PlayPause, "Play").keys(&[key(Key::Space)]).icon(Icon::Play).needs_clip(),
                info(A::ToggleLoop, "Loop").keys(&[key(Key::L)]).icon(Icon::Loop),
            ],
            &[
                info(A::StepForward, "Next frame")
                    .keys(&[key(Key::ArrowRight), key(Key::Period)])
                    .icon(Icon::StepForward)
                    .needs_clip(),
                info(A::StepBack, "Previous frame")
                    .keys(&[key(Key::ArrowLeft), key(Key::Comma)])
                    .icon(Icon::StepBack)
                    .needs_clip(),
                info(A::LeapForward, "Forward 10 frames").keys(&[shift(Key::ArrowRight)]).needs_clip(),
                info(A::LeapBack, "Back 10 frames").keys(&[shift(Key::ArrowLeft)]).needs_clip(),
                info(A::FirstFrame, "First frame")
                    .keys(&[key(Key::Home)])
                    .icon(Icon::First)
                    .needs_clip()
                    .help("At the in point first, where one is set"),
                info(A::LastFrame, "Last frame")
                    .keys(&[key(Key::End)])
                    .icon(Icon::Last)
                    .needs_clip()
                    .help("At the out point first, where one is set"),
            ],
            &[
                info(A::Faster, "Faster").keys(&[key(Key::ArrowUp)]),
                info(A::Slower, "Slower").keys(&[key(Key::ArrowDown)]),
            ],
        ],
    },
    Menu {
        title: "Mark",
        groups: &[
            &[
                info(A::SetIn, "Set in point")
                    .keys(&[key(Key::I)])
                    .needs_clip()
                    .help("Playback and loop start at this frame"),
                info(A::SetOut, "Set out point")
                    .keys(&[key(Key::O)])
                    .needs_clip()
                    .help("Playback and loop end with this frame"),
                info(A::ClearIn, "Clear in point").keys(&[alt(Key::I)]).needs_clip(),
                info(A::ClearOut, "Clear out point").keys(&[alt(Key::O)]).needs_clip(),
                info(A::ClearInOut, "Clear in and out").keys(&[key(Key::X)]).needs_clip(),
            ],
            &[
                info(A::AddMarker, "Add marker").keys(&[key(Key::M)]).needs_clip().help("A named moment"),
                info(A::RenameMarker, "Rename marker").keys(&[key(Key::F2)]).needs_clip(),
                info(A::RemoveMarker, "Delete marker").keys(&[shift(Key::M)]).needs_clip(),
            ],
            &[
                info(A::PreviousMark, "Previous mark")
                    .keys(&[key(Key::OpenBracket)])
                    .needs_clip()
                    .help("The marker, in or out point or end before this frame"),
                info(A::NextMark, "Next mark")
                    .keys(&[key(Key::CloseBracket)])
                    .needs_clip()
                    .help("The marker, in or out point or end after this frame"),
                info(A::PreviousGap, "Previous gap")
                    .keys(&[key(Key::B), shift(Key::OpenBracket), shift(Key::OpenCurlyBracket)])
                    .needs_clip()
                    .help("Where the selected person, or anyone shown, was not seen"),
                info(A::NextGap, "Next gap")
                    .keys(&[key(Key::N), shift(Key::CloseBracket), shift(Key::CloseCurlyBracket)])
                    .needs_clip()
                    .help("Where the selected person, or anyone shown, was not seen"),
                info(A::WorstConfidence, "Lowest confidence")
                    .keys(&[key(Key::W)])
                    .needs_clip()
                    .help("Where the selected person, or anyone shown, was seen worst; again for the next worst"),
            ],
            &[
                info(A::ZoomTimelineIn, "Zoom in on the timeline")
                    .keys(&[key(Key::Equals), key(Key::Plus)])
                    .needs_clip(),
                info(A::ZoomTimelineOut, "Zoom out of the timeline").keys(&[key(Key::Minus)]).needs_clip(),
                info(A::ZoomToInOut, "Zoom to in and out").keys(&[key(Key::Z)]).needs_clip(),
                info(A::FitTimeline, "Show the whole timeline").keys(&[shift(Key::Z)]).needs_clip(),
            ],
            &[info(A::ToggleHeat, "Confidence by body part")
                .keys(&[key(Key::H)])
                .icon(Icon::Heat)
                .help("Rows under the selected person's lane: head, trunk, arms and legs")],
        ],
    },
    Menu {
        title: "View",
        groups: &[
            &[
                info(A::FrameAll, "Frame everyone")
                    .keys(&[key(Key::F)])
                    .icon(Icon::FrameAll)
                    .needs_clip()
                    .help("Move the camera so that everyone is in the picture"),
                info(A::ViewFront, "Front view").keys(&[key(Key::Num1)]).needs_clip(),
                info(A::ViewSide, "Side view").keys(&[key(Key::Num3)]).needs_clip(),
                info(A::ViewTop, "Top view").keys(&[key(Key::Num7)]).needs_clip(),
                info(A::ViewThreeQuarter, "Three-quarter view").keys(&[key(Key::Num5)]).needs_clip(),
                info(A::ViewCamera, "Camera view")
                    .keys(&[key(Key::Num0)])
                    .icon(Icon::Camera)
                    .needs_clip()
                    .help("From where the recording camera stood"),
            ],
            &[info(A::TogglePerformance, "Performance")
                .keys(&[key(Key::P)])
                .icon(Icon::Gauge)
                .help("Frame time, inference time and queue over the 3D view")],
            &[
                info(A::ZoomIn, "Larger")
                    .keys(&[command(Key::Plus), command(Key::Equals)])
                    .help("Scale of the whole window"),
                info(A::ZoomOut, "Smaller").keys(&[command(Key::Minus)]).help("Scale of the whole window"),
                info(A::ZoomReset, "Usual size").keys(&[command(Key::Num0)]).help("Scale of the whole window"),
            ],
            &[info(A::ToggleTheme, "Light theme").keys(&[key(Key::T)]).icon(Icon::Contrast)],
        ],
    },
    Menu {
        title: "Scene",
        groups: &[
            &[
                info(A::ToggleTrails, "Trails")
                    .keys(&[shift(Key::T)])
                    .help("Where wrists and ankles were in the last second; right click a joint for others"),
                info(A::ToggleOnionSkins, "Onion skins")
                    .keys(&[shift(Key::O)])
                    .help("Ghosts of the frames before and after"),
                info(A::ToggleGhost, "Before cleaning")
                    .keys(&[shift(Key::G)])
                    .help("A ghost of the pose without cleaning and smoothing"),
                info(A::ToggleFrustum, "Recording camera")
                    .keys(&[shift(Key::C)])
                    .help("Where the camera stood, with the 2D keypoints on its picture"),
                info(A::ToggleGrid, "Floor grid").keys(&[key(Key::G)]),
            ],
            &[
                info(A::ToggleOrthographic, "Orthographic")
                    .keys(&[key(Key::Num4)])
                    .help("Parallel projection: near and far have one scale"),
                info(A::ToggleFollow, "Follow person")
                    .keys(&[shift(Key::F)])
                    .help("Keep the selected person, or else everyone, in the middle while playing"),
            ],
            &[
                info(A::SaveScreenshot, "Save screenshot")
                    .keys(&[key(Key::F12)])
                    .icon(Icon::Camera)
                    .needs_clip()
                    .help("The 3D view as a PNG picture"),
                info(A::CopyScreenshot, "Copy screenshot")
                    .keys(&[shift(Key::F12)])
                    .needs_clip()
                    .help("The 3D view as a picture on the clipboard"),
            ],
        ],
    },
    Menu {
        title: "Panels",
        groups: &[
            &[
                info(A::PanelScene, "3D view"),
                info(A::PanelKeypoints, "2D keypoints").keys(&[key(Key::K)]),
                info(A::PanelSources, "Sources and people"),
                info(A::PanelInspector, "Inspector"),
                info(A::PanelCleaning, "Clean up"),
                info(A::PanelModels, "Models"),
                info(A::PanelTimeline, "Timeline"),
                info(A::PanelPlots, "Plots").keys(&[command(Key::G)]).icon(Icon::Chart),
                info(A::PanelLog, "Log"),
            ],
            &[
                info(A::ToggleLeftPanel, "Left side").keys(&[command(Key::B)]).icon(Icon::PanelLeft),
                info(A::ToggleRightPanel, "Right side").keys(&[command_alt(Key::B)]).icon(Icon::PanelRight),
            ],
            &[info(A::ResetLayout, "Reset layout").help("All panels back to where they were at first")],
        ],
    },
    Menu {
        title: "Clips",
        groups: &[
            &[
                info(A::NextClip, "Next clip").keys(&[command(Key::Tab)]),
                info(A::PreviousClip, "Previous clip").keys(&[command_shift(Key::Tab)]),
            ],
            &[
                info(A::SideBySide, "Side by side")
                    .keys(&[command(Key::Backslash)])
                    .icon(Icon::Columns)
                    .help("Up to four open clips beside each other, at the same time"),
                info(A::AlignClips, "Align clips here")
                    .keys(&[command_shift(Key::A)])
                    .help("The frames at which the clips were left become the same moment"),
                info(A::LinkCameras, "Link cameras")
                    .keys(&[command_shift(Key::L)])
                    .help("Turning one view turns all that stand side by side"),
            ],
        ],
    },
    Menu {
        title: "Help",
        groups: &[
            &[
                info(A::Palette, "Command palette…")
                    .keys(&[command_shift(Key::P), command(Key::K)])
                    .icon(Icon::Search)
                    .help("Find anything that can be done, opened or gone to by its name"),
                info(A::Shortcuts, "Keyboard shortcuts").keys(&[key(Key::F1), key(Key::Questionmark)]),
            ],
            &[info(A::FirstSteps, "First steps").help("Three hints beside the things they name")],
        ],
    },
];
