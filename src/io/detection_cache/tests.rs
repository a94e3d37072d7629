use std::time::Duration;

use super::*;
use crate::data::skeleton::COCO_17;
use crate::data::{FrameIndex, FrameRate, Keypoint};

fn found(frames: usize) -> Detections {
    let detection = |frame: usize| Detection {
        frame: FrameIndex(frame),
        id: None,
        score: 0.5 + 0.001 * frame as f32,
        bbox: frame.is_multiple_of(2).then_some([1.0, 2.5, 30.0, 40.0]),
        keypoints: (0..17).map(|joint| Keypoint::new(frame as f32 / 3.0, joint as f32, 0.25)).collect(),
    };
    let uneven =
        (0..frames).map(|frame| FrameRate::new(30_000, 1001).unwrap().time_of(frame) + 0.001 * (frame % 2) as f64);
    Detections {
        skeleton: &COCO_17,
        detector: "Fake, 17 joints".into(),
        image_size: [1920, 1080],
        fps: Some(29.97),
        times: FrameTimes::new(uneven, 0.04),
        // Two people in each picture but the first.
        detections: (1..frames).flat_map(|frame| [detection(frame), detection(frame)]).collect(),
    }
}

fn cache(max_bytes: u64) -> (tempfile::TempDir, DetectionCache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = DetectionCache::new(folder.path().join("deep/detections"), max_bytes);
    (folder, cache)
}

fn key(name: &str) -> CacheKey {
    CacheKey::new(&[name])
}

/// As if the entry had been used so long ago.
fn age(cache: &DetectionCache, key: &CacheKey, secs: u64) {
    let file = File::options().append(true).open(cache.path(key)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(secs)).unwrap();
}

#[test]
fn everything_comes_back() {
    let (_folder, cache) = cache(1 << 20);
    assert_eq!(cache.get(&key("a")), None);
    assert_eq!(cache.bytes(), 0);
    for found in [found(50), found(1), Detections { fps: None, ..found(2) }] {
        cache.put(&key("a"), &found).unwrap();
        assert_eq!(cache.get(&key("a")).unwrap(), found);
    }
    assert_eq!(cache.get(&key("b")), None);
    assert!(cache.bytes() > 0);
    cache.clear().unwrap();
    assert_eq!((cache.bytes(), cache.get(&key("a"))), (0, None));
}

#[test]
fn all_parts_of_a_key_count() {
    let keys = [&["ab", "c"][..], &["a", "bc"], &["abc"], &["abc", ""], &["ab", "d"]].map(CacheKey::new);
    for (place, key) in keys.iter().enumerate() {
        assert_eq!(keys.iter().position(|other| other == key), Some(place));
    }
}

#[test]
fn the_entry_that_was_not_used_for_longest_goes() {
    let (_folder, cache) = cache(1 << 20);
    cache.put(&key("size"), &found(20)).unwrap();
    let cache = DetectionCache::new(cache.folder(), cache.bytes() * 7 / 2);
    cache.clear().unwrap();
    for (name, secs) in [("a", 30), ("b", 20), ("c", 10)] {
        cache.put(&key(name), &found(20)).unwrap();
        age(&cache, &key(name), secs);
    }
    cache.get(&key("a")).unwrap();
    cache.put(&key("d"), &found(20)).unwrap();
    let here = ["a", "b", "c", "d"].map(|name| cache.get(&key(name)).is_some());
    assert_eq!(here, [true, false, true, true]);
    assert!(cache.put(&key("e"), &found(2000)).unwrap_err().to_string().contains("bigger"));
    assert!(cache.get(&key("d")).is_some(), "nothing goes for what does not fit anyway");
}

#[test]
fn damaged_entries_are_missing_and_replaced() {
    let (_folder, cache) = cache(1 << 20);
    cache.put(&key("a"), &found(20)).unwrap();
    let sound = std::fs::read(cache.path(&key("a"))).unwrap();
    let mut changed = sound.clone();
    changed[sound.len() / 2] ^= 0x40;
    for damaged in [&changed[..], &sound[..sound.len() / 2], b"", b"nonsense"] {
        std::fs::write(cache.path(&key("a")), damaged).unwrap();
        assert_eq!(cache.get(&key("a")), None);
        assert!(!cache.path(&key("a")).exists());
        cache.put(&key("a"), &found(20)).unwrap();
        assert!(cache.get(&key("a")).is_some());
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let cache = DetectionCache::new(file.join("detections"), 1 << 20);
    assert!(cache.put(&key("a"), &found(3)).is_err());
    assert_eq!((cache.get(&key("a")), cache.bytes()), (None, 0));
    cache.clear().unwrap();
}

#[test]
fn foreign_files_stay() {
    let (_folder, cache) = cache(100);
    cache.put(&key("a"), &found(1)).unwrap_err();
    let foreign = cache.folder().join("mine.npz");
    std::fs::write(&foreign, [0; 1000]).unwrap();
    assert_eq!(cache.bytes(), 0);
    cache.clear().unwrap();
    assert!(foreign.exists());
}
