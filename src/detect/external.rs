//! A detector that is a program of the user's own.
//!
//! The program is started once and reads pictures from its standard input until that ends. What it writes:
//!
//! 1. One line when it is ready: `{"joints": "halpe26"}`, the name of the joint set that its keypoints are in.
//! 2. One line per picture: `{"frame": 0, "people": [...]}` with the picture's own number. A person is
//!    `{"keypoints": [[x, y, confidence], ...]}` in pixels of the picture, and may have a `"score"` from 0 to 1 and a
//!    `"box": [x, y, width, height]`.
//!
//! Each picture comes as one line `{"frame": 0, "width": 640, "height": 480}` and, after its line feed, width * height * 3
//! bytes of red, green and blue, row by row from the top. The next one comes when the last is answered. Lines are JSON in
//! UTF-8 and end in a line feed. What it writes on its error output is shown when it fails.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DetectError, Detector, DetectorInfo, ExternalSpec, LoadError, sampling};
use crate::data::{Detection, FrameIndex, Keypoint, Skeleton, SkeletonId, VideoFrame};
use crate::io::frames::{Conversation, TalkError};
use crate::support::CancelToken;

/// More than this in one picture are cut to the first.
const MAX_PEOPLE: usize = 100;
/// After so many failures in a row the program is not started again.
const MAX_FAILURES: usize = 3;
/// How much of an answer that is none is shown.
const SHOWN_CHARS: usize = 80;

/// How long the program may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Until it is ready: it may have a network to load.
    pub(super) start: Duration,
    pub(super) picture: Duration,
}

const PATIENCE: Patience = Patience { start: Duration::from_secs(60), picture: Duration::from_secs(30) };

#[derive(Deserialize)]
struct Hello {
    joints: String,
}

#[derive(Serialize)]
struct Header {
    frame: usize,
    width: u32,
    height: u32,
}

#[derive(Deserialize)]
struct Answer {
    frame: usize,
    people: Vec<Person>,
}

#[derive(Deserialize)]
struct Person {
    score: Option<f32>,
    #[serde(rename = "box")]
    area: Option<[f32; 4]>,
    keypoints: Vec<[f32; 3]>,
}

pub(super) struct External {
    spec: ExternalSpec,
    patience: Patience,
    info: DetectorInfo,
    /// None after a failure, until the next picture.
    conversation: Option<Conversation>,
    failures: usize,
}

impl External {
    pub(super) fn start(spec: &ExternalSpec, cancel: &CancelToken) -> Result<Self, LoadError> {
        Self::start_with(spec, PATIENCE, cancel)
    }

    pub(super) fn start_with(spec: &ExternalSpec, patience: Patience, cancel: &CancelToken) -> Result<Self, LoadError> {
        let (conversation, skeleton) = greet(spec, patience, cancel)?;
        let program = spec.command.file_name().unwrap_or(spec.command.as_os_str()).to_string_lossy();
        let info = DetectorInfo { name: format!("{program}, {} joints", skeleton.len()), skeleton };
        Ok(Self { spec: spec.clone(), patience, info, conversation: Some(conversation), failures: 0 })
    }

    /// The running program, started again if it failed before.
    fn conversation(&mut self, cancel: &CancelToken) -> Result<Conversation, DetectError> {
        if let Some(running) = self.conversation.take() {
            return Ok(running);
        }
        if self.failures >= MAX_FAILURES {
            return Err(DetectError::Failed(format!(
                "it failed {MAX_FAILURES} times in a row and is not started again"
            )));
        }
        match greet(&self.spec, self.patience, cancel) {
            Ok((running, skeleton)) if skeleton == self.info.skeleton => Ok(running),
            Ok((_, other)) => Err(DetectError::Failed(format!("its joints changed to {}", other.name))),
            Err(LoadError::Cancelled(cancelled)) => Err(cancelled.into()),
            Err(error) => Err(DetectError::Failed(error.to_string())),
        }
    }

