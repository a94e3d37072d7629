//! Times and pictures, for a person to judge.

use std::sync::Arc;
use std::time::Duration;

use eframe::egui::vec2;
use egui_kittest::{Harness, kittest::Queryable};
use motionbert::data::{FrameIndex, PersonId};
use motionbert::session::scene_settings::BackgroundChoice;
use motionbert::session::settings::ThemeChoice;
use motionbert::session::{SceneSettings, Session, Settings};
use motionbert::ui::{Action, theme};

use super::studio::{Studio, derive, gpu_studio, session};

/// Milliseconds of UI code per frame while playing: the first frame, then median, 95th percentile and greatest.
fn ui_time(people: usize, frames: usize) -> [f64; 4] {
    let mut studio = Studio::new(session(people, frames, frames));
    studio.session.clock.play();
    let mut harness =
        Harness::builder().with_size(vec2(1280.0, 720.0)).with_context_setup(theme::install).build_ui_state(
            |ui, studio: &mut Studio| {
                studio.session.clock.advance(1.0 / 60.0);
                studio.show(ui);
            },
            studio,
        );
    harness.run_steps(120);
    let mut times = harness.into_state().ui_times;
    let first = times.remove(0);
    times.sort_by(f64::total_cmp);
    [first, times[times.len() / 2], times[times.len() * 19 / 20], times[times.len() - 1]]
}

#[test]
#[ignore = "measures"]
fn ui_times() {
    for (people, frames) in [(1, 300), (3, 10_000), (50, 1_000), (50, 10_000), (3, 100_000)] {
        let [first, median, p95, most] = ui_time(people, frames);
        eprintln!(
            "{people} people, {frames} frames: first {first:.2}, median {median:.2}, p95 {p95:.2}, most {most:.2} ms"
        );
    }
}

/// The demo clip lifted by the built-in model.
fn demo() -> Session {
    use motionbert::runtime::{Event, InferRequest, Runtime, open};
    let mut session = Session::new(Settings::default());
    let id = session.new_source_id();
    let source = Arc::new(open::load_demo(id, &Default::default()).unwrap());
    session.add_source(&source, false);
    let generation = session.results.begin(id);
    let runtime = Runtime::new(Arc::new(|| {})).unwrap();
    let _job = runtime.infer(InferRequest {
        people: source.tracks.iter().map(|track| track.person).collect(),
        lift: session.lift_key(session.active().unwrap()),
        source,
        generation,
    });
    while let Some(event) = runtime.wait_event(Duration::from_secs(120)) {
        match event {
            Event::Prediction { update, .. } => session.accept(id, generation, &update),
            Event::Done { .. } => break,
            Event::Failed { notice, .. } => panic!("{}", notice.headline),
            _ => {}
        }
    }
    derive(&mut session);
    session
}

/// What can be added to the 3D view: name, frame, view, settings.
fn scenes() -> Vec<(&'static str, usize, Action, SceneSettings)> {
    let base = SceneSettings::default();
    let on = |change: fn(&mut SceneSettings)| {
        let mut scene = SceneSettings::default();
        change(&mut scene);
        scene
    };
    vec![
        ("plain", 60, Action::ViewThreeQuarter, base),
        ("trails", 60, Action::ViewThreeQuarter, on(|scene| scene.trails = true)),
        ("paths", 60, Action::ViewFront, on(|scene| (scene.trails, scene.whole_paths) = (true, true))),
        ("onion", 100, Action::ViewThreeQuarter, on(|scene| scene.onion_skins = true)),
        ("frustum", 60, Action::ViewThreeQuarter, on(|scene| scene.frustum = true)),
        ("orthographic", 60, Action::ViewSide, on(|scene| scene.orthographic = true)),
        ("white", 60, Action::ViewFront, on(|scene| scene.background = BackgroundChoice::Light)),
        ("green", 60, Action::ViewFront, on(|scene| scene.background = BackgroundChoice::Green)),
    ]
}

#[test]
#[ignore = "writes pictures to look at"]
fn pictures() {
    let folder = std::path::PathBuf::from(std::env::var("MOTIONBERT_PICTURES").unwrap());
    let save = |name: &str, harness: &mut Harness<Studio>| {
        harness.render().unwrap().save(folder.join(format!("{name}.png"))).unwrap();
    };
    for (theme, choice) in [("dark", ThemeChoice::Dark), ("light", ThemeChoice::Light)] {
        for (size, scale, label) in [(vec2(1280.0, 720.0), 1.0, "720"), (vec2(2560.0, 1440.0), 1.5, "1440")] {
            let Some(mut harness) = gpu_studio(demo(), size, scale, choice) else { return };
            harness.state_mut().session.clock.seek(FrameIndex(100));
            harness.state_mut().session.selection.select_person(Some(PersonId(2)));
            harness.run_steps(5);
            save(&format!("{theme}-{label}"), &mut harness);
            harness.state_mut().session.clock.seek(FrameIndex(152));
            let ruler = harness.get_by_label("Playhead").rect();
            harness.hover_at(ruler.center() + vec2(40.0, 50.0));
            harness.run_steps(5);
            save(&format!("{theme}-{label}-gap"), &mut harness);
        }
        let views = [
            ("front", Action::ViewFront),
            ("side", Action::ViewSide),
            ("top", Action::ViewTop),
            ("camera", Action::ViewCamera),
        ];
        let Some(mut harness) = gpu_studio(demo(), vec2(1280.0, 720.0), 1.0, choice) else { return };
        harness.state_mut().session.clock.seek(FrameIndex(60));
        for (name, action) in views {
            harness.state_mut().viewport.ask(action);
            harness.run_steps(60);
            save(&format!("{theme}-{name}"), &mut harness);
        }
        for (name, frame, action, scene) in scenes() {
            let mut session = demo();
            session.settings.scene = scene;
            session.clock.seek(FrameIndex(frame));
            let Some(mut harness) = gpu_studio(session, vec2(1280.0, 720.0), 1.0, choice) else { return };
            harness.state_mut().viewport.ask(action);
            harness.run_steps(90);
            save(&format!("{theme}-scene-{name}"), &mut harness);
        }
        let cases =
            [("long", session(3, 10_000, 6_000)), ("crowd", session(50, 1_000, 1_000)), ("empty", session(2, 300, 0))];
        for (name, session) in cases {
            let Some(mut harness) = gpu_studio(session, vec2(1280.0, 720.0), 1.0, choice) else { return };
            harness.run_steps(40);
            save(&format!("{theme}-{name}"), &mut harness);
        }
    }
}
