//! The shape of a person from the lengths of their bones.

use glam::DVec3;

use super::targets::{given, usual_distance};
use super::{BODY_SHAPES, Betas, BodyModel, H36M_JOINTS, Landmarks, Rig, WorldTrack, cholesky};

/// Shapes are not stretched further than this.
const MOST_BETA: f64 = 3.0;
/// Rounds of linearising the lengths.
const ROUNDS: usize = 4;

/// Distances between joints that say something about the shape, those of both sides together, and how far they are
/// usually off, metres. Those of the trunk also change with the pose and with where a skeleton puts its joints.
const SPANS: [(&[(usize, usize)], f64); 8] = [
    (&[(1, 2), (4, 5)], 0.006),
    (&[(2, 3), (5, 6)], 0.006),
    (&[(11, 12), (14, 15)], 0.006),
    (&[(12, 13), (15, 16)], 0.006),
    (&[(1, 4)], 0.007),
    (&[(11, 14)], 0.008),
    (&[(0, 8)], 0.01),
    (&[(8, 10)], 0.02),
];

/// The likeliest shape for the usual lengths of a clip's bones; the mean shape without any.
///
/// Least squares of the lengths and, so that what they leave open stays as it is, of the betas themselves.
pub(super) fn estimate(body: &BodyModel, landmarks: &Landmarks, world: &WorldTrack) -> Betas {
    let frames: Vec<_> = (0..world.range.len()).map(|offset| given(world, offset)).collect();
    let shapes = body.shape_directions.len().min(BODY_SHAPES);
    let at = |betas: &Betas| Rig::rest_marks_of(landmarks, &body.rest_joints(betas), betas);
    let mean = at(&[0.0; BODY_SHAPES]);
    let wanted = SPANS.map(|(pairs, _)| {
        let lengths = pairs.iter().filter_map(|(a, b)| usual_distance(&frames, *a, *b, mean[*a].distance(mean[*b])));
        let lengths: Vec<f64> = lengths.collect();
        (!lengths.is_empty()).then(|| lengths.iter().sum::<f64>() / lengths.len() as f64)
    });
    let priors: Vec<f64> = (0..shapes).map(|shape| prior(body, shape)).collect();
    // Places change by the same for every unit of a beta.
    let per_beta: Vec<[DVec3; H36M_JOINTS]> = (0..shapes)
        .map(|shape| {
            let mut one = [0.0; BODY_SHAPES];
            one[shape] = 1.0;
            let moved = at(&one);
            std::array::from_fn(|joint| moved[joint] - mean[joint])
        })
        .collect();
    let mut betas = [0.0_f64; BODY_SHAPES];
    for _ in 0..ROUNDS {
        let now: [DVec3; H36M_JOINTS] = std::array::from_fn(|joint| {
            mean[joint] + per_beta.iter().zip(betas).map(|(step, beta)| step[joint] * beta).sum::<DVec3>()
        });
        let spans = SPANS.iter().zip(wanted).filter_map(|((pairs, sigma), wanted)| {
            let share = 1.0 / pairs.len() as f64;
            let change = |shape: usize| {
                let along = |(a, b): &(usize, usize)| {
                    (now[*b] - now[*a]).normalize_or_zero().dot(per_beta[shape][*b] - per_beta[shape][*a])
                };
                pairs.iter().map(along).sum::<f64>() * share
            };
            let length = pairs.iter().map(|(a, b)| now[*a].distance(now[*b])).sum::<f64>() * share;
            let changes: Vec<f64> = (0..shapes).map(change).collect();
            // What the length would be at no shape at all, linearised here.
            let at_mean = length - changes.iter().zip(betas).map(|(change, beta)| change * beta).sum::<f64>();
            Some((changes, wanted? - at_mean, sigma.powi(-2)))
        });
        betas = bounded(&spans.collect::<Vec<_>>(), &priors);
    }
    betas.map(|beta| beta as f32)
}

/// Weight of a beta's square: 1 for a shape that moves the joints as much as the skin, as length does. Of one that
/// moves the skin only, as weight does, bones say nothing.
fn prior(body: &BodyModel, shape: usize) -> f64 {
    let mut one = [0.0; BODY_SHAPES];
    one[shape] = 1.0;
    let mean_square = |moved: &mut dyn ExactSizeIterator<Item = f32>| {
        let count = moved.len().max(1) as f64;
        moved.map(f64::from).sum::<f64>() / count
    };
    let rest = body.rest_joints(&[0.0; BODY_SHAPES]).into_iter().zip(body.rest_joints(&one));
    let joints = mean_square(&mut rest.map(|(mean, moved)| mean.distance_squared(moved)));
    let skin = mean_square(&mut body.shape_directions[shape].iter().map(|step| step.length_squared()));
    (skin / joints.max(1e-12)).max(1.0)
}

/// Minimises the weighted squares of `changes . betas - wanted` and of the betas within their bounds, by fixing
/// those that leave them one after the other, the furthest first.
fn bounded(spans: &[(Vec<f64>, f64, f64)], priors: &[f64]) -> [f64; BODY_SHAPES] {
    let shapes = priors.len();
    let mut betas = [0.0; BODY_SHAPES];
    let mut free: Vec<usize> = (0..shapes).collect();
    while !free.is_empty() {
        let n = free.len();
        let (mut matrix, mut solution) = (vec![0.0; n * n], vec![0.0; n]);
        for (row, a) in free.iter().enumerate() {
            matrix[row * n + row] = priors[*a];
            for (changes, wanted, weight) in spans {
                let fixed =
                    (0..shapes).filter(|shape| !free.contains(shape)).map(|shape| changes[shape] * betas[shape]);
                solution[row] += weight * changes[*a] * (wanted - fixed.sum::<f64>());
                for (column, b) in free.iter().enumerate() {
                    matrix[row * n + column] += weight * changes[*a] * changes[*b];
                }
            }
        }
        if !cholesky::solve(&mut matrix, &mut solution) {
            break;
        }
        free.iter().zip(&solution).for_each(|(shape, value)| betas[*shape] = value.clamp(-MOST_BETA, MOST_BETA));
        let furthest = (0..n).max_by(|a, b| solution[*a].abs().total_cmp(&solution[*b].abs()));
        match furthest.filter(|place| solution[*place].abs() > MOST_BETA) {
            Some(place) => drop(free.remove(place)),
            None => break,
        }
    }
    betas
}
