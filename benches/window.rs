//! Time of one frame of the window at 1280x720 with three people over 10,000 frames, playing.
//!
//! `cargo bench --bench window`. The window thread's own work (events, clock, panels) is timed apart from the whole
//! frame, which adds tessellation, the 3D view, egui's pass and reading the picture back. Runs on the adapter that
//! wgpu picks for tests, a software rasteriser where there is one.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark stops on errors and prints its result")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::egui::Vec2;
use egui_kittest::Harness;
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use motionbert::motion::angles::Angle;
use motionbert::session::Settings;
use motionbert::session::reading::Quantity;
use motionbert::session::scene_settings::Appearance;
use motionbert::ui::log_book::LogBook;
use motionbert::ui::{StartOptions, StudioApp};

#[path = "../tests/support/waving.rs"]
mod waving;
use waving::{LEFT_WRIST, STANCE, write_clip};

const FRAMES: usize = 10_000;
const PEOPLE: usize = 3;
const WARM_UP: usize = 20;
const ROUNDS: usize = 120;

/// People who sway and wave, side by side.
fn place(frame: usize, person: usize, joint: usize) -> [f64; 2] {
    let time = frame as f64 / 30.0 + person as f64;
    let [x, y] = STANCE[joint];
    let wave = if joint == LEFT_WRIST { 40.0 * (3.0 * time).sin() } else { 0.0 };
    [300.0 + 320.0 * person as f64 + 60.0 * time.sin() + 2.0 * x, 360.0 + 2.0 * y + wave]
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<46} median {:6.2} ms   p95 {:6.2} ms",
        ms(times[times.len() / 2]),
        ms(times[times.len() * 95 / 100])
    );
}

/// A window that plays the clip, everything read and lifted.
fn studio(folder: &Path, clip: PathBuf, settings: &Settings) -> Harness<'static, StudioApp> {
    let path = folder.join("settings.json");
    std::fs::write(&path, serde_json::to_vec(settings).unwrap()).unwrap();
    let state = create_render_state(default_wgpu_setup(), eframe::egui_wgpu::RendererOptions::default());
    println!("adapter: {}", state.adapter.get_info().name);
    let mut studio = Harness::builder()
        .with_size(Vec2::new(1280.0, 720.0))
        .with_step_dt(1.0 / 30.0)
        .renderer(WgpuTestRenderer::from_render_state(state))
        .build_eframe(move |creation| {
            let start = StartOptions { files: vec![clip], ..StartOptions::default() };
            let gpu = creation.wgpu_render_state.as_ref();
            StudioApp::new(&creation.egui_ctx, Some(path), start, LogBook::default(), gpu).unwrap()
        });
    while studio.state().is_busy() || studio.state().session().active().is_none() {
        std::thread::sleep(Duration::from_millis(5));
        studio.step();
    }
    assert!(studio.state().session().clock.is_playing(), "what is timed is playback");
    studio
}

/// What drawing costs before anything is drawn: a target, egui's pass, and reading the picture back.
fn empty_window() -> Harness<'static> {
    let state = create_render_state(default_wgpu_setup(), eframe::egui_wgpu::RendererOptions::default());
    Harness::builder()
        .with_size(Vec2::new(1280.0, 720.0))
        .renderer(WgpuTestRenderer::from_render_state(state))
        .build_ui(|_| {})
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let clip = folder.path().join("clip.json");
    write_clip(&clip, PEOPLE, FRAMES, place);
    let settings = |appearance: Appearance, has_plots: bool| {
        let mut settings = Settings::default();
        settings.scene.appearance = appearance;
        if has_plots {
            settings.plotted = [Angle::LeftKneeFlexion, Angle::RightKneeFlexion].map(Quantity::Angle).to_vec();
            settings.closed_panels.remove("plots");
        }
        settings
    };
    let windows = [
        (", skeletons", settings(Appearance::Skeleton, false)),
        (", skeletons and plots", settings(Appearance::Skeleton, true)),
        (", bodies", settings(Appearance::Body, false)),
        (", bodies and plots", settings(Appearance::Body, true)),
    ];
    let mut windows = windows.map(|(name, settings)| {
        let studio = studio(folder.path(), clip.clone(), &settings);
        (name, studio, Vec::new(), Vec::new())
    });

    let mut empty = empty_window();
    let mut reading_back = Vec::new();
    for round in 0..WARM_UP + ROUNDS {
        let start = Instant::now();
        empty.render().unwrap();
        if round >= WARM_UP {
            reading_back.push(start.elapsed());
        }
        // In turns, so that whatever slows the machine down slows all.
        for (_, studio, window_thread, whole) in &mut windows {
            let start = Instant::now();
            studio.step();
            let stepped = start.elapsed();
            studio.render().unwrap();
            if round >= WARM_UP {
                window_thread.push(stepped);
                whole.push(start.elapsed());
            }
        }
    }
    println!("1280x720, {PEOPLE} people, {FRAMES} frames, playing, {ROUNDS} rounds");
    report("an empty window, with reading back", reading_back);
    for (name, _, window_thread, whole) in windows {
        report(&format!("window thread{name}"), window_thread);
        report(&format!("whole frame, with reading back{name}"), whole);
    }
}
