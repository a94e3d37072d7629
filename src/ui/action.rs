//! The one list of what a person can ask for: menus, buttons, shortcuts and the shortcut sheet all come from here.

use eframe::egui::{self, Key, KeyboardShortcut, ModifierNames, Modifiers};

use super::icon::Icon;
use crate::session::Session;
use crate::session::clock::SPEEDS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    OpenFile,
    OpenFolder,
    OpenPath,
    OpenDemo,
    Close,
    Quit,
    Undo,
    Redo,
    CopyFrame,
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
    FrameAll,
    ViewFront,
    ViewSide,
    ViewTop,
    ViewThreeQuarter,
    ViewCamera,
    ToggleLeftPanel,
    ToggleRightPanel,
    ToggleKeypointsView,
    TogglePerformance,
    ToggleTheme,
    CancelInference,
    Shortcuts,
}

/// How far [`Action::LeapForward`] goes.
pub const LEAP_FRAMES: i64 = 10;

/// A menu of the menu bar; none stands for a separator.
pub struct Menu {
    pub title: &'static str,
    pub entries: &'static [Option<Action>],
}

use Action as A;

pub const MENUS: [Menu; 5] = [
    Menu {
        title: "File",
        entries: &[
            Some(A::OpenFile),
            Some(A::OpenFolder),
            Some(A::OpenPath),
            Some(A::OpenDemo),
            None,
            Some(A::Close),
            Some(A::Quit),
        ],
    },
    Menu {
        title: "Edit",
        entries: &[Some(A::Undo), Some(A::Redo), None, Some(A::CopyFrame), None, Some(A::CancelInference)],
    },
    Menu {
        title: "Playback",
        entries: &[
            Some(A::PlayPause),
            Some(A::ToggleLoop),
            None,
            Some(A::StepForward),
            Some(A::StepBack),
            Some(A::LeapForward),
            Some(A::LeapBack),
            Some(A::FirstFrame),
            Some(A::LastFrame),
            None,
            Some(A::Faster),
            Some(A::Slower),
        ],
    },
    Menu {
        title: "View",
        entries: &[
            Some(A::FrameAll),
            Some(A::ViewFront),
            Some(A::ViewSide),
            Some(A::ViewTop),
            Some(A::ViewThreeQuarter),
            Some(A::ViewCamera),
            None,
            Some(A::ToggleLeftPanel),
            Some(A::ToggleRightPanel),
            Some(A::ToggleKeypointsView),
            Some(A::TogglePerformance),
            None,
            Some(A::ToggleTheme),
        ],
    },
    Menu { title: "Help", entries: &[Some(A::Shortcuts)] },
];

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

