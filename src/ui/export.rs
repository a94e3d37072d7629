//! Exports the active clip in a job of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::app::StudioApp;
use super::jobs::JobKind;
use super::theme::Theme;
use crate::data::PosePrediction;
use crate::io::export::WriteError;
use crate::nn::DeviceChoice;
use crate::runtime::export::{ExportOrder, Performer};
use crate::runtime::job::{JobContext, JobError};
use crate::runtime::{Event, load_body};
use crate::scene::{LinearRgba, PersonStyle};
use crate::session::{Bodies, BodiesInput, BodiesKey, Motion, Person, Source, WornBody};
use crate::support::Notice;
use crate::ui::text;

impl StudioApp {
    /// Starts writing; [`Event::Exported`] follows.
    pub(super) fn export(&mut self, order: ExportOrder) {
        let (Some(clip), Some(motion)) = (self.session.active(), self.session.active_motion().cloned()) else { return };
        let people: Vec<Person> =
            clip.people.iter().filter(|person| order.people.contains(&person.id)).cloned().collect();
        let wanted = (!order.motion.is_empty()).then(|| Wanted {
            known: self.session.bodies(clip.source.id).cloned(),
            key: BodiesKey::of(clip, &motion, &self.session.document().body, &self.session.document().lifting.options),
            device: self.session.document().lifting.device,
            source: clip.source.clone(),
            motion: motion.clone(),
            body: self.session.body().cloned(),
        });
        let source = clip.source.clone();
        let started = self.runtime.run("export", move |context| {
            let bodies = wanted.map(|wanted| wanted.bodies(context)).transpose()?;
            let performers = bodies.map_or_else(Vec::new, |bodies| performers(&bodies, &people));
            let predictions: Vec<PosePrediction> =
                motion.people.iter().map(|person| person.prediction.clone()).collect();
            let files =
                order.write(&source, &predictions, &performers, &context.cancel, context).map_err(
                    |error| match error {
                        WriteError::Cancelled(_) => JobError::Cancelled,
                        error => failed(&error),
                    },
                )?;
            Ok(context.send(Event::Exported { job: context.id, files })?)
        });
        match started {
            Ok(handle) => self.jobs.add(handle, JobKind::Save, text::export::EXPORTING.to_owned()),
            Err(error) => self.tell(Notice::from_error(text::export::NOT_STARTED, &error)),
        }
    }

    pub(super) fn exported(&mut self, files: &[PathBuf]) {
        let Some(first) = files.first() else {
            self.tell(Notice::warning(text::export::NOTHING).why(text::export::NOTHING_WHY));
            return;
        };
        let place = match files {
            [only] => only.as_path(),
            _ => first.parent().unwrap_or(Path::new("")),
        };
        let place = place.display().to_string();
        let notice = Notice::info(text::export::exported(files.len())).why(place.clone());
        self.tell_with_copy(notice, text::common::COPY_PATH, place);
    }
}

fn failed(error: &(dyn std::error::Error + 'static)) -> JobError {
    JobError::Failed(Notice::from_error(text::export::FAILED, error))
}

/// The bodies as they are now, and what is still missing of them.
struct Wanted {
    known: Option<Arc<Bodies>>,
    key: BodiesKey,
    device: DeviceChoice,
    source: Arc<Source>,
    motion: Arc<Motion>,
    /// Loaded if it is not there yet.
    body: Option<Arc<WornBody>>,
}

impl Wanted {
    /// Takes the bodies from the window, or fits them to the motion.
    fn bodies(self, context: &JobContext) -> Result<Arc<Bodies>, JobError> {
        if let Some(known) = self.known.as_ref().filter(|known| known.key == self.key) {
            return Ok(known.clone());
        }
        let estimates = self.known.as_ref().and_then(|known| known.estimates.clone());
        let body = match self.body.filter(|body| body.choice == self.key.choice) {
            Some(body) => body,
            None => {
                let (body, notices) = load_body(&self.key.choice, self.device)?;
                notices.into_iter().try_for_each(|notice| context.send(Event::Notice(notice)))?;
                Arc::new(body)
            }
        };
        let input = BodiesInput { key: self.key, source: self.source, motion: self.motion, body, estimates };
        Ok(Arc::new(input.derive(&context.cancel, context)?))
    }
}

/// The chosen people who have a body.
fn performers(bodies: &Bodies, people: &[Person]) -> Vec<Performer> {
    let performer = |person: &Person| {
        let [red, green, blue, _] = Theme::person(person.colour).to_array();
        Some(Performer {
            person: person.id,
            name: person.name.clone(),
            colour: PersonStyle::dark().tinted(LinearRgba::from_srgb([red, green, blue])).clay(),
            body: bodies.body.model.clone(),
            track: bodies.person(person.id)?.track.clone(),
        })
    };
    people.iter().filter_map(performer).collect()
}
