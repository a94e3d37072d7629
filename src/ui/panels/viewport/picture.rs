//! What is in the 3D picture, as the settings say, and where it goes: into the window or into a screenshot.

use std::sync::Arc;

use eframe::egui::Ui;
use glam::Vec2;

use super::bodies::body_of;
use super::gpu::{Picture, picture_shape};
use super::{ClipView, Shown, Stage, ViewportState};
use crate::data::skeleton::H36M_17;
use crate::data::{FrameRange, WorldTrack};
use crate::scene::{
    Background, BodyShape, CameraFrustum, LinearRgba, OnionSkins, PersonStyle, Polyline, RenderScene, SceneStyle,
    Trail, build_scene,
};
use crate::session::scene_settings::BackgroundChoice;
use crate::session::{Motion, SceneSettings};
use crate::ui::command::UiCommand;
use crate::ui::panels::floating;
use crate::ui::screenshot::{self, Destination, ScreenshotRequest};
use crate::ui::text;
use crate::ui::theme::{Theme, size};

/// Opacity of a person who was not seen in this frame, whose pose the model filled in.
const UNSEEN_OPACITY: f32 = 0.4;
/// Of the pose before cleaning.
const GHOST_OPACITY: f32 = 0.38;
/// Thinner than the body, so that it is seen only where it differs.
const GHOST_THICKNESS: f32 = 0.7;
const TRAIL_SECS: f64 = 1.0;
/// The recording camera's picture stands at this share of its distance to the people, within these metres.
const IMAGE_PLANE_SHARE: f32 = 0.3;
const IMAGE_PLANE_METRES: (f32, f32) = (0.4, 1.6);

/// The looks that go with a background.
fn styles(choice: BackgroundChoice, theme: &Theme) -> (SceneStyle, PersonStyle) {
    let dark = || (SceneStyle::dark(), PersonStyle::dark());
    let light = || (SceneStyle::light(), PersonStyle::light());
    let of_theme = || if theme.is_dark { dark() } else { light() };
    let plain =
        |(scene, person): (SceneStyle, PersonStyle), hex| (scene.on_plain(LinearRgba::from_srgb_hex(hex)), person);
    match choice {
        BackgroundChoice::Theme | BackgroundChoice::Transparent => of_theme(),
        BackgroundChoice::Dark => plain(dark(), 0x14_16_1A),
        BackgroundChoice::Light => plain(light(), 0xFF_FF_FF),
        BackgroundChoice::Green => {
            let (scene, person) = of_theme();
            (scene.for_keying(LinearRgba::from_srgb_hex(0x00_B1_40)), person)
        }
    }
}

/// The shown people with all that the settings add to them. `scale` is pixels per point.
pub fn scene_of(
    stage: &Stage,
    view: ClipView,
    theme: &Theme,
    motion: Option<&Motion>,
    is_crowd: bool,
    scale: f32,
) -> RenderScene {
    let settings = &view.session.settings.scene;
    let (style, person_style) = styles(settings.background, theme);
    let style = SceneStyle {
        shows_grid: settings.grid,
        shadow_strength: if settings.shadows { style.shadow_strength } else { 0.0 },
        depth_cue: if style.depth_cue > 0.0 { settings.depth_cue } else { 0.0 },
        ..style
    };
    let looks: Vec<PersonStyle> =
        stage.people.iter().map(|shown| look_of(shown, view, person_style, is_crowd)).collect();
    let worn: Vec<Option<BodyShape>> = if settings.appearance.has_body() {
        stage.people.iter().zip(&looks).map(|(shown, look)| body_of(shown, view, look, theme)).collect()
    } else {
        vec![None; looks.len()]
    };
    // Whoever has no body yet is shown as a skeleton.
    let has_skeleton = |body: &Option<BodyShape>| settings.appearance.has_skeleton() || body.is_none();
    let people: Vec<(&WorldTrack, PersonStyle)> = stage
        .people
        .iter()
        .zip(&looks)
        .zip(&worn)
        .filter(|(_, body)| has_skeleton(body))
        .map(|((shown, look), _)| (&shown.motion.world, *look))
        .collect();
    let mut scene = build_scene(&people, view.frame, &style, motion.and_then(|motion| motion.bounds));
    let shadows = if settings.appearance.has_skeleton() { 0.0 } else { style.shadow_strength };
    worn.into_iter().flatten().for_each(|body| scene.add_body(body, shadows));
    for (shown, look) in stage.people.iter().zip(&looks) {
        add_over_time(shown, look, view, &style, scale, &mut scene);
    }
    if let Some(motion) = motion.filter(|_| settings.frustum) {
        add_frustum(motion, view, &style, &person_style, scale, &mut scene);
    }
    scene
}

fn look_of(shown: &Shown, view: ClipView, mut look: PersonStyle, is_crowd: bool) -> PersonStyle {
    if let Some(person) = view.person(shown.person).filter(|_| is_crowd) {
        let [red, green, blue, _] = Theme::person(person.colour).to_array();
        look = look.tinted(LinearRgba::from_srgb([red, green, blue]));
    }
    let keypoints = view.clip.source.track(shown.person);
    if keypoints.is_some_and(|keypoints| keypoints.frame(view.frame).is_none()) {
        look.opacity = UNSEEN_OPACITY;
    }
    look
}

