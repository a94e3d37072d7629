//! What the plots show: curves of people, one chart per unit. Owns all of it, so that it can be drawn or written
//! anywhere.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui::Color32;

use crate::data::{FrameRange, JointIndex, PersonId, Side};
use crate::session::reading::{Dimension, LengthUnit, Quantity, Reading, Series};
use crate::session::{Marker, Motion, Pick, Session, SourceId};
use crate::ui::theme::Theme;

/// What is plotted, of whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CurveKey {
    pub person: PersonId,
    pub quantity: Quantity,
}

#[derive(Clone, Debug)]
pub struct Curve {
    pub key: CurveKey,
    /// "Left knee flexion"
    pub label: String,
    pub person_name: String,
    /// Place in the list of person colours.
    person_colour: usize,
    /// Place among the quantities of one person in this chart; left and right share one.
    shade: usize,
    /// None while it is worked out.
    pub series: Option<Arc<Series>>,
    pub is_hidden: bool,
}

/// Curves of one unit.
#[derive(Clone, Debug)]
pub struct Chart {
    pub dimension: Dimension,
    /// Empty for plain numbers.
    pub unit: &'static str,
    pub curves: Vec<Curve>,
}

#[derive(Clone, Debug)]
pub struct Figure {
    pub title: String,
    pub charts: Vec<Chart>,
    pub fps: f64,
    pub first_frame_number: i64,
    pub frame_count: usize,
    /// In and out point.
    pub trim: Option<FrameRange>,
    pub markers: Arc<[Marker]>,
    /// More than one person is in it.
    pub names_people: bool,
}

/// How far the curves of further quantities are from the colour of their person, towards the text's.
const SHADES: [f32; 4] = [0.0, 0.45, 0.7, 0.25];

impl Curve {
    pub fn colour(&self, theme: &Theme) -> Color32 {
        let base = theme.person_line(self.person_colour);
        base.lerp_to_gamma(theme.text, SHADES[self.shade % SHADES.len()])
    }

    /// The right side is dashed.
    pub fn is_dashed(&self) -> bool {
        self.key.quantity.side() == Side::Right
    }

    pub fn pick(&self) -> Pick {
        Pick::joint(self.key.person, self.key.quantity.joint())
    }

    /// With the person's name: "Person 1: Left knee flexion".
    pub fn full_name(&self) -> String {
        format!("{}: {}", self.person_name, self.label)
    }

    /// Whether it shows what is picked.
    pub fn is_meant(&self, pick: Pick) -> bool {
        let JointIndex(joint) = self.key.quantity.joint();
        let is_there = match (pick.as_joint(), pick.as_bone()) {
            (Some(picked), _) => picked.0 == joint,
            (_, Some((_, end))) => end == joint,
            _ => false,
        };
        pick.person == self.key.person && is_there
    }
}

impl Chart {
    /// "Angles (°)"
    pub fn caption(&self) -> String {
        if self.unit.is_empty() {
            self.dimension.label().to_owned()
        } else {
            format!("{} ({})", self.dimension.label(), self.unit)
        }
    }

    pub fn shown(&self) -> impl Iterator<Item = &Curve> {
        self.curves.iter().filter(|curve| !curve.is_hidden)
    }
}

impl Figure {
    /// Curves that are shown and worked out, in the order of the charts, with their unit.
    pub fn shown(&self) -> impl Iterator<Item = (&Curve, &'static str)> {
        self.charts.iter().flat_map(|chart| chart.shown().map(|curve| (curve, chart.unit)))
    }

    /// All frames, or those from in to out point.
    pub fn frames(&self, is_whole: bool) -> FrameRange {
        let all = FrameRange::new(0, self.frame_count);
        self.trim.filter(|_| !is_whole).unwrap_or(all)
    }
}

/// Curves that were worked out already.
#[derive(Default)]
pub struct SeriesCache {
    known: HashMap<CurveKey, Known>,
}

