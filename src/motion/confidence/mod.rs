//! The detector's confidence over time: how sure it was of a person or a part of the body, where it was not, and
//! where it saw nothing.

mod dips;
mod groups;
mod profile;

pub use dips::dips;
pub use groups::JointGroup;
pub use profile::{ConfidenceProfile, Stretch, full_confidence};
