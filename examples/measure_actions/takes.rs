//! Labelled motion capture as a folder of converted clips holds it: `manifest.json` and archives of joints.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use glam::Vec3;
use motionbert::data::H36M_JOINTS;
use motionbert::io::npy::{self, Npy, Npz};
use serde::Deserialize;

/// Shorter takes show no whole movement.
const MIN_FRAMES: usize = 20;

/// One take of one person.
pub struct Take {
    pub id: String,
    pub label: String,
    /// Of a person whom the starter model was not trained on.
    pub is_held_out: bool,
    pub fps: f64,
    /// [frames, 17], metres, y up, the floor near 0.
    pub joints_in_world: Vec<Vec3>,
}

#[derive(Deserialize)]
struct Manifest {
    clips: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    shard: String,
    label: String,
    split: String,
    fps: f64,
    /// The same capture, converted from another place.
    dup_of: Option<String>,
}

/// Every take that is not the copy of another, in the order of the manifest.
pub fn read(folder: &Path) -> Result<Vec<Take>, Box<dyn Error>> {
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(folder.join("manifest.json"))?)?;
    let entries: Vec<Entry> = manifest.clips.into_iter().filter(|entry| entry.dup_of.is_none()).collect();
    let mut joints: BTreeMap<String, Vec<Vec3>> = BTreeMap::new();
    let shards: std::collections::BTreeSet<&str> = entries.iter().map(|entry| entry.shard.as_str()).collect();
    for shard in shards {
        let bytes = std::fs::read(folder.join(shard))?;
        let mut archive = Npz::open(&bytes)?;
        for entry in entries.iter().filter(|entry| entry.shard == shard) {
            let out_of_root = array(&mut archive, &format!("{}/pos", entry.id))?;
            let roots = array(&mut archive, &format!("{}/root", entry.id))?;
            let places = out_of_root.chunks_exact(H36M_JOINTS).zip(roots);
            joints.insert(
                entry.id.clone(),
                places.flat_map(|(frame, root)| frame.iter().map(move |joint| *joint + root)).collect(),
            );
        }
    }
    let take = |entry: Entry| {
        let joints_in_world = joints.remove(&entry.id).filter(|joints| joints.len() >= MIN_FRAMES * H36M_JOINTS)?;
        let is_held_out = entry.split == "test";
        Some(Take { id: entry.id, label: entry.label, is_held_out, fps: entry.fps, joints_in_world })
    };
    Ok(entries.into_iter().filter_map(take).collect())
}

fn array(archive: &mut Npz<'_>, name: &str) -> Result<Vec<Vec3>, Box<dyn Error>> {
    match npy::parse(&archive.bytes(name)?)? {
        Npy::Plain(array) => Ok(array.to_f32()?.as_chunks::<3>().0.iter().copied().map(Vec3::from_array).collect()),
        Npy::Objects(_) => Err(format!("{name} holds Python objects").into()),
    }
}

impl Take {
    pub fn frames(&self) -> usize {
        self.joints_in_world.len() / H36M_JOINTS
    }

    /// The middle of the take, of so many frames at most.
    #[must_use]
    pub fn middle(&self, frames: usize) -> Self {
        let len = self.frames().min(frames);
        let start = (self.frames() - len) / 2;
        Self {
            id: self.id.clone(),
            label: self.label.clone(),
            joints_in_world: self.joints_in_world[start * H36M_JOINTS..(start + len) * H36M_JOINTS].to_vec(),
            ..*self
        }
    }
}
