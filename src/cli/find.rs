//! `motionbert find`: a movement again, in this and other clips, and what is done by named examples.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::args::{ModelArgs, PersonArg, ReadArgs};
use super::detector::DetectorArgs;
use super::exit::{Advice, Outcome};
use super::report::{ProgressArg, Reporter};
use super::{lift, model, take};
use crate::data::{FrameRange, MotionFeatures, MoveSet, PersonId};
use crate::infer::represent::{Backbone, representation_features};
use crate::infer::{InferError, InferOptions, example_features};
use crate::io::moves as moves_file;
use crate::motion::features;
use crate::motion::moves::{self, FindOptions, MoveSample, Place, Query};
use crate::motion::segments::{self, SegmentOptions};
use crate::nn::{BackboneModel, PoseModel};
use crate::session::{LabelOptions, Source};
use crate::support::{CancelToken, Notice, Notices};

const EXAMPLES: &str = "\
START and END are frames (30) or seconds (1.5s) of CLIP; END is not included. Without INPUTS the rest of CLIP is \
searched. Similarity is the cosine between movements: 1 is the same. Movements are compared by joint angles \
and by where hands and feet are to the person, in 3D, so that it makes little difference where the camera stood.

Examples:
  motionbert find --query squats.json:30-95
  motionbert find --query squats.json:1.5s-3s@2 monday.json tuesday.json --mirrored --json
  motionbert find --query squats.json:30-95 --moves mine.moves.json --as 'my squat'
  motionbert find --moves mine.moves.json monday.json";

/// Find a movement again, or name movements by examples
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct FindArgs {
    /// Where to look: keypoint files, or folders with one file per frame; with --detector videos
    inputs: Vec<PathBuf>,
    /// The movement to look for: a clip, a stretch of it, and the person if there are several
    #[arg(long, value_name = "CLIP:START-END[@PERSON]", required_unless_present = "moves")]
    query: Option<QueryArg>,
    /// File of named examples: to label INPUTS with, or with --query and --as to add the query to
    #[arg(long, value_name = "FILE")]
    moves: Option<PathBuf>,
    /// Add the query to the file of --moves as an example of this name; the file is made if it is missing
    #[arg(long = "as", value_name = "NAME", requires_all = ["query", "moves"])]
    name: Option<String>,
    /// Find movements with left and right exchanged too
    #[arg(long, requires = "query")]
    mirrored: bool,
    /// Most matches
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    top: u32,
    /// Least similarity of a match, -1 to 1 (0.5 if not given), or of a label, 0 to 1 (0.85)
    #[arg(long, value_name = "S", value_parser = similarity, allow_negative_numbers = true)]
    min_similarity: Option<f32>,
    /// What movements are compared by
    #[arg(long, value_name = "WHAT", default_value = "pose", conflicts_with = "moves")]
    by: ByArg,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// How to show progress
    #[arg(long, value_name = "KIND", default_value = "auto")]
    pub progress: ProgressArg,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    detector: DetectorArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ByArg {
    /// Joint angles, and where hands and feet are to the person, in 3D
    Pose,
    /// The network's motion representation, pooled over the joints; of any checkpoint
    Representation,
}

/// `CLIP:START-END[@PERSON]`
#[derive(Clone, Debug, PartialEq)]
struct QueryArg {
    clip: PathBuf,
    start: Moment,
    end: Moment,
    person: Option<PersonId>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Moment {
    Frame(usize),
    Secs(f64),
}

impl Moment {
    fn frame(self, fps: f64) -> usize {
        match self {
            Self::Frame(frame) => frame,
            Self::Secs(secs) => (secs * fps).round() as usize,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text.trim().strip_suffix('s') {
            Some(secs) => secs.parse().ok().filter(|secs: &f64| (0.0..1e6).contains(secs)).map(Self::Secs),
            None => text.trim().parse().ok().map(Self::Frame),
        }
    }
}

impl std::str::FromStr for QueryArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The last colon, since paths may begin with a drive.
        let parts = text.rsplit_once(':').and_then(|(clip, rest)| {
            let (range, person) = match rest.split_once('@') {
                Some((range, person)) => (range, Some(PersonId(person.trim().parse().ok()?))),
                None => (rest, None),
            };
            let (start, end) = range.split_once('-')?;
            let (start, end) = (Moment::parse(start)?, Moment::parse(end)?);
            (!clip.is_empty()).then(|| Self { clip: clip.into(), start, end, person })
        });
        parts.ok_or_else(|| {
            "a clip, a start and an end are needed, for example squats.json:30-95 or a.json:1s-2.5s@2".to_owned()
        })
    }
}

fn similarity(text: &str) -> Result<f32, String> {
    let value = text.parse().ok().filter(|value: &f32| (-1.0..=1.0).contains(value));
    value.ok_or_else(|| "a number from -1 to 1 is needed".to_owned())
}

/// One clip with what its people do.
struct Clip {
    source: Source,
    fps: f64,
    people: Vec<PersonFeatures>,
}

struct PersonFeatures {
    features: MotionFeatures,
    /// Where mirrored matches are wanted.
    mirrored: Option<MotionFeatures>,
}

enum Model {
    Pose(PoseModel),
    Backbone(BackboneModel),
}

/// What it takes to read clips.
struct Reading<'a> {
    args: &'a FindArgs,
    model: Model,
    notices: Notices,
    reporter: Reporter,
    cancel: &'a CancelToken,
}

