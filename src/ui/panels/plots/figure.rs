//! What the plots show: curves of people, one chart per unit. Owns all of it, so that it can be drawn or written
//! anywhere.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use eframe::egui::Color32;

use crate::data::{FrameRange, JointIndex, PersonId, Side};
use crate::session::reading::{CurveKey, CurveRequest, Dimension, Quantity, Series, WorkedOut};
use crate::session::{Marker, Motion, Pick, Session, SourceId};
use crate::ui::theme::Theme;

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

    /// Takes in curves that were missing or out of date.
    pub fn fill(&mut self, found: &[WorkedOut]) {
        for curve in self.charts.iter_mut().flat_map(|chart| &mut chart.curves) {
            if let Some(found) = found.iter().find(|found| found.key == curve.key) {
                curve.series = Some(found.series.clone());
            }
        }
    }
}

/// Curves that were worked out already.
#[derive(Default)]
pub struct SeriesCache {
    known: HashMap<CurveKey, Known>,
}

struct Known {
    source: SourceId,
    unit: &'static str,
    fps: f64,
    /// What it was read from; it is shown on while a newer one is worked out.
    motion: Option<Arc<Motion>>,
    series: Arc<Series>,
}

impl SeriesCache {
    /// The newest curve there is, and whether it is up to date.
    fn get(&self, session: &Session, key: CurveKey, unit: &'static str) -> (Option<Arc<Series>>, bool) {
        let Some(state) = session.active() else { return (None, true) };
        let is_of = |known: &&Known| (known.source, known.unit) == (state.source.id, unit);
        let Some(known) = self.known.get(&key).filter(is_of) else { return (None, false) };
        let is_read_from_this = match (&known.motion, session.active_motion()) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new) || old.has_joints_of(new),
            (old, new) => old.is_none() && new.is_none(),
        };
        (Some(known.series.clone()), is_read_from_this && known.fps == state.fps)
    }

    pub fn take(&mut self, request: &CurveRequest, curves: &[WorkedOut]) {
        for WorkedOut { key, unit, series } in curves.iter().cloned() {
            let motion = request.motion.clone();
            self.known.insert(key, Known { source: request.source.id, unit, fps: request.fps, motion, series });
        }
    }
}

/// What a figure is made of besides the session.
pub struct FigureChoice<'a> {
    pub quantities: &'a [Quantity],
    /// People who are shown in the views but not here.
    pub left_out: &'a HashSet<(SourceId, PersonId)>,
    pub hidden: &'a HashSet<CurveKey>,
}

/// The chosen quantities of everybody who is shown, with the curves that there are. Names those that are missing or out
/// of date, unless there are none.
pub fn figure(session: &Session, choice: &FigureChoice<'_>, cache: &mut SeriesCache) -> (Figure, Option<CurveRequest>) {
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
    let Some(active) = session.active() else { return (figure, None) };
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

    let mut missing = Vec::new();
    for person in &people {
        let Some(reading) = session.reading(person.id) else { continue };
        for quantity in &quantities {
            let key = CurveKey { person: person.id, quantity: *quantity };
            let unit = quantity.unit(reading.unit());
            let (series, is_fresh) = cache.get(session, key, unit);
            if !is_fresh {
                missing.push(key);
            }
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
    let request = (!missing.is_empty()).then(|| session.curve_request(missing)).flatten();
    (figure, request)
}
