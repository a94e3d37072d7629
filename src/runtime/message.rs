//! What goes to the workers and what comes back.

use std::path::PathBuf;
use std::sync::Arc;

use image::RgbaImage;

use super::job::JobId;
use crate::data::{MoveSet, PersonId, PosePrediction};
use crate::io::frames::camera::CameraId;
use crate::io::keypoints::ReadOptions;
use crate::io::zoo::ModelState;
use crate::nn::DstformerConfig;
use crate::session::actions::{ClipFeatures, ClipScores, Examples, Found, Labels, LiveLabel, LoadedActions};
use crate::session::reading::{CurveRequest, WorkedOut};
use crate::session::{Bodies, Generation, LiftKey, ModelChoice, Motion, Source, SourceId, Video, WornBody};
use crate::support::Notice;

#[derive(Clone, Debug, PartialEq)]
pub enum OpenTarget {
    /// Keypoints, with a video that is beside them, or a video.
    File(PathBuf),
    /// Keypoints and the video that they are of.
    Pair { keypoints: PathBuf, video: PathBuf },
    /// The clip built into the program.
    Demo,
}

/// Please read this.
#[derive(Clone, Debug)]
pub struct OpenRequest {
    pub id: SourceId,
    pub target: OpenTarget,
    pub options: ReadOptions,
}

/// Please lift these people.
#[derive(Clone, Debug)]
pub struct InferRequest {
    pub source: Arc<Source>,
    /// In this order.
    pub people: Vec<PersonId>,
    pub generation: Generation,
    pub lift: LiftKey,
}

/// The model that is in use.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    pub name: String,
    pub choice: ModelChoice,
    pub config: DstformerConfig,
    pub parameters: usize,
    pub is_root_relative: bool,
    /// The device it really runs on, e.g. "CPU (2 threads, AVX-512)".
    pub device: String,
}

/// What workers tell. Big values are behind `Arc`.
#[derive(Clone, Debug)]
pub enum Event {
    /// `total` 0 means unknown; `what` is a plural noun ("frames").
    Progress {
        job: JobId,
        what: &'static str,
        done: u64,
        total: u64,
    },
    Opened {
        job: JobId,
        source: Arc<Source>,
    },
    /// A video that is to be attached to a source was looked at.
    VideoFound {
        job: JobId,
        source: SourceId,
        video: Arc<Video>,
    },
    /// The people who were found in a video so far; more may follow, with the same id.
    Detected {
        job: JobId,
        source: Arc<Source>,
    },
    /// A file dialog closed with these; none chosen is no event.
    Chosen {
        job: JobId,
        purpose: &'static str,
        paths: Vec<PathBuf>,
    },
    ModelReady {
        job: JobId,
        info: ModelInfo,
    },
    /// One more window of results (new or changed frames of one person), and how long it took.
    Prediction {
        job: JobId,
        source: SourceId,
        generation: Generation,
        update: PosePrediction,
        elapsed_ms: f64,
    },
    /// A clip was derived anew.
    Motion {
        job: JobId,
        motion: Arc<Motion>,
    },
    /// Curves that were asked for were worked out.
    Curves {
        job: JobId,
        request: Arc<CurveRequest>,
        curves: Arc<[WorkedOut]>,
    },
    /// A table that was asked for, to be copied.
    Table {
        job: JobId,
        text: Arc<str>,
    },
    /// A body that people can wear.
    BodyLoaded {
        job: JobId,
        body: Arc<WornBody>,
    },
    /// The bodies of a clip were derived anew.
    Bodies {
        job: JobId,
        bodies: Arc<Bodies>,
    },
    /// The features of everybody of a clip.
    Features {
        job: JobId,
        features: Arc<ClipFeatures>,
    },
    /// The features of the examples of the person's own moves.
    Examples {
        job: JobId,
        examples: Arc<Examples>,
    },
    /// Moves of a file.
    MovesRead {
        job: JobId,
        moves: Arc<MoveSet>,
    },
    /// What people before the camera do now.
    LiveLabels {
        job: JobId,
        labels: Arc<[LiveLabel]>,
    },
    /// An action model that can be used.
    ActionsLoaded {
        job: JobId,
        actions: Arc<LoadedActions>,
    },
    /// What an action model says of a clip.
    Scores {
        job: JobId,
        scores: Arc<ClipScores>,
    },
    /// What people of a clip do.
    Labels {
        job: JobId,
        labels: Arc<Labels>,
    },
    /// Where else a move happens.
    Found {
        job: JobId,
        found: Arc<Found>,
    },
    /// The cameras of this computer.
    Cameras {
        job: JobId,
        cameras: Arc<[CameraId]>,
    },
    /// A picture that was asked for is there.
    Drawn {
        job: JobId,
        picture: Arc<RgbaImage>,
    },
    /// Which published models are here, in the order of their list.
    ModelStates {
        job: JobId,
        states: Vec<ModelState>,
    },
    /// A published model is here and checked.
    ModelFetched {
        job: JobId,
        id: String,
        path: PathBuf,
    },
    /// A file was written.
    Saved {
        job: JobId,
        path: PathBuf,
    },
    /// A clip was exported to these files.
    Exported {
        job: JobId,
        files: Vec<PathBuf>,
    },
    Notice(Notice),
    /// The job ended well.
    Done {
        job: JobId,
        elapsed_secs: f64,
    },
    Cancelled {
        job: JobId,
    },
    Failed {
        job: JobId,
        notice: Notice,
    },
    /// A worker panicked; its job is over, the program goes on.
    WorkerFailed {
        job: JobId,
        worker: &'static str,
        message: String,
    },
}
