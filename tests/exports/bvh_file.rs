//! A small reader of BVH, by the format's description only.

use std::collections::HashMap;
use std::str::SplitWhitespace;

use glam::{DAffine3, DQuat, DVec3};

struct Node {
    name: String,
    parent: Option<usize>,
    offset: DVec3,
    channels: Vec<String>,
}

pub struct BvhFile {
    nodes: Vec<Node>,
    /// Name of the joint, and its tip's offset.
    pub tips: Vec<(String, DVec3)>,
    pub frame_secs: f64,
    pub frames: Vec<Vec<f64>>,
}

impl BvhFile {
    pub fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let mut file = Self { nodes: Vec::new(), tips: Vec::new(), frame_secs: 0.0, frames: Vec::new() };
        expect(&mut words, &["HIERARCHY", "ROOT"]);
        file.read_node(&mut words, None);
        expect(&mut words, &["MOTION", "Frames:"]);
        let count: usize = words.next().unwrap().parse().unwrap();
        expect(&mut words, &["Frame", "Time:"]);
        file.frame_secs = number(&mut words);
        let width = file.nodes.iter().map(|node| node.channels.len()).sum::<usize>();
        let values: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
        file.frames = values.chunks(width).map(<[f64]>::to_vec).collect();
        assert_eq!(file.frames.len(), count);
        assert!(file.frames.iter().all(|frame| frame.len() == width));
        file
    }

    fn read_node(&mut self, words: &mut SplitWhitespace, parent: Option<usize>) {
        let name = words.next().unwrap().to_owned();
        expect(words, &["{", "OFFSET"]);
        let offset = vector(words);
        expect(words, &["CHANNELS"]);
        let count: usize = words.next().unwrap().parse().unwrap();
        let channels = (0..count).map(|_| words.next().unwrap().to_owned()).collect();
        let index = self.nodes.len();
        self.nodes.push(Node { name, parent, offset, channels });
        loop {
            match words.next().unwrap() {
                "JOINT" => self.read_node(words, Some(index)),
                "End" => {
                    expect(words, &["Site", "{", "OFFSET"]);
                    self.tips.push((self.nodes[index].name.clone(), vector(words)));
                    expect(words, &["}"]);
                }
                "}" => return,
                other => panic!("unexpected {other}"),
            }
        }
    }

    /// Names of the joints in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|node| node.name.as_str())
    }

    /// Global frames of all joints by name.
    pub fn pose(&self, frame: usize) -> HashMap<&str, DAffine3> {
        let mut values = self.frames[frame].iter();
        let mut global: Vec<DAffine3> = Vec::new();
        for node in &self.nodes {
            let (mut place, mut turn) = (node.offset, DQuat::IDENTITY);
            for channel in &node.channels {
                let value = *values.next().unwrap();
                match channel.as_str() {
                    "Xposition" => place.x += value,
                    "Yposition" => place.y += value,
                    "Zposition" => place.z += value,
                    "Xrotation" => turn *= DQuat::from_rotation_x(value.to_radians()),
                    "Yrotation" => turn *= DQuat::from_rotation_y(value.to_radians()),
                    "Zrotation" => turn *= DQuat::from_rotation_z(value.to_radians()),
                    other => panic!("unknown channel {other}"),
                }
            }
            let local = DAffine3::from_rotation_translation(turn, place);
            global.push(node.parent.map_or(local, |parent| global[parent] * local));
        }
        self.names().zip(global).collect()
    }
}

fn expect(words: &mut SplitWhitespace, wanted: &[&str]) {
    for word in wanted {
        assert_eq!(words.next(), Some(*word));
    }
}

fn number(words: &mut SplitWhitespace) -> f64 {
    words.next().unwrap().parse().unwrap()
}

fn vector(words: &mut SplitWhitespace) -> DVec3 {
    DVec3::new(number(words), number(words), number(words))
}
