//! A table: frame, time_secs, then x, y and z of every joint.

use std::io::{self, Write};

use super::{PoseExport, joint_names};

pub(super) fn write(out: &mut dyn Write, export: &PoseExport<'_>) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let columns = joint_names().into_iter().flat_map(|joint| ["x", "y", "z"].map(|axis| format!("{joint}_{axis}")));
    table.write_record(["frame".to_owned(), "time_secs".to_owned()].into_iter().chain(columns))?;
    for (frame, time_secs, joints) in export.frames() {
        let numbers = joints.iter().flat_map(glam::Vec3::to_array).map(|value| value.to_string());
        table.write_record([frame.to_string(), format!("{time_secs:.6}")].into_iter().chain(numbers))?;
    }
    table.flush()
}
