//! WGSL files: built into the program, joined by `#import` lines, checked by naga, and in debug builds read again
//! from the source folder when they change.

use std::borrow::Cow;

/// A shader that cannot be used; `message` points into the joined text.
#[derive(Debug, thiserror::Error)]
pub enum ShaderError {
    #[error("the shader imports {import}, which does not exist. Check the #import line: shaders/{file}")]
    UnknownImport { import: String, file: String },
    #[error("the shader is not valid: {message}. Correct the source: shaders/{file}")]
    Invalid { message: String, file: String },
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        /// Name (path inside `shaders/`) and text of every file.
        pub const EMBEDDED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/shaders/", $name)))),*];
    };
}

embedded!(
    "background.wgsl",
    "blit.wgsl",
    "body.wgsl",
    "capsules.wgsl",
    "capsules_per_sample.wgsl",
    "grid.wgsl",
    "lines.wgsl",
    "quads.wgsl",
    "shadow.wgsl",
    "skin.wgsl",
    "common/frame.wgsl",
    "common/lighting.wgsl",
    "common/srgb.wgsl",
);

fn embedded(name: &str) -> Option<Cow<'static, str>> {
    EMBEDDED.iter().find(|(file, _)| *file == name).map(|(_, text)| Cow::Borrowed(*text))
}

/// The text of `name` with every `#import FILE` line replaced by that file, each at most once.
///
/// # Errors
/// If a file does not exist.
pub fn join(name: &str, read: &dyn Fn(&str) -> Option<Cow<'static, str>>) -> Result<String, ShaderError> {
    let mut joined = String::new();
    join_into(name, name, read, &mut Vec::new(), &mut joined)?;
    Ok(joined)
}

fn join_into(
    name: &str,
    importer: &str,
    read: &dyn Fn(&str) -> Option<Cow<'static, str>>,
    done: &mut Vec<String>,
    joined: &mut String,
) -> Result<(), ShaderError> {
    if done.iter().any(|file| file == name) {
        return Ok(());
    }
    done.push(name.to_owned());
    let text =
        read(name).ok_or_else(|| ShaderError::UnknownImport { import: name.to_owned(), file: importer.to_owned() })?;
    for line in text.lines() {
        if let Some(import) = line.strip_prefix("#import ") {
            join_into(import.trim(), name, read, done, joined)?;
        } else {
            joined.push_str(line);
            joined.push('\n');
        }
    }
    Ok(())
}

/// Parses and validates joined WGSL the way wgpu will.
///
/// # Errors
/// With naga's message if it is not valid.
pub fn validate(file: &str, joined: &str) -> Result<(), ShaderError> {
    let invalid = |message: String| ShaderError::Invalid { message, file: file.to_owned() };
    let module = naga::front::wgsl::parse_str(joined).map_err(|error| invalid(error.emit_to_string(joined)))?;
    let capabilities = naga::valid::Capabilities::default() | naga::valid::Capabilities::MULTISAMPLED_SHADING;
    naga::valid::Validator::new(naga::valid::ValidationFlags::all(), capabilities)
        .validate(&module)
        .map_err(|error| invalid(error.emit_to_string(joined)))?;
    Ok(())
}

/// Where shaders come from: the program itself and, in debug builds, the source folder.
#[derive(Debug, Default)]
pub struct ShaderSource {
    #[cfg(debug_assertions)]
    watch: watch::Watch,
}

