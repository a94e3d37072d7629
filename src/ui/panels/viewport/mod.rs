//! The 3D view: people on their floor, a camera to turn around them, and what floats over the picture.
//!
//! The picture itself is drawn by [`crate::render`] inside egui's frame (see `gpu`); this panel decides what is in
//! it and from where it is seen.

mod camera;
mod framing;
mod gizmo;
mod gpu;
mod overlay;
mod picture;
mod scene_menu;
mod views;

use std::sync::Arc;

use eframe::egui::{self, Pos2, Rect, Response, Role, Sense, TextureId, Ui, WidgetInfo};
use eframe::egui_wgpu::RenderState;
use eframe::wgpu;
use glam::{Vec2, Vec3};

use self::camera::Framing;
use self::gizmo::gizmo_ui;
use self::gpu::{Outcome, Target};
use self::scene_menu::SceneMenu;
pub use self::views::Viewports;
use super::floating;
use super::picking;
use crate::data::{FrameIndex, PersonId};
use crate::scene::{CameraMatrices, CameraRig, OrbitCamera};
use crate::session::shot::{Shot, Shown};
use crate::session::{Person, Pick, Selection, Session, SourceId, SourceState};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::screenshot::Destination;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::Ask;

/// What a 3D view shows.
#[derive(Clone, Copy)]
pub struct ClipView<'a> {
    pub session: &'a Session,
    /// Need not be the active one.
    pub clip: &'a SourceState,
    pub frame: FrameIndex,
    /// Among the views of the window, from 0.
    pub place: usize,
}

impl<'a> ClipView<'a> {
    /// The active clip at the time of the clock; none if nothing is open.
    pub fn active(session: &'a Session) -> Option<Self> {
        session.active().map(|clip| Self { session, clip, frame: session.frame(), place: 0 })
    }

    fn id(&self) -> SourceId {
        self.clip.source.id
    }

    fn person(&self, id: PersonId) -> Option<&'a Person> {
        self.clip.people.iter().find(|person| person.id == id)
    }

    fn visible_people(&self) -> impl Iterator<Item = &'a Person> {
        self.clip.people.iter().filter(|person| person.is_visible)
    }

    /// What the picture is made from.
    fn shot(&self, theme: &Theme) -> Shot<'a> {
        Shot::of(self.session, self.clip, theme.is_dark)
    }

    /// Selection and hover are of the active clip.
    fn selection(&self) -> Selection {
        if self.session.active_id() == Some(self.id()) { self.session.selection } else { Selection::default() }
    }
}

/// What the 3D view of a clip remembers between frames.
pub struct ViewportState {
    rig: CameraRig,
    /// Width and height of the picture.
    pixels: [u32; 2],
    target: Option<Target>,
    outcome: Outcome,
    /// A view asked for from outside, taken at the next frame.
    asked: Option<Action>,
    /// The named view that is shown, until the camera is moved by hand.
    view: Option<Action>,
    framing: Framing,
    /// The frame that the camera was turned to last.
    followed: Option<FrameIndex>,
    /// Asked for from outside.
    frame_person: Option<PersonId>,
    screenshot: Option<Destination>,
    scene_menu: SceneMenu,
    /// The clip's video at the shown frame; none leaves the view without one.
    video: Option<TextureId>,
    /// Longer side of the video on the screen, in its pixels.
    video_px: f32,
    /// What the open context menu is about.
    menu_pick: Option<Pick>,
}

impl Default for ViewportState {
    fn default() -> Self {
        Self {
            rig: CameraRig::new(OrbitCamera::default()),
            pixels: [1280, 720],
            target: None,
            outcome: Outcome::default(),
            asked: None,
            view: None,
            framing: Framing::Waiting(None),
            followed: None,
            frame_person: None,
            screenshot: None,
            scene_menu: SceneMenu::default(),
            video: None,
            video_px: 0.0,
            menu_pick: None,
        }
    }
}

impl ViewportState {
    /// Tells what the window is drawn with. Until then the panel says that there is no 3D.
    pub fn attach(&mut self, gpu: &RenderState) {
        self.target = Some(Target {
            format: gpu.target_format,
            is_software: gpu.adapter.get_info().device_type == wgpu::DeviceType::Cpu,
        });
    }

    /// Where it is seen from; none where that follows from the recording camera and the size of the picture.
    pub fn camera(&self) -> Option<OrbitCamera> {
        (self.view != Some(Action::ViewCamera)).then_some(*self.rig.shown())
    }

    /// Width and height of the picture that was shown last.
    pub fn pixels(&self) -> [u32; 2] {
        self.pixels
    }

    /// A view of another clip in the same window.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { target: self.target, ..Self::default() }
    }

    /// The person has the camera now.
    fn keep_framing(&mut self) {
        if let Framing::Partial(source) = self.framing {
            self.framing = Framing::Done(source);
        }
    }

    /// Moves the camera as [`Action::FrameAll`] and the view actions say, or takes a screenshot; other actions do
    /// nothing.
    pub fn ask(&mut self, action: Action) {
        match action {
            Action::SaveScreenshot => self.screenshot = Some(Destination::File),
            Action::CopyScreenshot => self.screenshot = Some(Destination::Clipboard),
            _ => self.asked = Some(action),
        }
    }

    /// What is shown behind the people while the view is the recording camera's.
    pub fn set_video(&mut self, video: Option<TextureId>) {
        self.video = video;
    }

    /// Moves the camera to this person.
    pub fn frame_person(&mut self, person: PersonId) {
        self.frame_person = Some(person);
    }
}

