//! An orbit camera, its preset views and what follows from it: matrices, rays and projected points.

use std::f32::consts::{FRAC_PI_2, FRAC_PI_4};

use glam::{Mat4, Vec2, Vec3, Vec4, Vec4Swizzles, camera::rh};

use super::Bounds;

/// The house field of view.
pub const DEFAULT_VERTICAL_FOV_DEGREES: f32 = 35.0;
const CLOSEST_METRES: f32 = 0.2;
const FARTHEST_METRES: f32 = 500.0;
/// How near the eye may come to the floor.
const EYE_ABOVE_FLOOR_METRES: f32 = 0.05;
/// From here on the projection is parallel; a nearly parallel one would strain the precision of numbers.
const FLATTEST: f32 = 0.995;
/// What is this far behind the target is still drawn in a parallel projection, metres at least.
const PARALLEL_REACH_METRES: f32 = 100.0;

/// Looks at `target` from `distance`. World: metres, right-handed, y up, floor at 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrbitCamera {
    pub target: Vec3,
    /// Radians around the vertical: 0 looks along -z (from the front), positive moves the eye to the right (+x).
    pub yaw: f32,
    /// Radians: 0 is level, positive is above; within a quarter turn.
    pub pitch: f32,
    /// Radians by which the right side of the eye is up; 0 but where the recording camera was rolled.
    pub roll: f32,
    /// Metres from the target, more than 0.
    pub distance: f32,
    /// Radians from the top to the bottom of the picture.
    pub vertical_fov: f32,
    /// 0 is perspective, 1 parallel projection. In between the eye stands further back and sees a narrower field, so
    /// that things at the target keep their size.
    pub flatness: f32,
}

/// Views with a name. `Camera` stands where the recording camera stood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ViewPreset {
    Front,
    /// From the +x side.
    Side,
    Top,
    ThreeQuarter,
    /// `eye` in world metres; angles in radians, as of an [`OrbitCamera`].
    Camera {
        eye: Vec3,
        yaw: f32,
        pitch: f32,
        roll: f32,
        vertical_fov: f32,
    },
}

/// A half-line in the world; the direction has length 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ray {
    pub origin: Vec3,
    pub direction: Vec3,
}

/// All that drawing and picking need of a camera at one aspect ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraMatrices {
    pub eye: Vec3,
    /// Unit axes of the picture in the world.
    pub right: Vec3,
    pub up: Vec3,
    pub forward: Vec3,
    /// Half the picture's width and height in metres: one metre in front of the eye, or, if the projection is parallel,
    /// everywhere.
    pub half_extent: Vec2,
    pub is_parallel: bool,
    /// Metres.
    pub near: f32,
    /// Metres; what is farther away is not drawn in a parallel projection.
    pub far: f32,
    /// Metres from the eye to the target, along `forward`.
    pub focus: f32,
    /// Clip space with y up and reversed depth: 1 at the near plane (in a parallel projection at the eye), 0 infinitely
    /// far (there at `far`).
    pub clip_from_world: Mat4,
}

impl Default for OrbitCamera {
    fn default() -> Self {
        Self {
            target: Vec3::new(0.0, 0.9, 0.0),
            yaw: 0.6,
            pitch: 0.22,
            roll: 0.0,
            distance: 4.5,
            vertical_fov: DEFAULT_VERTICAL_FOV_DEGREES.to_radians(),
            flatness: 0.0,
        }
    }
}

impl OrbitCamera {
    /// From the target towards the eye, length 1.
    pub fn outward(&self) -> Vec3 {
        let (sin_yaw, cos_yaw) = self.yaw.sin_cos();
        let (sin_pitch, cos_pitch) = self.pitch.sin_cos();
        Vec3::new(sin_yaw * cos_pitch, sin_pitch, cos_yaw * cos_pitch)
    }

    /// From the target to where the eye is put, metres.
    fn eye_distance(&self) -> f32 {
        self.distance / (1.0 - self.flatness.clamp(0.0, FLATTEST))
    }

    fn right(&self) -> Vec3 {
        let level = Vec3::new(self.yaw.cos(), 0.0, -self.yaw.sin());
        level * self.roll.cos() + self.outward().cross(level) * self.roll.sin()
    }

    fn up(&self) -> Vec3 {
        self.outward().cross(self.right())
    }

    /// Turns around the target by a pointer movement in fractions of the picture's height: right turns the scene
    /// right, down shows more of its top. Ends any roll.
    pub fn orbit(&mut self, drag: Vec2, may_go_below_floor: bool) {
        self.roll = 0.0;
        self.yaw -= drag.x * 3.5;
        self.pitch = (self.pitch + drag.y * 3.5).clamp(-FRAC_PI_2, FRAC_PI_2);
        if !may_go_below_floor {
            self.keep_above_floor();
        }
    }

