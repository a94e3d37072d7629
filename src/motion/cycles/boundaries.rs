//! Where repetitions begin: at a turning point of the movement, or between two, whichever gives the most whole ones; found
//! again and again from a place within the bout.

use super::features::{Row, WIDTH, band, squared_distance, squared_length};
use super::tempo::Bout;

/// A repetition is this much of the period before.
const SHORTEST: f32 = 0.65;
const LONGEST: f32 = 1.5;
/// One that goes up to the end of what can be looked at is cut off if it is less.
const WHOLE: f32 = 0.95;
/// What a repetition costs that is longer or shorter than its period, by the squared logarithm of the ratio.
const TEMPO_COST: f32 = 3.0;
/// Cost at which no further repetition is found; 1 is a pose that has nothing to do with the one at the boundaries.
const MAX_COST: f32 = 0.9;
/// Rows around a boundary by which it is found, as a share of the period on either side, and how many are looked at.
const TEMPLATE_REACH: f32 = 0.25;
const TEMPLATE_ROWS: i32 = 8;
/// Times that boundaries are found, each with the mean pose around those of the time before.
const ROUNDS: usize = 3;
/// How far a bout reaches beyond the rows that have a period, in periods.
const MARGIN: f32 = 0.75;
/// A repetition at an end that is less alike to those between than this share of how alike these are is none.
const MIN_SHARE: f32 = 0.8;
const MAX_TRIMS: usize = 16;
/// Repetitions have to be more alike the fewer they are: `BASE + FEW / count`, up to what two need.
const STRENGTH_BASE: f32 = 0.2;
const STRENGTH_FEW: f32 = 1.3;
const STRENGTH_OF_TWO: f32 = 0.8;
/// Poses of a repetition that are compared.
const PHASES: usize = 32;
const POWER_STEPS: usize = 64;

pub struct Repeated {
    /// Rows at which repetitions begin and the last ends.
    pub boundaries: Vec<usize>,
    /// How alike they are, 0 to 1.
    pub strength: f32,
}

impl Repeated {
    fn count(&self) -> usize {
        self.boundaries.len() - 1
    }
}

/// None where what is found is not alike enough. Nothing begins before `earliest`.
pub fn of(rows: &[Row], bout: &Bout, earliest: usize) -> Option<Repeated> {
    let period = bout.median_period();
    let beyond = |row: usize| (bout.period(row) * MARGIN) as usize;
    let start = bout.first.saturating_sub(beyond(bout.first)).max(earliest);
    let end = (bout.last() + beyond(bout.last())).min(rows.len());
    if start >= end {
        return None;
    }
    let from = start.saturating_sub(period);
    let moving = band(rows.get(from..(end + period).min(rows.len()))?, period);
    let stretch = Stretch { moving: &moving, bout, from, start: start - from, end: end - from };
    let turns = stretch.turning_points(period)?;
    let between = turns.map(|turn| turn + period / 4);
    let best_of = |anchors: [usize; 2]| {
        let found = anchors.into_iter().filter_map(|anchor| stretch.repeated(anchor, period));
        found.max_by(|a, b| a.count().cmp(&b.count()).then_with(|| a.strength.total_cmp(&b.strength)))
    };
    let best = match (best_of(turns), best_of(between)) {
        (Some(turns), Some(between)) if between.count() <= turns.count() => turns,
        (turns, between) => between.or(turns)?,
    };
    let is_alike = best.strength >= (STRENGTH_BASE + STRENGTH_FEW / best.count() as f32).min(STRENGTH_OF_TWO);
    let boundaries = best.boundaries.into_iter().map(|row| row + from).collect();
    is_alike.then_some(Repeated { boundaries, strength: best.strength })
}

/// The rows around a bout; all places are counted from `from`.
struct Stretch<'a> {
    moving: &'a [Row],
    bout: &'a Bout,
    from: usize,
    start: usize,
    end: usize,
}

