//! The running camera: started and stopped here, its clip shown, its dials kept as the panels have them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;

use super::app::StudioApp;
use crate::data::VideoFrame;
use crate::io::frames::camera::{self, CameraId};
use crate::runtime::job::JobError;
use crate::runtime::live::{self, PastPictures, TestPattern, test_pattern};
use crate::runtime::video::Preview;
use crate::runtime::{Event, JobHandle, JobId, Live, LiveDials, LiveRequest, LiveStats};
use crate::session::SourceId;
use crate::session::live_settings::LiveCamera;
use crate::support::Notice;
use crate::ui::text;

#[derive(Default)]
pub struct LiveDesk {
    running: Option<Live>,
    /// The picture of the frame that is shown, when it was taken, and whether it has been on the screen.
    shown: Option<Shown>,
    /// What the camera that runs, or ran last, saw, and the clip that goes with it.
    past: Option<(SourceId, Arc<PastPictures>)>,
    kept: usize,
    /// None until they were looked for.
    cameras: Option<Arc<[CameraId]>>,
    search: Option<JobHandle>,
}

struct Shown {
    picture: Option<VideoFrame>,
    captured_at: Instant,
    is_new: bool,
}

impl LiveDesk {
    pub fn stats(&self) -> Option<LiveStats> {
        self.running.as_ref().map(Live::stats)
    }

    /// How long ago the shown frame was taken.
    pub fn age(&self) -> Option<Duration> {
        Some(self.shown.as_ref()?.captured_at.elapsed())
    }

    /// What the camera saw at the newest frame.
    pub fn picture(&self) -> Option<&VideoFrame> {
        self.shown.as_ref()?.picture.as_ref()
    }

    /// The cameras of this computer; none until they were looked for.
    pub fn cameras(&self) -> Option<&[CameraId]> {
        self.cameras.as_deref()
    }

    /// Nobody has looked for cameras yet.
    pub fn wants_cameras(&self) -> bool {
        self.cameras.is_none() && self.search.is_none()
    }

    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }
}

impl StudioApp {
    /// Starts the chosen camera, or stops the one that runs.
    pub(super) fn toggle_live(&mut self) {
        if self.live.is_running() {
            self.stop_live();
            return;
        }
        let settings = &self.session.settings.live;
        let found = match &settings.camera {
            LiveCamera::TestPattern => test_pattern(TestPattern::default()),
            LiveCamera::Camera(camera) => match self.session.settings.usable_detector() {
                Some(spec) => Ok((live::camera(settings.camera_options(camera)), live::detector(spec.clone()))),
                None => Err(Notice::warning(text::live::NO_DETECTOR).hint(text::live::NO_DETECTOR_HINT)),
            },
        };
        let (camera, detector) = match found {
            Ok(found) => found,
            Err(notice) => return self.tell(notice),
        };
        let id = self.session.new_source_id();
        let mut request = LiveRequest::new(id, text::live::CLIP.to_owned(), camera, detector);
        request.dials = self.live_dials();
        match self.runtime.live(request) {
            Ok(live) => {
                self.live.past = Some((id, live.past().clone()));
                (self.live.running, self.live.shown) = (Some(live), None);
                self.session.begin_live(id);
            }
            Err(error) => self.tell(Notice::from_error(text::live::COULD_NOT_START, &error)),
        }
    }