    /// Moves the target with the pointer, by fractions of the picture's height (y down).
    pub fn pan(&mut self, drag: Vec2) {
        let metres = 2.0 * (self.vertical_fov * 0.5).tan() * self.distance;
        self.target += (self.up() * drag.y - self.right() * drag.x) * metres;
        self.target.y = self.target.y.max(0.0);
    }

    /// Comes closer for `factor` above 1.
    pub fn zoom(&mut self, factor: f32) {
        if factor.is_finite() && factor > 0.0 {
            self.distance = (self.distance / factor).clamp(CLOSEST_METRES, FARTHEST_METRES);
        }
    }

    /// Lifts the eye over the floor by raising the pitch; a view from below becomes the lowest one from above.
    pub fn keep_above_floor(&mut self) {
        let lowest_sin = (EYE_ABOVE_FLOOR_METRES - self.target.y) / self.eye_distance();
        self.pitch = self.pitch.max(lowest_sin.clamp(-1.0, 1.0).asin());
    }

    /// Moves so that the whole box is in a picture of `aspect` (width over height), seen from the same direction.
    /// `margin` is the share of the picture left free on each side, 0 to under 0.5.
    pub fn frame_all(&mut self, bounds: Bounds, aspect: f32, margin: f32) {
        let free = (1.0 - 2.0 * margin).max(0.05);
        let slope_y = (self.vertical_fov * 0.5).tan() * free;
        let slope_x = slope_y * aspect.max(0.01);
        self.target = bounds.centre();
        let (outward, right, up) = (self.outward(), self.right(), self.up());
        let distance = bounds.corners().into_iter().fold(CLOSEST_METRES, |distance, corner| {
            let offset = corner - self.target;
            let across = (offset.dot(right).abs() / slope_x).max(offset.dot(up).abs() / slope_y);
            distance.max(offset.dot(outward) + across)
        });
        self.distance = distance.min(FARTHEST_METRES);
    }

    /// The preset's view of the box; see [`Self::frame_all`].
    pub fn preset(preset: ViewPreset, bounds: Bounds, aspect: f32) -> Self {
        let (yaw, pitch) = match preset {
            ViewPreset::Front => (0.0, 0.06),
            ViewPreset::Side => (FRAC_PI_2, 0.06),
            ViewPreset::Top => (0.0, FRAC_PI_2),
            ViewPreset::ThreeQuarter => (FRAC_PI_4 * 0.8, 0.25),
            ViewPreset::Camera { eye, yaw, pitch, roll, vertical_fov } => {
                let camera = Self { target: eye, yaw, pitch, roll, distance: 0.0, vertical_fov, flatness: 0.0 };
                let outward = camera.outward();
                let distance = (eye - bounds.centre()).dot(outward).max(CLOSEST_METRES);
                return Self { target: eye - outward * distance, distance, ..camera };
            }
        };
        let mut camera = Self { yaw, pitch, ..Self::default() };
        camera.frame_all(bounds, aspect, 0.08);
        camera.keep_above_floor();
        camera
    }

    /// `aspect` is width over height.
    pub fn matrices(&self, aspect: f32) -> CameraMatrices {
        let (right, up, forward) = (self.right(), self.up(), -self.outward());
        let half_height = (self.vertical_fov * 0.5).tan() * self.distance;
        let near = (self.distance * 0.01).clamp(0.005, 0.5);
        let is_parallel = self.flatness >= FLATTEST;
        let focus = if is_parallel { self.distance + PARALLEL_REACH_METRES } else { self.eye_distance() };
        let far = focus + self.distance + PARALLEL_REACH_METRES;
        // The nearer half of what an eye that stepped back has left behind is in view again.
        let near = if is_parallel { near } else { near.max((focus - self.distance) * 0.5) };
        let half_height = if is_parallel { half_height } else { half_height / focus };
        let half_extent = Vec2::new(half_height * aspect, half_height);
        let clip_from_view = if is_parallel {
            let [x, y, z] = [1.0 / half_extent.x, 1.0 / half_extent.y, 1.0 / far];
            Mat4::from_cols(Vec4::X * x, Vec4::Y * y, Vec4::Z * z, Vec4::new(0.0, 0.0, 1.0, 1.0))
        } else {
            rh::proj::directx::perspective_infinite_reverse(2.0 * half_height.atan(), aspect, near)
        };
        let eye = self.target - forward * focus;
        let clip_from_world = clip_from_view * rh::view::look_to_mat4(eye, forward, up);
        CameraMatrices { eye, right, up, forward, half_extent, is_parallel, near, far, focus, clip_from_world }
    }
}

