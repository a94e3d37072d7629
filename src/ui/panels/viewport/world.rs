//! The people of the shown source in the drawn world, frame by frame.

use std::time::{Duration, Instant};

use glam::Vec3;

use crate::data::{FrameIndex, FrameRange, PersonId, PosePrediction, WorldTrack};
use crate::motion::placement::BODY_HEIGHT_M;
use crate::motion::{PlacedPerson, Placement, WorldOptions};
use crate::scene::Bounds;
use crate::session::{Session, Source, SourceId};

/// While results pour in they are taken over this often; a still picture is up to date after it.
const REFRESH_EVERY: Duration = Duration::from_millis(250);

/// One person's results as they were last taken over.
struct Known {
    prediction: PosePrediction,
    /// World metres, joints of frames over the whole range: where the person gets to, roughly.
    samples: Vec<Vec3>,
}

/// Knows how people stand in the world and places them one frame at a time, so that a long recording costs no more
/// than a short one.
#[derive(Default)]
pub struct World {
    source: Option<SourceId>,
    /// Of the results that were taken over.
    revision: u64,
    taken_at: Option<Instant>,
    people: Vec<Known>,
    placement: Option<Placement>,
    /// Around everything that anybody does.
    bounds: Option<Bounds>,
    /// The frame that was placed last.
    placed: Option<(FrameIndex, Vec<WorldTrack>)>,
}

impl World {
    /// Takes over new results, at once or, while many come, after a short wait. Returns how long to wait until there
    /// is more to take over.
    pub fn refresh(&mut self, session: &Session) -> Option<Duration> {
        let revision = session.results.revision();
        let is_other_source = self.source != session.active_id();
        if revision == self.revision && !is_other_source {
            return None;
        }
        let waited = self.taken_at.map_or(REFRESH_EVERY, |at| at.elapsed());
        if !is_other_source && waited < REFRESH_EVERY && !self.people.is_empty() {
            return Some(REFRESH_EVERY.saturating_sub(waited));
        }
        *self = Self { source: session.active_id(), revision, taken_at: Some(Instant::now()), ..Self::default() };
        if let Some(active) = session.active() {
            self.take_over(session.results.shown(active.source.id), &active.source, active.fps);
        }
        None
    }

    fn take_over(&mut self, predictions: Vec<PosePrediction>, source: &Source, fps: f64) {
        self.people = predictions
            .into_iter()
            .filter(|prediction| !prediction.range.is_empty())
            .map(|prediction| Known { prediction, samples: Vec::new() })
            .collect();
        if self.people.is_empty() {
            return;
        }
        let placed: Vec<PlacedPerson> = self.people.iter().map(|known| known.placed(source)).collect();
        let placement = Placement::fit(&placed, source.image_size, fps, &WorldOptions::default());
        let samples: Vec<_> = placed.iter().map(|person| placement.world_samples(person)).collect();
        for (known, samples) in self.people.iter_mut().zip(samples) {
            known.samples = samples;
        }
        self.bounds = Bounds::of_points(self.points(&[]));
        self.placement = Some(placement);
    }

    /// Whether all results that there are were taken over.
    pub fn is_current(&self, session: &Session) -> bool {
        self.source == session.active_id() && self.revision == session.results.revision()
    }

    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// People with results, shown or not.
    pub fn person_count(&self) -> usize {
        self.people.len()
    }

    /// Around everything that anybody does, hidden or not, so that the floor stands still.
    pub fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    pub fn placement(&self) -> Option<&Placement> {
        self.placement.as_ref()
    }

    /// Points that show where these people get to, or all who have results if none of these has.
    pub fn points(&self, people: &[PersonId]) -> impl Iterator<Item = Vec3> {
        let is_wanted = |known: &&Known| people.contains(&known.prediction.person);
        let any = self.people.iter().any(|known| is_wanted(&known));
        self.people.iter().filter(move |known| !any || is_wanted(known)).flat_map(|known| known.samples.iter().copied())
    }

    /// Everyone who has a pose in this frame; each track holds this frame only.
    pub fn at(&mut self, frame: FrameIndex, source: &Source) -> &[WorldTrack] {
        let is_known = self.placed.as_ref().is_some_and(|(placed, _)| *placed == frame);
        if !is_known {
            let tracks = self.placement.as_ref().map_or_else(Vec::new, |placement| {
                self.people.iter().filter_map(|known| known.at(frame, placement, source)).collect()
            });
            self.placed = Some((frame, tracks));
        }
        self.placed.as_ref().map_or(&[], |(_, tracks)| tracks)
    }
}

impl Known {
    fn placed<'a>(&'a self, source: &'a Source) -> PlacedPerson<'a> {
        PlacedPerson {
            prediction: &self.prediction,
            keypoints: source.track(self.prediction.person),
            height_m: BODY_HEIGHT_M,
        }
    }

