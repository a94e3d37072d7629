//! For looking and measuring by hand; `cargo test --test ui -- --ignored --nocapture` runs them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use eframe::egui::{self, Key, Modifiers, Role, Vec2};
use egui_kittest::kittest::Queryable;
use motionbert::session::Settings;
use motionbert::session::settings::ThemeChoice;

use super::{Setup, Studio, clip, wait_until};

/// Milliseconds that a step of the window takes, without drawing its picture.
fn step_ms(studio: &mut Studio) -> f64 {
    studio.run_steps(10);
    let start = Instant::now();
    studio.run_steps(100);
    start.elapsed().as_secs_f64() * 10.0
}

/// Times a frame at 10,000 frames of three people while playing.
#[test]
#[ignore = "for measuring"]
fn frame_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "long.json", 3, 10_000);
    let mut studio = Setup::file(&path).open_in(folder.path());
    wait_until(&mut studio, "the file", |app| app.session().active().is_some());
    eprintln!("while lifting: {:.2} ms", step_ms(&mut studio));
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Period);
    wait_until(&mut studio, "the end", |app| !app.is_busy());
    eprintln!("after lifting: {:.2} ms", step_ms(&mut studio));
}

/// The window's picture. The real window is cleared to the panel colour; the test renderer clears to nothing.
pub fn save(studio: &mut Studio, folder: &Path, name: &str) {
    let mut picture = studio.render().unwrap();
    let ground = studio.ctx.global_style().visuals.panel_fill.to_array();
    for pixel in picture.pixels_mut() {
        let uncovered = 255 - u32::from(pixel[3]);
        for (channel, ground) in pixel.0.iter_mut().zip(ground) {
            *channel = (u32::from(*channel) + u32::from(ground) * uncovered / 255).min(255) as u8;
        }
    }
    picture.save(folder.join(format!("{name}.png"))).unwrap();
}

/// The folder in `STUDIO_PICTURES`.
pub fn pictures_folder() -> PathBuf {
    let folder = PathBuf::from(std::env::var_os("STUDIO_PICTURES").expect("STUDIO_PICTURES names a folder"));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Writes pictures of the palette, the settings, several clips and the first steps.
#[test]
#[ignore = "for looking at"]
fn pictures_of_handling() {
    let folder = pictures_folder();
    let save = |studio: &mut Studio, name: &str| save(studio, &folder, name);
    let scratch = tempfile::tempdir().unwrap();
    for theme in [ThemeChoice::Dark, ThemeChoice::Light] {
        let name = |state: &str| format!("{theme:?}_{state}").to_lowercase();
        let settings = Settings { theme, show_hints: true, ..Settings::default() };
        let setup = Setup { with_gpu: true, settings, ..Setup::default() };
        let mut studio = setup.settle_in(scratch.path());
        save(&mut studio, &name("hints"));
        studio.get_by_label("Dismiss the hints (step 1)").click();
        studio.run();
        studio.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
        studio.run();
        save(&mut studio, &name("settings"));
        studio.key_press(Key::Escape);
        studio.run();
        studio.key_press_modifiers(Modifiers::COMMAND, Key::K);
        studio.run();
        save(&mut studio, &name("palette"));
        studio.get_by_label("Find anything").type_text("fra");
        studio.run();
        save(&mut studio, &name("palette_typed"));
        studio.key_press(Key::Escape);
        studio.run();
        studio.key_press(Key::I);
        studio.run();
        studio.key_press_modifiers(Modifiers::COMMAND, Key::E);
        studio.run();
        save(&mut studio, &name("export"));
        studio.get_by_role_and_label(Role::CheckBox, "BVH").click();
        studio.run();
        save(&mut studio, &name("export_bvh"));
        studio.key_press(Key::Escape);
        studio.key_press(Key::X);
        studio.run();
        for _ in 0..2 {
            studio.key_press_modifiers(Modifiers::COMMAND, Key::D);
            studio.run_steps(2);
            wait_until(&mut studio, "the demo again", |app| !app.is_busy());
        }
        studio.key_press(Key::Space);
        studio.key_press(Key::Home);
        studio.run();
        save(&mut studio, &name("clips"));
        studio.key_press_modifiers(Modifiers::COMMAND, Key::Backslash);
        studio.run_steps(20);
        wait_until(&mut studio, "their motion", |app| !app.is_busy());
        studio.run_steps(30);
        save(&mut studio, &name("side_by_side"));
        studio.key_press_modifiers(Modifiers::COMMAND, Key::B);
        studio.key_press(Key::F1);
        studio.run();
        save(&mut studio, &name("shortcuts"));
        studio.key_press(Key::Escape);
        studio.run();
        studio.key_press_modifiers(Modifiers::COMMAND, Key::Backslash);
        studio.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
        studio.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
        studio.run();
        save(&mut studio, &name("folded_larger"));
    }
}

/// Writes pictures of the main states to the folder in `STUDIO_PICTURES`, for looking at.
#[test]
#[ignore = "for looking at"]
fn pictures() {
    let folder = pictures_folder();
    let scratch = tempfile::tempdir().unwrap();
    let save = |studio: &mut Studio, name: &str| save(studio, &folder, name);
    let dark = || Setup { with_gpu: true, ..Setup::default() };
    let light = || Setup { settings: Settings { theme: ThemeChoice::Light, ..Settings::default() }, ..dark() };

    let mut studio = Setup::settle_in(dark(), scratch.path());
    for _ in 0..4 {
        studio.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    }
    studio.run();
    save(&mut studio, "dark");
    studio.get_by_label("Table: 2D").click_accesskit();
    studio.key_press(Key::P);
    studio.get_by_role_and_label(Role::ListItem, "Person 2").click();
    studio.run();
    save(&mut studio, "dark_2d_performance");
    studio.get_by_label("Models").click();
    studio.run();
    save(&mut studio, "dark_models");
    studio.get_by_label("Log").click();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::L);
    studio.run();
    studio.get_by_label("Path").type_text("~/no/such/file.json");
    studio.run();
    save(&mut studio, "dark_path");
    studio.key_press(Key::Enter);
    wait_until(&mut studio, "the error", |app| !app.is_busy());
    studio.run();
    save(&mut studio, "dark_error_log");
    studio.key_press(Key::F1);
    studio.run();
    save(&mut studio, "dark_shortcuts");
    studio.key_press(Key::Escape);
    studio.run();
    studio.get_by_label("Playback").click();
    studio.run();
    save(&mut studio, "dark_menu");
    studio.key_press(Key::Escape);
    studio.input_mut().hovered_files.push(egui::HoveredFile::default());
    studio.step();
    save(&mut studio, "dark_drop");
    studio.input_mut().hovered_files.clear();
    studio.step();
    studio.key_press_modifiers(Modifiers::COMMAND, Key::W);
    studio.run();
    save(&mut studio, "dark_empty");
    drop(studio);

    let mut studio = Setup::settle_in(light(), scratch.path());
    studio.key_press(Key::End);
    studio.run();
    save(&mut studio, "light");
    studio.get_by_label("Models").click();
    studio.get_by_label("View").click();
    studio.run();
    save(&mut studio, "light_models_menu");
    drop(studio);

    let mut studio = Setup { size: Vec2::new(2560.0, 1440.0), ..dark() }.settle_in(scratch.path());
    save(&mut studio, "dark_2560");
    drop(studio);
    let mut studio = Setup { size: Vec2::new(1000.0, 600.0), ..light() }.settle_in(scratch.path());
    save(&mut studio, "light_narrow");
    studio.get_by_label("Models").click();
    studio.run();
    save(&mut studio, "light_narrow_open");
}

