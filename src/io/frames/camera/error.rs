//! What can go wrong with a camera, and what to do about it.

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    #[error("no camera was found. Plug one in; on a laptop, look for a switch or a cover")]
    None,
    #[error("there is no {wanted}. Choose one of these: {there}")]
    NotThere { wanted: String, there: String },
    #[error("another program is using {camera}. Close it, then try again")]
    Busy { camera: String },
    #[error("the system does not let this program use {camera}. {}", HOW_TO_PERMIT)]
    Denied { camera: String },
    #[error("{camera} was unplugged or switched off. Plug it in again")]
    Gone { camera: String },
    #[error("{camera} gives no pictures. Unplug it and plug it in again, or choose another size")]
    Silent { camera: String },
    #[error("{camera} offers no kind of picture that can be read here. Choose another camera")]
    NoModes { camera: String },
    #[error("{camera} failed: {why}. Unplug it and plug it in again, or choose another size")]
    Failed { camera: String, why: String },
}

#[cfg(target_os = "linux")]
const HOW_TO_PERMIT: &str = "Add yourself to the group 'video' (sudo usermod -aG video $USER) and log in again";
#[cfg(not(target_os = "linux"))]
const HOW_TO_PERMIT: &str = "Allow it under Privacy, Camera, in the settings of the system";

impl CameraError {
    /// Drivers tell why in text only: the system's error number is in it.
    pub(super) fn told(camera: &str, why: &str) -> Self {
        let camera = camera.to_owned();
        let says = |words: &[&str]| words.iter().any(|word| why.to_lowercase().contains(word));
        if says(&["os error 16)", "busy"]) {
            Self::Busy { camera }
        } else if says(&["os error 13)", "os error 1)", "permission denied", "not authorized"]) {
            Self::Denied { camera }
        } else if says(&["os error 19)", "os error 2)", "os error 6)", "no such device", "no such file"]) {
            Self::Gone { camera }
        } else {
            Self::Failed { camera, why: why.trim_end_matches('.').to_owned() }
        }
    }
}