impl CameraMatrices {
    /// The ray under a point of a picture of `size`, both in pixels from the top left.
    pub fn ray(&self, point: Vec2, size: Vec2) -> Ray {
        let ndc = point / size * 2.0 - 1.0;
        let across = self.right * (ndc.x * self.half_extent.x) - self.up * (ndc.y * self.half_extent.y);
        if self.is_parallel {
            return Ray { origin: self.eye + across, direction: self.forward };
        }
        Ray { origin: self.eye, direction: (self.forward + across).normalize() }
    }

    /// Where a world point is in a picture of `size`, in pixels from the top left, perhaps outside of it; none if it
    /// is behind the near plane.
    pub fn project(&self, point: Vec3, size: Vec2) -> Option<Vec2> {
        let clip = self.clip_from_world * point.extend(1.0);
        if clip.w <= 0.0 || clip.z > clip.w {
            return None;
        }
        let ndc = clip.xy() / clip.w;
        Some((ndc * Vec2::new(0.5, -0.5) + 0.5) * size)
    }
}

impl Ray {
    /// Where the ray meets the floor, if in front of the origin.
    pub fn floor_point(&self) -> Option<Vec3> {
        let along = -self.origin.y / self.direction.y;
        (along.is_finite() && along > 0.0).then(|| self.origin + self.direction * along)
    }
}

#[cfg(test)]
mod tests {
    use glam::Vec3Swizzles;
    use proptest::prelude::*;

    use super::*;

    const SIZE: Vec2 = Vec2::new(1280.0, 720.0);
    const BOX: Bounds = Bounds { min: Vec3::new(-1.0, 0.0, -6.0), max: Vec3::new(1.5, 1.8, -4.0) };

    fn camera() -> impl Strategy<Value = OrbitCamera> {
        let flatness = prop_oneof![Just(0.0_f32), Just(1.0), 0.0_f32..1.0];
        let turn = (-7.0_f32..7.0, -1.5_f32..1.5, -0.5_f32..0.5);
        (turn, 0.5_f32..30.0, 0.3_f32..1.5, flatness).prop_map(
            |((yaw, pitch, roll), distance, vertical_fov, flatness)| OrbitCamera {
                target: Vec3::new(0.3, 1.0, -2.0),
                yaw,
                pitch,
                roll,
                distance,
                vertical_fov,
                flatness,
            },
        )
    }

    proptest! {
        #[test]
        fn a_point_on_the_ray_under_a_pixel_projects_to_that_pixel(
            camera in camera(), x in 0.0_f32..1280.0, y in 0.0_f32..720.0, along in 1.0_f32..50.0,
        ) {
            let matrices = camera.matrices(SIZE.x / SIZE.y);
            let ray = matrices.ray(Vec2::new(x, y), SIZE);
            // Near is a depth: on a slanting ray it is farther along.
            let start = ray.origin + ray.direction * (matrices.near / ray.direction.dot(matrices.forward));
            let pixel = matrices.project(start + ray.direction * along, SIZE).unwrap();
            prop_assert!(pixel.distance(Vec2::new(x, y)) < 0.1, "{pixel}");
            prop_assert!(matrices.project(ray.origin - ray.direction * along, SIZE).is_none());
        }

        #[test]
        fn flattening_keeps_the_size_of_things_at_the_target(camera in camera()) {
            let at = |flatness: f32, offset: Vec3| {
                let matrices = OrbitCamera { flatness, ..camera }.matrices(SIZE.x / SIZE.y);
                matrices.project(camera.target + offset, SIZE).unwrap()
            };
            let across = camera.matrices(1.0).right * 0.2 * camera.distance;
            prop_assert!(at(0.0, across).distance(at(camera.flatness, across)) < 0.5);
            let nearer = camera.outward() * 0.3 * camera.distance;
            prop_assert!(at(1.0, across).distance(at(1.0, across + nearer)) < 0.05, "parallel");
            prop_assert!(at(0.0, across).distance(at(0.0, across + nearer)) > 5.0, "perspective");
        }

        #[test]
        fn framing_holds_every_corner_and_touches_the_margin(
            camera in camera(), aspect in 0.4_f32..3.0, margin in 0.0_f32..0.3,
        ) {
            let mut camera = OrbitCamera { flatness: 0.0, ..camera };
            camera.frame_all(BOX, aspect, margin);
            let size = Vec2::new(aspect, 1.0);
            let matrices = camera.matrices(aspect);
            let farthest = BOX.corners().into_iter().fold(0.0_f32, |farthest, corner| {
                let pixel = matrices.project(corner, size).unwrap();
                farthest.max((pixel / size - 0.5).abs().max_element())
            });
            prop_assert!((farthest - (0.5 - margin)).abs() < 1e-3, "{farthest}");
        }

        #[test]
        fn orbiting_stays_above_the_floor(mut camera in camera(), drags in prop::collection::vec(-0.5_f32..0.5, 1..20)) {
            for drag in drags {
                camera.orbit(Vec2::new(0.1, drag), false);
                let eye = camera.matrices(1.0).eye;
                prop_assert!(eye.y >= EYE_ABOVE_FLOOR_METRES - 1e-3 * camera.eye_distance(), "{eye}");
            }
        }
    }

