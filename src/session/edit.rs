//! Undoable changes of what is open.

use std::sync::Arc;

use super::actions::LabelOptions;
use super::bodies::{BodyChoice, Feet};
use super::document::{Lifting, Marker, SourceId};
use super::video::Video;
use crate::data::{Betas, FrameIndex, FrameRange, MoveSet, PersonId};
use crate::motion::{Cleaning, Smoothing, WorldOptions};

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
    /// In place of one that is there already.
    AttachVideo {
        source: SourceId,
        video: Video,
        /// The clip's frame rate from now on; none leaves it.
        fps: Option<f64>,
    },
    DetachVideo {
        source: SourceId,
    },
    MoveVideo {
        source: SourceId,
        /// The timeline frame at which the video's first picture is shown.
        offset_frames: i64,
    },
    SetLifting(Lifting),
    SetBody(BodyChoice),
    SetActions(LabelOptions),
    SetMoves {
        moves: Arc<MoveSet>,
        change: MovesChange,
    },
}

/// What happened to the person's own moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MovesChange {
    AddExample,
    RemoveExample,
    Rename,
    Remove,
    Import,
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
            Self::AttachVideo { .. } => "Attach video",
            Self::DetachVideo { .. } => "Detach video",
            Self::MoveVideo { .. } => "Move video in time",
            Self::SetLifting(_) => "Change model or inference",
            Self::SetBody(_) => "Change body",
            Self::SetActions(_) => "Change labels",
            Self::SetMoves { change: MovesChange::AddExample, .. } => "Save move",
            Self::SetMoves { change: MovesChange::RemoveExample, .. } => "Remove example",
            Self::SetMoves { change: MovesChange::Rename, .. } => "Rename move",
            Self::SetMoves { change: MovesChange::Remove, .. } => "Remove move",
            Self::SetMoves { change: MovesChange::Import, .. } => "Import moves",
        }
    }

    /// The source that is edited; none for what concerns them all.
    pub(super) fn source(&self) -> Option<SourceId> {
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
            | Self::RemoveMarker { source, .. }
            | Self::AttachVideo { source, .. }
            | Self::DetachVideo { source }
            | Self::MoveVideo { source, .. } => Some(*source),
            Self::SetLifting(_) | Self::SetBody(_) | Self::SetActions(_) | Self::SetMoves { .. } => None,
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
            | (Self::SetTrim { .. }, Self::SetTrim { .. })
            | (Self::MoveVideo { .. }, Self::MoveVideo { .. })
            | (Self::SetActions(_), Self::SetActions(_)) => true,
            _ => false,
        };
        same_person && self.source() == next.source()
    }
}
