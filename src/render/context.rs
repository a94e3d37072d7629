//! The graphics device: opened without a window, or borrowed from the one that a window has.

use super::RenderError;

/// A device with its queue. Clones share it.
#[derive(Clone, Debug)]
pub struct Gpu {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    /// Name of the adapter for people, e.g. "llvmpipe (LLVM 15.0.6, 256 bits)".
    pub name: String,
}

impl Gpu {
    /// Opens a device without a window; a software rasteriser will do. The variables `WGPU_BACKEND` and
    /// `WGPU_ADAPTER_NAME` are honoured.
    ///
    /// # Errors
    /// If there is no adapter or it does not give a device.
    pub fn headless() -> Result<Self, RenderError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let adapter = pollster::block_on(wgpu::util::initialize_adapter_from_env_or_default(&instance, None))
            .map_err(|error| RenderError::NoAdapter { reason: error.to_string() })?;
        let name = adapter.get_info().name;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("off-screen"),
            required_limits: wgpu::Limits::downlevel_defaults().using_resolution(adapter.limits()),
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|error| RenderError::NoDevice { adapter: name.clone(), reason: error.to_string() })?;
        Ok(Self { device, queue, name })
    }
}
