//! What the inspector and the plots tell of a person.

use std::time::{Duration, Instant};

use eframe::egui::{self, Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use motionbert::data::{FrameIndex, JointIndex, PersonId};
use motionbert::motion::angles::Angle;
use motionbert::session::{LengthUnit, Pick, Quantity, Settings};

use super::{Setup, Studio, clip, two_people, wait_until};

const RIGHT_WRIST: JointIndex = JointIndex(16);

/// What is put on the clipboard before long.
fn copied(studio: &mut Studio) -> String {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        studio.step();
        let commands = &studio.output().platform_output.commands;
        let text = commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = text {
            return text;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("nothing was copied");
}

/// A key that goes down and nothing else, so that the next step is the last one that knows of it.
fn press(studio: &Studio, modifiers: Modifiers, key: Key) {
    studio.event(egui::Event::Key { key, pressed: true, modifiers, repeat: false, physical_key: None });
}

fn value(studio: &Studio, quantity: Quantity) -> f32 {
    let session = studio.state().session();
    session.reading(PersonId(1)).unwrap().value(quantity, session.frame()).unwrap()
}

#[test]
fn a_joint_is_read_in_metres_pixels_and_units() {
    let (mut studio, _folder) = two_people();
    for (label, unit, head) in [
        ("Unit: Pixels", LengthUnit::Pixels, "px"),
        ("Unit: Units", LengthUnit::Units, "units"),
        ("Unit: Metres", LengthUnit::Metres, "m"),
    ] {
        studio.get_by_label(label).click();
        studio.run();
        let session = studio.state().session();
        assert_eq!(session.settings.length_unit, unit);
        let at = session.reading(PersonId(1)).unwrap().position(RIGHT_WRIST, FrameIndex(0)).unwrap();
        let places = if unit == LengthUnit::Pixels { 1 } else { 3 };
        let said = format!("right wrist: {:.places$}, {:.places$}, {:.places$}", at.x, at.y, at.z);
        studio.get_by_role_and_label(Role::Row, &said).click_accesskit();
        studio.run();
        assert_eq!(studio.state().session().selection.selected, Some(Pick::joint(PersonId(1), RIGHT_WRIST)));
        studio.get_by_label(&format!("3D: {:.places$}, {:.places$}, {:.places$} {head}", at.x, at.y, at.z));
        let speed = value(&studio, Quantity::Speed(RIGHT_WRIST));
        let places = [2, 0, 3][LengthUnit::ALL.iter().position(|known| *known == unit).unwrap()];
        studio.get_by_label(&format!("Speed: {speed:.places$} {head}/s"));
        press(&studio, Modifiers::COMMAND | Modifiers::SHIFT, Key::C);
        let text = copied(&mut studio);
        assert!(text.contains(&format!("joint\tx {head}\ty {head}\tz {head}\n")), "{text}");
        assert!(text.contains(&format!("right wrist\t{:.4}\t", at.x)), "{text}");
        assert!(text.contains("angle\tleft °\tright °\tdifference °\n"), "{text}");
        studio.run();
    }
}

#[test]
fn angles_stand_left_and_right_with_their_difference() {
    let (mut studio, _folder) = two_people();
    studio.get_by_label("Table: Angles").click();
    studio.run();
    let (left, right) = (
        value(&studio, Quantity::Angle(Angle::LeftKneeFlexion)),
        value(&studio, Quantity::Angle(Angle::RightKneeFlexion)),
    );
    let row = format!("Knee flexion: {left:.1}, {right:.1}, {:.1}", left - right);
    studio.get_by_role_and_label(Role::Row, &row).click_secondary();
    studio.run();
    studio.get_by_label("Copy row").click();
    assert_eq!(copied(&mut studio), format!("Knee flexion\t{left:.1}\t{right:.1}\t{:.1}", left - right));
    studio.run();
    studio.get_by_label("Row copied");
}

#[test]
fn trust_is_a_sentence_with_bones_that_can_be_selected() {
    let (mut studio, _folder) = two_people();
    studio.get_by_label("Table: Trust").click();
    studio.run();
    let session = studio.state().session();
    let motion = session.active_motion().unwrap().person(PersonId(1)).unwrap();
    let quality = motion.quality.as_ref().unwrap();
    studio.get_by_label(&quality.verdict());
    studio.get_by_label(&motion.symmetry[0].sentence());
    let shin = &quality.bones[1];
    let now = session.reading(PersonId(1)).unwrap().bone_length_m(shin.bone, FrameIndex(0)).unwrap();
    let (mean, variation) = (shin.mean_m, 100.0 * shin.variation);
    let row = format!("{}: {now:.3}, {mean:.3}, {variation:.1}", shin.name().split(" to ").nth(1).unwrap());
    studio.get_by_role_and_label(Role::Row, &row).click_accesskit();
    studio.run();
    assert_eq!(studio.state().session().selection.selected, Some(Pick::bone(PersonId(1), 1)));
    studio.get_by_label(&format!("Length: {now:.3} m")).click();
    assert_eq!(copied(&mut studio), format!("{now:.3} m"));
}

#[test]
fn plots_are_chosen_from_a_list_with_search_and_presets() {
    let (mut studio, _folder) = two_people();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::G);
    studio.run();
    studio.get_by_label("Choose what to plot");
    studio.get_by_role_and_label(Role::Button, "Knees").click();
    studio.run();
    let knees = [Angle::LeftKneeFlexion, Angle::RightKneeFlexion].map(Quantity::Angle);
    assert_eq!(studio.state().session().settings.plotted, knees);
    wait_until(&mut studio, "the curves", |app| !app.is_busy());
    let bend = value(&studio, knees[1]);
    studio.get_by_role_and_label(Role::CheckBox, &format!("Person 1: Right knee flexion: {bend:.1}"));
    studio.get_by_label("Choose…").click();
    studio.run();
    studio.get_by_role_and_label(Role::TextInput, "Search quantities").type_text("wrist speed");
    studio.run();
    assert!(studio.query_by_role_and_label(Role::MenuItemCheckBox, "Left knee flexion").is_none());
    studio.get_by_role_and_label(Role::MenuItemCheckBox, "Right wrist speed").click();
    studio.run();
    let settings = &studio.state().session().settings;
    assert_eq!(settings.plotted.last(), Some(&Quantity::Speed(RIGHT_WRIST)));
    let kept = serde_json::to_string(settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&kept).unwrap().plotted, settings.plotted);
    studio.key_press(Key::Escape);
    studio.run();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::G);
    studio.run();
    assert!(studio.query_by_label("Choose…").is_none(), "the panel closes");
}

