//! The binary part of a GLB, and the accessors that say what is where in it.

use serde_json::{Value, json};

const FLOAT: u32 = 5126;

/// What vertices and faces are read as.
#[derive(Clone, Copy)]
pub(super) enum Target {
    Vertices = 34962,
    Faces = 34963,
}

/// Whether an accessor tells the smallest and largest value of each component. Positions and times have to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds {
    Told,
    Left,
}

/// Arrays one after the other, each starting at a multiple of four bytes.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Buffer {
    /// Adds rows of floats; gives the number of their accessor.
    pub fn floats<const N: usize>(&mut self, rows: impl IntoIterator<Item = [f32; N]>, bounds: Bounds) -> usize {
        self.float_rows(rows, bounds, None)
    }

    /// The same for values of vertices.
    pub fn vertex_floats<const N: usize>(&mut self, rows: impl IntoIterator<Item = [f32; N]>, bounds: Bounds) -> usize {
        self.float_rows(rows, bounds, Some(Target::Vertices))
    }

    fn float_rows<const N: usize>(
        &mut self,
        rows: impl IntoIterator<Item = [f32; N]>,
        bounds: Bounds,
        target: Option<Target>,
    ) -> usize {
        let start = self.bytes.len();
        let (mut count, mut least, mut most) = (0, [f32::INFINITY; N], [f32::NEG_INFINITY; N]);
        for row in rows {
            for (place, value) in row.into_iter().enumerate() {
                self.bytes.extend(value.to_le_bytes());
                (least[place], most[place]) = (least[place].min(value), most[place].max(value));
            }
            count += 1;
        }
        let kind = match N {
            1 => "SCALAR",
            3 => "VEC3",
            4 => "VEC4",
            _ => "MAT4",
        };
        let accessor = self.finish(start, target, FLOAT, kind, count);
        if bounds == Bounds::Told {
            self.accessors[accessor]["min"] = json!(least.as_slice());
            self.accessors[accessor]["max"] = json!(most.as_slice());
        }
        accessor
    }

    /// Adds little-endian numbers that are ready as bytes; gives the number of their accessor.
    pub fn raw(&mut self, bytes: &[u8], target: Target, component: u32, kind: &str, count: usize) -> usize {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.finish(start, Some(target), component, kind, count)
    }

    fn finish(&mut self, start: usize, target: Option<Target>, component: u32, kind: &str, count: usize) -> usize {
        let mut view = json!({ "buffer": 0, "byteOffset": start, "byteLength": self.bytes.len() - start });
        if let Some(target) = target {
            view["target"] = json!(target as u32);
        }
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self.accessors.push(json!({
            "bufferView": self.views.len(),
            "componentType": component,
            "type": kind,
            "count": count,
        }));
        self.views.push(view);
        self.accessors.len() - 1
    }

    /// Bytes, views, accessors.
    pub fn into_parts(self) -> (Vec<u8>, Vec<Value>, Vec<Value>) {
        (self.bytes, self.views, self.accessors)
    }
}
