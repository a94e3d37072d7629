//! The bodies that shown people wear, in the picture.

use super::{Shot, Shown};
use crate::data::skeleton::H36M_JOINTS;
use crate::data::{BODY_JOINTS, Betas, FrameIndex, JointIndex};
use crate::scene::body::over_body_joints;
use crate::scene::palette::{self, BAD_ON_DARK, BAD_ON_LIGHT};
use crate::scene::{BodyShape, LinearRgba, PersonStyle};
use crate::session::scene_settings::{Appearance, BodyHeat};
use crate::session::{LengthUnit, PersonBody, Quantity, Reading, SceneSettings};

/// Of a body with its skeleton inside.
const AROUND_SKELETON_OPACITY: f32 = 0.35;
/// Edges lie close: more would hide the surface.
const EDGE_OPACITY: f32 = 0.25;
/// What the ends of the heat maps mean.
const FAST_METRES_PER_SEC: f32 = 3.0;
const FAR_METRES: f32 = 0.05;

impl Shot<'_> {
    /// The body of a shown person; none where there is none yet.
    pub(super) fn body_of(self, shown: &Shown, frame: FrameIndex, look: &PersonStyle) -> Option<BodyShape> {
        let Self { settings, bodies, .. } = self;
        let bodies = bodies?;
        let body = bodies.person(shown.person)?;
        // The hand on a slider sees the shape at once; the fit follows.
        let betas: Option<Betas> = self.person(shown.person).and_then(|person| person.betas);
        let model = &bodies.body.model;
        let (transforms, betas) = body.skinning(model, frame, betas)?;
        let mut shape = BodyShape::new(model.clone(), betas, transforms, look.clay());
        shape.opacity = opacity(settings) * look.opacity;
        shape.wireframe = settings.wireframe.then(|| LinearRgba::BLACK.with_alpha(EDGE_OPACITY));
        if let Some(colours) = self.heat(shown, body, frame) {
            shape.colours = colours;
        }
        if model.pose_directions.is_some() {
            shape.pose_features = body.pose_features(frame).map(Box::new);
        }
        Some(shape)
    }

    /// A colour for each of the body's joints; none where colours tell who it is.
    fn heat(self, shown: &Shown, body: &PersonBody, frame: FrameIndex) -> Option<[LinearRgba; BODY_JOINTS]> {
        let clip = self.clip;
        let reading = Reading::of(&clip.source, self.motion, shown.person, clip.fps, LengthUnit::Metres);
        let of_joints = |value: &dyn Fn(JointIndex) -> Option<f32>| -> [f32; H36M_JOINTS] {
            std::array::from_fn(|joint| value(JointIndex(joint)).unwrap_or_default())
        };
        let heat = self.settings.body_heat;
        let shares = match heat {
            BodyHeat::Off => return None,
            BodyHeat::Confidence => of_joints(&|joint| reading.value(Quantity::Confidence(joint), frame)),
            BodyHeat::Speed => of_joints(&|joint| {
                let speed = crate::motion::speed::speed(&shown.motion.world, joint.0, frame, clip.fps)?;
                Some(speed / FAST_METRES_PER_SEC)
            }),
            BodyHeat::Fit => body.misses_m(frame)?.map(|miss| miss / FAR_METRES),
        };
        let bad = if self.is_dark { BAD_ON_DARK } else { BAD_ON_LIGHT };
        let colour = |share: f32| match heat {
            BodyHeat::Fit => palette::miss(share, bad),
            _ => palette::share(share),
        };
        Some(over_body_joints(&shares).map(|share| LinearRgba::from_srgb(colour(share))))
    }
}

fn opacity(settings: &SceneSettings) -> f32 {
    match settings.appearance {
        Appearance::Both => settings.body_opacity.min(AROUND_SKELETON_OPACITY),
        Appearance::Skeleton | Appearance::Body => settings.body_opacity,
    }
}
