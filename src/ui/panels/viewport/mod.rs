//! The 3D view: people on their floor, a camera to turn around them, and what floats over the picture.
//!
//! The picture itself is drawn by [`crate::render`] inside egui's frame (see `gpu`); this panel decides what is in
//! it and from where it is seen.

mod framing;
mod gpu;
mod overlay;
mod views;

use std::sync::Arc;

use eframe::egui::{self, PointerButton, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo};
use eframe::egui_wgpu::RenderState;
use eframe::wgpu;
use glam::{Vec2, Vec3};

use self::framing::framed;
use self::gpu::{Outcome, Picture, Target, picture_shape};
pub use self::views::Viewports;
use super::floating::{self, people_words};
use crate::data::{FrameIndex, PersonId, WorldTrack};
use crate::scene::{
    Bounds, CameraMatrices, CameraRig, LinearRgba, OrbitCamera, PersonStyle, RenderScene, SceneStyle, ViewPreset,
    build_scene,
};
use crate::session::{Motion, Person, PersonMotion, Selection, Session, SourceId, SourceState};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::theme::Theme;

/// Metres from a person's joints to the skin.
const ROOM: f32 = 0.12;
/// Opacity of a person who was not seen in this frame, whose pose the model filled in.
const UNSEEN_OPACITY: f32 = 0.4;

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

    /// Selection and hover are of the active clip.
    fn selection(&self) -> Selection {
        if self.session.active_id() == Some(self.id()) { self.session.selection } else { Selection::default() }
    }
}

/// What the 3D view of a clip remembers between frames.
pub struct ViewportState {
    rig: CameraRig,
    target: Option<Target>,
    outcome: Outcome,
    /// A view asked for from outside, taken at the next frame.
    asked: Option<Action>,
    /// The named view that is shown, until the camera is moved by hand.
    view: Option<Action>,
    framing: Framing,
    pub shows_names: bool,
}

/// The camera frames everyone once when first results come and again when the first run is through, unless the
/// person has taken the camera by then.
#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Waiting(Option<SourceId>),
    Partial(SourceId),
    Done(SourceId),
}

