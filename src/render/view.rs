//! One picture of a scene: its textures and how it is drawn into them.

use std::ops::Range;

use super::RenderError;
use super::bodies::Bodies;
use super::instances::{self, InstanceBuffer};
use super::pipelines::{COLOUR, DEPTH, FrameBinding, Pipelines};
use super::shader::ShaderSource;
use super::uniform::FrameUniform;
use crate::scene::{CameraMatrices, RenderScene};

/// Draws scenes into a colour texture of its own (sRGB-encoded `Rgba8Unorm`). Make one per shown picture and keep it.
#[derive(Debug)]
pub struct View {
    samples: u32,
    shaders: ShaderSource,
    frame: FrameBinding,
    pipelines: Pipelines,
    bodies: Bodies,
    capsules: InstanceBuffer,
    shadows: InstanceBuffer,
    lines: InstanceBuffer,
    quads: InstanceBuffer,
    target: Target,
}

#[derive(Debug)]
struct Target {
    size: [u32; 2],
    picture: wgpu::Texture,
    picture_view: wgpu::TextureView,
    multisampled: Option<wgpu::TextureView>,
    depth: wgpu::TextureView,
}

impl View {
    /// `samples` per pixel: 1 has smooth outlines already; 4 also smooths where shapes cut into each other, at about
    /// three times the cost. The size is 1x1 until [`Self::resize`].
    ///
    /// # Errors
    /// If `samples` is neither 1 nor 4.
    pub fn new(device: &wgpu::Device, samples: u32) -> Result<Self, RenderError> {
        if ![1, 4].contains(&samples) {
            return Err(RenderError::Samples { samples });
        }
        let shaders = ShaderSource::default();
        let frame = FrameBinding::new(device);
        let pipelines = Pipelines::new(device, &frame, &shaders, samples)?;
        Ok(Self {
            samples,
            bodies: Bodies::new(device, &shaders)?,
            shaders,
            frame,
            pipelines,
            capsules: InstanceBuffer::new(device, "capsules"),
            shadows: InstanceBuffer::new(device, "shadows"),
            lines: InstanceBuffer::new(device, "lines"),
            quads: InstanceBuffer::new(device, "quads"),
            target: Target::new(device, [1, 1], samples),
        })
    }

