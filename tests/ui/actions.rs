//! Every action does something when it is chosen in its menu.

use std::fmt::Write as _;

use eframe::egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use motionbert::motion::angles::Angle;
use motionbert::session::reading::Quantity;
use motionbert::ui::Action;
use motionbert::ui::action::MENUS;

use super::{Setup, Studio, clip, wait_until};

/// What a person could notice: the session, everything that has a label with its state, and what went to the system.
fn noticeable(studio: &Studio) -> String {
    let session = studio.state().session();
    let mut text = format!(
        "{:?} {:?} {:?} {:?} {:?}\n",
        session.frame(),
        session.clock.is_playing(),
        session.clock.speed(),
        session.selection.selected,
        session.active_id()
    );
    text += &serde_json::to_string(&session.settings).unwrap();
    for clip in &session.document().sources {
        write!(text, "\n{:?} {:?} {:?}", clip.people, clip.trim, clip.markers).unwrap();
    }
    for node in studio.root().children_recursive() {
        let node = node.accesskit_node();
        let state = (node.label(), node.value(), node.toggled(), node.is_selected(), node.is_disabled());
        write!(text, "\n{state:?}").unwrap();
    }
    let output = studio.output();
    write!(text, "\n{:?}", output.platform_output.commands).unwrap();
    for view in output.viewport_output.values() {
        write!(text, "\n{:?}", view.commands).unwrap();
    }
    text
}

fn key(studio: &mut Studio, action: Action) {
    let shortcut = action.shortcuts().first().unwrap();
    studio.key_press_modifiers(shortcut.modifiers, shortcut.logical_key);
    studio.run_steps(4);
}

/// Brings the window where the action has something to do.
fn prepare(studio: &mut Studio, action: Action) {
    let to_the_middle = |studio: &mut Studio| {
        key(studio, Action::FirstFrame);
        for _ in 0..12 {
            studio.key_press(Key::ArrowRight);
        }
        studio.run_steps(4);
    };
    match action {
        Action::Undo | Action::Redo => {
            key(studio, Action::AddMarker);
            if action == Action::Redo {
                key(studio, Action::Undo);
            }
        }
        Action::ClearIn | Action::ClearOut | Action::ClearInOut | Action::ZoomToInOut => {
            to_the_middle(studio);
            key(studio, Action::SetIn);
            for _ in 0..4 {
                studio.key_press(Key::ArrowRight);
            }
            key(studio, Action::SetOut);
        }
        Action::RenameMarker | Action::RemoveMarker => {
            to_the_middle(studio);
            key(studio, Action::AddMarker);
        }
        Action::FitTimeline | Action::ZoomTimelineOut => key(studio, Action::ZoomTimelineIn),
        Action::ClearSelection => {
            studio.get_by_role_and_label(Role::ListItem, "Person 1").click();
            studio.run_steps(4);
        }
        Action::ZoomOut | Action::ZoomReset => key(studio, Action::ZoomIn),
        Action::LinkCameras | Action::MoveAlone => key(studio, Action::SideBySide),
        _ => to_the_middle(studio),
    }
}

/// Clicks the action in its menu.
fn choose(studio: &mut Studio, menu: &str, action: Action) {
    studio.get_by_role_and_label(Role::Button, menu).click();
    studio.run_steps(4);
    let label = action.label(studio.state().session());
    let roles = [Role::MenuItem, Role::MenuItemCheckBox];
    let role = roles.into_iter().find(|role| studio.query_by_role_and_label(*role, label).is_some());
    let row = studio.get_by_role_and_label(role.unwrap_or_else(|| panic!("{label} in {menu}")), label);
    assert!(!row.accesskit_node().is_disabled(), "{label} cannot be done");
    row.click();
    studio.step();
}

/// Closes what an action opened.
fn tidy(studio: &mut Studio, action: Action) {
    match action {
        Action::Settings
        | Action::Palette
        | Action::Shortcuts
        | Action::OpenPath
        | Action::Export
        | Action::ExportVideo
        | Action::RenameMarker => {
            studio.key_press(Key::Escape);
        }
        Action::SavePlotTable | Action::SavePlotPicture => {
            studio.key_press(Key::Escape);
        }
        Action::PlayPause | Action::SideBySide => key(studio, action),
        Action::LinkCameras => key(studio, Action::SideBySide),
        Action::MoveAlone => {
            key(studio, Action::MoveAlone);
            key(studio, Action::SideBySide);
        }
        Action::ZoomIn | Action::ZoomOut => key(studio, Action::ZoomReset),
        Action::ZoomTimelineIn | Action::ZoomToInOut => key(studio, Action::FitTimeline),
        _ => {}
    }
    studio.step();
}

#[test]
fn every_action_does_something() {
    // The system's dialogs and what needs a running job, a video, a camera, a graphics device, a match or a label have
    // tests of their own.
    let elsewhere = [
        Action::OpenFile,
        Action::OpenFolder,
        Action::AttachVideo,
        Action::DetachVideo,
        Action::DetectPeople,
        Action::StartCamera,
        Action::BackToLive,
        Action::KeepLive,
        Action::CancelInference,
        Action::SaveScreenshot,
        Action::CopyScreenshot,
        Action::FrameAll,
        Action::ViewFront,
        Action::ViewSide,
        Action::ViewTop,
        Action::ViewThreeQuarter,
        Action::ViewCamera,
        Action::Close,
        Action::NextHit,
        Action::PreviousHit,
        Action::NextSegment,
        Action::PreviousSegment,
    ];
    let folder = tempfile::tempdir().unwrap();
    let files = ["one.json", "two.json"].map(|name| clip(folder.path(), name, 2, 60));
    let mut setup = Setup::file(&files[0]);
    setup.start.files.push(files[1].clone());
    setup.settings.plotted = vec![Quantity::Angle(Angle::LeftKneeFlexion)];
    let mut studio = setup.settle_in(folder.path());
    wait_until(&mut studio, "both clips", |app| !app.is_busy() && app.session().document().sources.len() == 2);
    let mut idle = Vec::new();
    for menu in &MENUS {
        for action in menu.actions().filter(|action| !elsewhere.contains(action)) {
            prepare(&mut studio, action);
            let before = noticeable(&studio);
            choose(&mut studio, menu.title, action);
            let mut has_changed = false;
            for _ in 0..4 {
                has_changed |= noticeable(&studio) != before;
                studio.step();
            }
            if !has_changed || studio.query_by_role_and_label(Role::MenuItem, "Quit").is_some() {
                idle.push(action);
            }
            wait_until(&mut studio, "the action", |app| !app.is_busy());
            tidy(&mut studio, action);
        }
    }
    assert!(idle.is_empty(), "these did nothing: {idle:?}");
}
