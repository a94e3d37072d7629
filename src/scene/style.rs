//! Looks of the 3D view: colours of body halves, floor, background and light, in a dark and a light version.

use glam::Vec3;

use super::{Background, Light, Lighting, LinearRgba};

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
    pub lighting: Lighting,
}

impl PersonStyle {
    pub fn dark() -> Self {
        Self::of_halves(0x3F_A7_FF, 0xFF_8A_3D, 0xD9_DE_E7)
    }

    pub fn light() -> Self {
        Self::of_halves(0x0A_6F_D1, 0xD9_59_0A, 0x5A_63_72)
    }

    #[must_use]
    pub fn tinted(self, colour: LinearRgba) -> Self {
        Self { tint: Some(colour), ..self }
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
            background: Background { top: hex(0x20_24_2C), bottom: hex(0x10_12_16) },
            shows_grid: true,
            grid_strong: hex(0x8A_96_AB).with_alpha(0.42),
            grid_faint: hex(0x8A_96_AB).with_alpha(0.12),
            floor: hex(0x3A_42_50).with_alpha(0.38),
            shadow_strength: 0.62,
            lighting: Lighting { sky: hex(0x7C_86_98), ground: hex(0x3C_3A_38), ..Lighting::studio() },
        }
    }

    pub fn light() -> Self {
        let hex = LinearRgba::from_srgb_hex;
        Self {
            background: Background { top: hex(0xF7_F8_FA), bottom: hex(0xDD_E2_EA) },
            shows_grid: true,
            grid_strong: hex(0x6B_78_90).with_alpha(0.42),
            grid_faint: hex(0x6B_78_90).with_alpha(0.14),
            floor: hex(0xFF_FF_FF).with_alpha(0.55),
            shadow_strength: 0.36,
            lighting: Lighting { sky: hex(0xA4_AB_B8), ground: hex(0x7C_78_74), ..Lighting::studio() },
        }
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
                colour: LinearRgba::from_srgb_hex(0xB4_D0_FF).scaled(0.55),
            },
            sky: LinearRgba::WHITE.scaled(0.3),
            ground: LinearRgba::WHITE.scaled(0.1),
            specular: 0.16,
        }
    }
}
