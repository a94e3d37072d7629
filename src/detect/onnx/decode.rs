//! From the numbers of a network to boxes and joints, in the network's own pixels.
//!
//! Nothing is believed: numbers that are not finite make a joint missing or drop a person, and of too many people the
//! best are kept.

use super::family::{JOINTS, Layout, SimCc, YOLOX_STRIDES};
use super::graph::Tensor;
use crate::data::Keypoint;
use crate::detect::boxes::PersonBox;

/// Joints farther outside of the network's picture than its own size are no joints.
const MAX_OUTSIDE: f32 = 1.0;
/// What belongs to the top of a hill of bins, as a share of its height.
const TOP: f32 = 0.8;
/// How far the middle of the top may be from the highest bin.
const MAX_SHIFT: f32 = 2.0;

/// Somebody, with joints if the network gives them.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::detect) struct Found {
    pub(in crate::detect) area: PersonBox,
    pub(in crate::detect) joints: Box<[Keypoint]>,
}

/// A joint, or a missing one where the numbers make none.
fn joint(place: [f32; 2], confidence: f32, [width, height]: [usize; 2]) -> Keypoint {
    let is_near = |value: f32, side: usize| {
        let side = side as f32;
        (-MAX_OUTSIDE * side..=(1.0 + MAX_OUTSIDE) * side).contains(&value)
    };
    if confidence > 0.0 && confidence.is_finite() && is_near(place[0], width) && is_near(place[1], height) {
        Keypoint::new(place[0], place[1], confidence.min(1.0))
    } else {
        Keypoint::MISSING
    }
}

/// The joints of the picture at `index` of the batch, pixel centres. The confidence is the mean of both directions'.
pub(super) fn simcc(x: &Tensor, y: &Tensor, index: usize, layout: &SimCc, size: [usize; 2]) -> Box<[Keypoint]> {
    let row = |bins: &Tensor, joint: usize| -> Option<(f32, f32)> {
        let [_, joints, count] = *bins.shape.as_slice() else { return None };
        let start = (index * joints + joint) * count;
        peak(bins.values.get(start..start + count)?)
    };
    let found = |index: usize| {
        let [(x, x_height), (y, y_height)] = [row(x, index)?, row(y, index)?];
        Some(joint([x, y].map(|bin| bin / layout.bins_per_pixel), 0.5 * (x_height + y_height), size))
    };
    (0..layout.skeleton.len()).map(|index| found(index).unwrap_or(Keypoint::MISSING)).collect()
}

/// Place and height of the highest bin; the place between bins by the middle of the hill's top, since hills may be flat.
fn peak(bins: &[f32]) -> Option<(f32, f32)> {
    let finite = bins.iter().enumerate().filter(|(_, height)| height.is_finite());
    let (at, height) = finite.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let weight = |height: &f32| height - TOP * bins[at];
    let (before, after) = bins.split_at(at);
    let side =
        |sum: (f32, f32), (distance, height): (f32, &f32)| (sum.0 + weight(height), sum.1 + weight(height) * distance);
    let top = |height: &&f32| weight(height) > 0.0;
    let left = before.iter().rev().take_while(top).zip(1..).map(|(height, steps)| (-(steps as f32), height));
    let right = after.iter().take_while(top).zip(0..).map(|(height, steps)| (steps as f32, height));
    let (sum, moment) = left.chain(right).fold((0.0, 0.0), side);
    let shift = if sum > 0.0 { (moment / sum).clamp(-MAX_SHIFT, MAX_SHIFT) } else { 0.0 };
    Some((at as f32 + shift, *height))
}

