//! Which files hold pictures by their names, and which video belongs to a file of keypoints.

use std::path::{Path, PathBuf};

/// Extensions of videos that are looked for and offered; others open if they are named.
pub const VIDEO_EXTENSIONS: [&str; 16] =
    ["mp4", "mov", "mkv", "avi", "webm", "m4v", "mpg", "mpeg", "wmv", "flv", "ts", "mts", "m2ts", "3gp", "ogv", "gif"];
pub const PICTURE_EXTENSIONS: [&str; 3] = ["png", "jpg", "jpeg"];

/// More entries of a folder are not looked through.
const MAX_ENTRIES: usize = 4000;
/// Folders beside keypoints that videos are kept in.
const VIDEO_FOLDERS: [&str; 2] = ["video", "videos"];
/// What detectors add to the name of the video. A name that is nothing else says nothing of the video.
const ADDED: [&str; 9] =
    ["json", "keypoints", "results", "detections", "predictions", "alphapose", "openpose", "2d", "pose"];

/// Whether the name says that there are pictures in it: a video, a picture, or a folder of pictures without keypoints.
pub fn looks_like_pictures(path: &Path) -> bool {
    if !path.is_dir() {
        return has_extension(path, &VIDEO_EXTENSIONS) || has_extension(path, &PICTURE_EXTENSIONS);
    }
    let entries = entries(path);
    entries.iter().any(|entry| has_extension(entry, &PICTURE_EXTENSIONS))
        && !entries.iter().any(|entry| has_extension(entry, &["json", "txt", "csv"]))
}

/// The video that a file or folder of keypoints was made from, if one by its name is beside it, in the folder above or
/// in a folder "video" there; for names that any video could have, such as `alphapose-results.json`, the only one in
/// its own folder. None where several could be meant.
pub fn video_beside(keypoints: &Path) -> Option<PathBuf> {
    let stem = if keypoints.is_dir() { keypoints.file_name() } else { keypoints.file_stem() };
    let wanted = plain_name(&stem?.to_string_lossy());
    let folder = keypoints.parent()?;
    if wanted.is_empty() {
        return only(videos_in(folder).into_iter());
    }
    let near = [Some(folder), folder.parent()].into_iter().flatten();
    let folders =
        near.flat_map(|near| std::iter::once(near.to_owned()).chain(VIDEO_FOLDERS.map(|name| near.join(name))));
    for folder in folders {
        let is_it =
            |video: &PathBuf| video.file_stem().is_some_and(|stem| plain_name(&stem.to_string_lossy()) == wanted);
        let mut found = videos_in(&folder).into_iter().filter(is_it).peekable();
        if found.peek().is_some() {
            return only(found);
        }
    }
    None
}

fn only(mut videos: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let first = videos.next()?;
    videos.next().is_none().then_some(first)
}

fn videos_in(folder: &Path) -> Vec<PathBuf> {
    let mut videos = entries(folder);
    videos.retain(|entry| has_extension(entry, &VIDEO_EXTENSIONS) && entry.is_file());
    videos
}

/// Nothing where the folder cannot be read.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.take(MAX_ENTRIES).filter_map(|entry| Some(entry.ok()?.path())).collect()
}

fn has_extension(path: &Path, known: &[&str]) -> bool {
    path.extension().is_some_and(|extension| known.iter().any(|known| extension.eq_ignore_ascii_case(known)))
}

/// A name in small letters without what detectors add and without leading zeros of numbers: `Cam01_json` -> `cam1`.
fn plain_name(stem: &str) -> String {
    let lower = stem.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty() && !ADDED.contains(part));
    let mut plain = String::new();
    for part in parts {
        if !plain.is_empty() {
            plain.push(' ');
        }
        let mut after_digit = false;
        let mut rest = part.chars().peekable();
        while let Some(c) = rest.next() {
            let leads = c == '0' && !after_digit && rest.peek().is_some_and(char::is_ascii_digit);
            if !leads {
                plain.push(c);
            }
            after_digit = c.is_ascii_digit() && !leads;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        folder
    }

    fn beside(files: &[&str], keypoints: &str) -> Option<String> {
        let folder = folder(files);
        let found = video_beside(&folder.path().join(keypoints))?;
        Some(found.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned())
    }

    #[test]
    fn names_are_compared_without_what_detectors_add() {
        for (stem, plain) in [
            ("Dance", "dance"),
            ("cam01_json", "cam1"),
            ("dance_keypoints", "dance"),
            ("take 007b-10", "take 7b 10"),
            ("take000", "take0"),
            ("alphapose-results", ""),
        ] {
            assert_eq!(plain_name(stem), plain);
        }
    }

    #[test]
    fn a_video_of_the_same_name_is_found_near_by() {
        let same = ["dance.json", "dance.MP4", "other.mp4"];
        assert_eq!(beside(&same, "dance.json").as_deref(), Some("dance.MP4"));
        let alone = ["dance.json", "other.mp4"];
        assert_eq!(beside(&alone, "dance.json"), None);
        let several = ["dance.json", "dance.mp4", "dance.mov"];
        assert_eq!(beside(&several, "dance.json"), None);
        let pose2sim = ["json/cam1_json/cam01.0000.json", "video/cam01.mp4", "video/cam02.mp4"];
        assert_eq!(beside(&pose2sim, "json/cam1_json").as_deref(), Some("video/cam01.mp4"));
    }

    #[test]
    fn names_that_say_nothing_need_a_single_video() {
        let one = ["res/alphapose-results.json", "res/dance.mp4", "other.mp4"];
        assert_eq!(beside(&one, "res/alphapose-results.json").as_deref(), Some("res/dance.mp4"));
        let two = ["alphapose-results.json", "dance.mp4", "other.mp4"];
        assert_eq!(beside(&two, "alphapose-results.json"), None);
    }

    #[test]
    fn folders_of_pictures_are_told_from_folders_of_keypoints() {
        assert!(looks_like_pictures(folder(&["1.jpg", "2.jpg"]).path()));
        assert!(!looks_like_pictures(folder(&["1.jpg", "1.json"]).path()));
        assert!(!looks_like_pictures(folder(&[]).path()));
        assert!(looks_like_pictures(Path::new("a/B.MOV")) && looks_like_pictures(Path::new("x.jpeg")));
        assert!(!looks_like_pictures(Path::new("a/b.json")) && !looks_like_pictures(Path::new("mp4")));
    }
}
