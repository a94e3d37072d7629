//! What there is to do, menu by menu, with labels, keys, icons and help.

use eframe::egui::{Key, KeyboardShortcut, Modifiers};

use super::Action;
use super::Action as A;
use crate::ui::icon::Icon;
use crate::ui::text;

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

pub const MENUS: [Menu; 10] = [
    Menu {
        title: text::actions::FILE_MENU,
        groups: &[
            &[
                info(A::OpenFile, text::actions::OPEN_FILE)
                    .keys(&[command(Key::O)])
                    .icon(Icon::File)
                    .help(text::actions::OPEN_FILE_HELP),
                info(A::OpenFolder, text::actions::OPEN_FOLDER)
                    .keys(&[command_shift(Key::O)])
                    .icon(Icon::Folder)
                    .help(text::actions::OPEN_FOLDER_HELP),
                info(A::OpenPath, text::actions::OPEN_PATH)
                    .keys(&[command(Key::L)])
                    .help(text::actions::OPEN_PATH_HELP),
                info(A::OpenDemo, text::actions::OPEN_DEMO)
                    .keys(&[command(Key::D)])
                    .icon(Icon::Person)
                    .help(text::actions::OPEN_DEMO_HELP),
            ],
            &[
                info(A::AttachVideo, text::actions::ATTACH_VIDEO).needs_clip().help(text::actions::ATTACH_VIDEO_HELP),
                info(A::DetachVideo, text::actions::DETACH_VIDEO).needs_clip().help(text::actions::DETACH_VIDEO_HELP),
                info(A::DetectPeople, text::actions::DETECT_PEOPLE)
                    .keys(&[key(Key::D)])
                    .needs_clip()
                    .help(text::actions::DETECT_PEOPLE_HELP),
            ],
            &[
                info(A::StartCamera, text::actions::START_CAMERA)
                    .keys(&[command(Key::R)])
                    .icon(Icon::Camera)
                    .help(text::actions::START_CAMERA_HELP),
                info(A::BackToLive, text::actions::BACK_TO_LIVE)
                    .keys(&[key(Key::J)])
                    .help(text::actions::BACK_TO_LIVE_HELP),
                info(A::KeepLive, text::actions::KEEP_LIVE)
                    .keys(&[command_shift(Key::K)])
                    .help(text::actions::KEEP_LIVE_HELP),
            ],
            &[
                info(A::Export, text::actions::EXPORT)
                    .keys(&[command(Key::E)])
                    .icon(Icon::Cube)
                    .needs_clip()
                    .help(text::actions::EXPORT_HELP),
                info(A::ExportVideo, text::actions::EXPORT_VIDEO)
                    .keys(&[command_shift(Key::E)])
                    .icon(Icon::Play)
                    .needs_clip()
                    .help(text::actions::EXPORT_VIDEO_HELP),
                info(A::SavePlotTable, text::actions::SAVE_PLOT_TABLE)
                    .keys(&[command_alt(Key::S)])
                    .icon(Icon::Table)
                    .needs_clip()
                    .help(text::actions::SAVE_PLOT_TABLE_HELP),
                info(A::SavePlotPicture, text::actions::SAVE_PLOT_PICTURE)
                    .keys(&[command_alt(Key::P)])
                    .icon(Icon::Picture)
                    .needs_clip()
                    .help(text::actions::SAVE_PLOT_PICTURE_HELP),
            ],
            &[
                info(A::Close, text::actions::CLOSE).keys(&[command(Key::W)]).icon(Icon::Cross).needs_clip(),
                info(A::Quit, text::actions::QUIT).keys(&[command(Key::Q)]),
            ],
        ],
    },
    Menu {
        title: text::actions::EDIT_MENU,
        groups: &[
            &[
                info(A::Undo, text::actions::UNDO).keys(&[command(Key::Z)]).icon(Icon::Undo),
                info(A::Redo, text::actions::REDO).keys(&[command_shift(Key::Z), command(Key::Y)]).icon(Icon::Redo),
            ],
            &[
                info(A::CopyFrame, text::actions::COPY_FRAME)
                    .keys(&[command_shift(Key::C)])
                    .icon(Icon::Copy)
                    .needs_clip()
                    .help(text::actions::COPY_FRAME_HELP),
                info(A::CopyPlots, text::actions::COPY_PLOTS)
                    .keys(&[command_alt(Key::C)])
                    .icon(Icon::Copy)
                    .needs_clip()
                    .help(text::actions::COPY_PLOTS_HELP),
                info(A::ClearSelection, text::actions::CLEAR_SELECTION).keys(&[key(Key::Escape)]),
            ],
            &[info(A::Settings, text::actions::SETTINGS).keys(&[command(Key::Comma)]).icon(Icon::Gear)],
            &[info(A::CancelInference, text::actions::CANCEL_INFERENCE)
                .keys(&[command(Key::Period)])
                .icon(Icon::Cross)
                .help(text::actions::CANCEL_INFERENCE_HELP)],
        ],
    },
    Menu {
        title: text::actions::PLAYBACK_MENU,
        groups: &[
            &[
                info(A::PlayPause, text::actions::PLAY_PAUSE).keys(&[key(Key::Space)]).icon(Icon::Play).needs_clip(),
                info(A::ToggleLoop, text::actions::TOGGLE_LOOP).keys(&[key(Key::L)]).icon(Icon::Loop),
            ],
            &[
                info(A::StepForward, text::actions::STEP_FORWARD)
                    .keys(&[key(Key::ArrowRight), key(Key::Period)])
                    .icon(Icon::StepForward)
                    .needs_clip(),
                info(A::StepBack, text::actions::STEP_BACK)
                    .keys(&[key(Key::ArrowLeft), key(Key::Comma)])
                    .icon(Icon::StepBack)
                    .needs_clip(),
                info(A::LeapForward, text::actions::LEAP_FORWARD).keys(&[shift(Key::ArrowRight)]).needs_clip(),
                info(A::LeapBack, text::actions::LEAP_BACK).keys(&[shift(Key::ArrowLeft)]).needs_clip(),
                info(A::FirstFrame, text::actions::FIRST_FRAME)
                    .keys(&[key(Key::Home)])
                    .icon(Icon::First)
                    .needs_clip()
                    .help(text::actions::FIRST_FRAME_HELP),
                info(A::LastFrame, text::actions::LAST_FRAME)
                    .keys(&[key(Key::End)])
                    .icon(Icon::Last)
                    .needs_clip()
                    .help(text::actions::LAST_FRAME_HELP),
            ],
            &[
                info(A::Faster, text::actions::FASTER).keys(&[key(Key::ArrowUp)]),
                info(A::Slower, text::actions::SLOWER).keys(&[key(Key::ArrowDown)]),
            ],
        ],
    },
    Menu {
        title: text::actions::MARK_MENU,
        groups: &[
            &[
                info(A::SetIn, text::actions::SET_IN)
                    .keys(&[key(Key::I)])
                    .needs_clip()
                    .help(text::actions::SET_IN_HELP),
                info(A::SetOut, text::actions::SET_OUT)
                    .keys(&[key(Key::O)])
                    .needs_clip()
                    .help(text::actions::SET_OUT_HELP),
                info(A::ClearIn, text::actions::CLEAR_IN).keys(&[alt(Key::I)]).needs_clip(),
                info(A::ClearOut, text::actions::CLEAR_OUT).keys(&[alt(Key::O)]).needs_clip(),
                info(A::ClearInOut, text::actions::CLEAR_IN_OUT).keys(&[key(Key::X)]).needs_clip(),
            ],
            &[
                info(A::AddMarker, text::actions::ADD_MARKER)
                    .keys(&[key(Key::M)])
                    .needs_clip()
                    .help(text::actions::ADD_MARKER_HELP),
                info(A::RenameMarker, text::actions::RENAME_MARKER).keys(&[key(Key::F2)]).needs_clip(),
                info(A::RemoveMarker, text::actions::REMOVE_MARKER).keys(&[shift(Key::M)]).needs_clip(),
            ],
            &[
                info(A::PreviousMark, text::actions::PREVIOUS_MARK)
                    .keys(&[key(Key::OpenBracket)])
                    .needs_clip()
                    .help(text::actions::PREVIOUS_MARK_HELP),
                info(A::NextMark, text::actions::NEXT_MARK)
                    .keys(&[key(Key::CloseBracket)])
                    .needs_clip()
                    .help(text::actions::NEXT_MARK_HELP),
                info(A::PreviousGap, text::actions::PREVIOUS_GAP)
                    .keys(&[key(Key::B), shift(Key::OpenBracket), shift(Key::OpenCurlyBracket)])
                    .needs_clip()
                    .help(text::actions::GAP_HELP),
                info(A::NextGap, text::actions::NEXT_GAP)
                    .keys(&[key(Key::N), shift(Key::CloseBracket), shift(Key::CloseCurlyBracket)])
                    .needs_clip()
                    .help(text::actions::GAP_HELP),
                info(A::WorstConfidence, text::actions::WORST_CONFIDENCE)
                    .keys(&[key(Key::W)])
                    .needs_clip()
                    .help(text::actions::WORST_CONFIDENCE_HELP),
            ],
            &[
                info(A::PreviousRepetition, text::actions::PREVIOUS_REPETITION)
                    .keys(&[alt(Key::OpenBracket)])
                    .needs_clip()
                    .help(text::actions::REPETITION_HELP),
                info(A::NextRepetition, text::actions::NEXT_REPETITION)
                    .keys(&[alt(Key::CloseBracket)])
                    .needs_clip()
                    .help(text::actions::REPETITION_HELP),
                info(A::LoopRepetition, text::actions::LOOP_REPETITION)
                    .keys(&[shift(Key::L)])
                    .needs_clip()
                    .help(text::actions::LOOP_REPETITION_HELP),
            ],
            &[
                info(A::ZoomTimelineIn, text::actions::ZOOM_TIMELINE_IN)
                    .keys(&[key(Key::Equals), key(Key::Plus)])
                    .needs_clip(),
                info(A::ZoomTimelineOut, text::actions::ZOOM_TIMELINE_OUT).keys(&[key(Key::Minus)]).needs_clip(),
                info(A::ZoomToInOut, text::actions::ZOOM_TO_IN_OUT).keys(&[key(Key::Z)]).needs_clip(),
                info(A::FitTimeline, text::actions::FIT_TIMELINE).keys(&[shift(Key::Z)]).needs_clip(),
            ],
            &[info(A::ToggleHeat, text::actions::TOGGLE_HEAT)
                .keys(&[key(Key::H)])
                .icon(Icon::Heat)
                .help(text::actions::TOGGLE_HEAT_HELP)],
        ],
    },
    Menu {
        title: text::actions::MOVES_MENU,
        groups: &[
            &[
                info(A::FindMove, text::actions::FIND_MOVE)
                    .keys(&[command(Key::F)])
                    .icon(Icon::Search)
                    .needs_clip()
                    .help(text::actions::FIND_MOVE_HELP),
                info(A::NextHit, text::actions::NEXT_HIT).keys(&[key(Key::F3)]),
                info(A::PreviousHit, text::actions::PREVIOUS_HIT).keys(&[shift(Key::F3)]),
            ],
            &[info(A::SaveMove, text::actions::SAVE_MOVE)
                .keys(&[command(Key::S)])
                .needs_clip()
                .help(text::actions::SAVE_MOVE_HELP)],
            &[
                info(A::NextSegment, text::actions::NEXT_SEGMENT)
                    .keys(&[alt(Key::ArrowRight)])
                    .needs_clip()
                    .help(text::actions::SEGMENT_HELP),
                info(A::PreviousSegment, text::actions::PREVIOUS_SEGMENT)
                    .keys(&[alt(Key::ArrowLeft)])
                    .needs_clip()
                    .help(text::actions::SEGMENT_HELP),
            ],
        ],
    },
    Menu {
        title: text::actions::VIEW_MENU,
        groups: &[
            &[
                info(A::FrameAll, text::actions::FRAME_ALL)
                    .keys(&[key(Key::F)])
                    .icon(Icon::FrameAll)
                    .needs_clip()
                    .help(text::actions::FRAME_ALL_HELP),
                info(A::ViewFront, text::actions::VIEW_FRONT).keys(&[key(Key::Num1)]).needs_clip(),
                info(A::ViewSide, text::actions::VIEW_SIDE).keys(&[key(Key::Num3)]).needs_clip(),
                info(A::ViewTop, text::actions::VIEW_TOP).keys(&[key(Key::Num7)]).needs_clip(),
                info(A::ViewThreeQuarter, text::actions::VIEW_THREE_QUARTER).keys(&[key(Key::Num5)]).needs_clip(),
                info(A::ViewCamera, text::actions::VIEW_CAMERA)
                    .keys(&[key(Key::Num0)])
                    .icon(Icon::Camera)
                    .needs_clip()
                    .help(text::actions::VIEW_CAMERA_HELP),
            ],
            &[
                info(A::ToggleVideo, text::actions::TOGGLE_VIDEO)
                    .keys(&[key(Key::V)])
                    .help(text::actions::TOGGLE_VIDEO_HELP),
                info(A::ToggleKeypoints, text::actions::TOGGLE_KEYPOINTS)
                    .keys(&[shift(Key::K)])
                    .help(text::actions::TOGGLE_KEYPOINTS_HELP),
                info(A::ToggleProjection, text::actions::TOGGLE_PROJECTION)
                    .keys(&[shift(Key::V)])
                    .help(text::actions::TOGGLE_PROJECTION_HELP),
            ],
            &[info(A::TogglePerformance, text::actions::TOGGLE_PERFORMANCE)
                .keys(&[key(Key::P)])
                .icon(Icon::Gauge)
                .help(text::actions::TOGGLE_PERFORMANCE_HELP)],
            &[
                info(A::ZoomIn, text::actions::ZOOM_IN)
                    .keys(&[command(Key::Plus), command(Key::Equals)])
                    .help(text::actions::ZOOM_HELP),
                info(A::ZoomOut, text::actions::ZOOM_OUT).keys(&[command(Key::Minus)]).help(text::actions::ZOOM_HELP),
                info(A::ZoomReset, text::actions::ZOOM_RESET)
                    .keys(&[command(Key::Num0)])
                    .help(text::actions::ZOOM_HELP),
            ],
            &[info(A::ToggleTheme, text::actions::TOGGLE_THEME).keys(&[key(Key::T)]).icon(Icon::Contrast)],
        ],
    },
    Menu {
        title: text::actions::SCENE_MENU,
        groups: &[
            &[info(A::NextAppearance, text::actions::NEXT_APPEARANCE)
                .keys(&[key(Key::S)])
                .icon(Icon::Person)
                .help(text::actions::NEXT_APPEARANCE_HELP)],
            &[
                info(A::ToggleTrails, text::actions::TOGGLE_TRAILS)
                    .keys(&[shift(Key::T)])
                    .help(text::actions::TOGGLE_TRAILS_HELP),
                info(A::ToggleOnionSkins, text::actions::TOGGLE_ONION_SKINS)
                    .keys(&[shift(Key::O)])
                    .help(text::actions::TOGGLE_ONION_SKINS_HELP),
                info(A::ToggleGhost, text::actions::TOGGLE_GHOST)
                    .keys(&[shift(Key::G)])
                    .help(text::actions::TOGGLE_GHOST_HELP),
                info(A::ToggleFrustum, text::actions::TOGGLE_FRUSTUM)
                    .keys(&[shift(Key::C)])
                    .help(text::actions::TOGGLE_FRUSTUM_HELP),
                info(A::ToggleGrid, text::actions::TOGGLE_GRID).keys(&[key(Key::G)]),
            ],
            &[
                info(A::ToggleOrthographic, text::actions::TOGGLE_ORTHOGRAPHIC)
                    .keys(&[key(Key::Num4)])
                    .help(text::actions::TOGGLE_ORTHOGRAPHIC_HELP),
                info(A::ToggleFollow, text::actions::TOGGLE_FOLLOW)
                    .keys(&[shift(Key::F)])
                    .help(text::actions::TOGGLE_FOLLOW_HELP),
            ],
            &[
                info(A::SaveScreenshot, text::actions::SAVE_SCREENSHOT)
                    .keys(&[key(Key::F12)])
                    .icon(Icon::Camera)
                    .needs_clip()
                    .help(text::actions::SAVE_SCREENSHOT_HELP),
                info(A::CopyScreenshot, text::actions::COPY_SCREENSHOT)
                    .keys(&[shift(Key::F12)])
                    .needs_clip()
                    .help(text::actions::COPY_SCREENSHOT_HELP),
            ],
        ],
    },
    Menu {
        title: text::actions::PANELS_MENU,
        groups: &[
            &[
                info(A::PanelScene, text::actions::PANEL_SCENE),
                info(A::PanelKeypoints, text::actions::PANEL_KEYPOINTS).keys(&[key(Key::K)]),
                info(A::PanelSources, text::actions::PANEL_SOURCES),
                info(A::PanelInspector, text::actions::PANEL_INSPECTOR),
                info(A::PanelCleaning, text::actions::PANEL_CLEANING),
                info(A::PanelBody, text::actions::PANEL_BODY),
                info(A::PanelModels, text::actions::PANEL_MODELS),
                info(A::PanelActions, text::actions::PANEL_ACTIONS).keys(&[key(Key::A)]),
                info(A::PanelTimeline, text::actions::PANEL_TIMELINE),
                info(A::PanelPlots, text::actions::PANEL_PLOTS).keys(&[command(Key::G)]).icon(Icon::Chart),
                info(A::PanelLive, text::actions::PANEL_LIVE),
                info(A::PanelLog, text::actions::PANEL_LOG),
            ],
            &[
                info(A::ToggleLeftPanel, text::actions::TOGGLE_LEFT_PANEL)
                    .keys(&[command(Key::B)])
                    .icon(Icon::PanelLeft),
                info(A::ToggleRightPanel, text::actions::TOGGLE_RIGHT_PANEL)
                    .keys(&[command_alt(Key::B)])
                    .icon(Icon::PanelRight),
            ],
            &[info(A::ResetLayout, text::actions::RESET_LAYOUT).help(text::actions::RESET_LAYOUT_HELP)],
        ],
    },
    Menu {
        title: text::actions::CLIPS_MENU,
        groups: &[
            &[
                info(A::NextClip, text::actions::NEXT_CLIP).keys(&[command(Key::Tab)]),
                info(A::PreviousClip, text::actions::PREVIOUS_CLIP).keys(&[command_shift(Key::Tab)]),
            ],
            &[
                info(A::SideBySide, text::actions::SIDE_BY_SIDE)
                    .keys(&[command(Key::Backslash)])
                    .icon(Icon::Columns)
                    .help(text::actions::SIDE_BY_SIDE_HELP),
                info(A::AlignClips, text::actions::ALIGN_CLIPS)
                    .keys(&[command_shift(Key::A)])
                    .help(text::actions::ALIGN_CLIPS_HELP),
                info(A::MoveAlone, text::actions::MOVE_ALONE)
                    .keys(&[command_shift(Key::M)])
                    .help(text::actions::MOVE_ALONE_HELP),
                info(A::LinkCameras, text::actions::LINK_CAMERAS)
                    .keys(&[command_shift(Key::L)])
                    .help(text::actions::LINK_CAMERAS_HELP),
            ],
        ],
    },
    Menu {
        title: text::actions::HELP_MENU,
        groups: &[
            &[
                info(A::Palette, text::actions::PALETTE)
                    .keys(&[command_shift(Key::P), command(Key::K)])
                    .icon(Icon::Search)
                    .help(text::actions::PALETTE_HELP),
                info(A::Shortcuts, text::actions::SHORTCUTS).keys(&[key(Key::F1), key(Key::Questionmark)]),
            ],
            &[info(A::FirstSteps, text::actions::FIRST_STEPS).help(text::actions::FIRST_STEPS_HELP)],
        ],
    },
];