/// Everybody with at least `min_score`, in places that count from the edge of the first pixel.
pub(super) fn people(outputs: &[Tensor], layout: Layout, min_score: f32, size: [usize; 2]) -> Vec<Found> {
    let keep = |area: PersonBox, joints: Box<[Keypoint]>| {
        let is_number = area.min.iter().chain(&area.max).chain([&area.score]).all(|value| value.is_finite());
        (is_number && area.score >= min_score).then_some(Found { area, joints })
    };
    let joints_of = |values: &[f32]| -> Box<[Keypoint]> {
        values.chunks_exact(3).map(|values| joint([values[0], values[1]], values[2], size)).collect()
    };
    match layout {
        Layout::BoxesAndJoints { boxes, joints } => {
            let joints = rows(&outputs[joints], 3 * JOINTS);
            rows(&outputs[boxes], 5)
                .zip(joints)
                .filter_map(|(row, joints)| keep(corners(row), joints_of(joints)))
                .collect()
        }
        Layout::Boxes { boxes, classes } => {
            let is_person = |index: usize| {
                classes.and_then(|classes| outputs[classes].values.get(index)).is_none_or(|class| *class == 0.0)
            };
            let rows = rows(&outputs[boxes], 5).enumerate().filter(|(index, _)| is_person(*index));
            rows.filter_map(|(_, row)| keep(corners(row), Box::default())).collect()
        }
        Layout::Grid { output } => {
            let columns = outputs[output].shape.last().copied().unwrap_or(0);
            let cells = YOLOX_STRIDES.iter().flat_map(|stride| {
                let [across, down] = size.map(|side| side / stride);
                (0..down).flat_map(move |y| (0..across).map(move |x| ([x as f32, y as f32], *stride as f32)))
            });
            let boxes = rows(&outputs[output], columns).zip(cells).filter_map(|(row, (cell, stride))| {
                let centre = [0, 1].map(|axis| (row[axis] + cell[axis]) * stride);
                let size = [row[2].exp() * stride, row[3].exp() * stride];
                keep(around(centre, size, row[4] * row[5]), Box::default())
            });
            boxes.collect()
        }
        Layout::YoloPose { output } => {
            let Tensor { shape, values } = &outputs[output];
            let count = shape.last().copied().unwrap_or(0);
            let column = |row: usize, index: usize| values[row * count + index];
            let person = |index: usize| {
                let [x, y, width, height, score] = [0, 1, 2, 3, 4].map(|row| column(row, index));
                if score.is_nan() || score < min_score {
                    return None;
                }
                let joints: Vec<f32> = (5..5 + 3 * JOINTS).map(|row| column(row, index)).collect();
                keep(around([x, y], [width, height], score), joints_of(&joints))
            };
            (0..count).filter_map(person).collect()
        }
        Layout::YoloPoseEndToEnd { output } => {
            let rows = rows(&outputs[output], 6 + 3 * JOINTS);
            rows.filter_map(|row| keep(corners(row), joints_of(&row[6..]))).collect()
        }
    }
}

fn rows(tensor: &Tensor, columns: usize) -> impl Iterator<Item = &[f32]> {
    tensor.values.chunks_exact(columns.max(1))
}

/// Two corners and a score. Either corner may be the first: rten's ArgMax takes the last of equals, where ONNX says the
/// first, and that swaps the corners of networks that look for the ends of something.
fn corners(row: &[f32]) -> PersonBox {
    // Not `min` and `max`, which hide a NaN.
    let ordered = |a: f32, b: f32| if a > b { (b, a) } else { (a, b) };
    let [(left, right), (top, bottom)] = [ordered(row[0], row[2]), ordered(row[1], row[3])];
    PersonBox::new([left, top], [right, bottom], row[4])
}

