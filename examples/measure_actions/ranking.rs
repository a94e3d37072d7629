//! Figures from similarities of takes.

use motionbert::support::rng::SplitMix64;

/// Draws of one example for each label.
const TRIALS: u64 = 100;

/// How well similarities tell labels apart.
#[derive(Clone, Copy, Default)]
pub struct Quality {
    /// Share of takes that have the label of the most similar of one example for each label; mean over the labels.
    pub one_shot: f64,
    /// Mean average precision of all takes by their similarity to one; mean over the labels.
    pub mean_average_precision: f64,
}

/// `similarity[i][j]` is how well take `j` holds what take `i` shows; `labels` are those of the takes.
pub fn quality(similarity: &[Vec<f32>], labels: &[usize]) -> Quality {
    Quality {
        one_shot: one_shot(similarity, labels),
        mean_average_precision: mean_average_precision(similarity, labels),
    }
}

fn members(labels: &[usize]) -> Vec<Vec<usize>> {
    let classes = labels.iter().max().map_or(0, |most| most + 1);
    (0..classes).map(|class| (0..labels.len()).filter(|take| labels[*take] == class).collect()).collect()
}

fn one_shot(similarity: &[Vec<f32>], labels: &[usize]) -> f64 {
    let members = members(labels);
    let mut sum = 0.0;
    for trial in 0..TRIALS {
        let mut numbers = SplitMix64(trial);
        let examples: Vec<usize> =
            members.iter().map(|takes| takes[(numbers.next_f64() * takes.len() as f64) as usize]).collect();
        let mut right = vec![(0.0, 0.0); members.len()];
        for take in (0..labels.len()).filter(|take| !examples.contains(take)) {
            let best = (0..examples.len())
                .max_by(|a, b| similarity[examples[*a]][take].total_cmp(&similarity[examples[*b]][take]));
            let (hits, takes) = &mut right[labels[take]];
            *hits += f64::from(u8::from(best == Some(labels[take])));
            *takes += 1.0;
        }
        sum += right.iter().map(|(hits, takes)| hits / takes).sum::<f64>() / right.len() as f64;
    }
    sum / TRIALS as f64
}

fn mean_average_precision(similarity: &[Vec<f32>], labels: &[usize]) -> f64 {
    let members = members(labels);
    let of_query = |query: usize| {
        let mut others: Vec<usize> = (0..labels.len()).filter(|take| *take != query).collect();
        others.sort_by(|a, b| similarity[query][*b].total_cmp(&similarity[query][*a]));
        let mut hits = 0.0;
        let mut sum = 0.0;
        for (rank, take) in others.into_iter().enumerate() {
            if labels[take] == labels[query] {
                hits += 1.0;
                sum += hits / (rank + 1) as f64;
            }
        }
        sum / f64::max(hits, 1.0)
    };
    let of_label = |takes: &Vec<usize>| takes.iter().map(|take| of_query(*take)).sum::<f64>() / takes.len() as f64;
    members.iter().map(of_label).sum::<f64>() / members.len().max(1) as f64
}

/// Mean and spread over draws.
pub fn mean_and_spread(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
    (mean, variance.sqrt())
}
