//! Cleaning: repairs before lifting, smoothing after it, and how people stand in the world.
//!
//! Everything here is an edit of the active clip with undo; a slider that is dragged is one step.

use eframe::egui::{self, DragValue, Label, RichText, ScrollArea, Sense, Slider, Ui, Vec2};

use crate::motion::clean::{Hampel, Repairs};
use crate::motion::placement::{BODY_HEIGHT_M, RootTrajectory, Upright};
use crate::motion::smooth::SmoothingKind;
use crate::motion::{Cleaning, Smoothing, WorldOptions};
use crate::session::document::HEIGHT_RANGE_M;
use crate::session::{Edit, Person, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, checkbox, fact, hairline, icon_button, muted, reset_button, section, segmented, slider};

/// What a repair starts with when it is switched on.
const USUAL_MIN_CONFIDENCE: f32 = 0.3;
const USUAL_GAP_SECS: f64 = 0.5;
/// Most frames that can be asked to be filled in, seconds.
const MAX_GAP_SECS: f64 = 3.0;

pub fn cleaning_ui(ui: &mut Ui, view: &View<'_>, ask: &mut Ask<'_>) {
    let Some(active) = view.session.active() else {
        ui.add_space(size::GAP);
        ui.label(text::common::NOTHING_IS_OPEN);
        ui.label(muted(text::cleaning::EMPTY_HINT));
        return;
    };
    ScrollArea::vertical().id_salt("cleaning").auto_shrink(false).show(ui, |ui| {
        if active.source.skeleton.is_some() {
            before_ui(ui, view, active, ask);
            hairline(ui);
        }
        after_ui(ui, active, ask);
        hairline(ui);
        world_ui(ui, active, ask);
        hairline(ui);
        heights_ui(ui, view, active, ask);
    });
}

fn before_ui(ui: &mut Ui, view: &View<'_>, active: &SourceState, ask: &mut Ask<'_>) {
    let mut cleaning = active.cleaning;
    section(ui, text::cleaning::BEFORE_LIFTING, |ui| {
        if reset_button(ui, text::cleaning::REPAIRS, !cleaning.is_off()) {
            cleaning = Cleaning::default();
        }
    });
    switch_ui(
        ui,
        &mut cleaning.min_confidence,
        text::cleaning::MIN_CONFIDENCE,
        text::cleaning::MIN_CONFIDENCE_HINT,
        USUAL_MIN_CONFIDENCE,
        |ui, least| {
            slider(ui, text::cleaning::LEAST_CONFIDENCE, Slider::new(least, 0.05..=0.95).fixed_decimals(2));
        },
    );
    checkbox(ui, &mut cleaning.repair_swaps, text::cleaning::SWAP_REPAIR)
        .on_hover_text(text::cleaning::SWAP_REPAIR_HINT);
    switch_ui(
        ui,
        &mut cleaning.outliers,
        text::cleaning::OUTLIERS,
        text::cleaning::OUTLIERS_HINT,
        Hampel::default(),
        |ui, hampel| {
            slider(
                ui,
                text::cleaning::TOLERANCE,
                Slider::new(&mut hampel.threshold, 1.5..=8.0).fixed_decimals(1).suffix(" σ"),
            );
            fact(ui, text::cleaning::NEIGHBOURS, |ui| {
                let neighbours =
                    DragValue::new(&mut hampel.half_window_frames).range(1..=30).suffix(text::common::FRAMES_UNIT);
                ui.add(neighbours).on_hover_text(text::cleaning::NEIGHBOURS_HINT);
            });
        },
    );
    let frames = |secs: f64| (secs * active.fps).round().max(1.0) as usize;
    switch_ui(
        ui,
        &mut cleaning.max_gap_frames,
        text::cleaning::FILL_GAPS,
        text::cleaning::FILL_GAPS_HINT,
        frames(USUAL_GAP_SECS),
        |ui, longest| {
            let last = frames(MAX_GAP_SECS).max(*longest);
            slider(
                ui,
                text::cleaning::FILL_UP_TO,
                Slider::new(longest, 1..=last).logarithmic(true).suffix(text::common::FRAMES_UNIT),
            );
        },
    );
    if !active.cleaning.is_off() {
        ui.add_space(size::STEP);
        let repairs = view.session.active_motion().map(|motion| motion.repairs).unwrap_or_default();
        ui.add(Label::new(muted(repairs_text(&repairs))).wrap());
    }
    if cleaning != active.cleaning {
        ask.push(UiCommand::Edit(Edit::SetCleaning { source: active.source.id, cleaning }));
    }
}

/// "Outliers: 12, joints filled in: 45."
fn repairs_text(repairs: &Repairs) -> String {
    text::common::capitalised(&repairs.to_string()) + "."
}

