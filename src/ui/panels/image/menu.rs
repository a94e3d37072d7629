//! What the 2D view shows, at the end of its toolbar.

use eframe::egui::{Button, DragValue, Frame, Popup, PopupCloseBehavior, Slider, Ui};

use crate::session::{Edit, PictureSettings, SourceState};
use crate::ui::action::Action;
use crate::ui::command::UiCommand;
use crate::ui::opening::short_name;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, checkbox, fact, hairline, muted, slider};

/// The button, and what it opens.
pub fn picture_menu_ui(ui: &mut Ui, clip: &SourceState, ask: &mut Ask<'_>) {
    let button = ui.add(Button::new(text::image::PICTURE)).on_hover_text(text::image::PICTURE_HINT);
    Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.style_mut().override_text_style = None;
        ui.set_width(size::SCENE_MENU);
        Frame::NONE.inner_margin(size::STEP).show(ui, |ui| {
            let mut picture = ask.session.settings.picture;
            switch(ui, ask, Action::ToggleKeypoints, &mut picture.keypoints);
            switch(ui, ask, Action::ToggleProjection, &mut picture.projection);
            hairline(ui);
            video_ui(ui, clip, &mut picture, ask);
            if picture != ask.session.settings.picture {
                ask.push(UiCommand::SetPicture(picture));
            }
        });
    });
}

/// A check box for what an action switches.
fn switch(ui: &mut Ui, ask: &Ask<'_>, action: Action, is_on: &mut bool) {
    checkbox(ui, is_on, action.label(ask.session)).on_hover_text(action.tooltip(ask.session, ui.ctx()));
}

fn video_ui(ui: &mut Ui, clip: &SourceState, picture: &mut PictureSettings, ask: &mut Ask<'_>) {
    if let Some(video) = &clip.video {
        switch(ui, ask, Action::ToggleVideo, &mut picture.video);
        ui.label(muted(short_name(&video.path))).on_hover_text(video.path.display().to_string());
        ui.add_enabled_ui(picture.video, |ui| {
            let mut percent = picture.opacity * 100.0;
            let bar = Slider::new(&mut percent, 10.0..=100.0).fixed_decimals(0).suffix(" %");
            let bar = slider(ui, text::image::OPACITY, bar).on_hover_text(text::image::OPACITY_HINT);
            if bar.changed() {
                picture.opacity = percent / 100.0;
            }
        });
        fact(ui, text::image::OFFSET, |ui| {
            let mut offset_frames = video.offset_frames;
            let field = DragValue::new(&mut offset_frames).speed(0.1).suffix(text::common::FRAMES_UNIT);
            let field = ui.add(field).on_hover_text(text::image::OFFSET_HINT);
            ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(text::image::OFFSET_LABEL));
            if field.changed() {
                ask.push(UiCommand::Edit(Edit::MoveVideo { source: clip.source.id, offset_frames }));
            }
        });
    }
    ask.menu_row(ui, Action::AttachVideo);
    ask.menu_row(ui, Action::DetachVideo);
}