    fn ask(
        &self,
        running: &mut Conversation,
        picture: &VideoFrame,
        cancel: &CancelToken,
    ) -> Result<Vec<Detection>, DetectError> {
        let [width, height] = picture.size;
        let header = Header { frame: picture.index.0, width, height };
        let mut line = serde_json::to_string(&header).map_err(|error| DetectError::Failed(error.to_string()))?;
        line.push('\n');
        let limit = self.patience.picture;
        let said = running.say(line, Arc::clone(&picture.pixels), limit, cancel);
        let answer = said.and_then(|()| running.next_line(limit, cancel)).map_err(|error| match error {
            TalkError::Cancelled(cancelled) => cancelled.into(),
            other => DetectError::Failed(with_last_words(&other, running)),
        })?;
        let answer: Answer = serde_json::from_str(&answer)
            .map_err(|error| DetectError::Failed(format!("it answered {}: {error}", shown(&answer))))?;
        if answer.frame != picture.index.0 {
            let (asked, told) = (picture.index.0, answer.frame);
            return Err(DetectError::Failed(format!("it was given picture {asked} and answered on {told}")));
        }
        let people = answer.people.into_iter().take(MAX_PEOPLE);
        people.filter_map(|person| detection(person, picture.index, self.info.skeleton).transpose()).collect()
    }
}

impl Detector for External {
    fn info(&self) -> &DetectorInfo {
        &self.info
    }

    fn detect(&mut self, picture: &VideoFrame, cancel: &CancelToken) -> Result<Vec<Detection>, DetectError> {
        sampling::check(picture)?;
        let result = self.conversation(cancel).and_then(|mut running| {
            let people = self.ask(&mut running, picture, cancel)?;
            // After a failure, or when cancelled halfway, a late answer would be taken for that to another picture.
            self.conversation = Some(running);
            Ok(people)
        });
        match &result {
            Ok(_) => self.failures = 0,
            Err(DetectError::Failed(_)) => self.failures += 1,
            Err(DetectError::Cancelled(_)) => {}
        }
        result
    }

    fn reset(&mut self) {}
}

/// Starts the program and waits until it is ready.
fn greet(
    spec: &ExternalSpec,
    patience: Patience,
    cancel: &CancelToken,
) -> Result<(Conversation, &'static Skeleton), LoadError> {
    let mut command = Command::new(&spec.command);
    command.args(&spec.args);
    let mut running =
        Conversation::start(command).map_err(|source| LoadError::Start { command: spec.command.clone(), source })?;
    let failed = |why: String| LoadError::External { command: spec.command.clone(), why };
    let hello = match running.next_line(patience.start, cancel) {
        Ok(hello) => hello,
        Err(TalkError::Cancelled(cancelled)) => return Err(cancelled.into()),
        Err(error) => return Err(failed(with_last_words(&error, &mut running))),
    };
    let Hello { joints } = serde_json::from_str(&hello)
        .map_err(|_| failed(format!("its first line should say which joints it finds, and is {}", shown(&hello))))?;
    let skeleton = joints.parse::<SkeletonId>().map_err(failed)?;
    Ok((running, skeleton.skeleton()))
}

fn with_last_words(error: &TalkError, running: &mut Conversation) -> String {
    let words = running.last_words().join(" / ");
    if words.is_empty() { error.to_string() } else { format!("{error}. It said: {words}") }
}

fn shown(answer: &str) -> String {
    let start: String = answer.chars().take(SHOWN_CHARS).collect();
    let more = if start.len() < answer.len() { " ..." } else { "" };
    format!("'{start}{more}'")
}

/// None if none of the joints is a number.
fn detection(person: Person, frame: FrameIndex, skeleton: &Skeleton) -> Result<Option<Detection>, DetectError> {
    let Person { score, area, keypoints } = person;
    if keypoints.len() != skeleton.len() {
        return Err(DetectError::Failed(format!(
            "it answered with {} joints, where {} has {}",
            keypoints.len(),
            skeleton.name,
            skeleton.len()
        )));
    }
    let joint = |[x, y, confidence]: [f32; 3]| {
        let is_seen = confidence > 0.0 && [x, y, confidence].iter().all(|value| value.is_finite());
        if is_seen { Keypoint::new(x, y, confidence.min(1.0)) } else { Keypoint::MISSING }
    };
    let keypoints: Box<[Keypoint]> = keypoints.into_iter().map(joint).collect();
    let is_anybody = keypoints.iter().any(|joint| !joint.is_missing());
    Ok(is_anybody.then(|| Detection {
        frame,
        id: None,
        score: score.filter(|score| score.is_finite()).unwrap_or(1.0).clamp(0.0, 1.0),
        bbox: area.filter(|area| area.iter().all(|value| value.is_finite())),
        keypoints,
    }))
}

#[cfg(test)]
mod tests;