struct Known {
    source: SourceId,
    unit: LengthUnit,
    fps: f64,
    /// What it was read from; it is shown on while a newer one is worked out.
    motion: Option<Arc<Motion>>,
    series: Arc<Series>,
}

impl SeriesCache {
    /// The curve over time; an older one, or none, if there is no time to work it out.
    fn get(&mut self, session: &Session, reading: &Reading<'_>, key: CurveKey, is_late: bool) -> Option<Arc<Series>> {
        let state = session.active()?;
        let (source, unit, fps) = (state.source.id, reading.unit(), state.fps);
        let motion = session.active_motion();
        let is_same = |known: &Known| (known.source, known.unit, known.fps) == (source, unit, fps);
        let known = self.known.get(&key).filter(|known| is_same(known));
        let is_fresh = known.is_some_and(|known| match (&known.motion, motion) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new) || old.has_joints_of(new),
            (old, new) => old.is_none() && new.is_none(),
        });
        if is_fresh || is_late {
            return known.map(|known| known.series.clone());
        }
        let series = Arc::new(reading.series(key.quantity));
        let known = Known { source, unit, fps, motion: motion.cloned(), series: series.clone() };
        self.known.insert(key, known);
        Some(series)
    }
}

/// What a figure is made of besides the session.
pub struct FigureChoice<'a> {
    pub quantities: &'a [Quantity],
    /// People who are shown in the views but not here.
    pub left_out: &'a HashSet<(SourceId, PersonId)>,
    pub hidden: &'a HashSet<CurveKey>,
}

/// The chosen quantities of everybody who is shown. Works out curves for about as long as `patience`; true if some
/// are still missing or out of date.
pub fn figure(
    session: &Session,
    choice: &FigureChoice<'_>,
    cache: &mut SeriesCache,
    patience: Duration,
) -> (Figure, bool) {
    let mut figure = Figure {
        title: String::new(),
        charts: Vec::new(),
        fps: 1.0,
        first_frame_number: 0,
        frame_count: 0,
        trim: None,
        markers: Arc::new([]),
        names_people: false,
    };
    let Some(active) = session.active() else { return (figure, false) };
    let source = &active.source;
    figure.title.clone_from(&source.name);
    (figure.fps, figure.first_frame_number, figure.frame_count) =
        (active.fps, source.first_frame_number, source.frame_count);
    (figure.trim, figure.markers) = (active.trim, active.markers.clone());
    let people: Vec<_> =
        session.visible_people().filter(|person| !choice.left_out.contains(&(source.id, person.id))).collect();
    figure.names_people = people.len() > 1;
    let mut quantities = choice.quantities.to_vec();
    quantities.sort_by_key(|quantity| quantity.dimension());

    let deadline = Instant::now() + patience;
    let mut is_unfinished = false;
    for person in &people {
        let Some(reading) = session.reading(person.id) else { continue };
        for quantity in &quantities {
            let key = CurveKey { person: person.id, quantity: *quantity };
            let is_late = Instant::now() >= deadline;
            let series = cache.get(session, &reading, key, is_late);
            is_unfinished |= is_late;
            let unit = quantity.unit(reading.unit());
            let place = figure.charts.iter().position(|chart| chart.unit == unit);
            let place = place.unwrap_or_else(|| {
                figure.charts.push(Chart { dimension: quantity.dimension(), unit, curves: Vec::new() });
                figure.charts.len() - 1
            });
            let curves = &mut figure.charts[place].curves;
            let same = |curve: &&Curve| curve.key.person == person.id;
            let pair = curves.iter().filter(same).find(|curve| curve.key.quantity == quantity.mirror());
            let shade = pair.map_or_else(
                || curves.iter().filter(same).map(|curve| curve.shade + 1).max().unwrap_or(0),
                |pair| pair.shade,
            );
            curves.push(Curve {
                key,
                label: quantity.label(),
                person_name: person.name.clone(),
                person_colour: person.colour,
                shade,
                series,
                is_hidden: choice.hidden.contains(&key),
            });
        }
    }
    cache.known.retain(|key, _| quantities.contains(&key.quantity));
    (figure, is_unfinished)
}
