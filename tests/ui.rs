//! The window, driven by accessibility labels the way a person or a screen reader would.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{self, Role, Vec2};
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, kittest::Queryable};
use motionbert::session::Settings;
use motionbert::session::settings::ThemeChoice;
use motionbert::ui::log_book::LogBook;
use motionbert::ui::{StartOptions, StudioApp};

type Studio = Harness<'static, StudioApp>;

/// How a test's window is made.
struct Setup {
    size: Vec2,
    pixels_per_point: f32,
    start: StartOptions,
    settings: Settings,
    with_gpu: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            size: Vec2::new(1280.0, 720.0),
            pixels_per_point: 1.0,
            start: StartOptions::default(),
            settings: Settings::default(),
            with_gpu: false,
        }
    }
}

impl Setup {
    fn open(self) -> Studio {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        std::fs::write(&path, serde_json::to_vec(&self.settings).unwrap()).unwrap();
        let mut builder = Harness::builder()
            .with_size(self.size)
            .with_pixels_per_point(self.pixels_per_point)
            .with_step_dt(1.0 / 30.0)
            .with_max_steps(60)
            .with_render_cursor(false);
        if self.with_gpu {
            let options = eframe::egui_wgpu::RendererOptions::PREDICTABLE;
            let state = create_render_state(default_wgpu_setup(), options);
            builder = builder.renderer(WgpuTestRenderer::from_render_state(state));
        }
        let start = self.start;
        builder.build_eframe(move |creation| {
            let gpu = creation.wgpu_render_state.as_ref();
            let app = StudioApp::new(&creation.egui_ctx, Some(path), start, LogBook::default(), gpu).unwrap();
            drop(folder);
            app
        })
    }
}

/// Steps until `done` or a long time has passed.
fn wait_until(studio: &mut Studio, what: &str, done: impl Fn(&StudioApp) -> bool) {
    let start = Instant::now();
    while !done(studio.state()) {
        assert!(start.elapsed() < Duration::from_secs(120), "waited too long for {what}");
        std::thread::sleep(Duration::from_millis(10));
        studio.step();
    }
    studio.step();
}

/// A window with the demo, inferred and paused at its first frame.
fn demo(setup: Setup) -> Studio {
    let mut studio = setup.open();
    wait_until(&mut studio, "the demo", |app| !app.is_busy() && app.session().active().is_some());
    studio.get_by_label("Pause").click();
    studio.step();
    studio.key_press(egui::Key::Home);
    studio.run();
    studio
}

/// Writes pictures of the main states to the folder in `STUDIO_PICTURES`, for looking at.
#[test]
#[ignore = "for looking at"]
fn pictures() {
    let folder = PathBuf::from(std::env::var_os("STUDIO_PICTURES").expect("STUDIO_PICTURES names a folder"));
    std::fs::create_dir_all(&folder).unwrap();
    let save = |studio: &mut Studio, name: &str| {
        studio.render().unwrap().save(folder.join(format!("{name}.png"))).unwrap();
    };
    let dark = || Setup { with_gpu: true, ..Setup::default() };
    let light = || Setup { settings: Settings { theme: ThemeChoice::Light, ..Settings::default() }, ..dark() };

    let mut studio = demo(dark());
    for _ in 0..4 {
        studio.key_press_modifiers(egui::Modifiers::SHIFT, egui::Key::ArrowRight);
    }
    studio.run();
    save(&mut studio, "dark");
    studio.get_by_label("Table: 2D").click_accesskit();
    studio.key_press(egui::Key::P);
    studio.get_by_role_and_label(Role::ListItem, "Person 2").click();
    studio.run();
    save(&mut studio, "dark_2d_performance");
    studio.get_by_label("Models").click();
    studio.run();
    save(&mut studio, "dark_models");
    studio.get_by_label("Log").click();
    studio.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::L);
    studio.run();
    studio.get_by_label("Path").type_text("~/no/such/file.json");
    studio.run();
    save(&mut studio, "dark_path");
    studio.key_press(egui::Key::Enter);
    wait_until(&mut studio, "the error", |app| !app.is_busy());
    studio.run();
    save(&mut studio, "dark_error_log");
    studio.key_press(egui::Key::F1);
    studio.run();
    save(&mut studio, "dark_shortcuts");
    studio.key_press(egui::Key::Escape);
    studio.run();
    studio.get_by_label("Playback").click();
    studio.run();
    save(&mut studio, "dark_menu");
    studio.key_press(egui::Key::Escape);
    studio.input_mut().hovered_files.push(egui::HoveredFile::default());
    studio.step();
    save(&mut studio, "dark_drop");
    studio.input_mut().hovered_files.clear();
    studio.step();
    studio.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::W);
    studio.run();
    save(&mut studio, "dark_empty");
    drop(studio);

    let mut studio = demo(light());
    studio.key_press(egui::Key::End);
    studio.run();
    save(&mut studio, "light");
    studio.get_by_label("Models").click();
    studio.get_by_label("View").click();
    studio.run();
    save(&mut studio, "light_models_menu");
    drop(studio);

    let mut studio = demo(Setup { size: Vec2::new(2560.0, 1440.0), ..dark() });
    save(&mut studio, "dark_2560");
    drop(studio);
    let mut studio = demo(Setup { size: Vec2::new(1000.0, 600.0), ..light() });
    save(&mut studio, "light_narrow");
    studio.get_by_label("Models").click();
    studio.run();
    save(&mut studio, "light_narrow_open");
}
