//! What the 3D view shows besides people, and how pictures of it are saved.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::data::JointIndex;
use crate::scene::style::DEPTH_CUE;

/// What is behind everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackgroundChoice {
    /// The gradient of the theme.
    #[default]
    Theme,
    Dark,
    Light,
    /// For keying in a video program.
    Green,
    /// Nothing, in screenshots; the window shows the theme's.
    Transparent,
}

/// What people are drawn as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    Skeleton,
    /// A skinned body.
    #[default]
    Body,
    /// The skeleton inside a translucent body.
    Both,
}

impl Appearance {
    pub fn has_body(self) -> bool {
        self != Self::Skeleton
    }

    pub fn has_skeleton(self) -> bool {
        self != Self::Body
    }

    /// The one after this, in turns.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Skeleton => Self::Body,
            Self::Body => Self::Both,
            Self::Both => Self::Skeleton,
        }
    }
}

/// What the colours of a body tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyHeat {
    /// Who it is.
    #[default]
    Off,
    /// How sure the detector was of the joints near by.
    Confidence,
    /// How fast they move.
    Speed,
    /// How far the body's joints are from the predicted ones.
    Fit,
}

/// How many pixels a screenshot has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScreenshotSize {
    /// As many as the view.
    #[default]
    View,
    /// Twice as many on each side.
    Double,
    /// 3840 on the longer side.
    FourK,
}

impl ScreenshotSize {
    /// Width and height for a view of `view` pixels, of the same shape.
    pub fn pixels(self, view: [u32; 2]) -> [u32; 2] {
        let factor = match self {
            Self::View => 1.0,
            Self::Double => 2.0,
            Self::FourK => 3840.0 / f64::from(view[0].max(view[1]).max(1)),
        };
        view.map(|side| ((f64::from(side) * factor).round() as u32).max(1))
    }
}

/// Every field has a default, so files of other versions load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SceneSettings {
    pub appearance: Appearance,
    /// Of bodies, 0 to 1; with the skeleton inside they are seen through in any case.
    pub body_opacity: f32,
    /// The body's mesh over it.
    pub wireframe: bool,
    pub body_heat: BodyHeat,
    pub trails: bool,
    /// H36M-17 joints that leave one.
    pub trail_joints: BTreeSet<JointIndex>,
    /// Paths over the whole clip instead of the last second.
    pub whole_paths: bool,
    pub onion_skins: bool,
    /// Ghosts on each side.
    pub onion_count: usize,
    /// Frames between them.
    pub onion_step: usize,
    /// The pose before cleaning and smoothing as a ghost.
    pub ghost: bool,
    /// The recording camera with its picture.
    pub frustum: bool,
    /// 0 to 1.
    pub depth_cue: f32,
    /// Parallel projection.
    pub orthographic: bool,
    /// The camera stays with the selected person.
    pub follow: bool,
    pub background: BackgroundChoice,
    pub grid: bool,
    pub shadows: bool,
    pub names: bool,
    pub screenshot_size: ScreenshotSize,
    /// None for the system's folder for pictures.
    pub screenshot_folder: Option<PathBuf>,
}

pub const ONION_COUNTS: RangeInclusive<usize> = 1..=8;
pub const ONION_STEPS: RangeInclusive<usize> = 1..=120;

impl Default for SceneSettings {
    fn default() -> Self {
        const RIGHT_ANKLE: usize = 3;
        const LEFT_ANKLE: usize = 6;
        const LEFT_WRIST: usize = 13;
        const RIGHT_WRIST: usize = 16;
        Self {
            appearance: Appearance::default(),
            body_opacity: 1.0,
            wireframe: false,
            body_heat: BodyHeat::default(),
            trails: false,
            trail_joints: [RIGHT_ANKLE, LEFT_ANKLE, LEFT_WRIST, RIGHT_WRIST].map(JointIndex).into(),
            whole_paths: false,
            onion_skins: false,
            onion_count: 3,
            onion_step: 6,
            ghost: true,
            frustum: false,
            depth_cue: DEPTH_CUE,
            orthographic: false,
            follow: false,
            background: BackgroundChoice::default(),
            grid: true,
            shadows: true,
            names: true,
            screenshot_size: ScreenshotSize::default(),
            screenshot_folder: None,
        }
    }
}

impl SceneSettings {
    /// Whether the joint leaves a trail that is shown.
    pub fn has_trail(&self, joint: JointIndex) -> bool {
        self.trails && self.trail_joints.contains(&joint)
    }

    /// Shows or hides the trail of a joint. Showing one while trails are off shows this one alone.
    pub fn toggle_trail(&mut self, joint: JointIndex) {
        if !self.trails {
            self.trails = true;
            self.trail_joints = [joint].into();
        } else if !self.trail_joints.remove(&joint) {
            self.trail_joints.insert(joint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trails_go_on_and_off_one_by_one() {
        let mut scene = SceneSettings::default();
        let [knee, wrist] = [JointIndex(5), JointIndex(13)];
        assert!(!scene.has_trail(wrist), "they are off");
        scene.toggle_trail(knee);
        assert!(scene.has_trail(knee) && !scene.has_trail(wrist));
        scene.toggle_trail(wrist);
        scene.toggle_trail(knee);
        assert!(!scene.has_trail(knee) && scene.has_trail(wrist));
    }

    #[test]
    fn screenshots_keep_the_shape_of_the_view() {
        assert_eq!(ScreenshotSize::View.pixels([490, 500]), [490, 500]);
        assert_eq!(ScreenshotSize::Double.pixels([490, 501]), [980, 1002]);
        assert_eq!(ScreenshotSize::FourK.pixels([1280, 720]), [3840, 2160]);
        assert_eq!(ScreenshotSize::FourK.pixels([500, 1000]), [1920, 3840]);
    }

    #[test]
    fn older_files_load() {
        let scene: SceneSettings = serde_json::from_str(r#"{ "trails": true, "background": "green" }"#).unwrap();
        let wanted = SceneSettings { trails: true, background: BackgroundChoice::Green, ..SceneSettings::default() };
        assert_eq!(scene, wanted);
    }
}
