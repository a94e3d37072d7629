//! The export dialog: formats, people, frames, and where to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eframe::egui::{self, DragValue, Id, Modal, RichText, Sense, Ui, Vec2};

use crate::data::{FrameRange, PersonId};
use crate::io::export::bvh::{BvhOptions, BvhUnit, UpAxis};
use crate::io::export::{ExportFormat, MotionFormat};
use crate::motion::body_cut::BodyCut;
use crate::runtime::export::{ExportOrder, MotionFiles};
use crate::session::{Person, SourceState};
use crate::ui::command::UiCommand;
use crate::ui::layout::View;
use crate::ui::opening::typed_path;
use crate::ui::panels::save_dialog::{Asked, choices_ui, foot_ui, place_ui};
use crate::ui::panels::status::fps_text;
use crate::ui::text;
use crate::ui::theme::{Theme, dialog_text, size};
use crate::ui::widgets::{Ask, checkbox, fact, muted, segmented};

/// Frame rates that can be asked for.
const FPS_RANGE: std::ops::RangeInclusive<f64> = 1.0..=240.0;

/// The dialog. All but the place is kept from one export to the next.
pub struct ExportDialog {
    is_open: bool,
    wants_focus: bool,
    /// Folder and name as typed.
    place: String,
    joints: BTreeSet<ExportFormat>,
    motion: BTreeSet<MotionFormat>,
    keypoints: bool,
    people: BTreeSet<PersonId>,
    is_whole: bool,
    fps: f64,
    is_root_at_origin: bool,
    bvh: BvhOptions,
    seen: SeenFiles,
}

/// What was found where files would go; looked up when their names change.
#[derive(Default)]
struct SeenFiles {
    files: Vec<PathBuf>,
    existing: usize,
    /// The file that the clip was read from is among them.
    has_own: bool,
}

impl SeenFiles {
    fn look(&mut self, files: Vec<PathBuf>, own: Option<&Path>) {
        if files != self.files {
            let own = own.and_then(|own| own.canonicalize().ok());
            self.existing = files.iter().filter(|file| file.exists()).count();
            self.has_own =
                own.is_some_and(|own| files.iter().any(|file| file.canonicalize().is_ok_and(|it| it == own)));
            self.files = files;
        }
    }
}

impl Default for ExportDialog {
    fn default() -> Self {
        Self {
            is_open: false,
            wants_focus: false,
            place: String::new(),
            joints: BTreeSet::new(),
            motion: BTreeSet::from([MotionFormat::Glb]),
            keypoints: false,
            people: BTreeSet::new(),
            is_whole: false,
            fps: 0.0,
            is_root_at_origin: false,
            bvh: BvhOptions::default(),
            seen: SeenFiles::default(),
        }
    }
}

impl ExportDialog {
    /// Proposes a place beside the clip and the people who are shown.
    pub fn open(&mut self, clip: &SourceState) {
        let path = clip.source.path.as_deref();
        let folder = path.and_then(Path::parent).map(Path::to_owned);
        let folder = folder.or_else(|| Some(directories::UserDirs::new()?.home_dir().to_owned())).unwrap_or_default();
        let stem = path.and_then(Path::file_stem);
        let stem = stem.map_or_else(|| "demo".to_owned(), |stem| stem.to_string_lossy().into_owned());
        self.place = folder.join(text::export::proposed_name(&stem)).display().to_string();
        self.seen = SeenFiles::default();
        self.people = clip.people.iter().filter(|person| person.is_visible).map(|person| person.id).collect();
        self.is_whole = false;
        self.fps = clip.fps;
        (self.is_open, self.wants_focus) = (true, true);
    }

    /// What was chosen in the system's dialog.
    pub fn choose(&mut self, path: &Path) {
        self.place = path.display().to_string();
    }

