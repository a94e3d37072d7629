//! The one list of what a person can ask for: menus, buttons, shortcuts, the shortcut sheet and the palette all come
//! from here.
//!
//! A new action is a variant of [`Action`], one line in [`MENUS`] (`menus.rs`), and an arm in `carry_out`. What depends on the state of
//! the session (another label, a reason why it cannot be done now, a check mark) is said in the short matches below.

mod menus;

use eframe::egui::{self, Key, KeyboardShortcut, ModifierNames, Modifiers};

pub use self::menus::{ActionInfo, MENUS, Menu};
use super::dock::Pane;
use super::icon::Icon;
use crate::session::Session;
use crate::session::clock::SPEEDS;
use crate::session::settings::ZOOMS;
use crate::ui::text;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    OpenFile,
    OpenFolder,
    OpenPath,
    OpenDemo,
    AttachVideo,
    DetachVideo,
    StartCamera,
    BackToLive,
    KeepLive,
    DetectPeople,
    Export,
    ExportVideo,
    Close,
    Quit,
    Undo,
    Redo,
    CopyFrame,
    CopyPlots,
    SavePlotTable,
    SavePlotPicture,
    ClearSelection,
    PlayPause,
    StepForward,
    StepBack,
    LeapForward,
    LeapBack,
    FirstFrame,
    LastFrame,
    ToggleLoop,
    Faster,
    Slower,
    SetIn,
    SetOut,
    ClearIn,
    ClearOut,
    ClearInOut,
    AddMarker,
    RenameMarker,
    RemoveMarker,
    PreviousMark,
    NextMark,
    PreviousGap,
    NextGap,
    WorstConfidence,
    PreviousRepetition,
    NextRepetition,
    LoopRepetition,
    FindMove,
    SaveMove,
    NextHit,
    PreviousHit,
    NextSegment,
    PreviousSegment,
    ZoomTimelineIn,
    ZoomTimelineOut,
    ZoomToInOut,
    FitTimeline,
    ToggleHeat,
    FrameAll,
    ViewFront,
    ViewSide,
    ViewTop,
    ViewThreeQuarter,
    ViewCamera,
    ToggleVideo,
    ToggleKeypoints,
    ToggleProjection,
    NextAppearance,
    ToggleTrails,
    ToggleOnionSkins,
    ToggleGhost,
    ToggleFrustum,
    ToggleGrid,
    ToggleOrthographic,
    ToggleFollow,
    SaveScreenshot,
    CopyScreenshot,
    ToggleLeftPanel,
    ToggleRightPanel,
    PanelScene,
    PanelKeypoints,
    PanelSources,
    PanelInspector,
    PanelCleaning,
    PanelBody,
    PanelModels,
    PanelActions,
    PanelTimeline,
    PanelPlots,
    PanelLive,
    PanelLog,
    ResetLayout,
    NextClip,
    PreviousClip,
    SideBySide,
    LinkCameras,
    AlignClips,
    MoveAlone,
    Palette,
    Settings,
    ZoomIn,
    ZoomOut,
    ZoomReset,
    FirstSteps,
    TogglePerformance,
    ToggleTheme,
    CancelInference,
    /// Stays the last: it counts the others.
    Shortcuts,
}

const ACTION_COUNT: usize = Action::Shortcuts as usize + 1;

/// How far [`Action::LeapForward`] goes.
pub const LEAP_FRAMES: i64 = 10;

use Action as A;

/// By the number of the action. An action that is in no menu, or in two, does not compile.
static INFOS: [&ActionInfo; ACTION_COUNT] = {
    let mut infos: [Option<&ActionInfo>; ACTION_COUNT] = [None; ACTION_COUNT];
    let mut menu = 0;
    while menu < MENUS.len() {
        let mut group = 0;
        while group < MENUS[menu].groups.len() {
            let entries = MENUS[menu].groups[group];
            let mut entry = 0;
            while entry < entries.len() {
                let place = entries[entry].action as usize;
                assert!(infos[place].is_none(), "an action is in two menus");
                infos[place] = Some(&entries[entry]);
                entry += 1;
            }
            group += 1;
        }
        menu += 1;
    }
    let mut found = [&MENUS[0].groups[0][0]; ACTION_COUNT];
    let mut place = 0;
    while place < ACTION_COUNT {
        let Some(info) = infos[place] else { panic!("an action is in no menu") };
        found[place] = info;
        place += 1;
    }
    found
};

