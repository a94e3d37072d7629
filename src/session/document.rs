//! What is open: sources with their people. Immutable behind `Arc`, so a snapshot for undo is cheap.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::actions::LabelOptions;
use super::bodies::{BodyChoice, Feet};
use super::edit::Edit;
use super::settings::ModelChoice;
use super::video::Video;
use crate::data::{
    Betas, FrameIndex, FrameRange, KeypointTrack, MoveSet, NormalisationMode, PersonId, PosePrediction, Recording,
    Skeleton, SkeletonChoice,
};
use crate::infer::InferOptions;
use crate::io::keypoints::ReadOptions;
use crate::motion::{Cleaning, Smoothing, WorldOptions};
use crate::nn::DeviceChoice;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A file as opened; never changes. Opening it again with other options makes a new one.
#[derive(Clone, Debug)]
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
    /// The video that was found with the keypoints, or that they are of.
    pub video: Option<Video>,
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
            video: None,
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
            video: None,
            read_options,
        }
    }

    /// A video in which nobody was looked for yet.
    pub fn from_video(id: SourceId, video: Video, read_options: ReadOptions) -> Self {
        let name = video.path.file_name().unwrap_or(video.path.as_os_str()).to_string_lossy().into_owned();
        Self {
            id,
            name,
            path: Some(video.path.clone()),
            format: "video",
            skeleton: None,
            file_fps: video.fps(),
            image_size: Some(video.size),
            first_frame_number: 0,
            frame_count: video.times.len(),
            is_normalised: false,
            tracks: Arc::new([]),
            imported: Vec::new(),
            video: Some(video),
            read_options,
        }
    }

    /// Adds a video that belongs to these keypoints. What their file does not say of the pictures, the video does.
    #[must_use]
    pub fn with_video(self, video: Video) -> Self {
        let image_size = self.image_size.or(Some(video.size).filter(|_| !self.is_normalised));
        Self { image_size, file_fps: self.file_fps.or(video.fps()), video: Some(video), ..self }
    }

    /// Whether it is a video in which nobody was looked for yet.
    pub fn is_bare_video(&self) -> bool {
        self.video.is_some() && self.skeleton.is_none() && self.imported.is_empty()
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
    /// What is shown under the keypoints.
    pub video: Option<Video>,
}

impl SourceState {
    /// Without edits: long tracks are shown, each person in a colour of their own.
    pub fn new(source: Arc<Source>) -> Self {
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
            video: source.video.clone(),
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
            Edit::AttachVideo { video, fps, .. } => {
                self.video = Some(video.clone());
                self.fps = fps.filter(|fps| fps.is_finite() && *fps > 0.0).unwrap_or(self.fps);
            }
            Edit::DetachVideo { .. } => self.video = None,
            Edit::MoveVideo { offset_frames, .. } => {
                if let Some(video) = &mut self.video {
                    video.offset_frames = *offset_frames;
                }
            }
            // Concern no single source.
            Edit::SetLifting(_) | Edit::SetBody(_) | Edit::SetActions(_) | Edit::SetMoves { .. } => {}
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

/// All open sources, how they are lifted, what people wear, and how what they do is told.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub sources: Vec<SourceState>,
    pub lifting: Lifting,
    pub body: BodyChoice,
    pub actions: LabelOptions,
    /// The person's own moves.
    pub moves: Arc<MoveSet>,
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

    /// Takes a newer state of a source that is still being made: edits stay, people who have come are added, and those
    /// who are not in it any more go.
    pub fn update(&mut self, source: &Arc<Source>) {
        let Some(state) = self.sources.iter_mut().find(|state| state.source.id == source.id) else { return };
        let now = SourceState::new(source.clone()).people;
        let mut people = state.people.to_vec();
        people.retain(|known| now.iter().any(|person| person.id == known.id));
        for mut person in now.iter().cloned() {
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

    /// Takes over the video, when a file was read again.
    pub fn keep_video(&mut self, id: SourceId, video: &Video) {
        if let Some(state) = self.sources.iter_mut().find(|state| state.source.id == id) {
            state.video = Some(video.clone());
        }
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
            Edit::SetActions(actions) => self.actions = actions.clone(),
            Edit::SetMoves { moves, .. } => self.moves = moves.clone(),
            _ => {}
        }
        let id = edit.source();
        if let Some(state) = self.sources.iter_mut().find(|state| Some(state.source.id) == id) {
            state.apply(edit);
        }
    }
}
