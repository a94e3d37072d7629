//! A pose network of the shape and the cost of RTMPose-s with made-up weights, as a file: what it finds is nothing, how
//! long it takes is real.
//!
//! CSPNeXt-s and the coordinate classification head with its gated attention unit, as in RTMPose's paper
//! (arXiv:2303.07399, sections 3.2 and 3.3), batch normalisation already part of the convolutions.

use crate::detect::onnx_writer::{Attribute, Network, Side};
use crate::support::rng::SplitMix64;

/// Width and height of a crop, pixels.
const CROP: [usize; 2] = [192, 256];
const JOINTS: usize = 17;
/// Bins per pixel of the answer.
const BINS: usize = 2;
/// The last features have so many crop pixels per cell.
const STRIDE: usize = 32;
/// Channels after the stem, then out of each stage, and how many blocks that has.
const STEM: usize = 32;
const STAGES: [(usize, usize); 4] = [(64, 1), (128, 2), (256, 2), (512, 1)];
/// Of the head's tokens, one a joint.
const HIDDEN: usize = 256;
const GATED: usize = 2 * HIDDEN;
const QUERY: usize = 128;
/// Keeps the size of numbers through a convolution and its activation, SiLU.
const GAIN: f64 = 2.8;

/// The file.
pub(super) fn rtmpose_s() -> Vec<u8> {
    let [width, height] = CROP;
    let input = [Side::Any("batch"), Side::Fixed(3), Side::Fixed(height), Side::Fixed(width)];
    let mut layers = Layers { net: Network::default().input("input", &input), random: SplitMix64(1) };
    let features = layers.backbone("input");
    layers.head(&features);
    for (name, side) in [("simcc_x", width), ("simcc_y", height)] {
        layers.net.output(name, &[Side::Any("batch"), Side::Fixed(JOINTS), Side::Fixed(BINS * side)]);
    }
    layers.net.file()
}

struct Layers {
    net: Network,
    random: SplitMix64,
}

/// Of a convolution.
#[derive(Clone, Copy)]
struct Kernel {
    side: usize,
    stride: usize,
    groups: usize,
}

const POINT: Kernel = Kernel { side: 1, stride: 1, groups: 1 };
const THREE: Kernel = Kernel { side: 3, stride: 1, groups: 1 };
const HALVING: Kernel = Kernel { side: 3, stride: 2, groups: 1 };

impl Layers {
    /// Uniform numbers around 0.
    fn weights(&mut self, shape: &[usize], variance: f64) -> String {
        let bound = (3.0 * variance).sqrt();
        let count = shape.iter().product::<usize>();
        let values: Vec<f32> = (0..count).map(|_| (bound * (2.0 * self.random.next_f64() - 1.0)) as f32).collect();
        self.net.floats(shape, &values)
    }

    fn plain_conv(&mut self, x: &str, [from, to]: [usize; 2], kernel: Kernel) -> String {
        let Kernel { side, stride, groups } = kernel;
        let inputs = from / groups;
        let weights = self.weights(&[to, inputs, side, side], GAIN / (inputs * side * side) as f64);
        let bias = self.weights(&[to], 0.01);
        let ints = |value: usize, count: usize| Attribute::Ints(vec![value as i64; count]);
        let attributes = [
            ("kernel_shape", ints(side, 2)),
            ("strides", ints(stride, 2)),
            ("pads", ints(side / 2, 4)),
            ("group", Attribute::Int(groups as i64)),
        ];
        self.net.node("Conv", &[x, &weights, &bias], &attributes)
    }

    fn silu(&mut self, x: &str) -> String {
        let gate = self.net.node("Sigmoid", &[x], &[]);
        self.net.node("Mul", &[x, &gate], &[])
    }

    fn conv(&mut self, x: &str, channels: [usize; 2], kernel: Kernel) -> String {
        let x = self.plain_conv(x, channels, kernel);
        self.silu(&x)
    }

    /// [batch, 512, height / 32, width / 32]
    fn backbone(&mut self, input: &str) -> String {
        let mut x = self.conv(input, [3, STEM / 2], HALVING);
        x = self.conv(&x, [STEM / 2; 2], THREE);
        x = self.conv(&x, [STEM / 2, STEM], THREE);
        let mut channels = STEM;
        for (index, (out, blocks)) in STAGES.into_iter().enumerate() {
            x = self.conv(&x, [channels, out], HALVING);
            let is_last = index + 1 == STAGES.len();
            if is_last {
                x = self.pyramid(&x, out);
            }
            x = self.stage(&x, out, blocks, !is_last);
            channels = out;
        }
        x
    }

    /// Pools of several sizes side by side.
    fn pyramid(&mut self, x: &str, channels: usize) -> String {
        let x = self.conv(x, [channels, channels / 2], POINT);
        let pools = [5, 9, 13].map(|side: i64| {
            let ints = |value: i64, count: usize| Attribute::Ints(vec![value; count]);
            let attributes = [("kernel_shape", ints(side, 2)), ("strides", ints(1, 2)), ("pads", ints(side / 2, 4))];
            self.net.node("MaxPool", &[&x], &attributes)
        });
        let all = self.concat(&[&x, &pools[0], &pools[1], &pools[2]]);
        self.conv(&all, [2 * channels, channels], POINT)
    }

    fn concat(&mut self, parts: &[&str]) -> String {
        self.net.node("Concat", parts, &[("axis", Attribute::Int(1))])
    }

