//! Every WGSL file is built in, and every one that is an entry point is valid.

#![allow(clippy::unwrap_used)] // a helper of a test fails the test

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use motionbert::render::shader::{EMBEDDED, join, validate};

fn built_in(name: &str) -> Option<Cow<'static, str>> {
    EMBEDDED.iter().find(|(file, _)| *file == name).map(|(_, text)| Cow::Borrowed(*text))
}

fn names_in(folder: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    std::fs::read_dir(root.join(folder))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| format!("{folder}{}", entry.file_name().to_str().unwrap()))
        .collect()
}

#[test]
fn the_program_has_exactly_the_files_of_the_folder() {
    let on_disk: BTreeSet<String> = names_in("").into_iter().chain(names_in("common/")).collect();
    let inside: BTreeSet<String> = EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(on_disk, inside);
}

#[test]
fn every_file_is_valid() {
    for (name, _) in EMBEDDED {
        let joined = join(name, &built_in).unwrap_or_else(|error| panic!("{error}"));
        validate(name, &joined).unwrap_or_else(|error| panic!("{error}"));
        if !name.starts_with("common/") {
            let draws = joined.contains("@vertex") && joined.contains("@fragment");
            assert!(draws || joined.contains("@compute"), "{name} has no entry points");
        }
    }
}