/// Two people, and these chosen for the plots, which are closed.
fn two_people_with(quantities: &[Quantity]) -> (Studio, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "two.json", 2, 24);
    let settings = Settings { plotted: quantities.to_vec(), ..Settings::default() };
    (Setup { settings, ..Setup::file(&path) }.settle_in(folder.path()), folder)
}

/// A window that plots these of two people.
fn plotting(quantities: &[Quantity]) -> (Studio, tempfile::TempDir) {
    let (mut studio, folder) = two_people_with(quantities);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::G);
    studio.run();
    wait_until(&mut studio, "the curves", |app| !app.is_busy());
    (studio, folder)
}

#[test]
fn a_chart_has_its_place_before_its_curves_are_worked_out() {
    let quantities = [Quantity::Speed(RIGHT_WRIST), Quantity::RootHeight];
    let (mut studio, _folder) = two_people_with(&quantities);
    let chart = |studio: &Studio| studio.query_by_label("Plot: Speed (m/s)").map(|node| node.rect());
    studio.key_press_modifiers(Modifiers::COMMAND, Key::G);
    while chart(&studio).is_none() {
        studio.step();
    }
    // The frame that shows the panel first does not wait for the curves, short as they are.
    let legend = studio.get_by_label_contains("Person 1: Right wrist speed: ");
    assert!(legend.rect().is_positive());
    studio.step();
    let before = chart(&studio);
    wait_until(&mut studio, "the curves", |app| !app.is_busy());
    let speed = value(&studio, quantities[0]);
    studio.get_by_label(&format!("Person 1: Right wrist speed: {speed:.2}"));
    assert_eq!(chart(&studio), before);
}

#[test]
fn a_curve_is_hidden_by_its_legend_and_the_rest_is_copied() {
    let quantities = [Quantity::Speed(RIGHT_WRIST), Quantity::RootHeight];
    let (mut studio, _folder) = plotting(&quantities);
    let speed = value(&studio, quantities[0]);
    studio.get_by_label(&format!("Person 1: Right wrist speed: {speed:.2}")).click_accesskit();
    studio.run();
    press(&studio, Modifiers::COMMAND | Modifiers::ALT, Key::C);
    let text = copied(&mut studio);
    let mut lines = text.lines();
    let heads = "frame\ttime_secs\tPerson 1: Height of the hips [m]\tPerson 2: Height of the hips [m]\t\
                 Person 2: Right wrist speed [m/s]";
    assert_eq!(lines.next(), Some(heads));
    assert_eq!(lines.clone().count(), 24);
    let first: Vec<&str> = lines.next().unwrap().split('\t').collect();
    assert_eq!(first[..2], ["0", "0.000000"]);
    assert_eq!(first[2].parse::<f32>().unwrap(), value(&studio, Quantity::RootHeight));
}

