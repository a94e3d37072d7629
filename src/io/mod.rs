//! Readers and writers: keypoint files in, results out. Nothing here draws, infers or spawns threads.
//!
//! Imports data and support only. Runs on the job thread that asked for a file.

pub mod atomic;
pub mod body;
pub mod export;
pub mod keypoints;
pub mod npy;
pub mod npz;
