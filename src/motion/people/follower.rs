//! Follows people from picture to picture by place and pose.

use glam::Vec2;

use super::assign::assign;
use super::sight::Sight;
use crate::data::{Detection, Keypoint, PersonId};

/// How much the distance that is tolerated grows per second without sight, in its size from one frame to the next.
const TOLERANCE_GROWTH_PER_SEC: f32 = 2.0;
/// Pairs that overlap less than this are never one person.
const MIN_AFFINITY: f32 = 0.15;
/// Share of the newest step in the estimate of a person's velocity.
const VELOCITY_UPDATE: f32 = 0.3;
/// Pictures that claim the same moment count as this far apart.
const MIN_STEP_SECS: f64 = 1e-3;

/// How to follow people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FollowOptions {
    /// Pictures per second when none is left out.
    pub fps: f64,
    /// This many people have an id at once, those who are out of sight for a moment included.
    pub max_people: usize,
    /// Somebody unseen for longer than this is a new person.
    pub max_occlusion_secs: f64,
}

impl FollowOptions {
    /// Everybody, through occlusions of a good second.
    pub fn new(fps: f64) -> Self {
        Self { fps, max_people: usize::MAX, max_occlusion_secs: 1.2 }
    }
}

/// Gives people ids that stay, looking only back: what a picture says does not change later.
///
/// In every picture each known person's box and joints are moved on at constant velocity and compared with each
/// detection; the assignment with the largest sum of overlaps wins. People beyond `max_people` are followed too, so
/// that they are not taken for somebody else, but have no id until there is a place for them.
pub struct Follower {
    options: FollowOptions,
    known: Vec<Known>,
    last_id: u32,
    locked: Option<PersonId>,
}

/// A person being followed.
struct Known {
    /// None while there is no place.
    id: Option<PersonId>,
    sight: Sight,
    /// Of the last sight.
    time_secs: f64,
    /// Pictures with a sight.
    seen_count: usize,
    score: f32,
    /// Pixels per second; none before the second sight.
    velocity: Option<Vec2>,
}

impl Known {
    fn new(sight: Sight, score: f32, time_secs: f64) -> Self {
        Self { id: None, sight, time_secs, seen_count: 1, score, velocity: None }
    }

    fn see(&mut self, sight: Sight, score: f32, time_secs: f64) {
        if let Some(way) = self.sight.step_to(&sight) {
            let step = way / self.unseen_secs(time_secs) as f32;
            self.velocity = Some(self.velocity.map_or(step, |velocity| velocity.lerp(step, VELOCITY_UPDATE)));
        }
        self.sight = sight;
        self.score = score;
        self.time_secs = time_secs;
        self.seen_count += 1;
    }

    fn unseen_secs(&self, now_secs: f64) -> f64 {
        (now_secs - self.time_secs).max(MIN_STEP_SECS)
    }

    /// How well `sight` continues this person, 0 to 1. Who was out of sight may have walked on or stopped.
    fn affinity(&self, sight: &Sight, now_secs: f64, frame_secs: f64) -> f32 {
        let unseen_secs = self.unseen_secs(now_secs);
        let hidden_secs = (unseen_secs - frame_secs).max(0.0) as f32;
        let slack = 1.0 + TOLERANCE_GROWTH_PER_SEC * hidden_secs;
        let shift = self.velocity.unwrap_or(Vec2::ZERO) * unseen_secs as f32;
        let mut affinity = self.sight.affinity(sight, shift, slack);
        if affinity < MIN_AFFINITY && hidden_secs > 0.5 * frame_secs as f32 {
            affinity = self.sight.affinity(sight, Vec2::ZERO, slack);
        }
        if affinity < MIN_AFFINITY { 0.0 } else { affinity }
    }
}

impl Follower {
    pub fn new(options: FollowOptions) -> Self {
        Self { options, known: Vec::new(), last_id: 0, locked: None }
    }

