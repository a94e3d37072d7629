//! Finding people in videos.

pub const TITLE: &str = "People in videos";
pub const NEEDED: &str = "Finding people in a video needs a 2D pose network: RTMPose, RTMO or YOLO-pose, as .onnx or as \
                          the .zip that OpenMMLab offers. RTMPose also wants a person detector, YOLOX or RTMDet.";
pub const WHERE_LINK: &str = "RTMPose and YOLOX networks (.zip, onnx)";
pub const POSE: &str = "Pose";
pub const CHOOSE_POSE: &str = "Choose a pose network…";
pub const POSE_HINT: &str = "Finds the joints of people: RTMPose, RTMO or YOLO-pose";
pub const REMOVE_POSE: &str = "Remove the pose network";
pub const PERSON: &str = "People";
pub const CHOOSE_PERSON: &str = "Choose a person detector…";
pub const PERSON_HINT: &str = "Finds the people for RTMPose: YOLOX or RTMDet. RTMO and YOLO-pose need none; without it \
                               RTMPose looks for one person";
pub const REMOVE_PERSON: &str = "Remove the person detector";
pub const PROGRAM: &str = "Program";
pub const PROGRAM_EXAMPLE: &str = "~/bin/find-people";
pub const PROGRAM_HINT: &str = "A program that is given pictures and answers with people, one line of JSON for each \
                                picture";
pub const ARGUMENTS: &str = "Arguments";
pub const ARGUMENTS_EXAMPLE: &str = "--model \"my net.onnx\"";
pub const ARGUMENTS_HINT: &str = "Given to the program when it starts; put quotes around those with spaces";
pub const OWN_PROGRAM: &str = "Use a program of your own…";
pub const OWN_PROGRAM_HINT: &str = "A program on this computer that finds people, in place of a network";
pub const WILL_RUN: &str = "The program will be run on this computer with all your rights whenever people are looked for, \
                            and is given every picture. Use only one that you trust.";
pub const IS_RUN: &str = "This program is run on this computer whenever people are looked for.";
pub const USE_PROGRAM: &str = "Run this program";
pub const REMOVE_PROGRAM: &str = "Remove the detector program";
pub const EVERY: &str = "Look every";
pub const EVERY_HINT: &str = "People are looked for in every so many frames; in between they are followed";
pub const EVERY_UNIT: &str = " frames";
pub const MAX_PEOPLE: &str = "At most";
pub const MAX_PEOPLE_HINT: &str = "So many people are followed at once; of more, the clearest";
pub const MAX_PEOPLE_UNIT: &str = " people";

pub const POSE_TITLE: &str = "Choose a pose network";
pub const PERSON_TITLE: &str = "Choose a person detector";
pub const FILTER: &str = "Networks";

pub const NOT_STARTED: &str = "People cannot be looked for";
pub const NO_DETECTOR: &str = "No detector is chosen";
pub const NO_DETECTOR_WHY: &str = "finding people needs a 2D pose network";
pub const NO_DETECTOR_HINT: &str = "Choose one in the Models panel, which says where to get it, or drop its file here.";
pub const CLEAR_CACHE_HINT: &str = "People that were found in videos, kept so that nothing is searched twice";
pub const NOT_CLEARED: &str = "Not all that was found could be removed";

pub const NOBODY_HINT: &str = "Try another detector, or look for people in every frame.";

pub fn nobody(clip: &str) -> String {
    format!("Nobody was found in {clip}")
}

pub fn finding(clip: &str) -> String {
    format!("Finding people in {clip}")
}

pub fn chosen(file: &str) -> String {
    format!("People will be found with {file}")
}

pub fn clear_cache(bytes: u64) -> String {
    format!("Clear cache ({})", megabytes(bytes))
}

fn megabytes(bytes: u64) -> String {
    let megabytes = bytes as f64 / f64::from(1 << 20);
    if megabytes < 9.95 && bytes > 0 { format!("{megabytes:.1} MB") } else { format!("{megabytes:.0} MB") }
}
