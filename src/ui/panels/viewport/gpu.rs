//! The 3D pictures on the GPU: each drawn into a texture of its own while egui prepares its frame, then copied
//! into it.

use std::collections::{HashMap, hash_map::Entry};
use std::sync::Arc;

use eframe::egui::{PaintCallbackInfo, Rect, Shape};
use eframe::egui_wgpu::{Callback, CallbackResources, CallbackTrait, ScreenDescriptor};
use eframe::wgpu;
use parking_lot::Mutex;

use crate::render::{Blit, RenderError, View};
use crate::scene::{OrbitCamera, RenderScene};

/// What to draw; pictures that are equal in all of it are not drawn twice.
#[derive(Clone, PartialEq)]
pub struct Picture {
    pub scene: Arc<RenderScene>,
    pub camera: OrbitCamera,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Samples per pixel, 1 or 4; none picks by what the machine draws fluently.
    pub samples: Option<u32>,
}

/// How the last picture went; shared with the callback, which runs after the panel.
#[derive(Clone, Default)]
pub struct Outcome(Arc<Mutex<Option<String>>>);

impl Outcome {
    /// Why the last picture could not be drawn.
    pub fn failure(&self) -> Option<String> {
        self.0.lock().clone()
    }
}

/// What lives on the GPU between frames, in egui's callback resources, by the place of the view.
#[derive(Default)]
struct Canvases(HashMap<usize, Canvas>);

struct Canvas {
    view: View,
    blit: Blit,
    samples: u32,
    drawn: Option<Picture>,
}

/// A shape that shows `picture` in `rect`, over what is there or in its place; needs a window drawn by wgpu. No two
/// shapes of a frame have one `place`.
pub fn picture_shape(
    rect: Rect,
    place: usize,
    picture: Picture,
    is_over: bool,
    target: Target,
    outcome: Outcome,
) -> Shape {
    Callback::new_paint_callback(rect, Draw { place, picture, is_over, target, outcome }).into()
}

/// What the window is drawn to.
#[derive(Clone, Copy)]
pub struct Target {
    pub format: wgpu::TextureFormat,
    /// Drawn by the processor.
    pub is_software: bool,
}

struct Draw {
    place: usize,
    picture: Picture,
    /// Something is behind it.
    is_over: bool,
    target: Target,
    outcome: Outcome,
}

impl Draw {
    fn draw(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Result<(), RenderError> {
        let samples = self.picture.samples.unwrap_or(if self.target.is_software { 1 } else { 4 });
        let canvases = &mut resources.entry::<Canvases>().or_insert_with(Canvases::default).0;
        let canvas = match canvases.entry(self.place) {
            Entry::Occupied(known) if known.get().samples == samples => known.into_mut(),
            entry => {
                let view = View::new(device, samples)?;
                let blit = Blit::new(device, self.target.format)?;
                entry.insert_entry(Canvas { view, blit, samples, drawn: None }).into_mut()
            }
        };
        if canvas.drawn.as_ref() == Some(&self.picture) {
            return Ok(());
        }
        if canvas.view.resize(device, self.picture.size)? || canvas.drawn.is_none() {
            canvas.blit.set_source(device, canvas.view.texture_view());
        }
        let camera = self.picture.camera.matrices(canvas.view.aspect());
        canvas.view.draw(device, queue, encoder, &self.picture.scene, &camera);
        canvas.drawn = Some(self.picture.clone());
        Ok(())
    }
}

impl CallbackTrait for Draw {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        _screen: &ScreenDescriptor,
        encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let result = self.draw(device, queue, encoder, resources);
        *self.outcome.0.lock() = result.err().map(|error| error.to_string());
        Vec::new()
    }

    fn paint(&self, _: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        if let Some(canvas) = resources.get::<Canvases>().and_then(|canvases| canvases.0.get(&self.place)) {
            if self.is_over {
                canvas.blit.paint_over(pass);
            } else {
                canvas.blit.paint(pass);
            }
        }
    }
}
