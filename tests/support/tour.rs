//! A walk through the window's states with the built-in demo, for pictures: of the tour, of the README and of the
//! snapshot test.

use std::path::Path;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable;
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, Node};
use image::RgbaImage;
use motionbert::session::Settings;
use motionbert::session::settings::ThemeChoice;
use motionbert::ui::log_book::LogBook;
use motionbert::ui::{Action, StartOptions, StudioApp};

pub type Studio = Harness<'static, StudioApp>;

/// How the window looks.
#[derive(Clone, Copy)]
pub struct Look {
    pub theme: ThemeChoice,
    /// Points; one pixel each.
    pub size: Vec2,
}

impl Look {
    pub const SMALL: Vec2 = Vec2::new(1280.0, 720.0);
    pub const LARGE: Vec2 = Vec2::new(2560.0, 1440.0);
    /// Sides fold to icons.
    pub const NARROW: Vec2 = Vec2::new(1000.0, 640.0);

    pub fn name(&self) -> String {
        let theme = if self.theme == ThemeChoice::Light { "light" } else { "dark" };
        format!("{theme}_{}", self.size.x)
    }
}

/// One state of the window: its name, and how to get there from the one before.
pub type Stop = (&'static str, fn(&mut Studio));

/// A new window with the demo, read and lifted, paused at a frame where both people do something. Its settings and
/// files are in `folder`.
pub fn open(look: Look, folder: &Path) -> Studio {
    let path = folder.join("settings.json");
    let settings = Settings { theme: look.theme, msaa: Some(4), ..Settings::default() };
    std::fs::write(&path, serde_json::to_vec(&settings).unwrap()).unwrap();
    let state = create_render_state(default_wgpu_setup(), eframe::egui_wgpu::RendererOptions::PREDICTABLE);
    let mut studio = Harness::builder()
        .with_size(look.size)
        .with_step_dt(1.0 / 30.0)
        .with_max_steps(60)
        .with_render_cursor(false)
        .renderer(WgpuTestRenderer::from_render_state(state))
        .build_eframe(move |creation| {
            let gpu = creation.wgpu_render_state.as_ref();
            StudioApp::new(&creation.egui_ctx, Some(path), StartOptions::default(), LogBook::default(), gpu).unwrap()
        });
    while studio.state().session().active().is_none() {
        studio.step();
    }
    settle(&mut studio);
    press(&mut studio, "Pause");
    at_frame(&mut studio, 40);
    studio
}

/// Steps until nothing is read, lifted or derived any more, and what moves stands still.
pub fn settle(studio: &mut Studio) {
    let start = Instant::now();
    loop {
        studio.step();
        if !studio.state().is_busy() {
            if !studio.state().session().clock.is_playing() {
                studio.run_ok();
            }
            // What came into view may want to be worked out.
            if !studio.state().is_busy() {
                break;
            }
        }
        assert!(start.elapsed() < Duration::from_secs(120), "the demo takes too long");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Does an action by its shortcut.
pub fn act(studio: &mut Studio, action: Action) {
    let shortcut = action.shortcuts().first().unwrap_or_else(|| panic!("{action:?} has no shortcut"));
    studio.key_press_modifiers(shortcut.modifiers, shortcut.logical_key);
    settle(studio);
}

pub fn press(studio: &mut Studio, label: &str) {
    first(studio, label).click_accesskit();
    settle(studio);
}

/// The first of the nodes with this label, or with one that has it in it.
fn first<'a>(studio: &'a Studio, label: &'a str) -> Node<'a> {
    let exact = studio.query_all_by_label(label).next();
    let part = || studio.query_all_by_label_contains(label).next();
    exact.or_else(part).unwrap_or_else(|| panic!("nothing is called {label}"))
}

/// Walks to a frame with the arrow keys.
pub fn at_frame(studio: &mut Studio, frame: usize) {
    let shown = |studio: &Studio| studio.state().session().frame().0;
    let distance = frame.abs_diff(shown(studio));
    let key = if frame > shown(studio) { Key::ArrowRight } else { Key::ArrowLeft };
    for _ in 0..distance / 10 {
        studio.key_press_modifiers(Modifiers::SHIFT, key);
    }
    for _ in 0..distance % 10 {
        studio.key_press(key);
    }
    settle(studio);
    assert_eq!(shown(studio), frame);
}

/// What is in the window, over the colour that the real one is cleared to.
pub fn picture(studio: &mut Studio) -> RgbaImage {
    let mut picture = studio.render().unwrap();
    let ground = studio.ctx.global_style().visuals.panel_fill.to_array();
    for pixel in picture.pixels_mut() {
        let uncovered = 255 - u32::from(pixel[3]);
        for (channel, ground) in pixel.0.iter_mut().zip(ground) {
            *channel = (u32::from(*channel) + u32::from(ground) * uncovered / 255).min(255) as u8;
        }
    }
    picture
}

/// In this order, each from the one before.
pub const STOPS: &[Stop] = &[
    ("demo", |_| {}),
    ("joint", |studio| {
        // In front already, unless the sides are folded.
        press(studio, "Inspector");
        press(studio, "left wrist");
    }),
    ("angles", |studio| press(studio, "Table: Angles")),
    ("trust", |studio| press(studio, "Table: Trust")),
    ("plots", |studio| {
        press(studio, "Table: 3D");
        act(studio, Action::PanelPlots);
        press(studio, "Knees");
    }),
    ("clean_up", |studio| {
        act(studio, Action::PanelPlots);
        press(studio, "Clean up");
        press(studio, "Smoothing: Butterworth");
    }),
    ("models", |studio| {
        act(studio, Action::Undo);
        press(studio, "Models");
    }),
    ("log", |studio| {
        press(studio, "Panels");
        press(studio, "Log");
    }),
    ("body", |studio| {
        press(studio, "Panels");
        press(studio, "Log");
        press(studio, "Body");
    }),
    ("skeleton_inside", |studio| act(studio, Action::NextAppearance)),
    ("speed_and_wireframe", |studio| {
        act(studio, Action::NextAppearance);
        act(studio, Action::NextAppearance);
        press(studio, "Wireframe");
        press(studio, "Colours: Speed");
    }),
    ("rotations", |studio| {
        press(studio, "Wireframe");
        press(studio, "Colours: Person");
        press(studio, "Inspector");
        press(studio, "Table: Body");
    }),
    ("skeleton", |studio| {
        press(studio, "Table: 3D");
        act(studio, Action::NextAppearance);
        act(studio, Action::NextAppearance);
    }),
    ("trails", |studio| {
        act(studio, Action::NextAppearance);
        act(studio, Action::ToggleTrails);
        act(studio, Action::ToggleFrustum);
        act(studio, Action::FrameAll);
    }),
    ("onion_skins", |studio| {
        act(studio, Action::ToggleTrails);
        act(studio, Action::ToggleFrustum);
        act(studio, Action::ToggleOnionSkins);
    }),
    ("camera", |studio| {
        act(studio, Action::ToggleOnionSkins);
        act(studio, Action::ViewCamera);
    }),
    ("orthographic", |studio| {
        act(studio, Action::ViewSide);
        act(studio, Action::ToggleOrthographic);
    }),
    ("timeline", |studio| {
        act(studio, Action::ToggleOrthographic);
        act(studio, Action::ViewThreeQuarter);
        at_frame(studio, 90);
        act(studio, Action::AddMarker);
        act(studio, Action::SetIn);
        at_frame(studio, 240);
        act(studio, Action::SetOut);
        act(studio, Action::AddMarker);
        at_frame(studio, 120);
        act(studio, Action::ToggleHeat);
    }),
    ("palette", |studio| {
        act(studio, Action::ToggleHeat);
        act(studio, Action::Palette);
        studio.event(Event::Text("view".to_owned()));
        settle(studio);
    }),
    ("settings", |studio| {
        escape(studio);
        act(studio, Action::Settings);
    }),
    ("shortcuts", |studio| {
        escape(studio);
        act(studio, Action::Shortcuts);
    }),
    ("path", |studio| {
        escape(studio);
        act(studio, Action::OpenPath);
        studio.event(Event::Text("~/no/such/file.json".to_owned()));
        settle(studio);
    }),
    ("error", |studio| {
        studio.key_press(Key::Enter);
        settle(studio);
    }),
    ("first_steps", |studio| {
        press(studio, "Dismiss");
        press(studio, "Help");
        press(studio, "First steps");
    }),
    ("side_by_side", |studio| {
        press(studio, "Help");
        press(studio, "First steps");
        act(studio, Action::OpenDemo);
        act(studio, Action::PlayPause);
        act(studio, Action::SideBySide);
        at_frame(studio, 200);
    }),
    ("empty", |studio| {
        act(studio, Action::Close);
        act(studio, Action::Close);
    }),
];

fn escape(studio: &mut Studio) {
    studio.key_press(Key::Escape);
    settle(studio);
}
