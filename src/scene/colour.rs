//! Colours as light is added up: linear, with the sRGB transfer function at the edges.

/// Linear-light RGB with sRGB primaries, usually 0 to 1, and straight (not premultiplied) alpha.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearRgba {
    pub red: f32,
    pub green: f32,
    pub blue: f32,
    pub alpha: f32,
}

impl LinearRgba {
    pub const BLACK: Self = Self { red: 0.0, green: 0.0, blue: 0.0, alpha: 1.0 };
    pub const WHITE: Self = Self { red: 1.0, green: 1.0, blue: 1.0, alpha: 1.0 };

    /// From 8-bit sRGB as designers and egui write it.
    pub fn from_srgb([red, green, blue]: [u8; 3]) -> Self {
        let decode = |channel: u8| srgb_to_linear(f32::from(channel) / 255.0);
        Self { red: decode(red), green: decode(green), blue: decode(blue), alpha: 1.0 }
    }

    /// From an sRGB number such as `0x3FA7FF`.
    pub fn from_srgb_hex(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self::from_srgb([red, green, blue])
    }

    /// To 8-bit sRGB, alpha left out.
    pub fn to_srgb(self) -> [u8; 3] {
        [self.red, self.green, self.blue].map(|c| (linear_to_srgb(c.clamp(0.0, 1.0)) * 255.0).round() as u8)
    }

    #[must_use]
    pub fn with_alpha(self, alpha: f32) -> Self {
        Self { alpha, ..self }
    }

    /// `self` at 0, `other` at 1, mixed as light.
    #[must_use]
    pub fn mix(self, other: Self, share: f32) -> Self {
        Self::from_array(std::array::from_fn(|i| {
            let (a, b) = (self.to_array()[i], other.to_array()[i]);
            a + (b - a) * share
        }))
    }

    /// Brighter or darker; alpha stays.
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        Self { red: self.red * factor, green: self.green * factor, blue: self.blue * factor, ..self }
    }

    pub fn to_array(self) -> [f32; 4] {
        [self.red, self.green, self.blue, self.alpha]
    }

    fn from_array([red, green, blue, alpha]: [f32; 4]) -> Self {
        Self { red, green, blue, alpha }
    }
}

/// IEC 61966-2-1, one channel, 0 to 1.
pub fn srgb_to_linear(encoded: f32) -> f32 {
    if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
}

/// IEC 61966-2-1, one channel, 0 to 1.
pub fn linear_to_srgb(linear: f32) -> f32 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_the_round_trip() {
        for byte in 0..=255 {
            assert_eq!(LinearRgba::from_srgb([byte, 255 - byte, byte]).to_srgb(), [byte, 255 - byte, byte]);
        }
        assert_eq!(LinearRgba::from_srgb_hex(0x3FA7FF).to_srgb(), [0x3F, 0xA7, 0xFF]);
    }

    #[test]
    fn middle_grey_is_a_fifth_of_the_light() {
        assert!((srgb_to_linear(0.5) - 0.214_041).abs() < 1e-5);
        assert!((linear_to_srgb(0.214_041) - 0.5).abs() < 1e-5);
    }
}