impl ShaderSource {
    /// The module made of `name`.
    ///
    /// # Errors
    /// If an import is missing or the text is not valid.
    pub fn module(&self, device: &wgpu::Device, name: &str) -> Result<wgpu::ShaderModule, ShaderError> {
        let joined = join(name, &|file| self.read(file))?;
        validate(name, &joined)?;
        Ok(device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some(name),
            source: wgpu::ShaderSource::Wgsl(joined.into()),
        }))
    }

    /// True if a file on disk changed since the last call; looks at most once per second, and never in a release.
    #[cfg_attr(not(debug_assertions), expect(clippy::unused_self, reason = "only debug builds watch"))]
    pub fn changed(&mut self) -> bool {
        #[cfg(debug_assertions)]
        return self.watch.changed();
        #[cfg(not(debug_assertions))]
        false
    }

    #[cfg_attr(not(debug_assertions), expect(clippy::unused_self, reason = "only debug builds read from disk"))]
    fn read(&self, name: &str) -> Option<Cow<'static, str>> {
        #[cfg(debug_assertions)]
        if let Some(text) = self.watch.read(name) {
            return Some(Cow::Owned(text));
        }
        embedded(name)
    }
}

#[cfg(debug_assertions)]
mod watch {
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant, SystemTime};

    use super::EMBEDDED;

    #[derive(Debug)]
    pub struct Watch {
        folder: PathBuf,
        interval: Duration,
        looked: Instant,
        newest: Option<SystemTime>,
        /// Built-in text until something changes, so that a moved source folder does not matter.
        from_disk: bool,
    }

    impl Default for Watch {
        fn default() -> Self {
            Self::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders"), Duration::from_secs(1))
        }
    }

    impl Watch {
        pub fn new(folder: PathBuf, interval: Duration) -> Self {
            let newest = newest(&folder);
            Self { folder, interval, looked: Instant::now(), newest, from_disk: false }
        }

        pub fn changed(&mut self) -> bool {
            if self.looked.elapsed() < self.interval {
                return false;
            }
            self.looked = Instant::now();
            let newest = newest(&self.folder);
            let changed = newest > self.newest;
            self.newest = newest;
            self.from_disk |= changed;
            changed
        }

        pub fn read(&self, name: &str) -> Option<String> {
            self.from_disk.then(|| std::fs::read_to_string(self.folder.join(name)).ok()).flatten()
        }
    }

    fn newest(folder: &Path) -> Option<SystemTime> {
        EMBEDDED.iter().filter_map(|(name, _)| folder.join(name).metadata().ok()?.modified().ok()).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(name: &str) -> Option<Cow<'static, str>> {
        let text = match name {
            "top" => "#import left\n#import right\nfn top() {}",
            "left" => "#import base\nfn left() {}",
            "right" => "#import base\nfn right() {}",
            "base" => "fn base() {}",
            "broken" => "#import nothing",
            _ => return None,
        };
        Some(text.into())
    }

    #[test]
    fn each_import_comes_once_and_before_its_user() {
        assert_eq!(join("top", &files).unwrap(), "fn base() {}\nfn left() {}\nfn right() {}\nfn top() {}\n");
    }

    #[test]
    fn a_missing_import_names_both_files() {
        let message = join("broken", &files).unwrap_err().to_string();
        assert!(message.contains("nothing") && message.ends_with("shaders/broken"), "{message}");
    }

    #[test]
    fn nonsense_is_not_valid() {
        assert!(matches!(validate("x.wgsl", "fn f() -> u32 { return 1.5; }"), Err(ShaderError::Invalid { .. })));
    }

    #[cfg(debug_assertions)]
    #[test]
    fn a_saved_file_replaces_the_built_in_one() {
        use std::time::{Duration, SystemTime};

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("grid.wgsl");
        std::fs::write(&file, "// old").unwrap();
        let mut source = ShaderSource { watch: watch::Watch::new(folder.path().to_path_buf(), Duration::ZERO) };
        assert!(!source.changed());
        assert!(source.read("grid.wgsl").unwrap().contains("fn fs_main"));
        std::fs::write(&file, "// new").unwrap();
        let later = SystemTime::now() + Duration::from_secs(5);
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
        assert!(source.changed());
        assert!(!source.changed());
        assert_eq!(source.read("grid.wgsl").unwrap(), "// new");
        assert!(source.read("blit.wgsl").unwrap().contains("fn fs_main"));
    }
}
