//! The dialog that exports pictures of a clip: format, layout, size, frames, and where to.

use std::path::{Path, PathBuf};

use eframe::egui::{
    self, Color32, DragValue, Id, Modal, Rect, RichText, Role, Sense, StrokeKind, TextStyle, Ui, Vec2, WidgetInfo, pos2,
};

use crate::data::{FrameRange, FrameRate};
use crate::io::frames::clip::{ClipTarget, Numbered};
use crate::runtime::clip::{ClipCamera, ClipLayout, ClipOrder, LARGEST, SMALLEST};
use crate::session::SourceState;
use crate::ui::clip_export::PreviewDesk;
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::opening::typed_path;
use crate::ui::panels::save_dialog::{Asked, choices_ui, foot_ui, place_ui};
use crate::ui::panels::status::fps_text;
use crate::ui::text;
use crate::ui::text::clip_export as words;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{Ask, checkbox, fact, muted, segmented, text_field};

const FPS_RANGE: std::ops::RangeInclusive<f64> = 1.0..=240.0;
/// Samples per pixel of smooth edges.
const SMOOTH_SAMPLES: u32 = 4;
/// What a pixel of a picture takes, for an estimate; measured on clips of people in the 3D view.
const VIDEO_BYTES: f64 = 0.015;
const GIF_BYTES: f64 = 0.45;
const PNG_BYTES: f64 = 0.9;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Video,
    Gif,
    Pictures,
    Picture,
}

