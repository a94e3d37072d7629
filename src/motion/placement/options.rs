//! What a person may choose about how people stand in the drawn world.

use serde::{Deserialize, Serialize};

/// Where "up" comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upright {
    /// As the picture has it: the camera is taken to be level.
    Camera,
    /// One gravity and floor for everybody, fitted over the clip.
    #[default]
    Clip,
    /// Everybody's own, fitted over the clip.
    Person,
}

/// How the root moves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RootTrajectory {
    /// As the model and the picture say.
    AsPredicted,
    /// On the spot: only up and down.
    InPlace,
    /// The feet are brought to the floor, slowly, so that a jump stays a jump.
    #[default]
    OnFloor,
}

/// All of it, for one clip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorldOptions {
    pub upright: Upright,
    /// Turned by hand on top of the fit: forwards (away from the camera), degrees.
    pub tilt_degrees: f32,
    /// Turned by hand about the vertical, anticlockwise seen from above, degrees.
    pub yaw_degrees: f32,
    pub root: RootTrajectory,
}
