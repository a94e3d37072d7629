//! How far feet slide while they should stand.

use glam::{Vec2, Vec3, Vec3Swizzles};

use crate::data::H36M_JOINTS;

const ANKLES: [usize; 2] = [3, 6];
/// Share of the frames in which the lower ankle is at or under the level taken for standing.
const STANDING_SHARE: f32 = 0.2;
/// An ankle up to this much over that level may be standing, metres.
const REACH_M: f32 = 0.05;
/// An ankle faster than this is on its way to the next step, metres per second.
const STEPPING_M_PER_S: f32 = 0.5;
/// Speeds are taken over this time, so that shaking is not taken for sliding.
const SPEED_OVER_SECS: f64 = 0.2;

/// Movement of ankles while they are low and slow enough to be standing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FootSlide {
    pub mean_speed_m_per_s: f32,
    /// Times that a foot stood for at least a fifth of a second.
    pub contacts: usize,
    /// Mean distance between where such a foot came to stand and where it left, metres.
    pub slide_per_contact_m: f32,
    /// Share of the time that a foot stood, of both feet.
    pub standing_share: f32,
}

impl FootSlide {
    /// Of the ankles of consecutive frames; none if none stands.
    pub(super) fn of(frames: &[[Vec3; H36M_JOINTS]], fps: f64) -> Option<Self> {
        let mut low: Vec<f32> = frames.iter().map(|joints| joints[3].y.min(joints[6].y)).collect();
        let place = (low.len().checked_sub(1)? as f32 * STANDING_SHARE) as usize;
        let level = *low.select_nth_unstable_by(place, f32::total_cmp).1;
        let reach = ((SPEED_OVER_SECS * 0.5 * fps).round() as usize).max(1);
        let shortest = 2 * reach;

        let (mut speeds, mut standing, mut slides) = (0.0_f64, 0_usize, Vec::new());
        for ankle in ANKLES {
            let level_place = |frame: usize| frames[frame][ankle].xz();
            let speed = |frame: usize| {
                let before = level_place(frame.checked_sub(reach)?);
                let after = frames.get(frame + reach)?[ankle].xz();
                Some(before.distance(after) * (fps / (2 * reach) as f64) as f32)
            };
            // Where the ankle came to stand, and when.
            let mut contact: Option<(usize, Vec2)> = None;
            for frame in 0..=frames.len() {
                let is_low = frames.get(frame).is_some_and(|joints| joints[ankle].y <= level + REACH_M);
                match speed(frame).filter(|speed| is_low && *speed <= STEPPING_M_PER_S) {
                    Some(speed) => {
                        speeds += f64::from(speed);
                        standing += 1;
                        contact = contact.or(Some((frame, level_place(frame))));
                    }
                    None => {
                        if let Some((_, place)) = contact.take().filter(|(start, _)| frame - start >= shortest) {
                            slides.push(place.distance(level_place(frame - 1)));
                        }
                    }
                }
            }
        }
        (standing > 0).then(|| Self {
            mean_speed_m_per_s: (speeds / standing as f64) as f32,
            contacts: slides.len(),
            slide_per_contact_m: slides.iter().sum::<f32>() / slides.len().max(1) as f32,
            standing_share: standing as f32 / (ANKLES.len() * frames.len()) as f32,
        })
    }
}
