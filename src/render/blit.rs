//! Puts a finished picture into another pass, such as a window's.

use super::shader::{ShaderError, ShaderSource};

/// Copies a [`super::View`]'s picture over the viewport of a pass that has no depth.
#[derive(Debug)]
pub struct Blit {
    /// Over whatever is there, and in its place.
    pipelines: [wgpu::RenderPipeline; 2],
    layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    source: Option<wgpu::BindGroup>,
}

impl Blit {
    /// For passes that write to `target` with one sample.
    ///
    /// # Errors
    /// If the shader is not valid.
    pub fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Result<Self, ShaderError> {
        let module = ShaderSource::default().module(device, "blit.wgsl")?;
        let entry = |binding, ty| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty,
            count: None,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("blit"),
            entries: &[
                entry(
                    0,
                    wgpu::BindingType::Texture {
                        sample_type: wgpu::TextureSampleType::Float { filterable: false },
                        view_dimension: wgpu::TextureViewDimension::D2,
                        multisampled: false,
                    },
                ),
                entry(1, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::NonFiltering)),
            ],
        });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some("blit"),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let fragment = if target.is_srgb() { "fs_to_srgb_target" } else { "fs_main" };
        let pipeline = |blend| {
            device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
                label: Some("blit"),
                layout: Some(&pipeline_layout),
                vertex: wgpu::VertexState {
                    module: &module,
                    entry_point: Some("vs_main"),
                    buffers: &[],
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                },
                primitive: wgpu::PrimitiveState::default(),
                depth_stencil: None,
                multisample: wgpu::MultisampleState::default(),
                fragment: Some(wgpu::FragmentState {
                    module: &module,
                    entry_point: Some(fragment),
                    targets: &[Some(wgpu::ColorTargetState { blend, ..target.into() })],
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                }),
                multiview_mask: None,
                cache: None,
            })
        };
        let pipelines = [pipeline(Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING)), pipeline(None)];
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor::default());
        Ok(Self { pipelines, layout, sampler, source: None })
    }

    /// Shows this picture from now on; call again when [`super::View::resize`] says so.
    pub fn set_source(&mut self, device: &wgpu::Device, picture: &wgpu::TextureView) {
        self.source = Some(device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("blit"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(picture) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&self.sampler) },
            ],
        }));
    }

    /// Fills the viewport of the pass; nothing before the first source.
    pub fn paint(&self, pass: &mut wgpu::RenderPass<'_>) {
        self.paint_with(&self.pipelines[1], pass);
    }

    /// As [`Self::paint`]; what is there already is seen where the picture is translucent.
    pub fn paint_over(&self, pass: &mut wgpu::RenderPass<'_>) {
        self.paint_with(&self.pipelines[0], pass);
    }

    fn paint_with(&self, pipeline: &wgpu::RenderPipeline, pass: &mut wgpu::RenderPass<'_>) {
        if let Some(source) = &self.source {
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, source, &[]);
            pass.draw(0..3, 0..1);
        }
    }
}
