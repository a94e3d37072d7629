//! How far to trust a person's motion: a sentence, the figures behind it, left against right, every bone.

use eframe::egui::{Label, Ui};

use super::table::{Row, table_ui};
use crate::data::PersonId;
use crate::data::skeleton::H36M_17;
use crate::motion::quality::Quality;
use crate::session::{PersonMotion, Pick};
use crate::ui::inspect::number;
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::{Ask, muted, section, text_fact};

pub fn trust_ui(ui: &mut Ui, person: PersonId, motion: &PersonMotion, ask: &mut Ask<'_>) {
    let is_trimmed = ask.session.active().is_some_and(|active| active.trim.is_some());
    ui.label(muted(if is_trimmed { text::inspector::IN_TO_OUT } else { text::inspector::WHOLE_CLIP }));
    let Some(quality) = &motion.quality else {
        ui.label(text::inspector::TOO_FEW_FRAMES);
        return;
    };
    ui.add(Label::new(quality.verdict()).wrap());
    ui.add_space(size::STEP);
    text_fact(ui, text::inspector::BONES, &text::inspector::vary_by(100.0 * quality.bone_variation()));
    text_fact(ui, text::inspector::SHAKE, &format!("{:.1} mm", quality.shake_mm));
    let slide = quality.foot_slide.map_or_else(
        || text::inspector::NO_FOOT_STANDS.to_owned(),
        |slide| text::inspector::foot_slide(100.0 * slide.mean_speed_m_per_s, slide.contacts),
    );
    text_fact(ui, text::inspector::FOOT_SLIDE, &slide);
    ui.add_space(size::GAP);
    section(ui, text::inspector::LEFT_AGAINST_RIGHT, |_| {});
    for symmetry in &motion.symmetry {
        ui.add(Label::new(muted(symmetry.sentence())).wrap());
    }
    ui.add_space(size::GAP);
    section(ui, text::inspector::BONES, |_| {});
    let heads = text::inspector::BONE_COLUMNS.map(str::to_owned);
    table_ui(ui, text::inspector::BONES, &heads, &bone_rows(person, quality, ask), ask);
}

fn bone_rows(person: PersonId, quality: &Quality, ask: &Ask<'_>) -> Vec<Row> {
    let session = ask.session;
    let reading = session.reading(person);
    let row = |(bone, ends): (usize, &(usize, usize))| {
        let known = quality.bones.iter().find(|known| known.bone == *ends)?;
        let now = reading.as_ref().and_then(|reading| reading.bone_length_m(*ends, session.frame()));
        Some(Row {
            name: H36M_17.joints[ends.1].to_owned(),
            side: H36M_17.bone_side(*ends),
            cells: [
                now.map(|now| number(Some(now), "units")),
                Some(number(Some(known.mean_m), "units")),
                Some(format!("{:.1}", 100.0 * known.variation)),
            ],
            pick: Some(Pick::bone(person, bone)),
            also: Vec::new(),
            tip: Some(known.name()),
            quantities: Vec::new(),
        })
    };
    H36M_17.bones.iter().enumerate().filter_map(row).collect()
}
