//! The layers hold: every `crate::` path in a module points to a lower layer, and foreign types stay where they belong.

#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

use std::path::{Path, PathBuf};

/// Modules by layer, lowest first.
const LAYERS: &[&[&str]] = &[
    &["data", "support"],
    &["motion", "scene", "io", "nn"],
    &["detect", "infer", "eval", "render"],
    &["train", "session"],
    &["runtime"],
    &["ui", "cli"],
];

/// (crate, modules that may name it)
const FOREIGN: &[(&str, &[&str])] = &[
    ("candle_core", &["nn", "infer", "train"]),
    ("candle_nn", &["nn", "infer", "train"]),
    ("wgpu", &["render", "ui"]),
    ("egui", &["ui"]),
    ("eframe", &["ui"]),
    ("rfd", &["ui", "runtime"]),
    ("clap", &["cli"]),
    ("rten", &["detect"]),
    ("rten_tensor", &["detect"]),
    ("nokhwa", &["io"]),
    ("ureq", &["io"]),
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

fn rust_files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.push(path);
        }
    }
}

/// The top modules named after `crate::` in one line, `use crate::{a::X, b::Y}` included.
fn crate_paths(line: &str) -> Vec<String> {
    let ident = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.push(ident(item.trim()));
                        item.clear();
                        continue;
                    }
                    _ => {}
                }
                item.push(c);
            }
            found.push(ident(item.trim()));
        } else {
            found.push(ident(rest));
        }
    }
    found.retain(|module| !module.is_empty());
    found
}

/// Code without comments, with grouped `use crate::{` lines joined.
fn code_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or("").trim().to_owned();
        if open {
            let last = lines.last_mut().unwrap();
            last.1.push_str(&code);
            open = !code.contains(';');
        } else {
            open = code.contains("use crate::{") && !code.contains(';');
            lines.push((number + 1, code));
        }
    }
    lines
}

#[test]
fn modules_import_lower_layers_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 10);
    let mut faults = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let module = inside.components().next().unwrap().as_os_str().to_str().unwrap();
        let Some(own) = layer(module) else {
            assert!(["lib.rs", "main.rs"].contains(&module), "{} is in no layer", inside.display());
            continue;
        };
        let text = std::fs::read_to_string(&file).unwrap();
        for (number, line) in code_lines(&text) {
            for target in crate_paths(&line) {
                if target == module {
                    continue;
                }
                match layer(&target) {
                    Some(other) if other < own || (own == 0 && other == 0) => {}
                    Some(_) => {
                        faults.push(format!("{}:{number}: {module} may not import {target}", inside.display()));
                    }
                    None => faults.push(format!("{}:{number}: unknown module {target}", inside.display())),
                }
            }
            for (foreign, allowed) in FOREIGN {
                let names_it = line
                    .match_indices(&format!("{foreign}::"))
                    .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
                if names_it && !allowed.contains(&module) {
                    faults.push(format!("{}:{number}: {foreign} does not belong in {module}", inside.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_groups() {
    assert_eq!(crate_paths("use crate::{data::{A, B}, support::C};"), ["data", "support"]);
    assert_eq!(crate_paths("let x = crate::io::read(crate::data::Y);"), ["io", "data"]);
    assert!(crate_paths("use super::x;").is_empty());
}

#[test]
fn there_is_one_wgpu() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    assert_eq!(lock.matches("name = \"wgpu\"\n").count(), 1);
    assert_eq!(lock.matches("name = \"egui\"\n").count(), 1);
}
