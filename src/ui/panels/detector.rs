//! What finds people in videos: a part of the models panel.

use std::path::{Path, PathBuf};

use eframe::egui::{Align, Button, DragValue, Label, Layout, RichText, Ui};

use crate::detect::{DetectorSpec, ExternalSpec, OnnxSpec};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::icon::Icon;
use crate::ui::layout::View;
use crate::ui::opening::{short_name, typed_path};
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, fact, icon_button, muted, section, text_fact, text_field};

const WHERE: &str = "https://github.com/open-mmlab/mmpose/tree/main/projects/rtmpose";
const EVERY_RANGE: std::ops::RangeInclusive<usize> = 1..=120;
const PEOPLE_RANGE: std::ops::RangeInclusive<usize> = 1..=20;

/// A program of the user's own while it is being typed.
#[derive(Default)]
pub struct DetectorState {
    is_open: bool,
    program: String,
    /// As in a shell, without anything but quotes.
    arguments: String,
}

pub fn detector_ui(ui: &mut Ui, view: &View<'_>, state: &mut DetectorState, ask: &mut Ask<'_>) {
    section(ui, text::detector::TITLE, |_| {});
    match &view.session.settings.detector {
        None => {
            ui.add(Label::new(muted(text::detector::NEEDED)).wrap());
            ui.hyperlink_to(RichText::new(text::detector::WHERE_LINK).small(), WHERE);
            choose_pose_ui(ui, ask);
            program_ui(ui, state, ask);
        }
        Some(DetectorSpec::External(program)) => {
            if file_ui(ui, text::detector::PROGRAM, &program.command, text::detector::REMOVE_PROGRAM) {
                ask.push(UiCommand::SetDetector(None));
            }
            if !program.args.is_empty() {
                text_fact(ui, text::detector::ARGUMENTS, &program.args.join(" "));
            }
            ui.add(Label::new(muted(text::detector::IS_RUN)).wrap());
        }
        Some(DetectorSpec::Onnx(networks)) => networks_ui(ui, networks, ask),
    }
    ui.add_space(size::STEP);
    ask.action_button(ui, Action::DetectPeople);
}

fn networks_ui(ui: &mut Ui, networks: &OnnxSpec, ask: &mut Ask<'_>) {
    let mut changed = networks.clone();
    if !networks.pose.as_os_str().is_empty() {
        if file_ui(ui, text::detector::POSE, &networks.pose, text::detector::REMOVE_POSE) {
            changed.pose = PathBuf::new();
        }
    } else {
        fact(ui, text::detector::POSE, |ui| choose_pose_ui(ui, ask));
    }
    match &networks.person {
        Some(person) => {
            if file_ui(ui, text::detector::PERSON, person, text::detector::REMOVE_PERSON) {
                changed.person = None;
            }
        }
        None => fact(ui, text::detector::PERSON, |ui| {
            let button = ui.button(text::detector::CHOOSE_PERSON).on_hover_text(text::detector::PERSON_HINT);
            if button.clicked() {
                ask.push(UiCommand::ChooseDetector { is_person: true });
            }
        }),
    }
    let numbers = [
        (
            text::detector::EVERY,
            &mut changed.every,
            EVERY_RANGE,
            text::detector::EVERY_UNIT,
            text::detector::EVERY_HINT,
        ),
        (
            text::detector::MAX_PEOPLE,
            &mut changed.max_people,
            PEOPLE_RANGE,
            text::detector::MAX_PEOPLE_UNIT,
            text::detector::MAX_PEOPLE_HINT,
        ),
    ];
    for (label, value, range, unit, tip) in numbers {
        fact(ui, label, |ui| {
            let field = ui.add(DragValue::new(value).range(range).speed(0.1).suffix(unit));
            ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(label));
            field.on_hover_text(tip);
        });
    }
    if changed != *networks {
        let is_empty = changed.pose.as_os_str().is_empty() && changed.person.is_none();
        ask.push(UiCommand::SetDetector((!is_empty).then_some(DetectorSpec::Onnx(changed))));
    }
}

/// Fields for a program in place of networks, once they are asked for.
fn program_ui(ui: &mut Ui, state: &mut DetectorState, ask: &mut Ask<'_>) {
    if !state.is_open {
        let button = ui.button(text::detector::OWN_PROGRAM).on_hover_text(text::detector::OWN_PROGRAM_HINT);
        state.is_open = button.clicked();
        return;
    }
    fact(ui, text::detector::PROGRAM, |ui| {
        text_field(ui, text::detector::PROGRAM, &mut state.program, text::detector::PROGRAM_EXAMPLE)
            .on_hover_text(text::detector::PROGRAM_HINT);
    });
    fact(ui, text::detector::ARGUMENTS, |ui| {
        text_field(ui, text::detector::ARGUMENTS, &mut state.arguments, text::detector::ARGUMENTS_EXAMPLE)
            .on_hover_text(text::detector::ARGUMENTS_HINT);
    });
    ui.add(Label::new(muted(text::detector::WILL_RUN)).wrap());
    ui.horizontal(|ui| {
        let program = typed_path(&state.program);
        let button = ui.add_enabled(program.is_some(), Button::new(text::detector::USE_PROGRAM));
        if let Some(command) = program.filter(|_| button.clicked()) {
            let args = arguments(&state.arguments);
            ask.push(UiCommand::SetDetector(Some(DetectorSpec::External(ExternalSpec { command, args }))));
            state.is_open = false;
        }
        state.is_open &= !ui.button(text::common::CANCEL).clicked();
    });
}

/// Splits at spaces outside of quotes.
fn arguments(typed: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (mut current, mut quote) = (None::<String>, None);
    for letter in typed.chars() {
        match quote {
            Some(open) if open == letter => quote = None,
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                current.get_or_insert_default();
            }
            None if letter.is_whitespace() => all.extend(current.take()),
            _ => current.get_or_insert_default().push(letter),
        }
    }
    all.extend(current);
    all
}

fn choose_pose_ui(ui: &mut Ui, ask: &mut Ask<'_>) {
    if ui.button(text::detector::CHOOSE_POSE).on_hover_text(text::detector::POSE_HINT).clicked() {
        ask.push(UiCommand::ChooseDetector { is_person: false });
    }
}

/// The name of a file and a button that removes it; true when that was clicked.
fn file_ui(ui: &mut Ui, label: &str, path: &Path, remove: &str) -> bool {
    fact(ui, label, |ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let remove = icon_button(ui, Icon::Cross, remove);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(short_name(path)).truncate()).on_hover_text(path.display().to_string());
            });
            remove.clicked()
        })
        .inner
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_split_as_they_are_meant() {
        assert_eq!(arguments("  "), Vec::<String>::new());
        assert_eq!(arguments("--fast  -n 2"), ["--fast", "-n", "2"]);
        assert_eq!(arguments("\"my net.onnx\" 'it is \"so\"' ''"), ["my net.onnx", "it is \"so\"", ""]);
        assert_eq!(arguments("--model='a b'"), ["--model=a b"]);
    }
}
