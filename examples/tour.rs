//! Writes a picture of each state of the window, in both themes and two sizes, drawn by the graphics adapter that wgpu
//! picks for tests.
//!
//! `cargo run --example tour -- FOLDER` (without it `target/tour`); `cargo run --example tour -- --readme` makes the
//! pictures of the README anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "stops on errors, tells its progress"
)]

#[path = "../tests/support/tour.rs"]
#[allow(dead_code, reason = "shared with the snapshot test")]
mod tour;

use std::path::{Path, PathBuf};

use image::RgbaImage;
use image::buffer::ConvertBuffer;
use image::codecs::jpeg::JpegEncoder;
use motionbert::session::settings::ThemeChoice;
use tour::{Look, STOPS, open, picture};

/// State, theme and name of each picture in the README.
const README: [(&str, ThemeChoice, &str); 5] = [
    ("plots", ThemeChoice::Dark, "studio"),
    ("trails", ThemeChoice::Light, "trails"),
    ("clean_up", ThemeChoice::Dark, "clean-up"),
    ("body", ThemeChoice::Dark, "bodies"),
    ("side_by_side", ThemeChoice::Light, "side-by-side"),
];
const JPEG_QUALITY: u8 = 92;

fn main() {
    let argument = std::env::args_os().nth(1);
    if argument.as_ref().is_some_and(|argument| argument == "--readme") {
        readme(Path::new("assets/pictures"));
    } else {
        everything(&argument.map_or_else(|| PathBuf::from("target/tour"), PathBuf::from));
    }
}

/// Calls `see` with each state in turn.
fn walk(look: Look, mut see: impl FnMut(usize, &str, RgbaImage)) {
    let scratch = tempfile::tempdir().unwrap();
    let mut studio = open(look, scratch.path());
    for (number, (name, go)) in STOPS.iter().enumerate() {
        go(&mut studio);
        see(number, name, picture(&mut studio));
    }
}

fn everything(folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    for theme in [ThemeChoice::Dark, ThemeChoice::Light] {
        for size in [Look::SMALL, Look::LARGE] {
            let look = Look { theme, size };
            walk(look, |number, name, picture| {
                let path = folder.join(format!("{}_{number:02}_{name}.png", look.name()));
                picture.save(&path).unwrap();
                println!("{}", path.display());
            });
        }
    }
}

fn readme(folder: &Path) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    for theme in [ThemeChoice::Dark, ThemeChoice::Light] {
        walk(Look { theme, size: Look::SMALL }, |_, name, picture| {
            let Some((.., file)) = README.iter().find(|(state, of, _)| *state == name && *of == theme) else { return };
            let path = folder.join(format!("{file}.jpg"));
            let out = std::fs::File::create(&path).unwrap();
            let picture: image::RgbImage = picture.convert();
            picture.write_with_encoder(JpegEncoder::new_with_quality(out, JPEG_QUALITY)).unwrap();
            println!("{}", path.display());
        });
    }
}