    /// Asks the system for cameras, which may take a moment.
    pub(super) fn find_cameras(&mut self) {
        let started = self.runtime.run("cameras", |context| {
            let cameras =
                camera::list().map_err(|error| JobError::Failed(Notice::from_error(text::live::NO_CAMERAS, &error)))?;
            context.send(Event::Cameras { job: context.id, cameras: cameras.into() })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.live.search = Some(handle),
            Err(error) => self.tell(Notice::from_error(text::live::NO_CAMERAS, &error)),
        }
    }

    pub(super) fn cameras_found(&mut self, job: JobId, cameras: &Arc<[CameraId]>) {
        if self.live.search.take_if(|search| search.id == job).is_some() {
            self.live.cameras = Some(cameras.clone());
        }
    }

    /// If it was the search for cameras that failed.
    pub(super) fn search_failed(&mut self, job: JobId) -> bool {
        let is_search = self.live.search.take_if(|search| search.id == job).is_some();
        if is_search {
            self.live.cameras = Some(Arc::new([]));
        }
        is_search
    }

    /// What is there of the clip is lifted as a whole.
    pub(super) fn stop_live(&mut self) {
        let Some(live) = self.live.running.take() else { return };
        self.live.shown = None;
        self.session.end_live();
        if self.session.document().source(live.source()).is_some() {
            self.infer_later(live.source());
        }
    }

    /// If it was the camera that ended.
    pub(super) fn live_ended(&mut self, job: JobId) -> bool {
        let is_live = self.live.running.as_ref().is_some_and(|live| live.job() == job);
        if is_live {
            self.stop_live();
        }
        is_live
    }

    /// Takes what the camera saw last and keeps its dials; before anything is drawn.
    pub(super) fn keep_live(&mut self) {
        if self.session.is_live_closed() {
            self.stop_live();
        }
        let Some(live) = &self.live.running else {
            let document = self.session.document();
            self.live.past.take_if(|(id, _)| document.source(*id).is_none());
            return;
        };
        live.set_dials(self.live_dials());
        live.past().hold(self.session.is_live_frozen());
        let Some(update) = live.take_update() else { return };
        if self.session.accept_live(&update.source, &update.motion, update.bodies.as_ref()) {
            let shown = Shown { picture: update.picture, captured_at: update.captured_at, is_new: true };
            self.live.shown = Some(shown);
        }
    }

    /// The frame was drawn; what is left until it is on the screen takes `rest`.
    pub(super) fn live_presented(&mut self, rest: Duration) {
        let is_on_screen = self.session.is_following_live();
        let (Some(live), Some(shown)) = (&self.live.running, &mut self.live.shown) else { return };
        if std::mem::take(&mut shown.is_new) && is_on_screen {
            live.presented(shown.captured_at.elapsed() + rest);
        }
    }

    /// The camera's picture of the shown frame, where it is to be shown.
    pub(super) fn live_picture(&self) -> Option<VideoFrame> {
        let is_wanted = self.session.is_following_live() && self.session.settings.picture.video;
        self.live.picture().filter(|_| is_wanted).cloned()
    }

    /// A small picture of the shown frame, where a camera saw it.
    pub(super) fn past_picture(&self) -> Option<Preview> {
        let is_wanted = self.session.settings.picture.video;
        let clip = self.session.active().filter(|clip| is_wanted && clip.video.is_none())?;
        let (_, past) = self.live.past.as_ref().filter(|(id, _)| *id == clip.source.id)?;
        past.at(usize::try_from(clip.source.first_frame_number).ok()? + self.session.frame().0)
    }

    /// The keypoints of the last minutes become a clip.
    pub(super) fn keep_recording(&mut self, ctx: &egui::Context) {
        let Some(live) = &self.live.running else { return };
        let id = self.session.new_source_id();
        let Some(mut source) = live.keep(id) else {
            return self.tell(Notice::warning(text::live::NOTHING_TO_KEEP));
        };
        self.live.kept += 1;
        source.name = text::live::kept(self.live.kept);
        let told = Notice::info(text::live::was_kept(&source.name)).hint(text::live::WAS_KEPT_HINT);
        self.session.add_beside(&Arc::new(source));
        self.infer_later(id);
        self.tell(told);
        ctx.request_repaint();
    }

    fn live_dials(&self) -> LiveDials {
        let session = &self.session;
        let (settings, lifting) = (&session.settings.live, &session.document().lifting);
        let clip = session.live().and_then(|id| session.document().source(id));
        let has_body = session.settings.scene.appearance.has_body();
        let mut dials = LiveDials {
            model: lifting.model.clone(),
            device: lifting.device,
            root_relative: lifting.options.root_relative,
            window_frames: settings.window_frames,
            look_ahead: settings.look_ahead,
            max_people: settings.max_people,
            body: session.body().filter(|_| has_body).cloned(),
            ..LiveDials::default()
        };
        if let Some(clip) = clip {
            dials.smoothing = clip.smoothing.strength();
            dials.world = clip.world;
            dials.heights_m = clip.people.iter().filter_map(|person| Some((person.id, person.height_m?))).collect();
            dials.betas = clip.people.iter().filter_map(|person| Some((person.id, person.betas?))).collect();
        }
        dials
    }
}