impl Default for ViewportState {
    fn default() -> Self {
        Self {
            rig: CameraRig::new(OrbitCamera::default()),
            target: None,
            outcome: Outcome::default(),
            asked: None,
            view: None,
            framing: Framing::Waiting(None),
            shows_names: true,
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

    /// A view of another clip in the same window.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { target: self.target, shows_names: self.shows_names, ..Self::default() }
    }

    /// The person has the camera now.
    fn keep_framing(&mut self) {
        if let Framing::Partial(source) = self.framing {
            self.framing = Framing::Done(source);
        }
    }

    /// Moves the camera as [`Action::FrameAll`] and the view actions say; other actions do nothing.
    pub fn ask(&mut self, action: Action) {
        self.asked = Some(action);
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

/// A person in the shown frame.
#[derive(Clone, Copy)]
struct Shown<'a> {
    person: PersonId,
    /// In the world, metres; H36M-17.
    joints: &'a [Vec3],
    motion: &'a PersonMotion,
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
    let motion = view.session.motion(view.id()).map(|motion| &**motion).filter(|motion| !motion.people.is_empty());
    let visible: Vec<PersonId> = view.visible_people().map(|person| person.id).collect();
    response.widget_info(|| {
        let label = format!("3D view: {} shown", people_words(visible.len()));
        WidgetInfo::labeled(Role::Image, true, label)
    });
    let aspect = rect.width() / rect.height();
    state.rig.eases = ui.style().animation_time > 0.0;
    frame_first_results(state, view, motion, &visible, aspect);
    if let Some(action) = state.asked.take() {
        go_to(state, motion, action, &visible, aspect);
        state.keep_framing();
    }
    steer(ui, &response, state);
    if state.rig.advance(ui.input(|input| input.stable_dt.min(0.1))) {
        ui.request_repaint();
    }

    let camera = *state.rig.shown();
    let everybody = motion.map_or(&[][..], |motion| &motion.people);
    let is_shown = |person: &&PersonMotion| visible.contains(&person.person);
    let people = everybody.iter().filter(is_shown).filter_map(|motion| {
        let joints = motion.joints_in_world(view.frame)?;
        Some(Shown { person: motion.person, joints, motion })
    });
    let is_crowd = everybody.len() > 1;
    let people = people.collect();
    let stage = Stage { rect, camera, matrices: camera.matrices(aspect), people };

    let scene = scene_of(&stage, view, theme, motion.and_then(|motion| motion.bounds), is_crowd);
    paint_picture(ui, view, theme, state.target, &state.outcome, &stage, scene);
    if motion.is_none() {
        waiting_note(ui, view.clip, theme, rect);
    }
    let picked = overlay::pick(&stage, &response);
    if let Some(pick) = picked {
        out.push(UiCommand::Hover(pick));
    }
    if response.clicked() {
        out.push(UiCommand::Select(picked));
    }
    let framed = response.double_clicked().then(|| {
        picked.and_then(|pick| stage.people.iter().find(|shown| shown.person == pick.person)).map(|shown| shown.joints)
    });
    overlay::people(ui, &stage, view, theme, picked, state.shows_names && is_crowd);
    overlay::axes(ui, &stage, theme);
    overlay::toolbar(ui, rect, view, theme, state.view, &mut state.shows_names, out);
    match framed {
        Some(Some(joints)) => look_at(state, *state.rig.goal(), joints, aspect),
        Some(None) => go_to(state, motion, Action::FrameAll, &visible, aspect),
        None => {}
    }
}

fn frame_first_results(
    state: &mut ViewportState,
    view: ClipView,
    motion: Option<&Motion>,
    visible: &[PersonId],
    aspect: f32,
) {
    let (session, id) = (view.session, view.id());
    if !matches!(state.framing, Framing::Partial(source) | Framing::Done(source) if source == id) {
        state.framing = Framing::Waiting(Some(id));
    }
    if motion.is_none() || state.framing == Framing::Done(id) {
        return;
    }
    let is_complete =
        |person: &PersonId| session.results.person(id, *person).is_some_and(|result| result.complete().is_some());
    // What is whole may not be derived yet, and the people who come with it move the others.
    let is_whole = !session.is_motion_outdated(id) && visible.iter().all(is_complete);
    let is_first = state.framing != Framing::Partial(id);
    if is_first || is_whole {
        go_to(state, motion, Action::ViewThreeQuarter, visible, aspect);
        state.view = None;
    }
    if is_first {
        state.rig.snap();
    }
    state.framing = if is_whole { Framing::Done(id) } else { Framing::Partial(id) };
}

/// Eases to a named view of all shown people.
fn go_to(state: &mut ViewportState, motion: Option<&Motion>, action: Action, visible: &[PersonId], aspect: f32) {
    let Some((motion, bounds)) = motion.and_then(|motion| Some((motion, motion.bounds?))) else { return };
    let preset = match action {
        Action::ViewFront => ViewPreset::Front,
        Action::ViewSide => ViewPreset::Side,
        Action::ViewTop => ViewPreset::Top,
        Action::ViewThreeQuarter => ViewPreset::ThreeQuarter,
        Action::ViewCamera => {
            let placement = &motion.placement;
            // The whole picture is in view also where the panel is narrower than it.
            let slope = (placement.vertical_fov * 0.5).tan() * (placement.aspect / aspect).max(1.0);
            let (eye, pitch) = (placement.camera_position_in_world, placement.camera_pitch);
            let preset = ViewPreset::Camera { eye, pitch, vertical_fov: 2.0 * slope.atan() };
            state.rig.go_to(OrbitCamera::preset(preset, bounds, aspect));
            state.view = Some(action);
            return;
        }
        Action::FrameAll => {
            let points: Vec<Vec3> = motion.points(visible).collect();
            return look_at(state, *state.rig.goal(), &points, aspect);
        }
        _ => return,
    };
    let points: Vec<Vec3> = motion.points(visible).collect();
    look_at(state, OrbitCamera::preset(preset, bounds, aspect), &points, aspect);
    state.view = Some(action);
}

/// Eases to where the points fill the picture, seen as `camera` looks.
fn look_at(state: &mut ViewportState, camera: OrbitCamera, points: &[Vec3], aspect: f32) {
    let camera = OrbitCamera { vertical_fov: OrbitCamera::default().vertical_fov, ..camera };
    let skin = points.iter().flat_map(|point| [-ROOM, ROOM].map(|room| *point + Vec3::splat(room)));
    if let Some(mut camera) = framed(camera, skin, aspect) {
        camera.keep_above_floor();
        state.rig.go_to(camera);
    }
}

/// Drags and wheels move the camera.
fn steer(ui: &Ui, response: &Response, state: &mut ViewportState) {
    let modifiers = ui.input(|input| input.modifiers);
    let delta = response.drag_delta() / response.rect.height();
    let drag = Vec2::new(delta.x, delta.y);
    let is_primary = response.dragged_by(PointerButton::Primary);
    let pans = response.dragged_by(PointerButton::Secondary)
        || response.dragged_by(PointerButton::Middle)
        || is_primary && modifiers.shift;
    let mut moved = false;
    if drag != Vec2::ZERO && (pans || is_primary) {
        if pans {
            state.rig.pan(drag);
        } else {
            state.rig.orbit(drag, modifiers.alt);
        }
        moved = true;
    }
    if response.contains_pointer() {
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
        let factor = pinch * ((scroll.x + scroll.y) * 0.004).exp();
        if factor != 1.0 {
            state.rig.zoom(factor);
            moved = true;
        }
    }
    if moved {
        state.view = None;
        state.keep_framing();
    }
}

fn scene_of(stage: &Stage, view: ClipView, theme: &Theme, bounds: Option<Bounds>, is_crowd: bool) -> RenderScene {
    let (style, look) = if theme.is_dark {
        (SceneStyle::dark(), PersonStyle::dark())
    } else {
        (SceneStyle::light(), PersonStyle::light())
    };
    let people: Vec<(&WorldTrack, PersonStyle)> = stage
        .people
        .iter()
        .map(|shown| {
            let mut look = look;
            if let Some(person) = view.person(shown.person).filter(|_| is_crowd) {
                let [red, green, blue, _] = Theme::person(person.colour).to_array();
                look = look.tinted(LinearRgba::from_srgb([red, green, blue]));
            }
            let keypoints = view.clip.source.track(shown.person);
            if keypoints.is_some_and(|keypoints| keypoints.frame(view.frame).is_none()) {
                look.opacity = UNSEEN_OPACITY;
            }
            (&shown.motion.world, look)
        })
        .collect();
    build_scene(&people, view.frame, &style, bounds)
}

fn paint_picture(
    ui: &Ui,
    view: ClipView,
    theme: &Theme,
    target: Option<Target>,
    outcome: &Outcome,
    stage: &Stage,
    scene: RenderScene,
) {
    let rect = stage.rect;
    let failure = match target {
        None => Some("The 3D view needs a graphics device, and this window has none.".to_owned()),
        Some(_) => outcome.failure(),
    };
    if let Some(target) = target {
        // As egui rounds the viewport of a callback, so that pixels meet pixels.
        let scale = ui.pixels_per_point();
        let pixels = |from: f32, to: f32| ((to * scale).round() - (from * scale).round()).max(1.0) as u32;
        let picture = Picture {
            scene: Arc::new(scene),
            camera: stage.camera,
            size: [pixels(rect.left(), rect.right()), pixels(rect.top(), rect.bottom())],
            samples: view.session.settings.msaa.map(|samples| if samples > 1 { 4 } else { 1 }),
        };
        ui.painter().add(picture_shape(rect, view.place, picture, target, outcome.clone()));
    } else {
        ui.painter().rect_filled(rect, 0.0, theme.viewport_bottom);
    }
    if let Some(failure) = failure {
        floating::note(ui, rect, &failure, theme.text);
    }
}

/// Before there is anything to see; fades in, so that a quick model does not make it flash.
fn waiting_note(ui: &Ui, clip: &SourceState, theme: &Theme, rect: Rect) {
    let strength = ui.ctx().animate_bool_with_time(ui.scope_id().with(("waiting", clip.source.id)), true, 0.6);
    let text = if clip.people.is_empty() {
        "Nobody is in this recording."
    } else {
        "3D appears here as soon as the first frames are inferred."
    };
    floating::note(ui, rect, text, theme.muted.gamma_multiply(strength));
}
