//! Readers and writers: keypoint files and videos in, results out. Nothing here draws or infers.
//!
//! Imports data and support only. Runs on the job thread that asked for a file; the only threads made here are those
//! that carry bytes to and from a child process (`frames::child`), a camera (`frames::camera`) or a host
//! (`zoo::download`), and they end with it.

pub mod action_names;
pub mod atomic;
pub mod body;
pub mod detection_cache;
pub mod export;
pub mod frames;
pub mod keypoints;
pub mod moves;
pub mod npy;
pub mod npz;
pub mod ntu;
pub mod zoo;
