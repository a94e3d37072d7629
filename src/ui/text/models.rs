//! The models, and how they lift.

pub const MODEL: &str = "Model";
pub const CHOOSE_FILE: &str = "Choose a model file…";
pub const STARTER_NOTE: &str = "The starter is a small model for first steps. The published models are more accurate:";
pub const PUBLISHED_LINK: &str = "MotionBERT weights";
pub const STARTER_HINT: &str = "Built into the program; needs no download";

pub const INFERENCE: &str = "Inference";
pub const DEVICE: &str = "Device";
pub const DEVICE_AUTO: &str = "Automatic";
pub const DEVICE_CPU: &str = "CPU";
pub const DEVICE_METAL: &str = "Apple GPU";
pub const FLIP: &str = "Average with the mirrored pose";
pub const FLIP_HINT: &str = "More accurate at twice the time";
pub const STITCHING: &str = "Windows";
pub const BLEND: &str = "Blend";
pub const BLEND_HINT: &str = "Overlapping and cross-faded, so that nothing jumps";
pub const REFERENCE: &str = "Reference";
pub const REFERENCE_HINT: &str = "Side by side as published; depth may jump from window to window";
pub const NORMALISATION: &str = "Normalisation";
pub const CROP: &str = "Crop";
pub const CROP_HINT: &str = "The square around the whole motion becomes the model's box";
pub const PIXEL: &str = "Pixel";
pub const PIXEL_HINT: &str = "Keeps the place in the image; needs the image size";
pub const POSITION: &str = "Position";
pub const POSITION_AUTO: &str = "Auto";
pub const POSITION_AUTO_HINT: &str = "As the checkpoint says; one that does not say it counts as absolute";
pub const POSITION_RELATIVE: &str = "Relative";
pub const POSITION_RELATIVE_HINT: &str = "For models trained with rootrel: the root stays at zero";
pub const POSITION_ABSOLUTE: &str = "Absolute";
pub const POSITION_ABSOLUTE_HINT: &str = "For models that predict the root's depth";
pub const WINDOW: &str = "Window";
pub const WINDOW_HINT: &str = "Frames that the model sees at once; its own maximum is the upper limit";

pub const IN_USE: &str = "In use";
pub const NAME: &str = "Name";
pub const PARAMETERS: &str = "Parameters";
pub const SIZE: &str = "Size";
pub const IS_ROOT_RELATIVE: &str = "relative to the root";
pub const HAS_ROOT_PATH: &str = "with the root's path";

pub fn device_cuda(number: usize) -> String {
    format!("NVIDIA GPU {number}")
}

pub fn size(channels: usize, levels: usize, heads: usize) -> String {
    format!("{channels} channels, {levels} levels, {heads} heads")
}

pub fn longest_window(frames: usize) -> String {
    format!("up to {frames} frames")
}
