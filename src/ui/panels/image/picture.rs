//! The video under the keypoints, and the 3D over it as the recording camera sees it.

use eframe::egui::{self, Color32, CornerRadius, Pos2, Rect, Stroke, Ui, pos2};

use super::plane::PlaneMap;
use crate::data::skeleton::H36M_17;
use crate::session::Session;
use crate::ui::panels::floating;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::video::VideoScreen;

/// Wider than the keypoints' bones, which are drawn over it.
const TUBE: f32 = 3.0;
const TUBE_OPACITY: f32 = 0.55;
const WHOLE: Rect = Rect { min: Pos2::ZERO, max: Pos2::new(1.0, 1.0) };

/// The plane with the video on it where there is one.
pub fn paint_plane(ui: &Ui, area: Rect, map: PlaneMap, session: &Session, video: &VideoScreen, theme: &Theme) {
    let painter = ui.painter().with_clip_rect(area);
    let picture = video.picture();
    let opacity = session.settings.picture.opacity;
    // What is covered anyway need not be filled: that costs a software rasteriser time.
    let fill = if picture.is_some() && opacity >= 1.0 { Color32::TRANSPARENT } else { theme.image_plane() };
    painter.rect(map.frame(), CornerRadius::ZERO, fill, theme.hairline(), egui::StrokeKind::Outside);
    if let Some(picture) = picture {
        painter.image(picture.texture, map.frame(), WHOLE, Color32::WHITE.gamma_multiply(opacity));
    }
}

/// Says why there is no picture, or that it is being decoded.
pub fn video_note(ui: &Ui, area: Rect, session: &Session, video: &VideoScreen, theme: &Theme) {
    let with_video = session.active().filter(|clip| clip.video.is_some() && session.settings.picture.video);
    let Some(clip) = with_video else { return };
    let near;
    let note = if video.has_failed() {
        text::image::VIDEO_FAILED
    } else if clip.video_frame(session.frame()).is_none() {
        text::image::OUTSIDE_VIDEO
    } else if let Some(frame) = video.stand_in() {
        near = text::image::near_frame(frame.0);
        &near
    } else if video.is_late() {
        text::image::DECODING
    } else {
        return;
    };
    floating::chip(ui, area, note, theme);
}

/// The shown people's 3D skeletons as the recording camera sees them.
pub fn paint_projection(ui: &Ui, area: Rect, map: PlaneMap, session: &Session, theme: &Theme) {
    let Some(motion) = session.active_motion() else { return };
    let painter = ui.painter().with_clip_rect(area);
    for person in session.visible_people() {
        let joints = motion.person(person.id).and_then(|person| person.joints_in_world(session.frame()));
        let Some(joints) = joints else { continue };
        let on_screen: Vec<Option<Pos2>> = joints
            .iter()
            .map(|joint| {
                let pixel = motion.placement.pixel_of(*joint)?;
                let at = map.to_screen(pos2(pixel.x, pixel.y));
                // Far outside, egui's painter loses precision.
                (at.is_finite() && at.to_vec2().abs().max_elem() < 1e5).then_some(at)
            })
            .collect();
        for bone in H36M_17.bones {
            let (Some(from), Some(to)) = (on_screen[bone.0], on_screen[bone.1]) else { continue };
            let colour = theme.side(H36M_17.bone_side(*bone)).gamma_multiply(TUBE_OPACITY);
            painter.line_segment([from, to], Stroke::new(size::BONE_STROKE * TUBE, colour));
        }
    }
}
