//! Per-shape records for the vertex stage, in drawing order, and the buffer they travel in.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};
use glam::Vec3;

use super::uniform::encoded;
use crate::scene::{Capsule, FloorShadow, LinePoint, Polyline, Quad};

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct CapsuleInstance {
    pub a_radius: [f32; 4],
    pub b_radius: [f32; 4],
    /// Linear.
    pub colour: [f32; 4],
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct ShadowInstance {
    pub ends: [f32; 4],
    pub radius_strength: [f32; 2],
}

/// One piece of a line, with its neighbours, towards which its ends are mitred.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct LineInstance {
    pub before: [f32; 3],
    pub from: [f32; 3],
    pub to: [f32; 3],
    pub after: [f32; 3],
    /// sRGB-encoded.
    pub colour_from: [f32; 4],
    pub colour_to: [f32; 4],
    pub width_px: f32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct QuadInstance {
    pub corners: [[f32; 3]; 4],
    /// sRGB-encoded.
    pub colour: [f32; 4],
}

/// The capsules as records, and how many of them are solid.
///
/// Solid shapes from back to front, so that smooth edges blend with what is behind them; then ghosts from front to
/// back, so that depth keeps all but the nearest surface away and a ghost does not show its own inside.
pub fn ordered(capsules: &[Capsule], eye: Vec3, forward: Vec3) -> (Vec<CapsuleInstance>, u32) {
    let solids = capsules.iter().filter(|capsule| capsule.colour.alpha >= 1.0).count() as u32;
    let key = |capsule: &Capsule| {
        let depth = ((capsule.a + capsule.b) * 0.5 - eye).dot(forward);
        if capsule.colour.alpha < 1.0 { (true, depth) } else { (false, -depth) }
    };
    let mut order: Vec<&Capsule> = capsules.iter().collect();
    order.sort_by(|a, b| {
        let ((ghost_a, depth_a), (ghost_b, depth_b)) = (key(a), key(b));
        ghost_a.cmp(&ghost_b).then(depth_a.total_cmp(&depth_b))
    });
    let records = order
        .into_iter()
        .map(|capsule| CapsuleInstance {
            a_radius: capsule.a.extend(capsule.radius_a).to_array(),
            b_radius: capsule.b.extend(capsule.radius_b).to_array(),
            colour: capsule.colour.to_array(),
        })
        .collect();
    (records, solids)
}

/// The pieces of a line; at its ends a piece is its own neighbour.
pub fn line(line: &Polyline) -> impl Iterator<Item = LineInstance> + '_ {
    let points = &line.points;
    let at = |place: usize| points[place].at.to_array();
    let colour = |point: &LinePoint| encoded(point.colour);
    points.windows(2).enumerate().map(move |(place, pair)| LineInstance {
        before: at(place.saturating_sub(1)),
        from: at(place),
        to: at(place + 1),
        after: at((place + 2).min(points.len() - 1)),
        colour_from: colour(&pair[0]),
        colour_to: colour(&pair[1]),
        width_px: line.width_px,
    })
}

pub fn quad(quad: &Quad) -> QuadInstance {
    QuadInstance { corners: quad.corners.map(|corner| corner.to_array()), colour: encoded(quad.colour) }
}

pub fn shadow(shadow: &FloorShadow) -> ShadowInstance {
    ShadowInstance {
        ends: [shadow.from.x, shadow.from.y, shadow.to.x, shadow.to.y],
        radius_strength: [shadow.radius, shadow.strength],
    }
}

/// A buffer of records that grows when more is written than fits.
#[derive(Debug)]
pub struct InstanceBuffer {
    label: &'static str,
    usage: wgpu::BufferUsages,
    buffer: wgpu::Buffer,
    count: u32,
}

impl InstanceBuffer {
    pub fn new(device: &wgpu::Device, label: &'static str) -> Self {
        Self::with_usage(device, label, wgpu::BufferUsages::VERTEX)
    }

    /// For other uses than as vertices.
    pub fn with_usage(device: &wgpu::Device, label: &'static str, usage: wgpu::BufferUsages) -> Self {
        Self { label, usage, buffer: Self::allocate(device, label, usage, 4096), count: 0 }
    }

    /// Makes room for this many bytes; what was there is lost if there was too little.
    pub fn reserve(&mut self, device: &wgpu::Device, bytes: u64) {
        if bytes > self.buffer.size() {
            let size = bytes.next_power_of_two().min(device.limits().max_buffer_size).max(bytes);
            self.buffer = Self::allocate(device, self.label, self.usage, size);
        }
    }

    pub fn write<T: Pod>(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, records: &[T]) {
        let bytes: &[u8] = bytemuck::cast_slice(records);
        self.reserve(device, bytes.len() as u64);
        queue.write_buffer(&self.buffer, 0, bytes);
        self.count = records.len() as u32;
    }

    /// Draws four corners per record with `pipeline`.
    pub fn draw(&self, pass: &mut wgpu::RenderPass<'_>, pipeline: &wgpu::RenderPipeline) {
        self.draw_range(pass, pipeline, 0..self.count);
    }

    /// As [`Self::draw`] for some of the records.
    pub fn draw_range(&self, pass: &mut wgpu::RenderPass<'_>, pipeline: &wgpu::RenderPipeline, records: Range<u32>) {
        if !records.is_empty() {
            pass.set_pipeline(pipeline);
            pass.set_vertex_buffer(0, self.buffer.slice(..));
            pass.draw(0..4, records);
        }
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }

    fn allocate(device: &wgpu::Device, label: &str, usage: wgpu::BufferUsages, size: u64) -> wgpu::Buffer {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size,
            usage: usage | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::LinearRgba;

    #[test]
    fn solids_come_from_behind_and_ghosts_from_the_front() {
        let sphere =
            |z: f32, alpha: f32| Capsule::sphere(Vec3::new(0.0, 0.0, z), 1.0, LinearRgba::WHITE.with_alpha(alpha));
        let shapes = [sphere(1.0, 1.0), sphere(2.0, 0.5), sphere(-3.0, 0.5), sphere(-1.0, 1.0)];
        let (records, solids) = ordered(&shapes, Vec3::new(0.0, 0.0, 10.0), Vec3::NEG_Z);
        let depths: Vec<f32> = records.iter().map(|record| record.a_radius[2]).collect();
        assert_eq!(depths, [-1.0, 1.0, 2.0, -3.0]);
        assert_eq!(solids, 2);
    }

    #[test]
    fn pieces_of_a_line_know_their_neighbours() {
        let points = (0..4).map(|x| Vec3::new(x as f32, 0.0, 0.0));
        let pieces: Vec<_> = line(&Polyline::plain(points, LinearRgba::WHITE, 1.0)).collect();
        let xs = |place: usize| {
            let LineInstance { before, from, to, after, .. } = pieces[place];
            [before, from, to, after].map(|point| point[0])
        };
        assert_eq!(
            (pieces.len(), xs(0), xs(1), xs(2)),
            (3, [0.0, 0.0, 1.0, 2.0], [0.0, 1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 3.0])
        );
        assert_eq!(line(&Polyline::plain([Vec3::ZERO], LinearRgba::WHITE, 1.0)).count(), 0);
    }
}