pub(super) fn run(args: &FindArgs, cancel: &CancelToken) -> anyhow::Result<Outcome> {
    let (reporter, notices) = (Reporter::new(args.progress), Notices::new());
    let model = match args.by {
        ByArg::Pose => Model::Pose(model::load(&args.model, &notices, &reporter)?),
        ByArg::Representation => Model::Backbone(model::load_backbone(&args.model, &notices, &reporter)?),
    };
    let reading = Reading { args, model, notices, reporter, cancel };
    match (&args.query, &args.moves, &args.name) {
        (Some(query), Some(file), Some(name)) => reading.add_example(query, file, name),
        (Some(_), Some(_), None) => Err(Advice::usage(
            "--query and --moves together need a name",
            "Give --as NAME to add the query to the file; to label INPUTS with the file leave out --query.",
        )
        .into()),
        (Some(query), ..) => reading.find(query),
        (None, Some(file), _) => reading.label(file),
        (None, None, _) => Err(Advice::usage("there is nothing to look for", "Give --query or --moves.").into()),
    }
}

impl Reading<'_> {
    fn open(&self, path: &Path) -> anyhow::Result<Source> {
        let Self { args, notices, reporter, cancel, .. } = self;
        take::open(path, &args.read.options(), &args.detector, None, notices, reporter, cancel)
    }

    /// Opens a clip and works out the features of those people.
    fn clip(&self, path: &Path, people: &[PersonArg], with_mirrored: bool) -> anyhow::Result<Clip> {
        let source = self.open(path)?;
        let fps = take::fps(&source, &self.notices);
        let tracks = take::chosen(&source, people, &self.notices)?;
        let mut found = Vec::new();
        match &self.model {
            Model::Pose(model) => {
                let Self { notices, reporter, cancel, .. } = self;
                let options = InferOptions::default();
                for poses in lift::lift(model, &source, &tracks, &options, notices, reporter, cancel)? {
                    let track = source.track(poses.person);
                    let features = |is_mirrored| features::of_poses(&poses, track, fps, is_mirrored);
                    let mirrored = with_mirrored.then(|| features(true));
                    found.push(PersonFeatures { features: features(false), mirrored });
                }
            }
            Model::Backbone(model) => {
                for track in tracks {
                    self.reporter.task(&format!("person {}", track.person));
                    match representation_features(model, track, fps, self.cancel, &self.reporter) {
                        Ok(features) => found.push(PersonFeatures { features, mirrored: None }),
                        Err(InferError::Normalise { person, source }) => {
                            let left_out = Notice::warning(format!("Person {person} was left out"));
                            self.notices.add(left_out.why(source.to_string()));
                        }
                        Err(error) => return Err(error).context("the motion could not be represented"),
                    }
                    model.take_notices().into_iter().for_each(|notice| self.notices.add(notice));
                }
            }
        }
        self.reporter.notices(&self.notices);
        Ok(Clip { source, fps, people: found })
    }

    /// The person of the query, who has to be named if there are several.
    fn query_people(query: &QueryArg) -> Vec<PersonArg> {
        query.person.map(PersonArg::Id).into_iter().collect()
    }

    fn find(&self, query: &QueryArg) -> anyhow::Result<Outcome> {
        let args = self.args;
        if args.mirrored && args.by == ByArg::Representation {
            let what = "mirrored matches are found by pose only";
            return Err(Advice::usage(what, "Leave out --mirrored or --by representation.").into());
        }
        let own = self.clip(&query.clip, &Self::query_people(query), args.mirrored)?;
        let person = only_person(&own, query)?;
        let range = FrameRange::new(query.start.frame(own.fps), query.end.frame(own.fps));
        let mut clips = Vec::new();
        let own_path = [query.clip.clone()];
        for path in if args.inputs.is_empty() { &own_path[..] } else { &args.inputs } {
            clips.push(self.clip(path, &[], false)?);
        }
        // A clip is the query's own if it is the same file.
        let own_path = std::fs::canonicalize(&query.clip).ok();
        let key = |clip: &Clip| {
            let path = clip.source.path.as_ref().and_then(|path| std::fs::canonicalize(path).ok());
            own_path.is_some() && path == own_path
        };
        let places: Vec<Place<'_, usize>> = clips
            .iter()
            .enumerate()
            .flat_map(|(place, clip)| {
                let key = if key(clip) { OWN } else { place };
                clip.people.iter().map(move |person| Place { key, features: &person.features })
            })
            .collect();
        let wanted = Query { key: OWN, features: &person.features, range, mirrored: person.mirrored.as_ref() };
        let usual = FindOptions::default();
        let min_similarity = args.min_similarity.unwrap_or(usual.min_similarity);
        let options = FindOptions { limit: args.top as usize, min_similarity };
        let matches =
            moves::find(&wanted, &places, &options, self.cancel).context("the movement cannot be looked for")?;
        let rows = matches.iter().map(|found| {
            let clip = clips.get(found.key).unwrap_or(&own);
            let mut row = stretch(clip, found.person, found.range);
            row["similarity"] = rounded(found.similarity);
            row["mirrored"] = found.is_mirrored.into();
            row
        });
        self.print(rows.collect(), &["similarity", "mirrored"]);
        Ok(Outcome::Done)
    }

    fn add_example(&self, query: &QueryArg, file: &Path, name: &str) -> anyhow::Result<Outcome> {
        let source = self.open(&query.clip)?;
        let fps = take::fps(&source, &self.notices);
        let tracks = take::chosen(&source, &Self::query_people(query), &self.notices)?;
        let [track] = tracks[..] else { return Err(several(query, tracks.iter().map(|track| track.person))) };
        let range = FrameRange::new(query.start.frame(fps), query.end.frame(fps));
        let example =
            moves::example(track, range, fps, &source.name).context("the movement cannot be kept as an example")?;
        let mut set = if file.exists() { moves_file::read(file)? } else { MoveSet::default() };
        set.add(name.trim(), example);
        moves_file::write(file, &set, self.cancel)?;
        self.reporter.finish(&format!("{}: {} classes", file.display(), set.classes.len()));
        Ok(Outcome::Done)
    }

    fn label(&self, file: &Path) -> anyhow::Result<Outcome> {
        let Model::Pose(model) = &self.model else { return Ok(Outcome::Done) };
        if self.args.inputs.is_empty() {
            return Err(Advice::usage("there is nothing to label", "Name the clips after --moves FILE.").into());
        }
        let set = moves_file::read(file)?;
        let mut examples = Vec::new();
        for (class, example) in
            set.classes.iter().enumerate().flat_map(|(class, of)| of.examples.iter().map(move |e| (class, e)))
        {
            examples.push((class, example.stretch, example_features(model, example, self.cancel)?));
        }
        let samples: Vec<MoveSample<'_>> = examples
            .iter()
            .map(|(class, stretch, features)| MoveSample { class: *class, features, range: *stretch })
            .collect();
        let usual = LabelOptions::default().moves_cut;
        let threshold = self.args.min_similarity.unwrap_or(usual.threshold);
        let options = SegmentOptions { threshold, ..usual };
        let mut rows = Vec::new();
        for path in &self.args.inputs {
            let clip = self.clip(path, &[], false)?;
            for PersonFeatures { features, .. } in &clip.people {
                let scores = moves::similarities(features, &samples, set.classes.len(), self.cancel)?;
                for segment in segments::segment(&scores, features.range, clip.fps, &options) {
                    let mut row = stretch(&clip, features.person, segment.range);
                    row["label"] = set.classes[segment.class].name.clone().into();
                    row["similarity"] = rounded(segment.score);
                    rows.push(row);
                }
            }
        }
        self.print(rows, &["similarity", "label"]);
        Ok(Outcome::Done)
    }

    /// One stretch a line, with these details.
    fn print(&self, rows: Vec<Value>, details: &[&str]) {
        self.reporter.notices(&self.notices);
        if self.args.json {
            println!("{}", Value::Array(rows));
            return;
        }
        for row in &rows {
            let text = |name: &str| match &row[name] {
                Value::String(text) => text.clone(),
                Value::Bool(is) => {
                    if *is {
                        name.to_owned()
                    } else {
                        String::new()
                    }
                }
                value => value.to_string(),
            };
            let details: Vec<String> = details.iter().map(|name| text(name)).collect();
            let line = format!(
                "{}  person {}  frames {}-{}  {}-{} s  {}",
                text("clip"),
                text("person"),
                text("start"),
                text("end"),
                text("start_secs"),
                text("end_secs"),
                details.join("  ")
            );
            println!("{}", line.trim_end());
        }
        if rows.is_empty() {
            println!("nothing found");
        }
    }
}

