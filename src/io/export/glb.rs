//! GLB: binary glTF 2.0 with people's skinned bodies, their skeletons and one animation of all. One file for everybody.
//!
//! glTF fixes metres, y up and the body facing +z, which is the drawn world as it is. The shape of a person is in the
//! mesh, which stands in T-pose on the floor while nothing moves; pose blend shapes are left out. The same motion gives
//! the same bytes.

mod buffer;
mod mesh;

use std::io::{self, Write};
use std::path::Path;

use glam::DQuat;
use serde_json::{Value, json};

use super::WriteError;
use super::rig::{BodyMotion, RIG_NAMES, children};
use crate::data::body::{BODY_JOINTS, BODY_PARENTS};
use crate::support::CancelToken;
use buffer::{Bounds, Buffer};

/// "glTF", and the types of the two chunks.
const MAGIC: u32 = 0x4654_6C67;
const JSON_CHUNK: u32 = 0x4E4F_534A;
const BIN_CHUNK: u32 = 0x004E_4942;

/// Matte, as unfired clay.
const ROUGHNESS: f64 = 0.85;

/// One person in the file.
#[derive(Clone, Debug)]
pub struct GlbPerson<'a> {
    pub motion: BodyMotion<'a>,
    /// For the outliner of the program that opens the file: "Person 3".
    pub name: String,
    /// Linear RGB, 0 to 1.
    pub colour: [f32; 3],
}

/// The lists of the document that grow with every person.
#[derive(Default)]
struct Lists {
    buffer: Buffer,
    nodes: Vec<Value>,
    scene_nodes: Vec<usize>,
    meshes: Vec<Value>,
    skins: Vec<Value>,
    materials: Vec<Value>,
    channels: Vec<Value>,
    samplers: Vec<Value>,
}

/// Writes everybody. Time 0 of the animation is frame 0 of the tracks.
///
/// # Errors
/// When there is nobody, a motion holds no frame or a value that is not a number, the file would be larger than the
/// format allows (4 GiB) or cannot be written, or the token was cancelled.
pub fn write(path: &Path, people: &[GlbPerson], fps: f64, cancel: &CancelToken) -> Result<(), WriteError> {
    super::super::atomic::write(path, cancel, |out| {
        if people.is_empty() {
            return Err(io::Error::other("there is nobody to write"));
        }
        let mut lists = Lists::default();
        for person in people {
            person.motion.check()?;
            cancel.check().map_err(io::Error::other)?;
            lists.add(person, fps);
        }
        write_chunks(out, lists, fps)
    })
}

impl Lists {
    fn add(&mut self, person: &GlbPerson, fps: f64) {
        let motion = &person.motion;
        let rest = motion.rest_joints();
        let surface = mesh::Surface::of(motion);
        let first_joint = self.nodes.len() + 1;

        self.scene_nodes.push(self.nodes.len());
        self.nodes.push(json!({ "name": person.name, "children": [first_joint] }));
        for joint in 0..BODY_JOINTS {
            let offset = BODY_PARENTS[joint].map_or(rest[0] + surface.lift, |parent| rest[joint] - rest[parent]);
            let mut node = json!({ "name": RIG_NAMES[joint], "translation": offset.as_vec3().to_array() });
            let hung: Vec<usize> = children(joint).map(|child| first_joint + child).collect();
            if !hung.is_empty() {
                node["children"] = json!(hung);
            }
            self.nodes.push(node);
        }
        self.scene_nodes.push(self.nodes.len());
        self.nodes.push(json!({
            "name": format!("{} body", person.name),
            "mesh": self.meshes.len(),
            "skin": self.skins.len(),
        }));

        let inverse_binds = rest.iter().map(|joint| {
            let [x, y, z] = (-(*joint + surface.lift)).as_vec3().to_array();
            [1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, x, y, z, 1.0]
        });
        let joints: Vec<usize> = (first_joint..first_joint + BODY_JOINTS).collect();
        self.skins.push(json!({
            "name": person.name,
            "inverseBindMatrices": self.buffer.floats(inverse_binds, Bounds::Left),
            "joints": joints,
            "skeleton": first_joint,
        }));
        self.meshes.push(surface.write(&mut self.buffer, &person.name, self.materials.len()));
        let [red, green, blue] = person.colour;
        self.materials.push(json!({
            "name": format!("{} clay", person.name),
            "pbrMetallicRoughness": {
                "baseColorFactor": [red, green, blue, 1.0],
                "metallicFactor": 0.0,
                "roughnessFactor": ROUGHNESS,
            },
        }));
        self.animate(motion, first_joint, fps);
    }

    fn animate(&mut self, motion: &BodyMotion, first_joint: usize, fps: f64) {
        let range = motion.track.range;
        let times =
            self.buffer.floats((range.start..range.end).map(|frame| [(frame as f64 / fps) as f32]), Bounds::Told);
        let places = self.buffer.floats(motion.pelvis().map(|place| place.as_vec3().to_array()), Bounds::Left);
        self.channel(first_joint, "translation", times, places);
        for joint in 0..BODY_JOINTS {
            let mut before = DQuat::IDENTITY;
            // q and -q turn alike, but a program that interpolates between them goes the long way round.
            let rotations = (0..motion.frame_count()).map(|frame| {
                let rotation = motion.rotation(frame, joint).normalize();
                before = if rotation.dot(before) < 0.0 { -rotation } else { rotation };
                before.as_quat().normalize().to_array()
            });
            let rotations = self.buffer.floats(rotations, Bounds::Left);
            self.channel(first_joint + joint, "rotation", times, rotations);
        }
    }

    fn channel(&mut self, node: usize, path: &str, times: usize, values: usize) {
        self.channels.push(json!({ "sampler": self.samplers.len(), "target": { "node": node, "path": path } }));
        self.samplers.push(json!({ "input": times, "output": values, "interpolation": "LINEAR" }));
    }
}

fn write_chunks(out: &mut dyn Write, lists: Lists, fps: f64) -> io::Result<()> {
    let (mut bytes, views, accessors) = lists.buffer.into_parts();
    let document = json!({
        "asset": {
            "version": "2.0",
            "generator": concat!("MotionBERT Studio ", env!("CARGO_PKG_VERSION")),
            "extras": { "framesPerSecond": fps },
        },
        "scene": 0,
        "scenes": [{ "nodes": lists.scene_nodes }],
        "nodes": lists.nodes,
        "meshes": lists.meshes,
        "skins": lists.skins,
        "materials": lists.materials,
        "animations": [{ "name": "Motion", "channels": lists.channels, "samplers": lists.samplers }],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{ "byteLength": bytes.len() }],
    });
    let mut text = serde_json::to_vec(&document)?;
    text.resize(text.len().next_multiple_of(4), b' ');
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let size =
        |bytes: usize| u32::try_from(bytes).map_err(|_| io::Error::other("GLB ends at 4 GiB; take fewer frames"));
    let header = [MAGIC, 2, size(12 + 8 + text.len() + 8 + bytes.len())?];
    header.iter().try_for_each(|word| out.write_all(&word.to_le_bytes()))?;
    for (kind, chunk) in [(JSON_CHUNK, &text), (BIN_CHUNK, &bytes)] {
        out.write_all(&size(chunk.len())?.to_le_bytes())?;
        out.write_all(&kind.to_le_bytes())?;
        out.write_all(chunk)?;
    }
    Ok(())
}
