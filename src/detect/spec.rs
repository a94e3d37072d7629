//! Which detector to use, as it is saved and compared.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::LoadError;
use crate::support::CancelToken;

/// Counts up when the same networks would give other joints than before, so that kept detections are made anew.
const METHOD: u32 = 1;
const BLOCK_BYTES: usize = 1 << 20;

/// A detector and its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DetectorSpec {
    Onnx(OnnxSpec),
    External(ExternalSpec),
}

/// Networks that run here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnnxSpec {
    /// An .onnx file, or a .zip of OpenMMLab's with one in it: RTMPose, RTMO or YOLO-pose.
    pub pose: PathBuf,
    /// The same, YOLOX or RTMDet: finds people for RTMPose. Without, one person who fills the picture is looked for.
    /// Not used by networks that find people themselves.
    pub person: Option<PathBuf>,
    /// People are looked for in every so many pictures, and when one is lost; in between they are followed.
    pub every: usize,
    /// Of more, the best are kept.
    pub max_people: usize,
    /// People are dropped whose box, or whose joints in the mean, have a lower score: 0 to 1.
    pub min_score: f32,
    /// Processors to work on; all without. Says nothing about what is found.
    pub threads: Option<usize>,
}

impl Default for OnnxSpec {
    fn default() -> Self {
        Self { pose: PathBuf::new(), person: None, every: 10, max_people: 6, min_score: 0.3, threads: None }
    }
}

/// A program that is given pictures and gives back people; how they speak is written at `detect::external`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExternalSpec {
    pub command: PathBuf,
    #[serde(default)]
    pub args: Vec<String>,
}

impl DetectorSpec {
    /// Networks with the usual settings.
    pub fn onnx(pose: impl Into<PathBuf>, person: Option<PathBuf>) -> Self {
        Self::Onnx(OnnxSpec { pose: pose.into(), person, ..OnnxSpec::default() })
    }

    /// A key that is the same when the same people would be found in the same pictures: of the content of the files,
    /// wherever they lie, and the settings. 64 hexadecimal digits. Of a program only its own file is looked at.
    ///
    /// # Errors
    /// A file cannot be read; cancelled.
    pub fn fingerprint(&self, cancel: &CancelToken) -> Result<String, LoadError> {
        let mut key = Sha256::new();
        match self {
            Self::Onnx(OnnxSpec { pose, person, every, max_people, min_score, threads: _ }) => {
                key.update(format!("onnx {METHOD} {every} {max_people} {:08x}", min_score.to_bits()));
                for path in std::iter::once(pose).chain(person) {
                    key.update(hash_of_file(path, cancel)?);
                }
            }
            Self::External(ExternalSpec { command, args }) => {
                key.update(format!("external {METHOD} {command:?} {args:?}"));
                if command.is_file() {
                    key.update(hash_of_file(command, cancel)?);
                }
            }
        }
        Ok(format!("{:x}", key.finalize()))
    }
}

fn hash_of_file(path: &Path, cancel: &CancelToken) -> Result<[u8; 32], LoadError> {
    let mut file = open(path)?;
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        cancel.check()?;
        match file.read(&mut block).map_err(LoadError::read(path))? {
            0 => return Ok(hash.finalize().into()),
            count => hash.update(&block[..count]),
        }
    }
}

/// Opens a file and nothing else: a named pipe or a device might never answer.
pub(super) fn open(path: &Path) -> Result<File, LoadError> {
    if !std::fs::metadata(path).map_err(LoadError::read(path))?.is_file() {
        return Err(LoadError::NotAModel { path: path.to_owned(), why: "it is not a file".to_owned() });
    }
    File::open(path).map_err(LoadError::read(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(spec: &DetectorSpec) -> String {
        spec.fingerprint(&CancelToken::new()).unwrap()
    }

    #[test]
    fn the_key_follows_content_and_settings_and_not_places() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            path
        };
        let long = vec![7; 3 * BLOCK_BYTES + 5];
        let mut other_end = long.clone();
        *other_end.last_mut().unwrap() = 8;
        let [a, same, other] = [("a", &long), ("b", &long), ("c", &other_end)].map(|(name, bytes)| file(name, bytes));
        let first = key(&DetectorSpec::onnx(&a, None));
        assert_eq!(first.len(), 64);
        assert_eq!(first, key(&DetectorSpec::onnx(&same, None)));
        assert_ne!(first, key(&DetectorSpec::onnx(&other, None)));
        assert_ne!(first, key(&DetectorSpec::onnx(&a, Some(same.clone()))));
        let with = |change: fn(&mut OnnxSpec)| {
            let mut spec = OnnxSpec { pose: a.clone(), ..OnnxSpec::default() };
            change(&mut spec);
            key(&DetectorSpec::Onnx(spec))
        };
        assert_ne!(first, with(|spec| spec.every = 3));
        assert_ne!(first, with(|spec| spec.max_people = 1));
        assert_ne!(first, with(|spec| spec.min_score = 0.31));
        assert_eq!(first, with(|spec| spec.threads = Some(1)));
        let missing = DetectorSpec::onnx(folder.path().join("none"), None);
        assert!(matches!(missing.fingerprint(&CancelToken::new()), Err(LoadError::Read { .. })));
        let stopped = CancelToken::new();
        stopped.cancel();
        assert!(matches!(DetectorSpec::onnx(&a, None).fingerprint(&stopped), Err(LoadError::Cancelled(_))));
    }

    #[test]
    fn a_spec_survives_saving_and_may_leave_things_out() {
        let spec = DetectorSpec::onnx("pose.onnx", Some("person.zip".into()));
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<DetectorSpec>(&text).unwrap(), spec);
        let short: DetectorSpec = serde_json::from_str(r#"{"kind":"onnx","pose":"pose.onnx"}"#).unwrap();
        assert_eq!(short, DetectorSpec::onnx("pose.onnx", None));
        let program: DetectorSpec = serde_json::from_str(r#"{"kind":"external","command":"finder"}"#).unwrap();
        assert_eq!(program, DetectorSpec::External(ExternalSpec { command: "finder".into(), args: Vec::new() }));
    }
}
