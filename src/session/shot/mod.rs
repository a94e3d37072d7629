//! What the 3D picture of a clip shows in one frame, as the settings say: the same in the window, in screenshots, in
//! clips and on the command line.

mod bodies;

use glam::{Vec2, Vec3};

use super::scene_settings::BackgroundChoice;
use super::{Bodies, Motion, Person, PersonMotion, SceneSettings, Session, SourceState};
use crate::data::skeleton::H36M_17;
use crate::data::{FrameIndex, FrameRange, PersonId, WorldTrack};
use crate::scene::over_time::smoothed_root;
use crate::scene::{
    Background, BodyShape, CameraFrustum, LinearRgba, OnionSkins, OrbitCamera, PersonStyle, Polyline, RenderScene,
    SceneStyle, Trail, ViewPreset, build_scene, palette,
};

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
/// What is followed is averaged over this much time before and after the shown frame.
const FOLLOW_SECS: f64 = 0.4;
/// Widths of lines, points.
const TRAIL_STROKE: f32 = 2.5;
const BONE_STROKE: f32 = 2.0;
const HAIRLINE: f32 = 1.0;

/// All that pictures of a clip are made from.
#[derive(Clone, Copy)]
pub struct Shot<'a> {
    pub clip: &'a SourceState,
    /// None before inference.
    pub motion: Option<&'a Motion>,
    /// None until they are fitted; people without one are shown as skeletons.
    pub bodies: Option<&'a Bodies>,
    pub settings: &'a SceneSettings,
    /// Dark or light, where the background is left to the theme.
    pub is_dark: bool,
}

/// A person in the shown frame.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub person: PersonId,
    /// In the world, metres; H36M-17.
    pub joints: &'a [Vec3],
    pub motion: &'a PersonMotion,
}

impl<'a> Shot<'a> {
    /// Of a clip as it is in the session.
    pub fn of(session: &'a Session, clip: &'a SourceState, is_dark: bool) -> Self {
        let id = clip.source.id;
        Self {
            clip,
            motion: session.motion(id).map(|motion| &**motion).filter(|motion| !motion.people.is_empty()),
            bodies: session.bodies(id).map(|bodies| &**bodies),
            settings: &session.settings.scene,
            is_dark,
        }
    }