    /// Makes the picture this many pixels wide and high; true if that needed a new texture, which must then be given
    /// to whoever shows it.
    ///
    /// # Errors
    /// If a side is 0 or over the device's limit; the old size stays.
    pub fn resize(&mut self, device: &wgpu::Device, size: [u32; 2]) -> Result<bool, RenderError> {
        if size == self.target.size {
            return Ok(false);
        }
        let limit = device.limits().max_texture_dimension_2d;
        let [width, height] = size;
        if !(1..=limit).contains(&width) || !(1..=limit).contains(&height) {
            return Err(RenderError::Size { width, height, limit });
        }
        self.target = Target::new(device, size, self.samples);
        Ok(true)
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [u32; 2] {
        self.target.size
    }

    /// Width over height.
    pub fn aspect(&self) -> f32 {
        self.target.size[0] as f32 / self.target.size[1] as f32
    }

    /// The finished picture, for [`super::Blit::set_source`].
    pub fn texture_view(&self) -> &wgpu::TextureView {
        &self.target.picture_view
    }

    /// The finished picture, for copying.
    pub fn texture(&self) -> &wgpu::Texture {
        &self.target.picture
    }

    /// The posed vertices of the last picture's bodies, and which of them are each body's, in the scene's order.
    pub fn posed_vertices(&self) -> (&wgpu::Buffer, Vec<Range<u32>>) {
        self.bodies.posed()
    }

    /// Records the drawing of one picture. Draw at most one picture per submission: all share one set of buffers.
    pub fn draw(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        scene: &RenderScene,
        camera: &CameraMatrices,
    ) {
        self.reload_changed_shaders(device);
        let uniform = FrameUniform::new(scene, camera, self.target.size);
        queue.write_buffer(&self.frame.buffer, 0, bytemuck::bytes_of(&uniform));
        let (capsules, solids) = instances::ordered(&scene.capsules, camera.eye, camera.forward);
        self.capsules.write(device, queue, &capsules);
        let shadows: Vec<_> = scene.shadows.iter().map(instances::shadow).collect();
        self.shadows.write(device, queue, &shadows);
        let lines: Vec<_> = scene.lines.iter().flat_map(instances::line).collect();
        self.lines.write(device, queue, &lines);
        let quads: Vec<_> = scene.quads.iter().map(instances::quad).collect();
        self.quads.write(device, queue, &quads);
        self.pose_bodies(device, queue, encoder, scene, camera);

        let mut pass = self.target.begin(encoder);
        pass.set_bind_group(0, &self.frame.group, &[]);
        pass.set_pipeline(&self.pipelines.background);
        pass.draw(0..3, 0..1);
        if scene.grid.is_some() {
            pass.set_pipeline(&self.pipelines.grid);
            pass.draw(0..4, 0..1);
        }
        self.shadows.draw(&mut pass, &self.pipelines.shadows);
        self.bodies.draw_solid(&mut pass, &self.pipelines.bodies);
        self.capsules.draw_range(&mut pass, &self.pipelines.capsules, 0..solids);
        self.quads.draw(&mut pass, &self.pipelines.quads);
        self.lines.draw(&mut pass, &self.pipelines.lines);
        self.bodies.draw_translucent(&mut pass, &self.pipelines.bodies);
        // Ghosts keep what is behind them away from the depth, so they come last.
        self.capsules.draw_range(&mut pass, &self.pipelines.capsules, solids..self.capsules.count());
    }

    /// Records the posing of the scene's bodies, the first part of [`Self::draw`].
    pub fn pose_bodies(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        scene: &RenderScene,
        camera: &CameraMatrices,
    ) {
        self.bodies.pose(device, queue, encoder, scene, camera);
    }

    /// A shader that fails leaves the last good ones in place.
    fn reload_changed_shaders(&mut self, device: &wgpu::Device) {
        if self.shaders.changed() {
            let pipelines = Pipelines::new(device, &self.frame, &self.shaders, self.samples);
            match pipelines.and_then(|pipelines| Ok((pipelines, Bodies::new(device, &self.shaders)?))) {
                Ok((pipelines, bodies)) => {
                    self.pipelines = pipelines;
                    self.bodies = bodies;
                    log::info!("shaders reloaded");
                }
                Err(error) => log::warn!("shaders not reloaded: {error}"),
            }
        }
    }
}

impl Target {
    fn new(device: &wgpu::Device, size: [u32; 2], samples: u32) -> Self {
        let texture = |label, format, sample_count, usage| {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some(label),
                size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count,
                dimension: wgpu::TextureDimension::D2,
                format,
                usage,
                view_formats: &[],
            })
        };
        let view = |texture: &wgpu::Texture| texture.create_view(&wgpu::TextureViewDescriptor::default());
        let attachment = wgpu::TextureUsages::RENDER_ATTACHMENT;
        let readable = wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_SRC;
        let picture = texture("picture", COLOUR, 1, attachment | readable);
        Self {
            size,
            picture_view: view(&picture),
            picture,
            multisampled: (samples > 1).then(|| view(&texture("multisampled picture", COLOUR, samples, attachment))),
            depth: view(&texture("depth", DEPTH, samples, attachment)),
        }
    }

    fn begin<'a>(&self, encoder: &'a mut wgpu::CommandEncoder) -> wgpu::RenderPass<'a> {
        let store = if self.multisampled.is_some() { wgpu::StoreOp::Discard } else { wgpu::StoreOp::Store };
        encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("scene"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: self.multisampled.as_ref().unwrap_or(&self.picture_view),
                resolve_target: self.multisampled.as_ref().map(|_| &self.picture_view),
                depth_slice: None,
                ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT), store },
            })],
            depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
                view: &self.depth,
                depth_ops: Some(wgpu::Operations { load: wgpu::LoadOp::Clear(0.0), store: wgpu::StoreOp::Discard }),
                stencil_ops: None,
            }),
            ..wgpu::RenderPassDescriptor::default()
        })
    }
}