/// Stands for the clip of the query.
const OWN: usize = usize::MAX;

fn only_person<'c>(clip: &'c Clip, query: &QueryArg) -> anyhow::Result<&'c PersonFeatures> {
    match &clip.people[..] {
        [person] => Ok(person),
        people => Err(several(query, people.iter().map(|person| person.features.person))),
    }
}

fn several(query: &QueryArg, people: impl Iterator<Item = PersonId>) -> anyhow::Error {
    let people: Vec<String> = people.map(|person| person.to_string()).collect();
    Advice::usage(
        format!("{} people are in {}", people.len(), query.clip.display()),
        format!(
            "Say whose movement it is, for instance @{} after the frames; people in it: {}",
            people.first().map_or("1", String::as_str),
            people.join(", ")
        ),
    )
    .into()
}

/// Where somebody does something.
fn stretch(clip: &Clip, person: PersonId, range: FrameRange) -> Value {
    let secs = |frame: usize| ((frame as f64 / clip.fps) * 1e3).round() / 1e3;
    json!({
        "clip": clip.source.path.as_ref().map_or_else(|| clip.source.name.clone(), |path| path.display().to_string()),
        "person": person,
        "start": range.start,
        "end": range.end,
        "start_secs": secs(range.start),
        "end_secs": secs(range.end),
    })
}

fn rounded(similarity: f32) -> Value {
    ((f64::from(similarity) * 1e4).round() / 1e4).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_read_with_drives_seconds_and_people() {
        let query: QueryArg = "C:\\clips\\a.json:30-95".parse().unwrap();
        assert_eq!(query.clip, Path::new("C:\\clips\\a.json"));
        assert_eq!((query.start, query.end, query.person), (Moment::Frame(30), Moment::Frame(95), None));
        let query: QueryArg = "a@b-c.json:1.5s-3s@2".parse().unwrap();
        assert_eq!(query.clip, Path::new("a@b-c.json"));
        assert_eq!((query.start.frame(30.0), query.end.frame(30.0), query.person), (45, 90, Some(PersonId(2))));
        for bad in
            ["a.json", "a.json:30", "a.json:x-9", ":1-9", "a.json:1-9@me", "C:\\a.json", "a.json:-1-5", "a.json:1-infs"]
        {
            assert!(bad.parse::<QueryArg>().is_err(), "{bad}");
        }
    }
}
