//! Hyper-parameters of a DSTformer and the task of a checkpoint.

use serde::{Deserialize, Serialize};

/// Size of a DSTformer. Everything but `num_heads` is read off tensor shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DstformerConfig {
    /// Channels of every token, D.
    pub dim_feat: usize,
    /// Channels of the motion representation.
    pub dim_rep: usize,
    /// Number of dual-stream levels.
    pub depth: usize,
    pub num_heads: usize,
    /// Hidden channels of an MLP as a multiple of `dim_feat`.
    pub mlp_ratio: usize,
    /// Most frames in one clip.
    pub maxlen: usize,
    pub num_joints: usize,
}

impl DstformerConfig {
    /// The published full model, 42.5 M parameters.
    pub const FULL: Self =
        Self { dim_feat: 512, dim_rep: 512, depth: 5, num_heads: 8, mlp_ratio: 2, maxlen: 243, num_joints: 17 };
    /// The published MotionBERT-Lite, 16.0 M parameters.
    pub const LITE: Self = Self { dim_feat: 256, mlp_ratio: 4, ..Self::FULL };
    /// The tiny model of the parity tests.
    pub const TINY: Self = Self { dim_feat: 32, dim_rep: 48, depth: 2, mlp_ratio: 2, ..Self::FULL };
}

/// What a checkpoint was trained for, told by its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// `head.weight [3, dim_rep]`: 2D to 3D lifting (also the pretrained backbone).
    Pose3d,
    /// `head.fc2`, `head.bn`: action classification.
    ActionClass,
    /// `head.fc1` alone: one-shot action embedding.
    ActionEmbed,
    /// `head.head_pose`, `head.head_shape`: SMPL mesh.
    Mesh,
}

impl std::fmt::Display for Task {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pose3d => "3D pose",
            Self::ActionClass => "action classification",
            Self::ActionEmbed => "one-shot action embedding",
            Self::Mesh => "mesh recovery",
        })
    }
}
