//! Posing vertices: by compute shaders, or on the CPU where the device has none.

use std::sync::Arc;

use glam::{Vec3, Vec4};

use super::limbs::{PosedLimb, light_past};
use super::model::ModelData;
use super::records::{PosedVertex, colours};
use crate::motion::skin::{ShapedBody, vertex_normals};
use crate::render::shader::{ShaderError, ShaderSource};
use crate::scene::BodyShape;

const FILE: &str = "skin.wgsl";
/// Of shaders/skin.wgsl.
const WORKGROUP: u32 = 64;
const STORAGE_BUFFERS: u32 = 3;

/// The compute shaders and what they are bound to.
#[derive(Debug)]
pub struct Compute {
    bodies_layout: wgpu::BindGroupLayout,
    pub model_layout: wgpu::BindGroupLayout,
    pose: wgpu::ComputePipeline,
    normals: wgpu::ComputePipeline,
}

impl Compute {
    /// None where the device has no compute shaders, as with OpenGL in the window.
    ///
    /// # Errors
    /// If the shader is not valid.
    pub fn new(device: &wgpu::Device, source: &ShaderSource) -> Result<Option<Self>, ShaderError> {
        let limits = device.limits();
        if limits.max_compute_workgroup_size_x < WORKGROUP
            || limits.max_compute_invocations_per_workgroup < WORKGROUP
            || limits.max_storage_buffers_per_shader_stage < STORAGE_BUFFERS
        {
            return Ok(None);
        }
        let module = source.module(device, FILE)?;
        let layout = |label, types: [wgpu::BufferBindingType; 2]| {
            let entries = [0, 1].map(|binding| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: types[binding as usize],
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            });
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries })
        };
        let storage = |read_only| wgpu::BufferBindingType::Storage { read_only };
        let bodies_layout = layout("bodies", [storage(true), storage(false)]);
        let model_layout = layout("body model", [wgpu::BufferBindingType::Uniform, storage(true)]);
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(FILE),
            bind_group_layouts: &[Some(&bodies_layout), Some(&model_layout)],
            immediate_size: 0,
        });
        let pipeline = |entry_point| {
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(entry_point),
                layout: Some(&pipeline_layout),
                module: &module,
                entry_point: Some(entry_point),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                cache: None,
            })
        };
        let (pose, normals) = (pipeline("cs_pose"), pipeline("cs_normals"));
        Ok(Some(Self { bodies_layout, model_layout, pose, normals }))
    }

    pub fn bind(&self, device: &wgpu::Device, records: &wgpu::Buffer, posed: &wgpu::Buffer) -> wgpu::BindGroup {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("bodies"),
            layout: &self.bodies_layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: records.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: posed.as_entire_binding() },
            ],
        })
    }

    /// Poses `count` bodies of a model, from the one on that its header names.
    pub fn dispatch(&self, pass: &mut wgpu::ComputePass<'_>, model: &ModelData, count: u32) {
        pass.set_bind_group(1, &model.group, &[]);
        for pipeline in [&self.pose, &self.normals] {
            pass.set_pipeline(pipeline);
            pass.dispatch_workgroups(model.header.vertices.div_ceil(WORKGROUP), count, 1);
        }
    }
}

/// What the compute shaders do.
pub fn posed_on_cpu(body: &BodyShape, limbs: &[PosedLimb], towards_key: Vec3) -> Vec<PosedVertex> {
    let shaped = ShapedBody::new(Arc::clone(&body.model), body.betas);
    let places = shaped.skinned(&body.transforms, body.pose_features.as_deref());
    let normals = vertex_normals(&places, &body.model.faces);
    let colours = colours(body).map(Vec4::from_array);
    let vertices = places.iter().zip(normals).enumerate().map(|(vertex, (place, normal))| {
        let colour: Vec4 = body.model.skin.of(vertex).map(|(joint, weight)| colours[joint] * weight).sum();
        PosedVertex {
            place: place.to_array(),
            normal: normal.to_array(),
            colour: (colour * 255.0).to_array().map(|channel| channel.round() as u8),
            light: light_past(limbs, *place, normal, towards_key).map(|share| (share * 65535.0).round() as u16),
        }
    });
    vertices.collect()
}
