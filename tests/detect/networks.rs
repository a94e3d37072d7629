//! Networks that are written here: for people in two halves of a picture, and some that go wrong.

use motionbert::detect::onnx_writer::{Attribute, Network, Side};

/// YOLOX's side in pixels.
const SIDE: usize = 416;

/// As the marker YOLOX, but one person in the left half of the picture and one in the right.
pub fn two_people() -> Vec<u8> {
    let axis = |axis: i64| ("axis", Attribute::Int(axis));
    let keep = |keep: i64| ("keepdims", Attribute::Int(keep));
    let mut net = Network::default().input("input", &[1, 3, SIDE, SIDE].map(Side::Fixed));
    let [over_channels, drop] = [("axes", Attribute::Ints(vec![1])), keep(0)];
    let high = net.node("ReduceMax", &["input"], &[over_channels.clone(), drop.clone()]);
    let low = net.node("ReduceMin", &["input"], &[over_channels, drop]);
    let saturation = net.node("Sub", &[&high, &low], &[]);
    let threshold = net.floats(&[1], &[22.0]);
    let is_coloured = net.node("Greater", &[&saturation, &threshold], &[]);
    let mask = net.node("Cast", &[&is_coloured], &[("to", Attribute::Int(1))]); // [1, SIDE, SIDE]
    let half = SIDE as i64 / 2;
    let boxes: Vec<String> = [0, half]
        .into_iter()
        .map(|left| {
            let [from, to, columns] = [left, left + half, 2].map(|value| net.ints(&[value]));
            let part = net.node("Slice", &[&mask, &from, &to, &columns], &[]);
            let mut ends = Vec::new();
            for (across, start, len) in [(1, left, half), (2, 0, SIDE as i64)] {
                let line = net.node("ReduceMax", &[&part], &[("axes", Attribute::Ints(vec![across])), keep(0)]);
                let [last, before_first, one, back] = [-1, i64::MIN + 1, 1, -1].map(|value| net.ints(&[value]));
                let reversed = net.node("Slice", &[&line, &last, &before_first, &one, &back], &[]);
                let [first, after] = [&line, &reversed].map(|line| {
                    let at = net.node("ArgMax", &[line], &[axis(1), keep(1)]);
                    net.node("Cast", &[&at], &[("to", Attribute::Int(1))])
                });
                let [start, end] = [start as f32, (start + len) as f32].map(|value| net.floats(&[1], &[value]));
                ends.push((net.node("Add", &[&first, &start], &[]), net.node("Sub", &[&end, &after], &[]), line));
            }
            let [(left, right, line), (top, bottom, _)] = <[_; 2]>::try_from(ends).unwrap();
            let score = net.node("ReduceMax", &[&line], &[("axes", Attribute::Ints(vec![1])), keep(1)]);
            let row = net.node("Concat", &[&left, &top, &right, &bottom, &score], &[axis(1)]); // [1, 5]
            let people = net.ints(&[1]);
            net.node("Unsqueeze", &[&row, &people], &[])
        })
        .collect();
    let boxes: Vec<&str> = boxes.iter().map(String::as_str).collect();
    net.node_to("Concat", &boxes, &[axis(1)], "dets");
    net.output("dets", &[1, 2, 5].map(Side::Fixed));
    net.file()
}

/// Gives the same numbers whatever it sees: (name, shape, values) of every output.
pub fn fixed_answer(input: &[Side], outputs: &[(&str, &[usize], Vec<f32>)]) -> Vec<u8> {
    let mut net = Network::default().input("input", input);
    for (name, shape, values) in outputs {
        let numbers = net.floats(shape, values);
        net.node_to("Identity", &[&numbers], &[], name);
        net.output(name, &shape.iter().map(|side| Side::Fixed(*side)).collect::<Vec<_>>());
    }
    net.file()
}

/// The mean colour as scores of three classes.
pub fn classifier() -> Vec<u8> {
    let mut net = Network::default().input("data", &[1, 3, 224, 224].map(Side::Fixed));
    let over_pixels = [("axes", Attribute::Ints(vec![2, 3])), ("keepdims", Attribute::Int(0))];
    net.node_to("ReduceMean", &["data"], &over_pixels, "probabilities");
    net.output("probabilities", &[1, 3].map(Side::Fixed));
    net.file()
}

/// Takes a picture of any size, it says, but works at 100 x 100 only.
pub fn any_size_but_one() -> Vec<u8> {
    let input = [Side::Fixed(1), Side::Fixed(3), Side::Any("height"), Side::Any("width")];
    let mut net = Network::default().input("images", &input);
    let shift = net.floats(&[1, 1, 100, 100], &[0.0; 10_000]);
    net.node_to("Add", &["images", &shift], &[], "output");
    net.output("output", &[1, 3, 100, 100].map(Side::Fixed));
    net.file()
}