/// A repair that is on or off, with its figures below while it is on.
fn switch_ui<T>(
    ui: &mut Ui,
    value: &mut Option<T>,
    label: &str,
    tip: &str,
    usual: T,
    details: impl FnOnce(&mut Ui, &mut T),
) {
    let mut is_on = value.is_some();
    if checkbox(ui, &mut is_on, label).on_hover_text(tip).changed() {
        *value = is_on.then_some(usual);
    }
    if let Some(value) = value {
        details(ui, value);
    }
}

fn after_ui(ui: &mut Ui, active: &SourceState, ask: &mut Ask<'_>) {
    let mut smoothing = active.smoothing;
    section(ui, text::cleaning::AFTER_LIFTING, |ui| {
        if reset_button(ui, text::cleaning::SMOOTHING_GROUP, !smoothing.is_off()) {
            smoothing = Smoothing::Off;
        }
    });
    let kinds = [
        (None, text::cleaning::SMOOTHING_OFF, text::cleaning::SMOOTHING_OFF_HINT),
        (Some(SmoothingKind::OneEuro), text::cleaning::ONE_EURO, text::cleaning::ONE_EURO_HINT),
        (Some(SmoothingKind::Butterworth), text::cleaning::BUTTERWORTH, text::cleaning::BUTTERWORTH_HINT),
        (Some(SmoothingKind::SavitzkyGolay), text::cleaning::SAVITZKY_GOLAY, text::cleaning::SAVITZKY_GOLAY_HINT),
    ];
    if let Some(kind) = segmented(ui, text::cleaning::SMOOTHING, smoothing.kind(), &kinds) {
        let strength = if smoothing.is_off() { Smoothing::USUAL_STRENGTH } else { smoothing.strength() };
        smoothing = kind.map_or(Smoothing::Off, |kind| Smoothing::of_strength(kind, strength));
    }
    if let Some(kind) = smoothing.kind() {
        let mut percent = smoothing.strength() * 100.0;
        let bar = Slider::new(&mut percent, 0.0..=100.0).fixed_decimals(0).suffix(" %");
        if slider(ui, text::cleaning::STRENGTH, bar).changed() {
            smoothing = Smoothing::of_strength(kind, percent / 100.0);
        }
        details_ui(ui, &mut smoothing, active.fps);
        if let Some(notice) = smoothing.notice(active.fps) {
            ui.add(Label::new(RichText::new(notice.to_string()).small().color(Theme::of(ui).warn)).wrap());
        }
    }
    if smoothing != active.smoothing {
        ask.push(UiCommand::Edit(Edit::SetSmoothing { source: active.source.id, smoothing }));
    }
}

/// The filter's own figures.
fn details_ui(ui: &mut Ui, smoothing: &mut Smoothing, fps: f64) {
    let nyquist_hz = (fps / 2.0) as f32;
    let mut value = |label: &str, tip: &str, value: DragValue<'_>| {
        fact(ui, label, |ui| {
            let response = ui.add(value);
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(label));
            response.on_hover_text(tip);
        });
    };
    let hertz = |value| DragValue::new(value).fixed_decimals(2).suffix(text::cleaning::HERTZ_UNIT).speed(0.05);
    match smoothing {
        Smoothing::Off => {}
        Smoothing::OneEuro { min_cutoff_hz, beta, derivative_cutoff_hz } => {
            value(
                text::cleaning::CUTOFF,
                text::cleaning::ONE_EURO_CUTOFF_HINT,
                hertz(min_cutoff_hz).range(0.05..=nyquist_hz),
            );
            let rise = DragValue::new(beta)
                .fixed_decimals(2)
                .suffix(text::cleaning::HERTZ_PER_SPEED_UNIT)
                .speed(0.05)
                .range(0.0..=50.0);
            value(text::cleaning::RISE, text::cleaning::RISE_HINT, rise);
            let derivative = hertz(derivative_cutoff_hz).range(0.05..=nyquist_hz);
            value(text::cleaning::SPEED_CUTOFF, text::cleaning::SPEED_CUTOFF_HINT, derivative);
        }
        Smoothing::Butterworth { cutoff_hz, order } => {
            value(
                text::cleaning::CUTOFF,
                text::cleaning::BUTTERWORTH_CUTOFF_HINT,
                hertz(cutoff_hz).range(0.05..=nyquist_hz),
            );
            let order = DragValue::new(order).range(1..=crate::motion::smooth::MAX_ORDER);
            value(text::cleaning::ORDER, text::cleaning::ORDER_HINT, order);
        }
        Smoothing::SavitzkyGolay { window_frames, degree } => {
            let window = DragValue::new(window_frames).range(3..=crate::motion::smooth::MAX_WINDOW_FRAMES);
            value(text::cleaning::WINDOW, text::cleaning::WINDOW_HINT, window.suffix(text::common::FRAMES_UNIT));
            let degree = DragValue::new(degree).range(0..=crate::motion::smooth::MAX_DEGREE);
            value(text::cleaning::DEGREE, text::cleaning::DEGREE_HINT, degree);
        }
    }
}

