//! What the program remembers between starts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::actions::LabelOptions;
use super::bodies::BodyChoice;
use super::document::Lifting;
use super::live_settings::LiveSettings;
use super::reading::{LengthUnit, Quantity};
use super::{PictureSettings, SceneSettings};
use crate::detect::{DetectorSpec, OnnxSpec};
use crate::infer::InferOptions;
use crate::nn::DeviceChoice;

/// Which weights to use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelChoice {
    /// The small model built into the program.
    #[default]
    Starter,
    File(PathBuf),
}

impl ModelChoice {
    pub fn label(&self) -> String {
        match self {
            Self::Starter => "Starter (built in)".to_owned(),
            Self::File(path) => {
                path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
            }
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    #[default]
    Dark,
    Light,
    System,
}

/// Settings; every field has a default, so files of other versions load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: ThemeChoice,
    pub model: ModelChoice,
    /// Models that were chosen before, newest first.
    pub known_models: Vec<PathBuf>,
    pub body: BodyChoice,
    /// Body files that were chosen before, newest first.
    pub known_bodies: Vec<PathBuf>,
    /// What finds people in videos and in the picture of a camera; none was chosen yet.
    pub detector: Option<DetectorSpec>,
    #[serde(with = "as_text")]
    pub device: DeviceChoice,
    pub infer: InferOptions,
    pub live: LiveSettings,
    /// What people do, and how sure labels have to be of it.
    pub actions: LabelOptions,
    /// Action models that were chosen before, newest first.
    pub known_action_models: Vec<PathBuf>,
    /// Where published models are kept; none for the usual folder.
    pub model_folder: Option<PathBuf>,
    /// Another list of published models, such as a laboratory's own.
    pub model_list: Option<PathBuf>,
    pub loop_playback: bool,
    pub show_performance: bool,
    /// Confidence per part of the body in the timeline.
    pub show_confidence_heat: bool,
    pub show_left_panel: bool,
    pub show_right_panel: bool,
    /// Where panels are, as the window writes it; none as at first.
    pub layout: Option<serde_json::Value>,
    pub closed_panels: BTreeSet<String>,
    /// Open clips beside each other, in sync.
    pub side_by_side: bool,
    /// Turning one of the views side by side turns all.
    pub link_cameras: bool,
    /// Scale of everything in the window.
    pub zoom: f32,
    /// Nothing fades or glides.
    pub reduced_motion: bool,
    /// The three first steps; on at the first start, off for good once dismissed.
    pub show_hints: bool,
    /// Samples per pixel of the 3D view: 1 or 4; none picks by what the machine draws fluently.
    pub msaa: Option<u32>,
    pub scene: SceneSettings,
    pub picture: PictureSettings,
    /// What 3D positions and speeds are read in.
    pub length_unit: LengthUnit,
    /// What the plots show, of everybody who is shown.
    pub plotted: Vec<Quantity>,
    /// Newest first, without doubles.
    pub recent_files: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            model: ModelChoice::default(),
            known_models: Vec::new(),
            body: BodyChoice::default(),
            known_bodies: Vec::new(),
            detector: None,
            device: DeviceChoice::default(),
            infer: InferOptions::default(),
            live: LiveSettings::default(),
            actions: LabelOptions::default(),
            known_action_models: Vec::new(),
            model_folder: None,
            model_list: None,
            loop_playback: true,
            show_performance: false,
            show_confidence_heat: false,
            show_left_panel: true,
            show_right_panel: true,
            layout: None,
            // Until somebody asks for them there is more room for the other tabs.
            closed_panels: ["actions", "live", "log", "plots"].map(str::to_owned).into(),
            side_by_side: false,
            link_cameras: false,
            zoom: 1.0,
            reduced_motion: false,
            show_hints: false,
            msaa: None,
            scene: SceneSettings::default(),
            picture: PictureSettings::default(),
            length_unit: LengthUnit::default(),
            plotted: Vec::new(),
            recent_files: Vec::new(),
        }
    }
}

const MAX_RECENT: usize = 12;

/// Scales of the window that are offered.
pub const ZOOMS: [f32; 8] = [0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0];

impl Settings {
    /// Everything as at first, but for what was opened and chosen.
    #[must_use]
    pub fn reset(&self) -> Self {
        Self {
            model: self.model.clone(),
            known_models: self.known_models.clone(),
            body: self.body.clone(),
            known_bodies: self.known_bodies.clone(),
            detector: self.detector.clone(),
            known_action_models: self.known_action_models.clone(),
            actions: LabelOptions { model: self.actions.model.clone(), ..LabelOptions::default() },
            model_folder: self.model_folder.clone(),
            model_list: self.model_list.clone(),
            recent_files: self.recent_files.clone(),
            ..Self::default()
        }
    }

    /// The chosen detector, unless its pose network is still missing.
    pub fn usable_detector(&self) -> Option<&DetectorSpec> {
        let is_complete = |detector: &&DetectorSpec| match detector {
            DetectorSpec::Onnx(OnnxSpec { pose, .. }) => !pose.as_os_str().is_empty(),
            DetectorSpec::External(_) => true,
        };
        self.detector.as_ref().filter(is_complete)
    }

    pub fn remember_file(&mut self, path: &Path) {
        remember(&mut self.recent_files, path);
    }

    pub(super) fn lifting(&self) -> Lifting {
        Lifting { model: self.model.clone(), device: self.device, options: self.infer }
    }

    pub(super) fn set_lifting(&mut self, lifting: &Lifting) {
        self.model.clone_from(&lifting.model);
        self.device = lifting.device;
        self.infer = lifting.options;
    }

    pub fn remember_model(&mut self, path: &Path) {
        remember(&mut self.known_models, path);
    }

    pub fn remember_action_model(&mut self, path: &Path) {
        remember(&mut self.known_action_models, path);
    }

    pub fn remember_body(&mut self, path: &Path) {
        remember(&mut self.known_bodies, path);
    }
}

fn remember(list: &mut Vec<PathBuf>, path: &Path) {
    list.retain(|known| known != path);
    list.insert(0, path.to_owned());
    list.truncate(MAX_RECENT);
}

/// Values that are written as people type them.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>, T: std::str::FromStr<Err: std::fmt::Display>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
