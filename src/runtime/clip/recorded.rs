//! People where the recording camera saw them, for drawing over its picture.

use std::sync::Arc;

use super::ClipSubject;
use crate::data::FrameIndex;
use crate::motion::placement::RootTrajectory;
use crate::motion::{PlacedPerson, Placement, WorldOptions};
use crate::scene::Bounds;
use crate::session::{Bodies, Motion, PersonBody, PersonMotion};

/// The same people without what the window does to make them stand on the floor, which moves them against the picture;
/// their bodies go along. `image_size` is the recorded picture's, in the pixels of the keypoints.
pub(super) fn as_recorded(subject: &ClipSubject, image_size: Option<[u32; 2]>) -> ClipSubject {
    let motion = &subject.motion;
    let placed: Vec<PlacedPerson> = motion
        .people
        .iter()
        .map(|person| PlacedPerson {
            prediction: &person.prediction,
            keypoints: motion.track(person.person),
            height_m: motion.placement.height_m(person.person),
        })
        .collect();
    let options = WorldOptions { root: RootTrajectory::AsPredicted, ..motion.key.world };
    let placement = Placement::fit(&placed, image_size, motion.key.fps, &options);
    let people: Vec<PersonMotion> = motion
        .people
        .iter()
        .zip(&placed)
        .map(|(person, placed)| PersonMotion { world: placement.world_track(placed), before: None, ..person.clone() })
        .collect();
    let bounds = Bounds::of_tracks(people.iter().map(|person| &person.world), subject.clip.frames());
    let recorded = Motion { people, placement, bounds, ..(**motion).clone() };
    let bodies = subject.bodies.as_ref().map(|bodies| {
        let people = bodies.people.iter().map(|body| moved_along(body, motion, &recorded)).collect();
        Arc::new(Bodies { people, ..(**bodies).clone() })
    });
    ClipSubject { motion: Arc::new(recorded), bodies, ..subject.clone() }
}

/// The body, moved in every frame as the person's root is.
fn moved_along(body: &PersonBody, from: &Motion, to: &Motion) -> PersonBody {
    let range = body.track.range;
    let root = |motion: &Motion, frame: usize| {
        motion.person(body.person)?.joints_in_world(FrameIndex(frame))?.first().copied()
    };
    let translations = body.track.translations.iter().zip(range.start..range.end).map(|(translation, frame)| {
        let shift = root(from, frame).zip(root(to, frame)).map(|(from, to)| to - from);
        *translation + shift.filter(|shift| shift.is_finite()).unwrap_or_default()
    });
    let mut moved = body.clone();
    moved.track.translations = translations.collect();
    moved
}
