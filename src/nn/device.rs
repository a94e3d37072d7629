//! Which processor the network runs on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use candle_core::Device;

use crate::support::Notice;

/// What a person asked for: `auto`, `cpu`, `cuda`, `cuda:N` or `metal`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeviceChoice {
    /// The GPU that the program was built for if it works, else the CPU.
    #[default]
    Auto,
    Cpu,
    /// An NVIDIA GPU by number.
    Cuda(usize),
    Metal,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no device; use auto, cpu, cuda, cuda:N or metal")]
pub struct UnknownDevice(String);

impl std::str::FromStr for DeviceChoice {
    type Err = UnknownDevice;

    fn from_str(text: &str) -> Result<Self, UnknownDevice> {
        let unknown = || UnknownDevice(text.to_owned());
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            "metal" => Ok(Self::Metal),
            other => {
                let number = other.strip_prefix("cuda:").ok_or_else(unknown)?;
                number.parse().map(Self::Cuda).map_err(|_| unknown())
            }
        }
    }
}

impl std::fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

/// A device that is ready to use.
#[derive(Clone, Debug)]
pub struct OpenDevice {
    pub device: Device,
    /// What it is called: "cpu", "cuda:0", "metal".
    pub label: String,
    /// Says so when it is not the device that was asked for.
    pub fallback: Option<Notice>,
}

/// Opens the chosen device and tries it; one that is not built in or does not work is replaced by the CPU.
pub fn open(choice: DeviceChoice) -> OpenDevice {
    let wanted = match choice {
        DeviceChoice::Auto if cfg!(feature = "cuda") => DeviceChoice::Cuda(0),
        DeviceChoice::Auto if cfg!(feature = "metal") => DeviceChoice::Metal,
        DeviceChoice::Auto => DeviceChoice::Cpu,
        other => other,
    };
    match open_exactly(wanted) {
        Ok(device) => OpenDevice { device, label: wanted.to_string(), fallback: None },
        Err((why, hint)) => OpenDevice {
            device: Device::Cpu,
            label: DeviceChoice::Cpu.to_string(),
            fallback: Some(Notice::warning(format!("Running on the CPU instead of {wanted}")).why(why).hint(hint)),
        },
    }
}

fn open_exactly(choice: DeviceChoice) -> Result<Device, (String, &'static str)> {
    let (built_in, make, rebuild, check): (_, Box<dyn Fn() -> candle_core::Result<Device>>, _, _) = match choice {
        DeviceChoice::Cpu | DeviceChoice::Auto => return Ok(Device::Cpu),
        DeviceChoice::Cuda(number) => (
            cfg!(feature = "cuda"),
            Box::new(move || Device::new_cuda(number)),
            "Build it with `cargo build --release --features cuda` to use an NVIDIA GPU.",
            "Check with `nvidia-smi` that the driver works and the GPU has this number.",
        ),
        DeviceChoice::Metal => (
            cfg!(feature = "metal"),
            Box::new(|| Device::new_metal(0)),
            "Build it on a Mac with `cargo build --release --features metal` to use its GPU.",
            "Metal needs a Mac with an Apple GPU.",
        ),
    };
    if !built_in {
        return Err(("this program was built without support for it".to_owned(), rebuild));
    }
    // The driver bindings panic where they find no driver library.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let device = make()?;
        device.synchronize()?;
        Ok::<_, candle_core::Error>(device)
    }));
    match opened {
        Ok(Ok(device)) => Ok(device),
        Ok(Err(error)) => Err((error.to_string(), check)),
        Err(_) => Err(("its driver could not be loaded".to_owned(), check)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for choice in [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Cuda(3), DeviceChoice::Metal] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        for bad in ["", "gpu", "cuda:", "cuda:x", "cuda:-1"] {
            assert!(bad.parse::<DeviceChoice>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_device_that_cannot_be_used_becomes_the_cpu_with_a_warning() {
        // No machine has GPU number 1,000,000, whether or not CUDA is built in.
        let opened = open(DeviceChoice::Cuda(1_000_000));
        assert!(opened.device.is_cpu());
        assert_eq!(opened.label, "cpu");
        let notice = opened.fallback.unwrap();
        assert!(notice.headline.contains("cuda:1000000") && !notice.why.is_empty() && !notice.hint.is_empty());
        assert_eq!(open(DeviceChoice::Cpu).fallback, None);
    }
}
