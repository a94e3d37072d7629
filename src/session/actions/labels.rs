//! Labels over time: the features compared with the examples of moves, or the scores of a model, cut into segments.

use std::sync::Arc;

use super::options::LabelsOf;
use super::{ClipFeatures, ClipScores, Examples};
use crate::data::{ActionScores, FrameIndex, FrameRange, MotionFeatures, PersonId, Segment};
use crate::motion::moves::{MoveError, MoveSample, similarities};
use crate::motion::segments::{ClassCurves, SegmentOptions};
use crate::session::Session;
use crate::session::document::SourceId;
use crate::support::{CancelToken, Cancelled};

/// What labels are made of; equal evidence gives equal curves.
#[derive(Clone, Debug)]
pub enum Evidence {
    Moves { features: Arc<ClipFeatures>, examples: Arc<Examples>, is_mirrored: bool },
    Model(Arc<ClipScores>),
}

impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Moves { features: a, examples: b, is_mirrored: e },
                Self::Moves { features: c, examples: d, is_mirrored: f },
            ) => Arc::ptr_eq(a, c) && Arc::ptr_eq(b, d) && e == f,
            (Self::Model(a), Self::Model(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// All that [`Labels`] depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelsKey {
    pub evidence: Evidence,
    pub cut: SegmentOptions,
    pub fps: f64,
}

/// What [`Labels`] are derived from.
#[derive(Clone, Debug)]
pub struct LabelsInput {
    pub source: SourceId,
    pub key: LabelsKey,
    /// The last labels; their curves hold where the evidence is the same.
    pub known: Option<Arc<Labels>>,
}

/// What everybody of one clip does.
#[derive(Clone, Debug)]
pub struct Labels {
    pub source: SourceId,
    pub key: LabelsKey,
    /// By class.
    pub names: Arc<[String]>,
    /// Sorted by person.
    pub people: Vec<PersonLabels>,
}

#[derive(Clone, Debug)]
pub struct PersonLabels {
    pub person: PersonId,
    pub curves: Arc<ClassCurves>,
    /// In order; none meets another.
    pub segments: Arc<[Segment]>,
}

impl Labels {
    pub fn person(&self, id: PersonId) -> Option<&PersonLabels> {
        self.people.iter().find(|person| person.person == id)
    }

    pub fn name(&self, class: usize) -> &str {
        self.names.get(class).map_or("", String::as_str)
    }

    /// Frames that each person spends with each class, as (person, class, frames, segments): the longest first.
    pub fn totals(&self) -> Vec<(PersonId, usize, usize, usize)> {
        let mut totals = Vec::new();
        for person in &self.people {
            let mut by_class = vec![(0, 0); self.names.len()];
            for segment in person.segments.iter() {
                if let Some((frames, count)) = by_class.get_mut(segment.class) {
                    *frames += segment.range.len();
                    *count += 1;
                }
            }
            let done = by_class.iter().enumerate().filter(|(_, (frames, _))| *frames > 0);
            let mut done: Vec<_> =
                done.map(|(class, (frames, count))| (person.person, class, *frames, *count)).collect();
            done.sort_by_key(|(_, _, frames, _)| std::cmp::Reverse(*frames));
            totals.extend(done);
        }
        totals
    }
}

impl PersonLabels {
    pub fn at(&self, frame: FrameIndex) -> Option<&Segment> {
        let place = self.segments.partition_point(|segment| segment.range.end <= frame.0);
        self.segments.get(place).filter(|segment| segment.range.contains(frame))
    }

    /// Those that are at least partly inside of `range`.
    pub fn within(&self, range: FrameRange) -> &[Segment] {
        let first = self.segments.partition_point(|segment| segment.range.end <= range.start);
        let last = self.segments.partition_point(|segment| segment.range.start < range.end);
        self.segments.get(first..last).unwrap_or_default()
    }
}

impl LabelsInput {
    /// Linear in windows, classes and examples; where only the cut has changed, in windows and classes.
    ///
    /// # Errors
    /// [`Cancelled`] when asked to stop.
    pub fn derive(&self, cancel: &CancelToken) -> Result<Labels, Cancelled> {
        let key = &self.key;
        let curves = match &self.known {
            Some(known) if known.key.evidence == key.evidence && known.key.fps == key.fps => {
                known.people.iter().map(|person| (person.person, person.curves.clone())).collect()
            }
            _ => self.curves(cancel)?,
        };
        let mut people = Vec::with_capacity(curves.len());
        for (person, curves) in curves {
            cancel.check()?;
            let segments = curves.segments(key.fps, &key.cut).into();
            people.push(PersonLabels { person, curves, segments });
        }
        let names = match &key.evidence {
            Evidence::Moves { examples, .. } => examples.key.moves.names().map(str::to_owned).collect(),
            Evidence::Model(scores) => scores.key.actions.names.clone(),
        };
        Ok(Labels { source: self.source, key: key.clone(), names, people })
    }

    fn curves(&self, cancel: &CancelToken) -> Result<Vec<(PersonId, Arc<ClassCurves>)>, Cancelled> {
        let mut curves = Vec::new();
        match &self.key.evidence {
            Evidence::Moves { features, examples, is_mirrored } => {
                let (samples, classes) = (examples.samples(), examples.key.moves.classes.len());
                for person in &features.people {
                    let features = &person.plain;
                    let mirrored = is_mirrored.then_some(&*person.mirrored);
                    match both_sides(features, mirrored, &samples, classes, cancel) {
                        Ok(scores) => {
                            curves.push((features.person, Arc::new(ClassCurves::new(&scores, features.range))));
                        }
                        Err(MoveError::Cancelled(cancelled)) => return Err(cancelled),
                        // An example that says too little is refused before it is saved.
                        Err(error) => log::warn!("moves cannot be compared: {error}"),
                    }
                }
            }
            Evidence::Model(scores) => {
                let mut ids: Vec<PersonId> = scores.people.iter().flat_map(|scores| scores.people.clone()).collect();
                ids.sort_unstable();
                ids.dedup();
                for id in ids {
                    cancel.check()?;
                    let scores = of_person(&scores.people, id);
                    let range = scores.windows.iter().fold(FrameRange::default(), |all, window| all.union(*window));
                    curves.push((id, Arc::new(ClassCurves::new(&scores, range))));
                }
            }
        }
        Ok(curves)
    }
}

/// How like the samples somebody moves, with either side of the body where there is a mirrored motion.
fn both_sides(
    features: &MotionFeatures,
    mirrored: Option<&MotionFeatures>,
    samples: &[MoveSample<'_>],
    classes: usize,
    cancel: &CancelToken,
) -> Result<ActionScores, MoveError> {
    let scores = similarities(features, samples, classes, cancel)?;
    let Some(mirrored) = mirrored else { return Ok(scores) };
    let other = similarities(mirrored, samples, classes, cancel)?;
    let values = scores.values.iter().zip(&*other.values).map(|(a, b)| a.max(*b)).collect();
    Ok(ActionScores { values, ..scores })
}

/// A person's own windows and those together with others.
fn of_person(all: &[ActionScores], id: PersonId) -> ActionScores {
    let of_them = || all.iter().filter(|scores| scores.people.contains(&id));
    let mut windows: Vec<(FrameRange, &[f32])> = of_them()
        .flat_map(|scores| scores.windows.iter().enumerate().map(|(place, window)| (*window, scores.window(place))))
        .collect();
    windows.sort_by_key(|(window, _)| window.start);
    let first = of_them().next();
    ActionScores {
        people: vec![id],
        kind: first.map_or(crate::data::ScoreKind::Logit, |scores| scores.kind),
        classes: first.map_or(0, |scores| scores.classes),
        windows: windows.iter().map(|(window, _)| *window).collect(),
        values: windows.iter().flat_map(|(_, values)| values.iter().copied()).collect(),
    }
}

impl Session {
    /// The last labels that were derived of a source; options and examples may be newer.
    pub fn labels(&self, source: SourceId) -> Option<&Arc<Labels>> {
        self.actions.labels.get(&source)
    }

    pub fn set_labels(&mut self, labels: Arc<Labels>) {
        if self.document().source(labels.source).is_some() {
            self.actions.labels.insert(labels.source, labels);
        }
    }

    /// Which labels lanes show.
    pub fn labels_of(&self) -> LabelsOf {
        self.document().actions.shown(!self.document().moves.classes.is_empty())
    }

    /// Forgets labels that nothing makes any more: the last move was removed, or the model.
    pub fn drop_labels(&mut self) {
        let gone: Vec<SourceId> =
            self.actions.labels.keys().copied().filter(|id| self.evidence(*id).is_none()).collect();
        for id in gone {
            self.actions.labels.remove(&id);
        }
    }

    fn evidence(&self, source: SourceId) -> Option<Evidence> {
        match self.labels_of() {
            LabelsOf::Moves if self.document().moves.classes.is_empty() => None,
            LabelsOf::Moves => {
                let (features, examples) = (self.features(source)?.clone(), self.examples()?.clone());
                Some(Evidence::Moves { features, examples, is_mirrored: self.document().actions.is_mirrored })
            }
            LabelsOf::Model => self.scores(source).cloned().map(Evidence::Model),
        }
    }

    /// What to derive labels from, if those of a source are out of date.
    pub fn outdated_labels(&self, source: SourceId) -> Option<LabelsInput> {
        let state = self.document().source(source)?;
        let evidence = self.evidence(source)?;
        let cut = *self.document().actions.cut(self.labels_of());
        let key = LabelsKey { evidence, cut, fps: state.fps };
        let last = self.labels(source);
        if last.is_some_and(|labels| labels.key == key) {
            return None;
        }
        Some(LabelsInput { source, key, known: last.cloned() })
    }
}
