//! A table of any values over time: frame, time_secs, then a column a value.

use std::io::{self, Write};

use crate::data::{FrameIndex, FrameRange};

/// One value a frame.
pub struct Column<'a> {
    /// With its unit.
    pub header: String,
    /// None where there is no value; the cell is then empty.
    pub value: Box<dyn Fn(FrameIndex) -> Option<f32> + 'a>,
}

/// The frames of one clip that a table is of.
#[derive(Clone, Copy, Debug)]
pub struct TableFrames {
    pub range: FrameRange,
    pub fps: f64,
    /// The file's own number of timeline frame 0.
    pub first_frame_number: i64,
}

/// Writes a head and a row a frame, cells parted by `separator`.
///
/// # Errors
/// What `out` says.
pub fn write_columns(
    out: &mut dyn Write,
    separator: u8,
    frames: &TableFrames,
    columns: &[Column<'_>],
) -> io::Result<()> {
    let mut table = csv::WriterBuilder::new().delimiter(separator).from_writer(out);
    let heads = ["frame", "time_secs"].into_iter().chain(columns.iter().map(|column| column.header.as_str()));
    table.write_record(heads)?;
    for frame in frames.range.start..frames.range.end {
        let number = (frames.first_frame_number + frame as i64).to_string();
        let time = format!("{:.6}", frame as f64 / frames.fps);
        let cells = columns.iter().map(|column| (column.value)(FrameIndex(frame)));
        let cells = cells.map(|value| value.map_or_else(String::new, |value| value.to_string()));
        table.write_record([number, time].into_iter().chain(cells))?;
    }
    table.flush()
}