/// Pictures of what is read off a person, and of the plots, in both themes.
#[test]
#[ignore = "for looking at"]
fn reading_pictures() {
    use eframe::egui::Role;
    use motionbert::data::{JointIndex, Side};
    use motionbert::motion::angles::Angle;
    use motionbert::session::Quantity;

    let folder = pictures_folder();
    let scratch = tempfile::tempdir().unwrap();
    let plotted = vec![
        Quantity::Angle(Angle::LeftKneeFlexion),
        Quantity::Angle(Angle::RightKneeFlexion),
        Quantity::AnkleInPicture(Side::Left),
        Quantity::Speed(JointIndex(16)),
        Quantity::Confidence(JointIndex(16)),
    ];
    for theme in [ThemeChoice::Dark, ThemeChoice::Light] {
        for (size, plotted) in [(Vec2::new(1280.0, 720.0), Vec::new()), (Vec2::new(2560.0, 1440.0), plotted.clone())] {
            let settings = Settings { theme, plotted, ..Settings::default() };
            let setup = Setup { with_gpu: true, settings, size, ..Setup::default() };
            let mut studio = setup.settle_in(scratch.path());
            let name = |what: &str| format!("{theme:?}_{}_{what}", size.x).to_lowercase();
            for _ in 0..4 {
                studio.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
            }
            studio.run();
            studio.get_by_label_contains("right wrist: ").click_accesskit();
            studio.run();
            save(&mut studio, &folder, &name("joint"));
            for table in ["Angles", "Trust", "2D"] {
                studio.get_by_label(&format!("Table: {table}")).click();
                studio.run();
                save(&mut studio, &folder, &name(table));
            }
            studio.key_press_modifiers(Modifiers::COMMAND, Key::G);
            studio.run();
            save(&mut studio, &folder, &name("plots"));
            if size.x < 2000.0 {
                studio.get_by_role_and_label(Role::Button, "Knees").click();
                studio.run();
                studio.get_by_label("Choose…").click();
                studio.run();
                save(&mut studio, &folder, &name("choosing"));
                studio.get_by_role_and_label(Role::MenuItemCheckBox, "Left hip flexion").click();
                studio.key_press(Key::Escape);
                studio.run();
                save(&mut studio, &folder, &name("plots_chosen"));
            }
            studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::ALT, Key::P);
            studio.run();
            save(&mut studio, &folder, &name("save"));
            studio.get_by_label("Save as").focus();
            studio.key_press_modifiers(Modifiers::COMMAND, Key::A);
            studio.run();
            let path = folder.join(format!("{}.png", name("picture")));
            let _ = std::fs::remove_file(&path);
            studio.get_by_label("Save as").type_text(path.to_str().unwrap());
            studio.run();
            studio.get_by_role_and_label(Role::Button, "Save").click();
            wait_until(&mut studio, "the picture", |app| !app.is_busy() && path.exists());
        }
    }
}

