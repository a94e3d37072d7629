//! Colours that mean something wherever they are shown: people, shares and misses. sRGB.

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
    fn shares_go_from_end_to_end() {
        assert_eq!((share(-1.0), share(f32::NAN)), (bytes(CIVIDIS[0]), bytes(CIVIDIS[0])));
        assert_eq!(share(7.0), bytes(CIVIDIS[11]));
        assert_eq!((miss(0.0, BAD_ON_DARK), miss(2.0, BAD_ON_DARK)), ([255; 3], [0xF2, 0x63, 0x5F]));
    }
}
