//! What is said about the place under the pointer.

use eframe::egui::{Popup, PopupAnchor, Pos2, Sense, Shape, Stroke, Tooltip, Ui, Vec2, pos2};

use super::cycles;
use super::lane::LaneCache;
use super::ruler::frame_time;
use super::{Stage, TimelineState};
use crate::data::{FrameIndex, FrameRange, PersonId};
use crate::motion::remap::frame_to_h36m;
use crate::session::Person;
use crate::ui::text;
use crate::ui::theme::size;

/// Time, frame and, over a lane, what is known there.
pub fn tooltip_ui(ui: &Ui, stage: &Stage<'_, '_>, state: &TimelineState) {
    let pointed = stage.pointer.drag_x.or(stage.pointer.hover_x).filter(|_| !Popup::is_any_open(ui.ctx()));
    let Some(x) = pointed else { return };
    let frame = stage.layout.scale.frame_at(x);
    let id = ui.scope_id().with("tooltip");
    let place = Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, PopupAnchor::Pointer);
    place.gap(size::PANEL_PADDING).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.horizontal(|ui| {
            ui.label(frame_time(frame, stage.active.fps));
            let number = stage.active.source.first_frame_number + frame.0 as i64;
            ui.colored_label(stage.theme.muted, text::timeline::frame(number));
        });
        if let Some(marker) = stage.active.marker_at(frame) {
            ui.label(&marker.name);
        }
        let Some(person) = stage.pointer.person.and_then(|id| stage.session.person(id)) else { return };
        ui.label(format!("{}: {}", person.name, words(stage, state, person, frame)));
        if let Some(repeated) = cycles::words(cycles::of_person(stage, person.id), frame, stage.active.fps) {
            ui.label(repeated);
        }
        label_ui(ui, stage, person.id, frame);
        for (part, confidence) in parts(stage, state, person.id, frame) {
            ui.label(text::timeline::part_confidence(&part, confidence));
        }
    });
}

/// Classes whose curves are shown.
const TOP_CLASSES: usize = 3;
/// How far before and after the pointer curves go.
const CURVE_SECS: f64 = 4.0;
const CURVES: Vec2 = Vec2::new(200.0, 44.0);

/// What the person does there, the scores of what is most like it, and how they came about.
fn label_ui(ui: &mut Ui, stage: &Stage<'_, '_>, person: PersonId, frame: FrameIndex) {
    let Some(labels) = stage.session.labels(stage.active.source.id) else { return };
    let Some(own) = labels.person(person) else { return };
    let Some(scores) = own.curves.at(frame) else { return };
    let mut classes: Vec<usize> = (0..scores.len()).collect();
    classes.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    classes.truncate(TOP_CLASSES);
    let (rect, _) = ui.allocate_exact_size(CURVES, Sense::hover());
    let reach = CURVE_SECS * stage.active.fps;
    let cut = stage.session.document().actions.cut(stage.session.labels_of());
    let y = |share: f32| rect.bottom() - share * rect.height();
    let painter = ui.painter().with_clip_rect(rect);
    let muted = Stroke::new(size::HAIRLINE, stage.theme.line);
    painter.hline(rect.x_range(), y(cut.threshold), muted);
    painter.vline(rect.center().x, rect.y_range(), muted);
    for class in classes.iter().rev() {
        let steps = (rect.width() / 2.0) as usize;
        let point = |step: usize| {
            let share = step as f32 / steps as f32;
            let at = frame.0 as f64 + reach * (2.0 * f64::from(share) - 1.0);
            let scores = (at >= 0.0).then(|| own.curves.at(FrameIndex(at as usize)))??;
            Some(pos2(rect.left() + share * rect.width(), y(*scores.get(*class)?)))
        };
        let points: Vec<Pos2> = (0..=steps).filter_map(point).collect();
        painter.add(Shape::line(points, Stroke::new(size::ICON_STROKE, stage.theme.class_line(*class))));
    }
    for class in classes {
        ui.horizontal(|ui| {
            let (dot, _) = ui.allocate_exact_size(Vec2::splat(size::SWATCH), Sense::hover());
            ui.painter().circle_filled(dot.center(), size::SWATCH * 0.4, stage.theme.class_line(class));
            ui.label(text::moves::score(labels.name(class), scores[class]));
        });
    }
}

fn words(stage: &Stage<'_, '_>, state: &TimelineState, person: &Person, frame: FrameIndex) -> String {
    let profile = state.lanes.get(&person.id).and_then(LaneCache::known_profile);
    let words = match profile.and_then(|profile| profile.stretch(FrameRange::of_len(frame.0, 1))) {
        Some(stretch) if stretch.seen > 0.0 => text::timeline::confidence(stretch.confidence),
        Some(_) => text::timeline::NOT_SEEN.to_owned(),
        None if profile.is_some() => text::timeline::NOT_IN_PICTURE.to_owned(),
        None => text::timeline::FROM_FILE.to_owned(),
    };
    let is_ready = stage.session.results.is_ready(stage.active.source.id, person.id, frame);
    let rest = if is_ready || profile.is_none() { "" } else { text::timeline::NOT_INFERRED };
    words + rest
}

/// Confidence of the row of heat under the pointer, and of the selected joint.
fn parts(
    stage: &Stage<'_, '_>,
    state: &TimelineState,
    person: PersonId,
    frame: FrameIndex,
) -> impl Iterator<Item = (String, f32)> {
    let group = stage.pointer.group.and_then(|group| {
        let profile = state.lanes.get(&person)?.known_heat(group)?;
        let stretch = profile.stretch(FrameRange::of_len(frame.0, 1)).filter(|stretch| stretch.seen > 0.0)?;
        Some((group.label().to_owned(), stretch.confidence))
    });
    let selected = stage.session.selection.selected.filter(|pick| pick.person == person);
    let joint = selected.and_then(|pick| {
        let track = stage.active.source.track(person)?;
        let joints = frame_to_h36m(track.skeleton, track.frame(frame)?);
        let confidence = joints[pick.as_joint()?.0].confidence / state.full_confidence;
        Some((pick.part_name()?, confidence.clamp(0.0, 1.0)))
    });
    group.into_iter().chain(joint)
}
