//! Body models on the card: each is uploaded once and kept while somebody holds it.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use bytemuck::{Pod, Zeroable};
use glam::Vec3;
use wgpu::util::DeviceExt;

use super::limbs::{LIMBS, Limb, limbs};
use crate::data::body::BodyModel;

/// `Model` in shaders/skin.wgsl.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
pub struct Header {
    pub vertices: u32,
    pub shapes: u32,
    pub per_vertex: u32,
    pub first_body: u32,
    pub shapes_at: u32,
    pub skin_at: u32,
    pub fans_at: u32,
    pub pose_at: u32,
}

/// What the compute shader reads of a model.
#[derive(Debug)]
pub struct ModelData {
    pub header: Header,
    header_buffer: wgpu::Buffer,
    pub group: wgpu::BindGroup,
}

impl ModelData {
    /// The first body of the next frame's dispatch.
    pub fn set_first_body(&self, queue: &wgpu::Queue, first_body: u32) {
        let header = Header { first_body, ..self.header };
        queue.write_buffer(&self.header_buffer, 0, bytemuck::bytes_of(&header));
    }
}

/// A model's buffers.
#[derive(Debug)]
pub struct ModelBuffers {
    model: Weak<BodyModel>,
    /// Corners of the faces.
    pub faces: wgpu::Buffer,
    pub face_corners: u32,
    /// Ends of the edges; made when first asked for.
    edges: Option<(wgpu::Buffer, u32)>,
    /// None where vertices are posed on the CPU.
    pub data: Option<ModelData>,
    pub limbs: [Limb; LIMBS],
    pub was_asked_for_pose_shapes: bool,
    pub has_pose_shapes: bool,
}

impl ModelBuffers {
    /// `layout` is that of shaders/skin.wgsl's group 1, if that can be used. The pose blend shapes, by far the largest
    /// part, go along if asked for, and if the card takes that much.
    pub fn new(
        device: &wgpu::Device,
        model: &Arc<BodyModel>,
        layout: Option<&wgpu::BindGroupLayout>,
        wants_pose_shapes: bool,
    ) -> Self {
        let faces = index_buffer(device, bytemuck::cast_slice(&model.faces));
        let limits = device.limits();
        let most_bytes = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        let pose_bytes = model.pose_directions.as_ref().map_or(0, |directions| size_of_val(&**directions) as u64);
        let has_pose_shapes = wants_pose_shapes && pose_bytes > 0 && pose_bytes < most_bytes / 2;
        if wants_pose_shapes && pose_bytes > 0 && !has_pose_shapes {
            log::warn!("{} is drawn without its pose blend shapes: they are too large for this card", model.name);
        }
        let data = layout.map(|layout| {
            let (header, words) = pack(model, has_pose_shapes);
            let buffer = |label, contents: &[u8], usage| {
                device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some(label), contents, usage })
            };
            let header_usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
            let header_buffer = buffer("body model header", bytemuck::bytes_of(&header), header_usage);
            let data = buffer("body model", bytemuck::cast_slice(&words), wgpu::BufferUsages::STORAGE);
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("body model"),
                layout,
                entries: &[
                    wgpu::BindGroupEntry { binding: 0, resource: header_buffer.as_entire_binding() },
                    wgpu::BindGroupEntry { binding: 1, resource: data.as_entire_binding() },
                ],
            });
            ModelData { header, header_buffer, group }
        });
        Self {
            model: Arc::downgrade(model),
            face_corners: model.faces.len() as u32 * 3,
            faces,
            edges: None,
            data,
            limbs: limbs(model),
            was_asked_for_pose_shapes: wants_pose_shapes,
            has_pose_shapes,
        }
    }

    pub fn is_held(&self) -> bool {
        self.model.strong_count() > 0
    }

    pub fn make_edges(&mut self, device: &wgpu::Device) {
        if let (None, Some(model)) = (&self.edges, self.model.upgrade()) {
            let edges = edges(&model.faces);
            self.edges = Some((index_buffer(device, bytemuck::cast_slice(&edges)), edges.len() as u32 * 2));
        }
    }

    /// The edges, and how many ends they have.
    pub fn edges(&self) -> Option<(&wgpu::Buffer, u32)> {
        self.edges.as_ref().map(|(buffer, count)| (buffer, *count))
    }
}

fn index_buffer(device: &wgpu::Device, contents: &[u8]) -> wgpu::Buffer {
    let usage = wgpu::BufferUsages::INDEX;
    device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("body faces"), contents, usage })
}

/// Every edge once.
fn edges(faces: &[[u32; 3]]) -> Vec<[u32; 2]> {
    let sides = faces.iter().flat_map(|[a, b, c]| [[*a, *b], [*b, *c], [*c, *a]]);
    sides.map(|[a, b]| [a.min(b), a.max(b)]).collect::<BTreeSet<_>>().into_iter().collect()
}

/// All of a model in words, in the order of [`Header`].
fn pack(model: &BodyModel, with_pose_shapes: bool) -> (Header, Vec<u32>) {
    let mut words = Vec::new();
    push_points(&model.template, &mut words);
    let shapes_at = words.len() as u32;
    model.shape_directions.iter().for_each(|direction| push_points(direction, &mut words));
    let skin_at = words.len() as u32;
    for (joint, weight) in model.skin.joints.iter().zip(model.skin.weights.iter()) {
        words.extend([u32::from(*joint), weight.to_bits()]);
    }
    let fans_at = words.len() as u32;
    push_fans(&model.faces, model.vertex_count(), &mut words);
    let pose_at = words.len() as u32;
    if let Some(directions) = model.pose_directions.as_ref().filter(|_| with_pose_shapes) {
        push_points(directions, &mut words);
    }
    let header = Header {
        vertices: model.vertex_count() as u32,
        shapes: model.shape_directions.len() as u32,
        per_vertex: model.skin.per_vertex as u32,
        first_body: 0,
        shapes_at,
        skin_at,
        fans_at,
        pose_at,
    };
    (header, words)
}

fn push_points(points: &[Vec3], words: &mut Vec<u32>) {
    words.extend(points.iter().flat_map(Vec3::to_array).map(f32::to_bits));
}

/// Where each vertex's neighbours start, then the neighbours: of each of its faces, the other two corners in order.
fn push_fans(faces: &[[u32; 3]], vertices: usize, words: &mut Vec<u32>) {
    let mut fans: Vec<Vec<u32>> = vec![Vec::new(); vertices];
    for [a, b, c] in faces {
        for [here, next, after] in [[*a, *b, *c], [*b, *c, *a], [*c, *a, *b]] {
            fans[here as usize].extend([next, after]);
        }
    }
    let mut at = (words.len() + vertices + 1) as u32;
    words.push(at);
    for fan in &fans {
        at += fan.len() as u32;
        words.push(at);
    }
    words.extend(fans.into_iter().flatten());
}

#[cfg(test)]
mod tests {
    use super::*;

    const TETRAHEDRON: [[u32; 3]; 4] = [[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]];

    #[test]
    fn every_edge_comes_once() {
        assert_eq!(edges(&TETRAHEDRON), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
    }

    #[test]
    fn fans_hold_the_other_corners_of_each_face() {
        let mut words = vec![77; 5];
        push_fans(&TETRAHEDRON, 4, &mut words);
        let starts = &words[5..10];
        assert_eq!(starts, [10, 16, 22, 28, 34]);
        assert_eq!(words[10..16], [2, 1, 1, 3, 3, 2]);
        assert_eq!(words.len(), 34);
    }
}
