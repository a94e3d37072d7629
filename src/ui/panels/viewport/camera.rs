//! Where the 3D view is seen from: named views, framing, following, and what drags and wheels do.

use std::f32::consts::{FRAC_PI_2, PI};

use eframe::egui::{PointerButton, Response, Ui};
use glam::{Vec2, Vec3};

use super::framing::framed;
use super::{ClipView, ViewportState};
use crate::data::PersonId;
use crate::scene::{OrbitCamera, ViewPreset};
use crate::session::shot::Shot;
use crate::session::{Motion, Person, SourceId};
use crate::ui::action::Action;

/// Metres from a person's joints to the skin.
const ROOM: f32 = 0.12;
/// After this long what a camera has seen says where people get to.
const LIVE_SETTLES_SECS: f64 = 4.0;

/// The camera frames everyone once when first results come and again when the first run is through, unless the
/// person has taken the camera by then.
#[derive(Clone, Copy, PartialEq)]
pub enum Framing {
    Waiting(Option<SourceId>),
    Partial(SourceId),
    Done(SourceId),
}

pub fn frame_first_results(state: &mut ViewportState, view: ClipView, shot: Shot, aspect: f32) {
    let (session, id) = (view.session, view.id());
    if !matches!(state.framing, Framing::Partial(source) | Framing::Done(source) if source == id) {
        state.framing = Framing::Waiting(Some(id));
    }
    if shot.motion.is_none() || state.framing == Framing::Done(id) {
        return;
    }
    let is_complete =
        |person: &Person| session.results.person(id, person.id).is_some_and(|result| result.complete().is_some());
    // Before a camera people get to their places first.
    let is_settled = !session.is_live(id) || session.clock.duration_secs() >= LIVE_SETTLES_SECS;
    // What is whole may not be derived yet, and the people who come with it move the others.
    let is_whole = is_settled && !session.is_motion_outdated(id) && view.visible_people().all(is_complete);
    let is_first = state.framing != Framing::Partial(id);
    if is_first || is_whole {
        go_to(state, shot, Action::ViewThreeQuarter, aspect);
        state.view = None;
    }
    if is_first {
        state.rig.snap();
    }
    state.framing = if is_whole { Framing::Done(id) } else { Framing::Partial(id) };
}

/// Eases to a named view of all shown people.
pub fn go_to(state: &mut ViewportState, shot: Shot, action: Action, aspect: f32) {
    let Some((motion, bounds)) = shot.motion.and_then(|motion| Some((motion, motion.bounds?))) else { return };
    let preset = match action {
        Action::ViewFront => ViewPreset::Front,
        Action::ViewSide => ViewPreset::Side,
        Action::ViewTop => ViewPreset::Top,
        Action::ViewThreeQuarter => ViewPreset::ThreeQuarter,
        Action::ViewCamera => {
            let Some(camera) = shot.recording_camera(aspect) else { return };
            state.rig.go_to(camera);
            state.view = Some(action);
            return;
        }
        Action::FrameAll => {
            let points = points_of(shot, motion);
            return look_at(state, *state.rig.goal(), &points, aspect);
        }
        _ => return,
    };
    let points = points_of(shot, motion);
    look_at(state, OrbitCamera::preset(preset, bounds, aspect), &points, aspect);
    state.view = Some(action);
}

/// What has to be in the picture: where the shown people get to, and the recording camera where that is shown.
fn points_of(shot: Shot, motion: &Motion) -> Vec<Vec3> {
    let visible: Vec<PersonId> = shot.visible_people().map(|person| person.id).collect();
    let frustum = shot.frustum().filter(|_| shot.settings.frustum);
    let camera = frustum.into_iter().flat_map(|frustum| {
        let corners = [-1.0, 1.0].into_iter().flat_map(|x| [-1.0, 1.0].map(|y| Vec2::new(x, y)));
        corners.map(move |corner| frustum.point(corner)).chain([frustum.eye])
    });
    motion.points(&visible).chain(camera).collect()
}

/// Eases to where the points fill the picture, seen as `camera` looks.
pub fn look_at(state: &mut ViewportState, camera: OrbitCamera, points: &[Vec3], aspect: f32) {
    let OrbitCamera { vertical_fov, .. } = OrbitCamera::default();
    let camera = OrbitCamera { vertical_fov, roll: 0.0, flatness: state.rig.goal().flatness, ..camera };
    let skin = points.iter().flat_map(|point| [-ROOM, ROOM].map(|room| *point + Vec3::splat(room)));
    if let Some(mut camera) = framed(camera, skin, aspect) {
        camera.keep_above_floor();
        state.rig.go_to(camera);
    }
}

/// Drags and wheels move the camera.
pub fn steer(ui: &Ui, response: &Response, state: &mut ViewportState) {
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

/// Eases to look against the direction of one of the world's axes.
pub fn look_along(state: &mut ViewportState, axis: Vec3) {
    let goal = *state.rig.goal();
    let (yaw, pitch) = if axis.y != 0.0 {
        // Turned by quarters, so that the other axes lie along the picture's edges.
        ((goal.yaw / FRAC_PI_2).round() * FRAC_PI_2, axis.y * FRAC_PI_2)
    } else if axis.x != 0.0 {
        (axis.x * FRAC_PI_2, 0.0)
    } else {
        (if axis.z > 0.0 { 0.0 } else { PI }, 0.0)
    };
    state.rig.go_to(OrbitCamera { yaw, pitch, roll: 0.0, ..goal });
    state.view = None;
    state.keep_framing();
}

/// Keeps the projection as the settings say. What the recording camera saw is in perspective always.
pub fn project(state: &mut ViewportState, view: ClipView) {
    let is_parallel = view.session.settings.scene.orthographic && state.view != Some(Action::ViewCamera);
    let flatness = f32::from(u8::from(is_parallel));
    let goal = *state.rig.goal();
    if goal.flatness != flatness {
        state.rig.go_to(OrbitCamera { flatness, ..goal });
    }
}

/// Turns to where the selected person, or else everyone shown, is in a new frame.
pub fn follow(state: &mut ViewportState, view: ClipView, shot: Shot) {
    if !shot.settings.follow || state.view == Some(Action::ViewCamera) {
        state.followed = None;
        return;
    }
    // Within a frame the camera can be moved by hand.
    if state.followed == Some(view.frame) {
        return;
    }
    if let Some(middle) = shot.middle(view.frame, view.selection().person()) {
        state.followed = Some(view.frame);
        state.rig.follow(middle);
    }
}
