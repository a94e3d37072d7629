//! Folders: one file per frame, or a folder that holds one keypoint file or one such folder.

use std::path::{Path, PathBuf};

use crate::support::Notice;

use super::draft::Draft;
use super::frames::FrameLabel;
use super::source::{Clues, RawFile, file_name};
use super::{KeypointError, Loaded, MAX_FRAMES, ReadContext, formats, openpose, ultralytics};

/// A format that writes one file per frame.
struct FrameFormat {
    extension: &'static str,
    matches: fn(&Clues) -> bool,
    draft: fn(&ReadContext) -> Draft,
    /// Adds the people of one file to the frame of its name.
    add: fn(&RawFile, &mut Draft) -> Result<(), KeypointError>,
}

const FRAME_FORMATS: &[FrameFormat] = &[
    FrameFormat { extension: "json", matches: openpose::matches, draft: openpose::draft, add: openpose::add },
    FrameFormat {
        extension: "txt",
        matches: ultralytics::matches_txt,
        draft: ultralytics::txt_draft,
        add: ultralytics::add_txt,
    },
];

/// Files looked at to find out what a folder holds; the first frames may be empty.
const LOOKED_AT: usize = 20;

/// What a folder holds.
enum Contents {
    Frames(&'static FrameFormat, Vec<PathBuf>),
    /// One keypoint file, or one folder of frames.
    One(PathBuf),
}

pub(super) fn read(folder: &Path, context: &ReadContext) -> Result<Loaded, KeypointError> {
    match contents(folder)? {
        Contents::Frames(format, files) => read_frames(format, &files, &file_name(folder), context),
        Contents::One(path) => super::read(&path, context),
    }
}

pub(super) fn guess(folder: &Path) -> Result<Option<&'static str>, KeypointError> {
    match contents(folder) {
        Ok(Contents::Frames(format, _)) => Ok(Some((format.draft)(&ReadContext::default()).format)),
        Ok(Contents::One(path)) => super::guess(&path),
        Err(KeypointError::Unrecognised(_) | KeypointError::Unknown { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tells that a file is one frame of many when it lies beside others.
pub(super) fn hint_at_siblings(file: &RawFile, context: &ReadContext) {
    let Some(entries) = file.path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else { return };
    let is_sibling = |path: PathBuf| path.extension() == file.path.extension() && path != file.path;
    if entries.flatten().any(|entry| is_sibling(entry.path())) {
        context.notices.add(Notice::info("This is one frame of a clip").hint("Open its folder to see the whole clip."));
    }
}

fn read_frames(
    format: &FrameFormat,
    files: &[PathBuf],
    name: &str,
    context: &ReadContext,
) -> Result<Loaded, KeypointError> {
    let mut draft = (format.draft)(context);
    let mut failed = Vec::new();
    for path in files {
        context.cancel.check()?;
        draft.add_frame(FrameLabel::Name(file_name(path)))?;
        match RawFile::open(path).and_then(|file| (format.add)(&file, &mut draft)) {
            Ok(()) => {}
            Err(KeypointError::Cancelled(cancelled)) => return Err(cancelled.into()),
            Err(error) => failed.push((file_name(path), error.to_string())),
        }
    }
    if let Some((file, why)) = failed.first() {
        context.notices.add(
            Notice::warning(format!("Files that could not be read: {} of {}", failed.len(), files.len()))
                .why(format!("'{file}' {why}"))
                .hint("What could be read of them is kept."),
        );
    }
    draft.finish(name, context)
}

fn contents(folder: &Path) -> Result<Contents, KeypointError> {
    let (files, folders) = entries(folder)?;
    if let Some(frames) = frames_among(&files) {
        return Ok(frames);
    }
    let mut known: Vec<PathBuf> = files.iter().filter(|path| is_known(path)).take(LOOKED_AT).cloned().collect();
    if known.is_empty() {
        let holds_frames = |folder: &&PathBuf| entries(folder).is_ok_and(|(files, _)| frames_among(&files).is_some());
        known = folders.iter().filter(holds_frames).take(LOOKED_AT).cloned().collect();
    }
    match &known[..] {
        [one] => Ok(Contents::One(one.clone())),
        [] => Err(KeypointError::Unknown {
            seen: format!(
                "no keypoints in this folder ({} files, {} folders). Open the folder or file that has them",
                files.len(),
                folders.len()
            ),
            openable: formats::openable(),
        }),
        several => {
            let names: Vec<String> = several.iter().map(|path| file_name(path)).collect();
            Err(KeypointError::Unrecognised(format!(
                "this folder holds several recordings: {}. Open one of them",
                names.join(", ")
            )))
        }
    }
}

/// The files as frames if one of the first of a kind is a frame.
fn frames_among(files: &[PathBuf]) -> Option<Contents> {
    FRAME_FORMATS.iter().find_map(|format| {
        let has_extension = |path: &&PathBuf| {
            path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(format.extension))
        };
        let is_frame = |path: &PathBuf| RawFile::open(path).is_ok_and(|file| (format.matches)(&Clues::of(&file)));
        let frames: Vec<PathBuf> = files.iter().filter(has_extension).cloned().collect();
        frames.iter().take(LOOKED_AT).any(is_frame).then_some(Contents::Frames(format, frames))
    })
}

fn is_known(path: &Path) -> bool {
    RawFile::open(path).is_ok_and(|file| formats::recognise(&Clues::of(&file)).is_some())
}

/// Files and folders in a folder, each in the order of their names, without hidden ones.
fn entries(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), KeypointError> {
    let failed = |source| KeypointError::Io { path: folder.to_owned(), source };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if path.is_dir() {
            folders.push(path);
        } else {
            files.push(path);
        }
        if files.len() > MAX_FRAMES {
            return Err(KeypointError::Unrecognised(format!(
                "the folder has more than {MAX_FRAMES} files, which is more than can be opened. Split it"
            )));
        }
    }
    files.sort_unstable();
    folders.sort_unstable();
    Ok((files, folders))
}
