//! Skinned bodies: their models kept on the card, their parameters sent every frame, their vertices posed there.
//!
//! Imports `scene` and `motion::skin`. Runs on the thread that draws.

mod limbs;
mod model;
mod records;
mod skinning;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use glam::Vec3;
pub use records::{EdgeInstance, PosedVertex};

use self::limbs::posed_limbs;
use self::model::ModelBuffers;
use self::records::BodyRecord;
use self::skinning::{Compute, posed_on_cpu};
use super::instances::InstanceBuffer;
use super::pipelines::BodyPipelines;
use super::shader::{ShaderError, ShaderSource};
use super::uniform::{encoded, turned_with};
use crate::scene::{BodyShape, CameraMatrices, RenderScene};

const VERTEX_BYTES: u64 = size_of::<PosedVertex>() as u64;
const EDGE_BYTES: u64 = size_of::<EdgeInstance>() as u64;

/// What one view keeps for drawing bodies.
#[derive(Debug)]
pub struct Bodies {
    /// None where vertices are posed on the CPU.
    compute: Option<Compute>,
    /// By address, which nothing else gets while an entry is here.
    models: HashMap<usize, ModelBuffers>,
    records: InstanceBuffer,
    posed: InstanceBuffer,
    edge_colours: InstanceBuffer,
    /// From far to near.
    drawn: Vec<Drawn>,
}

/// One body of the frame.
#[derive(Clone, Debug)]
struct Drawn {
    /// Address of its model.
    model: usize,
    /// Its place in the scene.
    place: usize,
    /// Of the posed vertices of all bodies.
    vertices: Range<u32>,
    is_solid: bool,
    /// Its place among the edges' colours.
    edges: Option<u64>,
    /// Metres from the eye to the pelvis.
    depth: f32,
}

impl Bodies {
    /// # Errors
    /// If a shader is not valid.
    pub fn new(device: &wgpu::Device, source: &ShaderSource) -> Result<Self, ShaderError> {
        let compute = Compute::new(device, source)?;
        let storage = if compute.is_some() { wgpu::BufferUsages::STORAGE } else { wgpu::BufferUsages::empty() };
        let vertices = wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_SRC;
        Ok(Self {
            records: InstanceBuffer::with_usage(device, "bodies", storage),
            posed: InstanceBuffer::with_usage(device, "posed vertices", storage | vertices),
            edge_colours: InstanceBuffer::new(device, "edges of bodies"),
            compute,
            models: HashMap::new(),
            drawn: Vec::new(),
        })
    }

    /// Uploads what is new and records the posing of all bodies.
    pub fn pose(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        scene: &RenderScene,
        camera: &CameraMatrices,
    ) {
        let bodies = scene.bodies.as_slice();
        self.models.retain(|_, model| model.is_held());
        for body in bodies {
            self.keep_model(device, body);
        }
        self.drawn = placed(bodies, self.most_vertices(&device.limits()));
        let vertices = self.drawn.last().map_or(0, |last| last.vertices.end);
        if vertices > 0 {
            let towards_key = turned_with(camera, scene.lighting.key.towards);
            self.posed.reserve(device, u64::from(vertices) * VERTEX_BYTES);
            if self.compute.is_some() {
                self.pose_on_card(device, queue, encoder, bodies, towards_key);
            } else {
                self.pose_on_processor(device, queue, bodies, towards_key);
            }
        }
        let mut colours = Vec::new();
        for drawn in &mut self.drawn {
            let body = &bodies[drawn.place];
            drawn.depth = (body.joints()[0] - camera.eye).dot(camera.forward);
            drawn.edges = body.wireframe.map(|colour| {
                colours.push(EdgeInstance { colour: encoded(colour) });
                colours.len() as u64 - 1
            });
        }
        self.edge_colours.write(device, queue, &colours);
        self.drawn.sort_by(|a, b| b.depth.total_cmp(&a.depth));
    }

    /// Draws the bodies that are not seen through.
    pub fn draw_solid(&self, pass: &mut wgpu::RenderPass<'_>, pipelines: &BodyPipelines) {
        // The near ones first, so that little is shaded that they hide.
        for drawn in self.drawn.iter().rev().filter(|drawn| drawn.is_solid) {
            self.draw(pass, drawn, &[&pipelines.solid], &pipelines.edges);
        }
    }

    /// Draws the others, over what is inside of them and behind.
    pub fn draw_translucent(&self, pass: &mut wgpu::RenderPass<'_>, pipelines: &BodyPipelines) {
        for drawn in self.drawn.iter().filter(|drawn| !drawn.is_solid) {
            self.draw(pass, drawn, &[&pipelines.depth, &pipelines.nearest], &pipelines.edges);
        }
    }

    /// The posed vertices of the last frame, and those of each body in the scene's order.
    pub fn posed(&self) -> (&wgpu::Buffer, Vec<Range<u32>>) {
        let mut drawn: Vec<&Drawn> = self.drawn.iter().collect();
        drawn.sort_by_key(|drawn| drawn.place);
        (self.posed.buffer(), drawn.into_iter().map(|drawn| drawn.vertices.clone()).collect())
    }

    fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        drawn: &Drawn,
        surface: &[&wgpu::RenderPipeline],
        edges: &wgpu::RenderPipeline,
    ) {
        let Some(model) = self.models.get(&drawn.model) else { return };
        let Range { start, end } = drawn.vertices;
        let vertices = u64::from(start) * VERTEX_BYTES..u64::from(end) * VERTEX_BYTES;
        pass.set_vertex_buffer(0, self.posed.buffer().slice(vertices));
        pass.set_index_buffer(model.faces.slice(..), wgpu::IndexFormat::Uint32);
        for pipeline in surface {
            pass.set_pipeline(pipeline);
            pass.draw_indexed(0..model.face_corners, 0, 0..1);
        }
        if let (Some(place), Some((buffer, ends))) = (drawn.edges, model.edges()) {
            pass.set_pipeline(edges);
            pass.set_vertex_buffer(1, self.edge_colours.buffer().slice(place * EDGE_BYTES..(place + 1) * EDGE_BYTES));
            pass.set_index_buffer(buffer.slice(..), wgpu::IndexFormat::Uint32);
            pass.draw_indexed(0..ends, 0, 0..1);
        }
    }

    /// How many vertices all bodies of a frame may have together.
    fn most_vertices(&self, limits: &wgpu::Limits) -> u32 {
        let binding = self.compute.as_ref().map_or(u64::MAX, |_| limits.max_storage_buffer_binding_size);
        (binding.min(limits.max_buffer_size).min(u64::from(u32::MAX)) / VERTEX_BYTES) as u32
    }

    /// Uploads the model of a body, or more of it, if that is not there.
    fn keep_model(&mut self, device: &wgpu::Device, body: &BodyShape) {
        let layout = self.compute.as_ref().map(|compute| &compute.model_layout);
        let wants_pose_shapes = body.pose_features.is_some() && body.model.pose_directions.is_some();
        let upload = || ModelBuffers::new(device, &body.model, layout, wants_pose_shapes);
        let model = match self.models.entry(address(body)) {
            Entry::Vacant(vacant) => vacant.insert(upload()),
            Entry::Occupied(known) => {
                let known = known.into_mut();
                if wants_pose_shapes && !known.was_asked_for_pose_shapes {
                    *known = upload();
                }
                known
            }
        };
        if body.wireframe.is_some() {
            model.make_edges(device);
        }
    }

    fn pose_on_card(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        bodies: &[BodyShape],
        towards_key: Vec3,
    ) {
        let Some(compute) = &self.compute else { return };
        let records = self.drawn.iter().filter_map(|drawn| {
            let (body, model) = (&bodies[drawn.place], self.models.get(&drawn.model)?);
            let limbs = posed_limbs(&model.limbs, body);
            Some(BodyRecord::new(body, drawn.vertices.start, model.has_pose_shapes, &limbs, towards_key))
        });
        let records: Vec<BodyRecord> = records.collect();
        self.records.write(device, queue, &records);
        let group = compute.bind(device, self.records.buffer(), self.posed.buffer());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_bind_group(0, &group, &[]);
        let mut first_body = 0;
        for same in self.drawn.chunk_by(|a, b| a.model == b.model) {
            let count = same.len() as u32;
            if let Some(data) = self.models.get(&same[0].model).and_then(|model| model.data.as_ref()) {
                data.set_first_body(queue, first_body);
                compute.dispatch(&mut pass, data, count);
            }
            first_body += count;
        }
    }

    fn pose_on_processor(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        bodies: &[BodyShape],
        towards_key: Vec3,
    ) {
        let vertices = self.drawn.iter().filter_map(|drawn| {
            let (body, model) = (&bodies[drawn.place], self.models.get(&drawn.model)?);
            Some(posed_on_cpu(body, &posed_limbs(&model.limbs, body), towards_key))
        });
        let vertices: Vec<_> = vertices.flatten().collect();
        self.posed.write(device, queue, &vertices);
    }
}

fn address(body: &BodyShape) -> usize {
    Arc::as_ptr(&body.model).addr()
}

/// A place for the vertices of every body, the bodies of one model next to each other. Bodies that find none are left
/// out.
fn placed(bodies: &[BodyShape], most_vertices: u32) -> Vec<Drawn> {
    let mut places: Vec<usize> = (0..bodies.len()).collect();
    places.sort_by_key(|place| address(&bodies[*place]));
    let mut start = 0u32;
    let drawn = places.into_iter().map_while(|place| {
        let body = &bodies[place];
        let end = u32::try_from(body.model.vertex_count()).ok().and_then(|count| start.checked_add(count))?;
        let vertices = start..end;
        start = end;
        let is_solid = body.opacity >= 1.0;
        let model = address(body);
        (end <= most_vertices).then_some(Drawn { model, place, vertices, is_solid, edges: None, depth: 0.0 })
    });
    drawn.collect()
}
