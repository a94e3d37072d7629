//! Play, step, loop, speed, and where we are.

use eframe::egui::{
    Align, DragValue, Frame, Label, Layout, Margin, Popup, RichText, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo,
};

use crate::data::FrameIndex;
use crate::session::Session;
use crate::session::clock::SPEEDS;
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::widgets::{Ask, icon_button, menu_row, muted};

/// A frame number while it is being typed or dragged.
#[derive(Default)]
pub struct TransportState {
    frame: Option<i64>,
}

pub fn transport_ui(ui: &mut Ui, session: &Session, theme: &Theme, state: &mut TransportState, ask: &mut Ask<'_>) {
    let frame = Frame::NONE.inner_margin(Margin::symmetric(size::GAP as i8, size::STEP as i8));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.set_height(size::CONTROL_HEIGHT);
            ui.spacing_mut().item_spacing.x = 2.0;
            for action in [Action::FirstFrame, Action::StepBack] {
                ask.action_button(ui, action);
            }
            play_ui(ui, theme, ask);
            for action in [Action::StepForward, Action::LastFrame, Action::ToggleLoop] {
                ask.action_button(ui, action);
            }
            ui.add_space(size::STEP);
            speed_ui(ui, session, ask);
            ui.add_space(size::PANEL_PADDING);
            frame_ui(ui, session, state, ask);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let (now, all) = (session.clock.time_secs(), session.clock.duration_secs());
                ui.add_space(size::STEP);
                ui.label(muted(format!(" / {}", clock_text(all))));
                ui.label(clock_text(now));
                played_ui(ui, session);
            });
        });
    });
    ui.painter().hline(ui.max_rect().x_range(), ui.cursor().top(), theme.hairline());
}

/// The one button here in the accent.
fn play_ui(ui: &mut Ui, theme: &Theme, ask: &mut Ask<'_>) {
    let action = Action::PlayPause;
    let label = action.label(ask.session);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size::CONTROL_HEIGHT), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
    let fill = if response.hovered() { theme.accent } else { theme.accent_fill };
    ui.painter().circle_filled(rect.center(), size::CONTROL_HEIGHT / 2.0, fill);
    if response.has_focus() {
        ui.painter().circle_stroke(rect.center(), size::CONTROL_HEIGHT / 2.0 + 1.0, theme.focus_line());
    }
    let icon = action.icon(ask.session).unwrap_or(Icon::Play);
    icon.paint(ui.painter(), rect, theme.accent_text);
    if response.clicked() {
        ask.push(UiCommand::Do(action));
    }
    let tip = action.tooltip(ask.session, ui.ctx());
    response.on_hover_text(tip);
}

/// Any speed, by dragging or typing, and the usual ones in a menu.
fn speed_ui(ui: &mut Ui, session: &Session, ask: &mut Ask<'_>) {
    let current = session.clock.speed();
    let mut speed = current;
    let field = DragValue::new(&mut speed)
        .range(SPEEDS[0]..=SPEEDS[SPEEDS.len() - 1])
        .speed(0.01)
        .custom_formatter(|speed, _| speed_text(speed))
        .suffix("×")
        .update_while_editing(false);
    let field = ui.add_sized(Vec2::new(size::NUMBER_FIELD, size::CONTROL_HEIGHT), field);
    ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(text::transport::speed(&speed_text(current))));
    if field.double_clicked() {
        field.surrender_focus();
        speed = 1.0;
    }
    if speed != current {
        ask.push(UiCommand::SetSpeed(speed));
    }
    field.on_hover_text(text::transport::SPEED_HINT);

    let button = icon_button(ui, Icon::ChevronDown, text::transport::SPEEDS);
    Popup::menu(&button).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for speed in SPEEDS {
            let label = format!("{}×", speed_text(speed));
            if menu_row(ui, &label, "", Some(speed == current), true).clicked() {
                ask.push(UiCommand::SetSpeed(speed));
                ui.close();
            }
        }
    });
    button.on_hover_text(text::transport::SPEEDS_HINT);
}

fn speed_text(speed: f64) -> String {
    format!("{}", (speed * 100.0).round() / 100.0)
}

/// How long in to out point is, where these are set.
fn played_ui(ui: &mut Ui, session: &Session) {
    let Some(active) = session.active().filter(|active| active.trim.is_some()) else { return };
    let played = active.played();
    let secs = |frames: usize| frames as f64 / active.fps;
    ui.add_space(size::GAP);
    let label = ui.label(muted(text::transport::in_to_out(&clock_text(secs(played.len())))));
    let (start, end) = (clock_text(secs(played.start)), clock_text(secs(played.end)));
    label.on_hover_text(text::transport::in_to_out_hint(&start, &end, played.len()));
}

/// The file's own frame number; typing one jumps there.
fn frame_ui(ui: &mut Ui, session: &Session, state: &mut TransportState, ask: &mut Ask<'_>) {
    let Some(active) = session.active() else { return };
    let first = active.source.first_frame_number;
    let last = first + active.source.frame_count as i64 - 1;
    let shown = first + session.frame().0 as i64;
    ui.label(muted(text::transport::FRAME));
    let mut number = state.frame.unwrap_or(shown);
    let field = DragValue::new(&mut number).range(first..=last.max(first)).speed(0.5);
    let response = ui.add_sized(Vec2::new(size::NUMBER_FIELD, size::CONTROL_HEIGHT), field);
    if response.changed() {
        state.frame = Some(number);
        ask.push(UiCommand::Seek(FrameIndex((number - first).max(0) as usize)));
    }
    if !response.dragged() && !response.has_focus() {
        state.frame = None;
    }
    response.on_hover_text(text::transport::FRAME_HINT);
    ui.add(Label::new(RichText::new(format!("/ {last}")).weak().text_style(TextStyle::Small)));
}

/// Minutes, seconds and hundredths, always as wide.
fn clock_text(secs: f64) -> String {
    let hundredths = (secs * 100.0).floor() as u64;
    format!("{:02}:{:02}.{:02}", hundredths / 6000, hundredths / 100 % 60, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_always_as_wide() {
        assert_eq!(clock_text(0.0), "00:00.00");
        assert_eq!(clock_text(75.509), "01:15.50");
        assert_eq!(speed_text(0.25), "0.25");
    }
}