    /// Sets the id of every detection of the picture shown at `time_secs`, which is later than the last one's; no two
    /// have the same. None for those without visible joints, without a place, or who are not the locked person.
    pub fn follow(&mut self, time_secs: f64, detections: &mut [Detection]) {
        let seen = detections.iter().map(|detection| (&*detection.keypoints, detection.score));
        let ids = self.see(time_secs, seen);
        for (detection, id) in detections.iter_mut().zip(ids) {
            detection.id = id.filter(|id| self.locked.is_none_or(|locked| locked == *id)).map(|id| id.0);
        }
    }

    /// From now on only this person has an id, until [`Self::unlock`] or until the person is forgotten. Does nothing
    /// when the person is not known.
    pub fn lock(&mut self, person: PersonId) {
        if self.known.iter().any(|known| known.id == Some(person)) {
            self.locked = Some(person);
        }
    }

    pub fn unlock(&mut self) {
        self.locked = None;
    }

    pub fn locked(&self) -> Option<PersonId> {
        self.locked
    }

    /// The ids of what is seen (joints and score) in the picture at `time_secs`, the lock left aside.
    pub(super) fn see<'a>(
        &mut self,
        time_secs: f64,
        seen: impl Iterator<Item = (&'a [Keypoint], f32)>,
    ) -> Vec<Option<PersonId>> {
        let frame_secs = 1.0 / self.options.fps;
        // Half a frame more, since times are rounded; from one frame to the next but one nobody is forgotten.
        let max_unseen_secs = self.options.max_occlusion_secs.max(2.0 * frame_secs) + 0.5 * frame_secs;
        self.known.retain(|known| known.unseen_secs(time_secs) <= max_unseen_secs);
        self.locked = self.locked.filter(|locked| self.known.iter().any(|known| known.id == Some(*locked)));

        let mut places = Vec::new();
        let mut sights = Vec::new();
        for (keypoints, score) in seen {
            let sight = Sight::new(keypoints);
            places.push(sight.is_some().then_some(sights.len()));
            sights.extend(sight.map(|sight| (sight, score)));
        }
        let affinities: Vec<Vec<f32>> = sights
            .iter()
            .map(|(sight, _)| self.known.iter().map(|known| known.affinity(sight, time_secs, frame_secs)).collect())
            .collect();
        let assigned = assign(&affinities, self.known.len());
        let known_of_sight: Vec<usize> = assigned
            .into_iter()
            .zip(sights)
            .map(|(known, (sight, score))| match known {
                Some(place) => {
                    self.known[place].see(sight, score, time_secs);
                    place
                }
                None => {
                    self.known.push(Known::new(sight, score, time_secs));
                    self.known.len() - 1
                }
            })
            .collect();
        self.give_places(&known_of_sight);
        places.into_iter().map(|place| self.known[known_of_sight[place?]].id).collect()
    }

    /// Gives an id to those in sight who have none, as far as there is room: the best scores first, then those who have
    /// been there for longest.
    fn give_places(&mut self, in_sight: &[usize]) {
        let taken = self.known.iter().filter(|known| known.id.is_some()).count();
        let mut waiting: Vec<usize> =
            in_sight.iter().copied().filter(|place| self.known[*place].id.is_none()).collect();
        let room = self.options.max_people.saturating_sub(taken);
        if waiting.len() > room {
            let known = &self.known;
            waiting.sort_by(|a, b| {
                let (a, b) = (&known[*a], &known[*b]);
                b.score.total_cmp(&a.score).then(b.seen_count.cmp(&a.seen_count))
            });
            waiting.truncate(room);
            // Ids in the order of the detections, as when there is room for everybody.
            waiting.sort_unstable();
        }
        for place in waiting {
            self.last_id += 1;
            self.known[place].id = Some(PersonId(self.last_id));
        }
    }
}

#[cfg(test)]
mod tests;