    pub fn ui(&mut self, ctx: &egui::Context, view: &View<'_>, ask: &mut Ask<'_>) {
        let Some(clip) = view.session.active().filter(|_| self.is_open) else { return };
        let with_3d: Vec<&Person> = view.session.active_motion().map_or_else(Vec::new, |motion| {
            clip.people.iter().filter(|person| motion.person(person.id).is_some()).collect()
        });
        let mut is_confirmed = false;
        let modal = Modal::new(Id::unique("export")).frame(Theme::of_context(ctx).dialog_frame()).show(ctx, |ui| {
            ui.set_width(size::DIALOG_WIDTH.min(ctx.content_rect().width() - 4.0 * size::PANEL_PADDING));
            ui.label(RichText::new(text::export::TITLE).text_style(dialog_text()));
            ui.label(muted(text::export::HINT));
            ui.add_space(size::GAP);
            choices_ui(ui, |ui| {
                self.formats_ui(ui, clip);
                self.people_ui(ui, &with_3d);
                self.motion_ui(ui, clip);
                is_confirmed = place_ui(ui, &mut self.place, text::export::SAVE_AS_EXAMPLE, &mut self.wants_focus);
            });
            let order = self.order(clip, &with_3d).and_then(|order| {
                self.seen.look(order.files(), clip.source.path.as_deref());
                if self.seen.has_own { Err(text::export::OWN_FILE) } else { Ok(order) }
            });
            let (told, is_harmless) = self.outcome(order.as_ref().err().copied());
            match foot_ui(ui, told, is_harmless, text::export::EXPORT, order.is_ok()) {
                Some(Asked::Write) => is_confirmed = true,
                Some(Asked::ChoosePlace) => ask.push(UiCommand::ChooseExportPlace),
                None => {}
            }
            order
        });
        let order = modal.inner.as_ref().ok().filter(|_| is_confirmed).cloned();
        if modal.should_close() || order.is_some() {
            self.is_open = false;
        }
        if let Some(order) = order {
            ask.push(UiCommand::Export(Box::new(order)));
        }
    }

    fn formats_ui(&mut self, ui: &mut Ui, clip: &SourceState) {
        fact(ui, text::export::BODIES, |ui| {
            ui.spacing_mut().item_spacing.x = size::PANEL_PADDING;
            let formats = [(MotionFormat::Glb, text::export::GLB_HINT), (MotionFormat::Bvh, text::export::BVH_HINT)];
            for (format, tip) in formats {
                tick(ui, &mut self.motion, format, &format.extension().to_uppercase()).on_hover_text(tip);
            }
            ui.label(muted(text::export::BODIES_ARE_FOR));
        });
        fact(ui, text::export::JOINTS, |ui| {
            ui.spacing_mut().item_spacing.x = size::PANEL_PADDING;
            let formats = [
                (ExportFormat::Npy, text::export::NPY_HINT),
                (ExportFormat::Csv, text::export::CSV_HINT),
                (ExportFormat::Json, text::export::JSON_HINT),
            ];
            for (format, tip) in formats {
                tick(ui, &mut self.joints, format, &format.extension().to_uppercase()).on_hover_text(tip);
            }
            ui.label(muted(text::export::JOINTS_ARE_FOR));
        });
        fact(ui, text::export::IN_2D, |ui| {
            ui.add_enabled_ui(clip.source.skeleton.is_some(), |ui| {
                checkbox(ui, &mut self.keypoints, text::export::KEYPOINTS).on_hover_text(text::export::KEYPOINTS_HINT);
            });
        });
    }

    fn people_ui(&mut self, ui: &mut Ui, with_3d: &[&Person]) {
        if with_3d.len() < 2 {
            return;
        }
        fact(ui, text::export::PEOPLE, |ui| {
            ui.horizontal_wrapped(|ui| {
                for person in with_3d {
                    let (dot, _) = ui.allocate_exact_size(Vec2::splat(size::SWATCH), Sense::hover());
                    ui.painter().circle_filled(dot.center(), size::SWATCH / 2.0, Theme::person(person.colour));
                    tick(ui, &mut self.people, person.id, &person.name);
                }
            });
        });
    }

