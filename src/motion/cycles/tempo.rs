//! Where a movement is alike to itself one period later, and what that period is.
//!
//! For every period, the rows without what is slower than it are compared with those one period later: the difference,
//! over the energy, averaged over three periods, or over ten where there are so many (the difference function of the YIN pitch estimator, de Cheveigné and
//! Kawahara 2002, per lag on band-passed rows). The path of the period through time is then the best one of a Viterbi
//! search whose states are the periods and "nothing is repeated".

use super::features::{Row, band, squared_distance, squared_length};

/// Periods of one repetition.
const PERIOD_SECS: (f64, f64) = (0.3, 6.0);
/// From one period to the next longer one.
const PERIOD_STEP: f64 = 1.05;
const HOP_SECS: f64 = 0.1;
/// Periods on either side of a place that are compared.
const REACH: f32 = 1.5;
/// As many again where a movement goes on for long: what noise hides in three periods is seen in ten, so that a likeness
/// over these counts for more, unless the near ones stir less than this share of them.
const LONG_REACH: f32 = 5.0;
const LONG_BONUS: f32 = 0.2;
const MIN_STIR_SHARE: f32 = 0.4;
/// Movements whose limbs together stir less, in lengths of trunk and leg, are no more than sway and noise.
const MIN_STIR: f32 = 0.05;
/// Likeness from which a place speaks for a repeated movement.
const MIN_LIKENESS: f32 = 0.35;
/// What a period of twice the length has to be more alike.
const OCTAVE_COST: f32 = 0.05;
/// What it costs to begin, as a share of the likeness over one period; and to go to the next period.
const BEGIN_COST: f32 = 0.1;
const CHANGE_COST: f32 = 0.1;

/// A stretch with a movement that is repeated, and its tempo.
#[derive(Debug)]
pub struct Bout {
    pub first: usize,
    hop: usize,
    /// In rows, one for every `hop` rows from `first` on.
    periods: Vec<usize>,
}

impl Bout {
    pub fn last(&self) -> usize {
        self.first + (self.periods.len() - 1) * self.hop
    }

    pub fn median_period(&self) -> usize {
        let mut sorted = self.periods.clone();
        sorted.sort_unstable();
        sorted[sorted.len() / 2]
    }

    /// The period at a row; before and after the bout that of its ends.
    pub fn period(&self, row: usize) -> f32 {
        let place = (row.saturating_sub(self.first)) as f32 / self.hop as f32;
        let last = self.periods.len() - 1;
        let at = |place: usize| self.periods[place.min(last)] as f32;
        let before = place.floor();
        at(before as usize) + (place - before) * (at(before as usize + 1) - at(before as usize))
    }
}

/// In the order of time, apart from each other.
pub fn bouts(rows: &[Row], fps: f64) -> Vec<Bout> {
    let periods = periods(rows.len(), fps);
    if periods.is_empty() {
        return Vec::new();
    }
    let hop = (HOP_SECS * fps).round().max(1.0) as usize;
    let path = best_path(&likeness(rows, &periods, hop), &periods, hop);
    let mut bouts: Vec<Bout> = Vec::new();
    let mut goes_on = false;
    for (step, state) in path.into_iter().enumerate() {
        match (state, bouts.last_mut().filter(|_| goes_on)) {
            (Some(state), Some(bout)) => bout.periods.push(periods[state]),
            (Some(state), None) => bouts.push(Bout { first: step * hop, hop, periods: vec![periods[state]] }),
            (None, _) => {}
        }
        goes_on = state.is_some();
    }
    bouts
}

/// Those that fit twice into `rows`, in rows.
fn periods(rows: usize, fps: f64) -> Vec<usize> {
    let mut periods = Vec::new();
    let mut next = (PERIOD_SECS.0 * fps).max(2.0);
    while next <= PERIOD_SECS.1 * fps && next.round() as usize * 2 <= rows {
        periods.push(next.round() as usize);
        next = (next * PERIOD_STEP).max(next.round() + 0.51);
    }
    periods
}

