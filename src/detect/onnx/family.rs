//! Which of the known networks it is, by the shapes of what goes in and comes out.

use super::graph::Input;
use crate::data::Skeleton;
use crate::data::skeleton::{COCO_17, HALPE_26};
use crate::detect::sampling::{Colours, LetterBox};

/// COCO's joints in one-stage networks, each x, y and confidence.
pub(super) const JOINTS: usize = 17;
/// Columns of YOLO-pose: box and score, then joints; the newest adds a class.
const YOLO_POSE: usize = 5 + 3 * JOINTS;
const YOLO_POSE_END_TO_END: usize = 6 + 3 * JOINTS;
/// COCO's joints in it are followed by feet, face and hands.
const WHOLE_BODY: usize = 133;
/// Picture pixels per cell of YOLOX's three grids.
pub(super) const YOLOX_STRIDES: [usize; 3] = [8, 16, 32];

/// A known network.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Family {
    /// For people.
    pub(super) name: String,
    pub(super) output: Output,
}

/// What it finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Output {
    /// Joints of one person who fills the picture.
    SimCc(SimCc),
    /// People in a picture, perhaps with joints.
    People(People),
}

/// Joints as one row of bins for x and one for y: outputs [N, joints, bins].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SimCc {
    /// Which outputs.
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) bins_per_pixel: f32,
    /// Of its joints the first are used, as many as this has.
    pub(super) skeleton: &'static Skeleton,
}

/// A network for whole pictures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct People {
    pub(super) layout: Layout,
    pub(super) colours: Colours,
    pub(super) place: LetterBox,
    /// Boxes that overlap a better one by more than this are left out.
    pub(super) max_overlap: f32,
}

/// Where boxes and joints are among the outputs, given by index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// [1, N, 5] of corners and score; [1, N, 17, 3]
    BoxesAndJoints { boxes: usize, joints: usize },
    /// [1, N, 5] of corners and score; [1, N] of classes, the first of which is people
    Boxes { boxes: usize, classes: Option<usize> },
    /// [1, cells, 5 + classes]: centre and size within the grid, score, score of each class
    Grid { output: usize },
    /// [1, 56, N]: centre, size, score, 17 joints
    YoloPose { output: usize },
    /// [1, N, 57]: corners, score, class, 17 joints
    YoloPoseEndToEnd { output: usize },
}

impl People {
    pub(super) fn has_joints(&self) -> bool {
        !matches!(self.layout, Layout::Boxes { .. } | Layout::Grid { .. })
    }
}

impl Family {
    /// None if it is no network that is known.
    pub(super) fn of(input: &Input, outputs: &[&[usize]]) -> Option<Self> {
        Self::simcc(input, outputs).or_else(|| Self::people(input, outputs))
    }

    fn simcc(input: &Input, outputs: &[&[usize]]) -> Option<Self> {
        let [width, height] = input.size;
        let [[_, joints, x_bins], [_, y_joints, y_bins], ..] = *outputs else { return None };
        let [joints, x_bins, y_joints, y_bins] = [*joints, *x_bins, *y_joints, *y_bins];
        let fits = |x: usize, y: usize| x >= width && x * height == y * width;
        let (x, y, bins) = if fits(x_bins, y_bins) {
            (0, 1, x_bins)
        } else if fits(y_bins, x_bins) {
            (1, 0, y_bins)
        } else {
            return None;
        };
        let (skeleton, used) = match joints {
            17 => (&COCO_17, ""),
            26 => (&HALPE_26, ""),
            WHOLE_BODY => (&COCO_17, ", of which the body's 17 are used"),
            _ => return None,
        };
        (joints == y_joints).then(|| Self {
            name: format!("RTMPose, {joints} joints{used}"),
            output: Output::SimCc(SimCc { x, y, bins_per_pixel: bins as f32 / width as f32, skeleton }),
        })
    }

