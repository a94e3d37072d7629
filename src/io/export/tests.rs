use std::sync::Arc;

use glam::Vec3;

use super::*;
use crate::data::{FrameRange, Normalisation, NormalisationMode, PersonId, Space};

fn prediction() -> PosePrediction {
    let joints: Arc<[Vec3]> = (0..3 * H36M_JOINTS).map(|i| Vec3::new(i as f32, -0.5 * i as f32, 0.25)).collect();
    PosePrediction {
        person: PersonId(4),
        range: FrameRange::of_len(30, 3),
        space: Space::ClipBox,
        normalisation: Normalisation { mode: NormalisationMode::Crop, centre: [640.0, 360.0], half_extent: 200.0 },
        joints,
    }
}

fn written(format: ExportFormat) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format.file_name());
    let prediction = prediction();
    let export = PoseExport { prediction: &prediction, fps: 30.0, source: "clip.json" };
    format.write(&path, &export, &CancelToken::new()).unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn npy_holds_the_joints_in_order() {
    let bytes = written(ExportFormat::Npy);
    let Ok(crate::io::npy::Npy::Plain(array)) = crate::io::npy::parse(&bytes) else { panic!("not an array") };
    assert_eq!(array.shape, [3, 17, 3]);
    let flat: Vec<f32> = prediction().joints.iter().flat_map(Vec3::to_array).collect();
    assert_eq!(array.to_f32().unwrap(), flat);
    assert!(bytes.windows(5).any(|window| window == b"'<f4'"));
}

#[test]
fn csv_names_its_columns_and_keeps_time() {
    let text = String::from_utf8(written(ExportFormat::Csv)).unwrap();
    let mut table = ::csv::Reader::from_reader(text.as_bytes());
    let header = table.headers().unwrap().clone();
    assert_eq!(
        header.iter().take(6).collect::<Vec<_>>(),
        ["frame", "time_secs", "root_x", "root_y", "root_z", "right_hip_x"]
    );
    assert_eq!(header.len(), 2 + 3 * H36M_JOINTS);
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!((&rows[0][0], &rows[0][1]), ("30", "1.000000"));
    assert_eq!(rows[2][5].parse::<f32>().unwrap(), 2.0 * 17.0 + 1.0);
}

#[test]
fn json_tells_space_and_the_way_back() {
    let value: serde_json::Value = serde_json::from_slice(&written(ExportFormat::Json)).unwrap();
    assert_eq!(value["person"], 4);
    assert_eq!(value["space"], "clip_box");
    assert_eq!(value["normalisation"]["half_extent"], 200.0);
    assert_eq!(value["joint_names"][16], "right_wrist");
    assert_eq!(value["frames"].as_array().map(Vec::len), Some(3));
    assert_eq!(value["frames"][1]["frame"], 31);
    assert_eq!(value["frames"][1]["joints"][0], serde_json::json!([17.0, -8.5, 0.25]));
}

#[test]
fn formats_have_names() {
    for format in ExportFormat::ALL {
        assert_eq!(format.to_string().to_uppercase().parse(), Ok(format));
    }
    assert!("bvh".parse::<ExportFormat>().unwrap_err().contains("npy, csv, json"));
}

#[test]
fn a_cancelled_export_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cancel = CancelToken::new();
    cancel.cancel();
    let prediction = prediction();
    let export = PoseExport { prediction: &prediction, fps: 30.0, source: "clip.json" };
    for format in ExportFormat::ALL {
        let stopped = format.write(&folder.path().join("a"), &export, &cancel);
        assert!(matches!(stopped, Err(WriteError::Cancelled(_))));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
