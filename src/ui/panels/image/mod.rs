//! The 2D view: the keypoints of the shown frame over their video or their bare image plane, with the file's own as a
//! ghost where they are cleaned.

mod menu;
mod paint;
mod picture;
mod plane;

use eframe::egui::{self, PointerButton, PopupAnchor, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo};

use self::menu::picture_menu_ui;
use self::paint::{Figure, paint_figure};
use self::plane::{PlaneMap, PlaneView, image_rect};
use super::floating;
use super::picking::{self, Part, nearest_part};
use crate::data::Keypoint;
use crate::data::skeleton::H36M_17;
use crate::motion::remap;
use crate::session::{Pick, Session, SourceId, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::text;
use crate::ui::theme::{Theme, size};
use crate::ui::video::VideoScreen;
use crate::ui::widgets::Ask;

/// What the 2D view remembers between frames.
pub struct ImageState {
    source: Option<SourceId>,
    /// What the image was made of: the sizes that the file and the video say.
    sizes: [Option<[u32; 2]>; 2],
    /// The image in its own pixels.
    image: Rect,
    view: PlaneView,
    /// Longer side of the image on the screen, in its pixels.
    shown_px: f32,
    pub shows_names: bool,
    pub shows_boxes: bool,
    /// What the open context menu is about, and its position as text.
    menu_pick: Option<(Pick, Option<String>)>,
}

impl Default for ImageState {
    fn default() -> Self {
        Self {
            source: None,
            sizes: [None; 2],
            shown_px: 0.0,
            image: Rect::NOTHING,
            view: PlaneView::default(),
            shows_names: true,
            shows_boxes: false,
            menu_pick: None,
        }
    }
}

impl ImageState {
    /// Longer side of the image on the screen, in its pixels.
    pub fn shown_px(&self) -> f32 {
        self.shown_px
    }

    /// Takes the image of what is shown now; another clip is seen whole at first.
    fn follow(&mut self, active: &SourceState) {
        let sizes = [active.source.image_size, active.video.as_ref().map(|video| video.size)];
        if self.source != Some(active.source.id) {
            self.source = Some(active.source.id);
            (self.view, self.menu_pick) = (PlaneView::default(), None);
        } else if self.sizes == sizes {
            return;
        }
        self.sizes = sizes;
        self.image = image_rect(active);
    }
}

/// A joint or a bone under the pointer.
#[derive(Clone, Copy)]
struct Found {
    /// Place in the list of figures.
    figure: usize,
    /// Of the figure's own skeleton.
    part: Part,
}

/// Which keypoints of a person.
#[derive(Clone, Copy, PartialEq)]
enum Version {
    /// After cleaning.
    Shown,
    AsRead,
}

/// Fills what is left of `ui`.
pub fn image_ui(
    ui: &mut Ui,
    session: &Session,
    video: &VideoScreen,
    theme: &Theme,
    state: &mut ImageState,
    out: &mut Vec<UiCommand>,
) {
    let area = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(area, Sense::click_and_drag());
    let Some(active) = session.active().filter(|_| area.width() > 1.0 && area.height() > 1.0) else { return };
    state.follow(active);
    if active.source.tracks.is_empty() && active.video.is_none() {
        floating::note(ui, area, text::image::NO_KEYPOINTS, theme.muted);
        return;
    }
    move_plane(ui, &response, area, state);
    let map = PlaneMap::new(state.image, panel_of(area), state.view);
    state.shown_px = map.frame().size().max_elem() * ui.pixels_per_point();
    picture::paint_plane(ui, area, map, session, video, theme);
    let settings = session.settings.picture;
    if settings.projection {
        picture::paint_projection(ui, area, map, session, theme);
    }

    let figures = if settings.keypoints { figures(session, active, map, Version::Shown) } else { Vec::new() };
    response.widget_info(|| {
        let label = text::image::keypoints_of(figures.len());
        let label = match video.picture() {
            Some(picture) => text::image::with_video_frame(&label, picture.frame.0),
            None => label,
        };
        WidgetInfo::labeled(Role::Image, true, label)
    });
    let found = response.hover_pos().and_then(|pointer| find(&figures, pointer));
    let hovered = found.map(|found| to_pick(&figures[found.figure], found.part));
    let painter = ui.painter().with_clip_rect(area);
    if settings.keypoints && session.settings.scene.ghost && !active.cleaning.is_off() {
        for figure in self::figures(session, active, map, Version::AsRead) {
            paint::paint_ghost(&painter, &figure, theme);
        }
    }
    for figure in &figures {
        paint_figure(&painter, figure, session, theme);
    }
    paint::marks(ui, area, &figures, session, hovered, theme);
    paint::labels(ui, area, &figures, session, state.shows_names, state.shows_boxes, theme);
    gap_note(ui, session, active, area, theme);
    picture::video_note(ui, area, session, video, theme);
    let mut ask = Ask { session, is_inferring: false, commands: out };
    buttons(ui, area, theme, active, state, &mut ask);

    if let Some(pick) = hovered {
        out.push(UiCommand::Hover(pick));
    }
    if response.clicked() {
        out.push(UiCommand::Select(hovered));
    }
    if response.double_clicked() {
        state.view = PlaneView::default();
    }
    if response.secondary_clicked() {
        state.menu_pick = found.map(|found| (to_pick(&figures[found.figure], found.part), place_text(&figures, found)));
    }
    if let Some((pick, place)) = &state.menu_pick {
        response.context_menu(|ui| picking::part_menu(ui, session, active, *pick, place.clone(), out));
    }
    if let Some(Found { figure, part: Part::Joint(joint) }) = found {
        joint_tooltip(ui, &figures[figure], joint, theme);
    }
}

/// The part of the panel that the image fits into: a mat is left around it.
fn panel_of(area: Rect) -> Rect {
    let mat = size::PANEL_PADDING.min(area.size().min_elem() * 0.1);
    area.shrink(mat)
}

fn move_plane(ui: &Ui, response: &Response, area: Rect, state: &mut ImageState) {
    let map = |view| PlaneMap::new(state.image, panel_of(area), view);
    let drags = [PointerButton::Primary, PointerButton::Middle, PointerButton::Secondary];
    if drags.into_iter().any(|button| response.dragged_by(button)) {
        state.view = map(state.view).dragged(response.drag_delta());
    }
    let Some(pointer) = response.hover_pos() else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta()));
    let factor = pinch * ((scroll.x + scroll.y) * 0.004).exp();
    if factor != 1.0 {
        state.view = map(state.view).zoomed(factor, pointer);
    }
}