impl Action {
    fn info(self) -> &'static ActionInfo {
        INFOS[self as usize]
    }

    /// What it does, in the words of menus and screen readers.
    pub fn label(self, session: &Session) -> &'static str {
        match self {
            A::PlayPause if session.clock.is_playing() || session.clock.is_following() => text::actions::PAUSE,
            A::StartCamera if session.live().is_some() => text::actions::STOP_CAMERA,
            _ => self.info().label,
        }
    }

    /// As [`Action::label`], whatever the state of the session, for lists of all actions.
    pub fn name(self) -> &'static str {
        match self {
            A::PlayPause => text::actions::PLAY_OR_PAUSE,
            A::StartCamera => text::actions::START_OR_STOP_CAMERA,
            _ => self.info().label.trim_end_matches('…'),
        }
    }

    /// More than the label says, where there is more; none otherwise.
    pub fn help(self) -> Option<&'static str> {
        self.info().help
    }

    /// All keys that do it; the first is the one that menus show.
    pub fn shortcuts(self) -> &'static [KeyboardShortcut] {
        self.info().keys
    }

    pub fn icon(self, session: &Session) -> Option<Icon> {
        match self {
            A::PlayPause if session.clock.is_playing() || session.clock.is_following() => Some(Icon::Pause),
            _ => self.info().icon,
        }
    }

    pub fn is_enabled(self, session: &Session, is_inferring: bool) -> bool {
        self.obstacle(session, is_inferring).is_none()
    }

    /// Why it cannot be done now.
    pub fn obstacle(self, session: &Session, is_inferring: bool) -> Option<&'static str> {
        if self.info().needs_clip && session.active().is_none() {
            return Some(text::common::NOTHING_IS_OPEN);
        }
        let clip = session.active();
        let has_3d = || session.active_motion().is_some_and(|motion| !motion.people.is_empty());
        let has_marker = || clip.is_some_and(|clip| clip.marker_at(session.frame()).is_some());
        let (is_possible, why) = match self {
            A::AttachVideo => (clip.is_some_and(|clip| !clip.source.is_bare_video()), text::actions::IS_VIDEO),
            A::DetachVideo => (clip.is_some_and(|clip| clip.video.is_some()), text::actions::NO_VIDEO),
            A::KeepLive => (session.live().is_some(), text::actions::NO_CAMERA_RUNS),
            A::BackToLive if session.live().is_none() => (false, text::actions::NO_CAMERA_RUNS),
            A::BackToLive => (!session.is_following_live(), text::actions::IS_LIVE),
            A::DetectPeople => (clip.is_some_and(|clip| clip.video.is_some()), text::actions::NO_VIDEO),
            A::Export | A::ExportVideo => (has_3d(), text::actions::NOTHING_IN_3D),
            A::ClearIn => (clip.is_some_and(|clip| clip.in_point().is_some()), text::actions::NO_IN_POINT),
            A::ClearOut => (clip.is_some_and(|clip| clip.out_point().is_some()), text::actions::NO_OUT_POINT),
            A::ClearInOut | A::ZoomToInOut => {
                (clip.is_some_and(|clip| clip.trim.is_some()), text::actions::NO_IN_OR_OUT_POINT)
            }
            A::PreviousRepetition | A::NextRepetition => {
                (session.watched_repetitions().next().is_some(), text::actions::NOTHING_REPEATED)
            }
            A::LoopRepetition => (session.repetition_here().is_some(), text::actions::NOTHING_REPEATED_HERE),
            A::FindMove | A::SaveMove => (session.marked().is_some(), text::moves::NOTHING_MARKED),
            A::NextHit | A::PreviousHit => {
                (session.found().is_some_and(|found| !found.hits.is_empty()), text::moves::NOTHING_FOUND_YET)
            }
            A::NextSegment | A::PreviousSegment => {
                (clip.is_some_and(|clip| session.labels(clip.source.id).is_some()), text::moves::NO_LABELS)
            }
            A::RenameMarker | A::RemoveMarker => (has_marker(), text::actions::NO_MARKER_HERE),
            A::NextClip | A::PreviousClip | A::SideBySide | A::AlignClips => {
                (session.document().sources.len() > 1, text::actions::ONLY_ONE_CLIP)
            }
            A::LinkCameras | A::MoveAlone => (session.settings.side_by_side, text::actions::NOT_SIDE_BY_SIDE),
            A::ZoomIn => (session.settings.zoom < ZOOMS[ZOOMS.len() - 1], text::actions::LARGEST),
            A::ZoomOut => (session.settings.zoom > ZOOMS[0], text::actions::SMALLEST),
            A::Undo => (session.history.undo_label().is_some(), text::actions::NOTHING_TO_UNDO),
            A::Redo => (session.history.redo_label().is_some(), text::actions::NOTHING_TO_REDO),
            A::ClearSelection => (session.selection.selected.is_some(), text::actions::NOTHING_SELECTED),
            A::CopyPlots | A::SavePlotTable | A::SavePlotPicture => {
                (!session.settings.plotted.is_empty(), text::actions::NOTHING_PLOTTED)
            }
            A::CancelInference => (is_inferring, text::actions::NO_INFERENCE),
            A::Faster => (session.clock.speed() < SPEEDS[SPEEDS.len() - 1], text::actions::HIGHEST_SPEED),
            A::Slower => (session.clock.speed() > SPEEDS[0], text::actions::LOWEST_SPEED),
            _ => return None,
        };
        (!is_possible).then_some(why)
    }

    /// Whether it is on, for what can be on or off.
    pub fn is_on(self, session: &Session) -> Option<bool> {
        let settings = &session.settings;
        Some(match self {
            A::ToggleLoop => session.clock.is_looping(),
            A::ToggleLeftPanel => settings.show_left_panel,
            A::ToggleRightPanel => settings.show_right_panel,
            A::TogglePerformance => settings.show_performance,
            A::ToggleHeat => settings.show_confidence_heat,
            A::ToggleVideo => settings.picture.video,
            A::ToggleKeypoints => settings.picture.keypoints,
            A::ToggleProjection => settings.picture.projection,
            A::ToggleTrails => settings.scene.trails,
            A::ToggleOnionSkins => settings.scene.onion_skins,
            A::ToggleGhost => settings.scene.ghost,
            A::ToggleFrustum => settings.scene.frustum,
            A::ToggleGrid => settings.scene.grid,
            A::ToggleOrthographic => settings.scene.orthographic,
            A::ToggleFollow => settings.scene.follow,
            A::ToggleTheme => settings.theme == crate::session::settings::ThemeChoice::Light,
            A::SideBySide => settings.side_by_side,
            A::LinkCameras => settings.link_cameras,
            A::MoveAlone => session.comparison.moves_alone,
            A::FirstSteps => settings.show_hints,
            _ => return Pane::of_action(self).map(|pane| pane.is_open(settings)),
        })
    }

    /// The shortcut as menus write it, e.g. "Ctrl+O".
    pub fn shortcut_text(self, ctx: &egui::Context) -> String {
        let [first, ..] = self.shortcuts() else { return String::new() };
        let key = match first.logical_key {
            Key::ArrowRight => text::actions::KEY_RIGHT,
            Key::ArrowLeft => text::actions::KEY_LEFT,
            Key::ArrowUp => text::actions::KEY_UP,
            Key::ArrowDown => text::actions::KEY_DOWN,
            other => other.symbol_or_name(),
        };
        let modifiers = ModifierNames::NAMES.format(&first.modifiers, ctx.os().is_mac());
        if modifiers.is_empty() { key.to_owned() } else { format!("{modifiers}+{key}") }
    }

    /// Label, help and shortcut for the pointer resting on a button.
    pub fn tooltip(self, session: &Session, ctx: &egui::Context) -> String {
        let keys = self.shortcut_text(ctx);
        let mut text = self.label(session).trim_end_matches('…').to_owned();
        if !keys.is_empty() {
            text.push_str(&format!(" ({keys})"));
        }
        if let Some(help) = self.help() {
            text.push('\n');
            text.push_str(help);
        }
        text
    }

    /// Every action, in the order of the menus.
    pub fn all() -> impl Iterator<Item = Self> {
        MENUS.iter().flat_map(Menu::actions)
    }

    /// Takes the pressed shortcuts out of the input. Those with modifiers go first, as Shift+Right is also a Right.
    ///
    /// Nothing while a text field, a dialog or a menu has the keyboard; while another widget has it, the keys that such widgets use
    /// themselves stay with it.
    pub fn take_pressed(ctx: &egui::Context) -> Vec<Self> {
        if !keys_are_free(ctx) {
            return Vec::new();
        }
        let widget_has_keys = ctx.memory(egui::Memory::focused).is_some();
        let is_widget_key =
            |key: Key| matches!(key, Key::Space | Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown);
        let mut bound: Vec<(Self, &KeyboardShortcut)> =
            Self::all().flat_map(|action| action.shortcuts().iter().map(move |shortcut| (action, shortcut))).collect();
        let modifier_count = |modifiers: Modifiers| {
            usize::from(modifiers.shift) + usize::from(modifiers.command) + usize::from(modifiers.alt)
        };
        bound.sort_by_key(|(_, shortcut)| std::cmp::Reverse(modifier_count(shortcut.modifiers)));
        bound.retain(|(_, shortcut)| {
            !(widget_has_keys && modifier_count(shortcut.modifiers) == 0 && is_widget_key(shortcut.logical_key))
        });
        ctx.input_mut(|input| {
            bound
                .into_iter()
                .filter(|(_, shortcut)| input.consume_shortcut(shortcut))
                .map(|(action, _)| action)
                .collect()
        })
    }
}

/// Whether keys are for the window: not for a text field, a dialog or a menu.
pub fn keys_are_free(ctx: &egui::Context) -> bool {
    let is_asking = ctx.memory(|memory| memory.top_modal_layer().is_some()) || egui::Popup::is_any_open(ctx);
    !is_asking && !ctx.text_edit_focused()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let mut seen = HashSet::new();
        for action in Action::all() {
            for shortcut in action.shortcuts() {
                assert!(seen.insert(*shortcut), "{action:?}: {shortcut:?}");
            }
        }
    }

    #[test]
    fn no_two_actions_have_one_name() {
        let mut seen = HashSet::new();
        assert!(Action::all().all(|action| seen.insert(action.name())));
        assert_eq!(seen.len(), ACTION_COUNT);
    }
}
