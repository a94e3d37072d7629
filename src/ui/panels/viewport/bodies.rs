//! The bodies that shown people wear, in the picture.

use eframe::egui::Color32;

use super::{ClipView, Shown};
use crate::data::skeleton::H36M_JOINTS;
use crate::data::{Betas, JointIndex};
use crate::scene::body::over_body_joints;
use crate::scene::{BodyShape, LinearRgba, PersonStyle};
use crate::session::scene_settings::{Appearance, BodyHeat};
use crate::session::{Bodies, PersonBody, Quantity, SceneSettings};
use crate::ui::theme::Theme;

/// Of a body with its skeleton inside.
const AROUND_SKELETON_OPACITY: f32 = 0.35;
/// Edges lie close: more would hide the surface.
const EDGE_OPACITY: f32 = 0.25;
/// What the ends of the heat maps mean.
const FAST_METRES_PER_SEC: f32 = 3.0;
const FAR_METRES: f32 = 0.05;

/// The body of a shown person; none where there is none yet.
pub fn body_of(shown: &Shown, view: ClipView, look: &PersonStyle, theme: &Theme) -> Option<BodyShape> {
    let settings = &view.session.settings.scene;
    let bodies: &Bodies = view.session.bodies(view.id())?;
    let body = bodies.person(shown.person)?;
    // The hand on a slider sees the shape at once; the fit follows.
    let betas: Option<Betas> = view.person(shown.person).and_then(|person| person.betas);
    let model = &bodies.body.model;
    let (transforms, betas) = body.skinning(model, view.frame, betas)?;
    let mut shape = BodyShape::new(model.clone(), betas, transforms, look.clay());
    shape.opacity = opacity(settings) * look.opacity;
    shape.wireframe = settings.wireframe.then(|| LinearRgba::BLACK.with_alpha(EDGE_OPACITY));
    if let Some(colours) = heat(settings.body_heat, shown, body, view, theme) {
        shape.colours = colours;
    }
    if model.pose_directions.is_some() {
        shape.pose_features = body.pose_features(view.frame).map(Box::new);
    }
    Some(shape)
}

fn opacity(settings: &SceneSettings) -> f32 {
    match settings.appearance {
        Appearance::Both => settings.body_opacity.min(AROUND_SKELETON_OPACITY),
        Appearance::Skeleton | Appearance::Body => settings.body_opacity,
    }
}

fn linear(colour: Color32) -> LinearRgba {
    let [red, green, blue, _] = colour.to_array();
    LinearRgba::from_srgb([red, green, blue])
}

/// A colour for each of the body's joints; none where colours tell who it is.
fn heat(
    heat: BodyHeat,
    shown: &Shown,
    body: &PersonBody,
    view: ClipView,
    theme: &Theme,
) -> Option<[LinearRgba; crate::data::BODY_JOINTS]> {
    let reading = view.session.reading_of(view.clip, shown.person);
    let of_joints = |value: &dyn Fn(JointIndex) -> Option<f32>| -> [f32; H36M_JOINTS] {
        std::array::from_fn(|joint| value(JointIndex(joint)).unwrap_or_default())
    };
    let shares = match heat {
        BodyHeat::Off => return None,
        BodyHeat::Confidence => of_joints(&|joint| reading.value(Quantity::Confidence(joint), view.frame)),
        BodyHeat::Speed => of_joints(&|joint| {
            let motion = reading.motion?;
            let speed = crate::motion::speed::speed(&motion.world, joint.0, view.frame, view.clip.fps)?;
            Some(speed / FAST_METRES_PER_SEC)
        }),
        BodyHeat::Fit => body.misses_m(view.frame)?.map(|miss| miss / FAR_METRES),
    };
    let colour = |share: f32| match heat {
        BodyHeat::Fit => linear(Color32::WHITE.lerp_to_gamma(theme.bad, share.clamp(0.0, 1.0))),
        _ => linear(Theme::confidence(share)),
    };
    Some(over_body_joints(&shares).map(colour))
}
