//! What the person repeats at the playhead.

use eframe::egui::Ui;

use crate::data::{PersonId, Repetitions};
use crate::ui::text;
use crate::ui::widgets::{Ask, text_fact};

/// Nothing for somebody who never repeats anything.
pub fn repeated_ui(ui: &mut Ui, person: PersonId, ask: &Ask<'_>) {
    let session = ask.session;
    let Some(active) = session.active() else { return };
    let motion = session.active_motion().and_then(|motion| motion.person(person));
    let repetitions = motion.map_or(&[][..], |motion| &motion.repetitions);
    if repetitions.is_empty() {
        return;
    }
    let frame = session.frame().0;
    let here = repetitions.iter().find_map(|bout| Some((bout, bout.phase(frame)?)));
    let place = here.map(|(bout, (place, phase))| text::cycles::number_of(place + 1, bout.count(), 100.0 * phase));
    let period = here.map(|(bout, _)| period(bout, active.fps));
    let response = ui.scope(|ui| {
        text_fact(ui, text::cycles::REPETITION, place.as_deref().unwrap_or(text::cycles::NONE_HERE));
        text_fact(ui, text::cycles::PERIOD, period.as_deref().unwrap_or("–"));
    });
    response.response.on_hover_text(text::cycles::WHAT_COUNTS);
}

fn period(bout: &Repetitions, fps: f64) -> String {
    text::cycles::period(f64::from(bout.mean_period()) / fps, Some(100.0 * bout.period_variation()))
}
