//! Joint names as people give them ("LShoulder", "left_shoulder", "shoulder1") brought to the names of our skeletons.

use std::collections::HashMap;

use crate::data::{Skeleton, SkeletonId};

/// Joints of the limbs, without which a body cannot be lifted to 3D.
const LIMB_PARTS: [&str; 6] = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle"];
/// Fewest limb joints (of 12) that make a body.
const MIN_LIMB_JOINTS: usize = 8;

/// (part, other spellings), all lower case without separators.
const PARTS: &[(&str, &[&str])] = &[
    ("nose", &["snout"]),
    ("eye", &[]),
    ("ear", &[]),
    ("shoulder", &["sho", "shldr"]),
    ("elbow", &["elb"]),
    ("wrist", &["wri", "hand"]),
    ("knee", &[]),
    ("ankle", &["ank", "foot"]),
    ("heel", &[]),
    ("big toe", &["bigtoe", "toe", "hallux", "footindex"]),
    ("small toe", &["smalltoe", "littletoe"]),
    ("neck", &["thorax", "headbottom", "neckbase", "upperneck"]),
    ("head", &["headtop", "tophead", "topofhead", "vertex", "crown"]),
    ("root", &["pelvis", "midhip", "hips", "hipcenter", "hipcentre", "sacrum"]),
    ("belly", &["spine", "midspine", "torso"]),
    ("hip", &[]),
    ("eye inner", &["eyeinner"]),
    ("eye outer", &["eyeouter"]),
    ("mouth", &[]),
    ("pinky", &[]),
    ("index", &[]),
    ("thumb", &[]),
];

/// Which file column goes to which joint.
#[derive(Debug)]
pub(super) struct NameMap {
    pub skeleton: &'static Skeleton,
    /// For each joint of the skeleton the place in the list of names, if the file has it.
    pub sources: Vec<Option<usize>>,
    /// Names that no joint uses.
    pub unused: Vec<String>,
    /// A side was told by the digits 1 (right) and 2 (left).
    pub has_numbered_sides: bool,
}

/// Maps a file's joint names to `wanted`, or else to the skeleton of ours that uses them best.
///
/// # Errors
/// A text that lists the names found, when they are not enough for a body.
pub(super) fn map_names(names: &[String], wanted: Option<SkeletonId>) -> Result<NameMap, String> {
    let mut places: HashMap<String, (usize, bool)> = HashMap::new();
    let mut has_numbered_sides = false;
    for (place, name) in names.iter().enumerate() {
        let Some(found) = canonical(name) else { continue };
        has_numbered_sides |= found.is_numbered;
        // A true name wins over a stand-in ("wrist" over "hand"); of equals the first stays.
        let entry = places.entry(found.name).or_insert((place, found.is_exact));
        if found.is_exact && !entry.1 {
            *entry = (place, true);
        }
    }
    let limbs = LIMB_PARTS
        .iter()
        .flat_map(|part| [format!("left {part}"), format!("right {part}")])
        .filter(|joint| places.contains_key(joint))
        .count();
    if limbs < MIN_LIMB_JOINTS {
        let listed: Vec<&str> = names.iter().take(40).map(String::as_str).collect();
        return Err(format!(
            "only {limbs} of 12 limb joints (left and right shoulder, elbow, wrist, hip, knee, ankle) were found among \
             the names {}. Rename the body parts, for instance to left_shoulder",
            if listed.is_empty() { "(none)".to_owned() } else { listed.join(", ") }
        ));
    }
    let has = |joint: &str| places.contains_key(joint);
    let id = wanted.unwrap_or(if has("root") && has("neck") && has("belly") {
        SkeletonId::H36m17
    } else if has("root") && has("neck") && has("head") {
        SkeletonId::Halpe26
    } else {
        SkeletonId::Coco17
    });
    let skeleton = id.skeleton();
    let sources: Vec<Option<usize>> = skeleton
        .joints
        .iter()
        .map(|joint| canonical(joint).and_then(|found| places.get(&found.name)).map(|(place, _)| *place))
        .collect();
    let unused = names
        .iter()
        .enumerate()
        .filter(|(at, _)| !sources.contains(&Some(*at)))
        .map(|(_, name)| name.clone())
        .collect();
    Ok(NameMap { skeleton, sources, unused, has_numbered_sides })
}

/// A joint's name in our words, "left shoulder"; none for parts that we do not know.
pub(super) fn canonical_name(name: &str) -> Option<String> {
    canonical(name).map(|found| found.name)
}

struct Canonical {
    /// "left shoulder", "root".
    name: String,
    /// The name is the joint's own, not a stand-in such as "hand".
    is_exact: bool,
    is_numbered: bool,
}

