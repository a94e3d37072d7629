//! Videos under keypoints. Folders of pictures stand for them, as they need no other program.

use std::path::{Path, PathBuf};

use eframe::egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use image::{Rgb, RgbImage};
use motionbert::io::frames::Ffmpeg;
use motionbert::session::Settings;
use motionbert::ui::StartOptions;
use tempfile::TempDir;

use super::{Setup, Studio, clip, drop_on, frame, wait_until};

const FRAMES: usize = 24;
/// Between the grey levels of two frames.
const LEVELS: usize = 10;

/// Pictures whose grey says their number.
fn pictures(folder: &Path, name: &str, count: usize) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(&path).unwrap();
    for number in 0..count {
        let picture = RgbImage::from_pixel(128, 72, Rgb([(number * LEVELS) as u8; 3]));
        picture.save(path.join(format!("{number:03}.png"))).unwrap();
    }
    path
}

/// A window with two people, and pictures that go with them.
fn with_pictures(setup: Setup) -> (Studio, PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "two.json", 2, FRAMES);
    let pictures = pictures(folder.path(), "filmed", FRAMES);
    let start = StartOptions { files: vec![path], ..setup.start.clone() };
    (Setup { start, ..setup }.settle_in(folder.path()), pictures, folder)
}

fn has_video(studio: &Studio) -> bool {
    studio.state().session().active().is_some_and(|clip| clip.video.is_some())
}

/// The frame of the video on screen, as the 2D view tells screen readers.
fn shown(studio: &Studio) -> Option<usize> {
    let view = studio.query_by_label_contains("video frame ")?;
    view.accesskit_node().label()?.rsplit(' ').next()?.parse().ok()
}

/// Steps until the shown frame's picture is there.
fn catch_up(studio: &mut Studio) {
    let start = std::time::Instant::now();
    while shown(studio) != Some(frame(studio)) {
        assert!(start.elapsed().as_secs() < 60, "frame {} is shown at {}", shown(studio).unwrap_or(999), frame(studio));
        std::thread::sleep(std::time::Duration::from_millis(5));
        studio.step();
    }
}

fn attached() -> (Studio, TempDir) {
    let (mut studio, pictures, folder) = with_pictures(Setup::default());
    drop_on(&mut studio, pictures);
    wait_until(&mut studio, "the video", |app| !app.is_busy() && app.session().active().unwrap().video.is_some());
    (studio, folder)
}

#[test]
fn a_dropped_video_goes_under_the_keypoints_and_that_is_undone() {
    let (mut studio, _folder) = attached();
    studio.get_by_label("filmed is under the keypoints of two.json");
    studio.get_by_label("filmed");
    studio.get_by_label("128 × 72, 30 fps, 24 frames");
    assert_eq!(studio.state().session().document().sources.len(), 1);
    catch_up(&mut studio);
    studio.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    studio.run();
    assert!(!has_video(&studio));
    assert_eq!(shown(&studio), None);
    studio.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    studio.run();
    assert!(has_video(&studio));
    catch_up(&mut studio);
}

#[test]
fn the_shown_picture_is_that_of_the_frame() {
    let (mut studio, _folder) = attached();
    catch_up(&mut studio);
    for key in [Key::ArrowRight, Key::End, Key::ArrowLeft, Key::Home] {
        studio.key_press(key);
        studio.run_steps(2);
        catch_up(&mut studio);
    }
    studio.key_press(Key::Space);
    for _ in 0..60 {
        std::thread::sleep(std::time::Duration::from_millis(2));
        studio.step();
        let (picture, timeline) = (shown(&studio).unwrap(), frame(&studio));
        assert!(picture <= timeline || timeline == 0, "{picture} is ahead of {timeline}");
    }
    studio.key_press(Key::Space);
    studio.run_steps(2);
    catch_up(&mut studio);
}

#[test]
fn the_picture_menu_switches_what_is_shown() {
    let (mut studio, _folder) = attached();
    catch_up(&mut studio);
    studio.key_press(Key::V);
    studio.run_steps(3);
    assert_eq!(shown(&studio), None);
    studio.key_press(Key::V);
    studio.run_steps(2);
    catch_up(&mut studio);

    studio.get_by_label("Picture").click();
    studio.run_steps(3);
    studio.get_by_role_and_label(Role::Slider, "Opacity");
    studio.get_by_role_and_label(Role::CheckBox, "Detected joints").click();
    studio.run_steps(3);
    assert!(!settings(&studio).picture.keypoints);
    studio.get_by_role_and_label(Role::CheckBox, "3D over the picture").click();
    studio.run_steps(3);
    assert!(settings(&studio).picture.projection);
    studio.get_by_label("Detach video").click();
    studio.run_steps(3);
    assert!(!has_video(&studio));
}

fn settings(studio: &Studio) -> &Settings {
    &studio.state().session().settings
}

#[test]
fn a_video_alone_is_a_clip_that_plays() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = pictures(folder.path(), "filmed", FRAMES);
    let mut studio = Setup::file(&pictures).settle_in(folder.path());
    let clip = studio.state().session().active().unwrap();
    assert!(clip.source.is_bare_video() && clip.source.frame_count == FRAMES);
    assert!(studio.query_all_by_label_contains("Nobody was looked for in this video yet").next().is_some());
    studio.key_press(Key::End);
    studio.run_steps(2);
    catch_up(&mut studio);
}

#[test]
fn keypoints_find_the_video_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(folder.path(), "dance.json", 1, FRAMES);
    // An animated picture needs no other program either.
    let mut gif = image::codecs::gif::GifEncoder::new(std::fs::File::create(folder.path().join("dance.gif")).unwrap());
    for number in 0..FRAMES {
        let picture = image::RgbaImage::from_pixel(64, 36, image::Rgba([(number * LEVELS) as u8, 0, 0, 255]));
        let delay = image::Delay::from_numer_denom_ms(40, 1);
        gif.encode_frame(image::Frame::from_parts(picture, 0, 0, delay)).unwrap();
    }
    drop(gif);
    let mut studio = Setup::file(&path).settle_in(folder.path());
    let clip = studio.state().session().active().unwrap();
    assert_eq!((clip.video.as_ref().map(|video| video.size), clip.source.image_size), (Some([64, 36]), Some([64, 36])));
    assert!((clip.fps - 25.0).abs() < 1e-9, "the video says how fast it is: {}", clip.fps);
    studio.key_press(Key::End);
    studio.run_steps(2);
    catch_up(&mut studio);
}

#[test]
fn without_ffmpeg_the_clip_stays_and_a_message_says_what_to_do() {
    let nowhere = Ffmpeg { ffmpeg: "/no/such/ffmpeg".into(), ffprobe: "/no/such/ffprobe".into() };
    let start = StartOptions { tools: Some(nowhere), ..StartOptions::default() };
    let (mut studio, _pictures, folder) = with_pictures(Setup { start, ..Setup::default() });
    let video = folder.path().join("film.mp4");
    std::fs::write(&video, b"\0\0\0\x20ftypisom and more").unwrap();
    drop_on(&mut studio, video);
    wait_until(&mut studio, "the message", |app| !app.is_busy());
    studio.run_steps(3);
    studio.get_by_label("Could not open film.mp4");
    assert!(!has_video(&studio));
    assert_eq!(studio.state().session().document().sources.len(), 1);
}
