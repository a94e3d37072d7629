//! The networks: DSTformer, its weights and the devices it runs on.
//!
//! The floor of candle code: imports data and support only. Called from the infer thread (and from the command
//! line's main thread); nothing here spawns threads that outlive a call.

pub mod action;
pub mod backbone;
pub mod bench;
pub mod builtin;
pub mod config;
pub mod device;
pub mod dstformer;
pub mod fused;
mod hidden;
mod layers;
pub mod mesh;
pub mod model;
mod network;
pub mod seeded;
pub mod tensors;
pub mod weights;

pub use action::ActionModel;
pub use backbone::BackboneModel;
pub use config::{DstformerConfig, Task};
pub use device::{DeviceChoice, OpenDevice};
pub use dstformer::{Dstformer, NetworkError};
pub use fused::FusedDstformer;
pub use mesh::{BodyEstimates, MeshModel};
pub use model::{ModelError, PoseModel};
pub use seeded::{seeded_action, seeded_body, seeded_mesh, seeded_pose3d};
pub use weights::{Checkpoint, CheckpointSummary, LoadReport, ModelWeights, WeightTensor, WeightsError};