/// The name in our words; none for parts that we do not know.
fn canonical(name: &str) -> Option<Canonical> {
    let mut words = words(name);
    let mut side = None;
    words.retain(|word| match word.as_str() {
        "left" | "l" | "lt" => {
            side = side.or(Some("left"));
            false
        }
        "right" | "r" | "rt" => {
            side = side.or(Some("right"));
            false
        }
        _ => true,
    });
    let mut is_numbered = false;
    if side.is_none()
        && let Some(number @ ("1" | "2")) = words.last().map(String::as_str)
    {
        // The order of MPII and LSP, which "ankle1 .. ankle2" models follow: the right side comes first.
        side = Some(if number == "1" { "right" } else { "left" });
        is_numbered = true;
        words.pop();
    }
    let joined = words.concat();
    let (part, is_exact) = part_named(&joined).or_else(|| {
        // "lshoulder", "rightknee" in one word.
        let (stripped, found_side) = [("left", "left"), ("right", "right"), ("l", "left"), ("r", "right")]
            .iter()
            .find_map(|(prefix, found)| joined.strip_prefix(prefix).map(|rest| (rest, *found)))?;
        let part = part_named(stripped)?;
        side = side.or(Some(found_side));
        Some(part)
    })?;
    let is_middle = matches!(part, "nose" | "neck" | "head" | "root" | "belly");
    match (is_middle, side) {
        (true, None) => Some(Canonical { name: part.to_owned(), is_exact, is_numbered }),
        (false, Some(side)) => Some(Canonical { name: format!("{side} {part}"), is_exact, is_numbered }),
        // One hip without a side is the middle of both.
        (false, None) if part == "hip" => Some(Canonical { name: "root".to_owned(), is_exact: false, is_numbered }),
        _ => None,
    }
}

fn part_named(joined: &str) -> Option<(&'static str, bool)> {
    PARTS.iter().find_map(|(part, others)| {
        if part.replace(' ', "") == joined {
            Some((*part, true))
        } else {
            others.contains(&joined).then_some((*part, false))
        }
    })
}

/// Lower-case words of a name, cut at separators, at capitals after small letters and around digits.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in name.chars() {
        if c.is_alphanumeric() {
            let starts_new = !previous.is_alphanumeric()
                || (previous.is_lowercase() && c.is_uppercase())
                || previous.is_numeric() != c.is_numeric();
            if starts_new {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        previous = c;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet() {
        for name in ["left_shoulder", "LShoulder", "Shoulder_L", "lshoulder", "LeftShoulder", "L.sho", "shoulder2"] {
            assert_eq!(canonical_name(name).as_deref(), Some("left shoulder"), "{name}");
        }
        for name in ["RWrist", "right hand", "wrist1", "rwri"] {
            assert_eq!(canonical_name(name).as_deref(), Some("right wrist"), "{name}");
        }
        assert_eq!(canonical_name("MidHip").as_deref(), Some("root"));
        assert_eq!(canonical_name("hip").as_deref(), Some("root"));
        assert_eq!(canonical_name("nose").as_deref(), Some("nose"));
        assert_eq!(canonical_name("tail"), None);
        assert_eq!(canonical_name("shoulder"), None);
    }

    #[test]
    fn every_skeleton_names_its_own_joints() {
        for id in SkeletonId::ALL {
            let skeleton = id.skeleton();
            let names: Vec<String> = skeleton.joints.iter().map(|joint| (*joint).to_owned()).collect();
            let map = map_names(&names, Some(id)).unwrap();
            let found = map.sources.iter().enumerate().filter(|(at, source)| **source == Some(*at)).count();
            // MPI's chest is the one joint that nothing else has.
            assert!(found >= skeleton.len() - 1, "{}: {:?}", skeleton.name, map.sources);
        }
    }

    #[test]
    fn the_wrist_wins_over_the_hand() {
        let mut names: Vec<String> =
            LIMB_PARTS.iter().flat_map(|part| [format!("l_{part}"), format!("r_{part}")]).collect();
        names.insert(0, "l_hand".to_owned());
        let map = map_names(&names, None).unwrap();
        assert_eq!(map.skeleton.id, SkeletonId::Coco17);
        let wrist = map.skeleton.joint_named("left wrist").unwrap();
        assert_eq!(map.sources[wrist], names.iter().position(|name| name == "l_wrist"));
        assert_eq!(map.unused, ["l_hand"]);
    }

    #[test]
    fn too_few_names_are_listed() {
        let error = map_names(&["snout".to_owned(), "tail".to_owned()], None).unwrap_err();
        assert!(error.contains("snout, tail"), "{error}");
    }
}
