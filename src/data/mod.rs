//! Plain values that flow through the program: skeletons, keypoints, tracks, predictions, frames.
//!
//! No I/O, no threads, no candle, no wgpu, no egui; imports only glam, serde and std, so that every layer can
//! speak these types. Big arrays sit behind `Arc` and are never changed once made.

pub mod action;
pub mod body;
pub mod keypoints;
pub mod moves;
pub mod prediction;
pub mod skeleton;
pub mod space;
pub mod time;
pub mod video;
pub mod world;

pub use action::{ActionScores, MotionFeatures, Repetitions, ScoreKind, Segment};
pub use body::{BODY_JOINTS, BODY_SHAPES, Betas, BodyFrame, BodyModel, BodyPose, BodyTrack};
pub use keypoints::{Detection, Keypoint, KeypointTrack, Recording, SkeletonChoice};
pub use moves::{MoveClass, MoveExample, MoveOrigin, MoveSet};
pub use prediction::{PosePrediction, PoseRecording};
pub use skeleton::{H36M_JOINTS, Side, Skeleton, SkeletonId};
pub use space::{Normalisation, NormalisationMode, Space};
pub use time::{FrameIndex, FrameRange, JointIndex, PersonId};
pub use video::{FrameRate, FrameTimes, Pace, VideoFrame};
pub use world::WorldTrack;