#[test]
fn plots_are_saved_as_table_and_as_picture() {
    let quantities =
        [Quantity::Angle(Angle::LeftElbowFlexion), Quantity::Angle(Angle::RightElbowFlexion), Quantity::RootHeight];
    let (mut studio, folder) = plotting(&quantities);
    for (key, name) in [(Key::S, "two-plots.csv"), (Key::P, "two-plots.png")] {
        studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::ALT, key);
        studio.run();
        studio.get_by_role_and_label(Role::TextInput, "Save as");
        studio.get_by_role_and_label(Role::Button, "Save").click();
        studio.run();
        let path = folder.path().join(name);
        wait_until(&mut studio, name, |app| !app.is_busy() && path.exists());
        assert!(studio.query_all_by_label_contains(name).next().is_some(), "says where");
    }
    let table = std::fs::read_to_string(folder.path().join("two-plots.csv")).unwrap();
    assert!(table.starts_with("frame,time_secs,Person 1: Left elbow flexion [deg],"), "{table}");
    assert_eq!(table.lines().count(), 25);
    assert!(table.lines().all(|line| line.split(',').count() == 2 + 2 * quantities.len()));
    let picture = image::open(folder.path().join("two-plots.png")).unwrap().to_rgb8();
    assert!(picture.width() == 1920 && picture.height() > 800);
    let ground = *picture.get_pixel(1, 1);
    let inked = picture.pixels().filter(|pixel| **pixel != ground).count();
    assert!(inked > 10_000, "{inked} pixels are drawn");
}

#[test]
fn a_plot_scrubs_and_zooms_the_time_of_the_timeline() {
    let (mut studio, _folder) = plotting(&[Quantity::RootHeight]);
    let chart = studio.get_by_label("Plot: Position (m)").rect();
    let at = |share: f32| chart.lerp_inside(egui::vec2(share, 0.5));
    studio.drag_at(at(0.5));
    studio.step();
    studio.drop_at(at(0.5));
    studio.run();
    assert!((11..=12).contains(&studio.state().session().frame().0), "{:?}", studio.state().session().frame());
    studio.hover_at(at(0.5));
    studio.step();
    let scroll = |studio: &mut Studio| {
        studio.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, 200.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
    };
    scroll(&mut studio);
    studio.run_steps(20);
    studio.drag_at(at(0.9));
    studio.step();
    studio.drop_at(at(0.9));
    studio.run();
    let frame = studio.state().session().frame().0;
    assert!((14..22).contains(&frame), "zoomed in around the middle: {frame}");
}

#[test]
fn a_box_zooms_a_plot_into_values_and_a_double_click_shows_all() {
    let (mut studio, _folder) = plotting(&[Quantity::RootHeight]);
    let name = "Plot: Position (m)";
    let values = |studio: &Studio| -> Vec<f32> {
        let said = studio.get_by_label(name).accesskit_node().value().unwrap();
        said.trim_end_matches(" m").split(" to ").map(|value| value.parse().unwrap()).collect()
    };
    let all = values(&studio);
    let chart = studio.get_by_label(name).rect();
    let at = |x: f32, y: f32| chart.lerp_inside(egui::vec2(x, y));
    let before = studio.state().session().frame();
    studio.event(egui::Event::ModifiersChanged(Modifiers::COMMAND));
    studio.drag_at(at(0.4, 0.2));
    studio.step();
    for share in [0.3, 0.4, 0.5] {
        studio.hover_at(at(0.2 + share, share));
        studio.step();
    }
    studio.drop_at(at(0.7, 0.5));
    studio.run_steps(3);
    studio.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    assert_eq!(studio.state().session().frame(), before, "a box does not scrub");
    let zoomed = values(&studio);
    let share = (zoomed[1] - zoomed[0]) / (all[1] - all[0]);
    assert!(share > 0.2 && share < 0.45 && zoomed[0] > all[0] && zoomed[1] < all[1], "{all:?} {zoomed:?}");
    studio.get_by_label("All values");
    for _ in 0..2 {
        studio.drag_at(at(0.5, 0.5));
        studio.step();
        studio.drop_at(at(0.5, 0.5));
        studio.step();
    }
    studio.run_steps(3);
    assert_eq!(values(&studio), all);
    assert!(studio.query_by_label("All values").is_none());
}
