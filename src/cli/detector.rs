//! People found in a video: how, and the search itself.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::Advice;
use super::report::Reporter;
use crate::detect::{DetectorSpec, LoadError, OnnxSpec};
use crate::io::detection_cache::DetectionCache;
use crate::io::frames::Ffmpeg;
use crate::io::keypoints::ReadOptions;
use crate::runtime::detect::{
    Ahead, DetectRequest, Ending, FileDetectors, Found, Listener, SearchError, detect_people,
};
use crate::session::{Source, SourceId};
use crate::support::{CancelToken, Cancelled, Notices};

/// Which detector, and how it is used.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Detection in videos")]
pub(super) struct DetectorArgs {
    /// Pose network that finds people's joints in a video: .onnx, or a .zip of OpenMMLab's (RTMPose, RTMO, YOLO-pose)
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
    /// Network that finds the people for RTMPose (YOLOX, RTMDet); without it one person who fills the picture is
    /// looked for
    #[arg(long, value_name = "FILE", requires = "detector")]
    pub person_detector: Option<PathBuf>,
    /// Look for people in every so many pictures; in between they are followed
    #[arg(long, value_name = "N", default_value_t = OnnxSpec::default().every as u32,
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub every: u32,
    /// Find so many people at most at once
    #[arg(long, value_name = "N", default_value_t = OnnxSpec::default().max_people as u32,
          value_parser = clap::value_parser!(u32).range(1..=100))]
    pub max_people: u32,
    /// Search the video even if it was searched with this detector before, and do not keep what is found
    #[arg(long)]
    pub no_cache: bool,
}

impl DetectorArgs {
    fn spec(&self, pose: &Path) -> DetectorSpec {
        DetectorSpec::Onnx(OnnxSpec {
            pose: pose.to_owned(),
            person: self.person_detector.clone(),
            every: self.every as usize,
            max_people: self.max_people as usize,
            ..OnnxSpec::default()
        })
    }

    /// Finds the people in a video with the network in `pose`, and lifts them meanwhile if it is said how.
    ///
    /// # Errors
    /// The detector or the video cannot be used, nobody is in it, or the token was cancelled.
    pub fn search(
        &self,
        path: &Path,
        pose: &Path,
        read: &ReadOptions,
        ahead: Option<&Ahead<'_>>,
        notices: &Notices,
        reporter: &Reporter,
        cancel: &CancelToken,
    ) -> anyhow::Result<Source> {
        reporter.task("finding people");
        let request = DetectRequest {
            id: SourceId(0),
            path: path.to_owned(),
            video: None,
            read: read.clone(),
            detector: self.spec(pose),
            cache: if self.no_cache { None } else { DetectionCache::usual() },
        };
        let search = |on_picture: &mut dyn FnMut(&Found)| {
            let listener = Listener { notices, progress: reporter, cancel, on_picture };
            detect_people(&request, &FileDetectors, &Ffmpeg::default(), listener)
        };
        let searched = match ahead {
            Some(ahead) => ahead.beside(&request, cancel, search),
            None => search(&mut |_| {}),
        };
        let (found, ending) = searched.map_err(|error| match error {
            LoadError::Cancelled(cancelled) => cancelled.into(),
            error => anyhow::Error::new(error).context(format!("{} could not be used", pose.display())),
        })?;
        match (found, ending) {
            (_, Ending::Failed(SearchError::Frames(error))) => {
                Err(anyhow::Error::new(error).context(format!("{} could not be opened", path.display())))
            }
            (_, Ending::Failed(error)) => {
                Err(anyhow::Error::new(error).context(format!("{} could not be searched", path.display())))
            }
            (Some(found), Ending::Complete { .. }) if found.is_empty() => {
                let what = format!("nobody was found in {}", path.display());
                Err(Advice::new(what, "Try another detector, or --every 1.").into())
            }
            (Some(found), Ending::Complete { .. }) => Ok(found.source(request.id, path, read, true, cancel)?),
            (_, Ending::Cancelled) | (None, _) => Err(Cancelled.into()),
        }
    }
}
