//! Exporting a clip.

pub const TITLE: &str = "Export";
pub const HINT: &str = "People's motion as files for other programs.";

pub const BODIES: &str = "Bodies";
pub const BVH_HINT: &str = "A skeleton with rotations for Blender, Maya, Unity and others. One file per person.";
pub const GLB_HINT: &str =
    "Bodies with skin, skeleton and animation, everybody in one file. Always in metres and with y up, as glTF has it.";
pub const BODIES_ARE_FOR: &str = "for Blender, Maya, Unity, Unreal …";
pub const JOINTS: &str = "Joints";
pub const JOINTS_ARE_FOR: &str = "as arrays and tables";
pub const IN_2D: &str = "2D";
pub const KEYPOINTS: &str = "2D keypoints (AlphaPose JSON)";
pub const KEYPOINTS_HINT: &str = "As they were found or opened, of everybody in one file that opens here again";
pub const NPY_HINT: &str = "The 17 joints as the model gives them, float32 [frames, 17, 3]";
pub const CSV_HINT: &str = "A row per frame, three columns per joint";
pub const JSON_HINT: &str = "Frames with names, units and the way back to pixels";

pub const PEOPLE: &str = "People";
pub const FRAMES: &str = "Frames";
pub const IN_TO_OUT: &str = "In to out";
pub const IN_TO_OUT_HINT: &str = "Only from in to out point";
pub const WHOLE_CLIP: &str = "Whole clip";
pub const WHOLE_CLIP_HINT: &str = "All frames";

pub const FRAME_RATE: &str = "Frame rate";
pub const FRAME_RATE_HINT: &str = "Of BVH and GLB. Poses between two frames of the clip are interpolated.";
pub const FRAME_RATE_UNIT: &str = " fps";
pub const ORIGIN: &str = "Start at the origin";
pub const ORIGIN_HINT: &str =
    "Of BVH and GLB. The first person starts over the middle of the floor; everybody else is moved along.";
pub const UP: &str = "BVH up";
pub const Y_UP: &str = "Y";
pub const Y_UP_HINT: &str = "What most programs expect of BVH";
pub const Z_UP: &str = "Z";
pub const Z_UP_HINT: &str = "For programs that take the file as it is and have z up";
pub const UNIT: &str = "BVH unit";
pub const METRES: &str = "m";
pub const CENTIMETRES: &str = "cm";
pub const CENTIMETRES_HINT: &str = "What most programs expect of BVH";
pub const MILLIMETRES: &str = "mm";

pub const SAVE_AS: &str = "Folder and name";
pub const SAVE_AS_EXAMPLE: &str = "~/motion/dance";
pub const CHOOSE_PLACE: &str = "Choose a place…";
pub const CHOOSE_PLACE_HINT: &str = "In the system's file dialog";
pub const EXPORT: &str = "Export";

pub const NO_FORMAT: &str = "Choose a format";
pub const NO_PEOPLE: &str = "Choose a person";
pub const NO_PATH: &str = "Say where";
pub const OWN_FILE: &str = "This would replace the clip's own file; choose another name";

pub const DIALOG_TITLE: &str = "Export to";
pub const EXPORTING: &str = "Exporting";
pub const FAILED: &str = "The export failed";
pub const NOT_STARTED: &str = "Could not start the export";
pub const NOTHING: &str = "There was nothing to export";
pub const NOTHING_WHY: &str = "Nobody chosen is there in these frames.";

/// Beside the clip, and not its own name, which its own file has.
pub fn proposed_name(clip: &str) -> String {
    format!("{clip}-motion")
}

/// "Writes dance.glb and 2 more files"
pub fn writes(first: &str, others: usize, existing: usize) -> String {
    let files = match others {
        0 => first.to_owned(),
        1 => format!("{first} and 1 more file"),
        _ => format!("{first} and {others} more files"),
    };
    match existing {
        0 => format!("Writes {files}"),
        _ if existing > others => format!("Replaces {files}"),
        1 => format!("Writes {files}; 1 is there already and will be replaced"),
        _ => format!("Writes {files}; {existing} are there already and will be replaced"),
    }
}

pub fn exported(files: usize) -> String {
    if files == 1 { "Exported 1 file".to_owned() } else { format!("Exported {files} files") }
}
