//! What is open: sources with their people. Immutable behind `Arc`, so a snapshot for undo is cheap.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::bodies::{BodyChoice, Feet};
use super::settings::ModelChoice;
use crate::data::{
    Betas, FrameIndex, FrameRange, KeypointTrack, NormalisationMode, PersonId, PosePrediction, Recording, Skeleton,
    SkeletonChoice,
};
use crate::infer::InferOptions;
use crate::io::keypoints::ReadOptions;
use crate::motion::{Cleaning, Smoothing, WorldOptions};
use crate::nn::DeviceChoice;

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

/// Heights that are believed, metres.
pub const HEIGHT_RANGE_M: (f32, f32) = (0.5, 2.5);

/// Shape coefficients that are used: beyond these no body is a person's.
pub const BETA_RANGE: (f32, f32) = (-3.0, 3.0);

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    /// Place in the theme's list of person colours.
    pub colour: usize,
    pub is_visible: bool,
    /// Standing height of the body, which makes metres of pixels; none where nobody said it.
    pub height_m: Option<f32>,
    /// Shape of the body that the person wears; none lets it follow from the bones' lengths.
    #[serde(default)]
    pub betas: Option<Betas>,
}

/// A named moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    pub frame: FrameIndex,
    pub name: String,
}

/// A source and the edits made to it.
#[derive(Clone, Debug)]
pub struct SourceState {
    pub source: Arc<Source>,
    pub people: Arc<[Person]>,
    pub fps: f64,
    /// Repairs of the keypoints before lifting.
    pub cleaning: Cleaning,
    /// Smoothing of the 3D joints after lifting.
    pub smoothing: Smoothing,
    /// How people stand in the world.
    pub world: WorldOptions,
    /// How the body's feet meet the floor.
    pub feet: Feet,
    /// In and out point: the frames that are played and exported; none for all.
    pub trim: Option<FrameRange>,
    /// Sorted by frame, at most one a frame.
    pub markers: Arc<[Marker]>,
}

impl SourceState {
    fn new(source: Arc<Source>) -> Self {
        let people = source
            .person_ids()
            .into_iter()
            .enumerate()
            .map(|(place, (id, is_visible))| Person {
                id,
                name: format!("Person {id}"),
                colour: place,
                is_visible,
                height_m: None,
                betas: None,
            })
            .collect();
        Self {
            people,
            fps: source.fps(),
            source,
            cleaning: Cleaning::default(),
            smoothing: Smoothing::default(),
            world: WorldOptions::default(),
            feet: Feet::default(),
            trim: None,
            markers: Arc::new([]),
        }
    }

    fn person_mut(&mut self, id: PersonId, change: impl FnOnce(&mut Person)) {
        let mut people = self.people.to_vec();
        if let Some(person) = people.iter_mut().find(|person| person.id == id) {
            change(person);
            self.people = people.into();
        }
    }

    fn change_people(&mut self, change: impl Fn(&mut Person)) {
        let mut people = self.people.to_vec();
        people.iter_mut().for_each(change);
        self.people = people.into();
    }

    fn change_markers(&mut self, change: impl FnOnce(&mut Vec<Marker>)) {
        let mut markers = self.markers.to_vec();
        change(&mut markers);
        // Of several at one frame the one that came last stays.
        markers.sort_by_key(|marker| marker.frame);
        markers.reverse();
        markers.dedup_by_key(|marker| marker.frame);
        markers.reverse();
        self.markers = markers.into();
    }

