//! From a picture to the input of a network: cut, scale, order of colours, range of values.

use rayon::prelude::*;

use super::DetectError;
use super::boxes::PersonBox;
use crate::data::VideoFrame;

/// Which places of the picture the network's pixels are: `start + step * pixel`, both pixel centres. The same in both
/// directions, so that proportions stay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sampling {
    start: [f32; 2],
    /// Picture pixels per network pixel.
    step: f32,
}

/// Where a picture goes that does not have the proportions of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LetterBox {
    TopLeft,
    Centre,
}

impl Sampling {
    /// The whole picture, as large as fits. Edges of the picture fall on edges of the network's pixels.
    pub(super) fn letter_box(picture: [u32; 2], network: [usize; 2], place: LetterBox) -> Self {
        let picture = picture.map(|side| side as f32);
        let network = network.map(|side| side as f32);
        let step = (picture[0] / network[0]).max(picture[1] / network[1]);
        let start = [0, 1].map(|axis| match place {
            LetterBox::TopLeft => 0.0,
            LetterBox::Centre => (picture[axis] - network[axis] * step) / 2.0,
        });
        Self { start: start.map(|edge| edge + 0.5 * step - 0.5), step }
    }

    /// The surroundings of a box: `padding` times its size, and more in one direction to have the network's proportions.
    pub(super) fn around(area: &PersonBox, padding: f32, network: [usize; 2]) -> Self {
        let network = network.map(|side| side as f32);
        let [width, height] = area.size();
        let step = padding * (width / network[0]).max(height / network[1]);
        let centre = area.centre();
        Self { start: [0, 1].map(|axis| centre[axis] - 0.5 * step * network[axis]), step }
    }

    /// Where a place among the network's pixel centres is in the picture.
    pub(super) fn to_picture(self, place: [f32; 2]) -> [f32; 2] {
        [0, 1].map(|axis| self.start[axis] + self.step * place[axis])
    }

    /// As [`Self::to_picture`], for networks that count from the edge of the first pixel.
    pub(super) fn edges_to_picture(self, place: [f32; 2]) -> [f32; 2] {
        self.to_picture(place.map(|value| value - 0.5))
    }
}

/// The network's first channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstColour {
    Red,
    Blue,
}

/// What a network expects of colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colours {
    first: FirstColour,
    /// By channel: value = gain * colour + offset, colour from 0 to 255.
    gain: [f32; 3],
    offset: [f32; 3],
    /// The colour outside of the picture.
    outside: f32,
}

/// The grey around letter-boxed pictures that all these networks were trained with.
const LETTER_BOX_GREY: f32 = 114.0;
const IMAGENET_MEAN: [f32; 3] = [123.675, 116.28, 103.53];
const IMAGENET_DEVIATION: [f32; 3] = [58.395, 57.12, 57.375];

impl Colours {
    /// YOLOX and RTMO: 0 to 255, blue first.
    pub(super) const RAW: Self =
        Self { first: FirstColour::Blue, gain: [1.0; 3], offset: [0.0; 3], outside: LETTER_BOX_GREY };
    /// YOLO-pose: 0 to 1, red first.
    pub(super) const UNIT: Self =
        Self { first: FirstColour::Red, gain: [1.0 / 255.0; 3], offset: [0.0; 3], outside: LETTER_BOX_GREY };

    /// RTMPose.
    pub(super) fn standard_crop() -> Self {
        Self::standard(FirstColour::Red, 0.0)
    }

    /// RTMDet.
    pub(super) fn standard_letter_box() -> Self {
        Self::standard(FirstColour::Blue, LETTER_BOX_GREY)
    }

    /// Mean 0 and deviation 1 over ImageNet.
    fn standard(first: FirstColour, outside: f32) -> Self {
        let by_channel = |mut values: [f32; 3]| {
            if first == FirstColour::Blue {
                values.reverse();
            }
            values
        };
        let gain = by_channel(IMAGENET_DEVIATION.map(|deviation| 1.0 / deviation));
        let mean = by_channel(IMAGENET_MEAN);
        let offset = [0, 1, 2].map(|channel| -mean[channel] * gain[channel]);
        Self { first, gain, offset, outside }
    }
}