    fn motion_ui(&mut self, ui: &mut Ui, clip: &SourceState) {
        if clip.trim.is_some() {
            fact(ui, text::export::FRAMES, |ui| {
                let choices = [
                    (false, text::export::IN_TO_OUT, text::export::IN_TO_OUT_HINT),
                    (true, text::export::WHOLE_CLIP, text::export::WHOLE_CLIP_HINT),
                ];
                self.is_whole = segmented(ui, text::export::FRAMES, self.is_whole, &choices).unwrap_or(self.is_whole);
            });
        }
        if self.motion.is_empty() {
            return;
        }
        fact(ui, text::export::FRAME_RATE, |ui| {
            let field =
                DragValue::new(&mut self.fps).range(FPS_RANGE).speed(0.5).custom_formatter(|fps, _| fps_text(fps));
            let field = ui.add(field.suffix(text::export::FRAME_RATE_UNIT));
            ui.ctx().accesskit_node_builder(field.id, |node| node.set_label(text::export::FRAME_RATE));
            field.on_hover_text(text::export::FRAME_RATE_HINT);
            ui.add_space(size::GAP);
            checkbox(ui, &mut self.is_root_at_origin, text::export::ORIGIN).on_hover_text(text::export::ORIGIN_HINT);
        });
        if !self.motion.contains(&MotionFormat::Bvh) {
            return;
        }
        fact(ui, text::export::UP, |ui| {
            let axes = [
                (UpAxis::Y, text::export::Y_UP, text::export::Y_UP_HINT),
                (UpAxis::Z, text::export::Z_UP, text::export::Z_UP_HINT),
            ];
            self.bvh.up = segmented(ui, text::export::UP, self.bvh.up, &axes).unwrap_or(self.bvh.up);
        });
        fact(ui, text::export::UNIT, |ui| {
            let units = [
                (BvhUnit::Metres, text::export::METRES, ""),
                (BvhUnit::Centimetres, text::export::CENTIMETRES, text::export::CENTIMETRES_HINT),
                (BvhUnit::Millimetres, text::export::MILLIMETRES, ""),
            ];
            self.bvh.unit = segmented(ui, text::export::UNIT, self.bvh.unit, &units).unwrap_or(self.bvh.unit);
        });
    }

    /// What will be written, or what is missing, and whether that is harmless.
    fn outcome(&self, missing: Option<&'static str>) -> (String, bool) {
        let SeenFiles { files, existing, .. } = &self.seen;
        if let Some(missing) = missing {
            return (missing.to_owned(), false);
        }
        let name = files.first().and_then(|path| path.file_name()).unwrap_or_default().to_string_lossy();
        (text::export::writes(&name, files.len().saturating_sub(1), *existing), *existing == 0)
    }

    /// What was asked for, or what is missing.
    fn order(&self, clip: &SourceState, with_3d: &[&Person]) -> Result<ExportOrder, &'static str> {
        let keypoints = self.keypoints && clip.source.skeleton.is_some();
        if self.joints.is_empty() && self.motion.is_empty() && !keypoints {
            return Err(text::export::NO_FORMAT);
        }
        let people: Vec<PersonId> = with_3d
            .iter()
            .map(|person| person.id)
            .filter(|id| with_3d.len() == 1 || self.people.contains(id))
            .collect();
        if people.is_empty() {
            return Err(text::export::NO_PEOPLE);
        }
        let range: FrameRange = if self.is_whole { clip.frames() } else { clip.played() };
        let cut = BodyCut { range, fps: clip.fps, out_fps: self.fps, is_root_at_origin: self.is_root_at_origin };
        Ok(ExportOrder {
            base: self.base().ok_or(text::export::NO_PATH)?,
            people,
            joints: self.joints.iter().copied().collect(),
            motion: self.motion.iter().copied().collect(),
            keypoints,
            options: MotionFiles { cut, bvh: self.bvh },
            source: clip.source.name.clone(),
        })
    }

    /// Folder and name; the extension of a format that was typed with it is not part of the name.
    fn base(&self) -> Option<PathBuf> {
        let path = typed_path(&self.place).filter(|path| path.file_name().is_some())?;
        let known = MotionFormat::ALL.map(MotionFormat::extension).into_iter();
        let mut known = known.chain(ExportFormat::ALL.map(ExportFormat::extension));
        let is_known = path.extension().is_some_and(|typed| known.any(|known| typed.eq_ignore_ascii_case(known)));
        Some(if is_known { path.with_extension("") } else { path })
    }
}

/// A box that is ticked while `all` has `one` in it.
fn tick<T: Ord + Copy>(ui: &mut Ui, all: &mut BTreeSet<T>, one: T, label: &str) -> egui::Response {
    let mut is_on = all.contains(&one);
    let response = checkbox(ui, &mut is_on, label);
    if response.changed() {
        if is_on {
            all.insert(one)
        } else {
            all.remove(&one)
        };
    }
    response
}
