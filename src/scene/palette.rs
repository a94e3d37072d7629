//! Colours that mean something wherever they are shown: people, shares and misses. sRGB.

use super::LinearRgba;

/// For people who must be told apart (Okabe and Ito, 2008).
const PEOPLE: [u32; 8] =
    [0x56_B4_E9, 0xE6_9F_00, 0x00_9E_73, 0xCC_79_A7, 0xF0_E4_42, 0x00_72_B2, 0xD5_5E_00, 0x99_99_99];

/// Cividis in even steps from 0 to 1.
const CIVIDIS: [u32; 12] = [
    0x00_20_4D, 0x00_30_6F, 0x2A_40_6C, 0x48_52_6B, 0x5E_62_6E, 0x72_73_74, 0x87_84_79, 0x9E_96_77, 0xB6_A9_71,
    0xD0_BE_67, 0xEA_D3_57, 0xFF_EA_46,
];

/// What is wrong, on a dark and on a light ground.
pub const BAD_ON_DARK: u32 = 0xF2_63_5F;
pub const BAD_ON_LIGHT: u32 = 0xC9_3A_36;

fn bytes(hex: u32) -> [u8; 3] {
    let [_, red, green, blue] = hex.to_be_bytes();
    [red, green, blue]
}

/// The colour of a person by the place in the list; it begins again after the last.
pub fn person(place: usize) -> [u8; 3] {
    bytes(PEOPLE[place % PEOPLE.len()])
}

/// Cividis, 0 dark blue to 1 yellow; other numbers count as the nearer end.
pub fn share(share: f32) -> [u8; 3] {
    let last = CIVIDIS.len() - 1;
    let place = if share.is_finite() { share.clamp(0.0, 1.0) * last as f32 } else { 0.0 };
    let low = (place as usize).min(last - 1);
    between(bytes(CIVIDIS[low]), bytes(CIVIDIS[low + 1]), place - low as f32)
}

/// Degrees of hue from one class to the next: the golden angle, so that neighbours are far apart however many there are.
const CLASS_HUE_STEP: f32 = 137.507_77;
/// Purple: away from the blue of the first person.
const FIRST_CLASS_HUE: f32 = 300.0;

/// The ground of a class's label, by the place of the class: of one lightness, on which text in the theme's colour can
/// be read, and paler than people's colours.
pub fn class(place: usize, is_dark: bool) -> [u8; 3] {
    let (lightness, chroma) = if is_dark { (0.46, 0.1) } else { (0.85, 0.08) };
    of_class(place, lightness, chroma)
}

/// A line in the colour of a class.
pub fn class_line(place: usize, is_dark: bool) -> [u8; 3] {
    let (lightness, chroma) = if is_dark { (0.74, 0.12) } else { (0.56, 0.13) };
    of_class(place, lightness, chroma)
}

fn of_class(place: usize, lightness: f32, chroma: f32) -> [u8; 3] {
    let hue = (FIRST_CLASS_HUE + place as f32 * CLASS_HUE_STEP).to_radians();
    from_oklab([lightness, chroma * hue.cos(), chroma * hue.sin()])
}

/// Oklab (Ottosson, 2020) to sRGB.
fn from_oklab([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    let cube = |value: f32| value * value * value;
    let long = cube(lightness + 0.396_337_78 * a + 0.215_803_76 * b);
    let medium = cube(lightness - 0.105_561_346 * a - 0.063_854_17 * b);
    let short = cube(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
    LinearRgba {
        red: 4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short,
        green: -1.268_438 * long + 2.609_757_4 * medium - 0.341_319_4 * short,
        blue: -0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short,
        alpha: 1.0,
    }
    .to_srgb()
}

/// White for no miss, `bad` for a full one.
pub fn miss(share: f32, bad: u32) -> [u8; 3] {
    between([255; 3], bytes(bad), share.clamp(0.0, 1.0))
}

fn between(low: [u8; 3], high: [u8; 3], share: f32) -> [u8; 3] {
    std::array::from_fn(|i| {
        let (low, high) = (f32::from(low[i]), f32::from(high[i]));
        (low + (high - low) * share).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_has_no_hue_and_neighbouring_classes_are_far_apart() {
        for lightness in [0.0, 0.5, 1.0] {
            let [red, green, blue] = from_oklab([lightness, 0.0, 0.0]);
            assert!(red.abs_diff(green) <= 1 && green.abs_diff(blue) <= 1);
        }
        assert_eq!((from_oklab([0.0; 3]), from_oklab([1.0, 0.0, 0.0])), ([0; 3], [255; 3]));
        for is_dark in [true, false] {
            for place in 0..118 {
                for other in [place + 1, place + 2] {
                    let (a, b) = (class(place, is_dark), class(other, is_dark));
                    let distance: u32 = (0..3).map(|i| u32::from(a[i].abs_diff(b[i]))).sum();
                    assert!(distance > 50, "{place} and {other}: {distance}");
                }
            }
        }
    }

    #[test]
    fn shares_go_from_end_to_end() {
        assert_eq!((share(-1.0), share(f32::NAN)), (bytes(CIVIDIS[0]), bytes(CIVIDIS[0])));
        assert_eq!(share(7.0), bytes(CIVIDIS[11]));
        assert_eq!((miss(0.0, BAD_ON_DARK), miss(2.0, BAD_ON_DARK)), ([255; 3], [0xF2, 0x63, 0x5F]));
    }
}
