//! Writes the people of a clip to files: 3D joints as arrays and tables, bodies as motion files.
//!
//! Called by whoever exports: the window's job, or the command line on its own thread.

use std::path::PathBuf;
use std::sync::Arc;

use crate::data::{BodyModel, BodyTrack, PersonId, PosePrediction};
use crate::io::export::alphapose;
use crate::io::export::bvh::{self, BvhOptions};
use crate::io::export::glb::{self, GlbPerson};
use crate::io::export::{BodyMotion, ExportFormat, MotionFormat, PoseExport, WriteError};
use crate::motion::body_cut::BodyCut;
use crate::scene::LinearRgba;
use crate::session::Source;
use crate::support::{CancelToken, ProgressSink};

/// One person with a body.
#[derive(Clone, Debug)]
pub struct Performer {
    pub person: PersonId,
    /// "Person 3"
    pub name: String,
    pub colour: LinearRgba,
    pub body: Arc<BodyModel>,
    /// In the drawn world.
    pub track: BodyTrack,
}

/// What of the motion goes into BVH and GLB files, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MotionFiles {
    pub cut: BodyCut,
    pub bvh: BvhOptions,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    /// The people in it.
    pub people: Vec<PersonId>,
}

impl MotionFiles {
    /// Writes everybody who is there between the first and the last frame; nobody is no file. `path_of` names the file
    /// of one person, or (none) of everybody.
    ///
    /// # Errors
    /// When a file cannot be written, or the token was cancelled. Files that were finished before stay.
    pub fn write(
        &self,
        format: MotionFormat,
        performers: &[Performer],
        path_of: &dyn Fn(Option<PersonId>) -> PathBuf,
        cancel: &CancelToken,
    ) -> Result<Vec<Written>, WriteError> {
        let pieces = self.cut.apply(performers.iter().map(|performer| (&*performer.body, &performer.track)));
        let present: Vec<(&Performer, BodyMotion)> = performers
            .iter()
            .zip(&pieces)
            .filter_map(|(performer, piece)| {
                Some((performer, BodyMotion { body: &performer.body, track: piece.as_ref()? }))
            })
            .collect();
        if present.is_empty() {
            return Ok(Vec::new());
        }
        let fps = self.cut.out_fps;
        match format {
            MotionFormat::Bvh => {
                let write = |(performer, motion): &(&Performer, BodyMotion)| {
                    let path = path_of(Some(performer.person));
                    bvh::write(&path, motion, fps, self.bvh, cancel)?;
                    Ok(Written { path, people: vec![performer.person] })
                };
                present.iter().map(write).collect()
            }
            MotionFormat::Glb => {
                let path = path_of(None);
                let people = present.iter().map(|(performer, motion)| {
                    let [red, green, blue, _] = performer.colour.to_array();
                    GlbPerson { motion: *motion, name: performer.name.clone(), colour: [red, green, blue] }
                });
                glb::write(&path, &people.collect::<Vec<_>>(), fps, cancel)?;
                let people = present.iter().map(|(performer, _)| performer.person).collect();
                Ok(vec![Written { path, people }])
            }
        }
    }
}

/// All that a person asked for in one go.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportOrder {
    /// Folder and the beginning of all names, without extension.
    pub base: PathBuf,
    pub people: Vec<PersonId>,
    pub joints: Vec<ExportFormat>,
    pub motion: Vec<MotionFormat>,
    /// The 2D keypoints as they were found, of everybody in one file.
    pub keypoints: bool,
    /// Range and frame rate of the clip are its cut's.
    pub options: MotionFiles,
    /// Name of the clip.
    pub source: String,
}

impl ExportOrder {
    /// The file of one person, or (none) of everybody: "dance.glb", and "dance-person-3.bvh" where there are several.
    fn path(&self, extension: &str, person: Option<PersonId>) -> PathBuf {
        let mut name = self.base.file_name().unwrap_or_default().to_owned();
        if let (Some(person), true) = (person, self.people.len() > 1) {
            name.push(format!("-person-{person}"));
        }
        name.push(".");
        name.push(extension);
        self.base.with_file_name(name)
    }

    fn keypoints_path(&self) -> PathBuf {
        let mut name = self.base.file_name().unwrap_or_default().to_owned();
        name.push("-keypoints.json");
        self.base.with_file_name(name)
    }

    /// What will be written if everybody is there.
    pub fn files(&self) -> Vec<PathBuf> {
        let of_each = |extension| self.people.iter().map(move |person| self.path(extension, Some(*person)));
        let motion = self.motion.iter().flat_map(|format| match format {
            MotionFormat::Bvh => of_each(format.extension()).collect(),
            MotionFormat::Glb => vec![self.path(format.extension(), None)],
        });
        let joints = self.joints.iter().flat_map(|format| of_each(format.extension()));
        motion.chain(joints).chain(self.keypoints.then(|| self.keypoints_path())).collect()
    }

    /// Writes the files of those who are there. `progress` counts steps; `clip`, `predictions` and `performers` may have
    /// more people than were asked for.
    ///
    /// # Errors
    /// When a file cannot be written, or the token was cancelled. Files that were finished before stay.
    pub fn write(
        &self,
        clip: &Source,
        predictions: &[PosePrediction],
        performers: &[Performer],
        cancel: &CancelToken,
        progress: &dyn ProgressSink,
    ) -> Result<Vec<PathBuf>, WriteError> {
        let BodyCut { range, fps, .. } = self.options.cut;
        let is_wanted = |person: PersonId| self.people.contains(&person);
        let predictions = predictions.iter().filter(|prediction| is_wanted(prediction.person));
        let predictions: Vec<PosePrediction> =
            predictions.map(|prediction| prediction.cut(range)).filter(|cut| !cut.range.is_empty()).collect();
        let performers = performers.iter().filter(|performer| is_wanted(performer.person));
        let performers: Vec<Performer> = performers.cloned().collect();
        let total = (self.joints.len() * predictions.len() + self.motion.len() + usize::from(self.keypoints)) as u64;
        let mut files = Vec::new();
        let mut done = 0;
        let mut count = || {
            done += 1;
            progress.progress("files", done, total);
        };
        for format in &self.motion {
            let path = |person| self.path(format.extension(), person);
            let written = self.options.write(*format, &performers, &path, cancel)?;
            files.extend(written.into_iter().map(|written| written.path));
            count();
        }
        if self.keypoints {
            let path = self.keypoints_path();
            let tracks = clip.tracks.iter().filter(|track| is_wanted(track.person));
            alphapose::write(&path, tracks, range, clip.first_frame_number, cancel)?;
            files.push(path);
            count();
        }
        for format in &self.joints {
            for prediction in &predictions {
                let path = self.path(format.extension(), Some(prediction.person));
                format.write(&path, &PoseExport { prediction, fps, source: &self.source }, cancel)?;
                files.push(path);
                count();
            }
        }
        Ok(files)
    }
}
