//! Bodies as the renderer takes them: parameters, never vertices.

use std::sync::Arc;

use glam::{Affine3A, Vec3};

use super::build::add_shadows;
use super::{LinearRgba, RenderScene};
use crate::data::H36M_JOINTS;
use crate::data::body::{BODY_JOINTS, BODY_PARENTS, Betas, BodyModel, POSE_FEATURES};

/// Joints of H36M-17 whose mean stands for a joint of the body; the same one twice where there is a counterpart.
const NEAREST_H36M: [[usize; 2]; BODY_JOINTS] = [
    [0, 0],
    [4, 4],
    [1, 1],
    [0, 7],
    [5, 5],
    [2, 2],
    [7, 7],
    [6, 6],
    [3, 3],
    [7, 8],
    [6, 6],
    [3, 3],
    [8, 8],
    [8, 11],
    [8, 14],
    [9, 10],
    [11, 11],
    [14, 14],
    [12, 12],
    [15, 15],
    [13, 13],
    [16, 16],
    [13, 13],
    [16, 16],
];

/// Ankles and toes, where a body touches the floor.
const FEET: [usize; 4] = [7, 8, 10, 11];

/// One posed body. The renderer keeps each [`BodyModel`] and poses it, so a shape is cheap to make every frame.
#[derive(Clone, Debug)]
pub struct BodyShape {
    pub model: Arc<BodyModel>,
    pub betas: Betas,
    /// From the rest pose to the world, metres: `motion::skin::skinning_transforms`.
    pub transforms: [Affine3A; BODY_JOINTS],
    /// Weights of the pose blend shapes (`motion::skin::pose_features`), to draw a body that has them with them.
    pub pose_features: Option<Box<[f32; POSE_FEATURES]>>,
    /// Around each joint, blended by the skinning weights; their alpha does not count.
    pub colours: [LinearRgba; BODY_JOINTS],
    /// 1 is solid. Below, what is inside and behind shows, but not the body's own far side.
    pub opacity: f32,
    /// Draws the edges of the faces in this colour.
    pub wireframe: Option<LinearRgba>,
}

impl BodyShape {
    /// Solid, in one colour.
    pub fn new(model: Arc<BodyModel>, betas: Betas, transforms: [Affine3A; BODY_JOINTS], colour: LinearRgba) -> Self {
        let colours = [colour; BODY_JOINTS];
        Self { model, betas, transforms, pose_features: None, colours, opacity: 1.0, wireframe: None }
    }

    /// Its joints in the world, metres.
    pub fn joints(&self) -> [Vec3; BODY_JOINTS] {
        let rest = self.model.rest_joints(&self.betas);
        std::array::from_fn(|joint| self.transforms[joint].transform_point3(rest[joint]))
    }

    fn is_finite(&self) -> bool {
        self.transforms.iter().all(Affine3A::is_finite)
            && self.betas.iter().all(|beta| beta.is_finite())
            && self.pose_features.iter().flat_map(|features| features.iter()).all(|feature| feature.is_finite())
    }
}

/// Models are equal if they are the same one.
impl PartialEq for BodyShape {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.model, &other.model)
            && self.transforms == other.transforms
            && self.betas == other.betas
            && self.pose_features == other.pose_features
            && self.colours == other.colours
            && self.opacity == other.opacity
            && self.wireframe == other.wireframe
    }
}

impl RenderScene {
    /// Adds a body with contact shadows of this darkness, 0 to 1, where it is solid; 0 where the person's skeleton is
    /// drawn as well, which casts its own. A body that is not finite is left out.
    pub fn add_body(&mut self, body: BodyShape, shadow_strength: f32) {
        if !body.is_finite() || body.opacity <= 0.0 && body.wireframe.is_none() {
            return;
        }
        let bones = BODY_PARENTS.iter().enumerate().filter_map(|(joint, parent)| Some(((*parent)?, joint)));
        add_shadows(&body.joints(), bones, &FEET, shadow_strength * body.opacity, &mut self.shadows);
        self.bodies.push(body);
    }
}

/// The joint of H36M-17 that stands for a joint of the body.
pub fn nearest_h36m(joint: usize) -> usize {
    NEAREST_H36M[joint][0]
}

/// Values of H36M-17's joints as values of a body's, for [`BodyShape::colours`]: confidence, speed, error.
pub fn over_body_joints(values: &[f32; H36M_JOINTS]) -> [f32; BODY_JOINTS] {
    NEAREST_H36M.map(|[a, b]| (values[a] + values[b]) * 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::FrameIndex;
    use crate::data::body::BodyArrays;
    use crate::scene::{SceneStyle, build_scene};

    /// One vertex per joint, 4 cm apart upwards.
    fn body() -> BodyShape {
        let identity: Vec<f32> = (0..24 * 24).map(|at| f32::from(u8::from(at % 25 == 0))).collect();
        let arrays = BodyArrays {
            template: (0..24).flat_map(|vertex| [0.0, 0.04 * vertex as f32, 0.0]).collect(),
            joint_regressor: identity.clone(),
            weights: identity,
            faces: vec![[0, 1, 2]],
            parents: BODY_PARENTS.iter().map(|parent| parent.map_or(-1, |parent| parent as i64)).collect(),
            ..BodyArrays::default()
        };
        let shift = Affine3A::from_translation(Vec3::X);
        BodyShape::new(Arc::new(arrays.check().unwrap().0), [0.0; 10], [shift; BODY_JOINTS], LinearRgba::WHITE)
    }

    fn empty() -> RenderScene {
        build_scene(&[], FrameIndex(0), &SceneStyle::dark(), None)
    }

    #[test]
    fn joints_move_with_the_body() {
        let joints = body().joints();
        assert!((joints[10] - Vec3::new(1.0, 0.4, 0.0)).length() < 1e-6);
    }

    #[test]
    fn a_body_casts_shadows_as_dark_as_it_is_solid() {
        let darkness = |opacity: f32, strength: f32| {
            let mut scene = empty();
            scene.add_body(BodyShape { opacity, ..body() }, strength);
            assert_eq!(scene.bodies.len(), 1);
            scene.shadows.iter().map(|shadow| shadow.strength).sum::<f32>()
        };
        assert!(darkness(1.0, 0.6) > darkness(0.5, 0.6) && darkness(0.5, 0.6) > 0.0);
        assert_eq!(darkness(1.0, 0.0), 0.0);
    }

    #[test]
    fn bodies_that_are_not_finite_or_not_visible_are_left_out() {
        let mut broken = body();
        broken.transforms[5].translation.y = f32::NAN;
        let mut shapeless = body();
        shapeless.betas[3] = f32::INFINITY;
        let invisible = BodyShape { opacity: 0.0, ..body() };
        let mut scene = empty();
        [broken, shapeless, invisible.clone()].into_iter().for_each(|body| scene.add_body(body, 0.5));
        assert!(scene.bodies.is_empty() && scene.shadows.is_empty());
        scene.add_body(BodyShape { wireframe: Some(LinearRgba::WHITE), ..invisible }, 0.5);
        assert_eq!(scene.bodies.len(), 1, "its edges are seen");
    }

    #[test]
    fn values_of_limbs_stay_on_their_side() {
        let values = std::array::from_fn(|joint| joint as f32);
        let over = over_body_joints(&values);
        assert_eq!((over[1], over[2], over[20], over[21]), (4.0, 1.0, 13.0, 16.0));
        assert_eq!(over[9], 7.5);
    }
}