impl Format {
    fn extension(self) -> &'static str {
        match self {
            Self::Video => "mp4",
            Self::Gif => "gif",
            Self::Pictures | Self::Picture => "png",
        }
    }

    fn bytes_per_pixel(self) -> f64 {
        match self {
            Self::Video => VIDEO_BYTES,
            Self::Gif => GIF_BYTES,
            Self::Pictures | Self::Picture => PNG_BYTES,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SizeChoice {
    View,
    Pixels([u32; 2]),
    Other,
}

/// The dialog. All but the place is kept from one export to the next.
pub struct ClipExportDialog {
    is_open: bool,
    wants_focus: bool,
    format: Format,
    layout: ClipLayout,
    /// As typed.
    video: String,
    size: SizeChoice,
    other: [u32; 2],
    /// Of the view when the dialog was opened, pixels.
    view_size: [u32; 2],
    fps: f64,
    is_whole: bool,
    is_smooth: bool,
    is_turning: bool,
    /// Folder and name as typed.
    place: String,
    seen: Seen,
    /// What the preview shows, whether or not it can be written.
    drawn: Option<ClipOrder>,
}

/// What was found where the clip would go; looked up when the names change.
#[derive(Default)]
struct Seen {
    target: PathBuf,
    video: Option<PathBuf>,
    is_there: bool,
    problem: Option<&'static str>,
}

impl Default for ClipExportDialog {
    fn default() -> Self {
        Self {
            is_open: false,
            wants_focus: false,
            format: Format::Video,
            layout: ClipLayout::View,
            video: String::new(),
            size: SizeChoice::Pixels([1280, 720]),
            other: [1080, 1080],
            view_size: [1280, 720],
            fps: 0.0,
            is_whole: false,
            is_smooth: true,
            is_turning: false,
            place: String::new(),
            seen: Seen::default(),
            drawn: None,
        }
    }
}

impl ClipExportDialog {
    /// Proposes a place beside the clip; `view_size` is that of its 3D view in pixels.
    pub fn open(&mut self, clip: &SourceState, view_size: [u32; 2]) {
        let path = clip.source.path.as_deref();
        let folder = path.and_then(Path::parent).map(Path::to_owned);
        let folder = folder.unwrap_or_else(crate::ui::screenshot::usual_folder);
        let stem = path.and_then(Path::file_stem);
        let stem = stem.map_or_else(|| "demo".to_owned(), |stem| stem.to_string_lossy().into_owned());
        self.place = folder.join(words::proposed_name(&stem)).display().to_string();
        self.video = clip.video.as_ref().map_or_else(String::new, |video| video.path.display().to_string());
        (self.view_size, self.fps, self.is_whole) = (view_size, clip.fps, false);
        self.seen = Seen::default();
        (self.is_open, self.wants_focus) = (true, true);
    }

    /// What was chosen in the system's dialog.
    pub fn choose(&mut self, path: &Path) {
        self.place = path.display().to_string();
    }

    /// What the dialog would draw; none while it is closed.
    pub fn drawn(&self) -> Option<&ClipOrder> {
        self.drawn.as_ref()
    }

    pub fn ui(&mut self, ctx: &egui::Context, view: &View<'_>, ask: &mut Ask<'_>) {
        let Some(clip) = view.session.active().filter(|_| self.is_open) else { return };
        let frame = view.session.frame().0;
        let mut is_confirmed = false;
        let modal =
            Modal::new(Id::unique("export-video")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
                ui.set_width(size::DIALOG_WIDTH.min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING));
                ui.label(RichText::new(words::TITLE).text_style(dialog_text()));
                ui.label(muted(words::HINT));
                ui.add_space(size::GAP);
                choices_ui(ui, |ui| {
                    preview_ui(ui, view.clip_preview);
                    self.format_ui(ui);
                    self.layout_ui(ui);
                    self.size_ui(ui);
                    self.frames_ui(ui, clip);
                    is_confirmed = place_ui(ui, &mut self.place, words::SAVE_AS_EXAMPLE, &mut self.wants_focus);
                });
                let order = self.order(clip, frame);
                let (told, is_harmless) = self.outcome(clip, &order);
                match foot_ui(ui, told, is_harmless, words::EXPORT, order.is_ok()) {
                    Some(Asked::Write) => is_confirmed = true,
                    Some(Asked::ChoosePlace) => ask.push(UiCommand::ChooseClipPlace),
                    None => {}
                }
                order
            });
        let order = modal.inner.as_ref().ok().filter(|_| is_confirmed).cloned();
        if modal.should_close() || order.is_some() {
            (self.is_open, self.drawn) = (false, None);
        }
        if let Some(order) = order {
            ask.push(UiCommand::ExportClip(Box::new(order)));
        }
    }

    fn format_ui(&mut self, ui: &mut Ui) {
        fact(ui, words::FORMAT, |ui| {
            let formats = [
                (Format::Video, words::VIDEO, words::VIDEO_HINT),
                (Format::Gif, words::GIF, words::GIF_HINT),
                (Format::Pictures, words::PICTURES, words::PICTURES_HINT),
                (Format::Picture, words::PICTURE, words::PICTURE_HINT),
            ];
            self.format = segmented(ui, words::FORMAT, self.format, &formats).unwrap_or(self.format);
        });
    }

    fn layout_ui(&mut self, ui: &mut Ui) {
        fact(ui, words::LAYOUT, |ui| {
            let layouts = [
                (ClipLayout::View, words::VIEW, words::VIEW_HINT),
                (ClipLayout::Overlay, words::OVERLAY, words::OVERLAY_HINT),
                (ClipLayout::SideBySide, words::SIDE_BY_SIDE, words::SIDE_BY_SIDE_HINT),
            ];
            self.layout = segmented(ui, words::LAYOUT, self.layout, &layouts).unwrap_or(self.layout);
        });
        if self.layout != ClipLayout::View {
            fact(ui, words::VIDEO_FILE, |ui| {
                text_field(ui, words::VIDEO_FILE, &mut self.video, words::VIDEO_FILE_EXAMPLE)
                    .on_hover_text(words::VIDEO_FILE_HINT);
            });
        }
    }

    fn size_ui(&mut self, ui: &mut Ui) {
        fact(ui, words::SIZE, |ui| {
            let sizes = [
                (SizeChoice::View, words::AS_VIEW, words::AS_VIEW_HINT),
                (SizeChoice::Pixels([1280, 720]), words::HD, ""),
                (SizeChoice::Pixels([1920, 1080]), words::FULL_HD, ""),
                (SizeChoice::Pixels([3840, 2160]), words::FOUR_K, ""),
                (SizeChoice::Other, words::OTHER, words::OTHER_HINT),
            ];
            self.size = segmented(ui, words::SIZE, self.size, &sizes).unwrap_or(self.size);
        });
        if self.size == SizeChoice::Other {
            fact(ui, "", |ui| {
                for (place, name) in [words::WIDTH, words::HEIGHT].into_iter().enumerate() {
                    if place > 0 {
                        ui.label(muted(words::TIMES));
                    }
                    let field = DragValue::new(&mut self.other[place]).range(SMALLEST..=LARGEST[place]);
                    let field = ui.add(field.suffix(words::PIXELS));
                    ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(name));
                }
            });
        }
        fact(ui, "", |ui| {
            checkbox(ui, &mut self.is_smooth, words::SMOOTH).on_hover_text(words::SMOOTH_HINT);
        });
    }

    fn frames_ui(&mut self, ui: &mut Ui, clip: &SourceState) {
        if self.format == Format::Picture {
            return;
        }
        if clip.trim.is_some() {
            fact(ui, text::export::FRAMES, |ui| {
                let choices = [
                    (false, text::export::IN_TO_OUT, text::export::IN_TO_OUT_HINT),
                    (true, text::export::WHOLE_CLIP, text::export::WHOLE_CLIP_HINT),
                ];
                self.is_whole = segmented(ui, text::export::FRAMES, self.is_whole, &choices).unwrap_or(self.is_whole);
            });
        }
        fact(ui, text::export::FRAME_RATE, |ui| {
            let field =
                DragValue::new(&mut self.fps).range(FPS_RANGE).speed(0.5).custom_formatter(|fps, _| fps_text(fps));
            let field = ui.add(field.suffix(text::export::FRAME_RATE_UNIT));
            ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(text::export::FRAME_RATE));
            field.on_hover_text(words::RATE_HINT);
            if self.layout != ClipLayout::Overlay {
                ui.add_space(size::GAP);
                checkbox(ui, &mut self.is_turning, words::TURNTABLE).on_hover_text(words::TURNTABLE_HINT);
            }
        });
    }

    /// What will be written, or what is missing, and whether that is harmless.
    fn outcome(&self, clip: &SourceState, order: &Result<ClipOrder, &'static str>) -> (String, bool) {
        match order {
            Ok(order) => {
                let name = order.target.path().file_name().unwrap_or_default().to_string_lossy();
                let count = order.frame_count(clip.fps);
                let pixels = order.size.map(f64::from).iter().product::<f64>() * count as f64;
                let bytes = pixels * self.format.bytes_per_pixel();
                let is_there = self.seen.is_there;
                (words::writes(&name, count, order.rate.time_of(count), bytes, is_there), !is_there)
            }
            Err(problem) => ((*problem).to_owned(), false),
        }
    }

    /// What was asked for, or what is missing. Its camera is still that of the recording.
    fn order(&mut self, clip: &SourceState, frame: usize) -> Result<ClipOrder, &'static str> {
        let base = self.base();
        let target = self.target(base.clone().unwrap_or_default());
        let video = Some(&self.video).filter(|_| self.layout != ClipLayout::View).and_then(|video| typed_path(video));
        self.seen.look(&target, video.as_deref());
        let range: FrameRange = match self.format {
            Format::Picture => FrameRange::of_len(frame, 1),
            _ if self.is_whole => clip.frames(),
            _ => clip.played(),
        };
        let order = ClipOrder {
            target,
            size: match self.size {
                SizeChoice::View => self.view_size.map(|side| side.clamp(SMALLEST, LARGEST[1])),
                SizeChoice::Pixels(size) => size,
                SizeChoice::Other => self.other,
            },
            rate: FrameRate::nearest(self.fps).ok_or(text::export::FRAME_RATE)?,
            range,
            samples: if self.is_smooth { SMOOTH_SAMPLES } else { 1 },
            layout: self.layout,
            camera: ClipCamera { start: None, follows: false, turns: self.is_turning },
            video: video.filter(|_| self.seen.problem != Some(words::NO_VIDEO)),
        };
        // What it looks like does not depend on its name.
        self.drawn = Some(ClipOrder { target: self.target(PathBuf::new()), ..order.clone() });
        base.ok_or(text::export::NO_PATH)?;
        self.seen.problem.map_or(Ok(order), Err)
    }

    fn target(&self, base: PathBuf) -> ClipTarget {
        match self.format {
            Format::Video => ClipTarget::Video(base),
            Format::Gif => ClipTarget::Gif(base),
            Format::Picture => ClipTarget::Picture(base),
            Format::Pictures => ClipTarget::Pictures { folder: base.with_extension(""), names: Numbered::default() },
        }
    }

    /// Folder and name with the extension of the format, in place of a typed one of another format.
    fn base(&self) -> Option<PathBuf> {
        let path = typed_path(&self.place).filter(|path| path.file_name().is_some())?;
        let is_known = ClipTarget::from_path(&path).is_some();
        let path = if is_known { path.with_extension("") } else { path };
        let mut name = path.file_name()?.to_owned();
        name.push(".");
        name.push(self.format.extension());
        Some(path.with_file_name(name))
    }
}