/// Between which two pixels of the picture a pixel of the network lies, and how much of each it is. Those outside of
/// the picture count nothing.
#[derive(Clone, Copy)]
struct Tap {
    at: [usize; 2],
    share: [f32; 2],
}

fn taps(start: f32, step: f32, count: usize, len: usize) -> impl Fn(usize) -> Tap {
    debug_assert!(len > 0);
    move |pixel| {
        debug_assert!(pixel < count);
        let place = (start + step * pixel as f32).clamp(-2.0, len as f32 + 1.0);
        let before = place.floor();
        let part = place - before;
        let side = |index: f32, share: f32| {
            let is_inside = index >= 0.0 && index < len as f32;
            (index.clamp(0.0, (len - 1) as f32) as usize, if is_inside { share } else { 0.0 })
        };
        let [(first, first_share), (second, second_share)] = [side(before, 1.0 - part), side(before + 1.0, part)];
        Tap { at: [first, second], share: [first_share, second_share] }
    }
}

/// Fills the input of a network of the given width and height.
pub(super) fn sample(
    picture: &VideoFrame,
    sampling: Sampling,
    colours: &Colours,
    [width, height]: [usize; 2],
    into: &mut [f32], // [3, height, width]
) {
    let [picture_width, picture_height] = picture.size.map(|side| side as usize);
    let across: Vec<Tap> = (0..width).map(taps(sampling.start[0], sampling.step, width, picture_width)).collect();
    let down = taps(sampling.start[1], sampling.step, height, picture_height);
    let (first, rest) = into.split_at_mut(width * height);
    let (second, third) = rest.split_at_mut(width * height);
    let [red, blue] = match colours.first {
        FirstColour::Red => [0, 2],
        FirstColour::Blue => [2, 0],
    };
    let rows = first.par_chunks_mut(width).zip(second.par_chunks_mut(width)).zip(third.par_chunks_mut(width));
    rows.enumerate().with_min_len(32).for_each(|(row, ((first, second), third))| {
        let Tap { at, share } = down(row);
        let [above, below] = at.map(|at| &picture.pixels[at * picture_width * 3..(at + 1) * picture_width * 3]);
        let outputs = first.iter_mut().zip(second).zip(third);
        for (tap, ((first, second), third)) in across.iter().zip(outputs) {
            let [left, right] = tap.at.map(|at| at * 3);
            let weights =
                [share[0] * tap.share[0], share[0] * tap.share[1], share[1] * tap.share[0], share[1] * tap.share[1]];
            let outside = (1.0 - weights.iter().sum::<f32>()) * colours.outside;
            let value = |channel: usize, colour: usize| {
                let corners =
                    [above[left + colour], above[right + colour], below[left + colour], below[right + colour]];
                let mixed: f32 = weights.iter().zip(corners).map(|(weight, corner)| weight * f32::from(corner)).sum();
                (mixed + outside) * colours.gain[channel] + colours.offset[channel]
            };
            *first = value(0, red);
            *second = value(1, 1);
            *third = value(2, blue);
        }
    });
}