    #[test]
    fn the_recording_camera_sees_what_it_recorded() {
        let focal_px = 1050.0_f32;
        let eye = Vec3::new(0.0, 1.55, 0.0);
        // Camera axes: x right, y down, z forward.
        let seen = Vec3::new(0.7, 0.4, 5.0);
        let expected = seen.xy() / seen.z * focal_px + SIZE * 0.5;
        for pitch in [0.0_f32, 0.4, -0.2] {
            let preset =
                ViewPreset::Camera { eye, yaw: 0.0, pitch, roll: 0.0, vertical_fov: 2.0 * (360.0 / focal_px).atan() };
            let matrices = OrbitCamera::preset(preset, BOX, SIZE.x / SIZE.y).matrices(SIZE.x / SIZE.y);
            let (down, forward) =
                (Vec3::new(0.0, -pitch.cos(), pitch.sin()), Vec3::new(0.0, -pitch.sin(), -pitch.cos()));
            let point = eye + Vec3::X * seen.x + down * seen.y + forward * seen.z;
            let pixel = matrices.project(point, SIZE).unwrap();
            assert!(pixel.distance(expected) < 0.05, "{pitch}: {pixel} {expected}");
        }
    }

    #[test]
    fn presets_look_where_they_say() {
        let forward = |preset| OrbitCamera::preset(preset, BOX, 1.5).matrices(1.5).forward;
        assert!(forward(ViewPreset::Front).dot(Vec3::NEG_Z) > 0.99);
        assert!(forward(ViewPreset::Side).dot(Vec3::NEG_X) > 0.99);
        let top = OrbitCamera::preset(ViewPreset::Top, BOX, 1.5).matrices(1.5);
        assert!(top.forward.dot(Vec3::NEG_Y) > 0.9999 && top.up.dot(Vec3::NEG_Z) > 0.9999);
        assert!(top.clip_from_world.is_finite());
    }

    #[test]
    fn drags_move_what_is_seen_with_the_pointer() {
        let before = OrbitCamera::default();
        let point = before.target;
        let mut after = before;
        after.pan(Vec2::new(0.25, 0.1));
        let moved = after.matrices(1.5).project(point, Vec2::new(1.5, 1.0)).unwrap();
        assert!(moved.distance(Vec2::new(0.75 + 0.25, 0.5 + 0.1)) < 1e-4, "{moved}");

        let mut turned = before;
        turned.orbit(Vec2::new(0.05, 0.0), false);
        let nearer = point + before.outward() * 0.5;
        let x = turned.matrices(1.5).project(nearer, Vec2::new(1.5, 1.0)).unwrap().x;
        assert!(x > 0.76, "the near side goes right with the pointer: {x}");
    }

    #[test]
    fn zooming_has_limits_and_ignores_nonsense() {
        let mut camera = OrbitCamera::default();
        camera.zoom(2.0);
        assert_eq!(camera.distance, 2.25);
        camera.zoom(f32::NAN);
        camera.zoom(-1.0);
        assert_eq!(camera.distance, 2.25);
        camera.zoom(1e9);
        assert_eq!(camera.distance, CLOSEST_METRES);
    }

    #[test]
    fn the_floor_under_the_middle_is_found() {
        let camera = OrbitCamera { target: Vec3::new(1.0, 0.0, 2.0), ..OrbitCamera::default() };
        let ray = camera.matrices(1.0).ray(Vec2::splat(50.0), Vec2::splat(100.0));
        assert!(ray.floor_point().unwrap().distance(camera.target) < 1e-3);
        assert!(Ray { direction: -ray.direction, ..ray }.floor_point().is_none());
    }
}
