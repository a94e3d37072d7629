//! DeepLabCut CSV: header rows scorer, (individuals,) bodyparts, coords, then a row per frame.

use crate::support::Notice;

use super::draft::{Draft, DraftPerson, Units};
use super::frames::FrameLabel;
use super::names::map_names;
use super::source::{Clues, RawFile};
use super::table::{self, Numbering, PartColumns};
use super::{KeypointError, Loaded, ReadContext, broken};

pub(super) const NAME: &str = "DeepLabCut CSV";

/// Most columns that are looked at: 50 individuals with 100 parts.
const MAX_COLUMNS: usize = 20_000;

pub(super) fn matches(clues: &Clues) -> bool {
    table::first_row(clues.file.text_bytes()).is_some_and(|row| row.get(0) == Some("scorer"))
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut reader = table::rows(file.text(NAME)?);
    let mut records = reader.records();
    let mut header_row = |wanted: &str| match records.next() {
        Some(Ok(row)) if row.get(0) == Some(wanted) => Ok(row),
        Some(Ok(row)) if wanted == "bodyparts" && row.get(0) == Some("individuals") => Ok(row),
        _ => Err(broken(NAME, &format!("the header row '{wanted}' is not where it should be"))),
    };
    header_row("scorer")?;
    let mut parts = header_row("bodyparts")?;
    let mut individuals = None;
    if parts.get(0) == Some("individuals") {
        individuals = Some(std::mem::replace(&mut parts, header_row("bodyparts")?));
    }
    let coords = header_row("coords")?;

    let mut names: Vec<String> = Vec::new();
    let mut numbering = Numbering::default();
    // Per individual, per name: columns of x, y and likelihood.
    let mut found: Vec<Vec<[Option<usize>; 3]>> = Vec::new();
    let mut first_column = None;
    for column in 1..coords.len().min(MAX_COLUMNS) {
        let Some(channel) = ["x", "y", "likelihood"].iter().position(|name| coords.get(column) == Some(name)) else {
            continue;
        };
        first_column = first_column.or(Some(column));
        let part = parts.get(column).unwrap_or_default();
        let place = names.iter().position(|name| name == part).unwrap_or_else(|| {
            names.push(part.to_owned());
            names.len() - 1
        });
        let individual = numbering.number(individuals.as_ref().and_then(|row| row.get(column)).unwrap_or_default()) - 1;
        if found.len() <= individual {
            found.resize(individual + 1, Vec::new());
        }
        if found[individual].len() <= place {
            found[individual].resize(place + 1, [None; 3]);
        }
        found[individual][place][channel] = Some(column);
    }
    let Some(first_column) = first_column else { return Err(broken(NAME, &"the row 'coords' names no x or y")) };
    let map = map_names(&names, context.options.skeleton).map_err(|why| broken(NAME, &why))?;
    map.report(&context.notices);
    let people: Vec<Vec<Option<PartColumns>>> = found
        .into_iter()
        .map(|mut parts| {
            parts.resize(names.len(), [None; 3]);
            parts.into_iter().map(|[x, y, confidence]| Some(PartColumns { x: x?, y: y?, confidence })).collect()
        })
        .collect();
    let mut draft = Draft::new(NAME, map.joint_set(), Units::Pixels, context);
    let mut bad_rows = 0;
    for row in records {
        let Ok(row) = row else {
            bad_rows += 1;
            continue;
        };
        // Files of training labels have folders before the name of the image.
        let label = row.get(first_column - 1).unwrap_or_default();
        if label.is_empty() {
            bad_rows += 1;
            continue;
        }
        let label = FrameLabel::Name(label.to_owned());
        draft.add_frame(label.clone())?;
        for (individual, columns) in people.iter().enumerate() {
            let keypoints = map.keypoints(&row, columns);
            if keypoints.iter().all(crate::data::Keypoint::is_missing) {
                continue;
            }
            let id = individuals.is_some().then_some(individual as f64 + 1.0);
            draft.add(label.clone(), DraftPerson { id, keypoints, ..DraftPerson::default() })?;
        }
    }
    table::report_bad_rows(bad_rows, context);
    if draft.is_empty() && coords.len() > MAX_COLUMNS {
        context.notices.add(Notice::warning(format!("Only the first {MAX_COLUMNS} columns were read")));
    }
    draft.finish(&file.name, context)
}
