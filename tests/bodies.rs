//! Body models as users have them, and what is said of broken ones.
#![allow(clippy::unwrap_used, reason = "test code outside of test functions")]

mod support;

use std::path::Path;

use motionbert::data::body::{BODY_JOINTS, BODY_SHAPES, BodyModel};
use motionbert::io::body::{BodyFileError, ReadBody, mannequin, read_body};
use motionbert::io::npy;
use motionbert::nn::seeded_body;
use motionbert::support::Notice;
use proptest::prelude::*;
use support::fixture;

/// Fixtures and the formula differ by float32 rounding alone.
const TOLERANCE: f32 = 1e-7;

fn assert_same_body(found: &BodyModel, wanted: &BodyModel) {
    assert_eq!((&found.faces, &found.skin.joints), (&wanted.faces, &wanted.skin.joints));
    assert_eq!(found.shape_directions.len(), BODY_SHAPES);
    let near = |a: f32, b: f32| (a - b).abs() <= TOLERANCE;
    let points = |body: &BodyModel| -> Vec<f32> {
        let directions = body.shape_directions.iter().flat_map(|direction| direction.iter());
        let all = body.template.iter().chain(directions).chain(body.pose_directions.iter().flat_map(|all| all.iter()));
        all.flat_map(glam::Vec3::to_array).collect()
    };
    assert!(points(found).iter().zip(points(wanted)).all(|(a, b)| near(*a, b)));
    assert_eq!(points(found).len(), points(wanted).len());
    assert!(found.skin.weights.iter().zip(wanted.skin.weights.iter()).all(|(a, b)| near(*a, *b)));
    let (found, wanted) = (found.joint_regressor.to_dense(), wanted.joint_regressor.to_dense());
    assert!(found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| near(*a, b)));
}

#[test]
fn a_python_2_pickle_with_scipy_and_chumpy_objects_is_read() {
    let ReadBody { body, notices } = read_body(&fixture("body/smpl_py2_chumpy_v200.pkl")).unwrap();
    assert_eq!(body.name, "smpl_py2_chumpy_v200.pkl");
    assert_same_body(&body, &seeded_body(200, 1).check().unwrap().0);
    assert!(body.h36m_regressor.is_some());
    let [Notice { headline, hint, .. }] = &notices[..] else { panic!("{notices:?}") };
    assert!(headline.contains("own 24") && hint.contains("J_regressor_h36m.npy"));
}

/// The first 40 of 200 vertices, 300 shapes.
#[test]
fn an_npz_of_300_shapes_is_read() {
    let body = read_body(&fixture("body/smpl_v40.npz")).unwrap().body;
    let mut wanted = seeded_body(200, 1);
    wanted.joint_regressor = wanted.joint_regressor.chunks(200).flat_map(|row| row[..40].to_vec()).collect();
    wanted.h36m_regressor = None;
    wanted.pose_directions =
        wanted.pose_directions.map(|values| values.chunks(600).flat_map(|row| row[..120].to_vec()).collect());
    wanted.template.truncate(40 * 3);
    wanted.shape_directions.truncate(40 * 3 * BODY_SHAPES);
    wanted.weights.truncate(40 * BODY_JOINTS);
    wanted.faces.retain(|face| face.iter().all(|vertex| *vertex < 40));
    assert_same_body(&body, &wanted.check().unwrap().0);
}

