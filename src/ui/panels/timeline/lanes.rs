//! One lane per person: the name, the bar, and on demand confidence by part of the body.

use eframe::egui::scroll_area::ScrollSource;
use eframe::egui::text::{LayoutJob, TextWrapping};
use eframe::egui::{
    PointerButton, Rangef, Rect, Response, Role, ScrollArea, Sense, Stroke, TextStyle, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use super::cycles::{self, paint_repetitions};
use super::heat::{self, heat_ui};
use super::lane::{LaneLook, paint_lane};
use super::ruler::{context_menu, paint_focus};
use super::segments::{paint_grounds, paint_marks, segments_ui};
use super::{Stage, TimelineState};
use crate::data::{FrameRange, PersonId, Repetitions};
use crate::session::{Person, PersonResult, Pick, Stretch};
use crate::ui::command::UiCommand;
use crate::ui::inspect;
use crate::ui::text;
use crate::ui::theme::{Theme, size};

pub fn lanes_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut TimelineState) {
    let area = stage.layout.lanes;
    // Over the names the wheel scrolls through people; over the axis it zooms.
    let gutter = area.with_max_x(stage.layout.axis().left());
    let is_over_names = ui.rect_contains_pointer(gutter);
    let source = ScrollSource { mouse_wheel: is_over_names, ..ScrollSource::SCROLL_BAR };
    let hot = hot_person(stage);
    let selected = stage.session.selection.person().map(|id| (id, hot == Some(id)));
    let reveals = selected.filter(|_| selected != state.revealed);
    state.revealed = selected;

    let people = &stage.active.people;
    let extra = if hot.is_some() { heat::HEIGHT } else { 0.0 };
    let mut lanes = ui.new_child(UiBuilder::new().max_rect(area));
    lanes.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("lanes").auto_shrink(false).scroll_source(source).show_viewport(
        &mut lanes,
        |ui, viewport| {
            ui.set_height(size::LANE * people.len() as f32 + extra);
            let top = ui.max_rect().top();
            let mut y = 0.0;
            for person in people.iter() {
                let height = size::LANE + if hot == Some(person.id) { heat::HEIGHT } else { 0.0 };
                let row = Rect::from_x_y_ranges(area.x_range(), Rangef::new(top + y, top + y + height));
                if reveals.is_some_and(|(id, _)| id == person.id) {
                    ui.scroll_to_rect(row, None);
                }
                if y + height > viewport.top() && y < viewport.bottom() {
                    lane_ui(ui, stage, state, person, row);
                }
                y += height;
            }
        },
    );
}

/// Whose lane shows parts of the body: the selected person's, else the first one's on screen.
fn hot_person(stage: &Stage<'_, '_>) -> Option<PersonId> {
    let subject = inspect::subject(stage.session).filter(|_| stage.session.settings.show_confidence_heat)?;
    stage.active.source.track(subject.id).map(|track| track.person)
}

/// `row` is as high as the lane with what is below it.
fn lane_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, state: &mut TimelineState, person: &Person, row: Rect) {
    let (session, theme) = (stage.session, stage.theme);
    let source = &stage.active.source;
    let is_selected = session.selection.person() == Some(person.id);
    let axis = row.with_min_x(stage.layout.axis().left());
    let bar_y = Rangef::new(row.top(), row.top() + size::LANE);
    if is_selected {
        ui.painter().rect_filled(row, 0.0, theme.raised);
    }
    ui.painter().hline(row.x_range(), row.bottom(), Stroke::new(size::HAIRLINE, theme.line.gamma_multiply(0.6)));
    name_ui(ui, stage, Rect::from_x_y_ranges(Rangef::new(row.left(), axis.left()), bar_y), person, is_selected);

    let response = ui.interact(axis, ui.scope_id().with(("lane", person.id)), Sense::CLICK | Sense::DRAG);
    let track = source.track(person.id);
    let full_confidence = state.full_confidence;
    let cache = state.lanes.entry(person.id).or_default();
    let confidence = track.map(|track| cache.profile(track, full_confidence)).and_then(|p| p.stretch(p.range()));
    let repetitions = cycles::of_person(stage, person.id);
    response.widget_info(|| {
        let mean = confidence.map(|stretch| (stretch.confidence, 100.0 * stretch.seen));
        let repeated = text::cycles::in_lane(repetitions.iter().map(Repetitions::count));
        WidgetInfo::labeled(Role::Image, true, text::timeline::lane(&person.name, mean) + &repeated)
    });
    if !mark_ui(ui, stage, state, &response, person.id) {
        stage.pointer.watch(&response);
    }
    if response.contains_pointer() {
        stage.pointer.person = Some(person.id);
    }
    pick(stage, &response, person.id);

    let result = session.results.person(source.id, person.id);
    let look = LaneLook {
        colour: Theme::person(person.colour),
        is_hidden: !person.is_visible,
        range: track.map(|track| track.range).or_else(|| result?.complete().map(|pose| pose.range)).unwrap_or_default(),
        ready: result.map(PersonResult::ready).unwrap_or_default(),
        is_running: result.is_some_and(PersonResult::is_running),
    };
    let painter = ui.painter().with_clip_rect(stage.layout.axis().intersect(ui.clip_rect()));
    let bar = Rect::from_x_y_ranges(axis.x_range(), bar_y);
    let labels = session.labels(source.id).and_then(|labels| labels.person(person.id));
    let cache = state.lanes.entry(person.id).or_default();
    let scale = stage.layout.scale;
    paint_lane(&painter, bar, &scale, &look, cache, theme, |painter, bar| {
        if let Some(labels) = labels {
            paint_grounds(painter, bar, labels, &scale, theme);
        }
    });
    paint_repetitions(ui, &painter, bar, &scale, repetitions, look.colour);
    let inner = bar.shrink2(vec2(0.0, (size::LANE - size::SEGMENT) * 0.5));
    // Names are read over marks.
    paint_marks(&painter, stage, person, inner);
    segments_ui(ui, stage, person, inner);
    if let Some(track) = track.filter(|_| row.height() > size::LANE) {
        let cache = state.lanes.entry(person.id).or_default();
        heat_ui(ui, stage, person, track, bar_y.max, cache, full_confidence);
    }
    context_menu(&response, stage, state);
}

