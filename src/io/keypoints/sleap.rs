//! SLEAP analysis CSV: a row per instance with `track`, `frame_idx`, `instance.score` and `<part>.x .y .score`.

use super::draft::{Draft, DraftPerson, Units};
use super::frames::FrameLabel;
use super::names::map_names;
use super::source::{Clues, RawFile};
use super::table::{self, Numbering, PartColumns};
use super::{KeypointError, Loaded, ReadContext, broken};

pub(super) const NAME: &str = "SLEAP analysis CSV";

pub(super) fn matches(clues: &Clues) -> bool {
    table::first_row(clues.file.text_bytes())
        .is_some_and(|row| row.iter().any(|cell| cell == "frame_idx") && row.iter().any(|cell| cell.ends_with(".x")))
}

pub(super) fn read(file: &RawFile, context: &ReadContext) -> Result<Loaded, KeypointError> {
    let mut reader = table::rows(file.text(NAME)?);
    let mut records = reader.records();
    let Some(Ok(header)) = records.next() else { return Err(broken(NAME, &"it has no header")) };
    let column = |name: &str| header.iter().position(|cell| cell == name);
    let frame_column = column("frame_idx").ok_or_else(|| broken(NAME, &"it has no column frame_idx"))?;
    let (track_column, score_column) = (column("track"), column("instance.score"));
    let (names, columns): (Vec<String>, Vec<Option<PartColumns>>) = header
        .iter()
        .enumerate()
        .filter_map(|(x, cell)| Some((x, cell.strip_suffix(".x")?)))
        .filter_map(|(x, part)| {
            let y = column(&format!("{part}.y"))?;
            let confidence = column(&format!("{part}.score"));
            Some((part.to_owned(), Some(PartColumns { x, y, confidence })))
        })
        .unzip();
    let map = map_names(&names, context.options.skeleton).map_err(|why| broken(NAME, &why))?;
    map.report(&context.notices);
    let mut draft = Draft::new(NAME, map.joint_set(), Units::Pixels, context);
    let mut tracks = Numbering::default();
    let mut bad_rows = 0;
    for row in records {
        let frame = row.as_ref().ok().and_then(|row| row.get(frame_column)?.parse::<f64>().ok());
        let (Ok(row), Some(frame)) = (row, frame.filter(|frame| frame.abs() < 1e15)) else {
            bad_rows += 1;
            continue;
        };
        let label = FrameLabel::Number(frame as i64);
        let keypoints = map.keypoints(&row, &columns);
        if keypoints.iter().all(crate::data::Keypoint::is_missing) {
            // `add_frame` would take a second person of the frame for a repetition.
            continue;
        }
        let track = track_column.and_then(|column| row.get(column)).filter(|track| !track.is_empty());
        draft.add(
            label,
            DraftPerson {
                id: track.map(|track| tracks.number(track) as f64),
                score: score_column.and_then(|column| table::number(&row, column)).map(f64::from),
                keypoints,
                ..DraftPerson::default()
            },
        )?;
    }
    table::report_bad_rows(bad_rows, context);
    draft.finish(&file.name, context)
}
