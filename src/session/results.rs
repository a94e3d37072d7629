//! Predictions by source and person; a new run replaces the old one window by window.

use std::collections::BTreeMap;
use std::sync::Arc;

use glam::Vec3;

use super::document::SourceId;
use super::settings::ModelChoice;
use crate::data::{FrameIndex, FrameRange, H36M_JOINTS, Normalisation, PersonId, PosePrediction, Space};
use crate::infer::InferOptions;
use crate::motion::Cleaning;
use crate::nn::DeviceChoice;

/// Counts runs: source + model + settings. Results of an older one are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

/// How results were lifted; equal keys on one source give equal results.
#[derive(Clone, Debug, PartialEq)]
pub struct LiftKey {
    pub model: ModelChoice,
    pub device: DeviceChoice,
    pub options: InferOptions,
    pub cleaning: Cleaning,
}

/// Whole results that are kept per source, so that going back to earlier settings needs no new run.
const MAX_KEPT: usize = 4;

/// A run that is still filling in.
#[derive(Clone, Debug)]
struct Incoming {
    person: PersonId,
    space: Space,
    normalisation: Normalisation,
    /// The person's whole track.
    track: FrameRange,
    /// Frames that are there, from the start of the track.
    ready: FrameRange,
    /// [frames of track, 17]
    joints: Vec<Vec3>,
}

/// What is known of one person: the last whole result and the run that will replace it.
#[derive(Clone, Debug, Default)]
pub struct PersonResult {
    complete: Option<PosePrediction>,
    /// The whole result is of an older run than the newest.
    is_stale: bool,
    incoming: Option<Incoming>,
}

impl PersonResult {
    fn whole(prediction: PosePrediction) -> Self {
        Self { complete: Some(prediction), is_stale: false, incoming: None }
    }

    /// The last whole result, from this run or an older one.
    pub fn complete(&self) -> Option<&PosePrediction> {
        self.complete.as_ref()
    }

    /// Frames whose result belongs to the newest run.
    pub fn ready(&self) -> FrameRange {
        match (&self.incoming, &self.complete) {
            (Some(incoming), _) => incoming.ready,
            (None, Some(complete)) if !self.is_stale => complete.range,
            _ => FrameRange::default(),
        }
    }

    pub fn is_running(&self) -> bool {
        self.incoming.is_some()
    }

    /// What to show: the whole result, or as much as there is of a first run.
    pub fn shown(&self) -> Option<PosePrediction> {
        self.complete.clone().or_else(|| {
            let incoming = self.incoming.as_ref()?;
            (!incoming.ready.is_empty()).then(|| incoming.prediction(incoming.ready))
        })
    }
}

impl Incoming {
    fn prediction(&self, range: FrameRange) -> PosePrediction {
        let from = (range.start - self.track.start) * H36M_JOINTS;
        let to = (range.end - self.track.start) * H36M_JOINTS;
        PosePrediction {
            person: self.person,
            range,
            space: self.space,
            normalisation: self.normalisation,
            joints: Arc::from(&self.joints[from..to]),
        }
    }
}

/// All results. Remembers the newest generation per source and ignores what is older.
#[derive(Debug, Default)]
pub struct Results {
    generations: BTreeMap<SourceId, Generation>,
    people: BTreeMap<(SourceId, PersonId), PersonResult>,
    /// Newest first.
    kept: BTreeMap<SourceId, Vec<(LiftKey, Vec<PosePrediction>)>>,
    next_generation: u64,
    /// Grow with every change, so that a view knows when to rebuild what it derived.
    revisions: BTreeMap<SourceId, u64>,
}

impl Results {
    /// Grows with every change to what is known of a source.
    pub fn revision(&self, source: SourceId) -> u64 {
        self.revisions.get(&source).copied().unwrap_or_default()
    }

    fn changed(&mut self, source: SourceId) {
        *self.revisions.entry(source).or_default() += 1;
    }

    /// Starts a new run of a source: from now on only its updates count. Old whole results stay visible.
    pub fn begin(&mut self, source: SourceId) -> Generation {
        self.next_generation += 1;
        let generation = Generation(self.next_generation);
        self.generations.insert(source, generation);
        for ((owner, _), result) in &mut self.people {
            if *owner == source {
                result.incoming = None;
            }
        }
        self.changed(source);
        generation
    }

    /// The newest run of a source has its model and will replace everything: older results are still shown, but are
    /// no longer [`PersonResult::ready`]. A run whose model cannot be loaded never gets here.
    pub fn outdate(&mut self, source: SourceId) {
        for ((owner, _), result) in &mut self.people {
            result.is_stale |= *owner == source;
        }
    }