/// Trails and ghosts.
fn add_over_time(
    shown: &Shown,
    look: &PersonStyle,
    view: ClipView,
    style: &SceneStyle,
    scale: f32,
    scene: &mut RenderScene,
) {
    let SceneSettings { onion_count, onion_step, .. } = view.session.settings.scene;
    let settings = &view.session.settings.scene;
    let track = &shown.motion.world;
    if settings.trails {
        for joint in &settings.trail_joints {
            let trail = Trail {
                joint: joint.0,
                colour: look.side(H36M_17.side(joint.0)),
                width_px: size::TRAIL_STROKE * scale,
            };
            if settings.whole_paths {
                let all = FrameRange::new(0, view.clip.source.frame_count);
                trail.whole(track, view.clip.trim.unwrap_or(all), &mut scene.lines);
            }
            trail.behind(track, view.frame, view.clip.fps, TRAIL_SECS, &mut scene.lines);
        }
    }
    if settings.onion_skins {
        let skins = OnionSkins { count: onion_count, step: onion_step };
        skins.add(track, view.frame, look, style, scene);
    }
    let before = shown.motion.before.as_ref().filter(|_| settings.ghost);
    if let Some(joints) = before.and_then(|before| before.frame(view.frame)) {
        let ghost = look.ghost(style.original, GHOST_OPACITY);
        scene.add_ghost(joints, &PersonStyle { thickness: ghost.thickness * GHOST_THICKNESS, ..ghost });
    }
}

/// The recording camera; none before anybody stands in front of it.
pub fn frustum_of(motion: &Motion) -> Option<CameraFrustum> {
    let placement = &motion.placement;
    let eye = placement.camera_position_in_world;
    let (nearest, farthest) = IMAGE_PLANE_METRES;
    Some(CameraFrustum {
        eye,
        yaw: placement.camera_yaw,
        pitch: placement.camera_pitch,
        roll: placement.camera_roll,
        vertical_fov: placement.vertical_fov,
        aspect: placement.aspect,
        distance: (eye.distance(motion.bounds?.centre()) * IMAGE_PLANE_SHARE).clamp(nearest, farthest),
    })
}

/// The recording camera, and on its picture the 2D skeletons of the shown frame.
fn add_frustum(
    motion: &Motion,
    view: ClipView,
    style: &SceneStyle,
    person_style: &PersonStyle,
    scale: f32,
    scene: &mut RenderScene,
) {
    let Some(frustum) = frustum_of(motion) else { return };
    frustum.add(style.grid_strong.with_alpha(0.9), size::HAIRLINE * scale, scene);
    for person in view.visible_people() {
        let Some(track) = motion.track(person.id) else { continue };
        let Some(joints) = track.frame(view.frame) else { continue };
        for bone in track.skeleton.bones {
            let ends = [joints[bone.0], joints[bone.1]];
            if ends.iter().all(|joint| !joint.is_missing()) {
                let points = ends.map(|joint| frustum.point(motion.placement.in_picture(Vec2::new(joint.x, joint.y))));
                let colour = person_style.side(track.skeleton.bone_side(*bone));
                scene.lines.push(Polyline::plain(points, colour, size::BONE_STROKE * scale));
            }
        }
    }
}

/// Shows the scene in the window, or says why that is not possible.
pub fn paint_picture(
    ui: &Ui,
    view: ClipView,
    theme: &Theme,
    state: &ViewportState,
    stage: &Stage,
    scene: &Arc<RenderScene>,
) {
    let rect = stage.rect;
    let failure = match state.target {
        None => Some(text::viewport::NO_GRAPHICS.to_owned()),
        Some(_) => state.outcome.failure(),
    };
    if let Some(target) = state.target {
        let picture = Picture {
            scene: scene.clone(),
            camera: stage.camera,
            size: pixels_of(ui, stage),
            samples: view.session.settings.msaa.map(|samples| if samples > 1 { 4 } else { 1 }),
        };
        ui.painter().add(picture_shape(rect, view.place, picture, target, state.outcome.clone()));
    } else {
        ui.painter().rect_filled(rect, 0.0, theme.viewport_bottom);
    }
    if let Some(failure) = failure {
        floating::note(ui, rect, &failure, theme.text);
    }
}

/// Width and height of the picture, as egui rounds the viewport of a callback, so that pixels meet pixels.
fn pixels_of(ui: &Ui, stage: &Stage) -> [u32; 2] {
    let scale = ui.pixels_per_point();
    let pixels = |from: f32, to: f32| ((to * scale).round() - (from * scale).round()).max(1.0) as u32;
    let rect = stage.rect;
    [pixels(rect.left(), rect.right()), pixels(rect.top(), rect.bottom())]
}

/// The same picture again, as large as the settings want it.
pub fn screenshot(ui: &Ui, view: ClipView, stage: &Stage, scene: &RenderScene, destination: Destination) -> UiCommand {
    let settings = &view.session.settings.scene;
    let shown = pixels_of(ui, stage);
    let pixels = settings.screenshot_size.pixels(shown);
    let mut scene = scene.clone().with_scaled_lines(pixels[1] as f32 / shown[1] as f32);
    if settings.background == BackgroundChoice::Transparent {
        let clear = LinearRgba::BLACK.with_alpha(0.0);
        scene.background = Background { top: clear, bottom: clear };
    }
    let source = &view.clip.source;
    UiCommand::TakeScreenshot(ScreenshotRequest {
        scene: Arc::new(scene),
        camera: stage.camera,
        size: pixels,
        destination,
        file_name: screenshot::file_name(&source.name, source.first_frame_number + view.frame.0 as i64),
    })
}
