//! Finds the people in a clip's video.

use std::path::Path;
use std::sync::Arc;

use eframe::egui;

use super::app::StudioApp;
use super::dock::Pane;
use super::jobs::JobKind;
use super::opening::short_name;
use crate::detect::{DetectorSpec, OnnxSpec};
use crate::io::detection_cache::DetectionCache;
use crate::runtime::{DetectRequest, JobId};
use crate::session::{Source, SourceId};
use crate::support::{Level, Notice};
use crate::ui::text;

/// Parts of the names of networks that find people without their joints.
const PERSON_NAMES: [&str; 4] = ["yolox", "rtmdet", "nanodet", "person"];

impl StudioApp {
    /// Finds the people in the active clip's video, or says what is needed for that.
    pub(super) fn detect_people(&mut self, ctx: &egui::Context) {
        if self.session.settings.usable_detector().is_none() {
            self.dock.show(Pane::Models, ctx, &mut self.session.settings);
            let notice = Notice::info(text::detector::NO_DETECTOR).why(text::detector::NO_DETECTOR_WHY);
            self.tell(notice.hint(text::detector::NO_DETECTOR_HINT));
        }
        if let Some(id) = self.session.active_id() {
            self.find_people(id);
        }
    }

    /// Starts looking for people, where a detector is chosen. A video becomes a clip with people; of a clip that came
    /// from a file of keypoints the video becomes another clip.
    pub(super) fn find_people(&mut self, id: SourceId) {
        let Some(clip) = self.session.document().source(id) else { return };
        let (Some(video), Some(detector)) = (clip.video.clone(), self.session.settings.usable_detector().cloned())
        else {
            return;
        };
        let is_own = clip.source.path.as_ref() == Some(&video.path);
        let (name, read) = (short_name(&video.path), clip.source.read_options.clone());
        let id = if is_own { id } else { self.session.new_source_id() };
        self.stop_finding(id);
        let cache = self.detections.clone();
        let path = video.path.clone();
        let request = DetectRequest { id, path, video: Some(video), read, detector, cache };
        match self.runtime.detect(request) {
            Ok(handle) => self.jobs.add(handle, JobKind::Detect(id), text::detector::finding(&name)),
            Err(error) => self.tell(Notice::from_error(text::detector::NOT_STARTED, &error)),
        }
    }

    pub(super) fn stop_finding(&mut self, id: SourceId) {
        let of_clip = self.jobs.iter().find(|job| job.kind == JobKind::Detect(id)).map(|job| job.handle.id);
        drop(of_clip.and_then(|job| self.jobs.take(job)));
    }

    /// More people or frames of a video were found, also by a job that was cancelled since. The square around the whole
    /// motion may have changed, so that all of it is lifted anew.
    pub(super) fn take_detected(&mut self, job: JobId, source: &Arc<Source>) {
        let id = source.id;
        if self.session.document().source(id).is_some() {
            self.session.update_source(source);
        } else if self.is_running(job) {
            self.session.add_source(source, false);
        } else {
            return;
        }
        self.forget_inference(id);
        if self.session.active_id() == Some(id) {
            self.infer_now(id);
        } else {
            self.infer_later(id);
        }
    }

    pub(super) fn detection_done(&mut self, id: SourceId) {
        let Some(clip) = self.session.document().source(id) else { return };
        if clip.source.tracks.is_empty() {
            let notice = Notice::warning(text::detector::nobody(&clip.source.name));
            self.tell(notice.hint(text::detector::NOBODY_HINT));
        }
    }

    /// A network that was dropped or chosen takes its place beside the others.
    pub(super) fn add_network(&mut self, path: &Path, is_person: bool) {
        let networks = match &self.session.settings.detector {
            Some(DetectorSpec::Onnx(networks)) => networks.clone(),
            _ => OnnxSpec::default(),
        };
        let networks = if is_person {
            OnnxSpec { person: Some(path.to_owned()), ..networks }
        } else {
            OnnxSpec { pose: path.to_owned(), ..networks }
        };
        self.tell(Notice::info(text::detector::chosen(&short_name(path))));
        self.session.settings.detector = Some(DetectorSpec::Onnx(networks));
        // A video that waits for this.
        if let Some(id) = self.session.active().filter(|clip| clip.source.is_bare_video()).map(|clip| clip.source.id) {
            self.find_people(id);
        }
    }

    pub(super) fn clear_detections(&mut self) {
        if let Some(Err(error)) = self.detections.as_ref().map(DetectionCache::clear) {
            let notice = Notice::from_error(text::detector::NOT_CLEARED, &error);
            self.tell(Notice { level: Level::Warning, ..notice });
        }
    }
}

/// Whether the name of a network says that it finds people without their joints.
pub fn is_person_network(path: &Path) -> bool {
    let name = short_name(path).to_lowercase();
    !name.contains("pose") && PERSON_NAMES.iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_told_apart_by_their_names() {
        for (name, expected) in [
            ("yolox_m_8xb8-300e_humanart-c2c7a14a.zip", true),
            ("rtmdet_nano_8xb32-100e_coco-obj365-person-05d8511e.zip", true),
            ("marker_yolox_person.onnx", true),
            ("rtmpose-m_simcc-body7_pt-body7-halpe26_700e-256x192.zip", false),
            ("rtmo-s_8xb32-600e_body7-640x640.zip", false),
            ("yolo11n-pose.onnx", false),
        ] {
            assert_eq!(is_person_network(Path::new(name)), expected, "{name}");
        }
    }
}
