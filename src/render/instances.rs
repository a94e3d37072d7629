//! Per-shape records for the vertex stage, in drawing order, and the buffer they travel in.

use bytemuck::{Pod, Zeroable};
use glam::Vec3;

use crate::scene::{Capsule, FloorShadow};

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

/// Solid shapes from back to front, so that smooth edges blend with what is behind them; then ghosts from front to
/// back, so that depth keeps all but the nearest surface away and a ghost does not show its own inside.
pub fn ordered(capsules: &[Capsule], eye: Vec3, forward: Vec3) -> Vec<CapsuleInstance> {
    let key = |capsule: &Capsule| {
        let depth = ((capsule.a + capsule.b) * 0.5 - eye).dot(forward);
        if capsule.colour.alpha < 1.0 { (true, depth) } else { (false, -depth) }
    };
    let mut order: Vec<&Capsule> = capsules.iter().collect();
    order.sort_by(|a, b| {
        let ((ghost_a, depth_a), (ghost_b, depth_b)) = (key(a), key(b));
        ghost_a.cmp(&ghost_b).then(depth_a.total_cmp(&depth_b))
    });
    order
        .into_iter()
        .map(|capsule| CapsuleInstance {
            a_radius: capsule.a.extend(capsule.radius_a).to_array(),
            b_radius: capsule.b.extend(capsule.radius_b).to_array(),
            colour: capsule.colour.to_array(),
        })
        .collect()
}

pub fn shadow(shadow: &FloorShadow) -> ShadowInstance {
    ShadowInstance {
        ends: [shadow.from.x, shadow.from.y, shadow.to.x, shadow.to.y],
        radius_strength: [shadow.radius, shadow.strength],
    }
}

/// A vertex buffer that grows when more is written than fits.
#[derive(Debug)]
pub struct InstanceBuffer {
    label: &'static str,
    buffer: wgpu::Buffer,
    count: u32,
}

impl InstanceBuffer {
    pub fn new(device: &wgpu::Device, label: &'static str) -> Self {
        Self { label, buffer: Self::allocate(device, label, 4096), count: 0 }
    }

    pub fn write<T: Pod>(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, records: &[T]) {
        let bytes: &[u8] = bytemuck::cast_slice(records);
        if bytes.len() as u64 > self.buffer.size() {
            self.buffer = Self::allocate(device, self.label, (bytes.len() as u64).next_power_of_two());
        }
        queue.write_buffer(&self.buffer, 0, bytes);
        self.count = records.len() as u32;
    }

    /// Draws four corners per record with the pipeline that is set.
    pub fn draw(&self, pass: &mut wgpu::RenderPass<'_>) {
        if self.count > 0 {
            pass.set_vertex_buffer(0, self.buffer.slice(..));
            pass.draw(0..4, 0..self.count);
        }
    }

    fn allocate(device: &wgpu::Device, label: &str, size: u64) -> wgpu::Buffer {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size,
            usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
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
        let depths: Vec<f32> =
            ordered(&shapes, Vec3::new(0.0, 0.0, 10.0), Vec3::NEG_Z).iter().map(|record| record.a_radius[2]).collect();
        assert_eq!(depths, [-1.0, 1.0, 2.0, -3.0]);
    }
}