/// A picture without pixels, or with another number of them than its size says, never reaches a network.
pub(super) fn check(picture: &VideoFrame) -> Result<(), DetectError> {
    let [width, height] = picture.size;
    let bytes = (u64::from(width) * u64::from(height)).saturating_mul(3);
    if bytes == 0 || bytes != picture.pixels.len() as u64 {
        let len = picture.pixels.len();
        return Err(DetectError::Failed(format!("a picture of {width} x {height} pixels with {len} bytes")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::FrameIndex;

    /// Colours that grow with the place: red by column, green by row, blue the same everywhere.
    fn ramp(width: u32, height: u32) -> VideoFrame {
        let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 200]));
        VideoFrame { pixels: pixels.collect(), size: [width, height], time_secs: 0.0, index: FrameIndex(0) }
    }

    fn sampled(picture: &VideoFrame, sampling: Sampling, colours: &Colours, size: [usize; 2]) -> Vec<f32> {
        let mut values = vec![f32::NAN; 3 * size[0] * size[1]];
        sample(picture, sampling, colours, size, &mut values);
        values
    }

    #[test]
    fn a_network_pixel_is_the_colour_of_its_place() {
        let picture = ramp(200, 100);
        let area = PersonBox::new([20.0, 10.0], [100.0, 70.0], 1.0);
        let size = [48, 64];
        let sampling = Sampling::around(&area, 1.25, size);
        // 60 high and 80 wide: the width decides in a network that is higher than wide.
        assert_eq!(sampling.step, 1.25 * 80.0 / 48.0);
        let colours = Colours { first: FirstColour::Red, gain: [1.0; 3], offset: [0.0; 3], outside: 0.0 };
        let values = sampled(&picture, sampling, &colours, size);
        for (x, y) in [(0, 20), (10, 30), (47, 40), (24, 32)] {
            let [expected_x, expected_y] = sampling.to_picture([x as f32, y as f32]);
            assert!((values[y * 48 + x] - expected_x).abs() < 1e-3, "{x} {y}");
            assert!((values[48 * 64 + y * 48 + x] - expected_y).abs() < 1e-3, "{x} {y}");
            assert_eq!(values[2 * 48 * 64 + y * 48 + x], 200.0);
        }
        // The crop reaches over the upper edge: black there, and nothing else is touched.
        assert!(sampling.to_picture([0.0, 0.0])[1] < -1.0);
        assert_eq!(values[2 * 48 * 64 + 10], 0.0);
        let [centre_x, centre_y] = sampling.to_picture([24.0, 32.0]);
        assert!((centre_x - 60.0).abs() < 1e-4 && (centre_y - 40.0).abs() < 1e-4);
    }

    #[test]
    fn letter_boxes_keep_proportions_and_are_grey_around() {
        let picture = ramp(200, 100);
        let top = Sampling::letter_box(picture.size, [64, 64], LetterBox::TopLeft);
        let values = sampled(&picture, top, &Colours::RAW, [64, 64]);
        assert_eq!(values[0], 200.0, "blue is first");
        assert_eq!(values[40 * 64], 114.0, "below the picture");
        assert!((values[2 * 64 * 64 + 32] - top.to_picture([32.0, 0.0])[0]).abs() < 1e-3);
        // Edges of the picture are edges of the network.
        for (found, expected) in top.edges_to_picture([64.0, 32.0]).iter().zip([199.5, 99.5]) {
            assert!((found - expected).abs() < 1e-4);
        }
        let middle = Sampling::letter_box(picture.size, [64, 64], LetterBox::Centre);
        let values = sampled(&picture, middle, &Colours::UNIT, [64, 64]);
        let (grey, blue) = (114.0 / 255.0, 200.0 / 255.0);
        for (row, expected) in [(0, grey), (15, grey), (16, blue), (47, blue), (48, grey)] {
            assert!((values[2 * 64 * 64 + row * 64 + 5] - expected).abs() < 1e-6, "row {row}");
        }
    }

    #[test]
    fn means_belong_to_their_colours() {
        let pixels: Vec<u8> = [124, 116, 104].repeat(16);
        let picture = VideoFrame { pixels: pixels.into(), size: [4, 4], time_secs: 0.0, index: FrameIndex(0) };
        for colours in [Colours::standard_crop(), Colours::standard_letter_box()] {
            let values = sampled(&picture, Sampling::letter_box([4, 4], [4, 4], LetterBox::TopLeft), &colours, [4, 4]);
            assert!(values.iter().all(|value| value.abs() < 0.01), "{values:?}");
        }
    }

    #[test]
    fn places_far_outside_are_outside() {
        let picture = ramp(8, 8);
        for (min, max) in [([-1e9, -1e9], [-1e8, -1e8]), ([1e8, 1e8], [1e9, 1e9]), ([-1e9, -1e9], [1e9, 1e9])] {
            let sampling = Sampling::around(&PersonBox::new(min, max, 1.0), 1.25, [12, 16]);
            let values = sampled(&picture, sampling, &Colours::RAW, [12, 16]);
            assert!(values.iter().all(|value| (0.0..=255.0).contains(value)));
            assert_eq!(values[0], 114.0);
        }
    }

    #[test]
    fn pictures_that_lie_about_their_size_are_refused() {
        assert!(check(&ramp(3, 2)).is_ok());
        for size in [[0, 0], [0, 2], [3, 3], [u32::MAX, u32::MAX]] {
            assert!(matches!(check(&VideoFrame { size, ..ramp(3, 2) }), Err(DetectError::Failed(_))), "{size:?}");
        }
    }
}
