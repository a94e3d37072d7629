//! A camera that eases to where it should be.

use std::f32::consts::TAU;

use glam::{Vec2, Vec3};

use super::OrbitCamera;

/// How long easing takes to be all but done.
const EASE_SECS: f32 = 0.2;
/// A critically damped spring of this rate is within 1 % after [`EASE_SECS`].
const RATE_PER_SEC: f32 = 6.64 / EASE_SECS;
const STATE: usize = 9;

/// The camera of a viewport: direct manipulation acts at once, jumps to another view are eased.
#[derive(Clone, Debug)]
pub struct CameraRig {
    goal: OrbitCamera,
    shown: OrbitCamera,
    velocity: [f32; STATE],
    /// Off where the system asks for reduced motion.
    pub eases: bool,
}

impl CameraRig {
    pub fn new(camera: OrbitCamera) -> Self {
        Self { goal: camera, shown: camera, velocity: [0.0; STATE], eases: true }
    }

    /// What to draw with now.
    pub fn shown(&self) -> &OrbitCamera {
        &self.shown
    }

    /// Where the camera is going.
    pub fn goal(&self) -> &OrbitCamera {
        &self.goal
    }

    /// Starts easing to `camera`, turning the shorter way round.
    pub fn go_to(&mut self, camera: OrbitCamera) {
        let turns = ((self.shown.yaw - camera.yaw) / TAU).round();
        self.goal = OrbitCamera { yaw: camera.yaw + turns * TAU, ..camera };
        if !self.eases {
            self.snap();
        }
    }

    /// Ends easing.
    pub fn snap(&mut self) {
        self.shown = self.goal;
        self.velocity = [0.0; STATE];
    }

    /// See [`OrbitCamera::orbit`]; acts at once.
    pub fn orbit(&mut self, drag: Vec2, may_go_below_floor: bool) {
        self.goal.orbit(drag, may_go_below_floor);
        self.snap();
    }

    /// See [`OrbitCamera::pan`]; acts at once.
    pub fn pan(&mut self, drag: Vec2) {
        self.goal.pan(drag);
        self.snap();
    }

    /// See [`OrbitCamera::zoom`]; eased, since wheels come in steps.
    pub fn zoom(&mut self, factor: f32) {
        self.goal.zoom(factor);
        if !self.eases {
            self.snap();
        }
    }

    /// Starts easing to look at `target` from the same side.
    pub fn follow(&mut self, target: Vec3) {
        self.go_to(OrbitCamera { target, ..self.goal });
    }

    /// Moves on by `dt_secs`; true while there is more to come, so that another frame is needed.
    pub fn advance(&mut self, dt_secs: f32) -> bool {
        if self.shown == self.goal {
            return false;
        }
        let (mut at, to) = (state(&self.shown), state(&self.goal));
        // The exact solution of a critically damped spring, so a late frame cannot overshoot.
        let decay = (-RATE_PER_SEC * dt_secs.max(0.0)).exp();
        let mut rest = 0.0_f32;
        for i in 0..STATE {
            let offset = at[i] - to[i];
            let pull = self.velocity[i] + RATE_PER_SEC * offset;
            at[i] = to[i] + (offset + pull * dt_secs) * decay;
            self.velocity[i] = (self.velocity[i] - RATE_PER_SEC * pull * dt_secs) * decay;
            rest = rest.max((at[i] - to[i]).abs());
        }
        if rest < 1e-4 {
            self.snap();
            return false;
        }
        self.shown = OrbitCamera {
            target: Vec3::new(at[0], at[1], at[2]),
            yaw: at[3],
            pitch: at[4],
            distance: at[5].exp(),
            vertical_fov: at[6],
            flatness: at[7],
            roll: at[8],
        };
        true
    }
}

/// Distance as a logarithm: zooming by the same factor looks like the same step.
fn state(camera: &OrbitCamera) -> [f32; STATE] {
    let [x, y, z] = camera.target.to_array();
    [x, y, z, camera.yaw, camera.pitch, camera.distance.ln(), camera.vertical_fov, camera.flatness, camera.roll]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far() -> OrbitCamera {
        OrbitCamera { yaw: 3.0, distance: 20.0, pitch: 0.9, ..OrbitCamera::default() }
    }

    #[test]
    fn easing_arrives_in_a_quarter_second_without_overshoot() {
        let mut rig = CameraRig::new(OrbitCamera { yaw: 2.0, ..OrbitCamera::default() });
        rig.go_to(far());
        let mut last = rig.shown().distance;
        for _ in 0..15 {
            rig.advance(1.0 / 60.0);
            assert!(rig.shown().distance >= last - 1e-4 && rig.shown().distance <= 20.0 + 1e-3);
            last = rig.shown().distance;
        }
        assert!((last - 20.0).abs() < 0.3, "{last}");
        for _ in 0..60 {
            rig.advance(1.0 / 60.0);
        }
        assert_eq!(rig.shown(), &far());
        assert!(!rig.advance(1.0 / 60.0));
    }

    #[test]
    fn one_long_frame_lands_near_the_goal() {
        let mut rig = CameraRig::new(OrbitCamera::default());
        rig.go_to(far());
        rig.advance(5.0);
        assert_eq!(rig.shown(), rig.goal());
    }

    #[test]
    fn yaw_turns_the_shorter_way() {
        let mut rig = CameraRig::new(OrbitCamera { yaw: 0.1, ..OrbitCamera::default() });
        rig.go_to(OrbitCamera { yaw: TAU - 0.1, ..OrbitCamera::default() });
        assert!((rig.goal().yaw + 0.1).abs() < 1e-5);
    }

    #[test]
    fn without_easing_a_jump_is_a_jump() {
        let mut rig = CameraRig::new(OrbitCamera::default());
        rig.eases = false;
        rig.go_to(far());
        assert_eq!(rig.shown(), &far());
    }
}
