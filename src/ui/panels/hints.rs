//! Three first steps beside the things they name. Ticked off when done; gone for good after the last or when dismissed.

use eframe::egui::{self, Align2, Area, Id, Label, Order, Pos2, Rect, Sense, Vec2};

use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::dock::{Dock, Pane};
use crate::ui::icon::Icon;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, icon_button};

#[derive(Default)]
pub struct HintsState {
    is_done: [bool; 3],
}

struct Step {
    text: &'static str,
    /// Where its corner or edge is, and which.
    at: Pos2,
    anchor: Align2,
}

pub fn hints_ui(ctx: &egui::Context, dock: &Dock, state: &mut HintsState, ask: &mut Ask<'_>) {
    if !ask.session.settings.show_hints {
        *state = HintsState::default();
        return;
    }
    // Figures of the camera stand where a hint would.
    if ask.session.active().is_none()
        || ask.session.is_following_live()
        || ctx.memory(|memory| memory.top_modal_layer().is_some())
    {
        return;
    }
    note_what_is_done(ctx, dock, state, ask);
    let mut is_dismissed = state.is_done.iter().all(|done| *done);
    for (place, step) in steps(dock).into_iter().enumerate() {
        let Some(step) = step else { continue };
        is_dismissed |= callout_ui(ctx, place, &step, state.is_done[place]);
    }
    if is_dismissed {
        ask.push(UiCommand::Do(Action::FirstSteps));
    }
}

/// Steps whose panel is in sight.
fn steps(dock: &Dock) -> [Option<Step>; 3] {
    let inset = 2.0 * size::PANEL_PADDING;
    let step = |pane: Pane, text, anchor, at: fn(Rect) -> Pos2, offset: Vec2| {
        dock.rect_of(pane).map(|rect| Step { text, at: at(rect) + offset, anchor })
    };
    [
        step(
            Pane::Scene,
            text::hints::ORBIT,
            Align2::CENTER_BOTTOM,
            |rect| rect.center_bottom(),
            Vec2::new(0.0, -inset),
        ),
        step(
            Pane::Timeline,
            text::hints::SCRUB,
            Align2::LEFT_BOTTOM,
            |rect| rect.left_bottom(),
            Vec2::new(size::LEFT_PANEL, -size::GAP),
        ),
        step(
            Pane::Sources,
            text::hints::OPEN_YOURS,
            Align2::LEFT_BOTTOM,
            |rect| rect.left_bottom(),
            Vec2::new(size::PANEL_PADDING, -inset),
        ),
    ]
}

fn note_what_is_done(ctx: &egui::Context, dock: &Dock, state: &mut HintsState, ask: &Ask<'_>) {
    let pressed_at = ctx.input(|input| input.pointer.press_origin().filter(|_| input.pointer.is_decidedly_dragging()));
    let drags_in = |pane: Pane| dock.rect_of(pane).zip(pressed_at).is_some_and(|(rect, at)| rect.contains(at));
    let mut clips = ask.session.document().sources.iter();
    let [orbits, scrubs, opens_own] = &mut state.is_done;
    *orbits |= drags_in(Pane::Scene);
    *scrubs |= ask.commands.iter().any(|command| matches!(command, UiCommand::Seek(_)));
    // The demo is the one clip that is no file.
    *opens_own |= clips.any(|clip| clip.source.path.is_some());
}

/// Gives whether it was dismissed.
fn callout_ui(ctx: &egui::Context, place: usize, step: &Step, is_done: bool) -> bool {
    let theme = Theme::of_context(ctx);
    let area = Area::new(Id::unique(("hint", place))).order(Order::Middle).pivot(step.anchor).fixed_pos(step.at);
    let shown = area.show(ctx, |ui| {
        let frame = theme.float_frame().stroke(theme.focus_line()).inner_margin(size::GAP);
        frame
            .show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = size::STEP;
                    let (mark, _) = ui.allocate_exact_size(Vec2::splat(size::COMPACT_HEIGHT), Sense::hover());
                    if is_done {
                        Icon::Check.paint(ui.painter(), mark, theme.good);
                    } else {
                        let font = egui::TextStyle::Heading.resolve(ui.style());
                        let number = (place + 1).to_string();
                        ui.painter().text(mark.center(), Align2::CENTER_CENTER, number, font, theme.accent);
                    }
                    let width = size::LEFT_PANEL - 2.0 * size::LANE - 4.0 * size::GAP;
                    ui.allocate_ui(Vec2::new(width, 0.0), |ui| {
                        let colour = if is_done { theme.muted } else { theme.text };
                        ui.add(Label::new(egui::RichText::new(step.text).small().color(colour)).wrap());
                    });
                    let label = text::hints::dismiss(place + 1);
                    icon_button(ui, Icon::Cross, &label).on_hover_text(text::hints::DISMISS_HINT).clicked()
                })
                .inner
            })
            .inner
    });
    shown.inner
}
