//! Works out what the plots show, away from the window's thread.

use super::app::StudioApp;
use super::failures::Failures;
use crate::runtime::{Event, JobHandle, JobId};
use crate::session::reading::{CurveKey, CurveRequest, LengthUnit, WorkedOut};
use crate::session::{MotionKey, SourceId};
use crate::support::Notice;
use crate::ui::text;

/// One request at a time; what is missing after it is seen when the plots are drawn next.
#[derive(Default)]
pub struct CurveQueue {
    running: Option<Running>,
    failures: Failures<SourceId, Wanted>,
}

struct Running {
    handle: JobHandle,
    source: SourceId,
    wanted: Wanted,
}

/// What a request depends on.
#[derive(PartialEq)]
struct Wanted {
    motion: Option<MotionKey>,
    length_unit: LengthUnit,
    keys: Vec<CurveKey>,
}

impl CurveQueue {
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }
}

impl StudioApp {
    /// Starts to work out curves that the plots lacked.
    pub(super) fn keep_curves(&mut self) {
        let Some(request) = self.panels.plots.take_missing().filter(|_| self.curves.running.is_none()) else { return };
        let CurveRequest { source, motion, length_unit, keys, .. } = &request;
        let source = source.id;
        let motion = motion.as_ref().map(|motion| motion.key.clone());
        let wanted = Wanted { motion, length_unit: *length_unit, keys: keys.clone() };
        if self.curves.failures.is_known(&source, &wanted) {
            return;
        }
        let started = self.runtime.run("curves", move |context| {
            let curves = request.work_out(&context.cancel)?.into();
            context.send(Event::Curves { job: context.id, request: request.into(), curves })?;
            Ok(())
        });
        match started {
            Ok(handle) => self.curves.running = Some(Running { handle, source, wanted }),
            Err(error) => {
                if self.curves.failures.note(source, wanted) {
                    self.tell(Notice::from_error(text::plots::NOT_WORKED_OUT, &error));
                }
            }
        }
    }

    pub(super) fn curves_ready(&mut self, job: JobId, request: &CurveRequest, curves: &[WorkedOut]) {
        let Some(running) = self.curves.running.take_if(|running| running.handle.id == job) else { return };
        self.curves.failures.succeeded(&running.source);
        self.panels.plots.take_curves(request, curves);
    }

    /// If it was this job that failed, whether that is news.
    pub(super) fn curves_failed(&mut self, job: JobId) -> Option<bool> {
        let failed = self.curves.running.take_if(|running| running.handle.id == job)?;
        Some(self.curves.failures.note(failed.source, failed.wanted))
    }
}