    fn people(input: &Input, outputs: &[&[usize]]) -> Option<Self> {
        if input.batch.is_some_and(|batch| batch != 1) {
            return None;
        }
        let find =
            |fits: &dyn Fn(&[usize]) -> bool| outputs.iter().position(|shape| shape.first() == Some(&1) && fits(shape));
        let family = |name: &str, layout, colours, place, max_overlap| {
            let people = People { layout, colours, place, max_overlap };
            Some(Self { name: name.to_owned(), output: Output::People(people) })
        };
        let boxes = find(&|shape| matches!(shape, [_, _, 5]));
        if let Some(boxes) = boxes {
            if let Some(joints) = find(&|shape| matches!(shape, [_, _, JOINTS, 3])) {
                let layout = Layout::BoxesAndJoints { boxes, joints };
                return family("RTMO, 17 joints", layout, Colours::RAW, LetterBox::TopLeft, 0.65);
            }
            let layout = Layout::Boxes { boxes, classes: find(&|shape| matches!(shape, [_, _])) };
            // YOLOX first takes the picture apart into four; RTMDet does not.
            return if input.is_convolved_first {
                family("RTMDet", layout, Colours::standard_letter_box(), LetterBox::TopLeft, 0.65)
            } else {
                family("YOLOX", layout, Colours::RAW, LetterBox::TopLeft, 0.65)
            };
        }
        if let Some(output) = find(&|shape| matches!(shape, [_, YOLO_POSE, _])) {
            let layout = Layout::YoloPose { output };
            return family("YOLO-pose, 17 joints", layout, Colours::UNIT, LetterBox::Centre, 0.65);
        }
        if let Some(output) = find(&|shape| matches!(shape, [_, _, YOLO_POSE_END_TO_END])) {
            let layout = Layout::YoloPoseEndToEnd { output };
            return family("YOLO-pose, 17 joints", layout, Colours::UNIT, LetterBox::Centre, 0.65);
        }
        let [width, height] = input.size;
        let cells: usize = YOLOX_STRIDES.iter().map(|stride| (width / stride) * (height / stride)).sum();
        let output = find(&|shape| matches!(shape, [_, count, columns] if *count == cells && *columns > 5))?;
        family("YOLOX", Layout::Grid { output }, Colours::RAW, LetterBox::TopLeft, 0.45)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(size: [usize; 2], outputs: &[&[usize]]) -> Option<Family> {
        Family::of(&Input { size, batch: None, is_convolved_first: false }, outputs)
    }

    fn name(size: [usize; 2], outputs: &[&[usize]]) -> String {
        of(size, outputs).map_or("unknown".to_owned(), |family| family.name)
    }

    #[test]
    fn networks_are_told_apart_by_their_shapes() {
        let crop = [192, 256];
        assert_eq!(name(crop, &[&[1, 17, 384], &[1, 17, 512]]), "RTMPose, 17 joints");
        assert_eq!(name(crop, &[&[1, 26, 512], &[1, 26, 384]]), "RTMPose, 26 joints");
        let whole = of([288, 384], &[&[1, 133, 576], &[1, 133, 768]]).unwrap();
        assert!(whole.name.contains("133") && whole.name.contains("17 are used"));
        let Output::SimCc(simcc) = whole.output else { panic!("not a SimCC network") };
        assert_eq!((simcc.skeleton.len(), simcc.bins_per_pixel, simcc.x), (17, 2.0, 0));
        assert_eq!(name([640, 640], &[&[1, 0, 5], &[1, 0, 17, 3]]), "RTMO, 17 joints");
        assert_eq!(name([640, 640], &[&[1, 56, 8400]]), "YOLO-pose, 17 joints");
        assert_eq!(name([640, 640], &[&[1, 300, 57]]), "YOLO-pose, 17 joints");
        assert_eq!(name([416, 416], &[&[1, 100, 5], &[1, 100]]), "YOLOX");
        assert_eq!(name([416, 416], &[&[1, 3549, 85]]), "YOLOX");
        let convolved = Input { size: [320, 320], batch: Some(1), is_convolved_first: true };
        assert_eq!(Family::of(&convolved, &[&[1, 100, 5], &[1, 100]]).unwrap().name, "RTMDet");
    }

    #[test]
    fn others_are_unknown() {
        for (size, outputs) in [
            ([224, 224], vec![&[1, 1000][..]]),
            // An older YOLO with three anchors per cell.
            ([640, 640], vec![&[1, 25_200, 85]]),
            ([640, 640], vec![&[1, 84, 8400]]),
            // A hand.
            ([256, 256], vec![&[1, 21, 512], &[1, 21, 512]]),
            ([192, 256], vec![&[1, 17, 384], &[1, 17, 384]]),
            ([192, 256], vec![&[1, 17, 384], &[1, 26, 512]]),
            ([192, 256], vec![&[1, 17, 64, 48]]),
            ([192, 256], vec![]),
        ] {
            assert_eq!(of(size, &outputs), None, "{outputs:?}");
        }
        let pairs = Input { size: [640, 640], batch: Some(2), is_convolved_first: false };
        assert_eq!(Family::of(&pairs, &[&[2, 56, 8400]]), None);
    }
}
