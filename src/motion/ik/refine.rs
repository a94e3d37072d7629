//! Gauss-Newton steps from an aligned pose to the given joints.
//!
//! Unknown are the translation and a small turn of every free joint about the axes of its parent. The smallest is
//! sought of three sums of squares: distances to the given joints; distances between the body's bones and the given
//! ones brought to the body's length, which say the direction; turns away from the aligned pose, which decide what
//! the joints leave open and keep the limits of joints.

use glam::{DMat3, DQuat, DVec3};

use super::limbs::BONES;
use super::rig::{FREE, Mark, Rig};
use super::targets::Targets;
use super::{Pose, cholesky, log};
use crate::data::body::BODY_PARENTS;

const STEPS: usize = 4;
/// Unknowns: three per free joint, then the translation.
const BLOCKS: usize = FREE.len() + 1;
const UNKNOWNS: usize = 3 * BLOCKS;
/// Expected distances from the given joints and bones, metres.
const JOINT_SIGMA_M: f64 = 0.015;
const BONE_SIGMA_M: f64 = 0.015;
/// Belly, neck, nose and top of the head are not the same points in all skeletons.
const MIDDLE_SIGMA_M: f64 = 0.025;
/// Distances from here on count less and less, metres.
const WILD_M: f64 = 0.15;
/// Expected turn away from the aligned pose, radians.
const TURN_SIGMA: f64 = 8.0_f64.to_radians();
/// A step turns a joint by no more than this, radians.
const MOST_TURN: f64 = 0.4;

/// The pose nearest to the joints of one frame.
pub(super) fn refine(rig: &Rig, aligned: &Pose, targets: &Targets, frame: usize) -> Pose {
    let target = &targets.frames[frame];
    let mut pose = *aligned;
    for _ in 0..STEPS {
        let mut system = System::new();
        let posed = rig.posed(&pose);
        let axes: [DMat3; FREE.len()] = std::array::from_fn(|free| {
            BODY_PARENTS[FREE[free]].map_or(DMat3::IDENTITY, |parent| posed.rotations[parent])
        });
        let marks = rig.moving_marks(&posed);
        for (joint, mark) in marks.iter().enumerate().filter(|(joint, _)| target.is_trusted[*joint]) {
            let mut row = Row::default();
            row.add(mark, &axes, 1.0);
            row.blocks.push((FREE.len(), DMat3::IDENTITY));
            system.add(&row, mark.position - target.joints[joint], joint_sigma(joint));
        }
        for ((parent, child), scale) in BONES.into_iter().zip(targets.scales) {
            if target.is_trusted[parent] && target.is_trusted[child] {
                let mut row = Row::default();
                row.add(&marks[child], &axes, 1.0);
                row.add(&marks[parent], &axes, -1.0);
                let wanted = (target.joints[child] - target.joints[parent]) * scale;
                let sigma = if is_middle(child) { MIDDLE_SIGMA_M } else { BONE_SIGMA_M };
                system.add(&row, marks[child].position - marks[parent].position - wanted, sigma);
            }
        }
        for (free, joint) in FREE.into_iter().enumerate() {
            // To first order a small turn adds to this; its gradient is exact.
            let away = log(pose.rotations[joint] * aligned.rotations[joint].inverse());
            system.add_turn(free, away);
        }
        let Some(step) = system.solve() else { return pose };
        for (free, joint) in FREE.into_iter().enumerate() {
            let turn = DQuat::from_scaled_axis(step[free].clamp_length_max(MOST_TURN));
            pose.rotations[joint] = (turn * pose.rotations[joint]).normalize();
        }
        pose.translation += step[FREE.len()];
    }
    pose
}

fn is_middle(mark: usize) -> bool {
    (7..=10).contains(&mark)
}

fn joint_sigma(mark: usize) -> f64 {
    if is_middle(mark) { MIDDLE_SIGMA_M } else { JOINT_SIGMA_M }
}

/// Change of one point with the unknowns: blocks of 3 columns.
#[derive(Default)]
struct Row {
    blocks: Vec<(usize, DMat3)>,
}

impl Row {
    /// Adds a joint's movement, times `sign`.
    fn add(&mut self, mark: &Mark, axes: &[DMat3; FREE.len()], sign: f64) {
        for (free, lever) in &mark.levers {
            let turned = |axis: DVec3| axis.cross(*lever) * sign;
            let axes = &axes[*free];
            let block = DMat3::from_cols(turned(axes.x_axis), turned(axes.y_axis), turned(axes.z_axis));
            match self.blocks.iter_mut().find(|(known, _)| known == free) {
                Some((_, known)) => *known += block,
                None => self.blocks.push((*free, block)),
            }
        }
    }
}

/// Normal equations.
struct System {
    /// [UNKNOWNS, UNKNOWNS], lower half.
    matrix: Vec<f64>,
    gradient: [DVec3; BLOCKS],
}

impl System {
    fn new() -> Self {
        Self { matrix: vec![0.0; UNKNOWNS * UNKNOWNS], gradient: [DVec3::ZERO; BLOCKS] }
    }

    /// Adds a residual in metres. One far off counts less (Geman and McClure's weight).
    fn add(&mut self, row: &Row, residual: DVec3, sigma: f64) {
        let wildness = residual.length_squared() / (WILD_M * WILD_M);
        let weight = 1.0 / (sigma * sigma * (1.0 + wildness) * (1.0 + wildness));
        for (a, of_a) in &row.blocks {
            let weighed = of_a.transpose() * weight;
            self.gradient[*a] += weighed * residual;
            for (b, of_b) in row.blocks.iter().filter(|(b, _)| b <= a) {
                self.add_block(*a, *b, &(weighed * *of_b));
            }
        }
    }

    fn add_turn(&mut self, free: usize, away: DVec3) {
        let weight = 1.0 / (TURN_SIGMA * TURN_SIGMA);
        self.gradient[free] += away * weight;
        self.add_block(free, free, &DMat3::from_diagonal(DVec3::splat(weight)));
    }

    fn add_block(&mut self, a: usize, b: usize, block: &DMat3) {
        for row in 0..3 {
            let start = (3 * a + row) * UNKNOWNS + 3 * b;
            let values = [block.x_axis[row], block.y_axis[row], block.z_axis[row]];
            self.matrix[start..start + 3].iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
    }

    /// The step, if there is one: none without any trusted joint.
    fn solve(mut self) -> Option<[DVec3; BLOCKS]> {
        let mut step: Vec<f64> = self.gradient.iter().flat_map(|block| (-*block).to_array()).collect();
        if !cholesky::solve(&mut self.matrix, &mut step) {
            return None;
        }
        Some(std::array::from_fn(|block| DVec3::from_slice(&step[3 * block..])))
    }
}
