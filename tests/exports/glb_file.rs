//! A small reader of GLB with one skinned mesh a person, by the format's description only.

use std::collections::HashMap;

use glam::{Affine3A, Mat4, Quat, Vec3};
use serde_json::Value;

pub struct GlbFile {
    pub document: Value,
    binary: Vec<u8>,
}

impl GlbFile {
    pub fn parse(bytes: &[u8]) -> Self {
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!((&bytes[..4], word(4), word(8)), (&b"glTF"[..], 2, bytes.len()));
        let json_end = 20 + word(12);
        assert_eq!((&bytes[16..20], json_end % 4), (&b"JSON"[..], 0));
        assert_eq!((&bytes[json_end + 4..json_end + 8], json_end + 8 + word(json_end)), (&b"BIN\0"[..], bytes.len()));
        Self { document: serde_json::from_slice(&bytes[20..json_end]).unwrap(), binary: bytes[json_end + 8..].to_vec() }
    }

    /// Values of an accessor as numbers, by row.
    pub fn rows(&self, accessor: &Value) -> Vec<Vec<f32>> {
        let accessor = &self.document["accessors"][index(accessor)];
        let view = &self.document["bufferViews"][index(&accessor["bufferView"])];
        let start = index(&view["byteOffset"]);
        let bytes = &self.binary[start..start + index(&view["byteLength"])];
        let values: Vec<f32> = match index(&accessor["componentType"]) {
            5121 => bytes.iter().map(|byte| f32::from(*byte)).collect(),
            5125 => bytes.as_chunks().0.iter().map(|word| u32::from_le_bytes(*word) as f32).collect(),
            5126 => bytes.as_chunks().0.iter().map(|word| f32::from_le_bytes(*word)).collect(),
            other => panic!("component type {other}"),
        };
        let width = match accessor["type"].as_str().unwrap() {
            "SCALAR" => 1,
            "VEC3" => 3,
            "VEC4" => 4,
            "MAT4" => 16,
            other => panic!("type {other}"),
        };
        let rows: Vec<Vec<f32>> = values.chunks(width).map(<[f32]>::to_vec).collect();
        assert_eq!(rows.len(), index(&accessor["count"]));
        rows
    }

    /// Global transforms of all nodes at the key with this number; without one, as the file stands still.
    pub fn pose(&self, key: Option<usize>) -> Vec<Affine3A> {
        let nodes = self.document["nodes"].as_array().unwrap();
        let mut local: Vec<(Quat, Vec3)> = nodes
            .iter()
            .map(|node| {
                let numbers = |key: &str| -> Option<Vec<f32>> { serde_json::from_value(node[key].clone()).ok() };
                let turn = numbers("rotation").map_or(Quat::IDENTITY, |q| Quat::from_slice(&q));
                (turn, numbers("translation").map_or(Vec3::ZERO, |t| Vec3::from_slice(&t)))
            })
            .collect();
        let animation = &self.document["animations"][0];
        for channel in animation["channels"].as_array().unwrap() {
            let Some(key) = key else { break };
            let node = &mut local[index(&channel["target"]["node"])];
            let rows = self.rows(&animation["samplers"][index(&channel["sampler"])]["output"]);
            let row = &rows[key.min(rows.len() - 1)];
            match channel["target"]["path"].as_str().unwrap() {
                "rotation" => node.0 = Quat::from_slice(row),
                "translation" => node.1 = Vec3::from_slice(row),
                other => panic!("path {other}"),
            }
        }
        let mut global = vec![Affine3A::IDENTITY; nodes.len()];
        let mut open: Vec<(usize, Affine3A)> = self.document["scenes"][0]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|root| (index(root), Affine3A::IDENTITY))
            .collect();
        while let Some((node, parent)) = open.pop() {
            global[node] = parent * Affine3A::from_rotation_translation(local[node].0, local[node].1);
            for child in nodes[node]["children"].as_array().into_iter().flatten() {
                open.push((index(child), global[node]));
            }
        }
        global
    }

    /// Joints of one skin by name, from what [`Self::pose`] gave.
    pub fn joints(&self, skin: usize, pose: &[Affine3A]) -> HashMap<String, Vec3> {
        let joints = self.document["skins"][skin]["joints"].as_array().unwrap().iter().map(index);
        let named = joints.map(|node| {
            let name = self.document["nodes"][node]["name"].as_str().unwrap().to_owned();
            (name, Vec3::from(pose[node].translation))
        });
        named.collect()
    }

    /// Vertices of the mesh that hangs on a skin.
    pub fn skinned(&self, skin: usize, pose: &[Affine3A]) -> Vec<Vec3> {
        let node = self.document["nodes"].as_array().unwrap().iter().find(|node| node["skin"] == skin).unwrap();
        let attributes = &self.document["meshes"][index(&node["mesh"])]["primitives"][0]["attributes"];
        let skin = &self.document["skins"][skin];
        let joints: Vec<usize> = skin["joints"].as_array().unwrap().iter().map(index).collect();
        let binds: Vec<Mat4> =
            self.rows(&skin["inverseBindMatrices"]).iter().map(|row| Mat4::from_cols_slice(row)).collect();
        let rows = |name: &str| self.rows(&attributes[name]);
        let (places, pulls, weights) = (rows("POSITION"), rows("JOINTS_0"), rows("WEIGHTS_0"));
        let vertex = |number: usize| {
            let place = Vec3::from_slice(&places[number]);
            let pulled = pulls[number].iter().zip(&weights[number]).map(|(joint, weight)| {
                let joint = *joint as usize;
                pose[joints[joint]].transform_point3(binds[joint].transform_point3(place)) * *weight
            });
            pulled.sum()
        };
        (0..places.len()).map(vertex).collect()
    }
}

pub fn index(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}
