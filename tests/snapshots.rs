//! The window's main states look as they did: both themes, two sizes, at half their resolution.
//!
//! The pictures are of Mesa's software rasteriser, which draws the same everywhere; with another adapter the test is
//! skipped with a message, except under CI. `UPDATE_SNAPSHOTS=1 cargo test --test snapshots` accepts what is drawn now:
//! look at the pictures first.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

#[path = "support/tour.rs"]
#[allow(dead_code, reason = "shared with the tour")]
mod tour;

use std::io::Write;

use eframe::egui::Vec2;
use egui_kittest::{SnapshotOptions, SnapshotResults, try_image_snapshot_options};
use image::RgbaImage;
use image::imageops::{self, FilterType};
use motionbert::render::Gpu;
use motionbert::session::settings::ThemeChoice;
use motionbert::ui::theme::size;
use tour::{Look, STOPS, open, picture};

/// The states that are kept.
const KEPT: [&str; 5] = ["demo", "angles", "plots", "clean_up", "body"];

/// Pixels that may differ: results of the model are not the same to the last bit on every processor.
const MAX_FAILED_PIXELS: usize = 60;

fn is_lavapipe() -> bool {
    let found = Gpu::headless().map_or_else(|error| error.to_string(), |gpu| gpu.name);
    let is_lavapipe = found.contains("llvmpipe");
    if !is_lavapipe {
        assert!(std::env::var_os("CI").is_none(), "CI draws with lavapipe, not with {found}");
        #[expect(clippy::explicit_write, reason = "the test harness swallows eprintln")]
        writeln!(std::io::stderr(), "SKIPPED: the pictures are of lavapipe, not of {found}").unwrap();
    }
    is_lavapipe
}

/// What is kept of a picture: not the status bar, which tells how fast this machine is.
fn kept(picture: &RgbaImage) -> RgbaImage {
    let (width, height) = (picture.width(), picture.height() - size::STATUS_BAR as u32);
    let upper = imageops::crop_imm(picture, 0, 0, width, height).to_image();
    imageops::resize(&upper, width / 2, height / 2, FilterType::Triangle)
}

fn compare(theme: ThemeChoice, size: Vec2) {
    if !is_lavapipe() {
        return;
    }
    let look = Look { theme, size };
    let folder = tempfile::tempdir().unwrap();
    let mut studio = open(look, folder.path());
    let mut results = SnapshotResults::new();
    let last = STOPS.iter().rposition(|(name, _)| KEPT.contains(name)).unwrap();
    for (name, go) in &STOPS[..=last] {
        go(&mut studio);
        if KEPT.contains(name) {
            let options = SnapshotOptions::new().max_failed_pixels(MAX_FAILED_PIXELS);
            let file = format!("{}_{name}", look.name());
            results.add(try_image_snapshot_options(&kept(&picture(&mut studio)), file, &options));
        }
    }
    results.unwrap();
}

#[test]
fn dark() {
    compare(ThemeChoice::Dark, Look::SMALL);
}

#[test]
fn light() {
    compare(ThemeChoice::Light, Look::SMALL);
}

#[test]
fn dark_narrow() {
    compare(ThemeChoice::Dark, Look::NARROW);
}

#[test]
fn light_narrow() {
    compare(ThemeChoice::Light, Look::NARROW);
}