    /// People with a pose in this frame that are not hidden.
    pub fn people(self, frame: FrameIndex) -> impl Iterator<Item = Shown<'a>> {
        let is_visible = move |motion: &&PersonMotion| self.person(motion.person).is_some_and(|p| p.is_visible);
        self.everybody().iter().filter(is_visible).filter_map(move |motion| {
            let joints = motion.joints_in_world(frame)?;
            Some(Shown { person: motion.person, joints, motion })
        })
    }

    /// Whether people have to be told apart by colours and names.
    pub fn is_crowd(self) -> bool {
        self.everybody().len() > 1
    }

    fn everybody(self) -> &'a [PersonMotion] {
        self.motion.map_or(&[], |motion| &motion.people)
    }

    fn person(self, id: PersonId) -> Option<&'a Person> {
        self.clip.people.iter().find(|person| person.id == id)
    }

    pub fn visible_people(self) -> impl Iterator<Item = &'a Person> {
        self.clip.people.iter().filter(|person| person.is_visible)
    }

    /// The shown people with all that the settings add to them. `scale` is pixels per point of line widths.
    pub fn scene(self, frame: FrameIndex, scale: f32) -> RenderScene {
        let Self { settings, .. } = self;
        let (style, person_style) = styles(settings.background, self.is_dark);
        let style = SceneStyle {
            shows_grid: settings.grid,
            shadow_strength: if settings.shadows { style.shadow_strength } else { 0.0 },
            depth_cue: if style.depth_cue > 0.0 { settings.depth_cue } else { 0.0 },
            ..style
        };
        let shown: Vec<(Shown, PersonStyle)> =
            self.people(frame).map(|shown| (shown, self.look_of(&shown, frame, person_style))).collect();
        let worn: Vec<Option<BodyShape>> = if settings.appearance.has_body() {
            shown.iter().map(|(shown, look)| self.body_of(shown, frame, look)).collect()
        } else {
            vec![None; shown.len()]
        };
        // Whoever has no body yet is shown as a skeleton.
        let has_skeleton = |body: &Option<BodyShape>| settings.appearance.has_skeleton() || body.is_none();
        let people: Vec<(&WorldTrack, PersonStyle)> = shown
            .iter()
            .zip(&worn)
            .filter(|(_, body)| has_skeleton(body))
            .map(|((shown, look), _)| (&shown.motion.world, *look))
            .collect();
        let mut scene = build_scene(&people, frame, &style, self.motion.and_then(|motion| motion.bounds));
        let shadows = if settings.appearance.has_skeleton() { 0.0 } else { style.shadow_strength };
        worn.into_iter().flatten().for_each(|body| scene.add_body(body, shadows));
        for (shown, look) in &shown {
            self.add_over_time(shown, look, frame, &style, scale, &mut scene);
        }
        if settings.frustum {
            self.add_frustum(frame, &style, &person_style, scale, &mut scene);
        }
        scene
    }

    /// The colours of a person's body halves and of what is the person's own.
    pub fn look_of(self, shown: &Shown, frame: FrameIndex, mut look: PersonStyle) -> PersonStyle {
        if let Some(person) = self.person(shown.person).filter(|_| self.is_crowd()) {
            look = look.tinted(LinearRgba::from_srgb(palette::person(person.colour)));
        }
        let keypoints = self.clip.source.track(shown.person);
        if keypoints.is_some_and(|keypoints| keypoints.frame(frame).is_none()) {
            look.opacity = UNSEEN_OPACITY;
        }
        look
    }

    /// Trails and ghosts.
    fn add_over_time(
        self,
        shown: &Shown,
        look: &PersonStyle,
        frame: FrameIndex,
        style: &SceneStyle,
        scale: f32,
        scene: &mut RenderScene,
    ) {
        let Self { settings, clip, .. } = self;
        let track = &shown.motion.world;
        if settings.trails {
            for joint in &settings.trail_joints {
                let trail =
                    Trail { joint: joint.0, colour: look.side(H36M_17.side(joint.0)), width_px: TRAIL_STROKE * scale };
                if settings.whole_paths {
                    let all = FrameRange::new(0, clip.source.frame_count);
                    trail.whole(track, clip.trim.unwrap_or(all), &mut scene.lines);
                }
                trail.behind(track, frame, clip.fps, TRAIL_SECS, &mut scene.lines);
            }
        }
        if settings.onion_skins {
            let skins = OnionSkins { count: settings.onion_count, step: settings.onion_step };
            skins.add(track, frame, look, style, scene);
        }
        let before = shown.motion.before.as_ref().filter(|_| settings.ghost);
        if let Some(joints) = before.and_then(|before| before.frame(frame)) {
            let ghost = look.ghost(style.original, GHOST_OPACITY);
            scene.add_ghost(joints, &PersonStyle { thickness: ghost.thickness * GHOST_THICKNESS, ..ghost });
        }
    }

    /// The recording camera; none before anybody stands in front of it.
    pub fn frustum(self) -> Option<CameraFrustum> {
        let motion = self.motion?;
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
        self,
        frame: FrameIndex,
        style: &SceneStyle,
        person_style: &PersonStyle,
        scale: f32,
        scene: &mut RenderScene,
    ) {
        let (Some(motion), Some(frustum)) = (self.motion, self.frustum()) else { return };
        frustum.add(style.grid_strong.with_alpha(0.9), HAIRLINE * scale, scene);
        for person in self.visible_people() {
            let Some(track) = motion.track(person.id) else { continue };
            let Some(joints) = track.frame(frame) else { continue };
            for bone in track.skeleton.bones {
                let ends = [joints[bone.0], joints[bone.1]];
                if ends.iter().all(|joint| !joint.is_missing()) {
                    let points =
                        ends.map(|joint| frustum.point(motion.placement.in_picture(Vec2::new(joint.x, joint.y))));
                    let colour = person_style.side(track.skeleton.bone_side(*bone));
                    scene.lines.push(Polyline::plain(points, colour, BONE_STROKE * scale));
                }
            }
        }
    }

    /// From where the recording camera stood, with its whole picture in one of `aspect` (width over height); none
    /// without people.
    pub fn recording_camera(self, aspect: f32) -> Option<OrbitCamera> {
        let motion = self.motion?;
        let placement = &motion.placement;
        let slope = (placement.vertical_fov * 0.5).tan() * (placement.aspect / aspect).max(1.0);
        let preset = ViewPreset::Camera {
            eye: placement.camera_position_in_world,
            yaw: placement.camera_yaw,
            pitch: placement.camera_pitch,
            roll: placement.camera_roll,
            vertical_fov: 2.0 * slope.atan(),
        };
        Some(OrbitCamera::preset(preset, motion.bounds?, aspect))
    }

    /// Where `selected`, or else everyone shown, is: what a following camera looks at. Metres in the world.
    pub fn middle(self, frame: FrameIndex, selected: Option<PersonId>) -> Option<Vec3> {
        let reach = (FOLLOW_SECS * self.clip.fps).round() as usize;
        let root = |person: PersonId| smoothed_root(&self.motion?.person(person)?.world, frame, reach);
        selected.and_then(root).or_else(|| {
            let roots: Vec<Vec3> = self.visible_people().filter_map(|person| root(person.id)).collect();
            (!roots.is_empty()).then(|| roots.iter().sum::<Vec3>() / roots.len() as f32)
        })
    }
}

/// The looks that go with a background.
pub fn styles(choice: BackgroundChoice, is_dark: bool) -> (SceneStyle, PersonStyle) {
    let dark = || (SceneStyle::dark(), PersonStyle::dark());
    let light = || (SceneStyle::light(), PersonStyle::light());
    let of_theme = || if is_dark { dark() } else { light() };
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

/// Nothing, for pictures that are put over others.
pub const TRANSPARENT: Background = Background {
    top: LinearRgba { red: 0.0, green: 0.0, blue: 0.0, alpha: 0.0 },
    bottom: LinearRgba { red: 0.0, green: 0.0, blue: 0.0, alpha: 0.0 },
};
