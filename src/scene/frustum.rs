//! The recording camera as a thing in the world: a pyramid from its eye to its image plane.

use glam::{EulerRot, Mat3, Vec2, Vec3};

use super::{LinearRgba, Polyline, Quad, RenderScene};

/// Alpha of the image plane in that of the lines.
const PANE_OPACITY: f32 = 0.14;

/// A camera, and its picture `distance` metres in front of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraFrustum {
    /// World metres.
    pub eye: Vec3,
    /// Radians, this and the next three; as of an [`super::OrbitCamera`] that looks from the eye.
    pub yaw: f32,
    pub pitch: f32,
    pub roll: f32,
    pub vertical_fov: f32,
    /// Width over height.
    pub aspect: f32,
    /// Metres, more than 0.
    pub distance: f32,
}

impl CameraFrustum {
    /// Where a place of the picture is in the world; (-1, -1) is its top left and (1, 1) its bottom right corner.
    pub fn point(&self, place: Vec2) -> Vec3 {
        let turn = Mat3::from_euler(EulerRot::YXZ, self.yaw, -self.pitch, self.roll);
        let half_height = (self.vertical_fov * 0.5).tan() * self.distance;
        let in_camera = Vec3::new(place.x * half_height * self.aspect, -place.y * half_height, -self.distance);
        self.eye + turn * in_camera
    }

    /// Adds its edges, its image plane and a mark that shows where up is.
    pub fn add(&self, colour: LinearRgba, width_px: f32, scene: &mut RenderScene) {
        let corner = |x: f32, y: f32| self.point(Vec2::new(x, y));
        let [top_left, top_right] = [corner(-1.0, -1.0), corner(1.0, -1.0)];
        let [bottom_left, bottom_right] = [corner(-1.0, 1.0), corner(1.0, 1.0)];
        let corners = [top_left, top_right, bottom_left, bottom_right];
        let mut line = |points: &[Vec3]| scene.lines.push(Polyline::plain(points.iter().copied(), colour, width_px));
        for corner in corners {
            line(&[self.eye, corner]);
        }
        line(&[top_left, top_right, bottom_right, bottom_left, top_left, top_right]);
        line(&[corner(-0.12, -1.06), corner(0.0, -1.24), corner(0.12, -1.06)]);
        scene.quads.push(Quad { corners, colour: colour.with_alpha(colour.alpha * PANE_OPACITY) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Bounds, OrbitCamera, ViewPreset};

    #[test]
    fn the_camera_s_own_view_is_filled_by_its_image_plane() {
        let frustum = CameraFrustum {
            eye: Vec3::new(0.2, 1.6, 4.0),
            yaw: -0.2,
            pitch: 0.3,
            roll: 0.1,
            vertical_fov: 0.7,
            aspect: 1.5,
            distance: 0.8,
        };
        let bounds = Bounds { min: Vec3::new(-1.0, 0.0, -1.0), max: Vec3::new(1.0, 1.8, 1.0) };
        let CameraFrustum { eye, yaw, pitch, roll, vertical_fov, .. } = frustum;
        let preset = ViewPreset::Camera { eye, yaw, pitch, roll, vertical_fov };
        let matrices = OrbitCamera::preset(preset, bounds, frustum.aspect).matrices(frustum.aspect);
        for place in [Vec2::new(-1.0, -1.0), Vec2::new(1.0, 1.0), Vec2::new(0.5, -0.25)] {
            let seen = matrices.project(frustum.point(place), Vec2::ONE).unwrap() * 2.0 - 1.0;
            assert!(seen.distance(place) < 1e-4, "{seen} {place}");
        }
    }
}