    fn at(&self, frame: FrameIndex, placement: &Placement, source: &Source) -> Option<WorldTrack> {
        let track = placement.world_frames(&self.placed(source), FrameRange::of_len(frame.0, 1));
        (!track.range.is_empty()).then_some(track)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{H36M_JOINTS, Keypoint, KeypointTrack, Normalisation, SkeletonId, Space};
    use crate::session::Settings;

    const FRAMES: usize = 400;

    /// Somebody who walks to the right, standing upright, seen in all frames but 100 to 119.
    fn walker(id: SourceId, is_root_relative: bool) -> (Source, PosePrediction) {
        let skeleton = SkeletonId::H36m17.skeleton();
        let joint = |frame: usize, joint: usize| {
            let (x, y) = (100.0 + frame as f32 * 2.0, 400.0 - joint as f32 * 10.0 * (joint as f32 - 6.0).signum());
            Vec3::new(x + joint as f32 * 3.0, y, joint as f32)
        };
        let range = FrameRange::of_len(0, FRAMES);
        let all = || (0..FRAMES).flat_map(|frame| (0..H36M_JOINTS).map(move |j| (frame, j)));
        let origin = |frame| if is_root_relative { joint(frame, 0) - joint(0, 0) } else { Vec3::ZERO };
        let track = KeypointTrack {
            person: PersonId(1),
            skeleton,
            range,
            keypoints: all().map(|(frame, j)| joint(frame, j)).map(|at| Keypoint::new(at.x, at.y, 0.9)).collect(),
            seen: (0..FRAMES).map(|frame| !(100..120).contains(&frame)).collect(),
            is_spurious: false,
        };
        let prediction = PosePrediction {
            person: PersonId(1),
            range,
            space: Space::ImagePixels,
            normalisation: Normalisation::IDENTITY,
            joints: all().map(|(frame, j)| joint(frame, j) - origin(frame)).collect(),
        };
        let poses = crate::data::PoseRecording {
            name: "walker".to_owned(),
            format: "test",
            fps: None,
            frame_count: FRAMES,
            people: vec![prediction.clone()],
        };
        let source = Source::from_poses(id, None, poses, Default::default());
        (Source { tracks: [track].into(), image_size: Some([1280, 720]), ..source }, prediction)
    }

    #[test]
    fn a_frame_alone_stands_where_it_stands_in_the_whole() {
        for is_root_relative in [false, true] {
            let (source, prediction) = walker(SourceId(1), is_root_relative);
            let mut world = World::default();
            world.take_over(vec![prediction.clone()], &source, 30.0);
            let person =
                PlacedPerson { prediction: &prediction, keypoints: Some(&source.tracks[0]), height_m: BODY_HEIGHT_M };
            let whole = world.placement().unwrap().world_track(&person);
            for frame in [0, 57, 99, 104, 119, 120, 398, 399].map(FrameIndex) {
                let alone = world.at(frame, &source)[0].frame(frame).unwrap().to_vec();
                for (a, b) in alone.iter().zip(whole.frame(frame).unwrap()) {
                    assert!(a.distance(*b) < 1e-3, "frame {}: {a} is not {b}", frame.0);
                }
            }
            assert!(world.at(FrameIndex(FRAMES), &source).is_empty());
        }
    }

    #[test]
    fn the_sampled_points_reach_as_far_as_the_person() {
        let (source, prediction) = walker(SourceId(1), true);
        let mut world = World::default();
        world.take_over(vec![prediction], &source, 30.0);
        let bounds = world.bounds().unwrap();
        for frame in [0, FRAMES - 1].map(FrameIndex) {
            let joints = world.at(frame, &source)[0].joints_in_world.to_vec();
            assert!(joints.iter().all(|at| (at.x - bounds.centre().x).abs() < (bounds.max - bounds.min).x * 0.5 + 0.1));
        }
        assert!(bounds.max.x - bounds.min.x > 1.5, "{bounds:?}");
    }

    #[test]
    fn results_that_pour_in_are_taken_over_now_and_then() {
        let mut session = Session::new(Settings::default());
        let id = session.new_source_id();
        let (source, prediction) = walker(id, false);
        let source = Source { imported: Vec::new(), ..source };
        session.add_source(&std::sync::Arc::new(source), false);
        let generation = session.results.begin(id);
        let mut world = World::default();
        assert_eq!(world.refresh(&session), None);
        assert!(world.is_empty());
        let window = |start: usize| {
            let joints = &prediction.joints[start * H36M_JOINTS..(start + 100) * H36M_JOINTS];
            PosePrediction { range: FrameRange::of_len(start, 100), joints: joints.into(), ..prediction.clone() }
        };
        session.accept(id, generation, &window(0));
        assert_eq!(world.refresh(&session), None, "first results are shown at once");
        assert!(!world.is_empty());
        session.accept(id, generation, &window(100));
        let wait = world.refresh(&session).unwrap();
        assert!(wait <= REFRESH_EVERY);
        assert!(!world.is_current(&session));
        std::thread::sleep(wait);
        assert_eq!(world.refresh(&session), None);
        assert!(world.is_current(&session));
        let source = session.active().unwrap().source.clone();
        assert_eq!(world.at(FrameIndex(150), &source).len(), 1);
    }
}