fn world_ui(ui: &mut Ui, active: &SourceState, ask: &mut Ask<'_>) {
    let mut world = active.world;
    section(ui, text::cleaning::WORLD, |ui| {
        if reset_button(ui, text::cleaning::WORLD_GROUP, world != WorldOptions::default()) {
            world = WorldOptions::default();
        }
    });
    ui.label(muted(text::cleaning::UP));
    let uprights = [
        (Upright::Camera, text::cleaning::AS_FILMED, text::cleaning::AS_FILMED_HINT),
        (Upright::Clip, text::cleaning::FIT_CLIP, text::cleaning::FIT_CLIP_HINT),
        (Upright::Person, text::cleaning::FIT_PERSON, text::cleaning::FIT_PERSON_HINT),
    ];
    world.upright = segmented(ui, text::cleaning::UP, world.upright, &uprights).unwrap_or(world.upright);
    ui.label(muted(text::cleaning::PATH));
    let paths = [
        (RootTrajectory::AsPredicted, text::cleaning::PATH_PREDICTED, text::cleaning::PATH_PREDICTED_HINT),
        (RootTrajectory::InPlace, text::cleaning::PATH_IN_PLACE, text::cleaning::PATH_IN_PLACE_HINT),
        (RootTrajectory::OnFloor, text::cleaning::PATH_ON_FLOOR, text::cleaning::PATH_ON_FLOOR_HINT),
    ];
    world.root = segmented(ui, text::cleaning::PATH, world.root, &paths).unwrap_or(world.root);
    ui.add_space(size::STEP);
    let degrees = |value, range| Slider::new(value, range).fixed_decimals(1).suffix("°").trailing_fill(false);
    slider(ui, text::cleaning::TILT, degrees(&mut world.tilt_degrees, -45.0..=45.0))
        .on_hover_text(text::cleaning::TILT_HINT);
    slider(ui, text::cleaning::YAW, degrees(&mut world.yaw_degrees, -180.0..=180.0))
        .on_hover_text(text::cleaning::YAW_HINT);
    if world != active.world {
        ask.push(UiCommand::Edit(Edit::SetWorld { source: active.source.id, world }));
    }
}

/// Metres come from the body's height, which no picture tells.
fn heights_ui(ui: &mut Ui, view: &View<'_>, active: &SourceState, ask: &mut Ask<'_>) {
    section(ui, text::cleaning::BODY_HEIGHT, |_| {});
    ui.add(Label::new(muted(text::cleaning::BODY_HEIGHT_HINT)).wrap());
    let placement = view.session.active_motion().map(|motion| &motion.placement);
    let is_stray = |id| active.source.track(id).is_some_and(|track| track.is_spurious);
    for person in active.people.iter().filter(|person| !is_stray(person.id)) {
        ui.horizontal(|ui| {
            let (dot, _) = ui.allocate_exact_size(Vec2::splat(size::SWATCH), Sense::hover());
            ui.painter().circle_filled(dot.center(), size::SWATCH / 2.0, Theme::person(person.colour));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let estimate_m = placement.and_then(|placement| placement.height_m(person.id)).unwrap_or(BODY_HEIGHT_M);
                if let Some(height_m) = height_ui(ui, person, estimate_m) {
                    let (source, person) = (active.source.id, person.id);
                    ask.push(UiCommand::Edit(Edit::SetHeight { source, person, height_m }));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.add(Label::new(&person.name).truncate());
                });
            });
        });
    }
}

/// The height and, where it was said, a button to take that back. Gives what was chosen.
fn height_ui(ui: &mut Ui, person: &Person, estimate_m: f32) -> Option<Option<f32>> {
    let (low, high) = HEIGHT_RANGE_M;
    let mut height_m = person.height_m.unwrap_or(estimate_m);
    let mut chosen = None;
    if person.height_m.is_some() {
        let label = text::cleaning::estimate_height(&person.name);
        if icon_button(ui, Icon::Undo, &label).on_hover_text(&label).clicked() {
            chosen = Some(None);
        }
    } else {
        ui.label(muted(text::cleaning::ESTIMATED));
    }
    let field = DragValue::new(&mut height_m).range(low..=high).speed(0.005).fixed_decimals(2).suffix(" m");
    let response = ui.add(field);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(text::cleaning::height_of(&person.name)));
    if response.on_hover_text(text::cleaning::STANDING_HEIGHT).changed() {
        chosen = Some(Some(height_m));
    }
    chosen
}
