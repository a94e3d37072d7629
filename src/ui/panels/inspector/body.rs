//! The body that the selected person wears: its shape and the rotations of its joints.

use eframe::egui::Ui;

use super::table::{Row, table_ui};
use crate::data::body::{BODY_JOINT_NAMES, BODY_MIRROR_PAIRS};
use crate::data::{JointIndex, PersonId, Side};
use crate::scene::body::nearest_h36m;
use crate::session::{Bodies, PersonBody, Pick};
use crate::ui::text;
use crate::ui::theme::size;
use crate::ui::widgets::Ask;

pub fn body_ui(ui: &mut Ui, person: PersonId, bodies: &Bodies, body: &PersonBody, ask: &mut Ask<'_>) {
    let frame = ask.session.frame();
    let Some(shown) = body.track.frame(frame) else { return };
    let side = |joint: usize| match BODY_MIRROR_PAIRS.iter().find(|(left, right)| [*left, *right].contains(&joint)) {
        Some((left, _)) if *left == joint => Side::Left,
        Some(_) => Side::Right,
        None => Side::Middle,
    };
    let rotations = BODY_JOINT_NAMES.iter().zip(shown.pose).enumerate().map(|(joint, (name, rotation))| Row {
        name: name.replace('_', " "),
        side: side(joint),
        cells: rotation.to_array().map(|value| Some(format!("{value:.3}"))),
        pick: Some(Pick::joint(person, JointIndex(nearest_h36m(joint)))),
        also: Vec::new(),
        tip: Some(text::inspector::degrees(rotation.length().to_degrees())),
        quantities: Vec::new(),
    });
    let rotations: Vec<Row> = rotations.collect();
    table_ui(
        ui,
        text::inspector::ROTATION_ROWS,
        &text::inspector::ROTATION_COLUMNS.map(str::to_owned),
        &rotations,
        ask,
    );
    ui.add_space(size::GAP);
    let model = &bodies.body.model;
    let betas = shown.betas.iter().take(model.shape_directions.len()).enumerate().map(|(number, beta)| Row {
        name: text::body::shape(&model.shape_names, number),
        side: Side::Middle,
        cells: [None, None, Some(format!("{beta:.3}"))],
        pick: None,
        also: Vec::new(),
        tip: None,
        quantities: Vec::new(),
    });
    let betas: Vec<Row> = betas.collect();
    table_ui(ui, text::inspector::BETA_ROWS, &["", "", "β"].map(str::to_owned), &betas, ask);
}
