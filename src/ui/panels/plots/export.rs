//! The plotted curves as a table.

use std::io::{self, Write};

use super::figure::{Curve, Figure};
use crate::data::FrameRange;
use crate::io::export::columns::{Column, TableFrames, write_columns};

pub const COMMA: u8 = b',';
pub const TAB: u8 = b'\t';

/// A row a frame and a column a shown curve, over all frames or from in to out point.
///
/// # Errors
/// What `out` says.
pub fn write_table(out: &mut dyn Write, separator: u8, figure: &Figure, range: FrameRange) -> io::Result<()> {
    let frames = TableFrames { range, fps: figure.fps, first_frame_number: figure.first_frame_number };
    let column = |(curve, unit): (&Curve, &str)| {
        let series = curve.series.clone();
        Column { header: header(&curve.full_name(), unit), value: Box::new(move |frame| series.as_ref()?.value(frame)) }
    };
    let columns: Vec<Column<'_>> = figure.shown().map(column).collect();
    write_columns(out, separator, &frames, &columns)
}

/// As [`write_table`] with tabs, for a spreadsheet.
pub fn table_as_text(figure: &Figure, range: FrameRange) -> String {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_table(&mut bytes, TAB, figure, range);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Spreadsheets take more kindly to plain letters.
fn header(name: &str, unit: &str) -> String {
    let name = name.replace('−', "-");
    match unit {
        "" => name,
        "°" => format!("{name} [deg]"),
        unit => format!("{name} [{unit}]"),
    }
}
