//! Movements that somebody named, with examples of each.

use std::sync::Arc;

use super::{FrameRange, H36M_JOINTS, PersonId};

/// Values of one frame of an example: x, y and confidence of 17 joints.
const FRAME_VALUES: usize = H36M_JOINTS * 3;

/// Named movements, as saved in a file that people share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MoveSet {
    pub classes: Vec<MoveClass>,
}

/// One movement: "my squat".
#[derive(Clone, Debug, PartialEq)]
pub struct MoveClass {
    pub name: String,
    pub examples: Vec<MoveExample>,
}

/// Somebody who did it once. The keypoints are kept, not what a model made of them, so that an example works with any
/// model.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveExample {
    pub origin: MoveOrigin,
    pub fps: f64,
    /// The frames of `clip` that show the movement; those around them are there because a model sees more in a longer
    /// clip, as it did where the example is from.
    pub stretch: FrameRange,
    /// [frames, 17, 3]: x right, y down in the person's square (-1 to 1) and confidence of H36M-17; all 0 if missing.
    pub clip: Arc<[f32]>,
}

/// Where an example is from, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveOrigin {
    /// Name of the file.
    pub clip: String,
    pub person: PersonId,
    /// Timeline frames.
    pub range: FrameRange,
}

impl MoveExample {
    /// Frames that an example needs at least to be compared with anything: 0.6 s.
    pub fn min_frames(fps: f64) -> usize {
        ((0.6 * fps).ceil() as usize).max(4)
    }

    pub fn frames(&self) -> usize {
        self.clip.len() / FRAME_VALUES
    }
}

impl MoveSet {
    /// Adds an example to the class of that name, which is made if it is missing. Returns whether it was new.
    pub fn add(&mut self, name: &str, example: MoveExample) -> bool {
        let place = self.classes.iter().position(|class| class.name == name).unwrap_or_else(|| {
            self.classes.push(MoveClass { name: name.to_owned(), examples: Vec::new() });
            self.classes.len() - 1
        });
        let examples = &mut self.classes[place].examples;
        let is_new = !examples.contains(&example);
        if is_new {
            examples.push(example);
        }
        is_new
    }

    /// Adds everything of another set; classes of one name become one, and what is known already is not added again.
    pub fn merge(&mut self, other: Self) {
        for class in other.classes {
            for example in class.examples {
                self.add(&class.name, example);
            }
        }
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(|class| class.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(clip: &str, value: f32) -> MoveExample {
        let origin = MoveOrigin { clip: clip.to_owned(), person: PersonId(1), range: FrameRange::new(3, 5) };
        let stretch = FrameRange::new(0, 2);
        MoveExample { origin, fps: 30.0, stretch, clip: vec![value; 2 * FRAME_VALUES].into() }
    }

    #[test]
    fn merging_joins_classes_of_one_name_and_repeats_nothing() {
        let mut mine = MoveSet::default();
        assert!(mine.add("squat", example("a", 0.5)));
        assert!(!mine.add("squat", example("a", 0.5)), "the same again");
        let mut theirs = MoveSet::default();
        theirs.add("jump", example("c", 0.25));
        theirs.add("squat", example("a", 0.5));
        theirs.add("squat", example("b", 0.5));
        mine.merge(theirs);
        assert_eq!(mine.names().collect::<Vec<_>>(), ["squat", "jump"]);
        assert_eq!(mine.classes.iter().map(|class| class.examples.len()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(mine.classes[1].examples[0].frames(), 2);
    }
}