impl Stretch<'_> {
    fn period(&self, row: usize) -> f32 {
        self.bout.period(row + self.from)
    }

    /// The rows that surely belong to the movement, at least a period of them.
    fn core(&self, period: usize) -> (usize, usize) {
        let (first, last) = (self.bout.first.saturating_sub(self.from), self.bout.last().saturating_sub(self.from));
        let beyond = if last.saturating_sub(first) > period { 0 } else { period / 2 };
        (first.saturating_sub(beyond), (last + beyond + 1).min(self.moving.len()))
    }

    /// The two places in the middle period at which the movement turns along its main direction.
    fn turning_points(&self, period: usize) -> Option<[usize; 2]> {
        let (first, end) = self.core(period);
        let main = main_direction(self.moving.get(first..end)?);
        let middle = usize::midpoint(first, end);
        let around = middle.saturating_sub(period / 2).max(first)..(middle + period / 2 + 1).min(end);
        let along = |row: &usize| self.moving[*row].iter().zip(&main).map(|(a, b)| a * b).sum::<f32>();
        let by_place = |a: &usize, b: &usize| along(a).total_cmp(&along(b));
        Some([around.clone().max_by(by_place)?, around.min_by(by_place)?])
    }

    fn repeated(&self, anchor: usize, period: usize) -> Option<Repeated> {
        let (first, end) = self.core(period);
        let energy = self.moving[first..end].iter().map(squared_length).sum::<f32>() / (end - first) as f32;
        let reach = (period as f32 * TEMPLATE_REACH).round().max(1.0) as i32;
        let anchor = anchor.clamp(reach as usize, self.moving.len().checked_sub(reach as usize + 1)?);
        let mut boundaries = vec![anchor];
        for _ in 0..ROUNDS {
            let template = Template::new(self.moving, &boundaries, reach)?;
            boundaries = self.chain(&template, anchor, energy);
        }
        let strength = self.without_odd_ends(&mut boundaries)?;
        Some(Repeated { boundaries, strength })
    }

    /// Boundaries on both sides of `anchor`.
    fn chain(&self, template: &Template, anchor: usize, energy: f32) -> Vec<usize> {
        let mut boundaries = vec![anchor];
        let mut here = anchor;
        while let Some(next) = self.next(template, here, energy, |here, by| Some(here + by)) {
            boundaries.push(next);
            here = next;
        }
        here = anchor;
        while let Some(next) = self.next(template, here, energy, usize::checked_sub) {
            boundaries.push(next);
            here = next;
        }
        boundaries.sort_unstable();
        boundaries
    }

    fn next(
        &self,
        template: &Template,
        here: usize,
        energy: f32,
        step: impl Fn(usize, usize) -> Option<usize>,
    ) -> Option<usize> {
        let period = self.period(here);
        let shortest = ((period * SHORTEST).ceil() as usize).max(1);
        let longest = (period * LONGEST) as usize;
        let place = |by: usize| step(here, by).filter(|there| (self.start..self.end).contains(there));
        let last = (shortest..=longest).rev().find(|by| place(*by).is_some())?;
        let candidates = (shortest..=last).filter_map(|by| {
            let haste = (by as f32 / period).ln();
            let cost = template.distance(self.moving, place(by)?)? / (2.0 * energy) + TEMPO_COST * haste * haste;
            Some((by, cost))
        });
        let (by, cost) = candidates.min_by(|a, b| a.1.total_cmp(&b.1))?;
        let is_cut_off = by == last && last < longest && (by as f32) < period * WHOLE;
        (cost < MAX_COST && !is_cut_off).then(|| place(by))?
    }

    /// Takes away repetitions at the ends that are not like those between; how alike all that are left are. None if
    /// fewer than two are left, or too many would go.
    fn without_odd_ends(&self, boundaries: &mut Vec<usize>) -> Option<f32> {
        for _ in 0..MAX_TRIMS {
            let count = boundaries.len() - 1;
            if count < 3 {
                break;
            }
            let between = &boundaries[1..count];
            let mean = self.mean_cycle(between);
            let [first, last] = [0, count - 1].map(|place| self.likeness(&mean, &boundaries[place..place + 2], false));
            let likeness = self.mean_likeness(&mean, between).unwrap_or(first.max(last));
            if first < MIN_SHARE * likeness && first <= last {
                boundaries.remove(0);
            } else if last < MIN_SHARE * likeness {
                boundaries.pop();
            } else {
                break;
            }
        }
        self.mean_likeness(&self.mean_cycle(boundaries), boundaries)
    }

    fn mean_cycle(&self, boundaries: &[usize]) -> MeanCycle {
        let mut poses = [[0.0; WIDTH]; PHASES];
        let count = boundaries.len() - 1;
        for ends in boundaries.windows(2) {
            for (phase, mean) in poses.iter_mut().enumerate() {
                mean.iter_mut().zip(self.pose(ends, phase)).for_each(|(mean, value)| *mean += value / count as f32);
            }
        }
        let mut centre = [0.0; WIDTH];
        for pose in &poses {
            centre.iter_mut().zip(pose).for_each(|(centre, value)| *centre += value / PHASES as f32);
        }
        let movement = poses.iter().map(|pose| squared_distance(pose, &centre)).sum();
        MeanCycle { poses, count, movement }
    }

    /// Of the repetitions that `mean` is of; none of a single one.
    fn mean_likeness(&self, mean: &MeanCycle, boundaries: &[usize]) -> Option<f32> {
        let sum: f32 = boundaries.windows(2).map(|ends| self.likeness(mean, ends, true)).sum();
        (mean.count >= 2).then(|| sum / mean.count as f32)
    }

    /// Share of a repetition's movement that it has in common with the mean of some, which it may be in.
    fn likeness(&self, mean: &MeanCycle, ends: &[usize], is_in_mean: bool) -> f32 {
        let distances =
            mean.poses.iter().enumerate().map(|(phase, mean)| squared_distance(mean, &self.pose(ends, phase)));
        // A mean of few is drawn to those that are in it, and far from the others by chance.
        let count = mean.count as f32;
        let unbiased = if is_in_mean { count / (count - 1.0) } else { count / (count + 1.0) };
        mean.movement / (mean.movement + unbiased * distances.sum::<f32>()).max(f32::MIN_POSITIVE)
    }

    /// At one of [`PHASES`] of the repetition between two boundaries.
    fn pose(&self, ends: &[usize], phase: usize) -> Row {
        let at = ends[0] as f32 + (ends[1] - ends[0]) as f32 * phase as f32 / PHASES as f32;
        let (row, share) = (at as usize, at.fract());
        let (before, after) = (&self.moving[row], &self.moving[(row + 1).min(self.moving.len() - 1)]);
        std::array::from_fn(|i| before[i] + share * (after[i] - before[i]))
    }
}