/// The picture at the playhead, in a place whose size stays.
fn preview_ui(ui: &mut Ui, preview: &PreviewDesk) {
    let (place, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), size::THUMBNAIL), Sense::hover());
    let theme = Theme::of(ui);
    let picture = preview.picture();
    let told = match (picture, preview.problem()) {
        (_, Some(problem)) => words::no_preview(problem),
        (Some((_, frame)), None) => words::preview_of(frame),
        (None, None) => words::PREVIEW_COMES.to_owned(),
    };
    if let Some((texture, _)) = picture {
        let fit = place.size() / texture.size_vec2();
        let area = Rect::from_center_size(place.center(), texture.size_vec2() * fit.min_elem());
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), area, whole, Color32::WHITE);
        ui.painter().rect_stroke(area, 0.0, theme.hairline(), StrokeKind::Outside);
    } else {
        let galley =
            ui.painter().layout(told.clone(), TextStyle::Small.resolve(ui.style()), theme.muted, place.width());
        let at = place.center() - galley.size() / 2.0;
        ui.painter().galley(at, galley, theme.muted);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &told));
    response.on_hover_text(&told);
}

impl Seen {
    fn look(&mut self, target: &ClipTarget, video: Option<&Path>) {
        let path = target.path();
        if path == self.target && video == self.video.as_deref() {
            return;
        }
        let is_folder = matches!(target, ClipTarget::Pictures { .. });
        let is_used = || std::fs::read_dir(path).map_or(path.exists(), |mut entries| entries.next().is_some());
        let is_same =
            |video: &Path| path.canonicalize().is_ok_and(|path| video.canonicalize().is_ok_and(|it| it == path));
        self.is_there = path.exists() && !is_folder;
        self.problem = match video {
            Some(video) if !video.exists() => Some(words::NO_VIDEO),
            Some(video) if is_same(video) => Some(words::OWN_FILE),
            _ => (is_folder && is_used()).then_some(words::FOLDER_IN_USE),
        };
        (self.target, self.video) = (path.to_owned(), video.map(Path::to_owned));
    }
}