    /// Half of the channels go through the blocks, then both halves through attention over channels.
    fn stage(&mut self, x: &str, channels: usize, blocks: usize, is_residual: bool) -> String {
        let half = channels / 2;
        let around = self.conv(x, [channels, half], POINT);
        let mut through = self.conv(x, [channels, half], POINT);
        for _ in 0..blocks {
            let mut y = self.conv(&through, [half; 2], THREE);
            y = self.conv(&y, [half; 2], Kernel { side: 5, stride: 1, groups: half });
            y = self.conv(&y, [half; 2], POINT);
            through = if is_residual { self.net.node("Add", &[&y, &through], &[]) } else { y };
        }
        let both = self.concat(&[&through, &around]);
        let mean = self.net.node("GlobalAveragePool", &[&both], &[]);
        let gate = self.plain_conv(&mean, [channels; 2], POINT);
        let gate = self.net.node("HardSigmoid", &[&gate], &[]);
        let both = self.net.node("Mul", &[&both, &gate], &[]);
        self.conv(&both, [channels; 2], POINT)
    }

    fn linear(&mut self, x: &str, [from, to]: [usize; 2], gain: f64) -> String {
        let weights = self.weights(&[from, to], gain / from as f64);
        self.net.node("MatMul", &[x, &weights], &[])
    }

    /// Every token over its root mean square.
    fn scaled(&mut self, x: &str) -> String {
        let square = self.net.node("Mul", &[x, x], &[]);
        let mean = self.net.node("ReduceMean", &[&square], &[("axes", Attribute::Ints(vec![-1]))]);
        let least = self.net.floats(&[1], &[1e-6]);
        let mean = self.net.node("Add", &[&mean, &least], &[]);
        let size = self.net.node("Sqrt", &[&mean], &[]);
        self.net.node("Div", &[x, &size], &[])
    }

    fn part(&mut self, x: &str, from: usize, to: usize) -> String {
        let [from, to, axis] = [from as i64, to as i64, 2].map(|value| self.net.ints(&[value]));
        self.net.node("Slice", &[x, &from, &to, &axis], &[])
    }

    /// From features to the bins of both axes.
    fn head(&mut self, features: &str) {
        let [width, height] = CROP;
        let cells = width / STRIDE * (height / STRIDE);
        let x = self.plain_conv(features, [STAGES[3].0, JOINTS], Kernel { side: 7, stride: 1, groups: 1 });
        let shape = self.net.ints(&[0, JOINTS as i64, cells as i64]);
        let x = self.net.node("Reshape", &[&x, &shape], &[]); // [batch, joints, cells]
        let x = self.scaled(&x);
        let x = self.linear(&x, [cells, HIDDEN], 1.0);
        let x = self.attention(&x);
        for (name, side) in [("simcc_x", width), ("simcc_y", height)] {
            // So small that nobody is believed to be there.
            let weights = self.weights(&[HIDDEN, BINS * side], 1e-10 / HIDDEN as f64);
            self.net.node_to("MatMul", &[&x, &weights], &[], name);
        }
    }

    /// The gated attention unit: every joint looks at all others.
    fn attention(&mut self, x: &str) -> String {
        let normed = self.scaled(x);
        let wide = self.linear(&normed, [HIDDEN, 2 * GATED + QUERY], GAIN);
        let wide = self.silu(&wide);
        let gate = self.part(&wide, 0, GATED);
        let value = self.part(&wide, GATED, 2 * GATED);
        let base = self.part(&wide, 2 * GATED, 2 * GATED + QUERY);
        let [query, key] = [(); 2].map(|()| {
            let [scale, shift] = [(); 2].map(|()| self.weights(&[QUERY], 1.0));
            let scaled = self.net.node("Mul", &[&base, &scale], &[]);
            self.net.node("Add", &[&scaled, &shift], &[])
        });
        let key = self.net.node("Transpose", &[&key], &[("perm", Attribute::Ints(vec![0, 2, 1]))]);
        let seen = self.net.node("MatMul", &[&query, &key], &[]); // [batch, joints, joints]
        let share = self.net.floats(&[1], &[(QUERY as f32).sqrt().recip()]);
        let seen = self.net.node("Mul", &[&seen, &share], &[]);
        let seen = self.net.node("Relu", &[&seen], &[]);
        let seen = self.net.node("Mul", &[&seen, &seen], &[]);
        let value = self.net.node("MatMul", &[&seen, &value], &[]);
        let gated = self.net.node("Mul", &[&gate, &value], &[]);
        let out = self.linear(&gated, [GATED, HIDDEN], 1.0);
        self.net.node("Add", &[x, &out], &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{FrameIndex, VideoFrame};
    use crate::detect::{self, DetectorSpec};
    use crate::support::CancelToken;

    #[test]
    fn it_is_a_network_of_rtmposes_size_that_finds_nobody() {
        let (folder, cancel) = (tempfile::tempdir().unwrap(), CancelToken::new());
        let (path, file) = (folder.path().join("pose.onnx"), rtmpose_s());
        // The published one has 5.47 million parameters of four bytes.
        let parameters = file.len() as f64 / 4e6;
        assert!((5.2..5.7).contains(&parameters), "{parameters} million");
        std::fs::write(&path, file).unwrap();
        let mut detector = detect::load(&DetectorSpec::onnx(path, None), &cancel).unwrap();
        assert_eq!(detector.info().name, "RTMPose, 17 joints");
        let pixels = (0..64 * 48 * 3).map(|index| (index * 7 % 251) as u8).collect();
        let picture = VideoFrame { pixels, size: [64, 48], time_secs: 0.0, index: FrameIndex(0) };
        assert_eq!(detector.detect(&picture, &cancel).unwrap(), []);
    }
}