/// The mean of repetitions, phase by phase.
struct MeanCycle {
    poses: [Row; PHASES],
    /// How many it is of.
    count: usize,
    /// Sum of the squared distances from its centre.
    movement: f32,
}

/// The movement around a boundary.
struct Template {
    /// Rows from the boundary, and what is there.
    rows: Vec<(i32, Row)>,
}

impl Template {
    /// The mean around `boundaries`, of those that have all the rows. None if none has.
    fn new(moving: &[Row], boundaries: &[usize], reach: i32) -> Option<Self> {
        let reach_rows = reach as usize;
        let whole = boundaries.iter().filter(|row| **row >= reach_rows && **row + reach_rows < moving.len());
        let whole: Vec<usize> = whole.copied().collect();
        if whole.is_empty() {
            return None;
        }
        let mean_at = |offset: i32| {
            let mut mean = [0.0; WIDTH];
            for row in whole.iter().filter_map(|row| moving.get(row.checked_add_signed(offset as isize)?)) {
                mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / whole.len() as f32);
            }
            (offset, mean)
        };
        let steps = TEMPLATE_ROWS.min(reach);
        Some(Self { rows: (-steps..=steps).map(|step| mean_at(step * reach / steps)).collect() })
    }

    /// Mean squared distance at a place; none where less than half of the rows are known.
    fn distance(&self, moving: &[Row], place: usize) -> Option<f32> {
        let known = |(offset, row): &(i32, Row)| {
            Some(squared_distance(moving.get(place.checked_add_signed(*offset as isize)?)?, row))
        };
        let (sum, count) =
            self.rows.iter().filter_map(known).fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
        (2 * count > self.rows.len()).then(|| sum / count as f32)
    }
}

/// The direction in which rows differ most: the first principal component, by power iteration.
fn main_direction(rows: &[Row]) -> Row {
    let mut products = [[0.0; WIDTH]; WIDTH];
    for row in rows {
        for (line, value) in products.iter_mut().zip(row) {
            line.iter_mut().zip(row).for_each(|(sum, other)| *sum += value * other);
        }
    }
    let strongest = (0..WIDTH).max_by(|a, b| products[*a][*a].total_cmp(&products[*b][*b])).unwrap_or(0);
    let mut direction = products[strongest];
    for _ in 0..POWER_STEPS {
        let length = squared_length(&direction).sqrt().max(f32::MIN_POSITIVE);
        direction = direction.map(|value| value / length);
        direction = products.map(|line| line.iter().zip(&direction).map(|(a, b)| a * b).sum());
    }
    direction
}