    fn apply(&mut self, edit: &Edit) {
        let frames = FrameRange::new(0, self.source.frame_count);
        match edit {
            Edit::SetVisible { person, is_visible, .. } => self.person_mut(*person, |p| p.is_visible = *is_visible),
            Edit::ShowOnly { person: id, .. } => self.change_people(|person| person.is_visible = person.id == *id),
            Edit::ShowAll { .. } => self.change_people(|person| person.is_visible = true),
            Edit::Rename { person, name, .. } => self.person_mut(*person, |p| p.name.clone_from(name)),
            Edit::SetColour { person, colour, .. } => self.person_mut(*person, |p| p.colour = *colour),
            Edit::SetHeight { person, height_m, .. } => {
                let height_m = height_m.filter(|height_m| height_m.is_finite());
                let height_m = height_m.map(|height_m| height_m.clamp(HEIGHT_RANGE_M.0, HEIGHT_RANGE_M.1));
                self.person_mut(*person, |p| p.height_m = height_m);
            }
            Edit::SetBetas { person, betas, .. } => {
                let within = |beta: f32| if beta.is_finite() { beta.clamp(BETA_RANGE.0, BETA_RANGE.1) } else { 0.0 };
                self.person_mut(*person, |p| p.betas = betas.map(|betas| betas.map(within)));
            }
            Edit::SetFps { fps, .. } if fps.is_finite() && *fps > 0.0 => self.fps = *fps,
            Edit::SetFps { .. } => {}
            Edit::SetCleaning { cleaning, .. } => self.cleaning = *cleaning,
            Edit::SetSmoothing { smoothing, .. } => self.smoothing = *smoothing,
            Edit::SetWorld { world, .. } => self.world = *world,
            Edit::SetFeet { feet, .. } => self.feet = *feet,
            Edit::SetTrim { trim, .. } => {
                let trim = trim.map(|trim| trim.intersect(frames)).filter(|trim| !trim.is_empty() && *trim != frames);
                self.trim = trim;
            }
            Edit::AddMarker { marker, .. } => {
                if frames.contains(marker.frame) {
                    self.change_markers(|markers| markers.push(marker.clone()));
                }
            }
            Edit::MoveMarker { from, to, .. } => {
                if frames.contains(*to) {
                    self.change_markers(|markers| {
                        let Some(place) = markers.iter().position(|marker| marker.frame == *from) else { return };
                        let moved = Marker { frame: *to, ..markers.remove(place) };
                        markers.push(moved);
                    });
                }
            }
            Edit::RenameMarker { frame, name, .. } => self.change_markers(|markers| {
                if let Some(marker) = markers.iter_mut().find(|marker| marker.frame == *frame) {
                    marker.name.clone_from(name);
                }
            }),
            Edit::RemoveMarker { frame, .. } => self.change_markers(|markers| {
                markers.retain(|marker| marker.frame != *frame);
            }),
            // Concern no single source.
            Edit::SetLifting(_) | Edit::SetBody(_) => {}
        }
    }
}

/// How keypoints become 3D, the same for all sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifting {
    pub model: ModelChoice,
    pub device: DeviceChoice,
    pub options: InferOptions,
}

/// All open sources, how they are lifted, and what people wear.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub sources: Vec<SourceState>,
    pub lifting: Lifting,
    pub body: BodyChoice,
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
    SetHeight {
        source: SourceId,
        person: PersonId,
        /// None lets it follow from the floor that people share.
        height_m: Option<f32>,
    },
    SetBetas {
        source: SourceId,
        person: PersonId,
        /// None fits the shape to the bones' lengths.
        betas: Option<Betas>,
    },
    SetCleaning {
        source: SourceId,
        cleaning: Cleaning,
    },
    SetSmoothing {
        source: SourceId,
        smoothing: Smoothing,
    },
    SetWorld {
        source: SourceId,
        world: WorldOptions,
    },
    SetFeet {
        source: SourceId,
        feet: Feet,
    },
    /// None plays everything.
    SetTrim {
        source: SourceId,
        trim: Option<FrameRange>,
    },
    AddMarker {
        source: SourceId,
        marker: Marker,
    },
    /// Takes the place of a marker that is there already.
    MoveMarker {
        source: SourceId,
        from: FrameIndex,
        to: FrameIndex,
    },
    RenameMarker {
        source: SourceId,
        frame: FrameIndex,
        name: String,
    },
    RemoveMarker {
        source: SourceId,
        frame: FrameIndex,
    },
    SetLifting(Lifting),
    SetBody(BodyChoice),
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
            Self::SetHeight { .. } => "Change body height",
            Self::SetBetas { .. } => "Change body shape",
            Self::SetCleaning { .. } => "Change cleaning",
            Self::SetSmoothing { .. } => "Change smoothing",
            Self::SetWorld { .. } => "Change upright and floor",
            Self::SetFeet { .. } => "Change feet",
            Self::SetTrim { .. } => "Change in and out points",
            Self::AddMarker { .. } => "Add marker",
            Self::MoveMarker { .. } => "Move marker",
            Self::RenameMarker { .. } => "Rename marker",
            Self::RemoveMarker { .. } => "Remove marker",
            Self::SetLifting(_) => "Change model or inference",
            Self::SetBody(_) => "Change body",
        }
    }

    /// The source that is edited; none for what concerns them all.
    fn source(&self) -> Option<SourceId> {
        match self {
            Self::SetVisible { source, .. }
            | Self::ShowOnly { source, .. }
            | Self::ShowAll { source }
            | Self::Rename { source, .. }
            | Self::SetColour { source, .. }
            | Self::SetFps { source, .. }
            | Self::SetHeight { source, .. }
            | Self::SetBetas { source, .. }
            | Self::SetCleaning { source, .. }
            | Self::SetSmoothing { source, .. }
            | Self::SetWorld { source, .. }
            | Self::SetFeet { source, .. }
            | Self::SetTrim { source, .. }
            | Self::AddMarker { source, .. }
            | Self::MoveMarker { source, .. }
            | Self::RenameMarker { source, .. }
            | Self::RemoveMarker { source, .. } => Some(*source),
            Self::SetLifting(_) | Self::SetBody(_) => None,
        }
    }

    /// Whether this and `next` are steps of one gesture, such as a slider that is dragged.
    pub(super) fn is_continued_by(&self, next: &Self) -> bool {
        let same_person = match (self, next) {
            (Self::SetHeight { person: a, .. }, Self::SetHeight { person: b, .. })
            | (Self::SetBetas { person: a, .. }, Self::SetBetas { person: b, .. })
            | (Self::SetColour { person: a, .. }, Self::SetColour { person: b, .. }) => a == b,
            (Self::MoveMarker { to, .. }, Self::MoveMarker { from, .. }) => to == from,
            (Self::SetFps { .. }, Self::SetFps { .. })
            | (Self::SetCleaning { .. }, Self::SetCleaning { .. })
            | (Self::SetSmoothing { .. }, Self::SetSmoothing { .. })
            | (Self::SetWorld { .. }, Self::SetWorld { .. })
            | (Self::SetFeet { .. }, Self::SetFeet { .. })
            | (Self::SetTrim { .. }, Self::SetTrim { .. }) => true,
            _ => false,
        };
        same_person && self.source() == next.source()
    }
}

