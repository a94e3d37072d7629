//! Pictures as pixels in memory, drawn without a window.

use std::time::{Duration, Instant};

use image::RgbaImage;

use super::bodies::PosedVertex;
use super::{Gpu, RenderError, View};
use crate::scene::{OrbitCamera, RenderScene};

const BYTES_PER_PIXEL: u32 = 4;

/// Draws one picture of `size` pixels on a device opened for it.
///
/// # Errors
/// If there is no graphics adapter or the size or sample count is not possible.
pub fn render_image(
    scene: &RenderScene,
    camera: &OrbitCamera,
    size: [u32; 2],
    samples: u32,
) -> Result<RgbaImage, RenderError> {
    OffscreenRenderer::new(Gpu::headless()?, samples)?.render(scene, camera, size)
}

/// Draws many pictures without a window, keeping device, pipelines and buffers.
#[derive(Debug)]
pub struct OffscreenRenderer {
    gpu: Gpu,
    view: View,
    staging: Option<wgpu::Buffer>,
}

impl OffscreenRenderer {
    /// See [`View::new`] for `samples`.
    ///
    /// # Errors
    /// If the sample count is not supported.
    pub fn new(gpu: Gpu, samples: u32) -> Result<Self, RenderError> {
        Ok(Self { view: View::new(&gpu.device, samples)?, gpu, staging: None })
    }

    pub fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    /// Draws and reads back one picture: sRGB, first row at the top; opaque unless the scene's background is not.
    ///
    /// # Errors
    /// If the size is not possible on this device or the device fails.
    pub fn render(
        &mut self,
        scene: &RenderScene,
        camera: &OrbitCamera,
        size: [u32; 2],
    ) -> Result<RgbaImage, RenderError> {
        self.view.resize(&self.gpu.device, size)?;
        let mut encoder = self.encoder();
        self.record(&mut encoder, scene, camera);
        let row_bytes = size[0] * BYTES_PER_PIXEL;
        let padded_row_bytes = row_bytes.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let staging = self.take_staging(u64::from(padded_row_bytes) * u64::from(size[1]));
        encoder.copy_texture_to_buffer(
            self.view.texture().as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &staging,
                layout: wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(padded_row_bytes),
                    rows_per_image: None,
                },
            },
            wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        );
        self.gpu.queue.submit([encoder.finish()]);
        let mut pixels = self.read(&staging, row_bytes as usize, padded_row_bytes as usize)?;
        if scene.background.bottom.alpha < 1.0 {
            straighten_alpha(&mut pixels);
        }
        self.staging = Some(staging);
        RgbaImage::from_raw(size[0], size[1], pixels)
            .ok_or_else(|| RenderError::Readback { reason: "the device returned too few bytes".to_owned() })
    }

    /// Draws without reading back and waits until it is done: what a frame in the window costs. Gives the part of it
    /// that this thread had to work, which is recording.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn draw_only(
        &mut self,
        scene: &RenderScene,
        camera: &OrbitCamera,
        size: [u32; 2],
    ) -> Result<Duration, RenderError> {
        self.view.resize(&self.gpu.device, size)?;
        let started = Instant::now();
        let mut encoder = self.encoder();
        self.record(&mut encoder, scene, camera);
        let commands = encoder.finish();
        let recording = started.elapsed();
        self.gpu.queue.submit([commands]);
        self.wait()?;
        Ok(recording)
    }

    /// Poses the scene's bodies without drawing and waits until it is done.
    ///
    /// # Errors
    /// If the device fails.
    pub fn pose_only(&mut self, scene: &RenderScene, camera: &OrbitCamera) -> Result<(), RenderError> {
        let matrices = camera.matrices(self.view.aspect());
        let mut encoder = self.encoder();
        self.view.pose_bodies(&self.gpu.device, &self.gpu.queue, &mut encoder, scene, &matrices);
        self.gpu.queue.submit([encoder.finish()]);
        self.wait()
    }

    /// The vertices of the last picture's bodies, in the order of the scene, as they were drawn.
    ///
    /// # Errors
    /// If the device fails.
    pub fn posed_vertices(&mut self) -> Result<Vec<Vec<PosedVertex>>, RenderError> {
        let (posed, bodies) = self.view.posed_vertices();
        let vertex_bytes = size_of::<PosedVertex>() as u64;
        let size = bodies.iter().map(|body| u64::from(body.end)).max().unwrap_or(0) * vertex_bytes;
        if size == 0 {
            return Ok(Vec::new());
        }
        let staging = self.staging_buffer(size);
        let mut encoder = self.encoder();
        encoder.copy_buffer_to_buffer(posed, 0, &staging, 0, size);
        self.gpu.queue.submit([encoder.finish()]);
        let bytes = self.read(&staging, size as usize, size as usize)?;
        let vertices: Vec<PosedVertex> = bytemuck::pod_collect_to_vec(&bytes);
        Ok(bodies.into_iter().map(|body| vertices[body.start as usize..body.end as usize].to_vec()).collect())
    }

    fn encoder(&self) -> wgpu::CommandEncoder {
        self.gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("off-screen") })
    }

    fn record(&mut self, encoder: &mut wgpu::CommandEncoder, scene: &RenderScene, camera: &OrbitCamera) {
        let matrices = camera.matrices(self.view.aspect());
        self.view.draw(&self.gpu.device, &self.gpu.queue, encoder, scene, &matrices);
    }

    fn take_staging(&mut self, size: u64) -> wgpu::Buffer {
        self.staging.take().filter(|buffer| buffer.size() == size).unwrap_or_else(|| self.staging_buffer(size))
    }

    fn staging_buffer(&self, size: u64) -> wgpu::Buffer {
        self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("read back"),
            size,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        })
    }

    fn wait(&self) -> Result<(), RenderError> {
        self.gpu
            .device
            .poll(wgpu::PollType::wait_indefinitely())
            .map(|_| ())
            .map_err(|error| RenderError::Readback { reason: error.to_string() })
    }

    fn read(&self, staging: &wgpu::Buffer, row: usize, padded_row: usize) -> Result<Vec<u8>, RenderError> {
        let (sender, receiver) = crossbeam_channel::bounded(1);
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver is gone only if waiting failed, and then that is the error.
            drop(sender.send(result));
        });
        self.wait()?;
        let failed = |reason: String| RenderError::Readback { reason };
        receiver.recv().map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        let mapped = staging.get_mapped_range(..).map_err(|error| failed(error.to_string()))?;
        let pixels = mapped.chunks(padded_row).flat_map(|padded| &padded[..row]).copied().collect();
        drop(mapped);
        staging.unmap();
        Ok(pixels)
    }
}

/// Blending leaves colours that are multiplied by their alpha; pictures have them whole.
fn straighten_alpha(pixels: &mut [u8]) {
    for pixel in pixels.chunks_exact_mut(BYTES_PER_PIXEL as usize) {
        let alpha = u16::from(pixel[3]);
        if (1..255).contains(&alpha) {
            for channel in &mut pixel[..3] {
                *channel = ((u16::from(*channel) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}