fn around(centre: [f32; 2], size: [f32; 2], score: f32) -> PersonBox {
    let edge = |sign: f32| [0, 1].map(|axis| centre[axis] + sign * size[axis] / 2.0);
    PersonBox::new(edge(-1.0), edge(1.0), score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::skeleton::COCO_17;

    const SIZE: [usize; 2] = [64, 64];
    const SIMCC: SimCc = SimCc { x: 0, y: 1, bins_per_pixel: 2.0, skeleton: &COCO_17 };

    fn tensor(shape: &[usize], values: Vec<f32>) -> Tensor {
        assert_eq!(shape.iter().product::<usize>(), values.len());
        Tensor { shape: shape.to_vec(), values }
    }

    /// Bins with a hill at `place` for every joint of every picture.
    fn hills(pictures: usize, place: impl Fn(usize, usize) -> f32) -> Tensor {
        let bin = |picture: usize, joint: usize, bin: usize| {
            (-0.05 * (bin as f32 - place(picture, joint)).powi(2)).exp() * 0.8
        };
        let values = (0..pictures)
            .flat_map(|picture| (0..17).map(move |joint| (picture, joint)))
            .flat_map(|(picture, joint)| (0..128).map(move |at| (picture, joint, at)))
            .map(|(picture, joint, at)| bin(picture, joint, at));
        tensor(&[pictures, 17, 128], values.collect())
    }

    #[test]
    fn the_hill_is_found_between_the_bins() {
        let x = hills(2, |picture, joint| 20.3 + 4.0 * joint as f32 + 10.0 * picture as f32);
        let y = hills(2, |_, joint| 60.0 - joint as f32);
        for picture in 0..2 {
            for (index, joint) in simcc(&x, &y, picture, &SIMCC, SIZE).iter().enumerate() {
                let expected = (20.3 + 4.0 * index as f32 + 10.0 * picture as f32) / 2.0;
                assert!((joint.x - expected).abs() < 0.03, "{} is not {expected}", joint.x);
                assert!((joint.y - (60.0 - index as f32) / 2.0).abs() < 0.01);
                assert!((joint.confidence - 0.8).abs() < 0.02);
            }
        }
    }

    #[test]
    fn flat_and_broken_bins_are_missing_joints() {
        let flat = |value: f32| tensor(&[1, 17, 128], vec![value; 17 * 128]);
        for value in [0.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let joints = simcc(&flat(value), &flat(value), 0, &SIMCC, SIZE);
            assert!(joints.len() == 17 && joints.iter().all(Keypoint::is_missing), "{value}");
        }
        // A single broken bin beside the hill does no harm.
        let mut x = hills(1, |_, _| 40.0);
        x.values[41] = f32::NAN;
        let joints = simcc(&x, &hills(1, |_, _| 40.0), 0, &SIMCC, SIZE);
        assert!((joints[0].x - 20.0).abs() < 0.5 && joints[0].y == 20.0, "{:?}", joints[0]);
        // Hills at the ends have one neighbour only.
        assert_eq!(peak(&[3.0, 1.0]), Some((0.0, 3.0)));
        assert_eq!(peak(&[1.0, 3.0]), Some((1.0, 3.0)));
        assert_eq!(peak(&[1.0, 3.0, 3.0, 1.0]), Some((1.5, 3.0)));
        assert_eq!(peak(&[1.0, 3.0, 3.0, 3.0, 3.0, 1.0]), Some((2.5, 3.0)));
        assert_eq!(peak(&[9.0; 100]), Some((97.0, 9.0)), "no hill");
        assert_eq!(peak(&[-1.0, -2.0]), Some((0.0, -1.0)));
        assert_eq!(peak(&[]), None);
    }

    /// 17 joints in a row from a place, as (x, y, confidence).
    fn seventeen(x: f32, y: f32) -> Vec<f32> {
        (0..17).flat_map(|joint| [x + joint as f32, y, 0.9]).collect()
    }

    #[test]
    fn boxes_come_with_their_joints() {
        let boxes = tensor(&[1, 2, 5], vec![1.0, 2.0, 30.0, 40.0, 0.9, 5.0, 5.0, 9.0, 9.0, 0.1]);
        let joints = tensor(&[1, 2, 17, 3], [seventeen(3.0, 4.0), seventeen(0.0, 0.0)].concat());
        let found = people(&[boxes, joints], Layout::BoxesAndJoints { boxes: 0, joints: 1 }, 0.3, SIZE);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].area, PersonBox::new([1.0, 2.0], [30.0, 40.0], 0.9));
        assert_eq!(found[0].joints[2], Keypoint::new(5.0, 4.0, 0.9));
    }

    #[test]
    fn only_the_first_class_is_people() {
        let boxes = tensor(&[1, 2, 5], [1.0, 2.0, 30.0, 40.0, 0.9].repeat(2));
        let classes = tensor(&[1, 2], vec![56.0, 0.0]);
        let with = Layout::Boxes { boxes: 0, classes: Some(1) };
        assert_eq!(people(&[boxes.clone(), classes], with, 0.3, SIZE).len(), 1);
        let found = people(&[boxes], Layout::Boxes { boxes: 0, classes: None }, 0.3, SIZE);
        assert_eq!(found.len(), 2);
        let swapped = tensor(&[1, 1, 5], vec![30.0, 40.0, 1.0, 2.0, 0.9]);
        let one = people(&[swapped], Layout::Boxes { boxes: 0, classes: None }, 0.3, SIZE);
        assert_eq!(one[0].area, found[0].area);
    }

    #[test]
    fn cells_of_the_grid_know_their_place() {
        // 64 + 16 + 4 cells; one in each grid has somebody.
        let columns = 7;
        let mut values = vec![0.0; 84 * columns];
        let mut put = |cell: usize, row: [f32; 7]| values[cell * columns..][..columns].copy_from_slice(&row);
        put(8 * 2 + 3, [0.5, 0.25, 2.0_f32.ln(), 4.0_f32.ln(), 0.9, 0.8, 0.1]);
        put(64 + 4 * 3 + 1, [0.5, 0.5, 0.0, 0.0, 0.9, 1.0, 0.1]);
        put(64 + 16 + 3, [0.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.1]);
        // Sure that it is a thing, but another.
        put(0, [0.5, 0.5, 0.0, 0.0, 0.9, 0.1, 0.9]);
        put(1, [0.5, 0.5, 1e9, 0.0, 0.9, 0.9, 0.9]);
        let found = people(&[tensor(&[1, 84, 7], values)], Layout::Grid { output: 0 }, 0.3, SIZE);
        let boxes: Vec<PersonBox> = found.iter().map(|found| found.area).collect();
        let expected = [
            // Cell (3, 2) of 8 pixels: centre (28, 18), size (16, 32).
            ([20.0, 2.0], [36.0, 34.0], 0.72),
            // Cell (1, 3) of 16 pixels: centre (24, 56).
            ([16.0, 48.0], [32.0, 64.0], 0.9),
            // Cell (1, 1) of 32 pixels: centre (32, 32).
            ([16.0, 16.0], [48.0, 48.0], 0.5),
        ];
        assert_eq!(boxes.len(), expected.len());
        for (found, (min, max, score)) in boxes.iter().zip(expected) {
            let near = |a: [f32; 2], b: [f32; 2]| (0..2).all(|axis| (a[axis] - b[axis]).abs() < 1e-4);
            assert!(near(found.min, min) && near(found.max, max) && (found.score - score).abs() < 1e-6, "{found:?}");
        }
    }

    #[test]
    fn yolo_has_a_column_or_a_row_for_everybody() {
        let person = [vec![20.0, 30.0, 10.0, 20.0, 0.9], seventeen(15.0, 25.0)].concat();
        let nobody = vec![0.0; 56];
        let values = (0..56).flat_map(|row| [nobody[row], person[row]]).collect();
        let found = people(&[tensor(&[1, 56, 2], values)], Layout::YoloPose { output: 0 }, 0.3, SIZE);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].area, PersonBox::new([15.0, 20.0], [25.0, 40.0], 0.9));
        assert_eq!(found[0].joints[16], Keypoint::new(31.0, 25.0, 0.9));

        let person = [vec![15.0, 20.0, 25.0, 40.0, 0.9, 0.0], seventeen(15.0, 25.0)].concat();
        let values = [vec![0.0; 57], person].concat();
        let end_to_end = people(&[tensor(&[1, 2, 57], values)], Layout::YoloPoseEndToEnd { output: 0 }, 0.3, SIZE);
        assert_eq!(end_to_end, found);
    }

    #[test]
    fn numbers_that_are_none_drop_the_person_or_the_joint() {
        for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for column in 0..5 {
                let mut row = vec![15.0, 20.0, 25.0, 40.0, 0.9, 0.0];
                row[column] = wrong;
                let values = [row, seventeen(15.0, 25.0)].concat();
                let found = people(&[tensor(&[1, 1, 57], values)], Layout::YoloPoseEndToEnd { output: 0 }, 0.3, SIZE);
                assert!(found.is_empty(), "{wrong} in column {column}");
            }
            for column in 0..3 {
                let mut joints = seventeen(15.0, 25.0);
                joints[3 + column] = wrong;
                let values = [vec![15.0, 20.0, 25.0, 40.0, 0.9, 0.0], joints].concat();
                let found = people(&[tensor(&[1, 1, 57], values)], Layout::YoloPoseEndToEnd { output: 0 }, 0.3, SIZE);
                assert_eq!(found[0].joints[1], Keypoint::MISSING, "{wrong} in column {column}");
                assert_eq!(found[0].joints[2], Keypoint::new(17.0, 25.0, 0.9));
            }
        }
        assert!(joint([1e9, 5.0], 0.9, SIZE).is_missing());
        assert_eq!(joint([-60.0, 5.0], 7.0, SIZE), Keypoint::new(-60.0, 5.0, 1.0));
    }
}