/// Times a frame with six curves of 10,000 restless frames.
#[test]
#[ignore = "for measuring"]
fn frame_times_reading() {
    use motionbert::data::JointIndex;
    use motionbert::session::Quantity;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.npy");
    let mut bytes = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
    let head = "{'descr': '<f4', 'fortran_order': False, 'shape': (10000, 17, 3), }";
    bytes.extend(format!("{head:<117}\n").bytes());
    let restless = |place: usize| ((place * 7919 % 997) as f32 / 997.0 - 0.5) * 0.1 + (place % 51) as f32 * 0.03 - 0.75;
    bytes.extend((0..10_000 * 51).flat_map(|place| restless(place).to_le_bytes()));
    std::fs::write(&path, bytes).unwrap();
    let plotted = (11..17).map(|joint| Quantity::Speed(JointIndex(joint))).collect();
    let settings = Settings { plotted, ..Settings::default() };
    let mut studio = Setup { settings, ..Setup::file(&path) }.open_in(folder.path());
    wait_until(&mut studio, "the file", |app| app.session().active().is_some() && !app.is_busy());
    eprintln!("without plots: {:.2} ms", step_ms(&mut studio));
    studio.key_press_modifiers(Modifiers::COMMAND, Key::G);
    studio.run_steps(20);
    assert!(studio.query_by_label("Plot: Speed (m/s)").is_some());
    eprintln!("with plots: {:.2} ms", step_ms(&mut studio));
}

/// Times scrubbing in a 720p video: how long until a picture of the frame is there, and until the frame itself.
#[test]
#[ignore = "for measuring"]
fn scrub_times() {
    use motionbert::data::FrameIndex;
    use motionbert::io::frames::Heading;
    use motionbert::runtime::Runtime;
    use motionbert::runtime::video::Wish;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.mp4");
    let source = "testsrc2=size=1280x720:rate=30:duration=20";
    let made = std::process::Command::new("ffmpeg")
        .args(["-loglevel", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p"])
        .arg(&path)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: ffmpeg is not installed");
        return;
    }
    let runtime = Runtime::new(std::sync::Arc::new(|| {})).unwrap();
    for side in [640, 1280] {
        let player = runtime.play_video(&path).unwrap();
        let wish = |frame| Wish { frame: FrameIndex(frame), heading: Heading::Resting, fit_within: [side; 2] };
        let wait = |frame: usize, is_sharp: bool| {
            let start = Instant::now();
            while player
                .show(wish(frame), None)
                .is_none_or(|shown| shown.picture.index != FrameIndex(frame) || (is_sharp && !shown.is_sharp))
            {
                std::thread::sleep(std::time::Duration::from_micros(500));
            }
            start.elapsed().as_secs_f64() * 1e3
        };
        eprintln!("{side} px: first picture after {:.0} ms", wait(0, true));
        let start = Instant::now();
        // As somebody who drags at once, before there is a small picture of every frame.
        for frame in [500, 130, 390, 250, 590, 60] {
            let asked = Instant::now();
            while player.show(wish(frame), None).is_none() {
                std::thread::sleep(std::time::Duration::from_micros(500));
            }
            let near_ms = asked.elapsed().as_secs_f64() * 1e3;
            let near = player.show(wish(frame), None).map_or(0, |shown| shown.picture.index.0);
            let sharp_ms = near_ms + wait(frame, true);
            eprintln!("  at once: frame {frame}: {near} after {near_ms:.0} ms, itself after {sharp_ms:.0} ms");
        }
        while player.preview_count() < 600 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        eprintln!("  600 small pictures after {:.1} s, {} KB", start.elapsed().as_secs_f64(), player.bytes()[1] / 1024);
        let mut times: [Vec<f64>; 2] = Default::default();
        for step in 0..40 {
            let frame = (step * 379 + 100) % 600;
            let small = wait(frame, false);
            times[0].push(small);
            times[1].push(small + wait(frame, true));
        }
        for (what, times) in ["a picture", "the frame"].into_iter().zip(&mut times) {
            times.sort_by(f64::total_cmp);
            eprintln!("  {what}: median {:.1} ms, slowest {:.1} ms", times[20], times[39]);
        }
        let back: f64 = (1..6).map(|step| wait((39 * 379 + 100) % 600 - step, true)).fold(0.0, f64::max);
        eprintln!("  five frames back: slowest {back:.1} ms");
    }
}
