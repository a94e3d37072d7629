//! Draws a [`crate::scene::RenderScene`] with wgpu into a texture of its own, to be shown in the window or saved.
//!
//! Imports `scene`, `motion::skin` and `support`; with the viewport panel it is the only place that knows wgpu. Nothing here spawns:
//! [`View`] is drawn on the thread that owns it (the window's), [`OffscreenRenderer`] on the caller's.
//!
//! A picture is always sRGB-encoded bytes in an `Rgba8Unorm` texture, whatever the window's surface wants, so a
//! screenshot, a test and the window agree; [`Blit`] converts on the way to the window. Shapes are cast per pixel in
//! small rectangles, which is cheap on a software rasteriser because little of the picture is covered.

pub mod blit;
pub mod bodies;
pub mod context;
pub mod instances;
pub mod pipelines;
pub mod readback;
pub mod shader;
pub mod uniform;
pub mod view;

pub use blit::Blit;
pub use context::Gpu;
pub use readback::{OffscreenRenderer, render_image};
pub use view::View;

/// Why nothing was drawn.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    #[error(
        "no graphics adapter was found: {reason}. Install a graphics driver, or a software one \
         (Debian and Ubuntu: mesa-vulkan-drivers)"
    )]
    NoAdapter { reason: String },
    #[error("the graphics adapter {adapter} refused to work: {reason}. Update its driver")]
    NoDevice { adapter: String, reason: String },
    #[error("a picture of {width}x{height} pixels cannot be drawn: each side must be 1 to {limit} pixels here")]
    Size { width: u32, height: u32, limit: u32 },
    #[error("{samples} samples per pixel are not supported: use 1 or 4")]
    Samples { samples: u32 },
    #[error("the drawn picture could not be read back: {reason}")]
    Readback { reason: String },
    #[error(transparent)]
    Shader(#[from] shader::ShaderError),
}