/// What is drawn over and picked in the picture.
struct Stage<'a> {
    rect: Rect,
    camera: OrbitCamera,
    matrices: CameraMatrices,
    /// People with a pose in this frame that are not hidden.
    people: Vec<Shown<'a>>,
}

impl Stage<'_> {
    /// Where a point of the world is on the screen.
    fn project(&self, point: Vec3) -> Option<Pos2> {
        let size = Vec2::new(self.rect.width(), self.rect.height());
        let at = self.matrices.project(point, size)?;
        at.is_finite().then(|| self.rect.min + egui::vec2(at.x, at.y))
    }
}

/// Fills what is left of `ui`. What is asked for is meant for the active clip.
pub fn viewport_ui(ui: &mut Ui, view: ClipView, theme: &Theme, state: &mut ViewportState, out: &mut Vec<UiCommand>) {
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::click_and_drag());
    if rect.width() < 1.0 || rect.height() < 1.0 {
        return;
    }
    let shot = view.shot(theme);
    let motion = shot.motion;
    response.widget_info(|| {
        let label = text::viewport::shows(view.visible_people().count());
        WidgetInfo::labeled(Role::Image, true, label)
    });
    let aspect = rect.width() / rect.height();
    state.rig.eases = ui.style().animation_time > 0.0;
    camera::frame_first_results(state, view, shot, aspect);
    if let Some(action) = state.asked.take() {
        camera::go_to(state, shot, action, aspect);
        state.keep_framing();
    }
    let person = state.frame_person.take().and_then(|person| motion?.person(person)?.joints_in_world(view.frame));
    if let Some(joints) = person {
        camera::look_at(state, *state.rig.goal(), joints, aspect);
    }
    camera::steer(ui, &response, state);
    camera::project(state, view);
    camera::follow(state, view, shot);
    if state.rig.advance(ui.input(|input| input.stable_dt.min(0.1))) {
        ui.request_repaint();
    }

    let camera = *state.rig.shown();
    let is_crowd = shot.is_crowd();
    let people = shot.people(view.frame).collect();
    let stage = Stage { rect, camera, matrices: camera.matrices(aspect), people };

    let scene = Arc::new(shot.scene(view.frame, ui.pixels_per_point()));
    state.pixels = picture::pixels_of(ui, &stage);
    let behind = picture::video_behind(shot, state, &stage);
    state.video_px = behind.map_or(0.0, |behind| behind.shown_px(ui));
    picture::paint_picture(ui, view, theme, state, &stage, &scene, behind);
    if let Some(destination) = state.screenshot.take() {
        out.push(picture::screenshot(ui, view, &stage, &scene, destination));
    }
    if motion.is_none() {
        waiting_note(ui, view.session, view.clip, theme, rect);
    }
    let picked = overlay::pick(&stage, &response);
    if let Some(pick) = picked {
        out.push(UiCommand::Hover(pick));
    }
    if response.clicked() {
        out.push(UiCommand::Select(picked));
    }
    let shows_names = view.session.settings.scene.names && is_crowd;
    overlay::people(ui, &stage, view, theme, picked, shows_names);
    let looked_along = gizmo_ui(ui, &stage, theme);
    // The menu has the same where it does not fit.
    if rect.width() >= size::TOOLBAR_FITS {
        overlay::toolbar(ui, rect, view, theme, state, out);
    }
    if response.secondary_clicked() {
        state.menu_pick = picked;
    }
    context_menu(&response, &stage, view, state.menu_pick, out);
    if let Some(axis) = looked_along {
        camera::look_along(state, axis);
    }
    if response.double_clicked() {
        out.push(picked.map_or(UiCommand::Do(Action::FrameAll), |pick| UiCommand::FramePerson(pick.person)));
    }
}

/// What can be done with what was under the pointer.
fn context_menu(response: &Response, stage: &Stage, view: ClipView, pick: Option<Pick>, out: &mut Vec<UiCommand>) {
    response.context_menu(|ui| {
        let place = pick.and_then(|pick| {
            let shown = stage.people.iter().find(|shown| shown.person == pick.person)?;
            let at = *shown.joints.get(pick.as_joint()?.0)?;
            Some(format!("{:.4}\t{:.4}\t{:.4}", at.x, at.y, at.z))
        });
        match pick {
            Some(pick) => picking::part_menu(ui, view.session, view.clip, pick, place, out),
            None => {
                ui.set_max_width(size::SCENE_MENU);
                let actions =
                    [Action::FrameAll, Action::ClearSelection, Action::CopyScreenshot, Action::SaveScreenshot];
                let mut ask = Ask { session: view.session, is_inferring: false, commands: out };
                for action in actions {
                    ask.menu_row(ui, action);
                }
            }
        }
    });
}

/// Before there is anything to see; fades in, so that a quick model does not make it flash.
fn waiting_note(ui: &Ui, session: &Session, clip: &SourceState, theme: &Theme, rect: Rect) {
    let strength = ui.ctx().animate_bool_with_time(ui.scope_id().with(("waiting", clip.source.id)), true, 0.6);
    let text = match clip.people.is_empty() {
        true if !clip.source.is_bare_video() => text::viewport::NOBODY_IN_RECORDING,
        true if session.settings.usable_detector().is_some() => text::viewport::NOT_SEARCHED,
        true => text::viewport::NO_DETECTOR,
        false => text::viewport::WAITING,
    };
    floating::note(ui, rect, text, theme.muted.gamma_multiply(strength));
}
