//! Actions: find a move, name it, and see what people do and for how long.

mod find;
mod labels;
mod model;
mod moves;
mod save;

use eframe::egui::{ScrollArea, Ui};

use self::find::find_ui;
use self::labels::labels_ui;
use self::model::model_ui;
use self::moves::moves_ui;
pub use self::save::{ActionFile, SaveActions};
use crate::data::FrameIndex;
use crate::session::{Session, SourceId};
use crate::ui::layout::View;
use crate::ui::panels::timeline::time_label;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, Renaming, hairline};

/// What the panel remembers between frames.
#[derive(Default)]
pub struct ActionsState {
    /// The name that the marked stretch is about to get.
    naming: Option<Naming>,
    /// Place of the move that is renamed.
    renaming: Option<Renaming<usize>>,
    /// Place of the move whose examples are listed.
    open_move: Option<usize>,
    /// The match that was last brought into sight.
    revealed: Option<usize>,
    /// Where to save to.
    pub save: SaveActions,
}

#[derive(Default)]
struct Naming {
    name: String,
    has_focus: bool,
}

impl ActionsState {
    /// Lets a name for the marked stretch be typed.
    pub fn name_mark(&mut self) {
        self.naming = Some(Naming::default());
    }
}

pub fn actions_ui(ui: &mut Ui, view: &View<'_>, state: &mut ActionsState, ask: &mut Ask<'_>) {
    ScrollArea::vertical().id_salt("actions").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = size::STEP;
        find_ui(ui, view, state, ask);
        hairline(ui);
        moves_ui(ui, view, state, ask);
        hairline(ui);
        labels_ui(ui, view, ask);
        hairline(ui);
        model_ui(ui, view, ask);
    });
}

/// A moment of a clip, to a frame.
fn time(session: &Session, source: SourceId, frame: usize) -> String {
    let fps = session.document().source(source).map_or(crate::session::document::DEFAULT_FPS, |clip| clip.fps);
    time_label(FrameIndex(frame).0 as f64 / fps, 1.0 / fps.max(11.0))
}