/// How alike rows are to those one period later around every `hop`th row: 1 for the very same, 0 for rows that have
/// nothing to do with each other, down to -1; with the bonus of a long movement up to 1.2. // [steps, periods]
fn likeness(rows: &[Row], periods: &[usize], hop: usize) -> Vec<f32> {
    let steps = rows.len().div_ceil(hop);
    let mut values = vec![-1.0; steps * periods.len()];
    for (place, period) in periods.iter().copied().enumerate() {
        let moving = band(rows, period);
        let later = moving.iter().zip(&moving[period..]);
        let differences = running_sum(later.map(|(now, later)| squared_distance(now, later)));
        let energy = running_sum(moving.iter().map(squared_length));
        // Energy and likeness around a row.
        let around = |row: usize, reach: f32| {
            let reach = (period as f32 * reach).round() as usize;
            let (start, end) = (row.saturating_sub(reach), (row + reach).min(rows.len()));
            let mean = |sums: &[f64], end: usize| ((sums[end] - sums[start]) / (end - start) as f64) as f32;
            (end - start >= 2 * period).then(|| {
                let energy = mean(&energy, end);
                (energy, 1.0 - mean(&differences, end - period) / (2.0 * energy).max(f32::MIN_POSITIVE))
            })
        };
        for step in 0..steps {
            let near = around(step * hop, REACH).filter(|(energy, _)| *energy >= MIN_STIR * MIN_STIR);
            let Some((energy, likeness)) = near else { continue };
            let far = around(step * hop, LONG_REACH).filter(|(far, _)| energy >= MIN_STIR_SHARE * far);
            values[step * periods.len() + place] = far.map_or(likeness, |(_, far)| likeness.max(far + LONG_BONUS));
        }
    }
    values
}

/// One longer than `values`: the sum of all before each.
fn running_sum(values: impl Iterator<Item = f32>) -> Vec<f64> {
    let mut sum = 0.0;
    let sums = values.map(|value| {
        sum += f64::from(value);
        sum
    });
    std::iter::once(0.0).chain(sums).collect()
}

/// The state of every step: the place of its period, or none where nothing is repeated.
fn best_path(likeness: &[f32], periods: &[usize], hop: usize) -> Vec<Option<usize>> {
    let count = periods.len();
    let idle = count;
    let begin: Vec<f32> = periods.iter().map(|period| BEGIN_COST * *period as f32 / hop as f32).collect();
    let bar = |place: usize| MIN_LIKENESS + OCTAVE_COST * (periods[place] as f32 / periods[0] as f32).log2();
    let bars: Vec<f32> = (0..count).map(bar).collect();
    let mut score: Vec<f32> = begin.iter().map(|cost| -cost).chain([0.0]).collect();
    // [steps, periods + 1], the state each came from
    let mut came_from: Vec<u8> = Vec::with_capacity(likeness.len() / count * (count + 1));
    for values in likeness.chunks_exact(count) {
        let mut next = Vec::with_capacity(count + 1);
        for place in 0..count {
            let beside = |other: usize| (score[other] - CHANGE_COST, other);
            let mut best = (score[place], place);
            let others = [place.checked_sub(1).map(beside), (place + 1 < count).then(|| beside(place + 1))];
            for other in others.into_iter().flatten().chain([(score[idle] - begin[place], idle)]) {
                if other.0 > best.0 {
                    best = other;
                }
            }
            next.push(best.0 + values[place] - bars[place]);
            came_from.push(best.1 as u8);
        }
        let busiest = (0..count).fold(idle, |best, place| if score[place] > score[best] { place } else { best });
        next.push(score[busiest]);
        came_from.push(busiest as u8);
        score = next;
    }
    let mut state = (0..=count).fold(idle, |best, place| if score[place] > score[best] { place } else { best });
    let mut path: Vec<Option<usize>> = came_from
        .chunks_exact(count + 1)
        .rev()
        .map(|from| {
            let here = (state != idle).then_some(state);
            state = usize::from(from[state]);
            here
        })
        .collect();
    path.reverse();
    path
}
