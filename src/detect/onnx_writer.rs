//! Writes networks as ONNX files: a few nodes and numbers, in the protobuf that the format is made of. For networks
//! that nobody trained: those of `bench` and of tests.

/// The length of an axis: a number, or a name where any number will do.
#[derive(Clone, Copy, Debug)]
pub enum Side {
    Fixed(usize),
    Any(&'static str),
}

/// Of a node.
#[derive(Clone, Debug)]
pub enum Attribute {
    Int(i64),
    Ints(Vec<i64>),
}

/// A graph that grows node by node; values are known by name.
#[derive(Default)]
pub struct Network {
    graph: Vec<u8>,
    values: usize,
}

/// Numbers of the protobuf fields and of the format's element types.
const FLOAT: u64 = 1;
const INT64: u64 = 7;

impl Network {
    pub fn input(mut self, name: &str, shape: &[Side]) -> Self {
        bytes_field(&mut self.graph, 11, &declared(name, FLOAT, shape));
        self
    }

    pub fn output(&mut self, name: &str, shape: &[Side]) {
        bytes_field(&mut self.graph, 12, &declared(name, FLOAT, shape));
    }

    /// Numbers that are part of the file, as many as `shape` says, last axis fastest.
    pub fn floats(&mut self, shape: &[usize], values: &[f32]) -> String {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len());
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(shape, FLOAT, &raw)
    }

    pub fn ints(&mut self, values: &[i64]) -> String {
        let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.constant(&[values.len()], INT64, &raw)
    }

    fn constant(&mut self, shape: &[usize], kind: u64, raw: &[u8]) -> String {
        let name = self.fresh();
        let mut tensor = Vec::new();
        for side in shape {
            number_field(&mut tensor, 1, *side as u64);
        }
        number_field(&mut tensor, 2, kind);
        bytes_field(&mut tensor, 8, name.as_bytes());
        bytes_field(&mut tensor, 9, raw);
        bytes_field(&mut self.graph, 5, &tensor);
        name
    }

    /// A node; its result gets a name.
    pub fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[(&str, Attribute)]) -> String {
        let name = self.fresh();
        self.node_to(operator, inputs, attributes, &name);
        name
    }

    pub fn node_to(&mut self, operator: &str, inputs: &[&str], attributes: &[(&str, Attribute)], output: &str) {
        let mut node = Vec::new();
        for input in inputs {
            bytes_field(&mut node, 1, input.as_bytes());
        }
        bytes_field(&mut node, 2, output.as_bytes());
        bytes_field(&mut node, 4, operator.as_bytes());
        for (name, value) in attributes {
            let mut attribute = Vec::new();
            bytes_field(&mut attribute, 1, name.as_bytes());
            match value {
                Attribute::Int(value) => {
                    number_field(&mut attribute, 3, *value as u64);
                    number_field(&mut attribute, 20, 2);
                }
                Attribute::Ints(values) => {
                    for value in values {
                        number_field(&mut attribute, 8, *value as u64);
                    }
                    number_field(&mut attribute, 20, 7);
                }
            }
            bytes_field(&mut node, 5, &attribute);
        }
        bytes_field(&mut self.graph, 1, &node);
    }

    fn fresh(&mut self) -> String {
        self.values += 1;
        format!("v{}", self.values)
    }

    /// The file.
    pub fn file(self) -> Vec<u8> {
        let mut graph = self.graph;
        bytes_field(&mut graph, 2, b"graph");
        let mut operators = Vec::new();
        number_field(&mut operators, 2, 13);
        let mut model = Vec::new();
        number_field(&mut model, 1, 8);
        bytes_field(&mut model, 7, &graph);
        bytes_field(&mut model, 8, &operators);
        model
    }
}

/// A value's name, element type and shape.
fn declared(name: &str, kind: u64, shape: &[Side]) -> Vec<u8> {
    let mut sides = Vec::new();
    for side in shape {
        let mut dimension = Vec::new();
        match side {
            Side::Fixed(side) => number_field(&mut dimension, 1, *side as u64),
            Side::Any(name) => bytes_field(&mut dimension, 2, name.as_bytes()),
        }
        bytes_field(&mut sides, 1, &dimension);
    }
    let mut tensor = Vec::new();
    number_field(&mut tensor, 1, kind);
    bytes_field(&mut tensor, 2, &sides);
    let mut value_type = Vec::new();
    bytes_field(&mut value_type, 1, &tensor);
    let mut value = Vec::new();
    bytes_field(&mut value, 1, name.as_bytes());
    bytes_field(&mut value, 2, &value_type);
    value
}

fn varint(into: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

fn number_field(into: &mut Vec<u8>, field: u64, value: u64) {
    varint(into, field << 3);
    varint(into, value);
}

fn bytes_field(into: &mut Vec<u8>, field: u64, value: &[u8]) {
    varint(into, field << 3 | 2);
    varint(into, value.len() as u64);
    into.extend_from_slice(value);
}
