//! Looks of the 3D view: colours of body halves, floor, background and light, in a dark and a light version.

use glam::Vec3;

use super::{Background, Light, Lighting, LinearRgba};
use crate::data::Side;

/// How much of the trunk's and head's colour comes from the person.
const TINT: f32 = 0.75;
/// How much of a body's colour comes from the person; the rest is clay.
const CLAY_TINT: f32 = 0.15;
/// Of a scene that nobody has set up.
pub const DEPTH_CUE: f32 = 0.5;

/// How one person is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonStyle {
    pub left: LinearRgba,
    pub right: LinearRgba,
    pub middle: LinearRgba,
    /// The person's own colour on trunk, head and joints, where several people must be told apart.
    pub tint: Option<LinearRgba>,
    /// 1 solid, below that a ghost.
    pub opacity: f32,
    /// Factor on all radii; 1 suits an adult in metres.
    pub thickness: f32,
}

/// How everything around the people is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SceneStyle {
    pub background: Background,
    pub shows_grid: bool,
    pub grid_strong: LinearRgba,
    pub grid_faint: LinearRgba,
    pub floor: LinearRgba,
    /// Darkness of the contact shadows, 0 to 1.
    pub shadow_strength: f32,
    /// See [`super::RenderScene::depth_cue`].
    pub depth_cue: f32,
    pub lighting: Lighting,
    /// Ghosts of the frames before and after the shown one.
    pub earlier: LinearRgba,
    pub later: LinearRgba,
    /// Ghost of what was there before cleaning.
    pub original: LinearRgba,
}

impl PersonStyle {
    pub fn dark() -> Self {
        Self::of_halves(0x3FA7FF, 0xFF8A3D, 0xD9DEE7)
    }

    pub fn light() -> Self {
        Self::of_halves(0x0A6FD1, 0xD9590A, 0x5A6372)
    }

    #[must_use]
    pub fn tinted(self, colour: LinearRgba) -> Self {
        Self { tint: Some(colour), ..self }
    }

    /// The colour of a half of the body, with the person's opacity.
    pub fn side(&self, side: Side) -> LinearRgba {
        let colour = match side {
            Side::Left => self.left,
            Side::Right => self.right,
            Side::Middle => self.tint.map_or(self.middle, |tint| self.middle.mix(tint, TINT)),
        };
        colour.with_alpha(self.opacity)
    }

    /// The colour of a body: matte clay with a tint of the person's colour.
    pub fn clay(&self) -> LinearRgba {
        let clay = LinearRgba::from_srgb_hex(0xC7CCD6);
        self.tint.map_or(clay, |tint| clay.mix(tint, CLAY_TINT))
    }

    /// All in one colour, seen through.
    #[must_use]
    pub fn ghost(self, colour: LinearRgba, opacity: f32) -> Self {
        Self { left: colour, right: colour, middle: colour, tint: None, opacity, ..self }
    }

    fn of_halves(left: u32, right: u32, middle: u32) -> Self {
        let [left, right, middle] = [left, right, middle].map(LinearRgba::from_srgb_hex);
        Self { left, right, middle, tint: None, opacity: 1.0, thickness: 1.0 }
    }
}

impl SceneStyle {
    pub fn dark() -> Self {
        let hex = LinearRgba::from_srgb_hex;
        Self {
            background: Background { top: hex(0x20242C), bottom: hex(0x101216) },
            shows_grid: true,
            grid_strong: hex(0x8A96AB).with_alpha(0.42),
            grid_faint: hex(0x8A96AB).with_alpha(0.12),
            floor: hex(0x3A4250).with_alpha(0.38),
            shadow_strength: 0.62,
            depth_cue: DEPTH_CUE,
            earlier: hex(0x6FA8FF),
            later: hex(0xFFB27A),
            original: hex(0xF2B84B),
            lighting: Lighting { sky: hex(0x7C8698), ground: hex(0x3C3A38), ..Lighting::studio() },
        }
    }

    pub fn light() -> Self {
        let hex = LinearRgba::from_srgb_hex;
        Self {
            background: Background { top: hex(0xF7F8FA), bottom: hex(0xDDE2EA) },
            shows_grid: true,
            grid_strong: hex(0x6B7890).with_alpha(0.42),
            grid_faint: hex(0x6B7890).with_alpha(0.14),
            floor: hex(0xFFFFFF).with_alpha(0.55),
            shadow_strength: 0.36,
            depth_cue: DEPTH_CUE,
            earlier: hex(0x2F62E0),
            later: hex(0xC7600A),
            original: hex(0xB97A0A),
            lighting: Lighting { sky: hex(0xA4ABB8), ground: hex(0x7C7874), ..Lighting::studio() },
        }
    }
}

impl SceneStyle {
    /// In front of one colour all over.
    #[must_use]
    pub fn on_plain(self, colour: LinearRgba) -> Self {
        Self { background: Background { top: colour, bottom: colour }, ..self }
    }

    /// In front of a colour that is to be replaced, which nothing may tint.
    #[must_use]
    pub fn for_keying(self, colour: LinearRgba) -> Self {
        Self { floor: self.floor.with_alpha(0.0), depth_cue: 0.0, ..self.on_plain(colour) }
    }
}

impl Lighting {
    /// Key from the upper left front, fill at a third of it, a cool rim from behind.
    pub fn studio() -> Self {
        Self {
            key: Light { towards: Vec3::new(-0.55, 0.75, 0.65).normalize(), colour: LinearRgba::WHITE.scaled(0.74) },
            fill: Light { towards: Vec3::new(0.85, 0.15, 0.5).normalize(), colour: LinearRgba::WHITE.scaled(0.24) },
            rim: Light {
                towards: Vec3::new(0.45, 0.5, -0.75).normalize(),
                colour: LinearRgba::from_srgb_hex(0xB4D0FF).scaled(0.55),
            },
            sky: LinearRgba::WHITE.scaled(0.3),
            ground: LinearRgba::WHITE.scaled(0.1),
            specular: 0.16,
        }
    }
}
