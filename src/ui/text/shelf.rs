//! Published models and fetching them.

pub const TITLE: &str = "Published models";
pub const POSE3D: &str = "3D poses";
pub const MESH: &str = "Bodies";
pub const ACTION: &str = "Actions";
pub const PRETRAIN: &str = "Encoders to train further";
pub const DETECTOR: &str = "Joints in videos";
pub const PERSON_DETECTOR: &str = "People in videos, for RTMPose";

pub const NO_LIST: &str = "Published models cannot be shown";
pub const GET: &str = "Get";
pub const GO_ON: &str = "Go on";
pub const USE: &str = "Use";
pub const IN_USE: &str = "In use";
pub const HERE: &str = "Here";
pub const REFRESH: &str = "Look at the folder again";
pub const FETCHED_HINT: &str = "'Use' in the Models panel takes it into use.";

pub fn get(name: &str) -> String {
    format!("Get {name}")
}

pub fn go_on(name: &str) -> String {
    format!("Go on fetching {name}")
}

pub fn use_it(name: &str) -> String {
    format!("Use {name}")
}

pub fn cancel(name: &str) -> String {
    format!("Stop fetching {name}: what came is kept")
}

pub fn fetching(name: &str) -> String {
    format!("Fetching {name}")
}

pub fn fetched(name: &str) -> String {
    format!("{name} is here")
}

pub fn not_fetched(name: &str) -> String {
    format!("Could not fetch {name}")
}

/// "64 MB · Apache-2.0"
pub fn facts(size_mb: Option<u32>, licence: &str) -> String {
    size_mb.map_or_else(|| licence.to_owned(), |size| format!("{size} MB · {licence}"))
}

pub fn partly(bytes: u64) -> String {
    format!("{} of it here", megabytes(bytes))
}

pub fn share(done: u64, total: u64) -> String {
    match total {
        0 => megabytes(done),
        total => format!("{} of {}", megabytes(done), megabytes(total)),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}