fn write_regressor(path: &Path, rows: usize, vertices: usize) {
    let mut bytes = Vec::new();
    let values = (0..rows * vertices).map(|at| if at / vertices == at % vertices { 1.0 } else { 0.0 });
    npy::write_f32(&mut bytes, &[rows, vertices], values).unwrap();
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_regressor_that_lies_beside_the_body_is_used() {
    let folder = tempfile::tempdir().unwrap();
    // The content tells the format, not the name.
    let path = folder.path().join("body.npz");
    std::fs::copy(fixture("body/smpl_py2_chumpy_v200.pkl"), &path).unwrap();
    let beside = folder.path().join("J_regressor_h36m_correct.npy");
    write_regressor(&beside, 17, 200);
    let ReadBody { body, notices } = read_body(&path).unwrap();
    let rows = body.h36m_regressor.unwrap();
    // Row 1 is vertex 1, or row 4 is where the vertices say that the legs are swapped.
    let is_swapped = body.template[1].x > body.template[4].x;
    let right_hip = if is_swapped { 4 } else { 1 };
    assert_eq!(rows.row(1).collect::<Vec<_>>(), [(right_hip, 1.0)]);
    assert_eq!(notices.iter().any(|notice| notice.headline.contains("swapped")), is_swapped);

    write_regressor(&beside, 17, 6890);
    let notices = read_body(&path).unwrap().notices;
    assert!(notices[0].headline.contains("not used") && notices[0].why.contains("[17, 6890]"), "{notices:?}");
    assert!(notices[1].headline.contains("own 24"), "{notices:?}");
}

/// Joints of the body's own, nose in front and top of the head above everything.
#[test]
fn joints_are_found_without_a_regressor() {
    let body = read_body(&fixture("body/smpl_py2_chumpy_v200.pkl")).unwrap().body;
    let rows = body.h36m_regressor.as_ref().unwrap();
    let rest = body.rest_joints(&[0.0; BODY_SHAPES]);
    for (row, joint) in [(0, 0), (7, 6), (8, 12), (11, 16), (16, 21)] {
        assert!((rows.weigh(row, &body.template) - rest[joint]).length() < 1e-5, "joint {row}");
    }
    let is_head = |vertex: &usize| body.skin.of(*vertex).any(|(joint, weight)| joint == 15 && weight > 0.5);
    let head: Vec<usize> = (0..200).filter(is_head).collect();
    let (nose, top) = (rows.weigh(9, &body.template), rows.weigh(10, &body.template));
    assert!(head.iter().all(|vertex| body.template[*vertex].z <= nose.z && body.template[*vertex].y <= top.y));
}

#[test]
fn the_mannequin_is_built_in() {
    let body = mannequin().unwrap();
    assert_eq!(body.name, "Mannequin");
    assert!((5_000..9_000).contains(&body.vertex_count()), "{}", body.vertex_count());
    assert_eq!((body.shape_names.len(), body.shape_names[0].as_str()), (BODY_SHAPES, "height"));
    assert!(body.h36m_regressor.is_some() && body.pose_directions.is_none());
    assert!(std::sync::Arc::ptr_eq(&body, &mannequin().unwrap()));
}

/// An .npz of arrays [rows, columns, ...] of zeros and whatever differs.
fn archive(arrays: &[(&str, &[usize])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, shape) in arrays {
        zip.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        let mut bytes = Vec::new();
        npy::write_f32(&mut bytes, shape, std::iter::repeat_n(0.0, shape.iter().product())).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn broken_bodies_are_refused_with_the_array_and_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8]| {
        let path = folder.path().join("body");
        std::fs::write(&path, bytes).unwrap();
        read_body(&path).unwrap_err().to_string()
    };
    const SOUND: [(&str, &[usize]); 6] = [
        ("v_template", &[5, 3]),
        ("shapedirs", &[5, 3, 10]),
        ("J_regressor", &[24, 5]),
        ("weights", &[5, 24]),
        ("f", &[2, 3]),
        ("kintree_table", &[2, 24]),
    ];
    let changed = |name: &str, shape: Option<&'static [usize]>| {
        let arrays = SOUND.iter().filter_map(|(known, sound)| match (*known == name, shape) {
            (true, shape) => Some((*known, shape?)),
            (false, _) => Some((*known, *sound)),
        });
        refused(&archive(&arrays.collect::<Vec<_>>()))
    };
    // The shapes are right, but every joint hangs on the root, even the root.
    assert!(changed("", None).contains("not SMPL's 24 joints: joint 0 hangs on 0"));
    assert!(changed("v_template", None).contains("no v_template, only"));
    assert!(changed("weights", None).contains("weights is missing"));
    assert!(changed("J_regressor", Some(&[55, 5])).contains("has 55 joints; SMPL's 24"));
    assert!(changed("J_regressor", Some(&[24, 6])).contains("J_regressor has the shape [24, 6]; [24, 5]"));
    assert!(changed("shapedirs", Some(&[5, 3])).contains("shapedirs has the shape [5, 3]"));
    assert!(changed("v_template", Some(&[0, 3])).contains("v_template has the shape"));
    assert!(changed("kintree_table", Some(&[2, 20])).contains("joint tree has 20"));
    assert!(refused(b"").contains("empty"));
    assert!(refused(b"<html>").contains("web page"));
    assert!(refused(b"\x80\x02]q\x00.").contains("a list"));
    let pickle = std::fs::read(fixture("body/smpl_py2_chumpy_v200.pkl")).unwrap();
    assert!(refused(&pickle[..400_000]).contains("ends too early"));
    assert!(refused(&std::fs::read(fixture("reference/tiny_pose3d_zip.bin")).unwrap()).contains("no v_template"));
    let missing = read_body(&folder.path().join("nothing")).unwrap_err();
    assert!(matches!(missing, BodyFileError::Io { .. }));
    assert!(matches!(read_body(folder.path()), Err(BodyFileError::Io { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Around the array heads, where shapes and indices stand.
    #[test]
    fn damaged_pickles_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        const HEADS: [std::ops::Range<usize>; 4] = [0..900, 1_700..1_900, 21_200..26_450, 1_019_900..1_020_300];
        let mut bytes = std::fs::read(fixture("body/smpl_py2_chumpy_v200.pkl")).unwrap();
        let places: Vec<usize> = HEADS.into_iter().flatten().collect();
        for (at, byte) in changes {
            bytes[*at.get(&places)] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("body.pkl");
        std::fs::write(&path, bytes).unwrap();
        if let Ok(ReadBody { body, .. }) = read_body(&path) {
            prop_assert!(body.template.iter().all(|vertex| vertex.is_finite()));
        }
    }
}