/// The visible people who were seen in this frame; the selected one last, so that it is on top.
fn figures<'a>(session: &'a Session, active: &'a SourceState, map: PlaneMap, version: Version) -> Vec<Figure<'a>> {
    let cleaned = session.active_motion().filter(|_| version == Version::Shown);
    let mut figures: Vec<Figure> = active
        .people
        .iter()
        .filter(|person| person.is_visible)
        .filter_map(|person| {
            let cleaned = cleaned.and_then(|motion| motion.track(person.id));
            let track = cleaned.or_else(|| active.source.track(person.id))?;
            let joints = track.frame(session.frame())?;
            let on_screen = joints.iter().map(|joint| shown_at(joint, map)).collect();
            Some(Figure { person, skeleton: track.skeleton, joints, on_screen })
        })
        .collect();
    let selected = session.selection.person();
    figures.sort_by_key(|figure| Some(figure.person.id) == selected);
    figures
}

/// None for joints that are missing or nowhere.
fn shown_at(joint: &Keypoint, map: PlaneMap) -> Option<Pos2> {
    let at = map.to_screen(Pos2::new(joint.x, joint.y));
    // Far outside, egui's painter loses precision.
    (!joint.is_missing() && at.is_finite() && at.to_vec2().abs().max_elem() < 1e5).then_some(at)
}

fn find(figures: &[Figure], pointer: Pos2) -> Option<Found> {
    let parts = figures.iter().enumerate().filter_map(|(index, figure)| {
        let (distance, part) = nearest_part(pointer, &figure.on_screen, figure.skeleton.bones)?;
        Some((distance, Found { figure: index, part }))
    });
    // Of those that are equally near, the one that is drawn on top.
    parts.rev().min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, found)| found)
}

/// A joint's x, y and confidence, tab-separated.
fn place_text(figures: &[Figure], found: Found) -> Option<String> {
    let Part::Joint(joint) = found.part else { return None };
    let Keypoint { x, y, confidence } = *figures[found.figure].joints.get(joint)?;
    Some(format!("{x:.2}\t{y:.2}\t{confidence:.3}"))
}

/// In the words of the whole window: joints and bones are the model's; what it lacks stands for the whole person.
fn to_pick(figure: &Figure, part: Part) -> Pick {
    let person = figure.person.id;
    let model_joint = |joint: usize| remap::model_joint(figure.skeleton.id, joint);
    let pick = match part {
        Part::Joint(joint) => model_joint(joint).map(|joint| Pick::joint(person, joint)),
        Part::Bone(bone) => figure.skeleton.bones.get(bone).and_then(|(a, b)| {
            let ends = (model_joint(*a)?.0, model_joint(*b)?.0);
            let bone = H36M_17.bones.iter().position(|(a, b)| ends == (*a, *b) || ends == (*b, *a))?;
            Some(Pick::bone(person, bone))
        }),
    };
    pick.unwrap_or(Pick::body(person))
}

/// Says who is on the timeline here and was not seen.
fn gap_note(ui: &Ui, session: &Session, active: &SourceState, area: Rect, theme: &Theme) {
    let frame = session.frame();
    let unseen: Vec<&str> = active
        .people
        .iter()
        .filter(|person| person.is_visible)
        .filter(|person| {
            let track = active.source.track(person.id);
            track.is_some_and(|track| track.range.contains(frame) && track.frame(frame).is_none())
        })
        .map(|person| person.name.as_str())
        .collect();
    if !unseen.is_empty() {
        floating::chip(ui, area, &text::image::not_seen(&unseen), theme);
    }
}

fn buttons(ui: &mut Ui, area: Rect, theme: &Theme, active: &SourceState, state: &mut ImageState, ask: &mut Ask<'_>) {
    floating::toolbar(ui, area, theme, |ui| {
        // Right to left.
        picture_menu_ui(ui, active, ask);
        let fit = ui.add_enabled(state.view != PlaneView::default(), egui::Button::new(text::image::FIT));
        if fit.on_hover_text(text::image::FIT_HINT).clicked() {
            state.view = PlaneView::default();
        }
        ui.toggle_value(&mut state.shows_boxes, text::image::BOXES).on_hover_text(text::image::BOXES_HINT);
        ui.toggle_value(&mut state.shows_names, text::image::NAMES).on_hover_text(text::image::NAMES_HINT);
    });
}

fn joint_tooltip(ui: &Ui, figure: &Figure, joint: usize, theme: &Theme) {
    let id = ui.scope_id().with("joint");
    let place = egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, PopupAnchor::Pointer);
    let Keypoint { x, y, confidence } = figure.joints[joint];
    place.gap(size::PANEL_PADDING).show(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.label(format!("{}: {}", figure.person.name, figure.skeleton.joints[joint]));
        ui.colored_label(theme.muted, text::image::keypoint(x, y, confidence));
    });
}
