//! What is open: sources with their people. Immutable behind `Arc`, so a snapshot for undo is cheap.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::{KeypointTrack, NormalisationMode, PersonId, PosePrediction, Recording, Skeleton, SkeletonChoice};
use crate::infer::InferOptions;
use crate::io::keypoints::ReadOptions;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A file as opened; never changes. Opening it again with other options makes a new one.
#[derive(Debug)]
pub struct Source {
    pub id: SourceId,
    pub name: String,
    /// None for the built-in demo.
    pub path: Option<PathBuf>,
    pub format: &'static str,
    /// None for files of 3D poses.
    pub skeleton: Option<(&'static Skeleton, SkeletonChoice)>,
    /// Frames per second said by the file.
    pub file_fps: Option<f64>,
    /// Width and height, pixels, said by the file or by the person.
    pub image_size: Option<[u32; 2]>,
    /// The file's own number of timeline frame 0.
    pub first_frame_number: i64,
    pub frame_count: usize,
    pub is_normalised: bool,
    /// One per person, sorted by id.
    pub tracks: Arc<[KeypointTrack]>,
    /// 3D that came with the file.
    pub imported: Vec<PosePrediction>,
    pub read_options: ReadOptions,
}

/// Frames per second where neither the file nor the person says it.
pub const DEFAULT_FPS: f64 = 30.0;

impl Source {
    /// A source of 2D keypoints, already split into people.
    pub fn from_recording(
        id: SourceId,
        path: Option<PathBuf>,
        recording: Recording,
        tracks: Vec<KeypointTrack>,
        read_options: ReadOptions,
    ) -> Self {
        Self {
            id,
            name: recording.name,
            path,
            format: recording.format,
            skeleton: Some((recording.skeleton, recording.skeleton_choice)),
            file_fps: recording.fps,
            image_size: read_options.image_size.or(recording.image_size),
            first_frame_number: recording.first_frame_number,
            frame_count: recording.frame_count,
            is_normalised: recording.is_normalised,
            tracks: tracks.into(),
            imported: Vec::new(),
            read_options,
        }
    }

    /// A source of 3D poses, shown as they are.
    pub fn from_poses(
        id: SourceId,
        path: Option<PathBuf>,
        poses: crate::data::PoseRecording,
        read_options: ReadOptions,
    ) -> Self {
        Self {
            id,
            name: poses.name,
            path,
            format: poses.format,
            skeleton: None,
            file_fps: poses.fps,
            image_size: read_options.image_size,
            first_frame_number: 0,
            frame_count: poses.frame_count,
            is_normalised: false,
            tracks: Arc::new([]),
            imported: poses.people,
            read_options,
        }
    }

    pub fn track(&self, person: PersonId) -> Option<&KeypointTrack> {
        self.tracks.iter().find(|track| track.person == person)
    }

    pub fn fps(&self) -> f64 {
        self.read_options.fps.or(self.file_fps).unwrap_or(DEFAULT_FPS)
    }

    /// `options` as they apply here: input that is normalised already is not normalised again.
    #[must_use]
    pub fn infer_options(&self, options: &InferOptions) -> InferOptions {
        let mode = if self.is_normalised { NormalisationMode::Identity } else { options.mode };
        InferOptions { mode, ..*options }
    }

    fn person_ids(&self) -> Vec<(PersonId, bool)> {
        let tracked = self.tracks.iter().map(|track| (track.person, !track.is_spurious));
        let imported = self.imported.iter().map(|pose| (pose.person, true));
        tracked.chain(imported).collect()
    }
}

/// What a person may change about one of the people in a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    /// Place in the theme's list of person colours.
    pub colour: usize,
    pub is_visible: bool,
}

/// A source and the edits made to it.
#[derive(Clone, Debug)]
pub struct SourceState {
    pub source: Arc<Source>,
    pub people: Arc<[Person]>,
    pub fps: f64,
}

impl SourceState {
    fn new(source: Arc<Source>) -> Self {
        let people = source
            .person_ids()
            .into_iter()
            .enumerate()
            .map(|(place, (id, is_visible))| Person { id, name: format!("Person {id}"), colour: place, is_visible })
            .collect();
        Self { people, fps: source.fps(), source }
    }
}

/// All open sources.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub sources: Vec<SourceState>,
}

/// One undoable change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    SetVisible {
        source: SourceId,
        person: PersonId,
        is_visible: bool,
    },
    /// Shows this person and hides all others.
    ShowOnly {
        source: SourceId,
        person: PersonId,
    },
    ShowAll {
        source: SourceId,
    },
    Rename {
        source: SourceId,
        person: PersonId,
        name: String,
    },
    SetColour {
        source: SourceId,
        person: PersonId,
        colour: usize,
    },
    SetFps {
        source: SourceId,
        fps: f64,
    },
}

impl Edit {
    /// Name for the undo menu.
    pub fn label(&self) -> &'static str {
        match self {
            Self::SetVisible { is_visible: true, .. } => "Show person",
            Self::SetVisible { is_visible: false, .. } => "Hide person",
            Self::ShowOnly { .. } => "Show only one person",
            Self::ShowAll { .. } => "Show all people",
            Self::Rename { .. } => "Rename person",
            Self::SetColour { .. } => "Change person colour",
            Self::SetFps { .. } => "Change frame rate",
        }
    }

    fn source(&self) -> SourceId {
        match self {
            Self::SetVisible { source, .. }
            | Self::ShowOnly { source, .. }
            | Self::ShowAll { source }
            | Self::Rename { source, .. }
            | Self::SetColour { source, .. }
            | Self::SetFps { source, .. } => *source,
        }
    }
}

impl Document {
    pub fn source(&self, id: SourceId) -> Option<&SourceState> {
        self.sources.iter().find(|state| state.source.id == id)
    }

    pub fn add(&mut self, source: Arc<Source>) {
        self.sources.push(SourceState::new(source));
    }

    pub fn remove(&mut self, id: SourceId) {
        self.sources.retain(|state| state.source.id != id);
    }

    /// Does `edit`; one that names something that is gone changes nothing.
    pub fn apply(&mut self, edit: &Edit) {
        let id = edit.source();
        let Some(state) = self.sources.iter_mut().find(|state| state.source.id == id) else { return };
        if let Edit::SetFps { fps, .. } = edit {
            if fps.is_finite() && *fps > 0.0 {
                state.fps = *fps;
            }
            return;
        }
        let mut people = state.people.to_vec();
        for person in &mut people {
            match edit {
                Edit::ShowOnly { person: id, .. } => person.is_visible = person.id == *id,
                Edit::ShowAll { .. } => person.is_visible = true,
                Edit::SetVisible { person: id, is_visible, .. } if person.id == *id => person.is_visible = *is_visible,
                Edit::Rename { person: id, name, .. } if person.id == *id => person.name.clone_from(name),
                Edit::SetColour { person: id, colour, .. } if person.id == *id => person.colour = *colour,
                _ => {}
            }
        }
        state.people = people.into();
    }
}