impl Action {
    /// What it does, in the words of menus and screen readers.
    pub fn label(self, session: &Session) -> &'static str {
        match self {
            A::OpenFile => "Open file…",
            A::OpenFolder => "Open folder…",
            A::OpenPath => "Open path…",
            A::OpenDemo => "Open demo",
            A::Close => "Close",
            A::Quit => "Quit",
            A::Undo => "Undo",
            A::Redo => "Redo",
            A::CopyFrame => "Copy frame values",
            A::PlayPause if session.clock.is_playing() => "Pause",
            A::PlayPause => "Play",
            A::StepForward => "Next frame",
            A::StepBack => "Previous frame",
            A::LeapForward => "Forward 10 frames",
            A::LeapBack => "Back 10 frames",
            A::FirstFrame => "First frame",
            A::LastFrame => "Last frame",
            A::ToggleLoop => "Loop",
            A::Faster => "Faster",
            A::Slower => "Slower",
            A::FrameAll => "Frame everyone",
            A::ViewFront => "Front view",
            A::ViewSide => "Side view",
            A::ViewTop => "Top view",
            A::ViewThreeQuarter => "Three-quarter view",
            A::ViewCamera => "Camera view",
            A::ToggleLeftPanel => "Sources and people",
            A::ToggleRightPanel => "Inspector",
            A::ToggleKeypointsView => "2D keypoints",
            A::TogglePerformance => "Performance",
            A::ToggleTheme => "Light theme",
            A::CancelInference => "Cancel inference",
            A::Shortcuts => "Keyboard shortcuts",
        }
    }

    /// More than the label says, where there is more; none otherwise.
    pub fn help(self) -> Option<&'static str> {
        Some(match self {
            A::OpenFile => "Keypoint files of AlphaPose, OpenPose, MMPose, COCO, Ultralytics, DeepLabCut and more",
            A::OpenFolder => "A folder of per-frame files, as OpenPose and Ultralytics write them",
            A::OpenPath => "Type or paste the path of a file or folder",
            A::OpenDemo => "A dancer and a boxer, built into the program",
            A::CopyFrame => "The joints in the inspector as tab-separated values",
            A::FrameAll => "Move the camera so that everyone is in the picture",
            A::ViewCamera => "From where the recording camera stood",
            A::TogglePerformance => "Frame time, inference time and queue over the 3D view",
            A::CancelInference => "Stop the running inference; what is there stays",
            _ => return None,
        })
    }

    /// All keys that do it; the first is the one that menus show. Digits work on the keypad too.
    pub fn shortcuts(self) -> &'static [KeyboardShortcut] {
        macro_rules! keys {
            ($($shortcut:expr),*) => {{
                const KEYS: &[KeyboardShortcut] = &[$($shortcut),*];
                KEYS
            }};
        }
        match self {
            A::OpenFile => keys![command(Key::O)],
            A::OpenFolder => keys![command_shift(Key::O)],
            A::OpenPath => keys![command(Key::L)],
            A::OpenDemo => keys![command(Key::D)],
            A::Close => keys![command(Key::W)],
            A::Quit => keys![command(Key::Q)],
            A::Undo => keys![command(Key::Z)],
            A::Redo => keys![command_shift(Key::Z), command(Key::Y)],
            A::CopyFrame => keys![command_shift(Key::C)],
            A::PlayPause => keys![key(Key::Space)],
            A::StepForward => keys![key(Key::ArrowRight)],
            A::StepBack => keys![key(Key::ArrowLeft)],
            A::LeapForward => keys![shift(Key::ArrowRight)],
            A::LeapBack => keys![shift(Key::ArrowLeft)],
            A::FirstFrame => keys![key(Key::Home)],
            A::LastFrame => keys![key(Key::End)],
            A::ToggleLoop => keys![key(Key::L)],
            A::Faster => keys![key(Key::ArrowUp)],
            A::Slower => keys![key(Key::ArrowDown)],
            A::FrameAll => keys![key(Key::F)],
            A::ViewFront => keys![key(Key::Num1)],
            A::ViewSide => keys![key(Key::Num3)],
            A::ViewTop => keys![key(Key::Num7)],
            A::ViewThreeQuarter => keys![key(Key::Num5)],
            A::ViewCamera => keys![key(Key::Num0)],
            A::ToggleLeftPanel => keys![key(Key::OpenBracket)],
            A::ToggleRightPanel => keys![key(Key::CloseBracket)],
            A::ToggleKeypointsView => keys![key(Key::K)],
            A::TogglePerformance => keys![key(Key::P)],
            A::ToggleTheme => keys![key(Key::T)],
            A::CancelInference => keys![command(Key::Period)],
            A::Shortcuts => keys![key(Key::F1), key(Key::Questionmark)],
        }
    }

    /// The shortcut as menus write it, e.g. "Ctrl+O".
    pub fn shortcut_text(self, ctx: &egui::Context) -> String {
        let [first, ..] = self.shortcuts() else { return String::new() };
        let key = match first.logical_key {
            Key::ArrowRight => "Right",
            Key::ArrowLeft => "Left",
            Key::ArrowUp => "Up",
            Key::ArrowDown => "Down",
            other => other.symbol_or_name(),
        };
        let modifiers = ModifierNames::NAMES.format(&first.modifiers, ctx.os().is_mac());
        if modifiers.is_empty() { key.to_owned() } else { format!("{modifiers}+{key}") }
    }

    /// Label, help and shortcut for the pointer resting on a button.
    pub fn tooltip(self, session: &Session, ctx: &egui::Context) -> String {
        let mut text = format!("{} ({})", self.label(session).trim_end_matches('…'), self.shortcut_text(ctx));
        if let Some(help) = self.help() {
            text.push('\n');
            text.push_str(help);
        }
        text
    }

    pub fn icon(self, session: &Session) -> Option<Icon> {
        Some(match self {
            A::OpenFile => Icon::File,
            A::OpenFolder => Icon::Folder,
            A::OpenDemo => Icon::Person,
            A::Close | A::CancelInference => Icon::Cross,
            A::Undo => Icon::Undo,
            A::Redo => Icon::Redo,
            A::CopyFrame => Icon::Copy,
            A::PlayPause if session.clock.is_playing() => Icon::Pause,
            A::PlayPause => Icon::Play,
            A::StepForward => Icon::StepForward,
            A::StepBack => Icon::StepBack,
            A::FirstFrame => Icon::First,
            A::LastFrame => Icon::Last,
            A::ToggleLoop => Icon::Loop,
            A::FrameAll => Icon::FrameAll,
            A::ToggleLeftPanel => Icon::PanelLeft,
            A::ToggleRightPanel => Icon::PanelRight,
            A::TogglePerformance => Icon::Gauge,
            A::ToggleTheme => Icon::Contrast,
            A::ViewCamera => Icon::Camera,
            _ => return None,
        })
    }

    pub fn is_enabled(self, session: &Session, is_inferring: bool) -> bool {
        match self {
            A::Undo => session.history.undo_label().is_some(),
            A::Redo => session.history.redo_label().is_some(),
            A::CancelInference => is_inferring,
            A::Faster => session.clock.speed() < SPEEDS[SPEEDS.len() - 1],
            A::Slower => session.clock.speed() > SPEEDS[0],
            A::Close
            | A::CopyFrame
            | A::PlayPause
            | A::StepForward
            | A::StepBack
            | A::LeapForward
            | A::LeapBack
            | A::FirstFrame
            | A::LastFrame
            | A::FrameAll
            | A::ViewFront
            | A::ViewSide
            | A::ViewTop
            | A::ViewThreeQuarter
            | A::ViewCamera => session.active().is_some(),
            _ => true,
        }
    }

    /// Whether it is on, for what can be on or off.
    pub fn is_on(self, session: &Session) -> Option<bool> {
        let settings = &session.settings;
        Some(match self {
            A::ToggleLoop => session.clock.is_looping(),
            A::ToggleLeftPanel => settings.show_left_panel,
            A::ToggleRightPanel => settings.show_right_panel,
            A::ToggleKeypointsView => settings.show_keypoints_view,
            A::TogglePerformance => settings.show_performance,
            A::ToggleTheme => settings.theme == crate::session::settings::ThemeChoice::Light,
            _ => return None,
        })
    }

    /// Every action, in the order of the menus.
    pub fn all() -> impl Iterator<Item = Self> {
        MENUS.iter().flat_map(|menu| menu.entries.iter().copied().flatten())
    }

    /// Takes the pressed shortcuts out of the input. Those with modifiers go first, as Shift+Right is also a Right.
    ///
    /// Nothing while a text field, a dialog or a menu has the keyboard; while another widget has it, the keys that such widgets use
    /// themselves stay with it.
    pub fn take_pressed(ctx: &egui::Context) -> Vec<Self> {
        let is_asking = ctx.memory(|memory| memory.top_modal_layer().is_some()) || egui::Popup::is_any_open(ctx);
        if is_asking || ctx.text_edit_focused() {
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_does_two_things_and_every_action_has_one() {
        let mut seen = HashSet::new();
        for action in Action::all() {
            assert!(!action.shortcuts().is_empty(), "{action:?}");
            for shortcut in action.shortcuts() {
                assert!(seen.insert(*shortcut), "{action:?}: {shortcut:?}");
            }
        }
    }

    #[test]
    fn every_action_is_in_one_menu() {
        let mut seen = HashSet::new();
        assert!(Action::all().all(|action| seen.insert(action)));
        // The last variant closes the enum, so its number counts the others.
        assert_eq!(seen.len(), Action::Shortcuts as usize + 1);
    }
}
