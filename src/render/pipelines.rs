//! The render pipelines of a picture, made once per sample count.

use std::mem::size_of;

use super::bodies::{EdgeInstance, PosedVertex};
use super::instances::{CapsuleInstance, LineInstance, QuadInstance, ShadowInstance};
use super::shader::{ShaderError, ShaderSource};
use super::uniform::FrameUniform;

/// Pictures hold sRGB-encoded bytes; see the module's docs.
pub const COLOUR: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
/// Reversed: 1 is near, 0 far away.
pub const DEPTH: wgpu::TextureFormat = wgpu::TextureFormat::Depth32Float;

/// What every pass binds at group 0.
#[derive(Debug)]
pub struct FrameBinding {
    pub layout: wgpu::BindGroupLayout,
    pub buffer: wgpu::Buffer,
    pub group: wgpu::BindGroup,
}

impl FrameBinding {
    pub fn new(device: &wgpu::Device) -> Self {
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("frame"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("frame"),
            size: size_of::<FrameUniform>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("frame"),
            layout: &layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
        });
        Self { layout, buffer, group }
    }
}

#[derive(Debug)]
pub struct Pipelines {
    pub background: wgpu::RenderPipeline,
    pub grid: wgpu::RenderPipeline,
    pub shadows: wgpu::RenderPipeline,
    pub capsules: wgpu::RenderPipeline,
    pub lines: wgpu::RenderPipeline,
    pub quads: wgpu::RenderPipeline,
    pub bodies: BodyPipelines,
}

#[derive(Debug)]
pub struct BodyPipelines {
    pub solid: wgpu::RenderPipeline,
    /// Depth of the nearest surface of a body that is seen through, then that surface.
    pub depth: wgpu::RenderPipeline,
    pub nearest: wgpu::RenderPipeline,
    pub edges: wgpu::RenderPipeline,
}

/// What sets one pipeline apart from the others.
struct Kind<'a> {
    file: &'a str,
    vertex: &'a str,
    fragment: &'a str,
    buffers: &'a [Option<wgpu::VertexBufferLayout<'a>>],
    topology: wgpu::PrimitiveTopology,
    cull: Option<wgpu::Face>,
    blend: Option<wgpu::BlendState>,
    depth: Depth,
}

/// What a pipeline does with the depth of what is there already.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    Ignored,
    Tested,
    Written,
    /// Written without a colour.
    OnlyWritten,
    /// Only what the depth was written for is drawn.
    Matched,
}

