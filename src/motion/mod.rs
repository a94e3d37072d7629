//! Pure maths on poses: joint maps, normalisation, windows, people over time, placement in the world,
//! and readings of the result: angles, speeds, quality.
//!
//! Imports data and support only. No I/O, no threads, no network: everything here is called by the job thread
//! that needs it and depends on nothing but its arguments.

pub mod action_clip;
pub mod angles;
pub mod body_cut;
pub mod body_placing;
pub mod body_stitch;
pub mod clean;
pub mod confidence;
pub mod contact;
pub mod cycles;
pub mod features;
pub mod flip;
pub mod gaps;
pub mod ik;
pub mod moves;
pub mod normalise;
pub mod people;
pub mod placement;
pub mod quality;
pub mod remap;
pub mod segments;
pub mod skin;
pub mod smooth;
pub mod speed;
pub mod stitch;
pub mod window;

pub use body_stitch::BodyStitcher;
pub use clean::Cleaning;
pub use normalise::NormaliseError;
pub use placement::{LivePlacement, PlacedPerson, Placement, WorldOptions};
pub use smooth::Smoothing;
pub use stitch::Stitcher;
pub use window::Stitch;