/// Dragging with Shift marks a stretch of the person. True while it does.
fn mark_ui(
    ui: &Ui,
    stage: &mut Stage<'_, '_>,
    state: &mut TimelineState,
    response: &Response,
    person: PersonId,
) -> bool {
    let is_down = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    let at = response.interact_pointer_pos().map(|at| stage.layout.scale.frame_at(at.x));
    if !is_down {
        state.marking.take_if(|(whose, _)| *whose == person);
        return false;
    }
    if response.is_pointer_button_down_on()
        && ui.input(|input| input.pointer.primary_pressed() && input.modifiers.shift)
    {
        state.marking = at.map(|frame| (person, frame));
    }
    let Some((_, from)) = state.marking.filter(|(whose, _)| *whose == person) else { return false };
    if response.dragged_by(PointerButton::Primary)
        && let Some(to) = at.filter(|to| *to != from)
    {
        let range = FrameRange::new(from.0.min(to.0), from.0.max(to.0) + 1);
        stage.ask.push(UiCommand::Mark(Some(Stretch { source: stage.active.source.id, person, range })));
    }
    true
}

/// Hovering and clicking a lane or its name means the person, as in every other view.
fn pick(stage: &mut Stage<'_, '_>, response: &Response, person: PersonId) {
    let selection = &stage.session.selection;
    if response.hovered() {
        stage.ask.push(UiCommand::Hover(Pick::body(person)));
    }
    // A selected joint of the same person stays selected.
    if response.clicked() && selection.person() != Some(person) {
        stage.ask.push(UiCommand::Select(Some(Pick::body(person))));
    }
}

/// The name left of a lane; a click selects the person.
fn name_ui(ui: &mut Ui, stage: &mut Stage<'_, '_>, rect: Rect, person: &Person, is_selected: bool) {
    let theme = stage.theme;
    let response = ui.interact(rect, ui.scope_id().with(("name", person.id)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, &person.name));
    let is_hovered = stage.session.selection.hovered.is_some_and(|pick| pick.person == person.id);
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    if is_selected {
        let mark = rect.with_max_x(rect.left() + size::STEP * 0.5);
        painter.rect_filled(mark, 0.0, theme.accent);
    }
    let dot = pos2(rect.left() + size::PANEL_PADDING + size::SWATCH * 0.5, rect.center().y);
    let fade = if person.is_visible { 1.0 } else { 0.35 };
    painter.circle_filled(dot, size::SWATCH * 0.4, Theme::person(person.colour).gamma_multiply(fade));
    let colour = match (person.is_visible, is_selected || is_hovered) {
        (false, _) => theme.disabled,
        (true, true) => theme.text,
        (true, false) => theme.muted,
    };
    let left = dot.x + size::SWATCH * 0.5 + size::STEP * 1.5;
    let mut job = LayoutJob::simple_singleline(person.name.clone(), TextStyle::Small.resolve(ui.style()), colour);
    job.wrap = TextWrapping::truncate_at_width(rect.right() - left - size::STEP);
    let galley = painter.layout_job(job);
    let is_elided = galley.elided;
    painter.galley(pos2(left, rect.center().y - galley.size().y * 0.5), galley, colour);
    paint_focus(ui, &response, theme);
    pick(stage, &response, person.id);
    if is_elided || !person.is_visible {
        response.on_hover_text(text::timeline::lane_name(&person.name, person.is_visible));
    }
}
