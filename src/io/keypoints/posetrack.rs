//! PoseTrack 2018 annotations and predictions; annotations of COCO have the same layout.

use std::collections::HashMap;

use serde::Deserialize;

use crate::data::{Keypoint, SkeletonId};
use crate::support::Notice;

use super::anatomy;
use super::draft::{Draft, DraftPerson, JointSet, Units};
use super::frames::FrameLabel;
use super::json::{Numbers, Scalar, parse};
use super::source::{Clues, RawFile};
use super::{KeypointError, Loaded, ReadContext};

pub(super) const NAME: &str = "PoseTrack18 JSON";

#[derive(Deserialize)]
struct Document {
    images: Vec<Image>,
    annotations: Vec<Annotation>,
    #[serde(default)]
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: FrameLabel,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    vid_id: Option<FrameLabel>,
    #[serde(default)]
    width: Option<u32>,
    #[serde(default)]
    height: Option<u32>,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: FrameLabel,
    #[serde(default)]
    track_id: Scalar,
    #[serde(default)]
    score: Scalar,
    #[serde(default)]
    keypoints: Numbers,
    /// One per joint, in predictions.
    #[serde(default)]
    scores: Numbers,
    #[serde(default)]
    bbox: Numbers,
}

#[derive(Deserialize)]
struct Category {
    #[serde(default)]
    keypoints: Vec<String>,
}

impl Annotation {
    fn person(&self) -> DraftPerson {
        let mut keypoints: Vec<Keypoint> = self.keypoints.keypoints();
        let has_scores = self.scores.values.len() == keypoints.len();
        for (place, joint) in keypoints.iter_mut().enumerate() {
            // Without scores the third number says: 0 not there, 1 labelled, 2 visible.
            joint.confidence = if has_scores { self.scores.values[place] } else { joint.confidence.min(1.0) };
        }
        let bbox = <[f32; 4]>::try_from(&self.bbox.values[..]).ok();
        DraftPerson { id: self.track_id.0, score: self.score.0, bbox, keypoints }
    }
}

pub(super) fn matches(clues: &Clues) -> bool {
    clues.json.as_ref().is_some_and(|json| json.has("annotations") && json.has("images"))
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let Document { mut images, annotations, categories } = parse(NAME, file)?;
    let mut draft = Draft::new(NAME, JointSet::ByCount { usual: &[SkeletonId::PoseTrack17] }, Units::Pixels, context);
    if let Some(id) = categories.iter().find_map(|category| anatomy::named(&category.keypoints)) {
        draft.joints = JointSet::Named(id, format!("{id} by the joint names in the file"));
    }
    keep_first_video(&mut images, context);
    draft.image_size = images.iter().find_map(|image| Some([image.width?, image.height?]));
    let mut frames = HashMap::new();
    for image in images {
        let label = image.file_name.map_or_else(|| image.id.clone(), FrameLabel::Name);
        draft.add_frame(label.clone())?;
        frames.insert(image.id, label);
    }
    let mut strangers = 0usize;
    for annotation in annotations {
        match frames.get(&annotation.image_id) {
            Some(label) => draft.add(label.clone(), annotation.person())?,
            None => strangers += 1,
        }
    }
    if strangers > 0 {
        context.notices.add(
            Notice::warning(format!("People left out: {strangers}")).why("their images are not in the list of images"),
        );
    }
    draft.finish(&file.name, context)
}

fn keep_first_video(images: &mut Vec<Image>, context: &ReadContext) {
    let Some(first) = images.first().and_then(|image| image.vid_id.clone()) else { return };
    let before = images.len();
    images.retain(|image| image.vid_id.as_ref() == Some(&first));
    if images.len() < before {
        context.notices.add(
            Notice::warning("The file has several videos: only the first is shown")
                .why(format!("{} of {before} images belong to it", images.len())),
        );
    }
}