impl Document {
    pub fn source(&self, id: SourceId) -> Option<&SourceState> {
        self.sources.iter().find(|state| state.source.id == id)
    }

    pub fn add(&mut self, source: Arc<Source>) {
        let later = self.sources.iter().position(|state| state.source.id > source.id);
        let place = later.unwrap_or(self.sources.len());
        self.sources.insert(place, SourceState::new(source));
    }

    /// Takes a newer state of a source that is still being made: edits stay, people who have come are added.
    pub fn update(&mut self, source: &Arc<Source>) {
        let Some(state) = self.sources.iter_mut().find(|state| state.source.id == source.id) else { return };
        let mut people = state.people.to_vec();
        for mut person in SourceState::new(source.clone()).people.iter().cloned() {
            if !people.iter().any(|known| known.id == person.id) {
                person.colour = people.len();
                people.push(person);
            }
        }
        state.people = people.into();
        state.source = source.clone();
    }

    /// Takes over what is known of people with the same ids, when a file was read again.
    pub fn keep_people(&mut self, id: SourceId, known: &[Person]) {
        let Some(state) = self.sources.iter_mut().find(|state| state.source.id == id) else { return };
        let same = |person: &Person| known.iter().find(|known| known.id == person.id).unwrap_or(person).clone();
        state.people = state.people.iter().map(same).collect();
    }

    /// Puts a source at another place among all, the last one at most.
    pub fn move_to(&mut self, id: SourceId, place: usize) {
        if let Some(from) = self.place_of(id) {
            let state = self.sources.remove(from);
            self.sources.insert(place.min(self.sources.len()), state);
        }
    }

    pub fn place_of(&self, id: SourceId) -> Option<usize> {
        self.sources.iter().position(|state| state.source.id == id)
    }

    pub fn remove(&mut self, id: SourceId) {
        self.sources.retain(|state| state.source.id != id);
    }

    /// Does `edit`; one that names something that is gone changes nothing.
    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::SetLifting(lifting) => self.lifting = lifting.clone(),
            Edit::SetBody(body) => self.body = body.clone(),
            _ => {}
        }
        let id = edit.source();
        if let Some(state) = self.sources.iter_mut().find(|state| Some(state.source.id) == id) {
            state.apply(edit);
        }
    }
}
