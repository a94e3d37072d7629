//! What the readers of CSV tables share: cells, columns of named body parts, and people made of them.

use crate::data::{Keypoint, SkeletonId};
use crate::support::{Notice, Notices};

use super::ReadContext;
use super::draft::JointSet;
use super::names::NameMap;

/// Longest header line that recognition looks at.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Where one body part is in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartColumns {
    pub x: usize,
    pub y: usize,
    pub confidence: Option<usize>,
}

/// A reader of rows of any length, without a header of its own.
pub(super) fn rows(text: &str) -> csv::Reader<&[u8]> {
    let first_line = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|candidate| first_line.bytes().filter(|byte| byte == candidate).count());
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes())
}

/// The first row of a text file, for recognition; none when it is not text or too long.
pub(super) fn first_row(bytes: &[u8]) -> Option<csv::StringRecord> {
    let end = bytes.iter().take(MAX_HEADER_BYTES).position(|byte| *byte == b'\n')?;
    let text = std::str::from_utf8(&bytes[..end]).ok()?;
    rows(text).records().next()?.ok()
}

/// A number, not a number for other text, and nothing for an empty or absent cell.
pub(super) fn number(row: &csv::StringRecord, column: usize) -> Option<f32> {
    let cell = row.get(column).filter(|cell| !cell.is_empty())?;
    Some(cell.parse().unwrap_or(f32::NAN))
}

impl PartColumns {
    /// The joint in a row; missing where a coordinate is an empty cell, seen where only its confidence is.
    pub fn keypoint(&self, row: &csv::StringRecord) -> Keypoint {
        let confidence = self.confidence.map_or(Some(1.0), |column| number(row, column)).unwrap_or(1.0);
        match (number(row, self.x), number(row, self.y)) {
            (Some(x), Some(y)) => Keypoint::new(x, y, confidence),
            _ => Keypoint::MISSING,
        }
    }
}

impl NameMap {
    /// The joints of one row in the order of the skeleton, where `columns` says for each name where it is.
    pub fn keypoints(&self, row: &csv::StringRecord, columns: &[Option<PartColumns>]) -> Vec<Keypoint> {
        self.sources
            .iter()
            .map(|source| source.and_then(|at| columns[at]).map_or(Keypoint::MISSING, |part| part.keypoint(row)))
            .collect()
    }

    pub fn joint_set(&self) -> JointSet {
        let id: SkeletonId = self.skeleton.id;
        let found = self.sources.iter().flatten().count();
        JointSet::Named(id, format!("{found} of the joints of {id} were found by name"))
    }

    /// Tells which names were not understood and which were guessed.
    pub fn report(&self, notices: &Notices) {
        if !self.unused.is_empty() {
            notices.add(Notice::info(format!("{} body parts are not used", self.unused.len())).why(format!(
                "they are no joints of {}: {}",
                self.skeleton.name,
                self.unused.join(", ")
            )));
        }
        if self.has_numbered_sides {
            notices.add(
                Notice::warning("Body parts ending in 1 were taken as right, those ending in 2 as left")
                    .hint("Rename them to left_ and right_ if it is the other way round."),
            );
        }
    }
}

/// Warns about rows that cannot be read at all.
pub(super) fn report_bad_rows(count: usize, context: &ReadContext) {
    if count > 0 {
        context.notices.add(
            Notice::warning(format!("{count} rows were left out")).why("they are damaged or have no frame number"),
        );
    }
}

/// Numbers for names in the order of their first appearance, from 1.
#[derive(Debug, Default)]
pub(super) struct Numbering(Vec<String>);

impl Numbering {
    pub fn number(&mut self, name: &str) -> usize {
        match self.0.iter().position(|known| known == name) {
            Some(place) => place + 1,
            None => {
                self.0.push(name.to_owned());
                self.0.len()
            }
        }
    }
}
