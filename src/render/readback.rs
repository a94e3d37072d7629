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
    /// Buffers to read back through that are not in use.
    free: Vec<wgpu::Buffer>,
    /// The picture that was begun last by [`Self::render_next`].
    begun: Option<Begun>,
}

/// A picture that the device works on.
#[derive(Debug)]
struct Begun {
    staging: wgpu::Buffer,
    submission: wgpu::SubmissionIndex,
    size: [u32; 2],
    is_opaque: bool,
}

impl OffscreenRenderer {
    /// See [`View::new`] for `samples`.
    ///
    /// # Errors
    /// If the sample count is not supported.
    pub fn new(gpu: Gpu, samples: u32) -> Result<Self, RenderError> {
        Ok(Self { view: View::new(&gpu.device, samples)?, gpu, free: Vec::new(), begun: None })
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
        let begun = self.begin(scene, camera, size)?;
        self.finish(begun)
    }

    /// Begins a picture as [`Self::render`] and gives the one that was begun before, if there is one: the device draws
    /// while the caller is busy with what came before.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn render_next(
        &mut self,
        scene: &RenderScene,
        camera: &OrbitCamera,
        size: [u32; 2],
    ) -> Result<Option<RgbaImage>, RenderError> {
        let begun = self.begin(scene, camera, size)?;
        let before = self.begun.replace(begun);
        before.map(|before| self.finish(before)).transpose()
    }

    /// The last picture that [`Self::render_next`] began.
    ///
    /// # Errors
    /// If the device fails.
    pub fn render_last(&mut self) -> Result<Option<RgbaImage>, RenderError> {
        self.begun.take().map(|begun| self.finish(begun)).transpose()
    }

    fn begin(&mut self, scene: &RenderScene, camera: &OrbitCamera, size: [u32; 2]) -> Result<Begun, RenderError> {
        self.view.resize(&self.gpu.device, size)?;
        let mut encoder = self.encoder();
        self.record(&mut encoder, scene, camera);
        let [width, height] = size;
        let bytes_per_row = padded_row_bytes(width);
        let staging = self.take_staging(u64::from(bytes_per_row) * u64::from(height));
        let layout =
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(bytes_per_row), rows_per_image: None };
        encoder.copy_texture_to_buffer(
            self.view.texture().as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer: &staging, layout },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        let submission = self.gpu.queue.submit([encoder.finish()]);
        Ok(Begun { staging, submission, size, is_opaque: scene.background.bottom.alpha >= 1.0 })
    }

    fn finish(&mut self, begun: Begun) -> Result<RgbaImage, RenderError> {
        let Begun { staging, submission, size: [width, height], is_opaque } = begun;
        let row_bytes = (width * BYTES_PER_PIXEL) as usize;
        let mut pixels = self.read(&staging, Some(submission), row_bytes, padded_row_bytes(width) as usize)?;
        self.free.push(staging);
        if !is_opaque {
            straighten_alpha(&mut pixels);
        }
        RgbaImage::from_raw(width, height, pixels)
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
        self.wait(None)?;
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
        self.wait(None)
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
        let bytes = self.read(&staging, None, size as usize, size as usize)?;
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
        self.free.retain(|buffer| buffer.size() == size);
        self.free.pop().unwrap_or_else(|| self.staging_buffer(size))
    }

    fn staging_buffer(&self, size: u64) -> wgpu::Buffer {
        self.gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("read back"),
            size,
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        })
    }

    /// Until a submission is done; the last one if none is named.
    fn wait(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<(), RenderError> {
        self.gpu
            .device
            .poll(wgpu::PollType::Wait { submission_index: submission, timeout: None })
            .map(|_| ())
            .map_err(|error| RenderError::Readback { reason: error.to_string() })
    }

    /// What `submission`, or else the last one, copied into `staging`, without the padding of rows.
    fn read(
        &self,
        staging: &wgpu::Buffer,
        submission: Option<wgpu::SubmissionIndex>,
        row: usize,
        padded_row: usize,
    ) -> Result<Vec<u8>, RenderError> {
        let (sender, receiver) = crossbeam_channel::bounded(1);
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver is gone only if waiting failed, and then that is the error.
            drop(sender.send(result));
        });
        self.wait(submission)?;
        let failed = |reason: String| RenderError::Readback { reason };
        receiver.recv().map_err(|error| failed(error.to_string()))?.map_err(|error| failed(error.to_string()))?;
        let mapped = staging.get_mapped_range(..).map_err(|error| failed(error.to_string()))?;
        let mut pixels = Vec::with_capacity(mapped.len() / padded_row * row);
        mapped.chunks(padded_row).for_each(|padded| pixels.extend_from_slice(&padded[..row]));
        drop(mapped);
        staging.unmap();
        Ok(pixels)
    }
}

fn padded_row_bytes(width: u32) -> u32 {
    (width * BYTES_PER_PIXEL).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT)
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