impl Pipelines {
    /// # Errors
    /// If a shader is not valid.
    pub fn new(
        device: &wgpu::Device,
        frame: &FrameBinding,
        source: &ShaderSource,
        samples: u32,
    ) -> Result<Self, ShaderError> {
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("picture"),
            bind_group_layouts: &[Some(&frame.layout)],
            immediate_size: 0,
        });
        let make = |kind: Kind<'_>| pipeline(device, &layout, source, samples, &kind);
        let floor = || Kind {
            file: "grid.wgsl",
            vertex: "vs_main",
            fragment: "fs_main",
            buffers: &[],
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            cull: None,
            blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
            depth: Depth::Ignored,
        };
        let capsules =
            if samples > 1 { ("capsules_per_sample.wgsl", "fs_per_sample") } else { ("capsules.wgsl", "fs_main") };
        let shadow_attributes = wgpu::vertex_attr_array![0 => Float32x4, 1 => Float32x2];
        let capsule_attributes = wgpu::vertex_attr_array![0 => Float32x4, 1 => Float32x4, 2 => Float32x4];
        let line_attributes = wgpu::vertex_attr_array![
            0 => Float32x3, 1 => Float32x3, 2 => Float32x3, 3 => Float32x3, 4 => Float32x4, 5 => Float32x4, 6 => Float32
        ];
        let quad_attributes =
            wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Float32x3, 3 => Float32x3, 4 => Float32x4];
        let posed_attributes = wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32x3, 2 => Unorm8x4, 4 => Unorm16x2];
        let edge_attributes = wgpu::vertex_attr_array![3 => Float32x4];
        let posed = [per_vertex::<PosedVertex>(&posed_attributes)];
        let body = || Kind {
            file: "body.wgsl",
            buffers: &posed,
            topology: wgpu::PrimitiveTopology::TriangleList,
            cull: Some(wgpu::Face::Back),
            blend: Some(wgpu::BlendState::ALPHA_BLENDING),
            depth: Depth::Written,
            ..floor()
        };
        Ok(Self {
            background: make(Kind {
                file: "background.wgsl",
                topology: wgpu::PrimitiveTopology::TriangleList,
                blend: None,
                ..floor()
            })?,
            shadows: make(Kind {
                file: "shadow.wgsl",
                buffers: &[per_instance::<ShadowInstance>(&shadow_attributes)],
                blend: Some(wgpu::BlendState::ALPHA_BLENDING),
                ..floor()
            })?,
            capsules: make(Kind {
                file: capsules.0,
                fragment: capsules.1,
                buffers: &[per_instance::<CapsuleInstance>(&capsule_attributes)],
                blend: Some(wgpu::BlendState::ALPHA_BLENDING),
                depth: Depth::Written,
                ..floor()
            })?,
            lines: make(Kind {
                file: "lines.wgsl",
                buffers: &[per_instance::<LineInstance>(&line_attributes)],
                blend: Some(wgpu::BlendState::ALPHA_BLENDING),
                depth: Depth::Tested,
                ..floor()
            })?,
            quads: make(Kind {
                file: "quads.wgsl",
                buffers: &[per_instance::<QuadInstance>(&quad_attributes)],
                blend: Some(wgpu::BlendState::ALPHA_BLENDING),
                depth: Depth::Tested,
                ..floor()
            })?,
            grid: make(floor())?,
            bodies: BodyPipelines {
                solid: make(body())?,
                depth: make(Kind { fragment: "fs_depth", blend: None, depth: Depth::OnlyWritten, ..body() })?,
                nearest: make(Kind { depth: Depth::Matched, ..body() })?,
                edges: make(Kind {
                    vertex: "vs_edge",
                    fragment: "fs_edge",
                    buffers: &[
                        per_vertex::<PosedVertex>(&posed_attributes[..1]),
                        per_instance::<EdgeInstance>(&edge_attributes),
                    ],
                    topology: wgpu::PrimitiveTopology::LineList,
                    cull: None,
                    depth: Depth::Tested,
                    ..body()
                })?,
            },
        })
    }
}

fn per_instance<T>(attributes: &[wgpu::VertexAttribute]) -> Option<wgpu::VertexBufferLayout<'_>> {
    let step_mode = wgpu::VertexStepMode::Instance;
    Some(wgpu::VertexBufferLayout { array_stride: size_of::<T>() as u64, step_mode, attributes })
}

fn per_vertex<T>(attributes: &[wgpu::VertexAttribute]) -> Option<wgpu::VertexBufferLayout<'_>> {
    let step_mode = wgpu::VertexStepMode::Vertex;
    Some(wgpu::VertexBufferLayout { array_stride: size_of::<T>() as u64, step_mode, attributes })
}

fn pipeline(
    device: &wgpu::Device,
    layout: &wgpu::PipelineLayout,
    source: &ShaderSource,
    samples: u32,
    kind: &Kind<'_>,
) -> Result<wgpu::RenderPipeline, ShaderError> {
    let module = source.module(device, kind.file)?;
    let compare = match kind.depth {
        Depth::Ignored => wgpu::CompareFunction::Always,
        Depth::Tested | Depth::Written | Depth::OnlyWritten => wgpu::CompareFunction::Greater,
        Depth::Matched => wgpu::CompareFunction::GreaterEqual,
    };
    let write_mask = if kind.depth == Depth::OnlyWritten { wgpu::ColorWrites::empty() } else { wgpu::ColorWrites::ALL };
    Ok(device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(kind.file),
        layout: Some(layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(kind.vertex),
            buffers: kind.buffers,
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        },
        primitive: wgpu::PrimitiveState {
            topology: kind.topology,
            cull_mode: kind.cull,
            ..wgpu::PrimitiveState::default()
        },
        depth_stencil: Some(wgpu::DepthStencilState {
            format: DEPTH,
            depth_write_enabled: Some(matches!(kind.depth, Depth::Written | Depth::OnlyWritten)),
            depth_compare: Some(compare),
            stencil: wgpu::StencilState::default(),
            bias: wgpu::DepthBiasState::default(),
        }),
        multisample: wgpu::MultisampleState { count: samples, ..wgpu::MultisampleState::default() },
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(kind.fragment),
            targets: &[Some(wgpu::ColorTargetState { format: COLOUR, blend: kind.blend, write_mask })],
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        }),
        multiview_mask: None,
        cache: None,
    }))
}
