//! Axis-aligned boxes, for framing.

use glam::Vec3;

use crate::data::{FrameRange, H36M_JOINTS, WorldTrack};

/// An axis-aligned box in world metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub min: Vec3,
    pub max: Vec3,
}

impl Bounds {
    /// The smallest box around all finite points; none if there are none.
    pub fn of_points(points: impl IntoIterator<Item = Vec3>) -> Option<Self> {
        points.into_iter().filter(|point| point.is_finite()).fold(None, |bounds: Option<Self>, point| {
            Some(
                bounds
                    .map_or(Self { min: point, max: point }, |b| Self { min: b.min.min(point), max: b.max.max(point) }),
            )
        })
    }

    /// The box of everything that the people do within `range`.
    pub fn of_tracks<'a>(tracks: impl IntoIterator<Item = &'a WorldTrack>, range: FrameRange) -> Option<Self> {
        Self::of_points(tracks.into_iter().flat_map(|track| {
            let shared = track.range.intersect(range);
            let first = shared.start.saturating_sub(track.range.start) * H36M_JOINTS;
            track.joints_in_world.iter().skip(first).take(shared.len() * H36M_JOINTS).copied()
        }))
    }

    #[must_use]
    pub fn grown(self, by: f32) -> Self {
        Self { min: self.min - by, max: self.max + by }
    }

    pub fn centre(self) -> Vec3 {
        (self.min + self.max) * 0.5
    }

    pub fn corners(self) -> [Vec3; 8] {
        std::array::from_fn(|i| {
            let pick = |bit: usize, low: f32, high: f32| if i >> bit & 1 == 0 { low } else { high };
            Vec3::new(pick(0, self.min.x, self.max.x), pick(1, self.min.y, self.max.y), pick(2, self.min.z, self.max.z))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::PersonId;

    #[test]
    fn only_the_asked_frames_and_finite_points_count() {
        let joints: Arc<[Vec3]> = (0..3 * H36M_JOINTS).map(|i| Vec3::splat((i / H36M_JOINTS) as f32)).collect();
        let track = WorldTrack { person: PersonId(1), range: FrameRange::of_len(10, 3), joints_in_world: joints };
        let of = |start, end| Bounds::of_tracks([&track], FrameRange::new(start, end));
        assert_eq!(of(11, 40), Some(Bounds { min: Vec3::ONE, max: Vec3::splat(2.0) }));
        assert_eq!(of(0, 11), Some(Bounds { min: Vec3::ZERO, max: Vec3::ZERO }));
        assert_eq!(of(0, 5), None);
        assert_eq!(Bounds::of_points([Vec3::NAN]), None);
    }
}