    pub fn is_current(&self, source: SourceId, generation: Generation) -> bool {
        self.generations.get(&source) == Some(&generation)
    }

    /// Takes new or changed frames of a person whose whole track is `track`. One of an older generation is ignored.
    pub fn accept(&mut self, source: SourceId, generation: Generation, track: FrameRange, update: &PosePrediction) {
        if !self.is_current(source, generation) {
            return;
        }
        let result = self.people.entry((source, update.person)).or_default();
        let incoming = result.incoming.get_or_insert_with(|| Incoming {
            person: update.person,
            space: update.space,
            normalisation: update.normalisation,
            track,
            ready: FrameRange::new(track.start, track.start),
            joints: vec![Vec3::ZERO; track.len() * H36M_JOINTS],
        });
        let range = update.range.intersect(incoming.track);
        if range.len() * H36M_JOINTS != update.joints.len() {
            return;
        }
        let from = (range.start - incoming.track.start) * H36M_JOINTS;
        incoming.joints[from..from + update.joints.len()].copy_from_slice(&update.joints);
        incoming.ready = incoming.ready.union(range);
        if incoming.ready == incoming.track {
            *result = PersonResult::whole(incoming.prediction(incoming.track));
        }
        self.changed(source);
    }

    /// A run is through: remembers its results as those of `key` and forgets older ones of people whom it left out.
    pub fn finish(&mut self, source: SourceId, key: LiftKey) {
        let was_left_out =
            |result: &PersonResult| result.is_stale && result.complete.is_some() && result.incoming.is_none();
        self.people.retain(|(owner, _), result| *owner != source || !was_left_out(result));
        self.changed(source);
        let predictions = self.shown(source);
        let kept = self.kept.entry(source).or_default();
        kept.retain(|(other, _)| *other != key);
        kept.insert(0, (key, predictions));
        kept.truncate(MAX_KEPT);
    }

    /// What a run with `key` gave; empty if there is none or it is forgotten.
    pub fn kept(&self, source: SourceId, key: &LiftKey) -> Vec<PosePrediction> {
        let kept = self.kept.get(&source).and_then(|kept| kept.iter().find(|(other, _)| other == key));
        kept.map_or_else(Vec::new, |(_, predictions)| predictions.clone())
    }

    /// Shows what a run with `key` gave, and stops listening to any run of this source. False if it is not known.
    pub fn restore(&mut self, source: SourceId, key: &LiftKey) -> bool {
        let predictions = self.kept(source, key);
        if predictions.is_empty() {
            return false;
        }
        self.begin(source);
        for prediction in predictions {
            self.people.insert((source, prediction.person), PersonResult::whole(prediction));
        }
        self.changed(source);
        true
    }

    /// 3D that came with the file.
    pub fn insert_imported(&mut self, source: SourceId, prediction: PosePrediction) {
        let person = prediction.person;
        self.people.insert((source, person), PersonResult::whole(prediction));
        self.changed(source);
    }

    /// The source has other frames than before: what was lifted is still shown, but is out of date.
    pub fn source_changed(&mut self, source: SourceId) {
        self.kept.remove(&source);
        self.outdate(source);
        self.changed(source);
    }

    /// Nothing is known of anybody in a source any more.
    pub(super) fn forget_people(&mut self, source: SourceId) {
        self.people.retain(|(owner, _), _| *owner != source);
        self.changed(source);
    }

    pub fn remove_source(&mut self, source: SourceId) {
        self.people.retain(|(owner, _), _| *owner != source);
        self.generations.remove(&source);
        self.kept.remove(&source);
        self.revisions.remove(&source);
    }

    pub fn person(&self, source: SourceId, person: PersonId) -> Option<&PersonResult> {
        self.people.get(&(source, person))
    }

    /// The revision of a source whose people are all there as a whole, as long as none of them is lifted anew.
    pub fn whole_revision(&self, source: SourceId) -> Option<u64> {
        let mut people =
            self.people.iter().filter(|((owner, _), _)| *owner == source).map(|(_, result)| result).peekable();
        people.peek()?;
        let is_whole = |result: &PersonResult| result.complete().is_some() && !result.is_running();
        people.all(is_whole).then(|| self.revision(source))
    }

    /// What to show of every person of a source.
    pub fn shown(&self, source: SourceId) -> Vec<PosePrediction> {
        self.people.iter().filter(|((owner, _), _)| *owner == source).filter_map(|(_, result)| result.shown()).collect()
    }

    /// Is there a result of the newest run for this frame?
    pub fn is_ready(&self, source: SourceId, person: PersonId, frame: FrameIndex) -> bool {
        self.person(source, person).is_some_and(|result| result.ready().contains(frame))
    }
}
