//! What to draw, as plain data: cameras, capsules, bodies, floor and light. No wgpu and no egui.
//!
//! Imports `data` only. Everything is a value computed on the thread that draws (the window's, an exporter's or a
//! test's); nothing here blocks, spawns or keeps state besides [`CameraRig`].

pub mod body;
pub mod bounds;
pub mod build;
pub mod camera;
pub mod colour;
pub mod frustum;
pub mod over_time;
pub mod palette;
pub mod render_scene;
pub mod rig;
pub mod style;

pub use body::BodyShape;
pub use bounds::Bounds;
pub use build::build_scene;
pub use camera::{CameraMatrices, OrbitCamera, Ray, ViewPreset};
pub use colour::LinearRgba;
pub use frustum::CameraFrustum;
pub use over_time::{OnionSkins, Trail};
pub use render_scene::{
    Background, Capsule, FloorShadow, Grid, Light, Lighting, LinePoint, Polyline, Quad, RenderScene,
};
pub use rig::CameraRig;
pub use style::{PersonStyle, SceneStyle};
