//! Published models in the window: which are here, and fetching them.

use std::collections::BTreeSet;
use std::path::Path;

use super::app::StudioApp;
use super::jobs::JobKind;
use crate::detect::DetectorSpec;
use crate::io::zoo::{ModelEntry, ModelState, ModelTask, Zoo, ZooError};
use crate::runtime::job::JobError;
use crate::runtime::{Event, JobHandle, JobId};
use crate::session::{BodyChoice, Edit, ModelChoice, Settings};
use crate::support::Notice;
use crate::ui::text;

/// The published models, and what is known of the folder that holds them.
#[derive(Default)]
pub struct Shelf {
    zoo: Option<Zoo>,
    /// One per model; empty until the folder was looked at.
    states: Vec<ModelState>,
    /// Looks at the folder.
    looking: Option<JobHandle>,
    /// Those that run, or were cancelled and have not ended yet.
    fetches: BTreeSet<JobId>,
}

impl Shelf {
    /// The list that the settings name, or the built-in one.
    ///
    /// # Errors
    /// The list cannot be read, or the system has no folder for models.
    pub fn new(settings: &Settings) -> Result<Self, ZooError> {
        let zoo = Zoo::new(settings.model_folder.clone(), settings.model_list.as_deref())?;
        Ok(Self { zoo: Some(zoo), ..Self::default() })
    }

    /// All models, each with its state if that is known.
    pub fn models(&self) -> impl Iterator<Item = (&ModelEntry, Option<&ModelState>)> {
        let models = self.zoo.iter().flat_map(|zoo| &zoo.models);
        models.enumerate().map(|(place, model)| (model, self.states.get(place)))
    }

    fn model(&self, id: &str) -> Option<(&Zoo, &ModelEntry)> {
        let zoo = self.zoo.as_ref()?;
        Some((zoo, zoo.find(id).ok()?))
    }
}

impl StudioApp {
    /// Looks at the folder again, away from the window's thread.
    pub(super) fn look_at_shelf(&mut self) {
        let Some(zoo) = self.shelf.zoo.clone() else { return };
        let started = self.runtime.run("models", move |context| {
            let states = zoo.models.iter().map(|model| zoo.state(model)).collect();
            context.send(Event::ModelStates { job: context.id, states })?;
            Ok(())
        });
        // Without a thread the last known states stay; whatever needs one next says so.
        self.shelf.looking = started.ok();
    }

    pub(super) fn take_model_states(&mut self, job: JobId, states: Vec<ModelState>) {
        if self.shelf.looking.take_if(|looking| looking.id == job).is_some() {
            self.shelf.states = states;
        }
    }

    pub(super) fn fetch_model(&mut self, id: String) {
        let kind = JobKind::Fetch(id.clone());
        let Some((zoo, model)) = self.shelf.model(&id) else { return };
        if self.jobs.iter().any(|job| job.kind == kind) {
            return;
        }
        let (zoo, model) = (zoo.clone(), model.clone());
        let name = model.name.clone();
        let started = self.runtime.run("models", move |context| match zoo.get(&model, &context.cancel, context) {
            Ok(path) => Ok(context.send(Event::ModelFetched { job: context.id, id, path })?),
            Err(ZooError::Cancelled(cancelled)) => Err(cancelled.into()),
            Err(error) => Err(JobError::Failed(Notice::from_error(text::shelf::not_fetched(&model.name), &error))),
        });
        match started {
            Ok(handle) => {
                self.shelf.fetches.insert(handle.id);
                self.jobs.add(handle, kind, text::shelf::fetching(&name));
            }
            Err(error) => self.tell(Notice::from_error(text::shelf::not_fetched(&name), &error)),
        }
    }

    /// A model is here now. What the person asked for is most likely to use it, but that is theirs to say: results that
    /// are looked at should not change by themselves.
    pub(super) fn model_fetched(&mut self, id: &str) {
        if let Some((_, model)) = self.shelf.model(id) {
            let notice = Notice::info(text::shelf::fetched(&model.name));
            let is_usable = use_of(model.task).is_some();
            self.tell(if is_usable { notice.hint(text::shelf::FETCHED_HINT) } else { notice });
        }
    }

    /// A job is over, however it ended: what it fetched, or a part of it, is in the folder.
    pub(super) fn fetch_ended(&mut self, job: JobId) {
        if self.shelf.fetches.remove(&job) {
            self.look_at_shelf();
        }
    }

    pub(super) fn use_model(&mut self, id: &str) {
        let Some((zoo, model)) = self.shelf.model(id) else { return };
        let path = zoo.path(model);
        match use_of(model.task) {
            Some(Use::Lift) => self.set_model(ModelChoice::File(path)),
            Some(Use::Wear) => self.session.apply(&Edit::SetBody(BodyChoice::File(path))),
            Some(Use::Label) => self.set_action_file(Some(path)),
            Some(Use::Find { is_person }) => self.add_network(&path, is_person),
            None => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Use {
    Lift,
    Wear,
    Label,
    Find { is_person: bool },
}

fn use_of(task: ModelTask) -> Option<Use> {
    Some(match task {
        ModelTask::Pose3d => Use::Lift,
        ModelTask::Mesh => Use::Wear,
        ModelTask::Detector => Use::Find { is_person: false },
        ModelTask::PersonDetector => Use::Find { is_person: true },
        ModelTask::Action => Use::Label,
        ModelTask::Pretrain => return None,
    })
}

/// Whether the window has a use for models of this kind.
pub fn is_usable(task: ModelTask) -> bool {
    use_of(task).is_some()
}

/// Whether the file is in use now.
pub fn is_in_use(settings: &Settings, task: ModelTask, path: &Path) -> bool {
    let networks = match &settings.detector {
        Some(DetectorSpec::Onnx(networks)) => Some(networks),
        _ => None,
    };
    match task {
        ModelTask::Pose3d => settings.model == ModelChoice::File(path.to_owned()),
        ModelTask::Mesh => settings.body == BodyChoice::File(path.to_owned()),
        ModelTask::Detector => networks.is_some_and(|networks| networks.pose == *path),
        ModelTask::PersonDetector => networks.is_some_and(|networks| networks.person.as_deref() == Some(path)),
        ModelTask::Action => settings.actions.model.as_ref().is_some_and(|choice| choice.file == *path),
        ModelTask::Pretrain => false,
    }
}
